"""The names that a layer may read: what stands before it in the same list of layers."""

from collections.abc import Mapping
from typing import Any, Final

from cnnshape.errors import Problem, SpecError, did_you_mean
from cnnshape.graph import loop
from cnnshape.layers.fields import shown
from cnnshape.yamlfile.scalars import printable

MOST_SOURCES: Final = 1000
"""A layer reads no more values than these."""

LOOPS: Final = 3
"""So many loops are drawn; each is a walk over all layers."""

_NAMED: Final = 12  # names that a loop is drawn with


class Scope:
    """The values by name, in the order of the file; None for a layer that failed."""

    def __init__(self, inputs: list[str], entries: Mapping[str, Any]) -> None:
        self.entries = entries
        self.values: dict[str, int | None] = {name: value for value, name in enumerate(inputs)}
        self.before: int | None = 0
        """What the next layer reads if it does not say: the layer before, or the first input."""
        self.loops = 0

    def add(self, name: str, value: int | None) -> None:
        """A layer is made, or failed."""
        self.values[name] = self.before = value

    def sources(self, entry: Mapping[str, Any], name: str) -> list[int | None]:
        """The values that an entry reads; raises `SpecError` for names that are not there."""
        if "from" not in entry:
            return [self.before]
        raw = entry["from"]
        names = [raw] if isinstance(raw, str) else raw
        if not isinstance(names, list) or not names or not all(isinstance(source, str) for source in names):
            text = f"from takes the name of a layer or a list of names, not {shown(raw)}"
            raise SpecError(Problem(text, at=("from",)))
        if len(names) > MOST_SOURCES:
            text = f"a layer reads at most {MOST_SOURCES:,} values, `from` names {len(names):,}"
            raise SpecError(Problem(text, at=("from",)))
        problems = [
            self.unknown(source, name, ("from",) if names is not raw else ("from", place))
            for place, source in enumerate(names)
            if source not in self.values
        ]
        if problems:
            raise SpecError(*problems)
        return [self.values[source] for source in names]

    def unknown(self, source: str, name: str, at: tuple[str | int, ...]) -> Problem:
        """What is wrong with a name that a layer cannot read."""
        if source == name:
            return Problem("a layer cannot read itself", at=at)
        if source not in self.entries:
            hint = did_you_mean(source, self.values)
            return Problem(f"there is no layer `{printable(source)}` before this one", hint=hint, at=at)
        self.loops += 1
        turn = loop(self._edges(), name, source) if self.loops <= LOOPS else []
        if len(turn) > _NAMED:
            turn[_NAMED // 2 : -_NAMED // 2] = ["..."]
        evidence = ("this closes a loop: " + " -> ".join(turn),) if turn else ()
        text = f"`{source}` comes later in the file; a layer reads what stands before it"
        return Problem(text, evidence=evidence, at=at)

    def _edges(self) -> list[tuple[str, str]]:
        """Who reads whom, as far as the text says."""
        edges, before = [], ""
        for name, entry in self.entries.items():
            stated = entry.get("from", before) if isinstance(entry, dict) else before
            edges += [(str(source), name) for source in (stated if isinstance(stated, list) else [stated])]
            before = name
        return edges
