"""One list of layers while it is built: of the net, or of one copy of a block, with the names that it may read."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from cnnshape.core.errors import Problem, SpecError, unknown
from cnnshape.core.text import printable
from cnnshape.graph.graph import loop
from cnnshape.layers.fields import not_taken
from cnnshape.spec.blocks import STD, Template
from cnnshape.spec.variables import Names
from cnnshape.spec.yaml.source import At, Source

if TYPE_CHECKING:
    from cnnshape.graph.copies import Moved

MOST_SOURCES: Final = 1000
"""A layer reads no more values than these."""

LOOPS: Final = 3
"""So many loops are drawn; each is a walk over all layers."""

_NAMED: Final = 12  # names that a loop is drawn with


class Use(NamedTuple):
    """A call of a block, as what is inside remembers it."""

    path: str
    source: Source
    at: At
    template: Template

    @property
    def name(self) -> str:
        """The name of the block, as a spec writes it."""
        name, standard = self.template.name, self.template.source.file.startswith(f"{STD}/")
        return f"{STD}/{name}" if standard else name

    @property
    def evidence(self) -> str:
        """The line of a message that says who calls."""
        mark = self.source.mark(self.at, key=True)
        place = f" at {self.source.file}:{mark.line}:{mark.column}" if mark else ""
        return f"in block `{self.template.name}`, used by `{self.path}`{place}"


class Scope:
    """The values by name, in the order of the file; None for a layer that failed."""

    def __init__(
        self, inputs: Mapping[str, int | None], entries: Mapping[str, Any], env: Names, source: Source,
        at: At = (), *, family: Mapping[str, Template], prefix: str = "", used: tuple[Use, ...] = (),
        shared: "Scope | None" = None, trainable: bool = True, ignore: frozenset[str] = frozenset(),
    ) -> None:  # fmt: skip
        self.entries = entries
        self.env = env
        """What the expressions of its entries may name."""
        self.source, self.at = source, at
        self.family = family
        """The blocks that may be called here."""
        self.prefix = prefix
        """What stands before the names in paths."""
        self.used = used
        """The calls that lead here, the innermost first."""
        self.used_at = tuple([(use.source, use.at) for use in used])
        self.shared = shared
        """The copy of the block whose weights this one uses."""
        self.blocks: tuple[tuple[str, str], ...] = ()
        """The copies of blocks that this one is and stands in, the innermost first: path and name."""
        self.trainable = trainable
        """Whether its weights are trained; a layer can say no for its own."""
        self.ignore = ignore
        """The warnings that are not shown for its layers; a layer can name more for its own."""
        self.inputs = tuple(inputs)
        self.values: dict[str, int | None] = dict(inputs)
        self.copies: dict[str, Scope | Moved] = {}
        """The blocks that calls have made, by their names: ``stem``, and ``layer2.0`` where a call repeats."""
        self.before: int | None = next(iter(inputs.values()))
        """What the next layer reads if it does not say: the layer before, or the first input."""
        self.loops = 0

    def place(self, name: str) -> At:
        """The keys of an entry."""
        return (*self.at, "layers", name)

    def trains(self, entry: Mapping[str, Any], problems: list[Problem]) -> bool:
        """Whether the weights of an entry are trained; where it does not say so with a truth value, a problem more."""
        raw = entry.get("trainable", True)
        if not isinstance(raw, bool):
            problems.append(not_taken("trainable", "true or false", raw))
        return raw is True and self.trainable

    def ignores(self, entry: Mapping[str, Any], problems: list[Problem]) -> frozenset[str]:
        """The warnings that are not shown for an entry; where it names them wrong, problems more."""
        if "ignore" not in entry:
            return self.ignore
        from cnnshape.spec.ignored import entry_problems

        found = entry_problems(entry["ignore"])
        problems += found
        return self.ignore if found else self.ignore.union(entry["ignore"])

    def add(self, name: str, value: int | None) -> None:
        """A layer is made, or failed."""
        self.values[name] = self.before = value

    def copy(self, name: str) -> "Scope | None":
        """The copy of a block of this name, if there is one."""
        found = self.copies.get(name)
        if found is not None and not isinstance(found, Scope):
            found = self.copies[name] = found.scope()
        return found

    def copies_of(self, name: str) -> "dict[str, Scope]":
        """The copies of the block that a name stands for, by what follows the name in theirs: nothing, ``.0``, ..."""
        if (one := self.copy(name)) is not None:
            return {"": one}
        found: dict[str, Scope] = {}
        while (one := self.copy(f"{name}.{len(found)}")) is not None:
            found[f".{len(found)}"] = one
        if found or name in self.values:
            return found
        inside = self._inside(name)
        return inside[0].copies_of(inside[1]) if inside else {}

    def has(self, name: str) -> bool:
        """Whether there is a value of this name: a layer's, an input's, or what stands inside a block before."""
        return name in self.values or self._inside(name) is not None

    def value(self, name: str) -> int | None:
        """The value of a name that there is; None where its layer failed."""
        if name in self.values:
            return self.values[name]
        found = self._inside(name)
        return found[0].values[found[1]] if found else None

    def _inside(self, name: str) -> "tuple[Scope, str] | None":
        """The copy of a block that a path leads into, and what it names there; None where it leads nowhere."""
        for head, rest in _cuts(name):
            copy = self.copy(head)
            if copy is not None and copy.has(rest) and rest not in copy.inputs:
                return (copy, rest) if rest in copy.values else copy._inside(rest)
        return None

    def sources(self, entry: Mapping[str, Any], name: str) -> list[int | None]:
        """The values that an entry reads; raises `SpecError` for names that are not there."""
        if "from" not in entry:
            return [self.before]
        raw = entry["from"]
        names = [raw] if isinstance(raw, str) else raw
        if not isinstance(names, list) or not names or not all(isinstance(source, str) for source in names):
            raise SpecError(not_taken("from", "the name of a layer or a list of names", raw))
        if len(names) > MOST_SOURCES:
            text = f"a layer reads at most {MOST_SOURCES:,} values, `from` names {len(names):,}"
            raise SpecError(Problem(text, at=("from",)))
        problems = [
            self.unknown(source, name, ("from",) if names is not raw else ("from", place))
            for place, source in enumerate(names)
            if not self.has(source)
        ]
        if problems:
            raise SpecError(*problems)
        return [self.value(source) for source in names]

    def unknown(self, source: str, name: str, at: At) -> Problem:
        """What is wrong with a name that a layer cannot read."""
        if source == name:
            return Problem("a layer cannot read itself", at=at)
        if source not in self.entries:
            text = f"there is no layer `{printable(source)}` before this one"
            return unknown(text, source, self.values, hint=self._left_out(source), at=at)
        self.loops += 1
        turn = loop(self._edges(), name, source) if self.loops <= LOOPS else []
        if len(turn) > _NAMED:
            turn[_NAMED // 2 : -_NAMED // 2] = ["..."]
        evidence = ("this closes a loop: " + " -> ".join(turn),) if turn else ()
        text = f"`{source}` comes later in the file; a layer reads what stands before it"
        return Problem(text, evidence=evidence, at=at)

    def _left_out(self, path: str) -> str:
        """What is wrong with a path into a call that made nothing."""
        for head, _ in _cuts(path):
            entry = self.entries.get(head)
            if head in self.values and isinstance(entry, dict) and "block" in entry and not self.copies_of(head):
                return f"`{head}` is left out by its `when` or `repeat`, so that nothing is in it"
        return ""

    def _edges(self) -> list[tuple[str, str]]:
        """Who reads whom, as far as the text says."""
        edges, before = [], ""
        for name, entry in self.entries.items():
            stated = entry.get("from", before) if isinstance(entry, dict) else before
            edges += [(str(source), name) for source in (stated if isinstance(stated, list) else [stated])]
            before = name
        return edges


def _cuts(name: str) -> Iterator[tuple[str, str]]:
    """The ways to cut a path in two at a dot.

    >>> list(_cuts("layer2.0.conv"))
    [('layer2', '0.conv'), ('layer2.0', 'conv')]
    """
    for at, character in enumerate(name):
        if character == ".":
            yield name[:at], name[at + 1 :]
