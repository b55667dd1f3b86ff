"""From a spec to a graph with shapes, in one pass: expressions, names, layers and shapes in the order of the file.

In one pass because an expression may ask for ``in_channels``, which is known only when the layer before has its shape.
Everything that is wrong is collected; of shape errors one per branch, for what stands behind a failed layer is silent.
"""

import os
from collections.abc import Mapping
from contextlib import suppress
from operator import index
from typing import Any, Final

from cnnshape.catalogue import Catalogue, condition
from cnnshape.dims import Shape
from cnnshape.errors import MOST_PROBLEMS, CnnshapeError, Problem, ShapeError, SpecError, UsageError, did_you_mean
from cnnshape.facts import Facts, memoised
from cnnshape.graph import Graph, Node
from cnnshape.layers import BUILTIN
from cnnshape.layers.base import Layer
from cnnshape.layers.fields import LARGEST, shown
from cnnshape.registry import Registry, layer_types
from cnnshape.scope import Scope
from cnnshape.settings import AS_STATED, Inputs, Settings, input_shapes, overridden, variables
from cnnshape.spec import Spec, load
from cnnshape.yamlfile.scalars import printable

MOST_LAYERS: Final = 200_000

At = tuple[str | int, ...]


class _Failed(Exception):
    """The layer stands behind one whose problem is said."""


def build(
    source: "str | os.PathLike[str] | Mapping[str, Any] | Spec",
    *,
    registry: Registry | None = None,
    batch: int = 1,
    settings: Settings = AS_STATED,
    inputs: Inputs = AS_STATED,
) -> Graph:
    """The graph of a spec file, a spec, or a mapping that says the same, with the shape of every value.

    ``settings`` gives variables other values, ``inputs`` gives inputs other sizes (of their last axes), both by name.
    Raises `SpecError` for what the text says and `ShapeError` where only shapes do not fit.

    >>> layers = {"conv": {"op": "Conv2d", "out_channels": 4, "kernel_size": 3}, "relu": "ReLU"}
    >>> build({"cnnshape": 1, "input": [3, 8, 8], "layers": layers}).shapes
    ((1, 3, 8, 8), (1, 4, 6, 6), (1, 4, 6, 6))
    """
    if not isinstance(batch, bool):
        with suppress(TypeError):
            batch = index(batch)
    if type(batch) is not int or batch < 1:
        raise UsageError(Problem(f"batch={shown(batch)} is not a whole number from 1 up"))
    if batch > LARGEST:
        raise UsageError(Problem(f"batch={shown(batch)} is above {LARGEST:,}"))
    spec = load(source)
    if registry is not None:
        return _Builder(spec, registry, batch).run(settings, inputs)
    try:
        return _Builder(spec, BUILTIN, batch).run(settings, inputs)
    except SpecError:
        installed = layer_types()  # asking for plug-ins takes as long as a small report: only who needs them waits
        if len(installed) == len(BUILTIN):
            raise
    return _Builder(spec, installed, batch).run(settings, inputs)


