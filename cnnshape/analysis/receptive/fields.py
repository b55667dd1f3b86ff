"""Receptive fields: which pixels of the input an output depends on, through branches, views, dilation and upsampling.

`summaries` says it for every layer, on an endless image; `border.window` says it for one position, borders included;
`misaligned` names the merges that put together what does not lie at the same place.

References: Araujo, Norris & Sim 2019, "Computing Receptive Fields of Convolutional Neural Networks", Distill.
"""

from collections.abc import Iterator
from itertools import repeat
from typing import Any

from cnnshape.analysis.receptive.field import Field as Field
from cnnshape.analysis.receptive.figures import field_of, key_of
from cnnshape.analysis.receptive.misalignment import Merge as Merge
from cnnshape.analysis.receptive.misalignment import misaligned as misaligned
from cnnshape.analysis.receptive.propagation import Reading, Walk, drifts
from cnnshape.analysis.receptive.terms import State
from cnnshape.analysis.receptive.work import Work
from cnnshape.core.dims import Shape
from cnnshape.graph.graph import Graph


def summaries(graph: Graph, walk: Walk | None = None) -> tuple[dict[str, tuple[Field, ...]], ...]:
    """For each value, for each input of the net that it sees, a field per axis from axis 2 on.

    >>> from cnnshape.graph.build import build
    >>> from cnnshape.spec.document import load
    >>> conv = {"op": "Conv1d", "out_channels": 1, "kernel_size": 3, "stride": 2, "padding": 1}
    >>> net = build(load({"cnnshape": 1, "input": [1, 32], "layers": {"conv1": conv, "conv2": conv}}))
    >>> field = summaries(net)[net.number("conv2")]["input"][0]
    >>> field.size, field.jump, field.start
    (7, Fraction(4, 1), -3)
    """
    walk = walk or Walk(graph)
    figures, seen, first = Figures(walk), walk.seen(), len(graph.inputs)
    columns: list[list[list[Field | None]]] = [[] for _ in graph.inputs]  # by input and axis, of every value
    for number, _, axis, readings, like in walk.followed():
        mine = columns[number]
        own = figures.field(walk.origin(number, axis), graph.shapes[number], "", "")
        column: list[Field | None] = [own] * first
        for value, (reading, other) in enumerate(zip(readings, like, strict=True), first):
            if not seen[value] >> number & 1:
                column.append(None)
            else:
                column.append(mine[0][value] if mine and reading is other else figures.of(reading))
        mine.append(column)
    return tuple(_by_value(list(graph.inputs), seen, columns))


def _by_value(
    names: list[str], seen: list[int], columns: list[list[list[Field | None]]]
) -> Iterator[dict[str, tuple[Field, ...]]]:
    """The fields of each value by input; equal ones are the same, so that whoever shows them can tell by their ids."""
    rows = [zip(*axes, strict=True) if axes else repeat(()) for axes in columns]
    once: dict[tuple[int, ...], tuple[Field, ...]] = {}
    all_: dict[tuple[int, ...], dict[str, tuple[Field, ...]]] = {}
    for bits, *mine in zip(seen, *rows, strict=False):
        fields = [once.setdefault(tuple(map(id, row)), row) for row in mine]
        key = (bits, *map(id, fields))
        found = all_.get(key)
        if found is None:
            pairs = enumerate(zip(names, fields, strict=True))
            found = all_[key] = {name: row for number, (name, row) in pairs if bits >> number & 1}
        yield found


class Figures:
    """The fields of states of one walk, equal ones once."""

    def __init__(self, walk: Walk) -> None:
        self.algebra = walk.algebra
        self.work = Work()  # not the walk's, or its states would depend on who asks first
        self._asked: dict[tuple[Any, ...], Field] = {}
        self._known: dict[Any, Field] = {}
        self._keys: dict[tuple[int, int], Any] = {}

    def of(self, reading: Reading) -> Field:
        """The field of what a node makes."""
        return self.field(reading.step.state, reading.node.facts.output, reading.via, reading.meet)

    def field(self, state: State, made: Shape, via: str, meet: str) -> Field:
        """The field of a value of this shape."""
        asked = id(state), made, self.algebra.extent, via, meet  # the walk holds the state
        found = self._asked.get(asked)
        if found is None:
            found = self._asked[asked] = self._field(state, made, via, meet)
        return found

    def _field(self, state: State, made: Shape, via: str, meet: str) -> Field:
        own = id(state), len(made)
        alone = self._keys.get(own, self)
        if alone is self:
            alone = self._keys[own] = key_of(state, made)
        key = (alone or (id(state), made), self.algebra.extent, via, meet)
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = field_of(self.algebra, self.work, state, made, via, meet)
        return found


def one_side(walk: Walk, reading: Reading, state: State) -> Field:
    """The field of a layer as if it read one of its inputs only; ``state`` is what comes in there."""
    meet = reading.meet if drifts(state) else ""
    return Figures(walk).field(state, reading.node.facts.output, reading.via, meet)
