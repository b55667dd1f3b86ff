"""Values that are followed along one axis of an image just as along another: height and width, nearly always."""

from collections.abc import Sequence
from operator import attrgetter

from cnnshape.analysis.terms import State
from cnnshape.analysis.ways import Leg, Way
from cnnshape.dims import Shape
from cnnshape.graph import Graph
from cnnshape.layers.steps import Regroup, Row
from cnnshape.reach import Reach

FIRST = 2
"""The axis of an input that its others are like."""

Pair = tuple[int, int]
"""The axes of a value that carry the first axis of an input, and another one."""

NOWHERE = (-1, -1)
"""Of a value that reads both whole, or nothing of them."""


def alike(graph: Graph, all_ways: Sequence[tuple[Way | None, ...]], number: int, axis: int) -> list[Pair | None]:
    """For each value, where it has two axes of an input that are alike up to it; None where they are not."""
    equal = _are_equal(graph.shapes[number], FIRST, axis)
    found: list[Pair | None] = [NOWHERE] * len(graph.inputs)
    found[number] = (FIRST, axis) if equal else None
    known: dict[tuple[int, Pair], Pair | None] = {}
    for node, ways in zip(graph.nodes, all_ways, strict=True):
        pairs = set[Pair | None]()
        for source, way in zip(node.sources, ways, strict=True):
            pair = found[source]
            if pair is not None and way is not None and pair != NOWHERE:
                key = id(way), pair
                if key not in known:
                    known[key] = _through(way, pair)
                pair = known[key]
            pairs.add(pair)
        pairs -= {NOWHERE}
        found.append(pairs.pop() if len(pairs) == 1 else None if pairs else NOWHERE)
    return found


def renamed(state: State, pair: Pair) -> State:
    """What a value reads of the other axis, from what it reads of the first one."""
    first, other = pair
    found = []
    for term in state:
        digits = [digit._replace(axis=other) if digit.axis == first else digit for digit in term.digits]
        found.append(term._replace(digits=tuple(sorted(digits, key=attrgetter("axis")))))  # those of one stay in order
    return tuple(found)


def _through(way: Way, pair: Pair) -> Pair | None:
    """Where a layer puts two axes that it treats alike."""
    after: Pair | None = pair
    for leg in way:
        if after is None or after == NOWHERE:
            break
        after = _after(leg, *after)
    return after


def _after(leg: Leg, one: int, other: int) -> Pair | None:
    """Where a step does."""
    step = leg.step
    if isinstance(step, Row):
        mine, its = leg.route.get(one, []), leg.route.get(other, [])
        if not mine and not its:
            return NOWHERE
        if len(mine) != 1 or len(its) != 1 or not _read_alike(mine[0][1], its[0][1]):
            return None
        return (mine[0][0], its[0][0]) if _are_equal(leg.made, mine[0][0], its[0][0]) else None
    if not isinstance(step, Regroup):
        return None
    end, grown = step.axis + step.axes, len(step.sizes) - step.axes
    if max(one, other) < step.axis:
        return one, other
    if min(one, other) >= end:
        return one + grown, other + grown
    inside = step.axis <= min(one, other) and max(one, other) < end
    return NOWHERE if inside and len(step.sizes) == 1 and leg.x[one] == leg.x[other] == 1 else None


def _are_equal(shape: Shape, one: int, other: int) -> bool:
    return shape[one] is shape[other] or (type(shape[one]) is int and shape[one] == shape[other])


def _read_alike(one: Reach, other: Reach) -> bool:
    return one is other or (one.known() is one and other.known() is other and one == other)
