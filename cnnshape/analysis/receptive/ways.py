"""How layers read their inputs, prepared for following axes through a net: routes, and where pieces matter."""

from functools import cache
from typing import Final, NamedTuple

from cnnshape.core.dims import Dim, Shape
from cnnshape.layers.facts import Facts
from cnnshape.layers.index_maps import POINTWISE, Reach, TransposedWindow, Window
from cnnshape.layers.pieces import Blocks, Piece
from cnnshape.layers.steps import Row, Step, in_place, made_by

Route = dict[int, list[tuple[int, Reach]]]
"""For an axis of an input, the output axes that follow it; an axis that is not there is read whole by every output."""


def route_of(row: Row) -> Route:
    """The same the other way round: by the axis that is read."""
    if row.taps is in_place(len(row.taps)):
        return _straight(len(row.taps))
    route: Route = {}
    for axis, tap in enumerate(row.taps):
        if tap is not None:
            route.setdefault(tap.axis, []).append((axis, tap.reach))
    return route


@cache
def _straight(rank: int) -> Route:
    return {axis: [(axis, POINTWISE)] for axis in range(rank)}


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
    order: tuple[int, ...] | None = None
    """Of axes in another order: where each axis of ``x`` is now."""
    moved: frozenset[int] | None = None
    """Of a row, the axes of ``x`` that are not left in their place: what carries none of them stays what it is."""


Way = tuple[Leg, ...]
"""All steps from an input of a layer to its output."""


def is_still(way: Way | None) -> bool:
    """Whether a way leaves everything in its place, so that nothing of the layer matters to what is read."""
    return way is not None and len(way) == 1 and way[0].same


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
        route, piece, same, order, moved = {}, None, False, None, None
        if isinstance(step, Row):
            same = _is_same(step, x)
            route = route_of(step)
            if not same:
                order = _order(step, x)
                moved = _moved(step, x, route)
                piece = next((axis for axis, tap in enumerate(step.taps) if tap and type(tap.reach) is Piece), None)
        legs.append(Leg(step, route, x, made, piece, same, order, moved))
        x = made
    return tuple(legs)


def _is_same(row: Row, x: Shape) -> bool:
    """Whether a row leaves everything in its place."""
    if row.made is not x and (len(row.made) != len(x) or not all(map(_equal, row.made, x))):
        return False
    taps = row.taps
    return taps is in_place(len(taps)) or all(
        tap is not None and tap.axis == at and tap.reach is POINTWISE for at, tap in enumerate(taps)
    )


def _moved(row: Row, x: Shape, route: Route) -> frozenset[int]:
    """The axes of an input that are not left in their place."""
    kept = [
        axis
        for axis, ways in route.items()
        if len(ways) == 1 and ways[0] == (axis, POINTWISE) and _equal(row.made[axis], x[axis])
    ]
    return frozenset(range(len(x))).difference(kept)


def _order(row: Row, x: Shape) -> tuple[int, ...] | None:
    """Where each axis is, if they are only in another order."""
    axes = [tap.axis for tap in row.taps if tap is not None and tap.reach is POINTWISE]
    if len(axes) != len(x) or len(row.made) != len(x) or {*axes} != {*range(len(x))}:
        return None
    return tuple(map(axes.index, range(len(x)))) if all(map(_equal, row.made, map(x.__getitem__, axes))) else None


def _equal(one: Dim, other: Dim) -> bool:
    return one is other or (type(one) is int and one == other)


_SURE: Final = (Window, TransposedWindow, Blocks)


def _reads_nothing(steps: tuple[Step, ...]) -> bool:
    """Whether no output reads anything along some axis."""
    for step in steps:
        if not isinstance(step, Row) or step.taps is in_place(len(step.taps)):
            continue
        for tap in step.taps:
            if tap is None or tap.reach is POINTWISE or isinstance(tap.reach, _SURE):
                continue  # some output reads each index, maybe after very many that do not
            if all(last < first for first, last, _ in map(tap.reach.taps, range(tap.reach.period[0]))):
                return True
    return False