class _Builder:
    def __init__(self, spec: Spec, registry: Registry, batch: int) -> None:
        self.spec = spec
        self.batch = batch
        self.catalogue = Catalogue(registry)
        self.derive = memoised()
        self.shapes: list[Shape] = []
        self.fed: list[bool] = []  # whether a value depends on an input, so that its first axis is the batch
        self.nodes: list[Node] = []
        self.problems: list[Problem] = []
        self.kind: type[CnnshapeError] = ShapeError  # until something else is wrong than shapes

    def run(self, settings: Settings, inputs: Inputs) -> Graph:
        constants = {op: op for op in self.catalogue.registry} | {"batch": self.batch}
        settings, axes = overridden(self.spec, settings, inputs)
        self.env: dict[str, Any] = constants | variables(self.spec, settings, constants)
        given = input_shapes(self.spec, axes, self.env, self.batch)
        self.shapes += given.values()
        self.first = len(given)
        self.fed += [True] * self.first
        if len(self.spec.layers) > MOST_LAYERS:
            raise SpecError(self.spec.placed(Problem(f"a net has at most {MOST_LAYERS:,} layers"), ("layers",)))
        self.scope = Scope(list(given), self.spec.layers)
        for name, entry in self.spec.layers.items():
            self.scope.add(name, self._layer(name, {"op": entry} if isinstance(entry, str) else entry))
            if len(self.problems) >= MOST_PROBLEMS:
                self._raise()
        outputs = self._outputs()
        self._raise()
        nodes = self._alive(outputs)
        self._raise()
        return Graph(self.spec.name, given, nodes, outputs, self.batch, self.spec.file, self.spec.marks)

    def _raise(self) -> None:
        if self.problems:
            raise self.kind(*self.problems)

    def _say(self, problems: tuple[Problem, ...], at: At, path: str = "") -> None:
        self.problems += [self.spec.placed(problem, at, path, key=True) for problem in problems]
        self.kind = SpecError

    def _layer(self, name: str, entry: dict[str, Any]) -> int | None:
        """The value of one entry; None where it failed."""
        try:
            return self._shared(name, entry) if "shares" in entry else self._made(name, entry)
        except _Failed:
            return None
        except SpecError as error:
            self._say(error.problems, ("layers", name), name)
            return None

    def _made(self, name: str, entry: dict[str, Any]) -> int:
        if "op" not in entry:
            raise SpecError(Problem("a layer needs `op`", hint="`relu: ReLU` is short for `relu: {op: ReLU}`"))
        problems: list[Problem] = []
        sources: list[int | None] = [None]
        try:
            sources = self.scope.sources(entry, name)
        except SpecError as error:
            problems += error.problems
        lost = sources[0] is None
        self.env.pop("in_channels", None)
        if sources[0] is not None and len(self.shapes[sources[0]]) > 1:
            self.env["in_channels"] = self.shapes[sources[0]][1]
        try:
            if not condition(entry, self.env):
                return self._passed(sources[0], problems)
            op = self.catalogue.op(entry["op"], self.env)
            layer = self.catalogue.layer(op, entry, self.env)
        except SpecError as error:
            known = [problem for problem in error.problems if not (lost and "`in_channels`" in problem.text)]
            raise (SpecError(*problems, *known) if problems or known else _Failed()) from None
        trainable = entry.get("trainable", True)
        if not isinstance(trainable, bool):
            problems.append(Problem(f"trainable takes true or false, not {shown(trainable)}", at=("trainable",)))
        problems += self._batch_problems(layer, entry, sources[0])
        if problems:
            raise SpecError(*problems)
        if self._reads_nothing(op, entry):
            sources = []
        return self._add(name, op, layer, sources, trainable=trainable)

    def _reads_nothing(self, op: str, entry: dict[str, Any]) -> bool:
        return self.catalogue.kind(op).sourceless and "from" not in entry

    def _batch_problems(self, layer: Layer, entry: dict[str, Any], source: int | None) -> list[Problem]:
        """A batch that is written as a number would hold for one batch only."""
        shape = entry.get(layer.batch_in)
        literal = shape[0] if isinstance(shape, list) else -1
        if source is None or not self.fed[source] or type(literal) is not int or literal in (-1, self.batch):
            return []
        text = f"{layer.batch_in}={shown(shape)} writes {literal} for the batch, which is {self.batch}"
        return [Problem(text, hint="write `batch` or -1", at=(layer.batch_in, 0))]

    def _passed(self, source: int | None, problems: list[Problem]) -> int:
        """The value that a layer left out by its ``when`` stands for."""
        if problems:
            raise SpecError(*problems)
        if source is None:
            raise _Failed
        return source

    def _shared(self, name: str, entry: dict[str, Any]) -> int:
        path = entry["shares"]
        problems = [
            Problem(f"`{key}` does not go with `shares`, which takes all but `from` from the other layer", at=(key,))
            for key in entry
            if key not in ("shares", "from")
        ]
        if not isinstance(path, str):
            problems.append(Problem(f"shares takes the name of a layer, not {shown(path)}", at=("shares",)))
        elif path not in self.scope.values:
            problems.append(self.scope.unknown(path, name, ("shares",)))
        if problems:
            raise SpecError(*problems)
        owner = self.scope.values[path]
        if owner is None:
            raise _Failed
        if owner < self.first or self.nodes[owner - self.first].path != path:
            what = "an input" if owner < self.first else "left out by its `when`"
            raise SpecError(Problem(f"`{path}` is {what}, there are no weights to share", at=("shares",)))
        node = self.nodes[owner - self.first]
        sources = [] if self._reads_nothing(node.op, entry) else self.scope.sources(entry, name)
        first = owner if node.owner is None else node.owner
        return self._add(name, node.op, node.facts.layer, sources, trainable=node.trainable, owner=first)

    def _add(
        self, name: str, op: str, layer: Layer, values: list[int | None], *, trainable: bool, owner: int | None = None
    ) -> int:
        sources = tuple([value for value in values if value is not None])
        if len(sources) < len(values):
            raise _Failed
        at: At = ("layers", name)
        try:
            facts = self.derive(layer, tuple([self.shapes[source] for source in sources]))
            self._fits(facts, sources, owner)
        except ShapeError as error:
            names = [*self.spec.inputs, *(node.path for node in self.nodes)]
            evidence = tuple(f"input from `{names[source]}`: {self.shapes[source]}" for source in sources)
            for problem in error.problems:
                if not problem.hint and sources and sources[0] < self.first and self._has_batch(layer, sources[0]):
                    problem = problem._replace(hint="the sizes of an input are stated without the batch")
                shown_with = problem._replace(evidence=problem.evidence + evidence)
                self.problems.append(self.spec.placed(shown_with, at, name, key=True))
            raise _Failed from None
        self.shapes.append(facts.output)
        self.fed.append(any(self.fed[source] for source in sources))
        self.nodes.append(Node(name, op, facts, sources, at, trainable, owner))
        return len(self.shapes) - 1

    def _has_batch(self, layer: Layer, source: int) -> bool:
        """Whether an input would fit a layer with one axis less: its batch may have been written out."""
        return len(self.shapes[source]) - 1 in type(layer).ranks

    def _fits(self, facts: Facts, sources: tuple[int, ...], owner: int | None) -> None:
        """What a layer needs of other layers: the weights it shares, the indices it reads."""
        if owner is not None:
            node = self.nodes[owner - self.first]
            has, wants = node.facts.weights | node.facts.buffers, facts.weights | facts.buffers
            if has != wants:
                name = next(name for name in {**has, **wants} if has.get(name) != wants.get(name))
                text = f"`{node.path}` has {name} {has.get(name)}, here it would be {wants.get(name)}"
                raise ShapeError(Problem(text, hint="layers that share weights read the same number of channels"))
        if facts.layer.reads_indices:
            pool = self.nodes[sources[1] - self.first].facts if sources[1] >= self.first else None
            if pool is None or pool.indices is None:
                hint = "name a max pooling layer with `return_indices: true`"
                raise ShapeError(Problem("its second input keeps no indices", hint=hint))
            pooled, made = pool.inputs[0][2:], facts.output[2:]
            if pooled != made:
                text = f"its indices count pixels of an image of {list(pooled)}, here the output has {list(made)}"
                raise ShapeError(Problem(text, hint=f"state `output_size: {list(pooled)}`"))

    def _outputs(self) -> tuple[int, ...]:
        """The values that the net puts out; the last layer where the spec does not say."""
        values = self.scope.values
        found = [] if self.spec.outputs else [next(reversed(values.values()))]
        named: set[str] = set()
        for place, name in enumerate(self.spec.outputs):
            problem = None
            if name not in values:
                problem = Problem(f"there is no layer `{printable(name)}`", hint=did_you_mean(name, values))
            elif name in named:
                problem = Problem(f"`{name}` is named twice")
            else:
                found.append(values[name])
            named.add(name)
            if problem:
                self._say((problem,), ("outputs", place))
            if len(self.problems) >= MOST_PROBLEMS:
                break
        if any(value is not None and value < self.first for value in found):
            what = "an input is named as an output" if self.spec.outputs else "the last layer stands for an input"
            hint = "" if self.spec.outputs else "its `when` leaves it out; name another layer in `outputs`"
            self._say((Problem(f"{what}: nothing is computed", hint=hint),), ("outputs",))
        return tuple(dict.fromkeys([value for value in found if value is not None]))

    def _alive(self, outputs: tuple[int, ...]) -> tuple[Node, ...]:
        """The nodes, with those marked that reach no output; each of these is named in ``unused``."""
        alive = set(outputs)
        for value in range(len(self.shapes) - 1, self.first - 1, -1):
            if value in alive:
                alive.update(self.nodes[value - self.first].sources)
        nodes = tuple(
            [node if value in alive else node._replace(live=False) for value, node in enumerate(self.nodes, self.first)]
        )
        alive_paths = {node.path for node in nodes if node.live}
        unused = set(self.spec.unused)
        for node in nodes:
            if not node.live and node.path not in unused:
                hint = "name it in `outputs`, or in `unused` where it is meant to be left aside"
                self._say((Problem("the layer reaches no output", hint=hint),), ("layers", node.path), node.path)
        for place, name in enumerate(self.spec.unused):
            if len(self.problems) >= MOST_PROBLEMS:
                break
            if name not in self.spec.layers:
                hint = did_you_mean(name, self.spec.layers)
                self._say((Problem(f"there is no layer `{printable(name)}`", hint=hint),), ("unused", place))
            elif name in alive_paths:
                self._say((Problem(f"`{name}` reaches an output and is not unused"),), ("unused", place))
        return nodes
