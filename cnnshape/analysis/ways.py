"""How layers read their inputs, prepared for following axes through a net: routes, and where pieces matter."""

from typing import Final, NamedTuple

from cnnshape.analysis.shapes import regrouping
from cnnshape.dims import Dim, Shape
from cnnshape.facts import Facts
from cnnshape.graph import Graph
from cnnshape.layers.steps import Frames, Regroup, Row, Step, known, made_by
from cnnshape.pieces import Blocks, Piece
from cnnshape.reach import POINTWISE, Reach, TransposedWindow, Window

Route = dict[int, list[tuple[int, Reach]]]
"""For an axis of an input, the output axes that follow it; an axis that is not there is read whole by every output."""


def route_of(row: Row) -> Route:
    """The same the other way round: by the axis that is read."""
    route: Route = {}
    for axis, tap in enumerate(row.taps):
        if tap is not None:
            route.setdefault(tap.axis, []).append((axis, tap.reach))
    return route


def is_identity(reach: Reach) -> bool:
    """Whether every output reads the index of its own number and nothing else."""
    return reach.period == (1, 1) and reach.taps(0) == (0, 0, 1)


class Leg(NamedTuple):
    """One step on the way from an input of a layer to its output; its sizes may be open."""

    step: Step
    route: Route
    """Of a row, by the axis that is read."""
    x: Shape
    made: Shape
    piece: int | None
    """The axis of ``made`` along which this is one of several pieces."""
    same: bool
    """Whether every element reads the one at its own place and nothing else."""


Way = tuple[Leg, ...]
"""All steps from an input of a layer to its output."""


def ways(facts: Facts) -> tuple[Way | None, ...]:
    """How a layer reads each of its inputs; None for one of which it takes no more than the shape."""
    found: list[Way | None] = []
    for steps, x in zip(facts.reads(), facts.inputs, strict=True):
        found.append(None if steps is None or _reads_nothing(steps) else _way(steps, x))
    return tuple(found)


def _way(steps: tuple[Step, ...], x: Shape) -> Way:
    legs = []
    for step in steps:
        made = made_by(step, x)
        route, piece, same = {}, None, False
        if isinstance(step, Row):
            same = _is_same(step, x)
            route = route_of(step)
            if not same:
                piece = next((axis for axis, tap in enumerate(step.taps) if tap and type(tap.reach) is Piece), None)
        legs.append(Leg(step, route, x, made, piece, same))
        x = made
    return tuple(legs)


def _is_same(row: Row, x: Shape) -> bool:
    """Whether a row leaves everything in its place."""
    if row.made is not x and (len(row.made) != len(x) or not all(map(_equal, row.made, x))):
        return False
    return all(tap is not None and tap.axis == at and tap.reach is POINTWISE for at, tap in enumerate(row.taps))


def _equal(one: Dim, other: Dim) -> bool:
    return one is other or (type(one) is int and one == other)


_SURE: Final = (Window, TransposedWindow, Blocks)


def _reads_nothing(steps: tuple[Step, ...]) -> bool:
    """Whether no output reads anything along some axis."""
    for step in steps:
        for tap in step.taps if isinstance(step, Row) else ():
            if tap is None or tap.reach is POINTWISE or isinstance(tap.reach, _SURE):
                continue  # some output reads each index, maybe after very many that do not
            if all(last < first for first, last, _ in map(tap.reach.taps, range(tap.reach.period[0]))):
                return True
    return False


class Passing(NamedTuple):
    """Which axes of an input are kept apart by what follows: bits by axis."""

    always: int
    """Axes of which a part is taken."""
    kept: tuple[tuple[int, int], ...]
    """Pairs of an axis of the output and an axis of the input that it is, or is made of, or is a part of."""

    def back(self, bits: int) -> int:
        """The axes of the input whose pieces matter, where those of the output are these."""
        found = self.always
        for out, axis in self.kept:
            if bits >> out & 1:
                found |= 1 << axis
        return found


def passing(way: Way) -> Passing:
    """Where pieces along the axes of an input matter for a layer, all its steps together."""
    pairs = [(axis, axis) for axis in range(len(way[-1].made))]
    always = set[int]()
    if len(way) == 1 and way[0].same:
        return Passing(0, tuple(pairs))
    for leg in reversed(way):
        cut, back = _passed(leg)
        always = cut | {axis for out, axis in back if out in always}
        pairs = [(last, axis) for last, now in pairs for out, axis in back if out == now]
    return Passing(sum(1 << axis for axis in always), tuple(pairs))


Pairs = list[tuple[int, int]]
"""An axis that a step makes, with an axis that it is, or is made of, or is a part of."""


def _passed(leg: Leg) -> tuple[set[int], Pairs]:
    """Axes of which a step takes a part, and how the others go on."""
    step, axes = leg.step, range(len(leg.x))
    if isinstance(step, Row):
        cut, back = set[int](), Pairs()
        for out, tap in enumerate(step.taps):
            if tap is None:
                continue
            kept = is_identity(tap.reach) and _equal(leg.made[out], leg.x[tap.axis])  # not cut at its end
            if kept or type(tap.reach) is Piece:
                back.append((out, tap.axis))
            else:
                cut.add(tap.axis)
        return cut, back
    if isinstance(step, Regroup):
        return _regrouped(step, axes, leg.x)
    if isinstance(step, Frames):
        return {step.axis}, [(axis + (axis > step.axis), axis) for axis in axes if axis != step.axis]
    pair = {step.axis, step.axis + 1}
    return pair, [(axis - (axis > step.axis), axis) for axis in axes if axis not in pair]


def _regrouped(step: Regroup, axes: range, x: Shape) -> tuple[set[int], Pairs]:
    """The same for axes that become others: of several as several, some may be what they were."""
    first, end, count = step.axis, step.axis + step.axes, len(step.sizes)
    back = [(axis + (count - step.axes if axis >= end else 0), axis) for axis in axes if not first <= axis < end]
    if step.axes == 1 or count == 1:
        return set(), [*back, *((first + out, axis) for out in range(count) for axis in range(first, end))]
    kept = regrouping(known(x[first:end]), known(step.sizes)).kept
    back += [(first + out, first + axis) for axis, out in kept.items()]
    return {axis for axis in range(first, end) if axis - first not in kept}, back


def pieced(graph: Graph, all_ways: list[tuple[Way | None, ...]]) -> list[int]:
    """For each value, the axes along which it matters of which piece an index is, as bits.

    A slice of channels after a concatenation reads one side only; where a convolution reads all channels next, the
    sides are one.
    """
    found = [0] * len(graph.shapes)
    known: dict[int, Passing] = {}
    first = len(graph.inputs)
    for value in range(len(found) - 1, first - 1, -1):
        node = graph.nodes[value - first]
        for source, way in zip(node.sources, all_ways[value - first], strict=True):
            if way is not None:
                if id(way) not in known:
                    known[id(way)] = passing(way)
                found[source] |= known[id(way)].back(found[value])
    return found
