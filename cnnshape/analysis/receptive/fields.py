"""Receptive fields: which pixels of the input an output depends on, through branches, views, dilation and upsampling.

`summaries` says it for every layer, on an endless image; `border.window` says it for one position, borders included;
`misaligned` names the merges that put together what does not lie at the same place.

References: Araujo, Norris & Sim 2019, "Computing Receptive Fields of Convolutional Neural Networks", Distill.
"""

from typing import Any

from cnnshape.analysis.receptive.field import Field as Field
from cnnshape.analysis.receptive.figures import field_of, key_of
from cnnshape.analysis.receptive.misalignment import Merge as Merge
from cnnshape.analysis.receptive.misalignment import misaligned as misaligned
from cnnshape.analysis.receptive.periodic import Work
from cnnshape.analysis.receptive.propagation import Reading, Walk, drifts
from cnnshape.analysis.receptive.terms import State
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
    names = list(graph.inputs)
    found: list[dict[str, list[Field]]] = [
        {name: [] for number, name in enumerate(names) if bits >> number & 1} for bits in walk.seen()
    ]
    figures = Figures(walk)
    for number, name, axis, readings, first in walk.followed():
        found[number][name].append(figures.field(walk.origin(number, axis), graph.shapes[number], "", ""))
        for mine, reading, other in zip(found[len(names) :], readings, first, strict=True):
            fields = mine.get(name)
            if fields is not None:
                fields.append(fields[0] if fields and reading is other else figures.of(reading))
    once: dict[tuple[int, ...], tuple[Field, ...]] = {}  # so that whoever shows them can tell by their ids
    return tuple(
        [
            {name: once.setdefault(tuple(map(id, fields)), tuple(fields)) for name, fields in mine.items()}
            for mine in found
        ]
    )


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
