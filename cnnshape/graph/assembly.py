"""The layers of a net as they come about, one entry after the other: its nodes, their shapes, and all that is wrong."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from cnnshape.core.dims import Shape, equal, same
from cnnshape.core.errors import PluginError, Problem, ShapeError, SpecError
from cnnshape.core.text import shown
from cnnshape.graph.block_calls import call, call_shared, check_no_call
from cnnshape.graph.copies import Built, Key
from cnnshape.graph.diagnostics import Enough, Failed, Problems, passed
from cnnshape.graph.graph import Node
from cnnshape.graph.op_table import Catalogue, condition
from cnnshape.graph.scope import Scope
from cnnshape.layers.base import Layer
from cnnshape.layers.facts import Facts, memoised
from cnnshape.layers.fields import not_taken
from cnnshape.spec.blocks import Template
from cnnshape.spec.yaml.source import At

if TYPE_CHECKING:
    from cnnshape.graph.hints.sizes import Read

MOST_LAYERS: Final = 200_000
"""A net has no more layers, and no more copies of blocks, than these."""


class Assembly:
    """What has been built so far of one net."""

    def __init__(
        self, catalogue: Catalogue, constants: Mapping[str, Any], inputs: Mapping[str, Shape], batch: int
    ) -> None:
        self.catalogue = catalogue
        self.constants = constants
        """What every expression may name: the ops, and ``batch``."""
        self.batch = batch
        self.first = len(inputs)
        self.names = list(inputs)
        """Of all values."""
        self.shapes: list[Shape] = list(inputs.values())
        self.nodes: list[Node] = []
        self.copies = 0
        self.built: dict[Key, Built] = {}
        """Copies that later ones may be like."""
        self.paths: set[str] = set(inputs)
        """Of all layers and copies of blocks: no two may have the same."""
        self.claimed: list[str] = []
        """The same in the order in which they came."""
        self.problems = Problems()
        self.fed = [True] * self.first
        """Whether a value depends on an input, so that its first axis is the batch."""
        self._behind: dict[int, Mapping[str, Any]] = {}
        self._derive = memoised()

    def behind(self, family: Mapping[str, Template]) -> Mapping[str, Any]:
        """What the expressions in a block of this family may name beside its variables."""
        if id(family) not in self._behind:
            self._behind[id(family)] = {**self.constants, **{name: name for name in family}}
        return self._behind[id(family)]

    def room(self, scope: Scope, name: str, copies: int = 0) -> None:
        """Stop where a net is too large for one more layer, or for so many copies of a block."""
        if len(self.nodes) >= MOST_LAYERS or self.copies + copies > MOST_LAYERS:
            text = f"a net has at most {MOST_LAYERS:,} layers and copies of blocks"
            self.problems.say((Problem(text),), scope.source, scope.place(name), scope.prefix + name)
            raise Enough

    def room_for(self, layers: int, copies: int) -> bool:
        """Whether so many more are well within the bounds."""
        return len(self.nodes) + layers < MOST_LAYERS and self.copies + copies < MOST_LAYERS

    def free(self, paths: list[str]) -> bool:
        """Whether none of these paths is taken."""
        return self.paths.isdisjoint(paths)

    def claim(self, path: str) -> None:
        """Take a path for a layer or a copy of a block; raises `SpecError` where it is taken."""
        if path in self.paths:
            raise SpecError(Problem(f"`{path}` is the path of something in a block already"))
        self.paths.add(path)
        self.claimed.append(path)

    def run(self, scope: Scope) -> None:
        """Build the layers of a net; raises where so much is wrong that nothing more is built."""
        try:
            self.entries(scope)
        except Enough:
            self.problems.done()

    def entries(self, scope: Scope) -> None:
        """Build all entries of a list of layers."""
        for name, entry in scope.entries.items():
            self.room(scope, name)
            value = self._entry(scope, name, self.catalogue.long(entry) if isinstance(entry, str) else entry)
            scope.add(name, value)
            if value is None and self.problems.enough:
                raise Enough

    def _entry(self, scope: Scope, name: str, entry: dict[str, Any]) -> int | None:
        """The value of one entry; None where it failed."""
        try:
            self.claim(scope.prefix + name)
            if "shares" in entry:
                return self._shared(scope, name, entry)
            return call(self, scope, name, entry) if "block" in entry else self._made(scope, name, entry)
        except Failed:
            return None
        except PluginError as error:
            at, path = scope.place(name), scope.prefix + name
            problem = error.problems[0]
            raise PluginError(problem if problem.path else scope.source.placed(problem, at, path)) from error.__cause__
        except SpecError as error:
            more = tuple([use.evidence for use in scope.used])
            self.problems.say(error.problems, scope.source, scope.place(name), scope.prefix + name, more)
            return None

    def enter(self, scope: Scope, entry: dict[str, Any], name: str) -> tuple[list[int | None], list[Problem]]:
        """The values that an entry reads, with ``in_channels`` set to the channels of the first; and what is wrong."""
        sources: list[int | None] = [None]
        problems: list[Problem] = []
        try:
            sources = scope.sources(entry, name)
        except SpecError as error:
            problems += error.problems
        scope.env.pop("in_channels", None)
        if sources[0] is not None and len(self.shapes[sources[0]]) > 1:
            scope.env["in_channels"] = self.shapes[sources[0]][1]
        return sources, problems

    def _made(self, scope: Scope, name: str, entry: dict[str, Any]) -> int:
        if "op" not in entry:
            text = "a layer needs `op`, or `block`"
            raise SpecError(Problem(text, hint="`relu: ReLU` is short for `relu: {op: ReLU}`", id="missing-key"))
        sources, problems = self.enter(scope, entry, name)
        try:
            if not condition(entry, scope.env):
                return passed(sources[0], problems)
            op = self.catalogue.op(entry["op"], scope.env)
            check_no_call(op, entry, scope)
            layer = self.catalogue.layer(op, entry, scope.env)
        except SpecError as error:
            known = [one for one in error.problems if not (sources[0] is None and "`in_channels`" in one.text)]
            known = self._advised(known, scope, name, entry, sources[0])
            raise (SpecError(*problems, *known) if problems or known else Failed()) from None
        trainable, ignore = scope.trains(entry, problems), scope.ignores(entry, problems)
        if layer.batch_in:
            problems += self._batch_problems(layer, entry, sources[0])
        if problems:
            raise SpecError(*problems)
        if self._reads_nothing(op, entry):
            sources = []
        owner = None if scope.shared is None else self._owner(scope.shared, name)
        return self._add(scope, name, op, layer, sources, trainable=trainable, ignore=ignore, owner=owner)

    def _advised(
        self, problems: list[Problem], scope: Scope, layer: str, entry: dict[str, Any], source: int | None
    ) -> list[Problem]:
        """The problems of an entry with hints that look at what it reads."""
        from cnnshape.graph.hints.entries import improved

        x, name = (None, "x") if source is None else (self.shapes[source], self.names[source])
        name = name.removeprefix(scope.prefix)
        return improved(tuple(problems), entry, scope.env, self.catalogue.registry, x, name, layer)

    def _reads_nothing(self, op: str, entry: dict[str, Any]) -> bool:
        return "from" not in entry and self.catalogue.kind(op).sourceless

    def _batch_problems(self, layer: Layer, entry: dict[str, Any], source: int | None) -> list[Problem]:
        """A batch that is written as a number would hold for one batch only."""
        shape = entry.get(layer.batch_in)
        literal = shape[0] if isinstance(shape, list) else -1
        if source is None or not self.fed[source] or type(literal) is not int or literal == -1:
            return []
        if equal(literal, self.batch):
            return []
        text = f"{layer.batch_in}={shown(shape)} writes {literal} for the batch, which is {self.batch}"
        return [Problem(text, hint="write `batch` or -1", at=(layer.batch_in, 0))]

    def _shared(self, scope: Scope, name: str, entry: dict[str, Any]) -> int:
        path = entry["shares"]
        problems = [
            Problem(f"`{key}` does not go with `shares`, only `from` and `ignore` do", at=(key,))
            for key in entry
            if key not in ("shares", "from", "ignore")
        ]
        if not isinstance(path, str):
            problems.append(not_taken("shares", "the name of a layer", path))
        elif not scope.has(path):
            problems.append(scope.unknown(path, name, ("shares",)))
        ignore = scope.ignores(entry, problems)
        if problems:
            raise SpecError(*problems)
        copies = scope.copies_of(path)
        if copies:
            return call_shared(self, scope, name, entry, copies, ignore)
        if scope.value(path) is None:
            scope.sources(entry, name)
            raise Failed
        first = self._owner(scope, path)
        node = self.nodes[first - self.first]
        sources = [] if self._reads_nothing(node.op, entry) else scope.sources(entry, name)
        layer, trainable = node.facts.layer, node.trainable
        return self._add(scope, name, node.op, layer, sources, trainable=trainable, ignore=ignore, owner=first)

    def _owner(self, scope: Scope, path: str) -> int:
        """The value of the layer whose weights are shared with one that names it by this path."""
        owner = scope.value(path)
        if owner is None:
            raise Failed
        node = self.nodes[owner - self.first] if owner >= self.first and path not in scope.inputs else None
        if node is None or node.path != scope.prefix + path:
            what = "an input" if path in scope.inputs else "left out by its `when`"
            raise SpecError(Problem(f"`{path}` is {what}, there are no weights to share", at=("shares",)))
        return owner if node.owner is None else node.owner

    def _add(
        self, scope: Scope, name: str, op: str, layer: Layer, values: list[int | None], *, trainable: bool,
        ignore: frozenset[str], owner: int | None = None,
    ) -> int:  # fmt: skip
        sources = tuple([value for value in values if value is not None])
        if len(sources) < len(values):
            raise Failed
        at, path = scope.place(name), scope.prefix + name
        try:
            facts = self._derive(layer, tuple([self.shapes[source] for source in sources]))
            if owner is not None or layer.reads_indices:
                self._fits(facts, sources, owner)
        except ShapeError as error:
            self._misfit(error, scope, path, at, layer, sources)
            raise Failed from None
        self.shapes.append(facts.output)
        self.names.append(path)
        self.fed.append(any(map(self.fed.__getitem__, sources)))
        where = (scope.source, at, scope.used_at, scope.blocks)
        self.nodes.append(Node(path, op, facts, sources, *where, trainable, owner, ignore=ignore))
        return len(self.shapes) - 1

    def _misfit(
        self, error: ShapeError, scope: Scope, path: str, at: At, layer: Layer, sources: tuple[int, ...]
    ) -> None:
        evidence = [f"input from `{self.names[source]}`: {self.shapes[source]}" for source in sources]
        more = (*evidence, *(use.evidence for use in scope.used))
        from cnnshape.graph.hints.misfits import improved

        reads, inputs = (tuple([self._read(each, scope) for each in some]) for some in (sources, range(self.first)))
        said = improved(error.problems, layer, reads, path.removeprefix(scope.prefix), inputs)
        self.problems.misfit(said, scope.source, at, path, more)

    def _read(self, source: int, scope: Scope) -> "Read":
        """A value as a hint needs to know it."""
        from cnnshape.graph.hints.sizes import Read

        node = self.nodes[source - self.first] if source >= self.first else None
        flat = node.facts.inputs[0] if node and node.op == "Flatten" else None
        return Read(self.names[source].removeprefix(scope.prefix), self.shapes[source], node is None, flat)

    def _fits(self, facts: Facts, sources: tuple[int, ...], owner: int | None) -> None:
        """What a layer needs of other layers: the weights it shares, the indices it reads."""
        if owner is not None:
            node = self.nodes[owner - self.first]
            has, wants = node.facts.weights | node.facts.buffers, facts.weights | facts.buffers
            both = {name: same(has[name], wants[name]) for name in has if name in wants}
            name = next((name for name in {**has, **wants} if not both.get(name)), None)
            if name is not None:
                text = f"`{node.path}` has {name} {has.get(name)}, here it would be {wants.get(name)}"
                raise ShapeError(Problem(text, hint="layers that share weights read the same number of channels"))
        if facts.layer.reads_indices:
            pool = self.nodes[sources[1] - self.first].facts if sources[1] >= self.first else None
            if pool is None or pool.indices is None:
                hint = "name a max pooling layer with `return_indices: true`"
                raise ShapeError(Problem("its second input keeps no indices", hint=hint))
            pooled, made = pool.inputs[0][2:], facts.output[2:]
            if not same(pooled, made):
                text = f"its indices count pixels of an image of {list(pooled)}, here the output has {list(made)}"
                raise ShapeError(Problem(text, hint=f"state `output_size: {list(pooled)}`"))
