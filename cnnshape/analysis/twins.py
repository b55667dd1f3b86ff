"""Values that are followed along one axis of an image just as along another: height and width, nearly always."""

from collections.abc import Iterator, Sequence
from functools import reduce
from itertools import pairwise
from typing import NamedTuple

from cnnshape.analysis.shapes import regrouping
from cnnshape.analysis.terms import Digit, State, place
from cnnshape.analysis.ways import Leg, Way, is_identity
from cnnshape.dims import Shape
from cnnshape.graph import Graph
from cnnshape.layers.steps import Frames, Overlap, Regroup, Row
from cnnshape.reach import Reach

FIRST = 2
"""The axis of an input that its others are like."""


class Slot(NamedTuple):
    """Where a value carries an axis, or a digit of it: ``(y // div) % n`` of one of its axes."""

    axis: int
    div: int
    n: int

    def is_all_of(self, x: Shape) -> bool:
        """Whether it is an axis of its own."""
        return self.div == 1 and x[self.axis] == self.n

    def holds(self, digit: Digit) -> bool:
        """Whether this digit is in it."""
        inside = self.div <= digit.div and digit.div * digit.n <= self.div * self.n
        return self.axis == digit.axis and inside


Pairs = tuple[tuple[Slot, Slot], ...]
"""Where a value carries the first axis of an input, and where it carries another one in the same way.

Empty where it reads both whole, or nothing of them.
"""


def alike(graph: Graph, all_ways: Sequence[tuple[Way | None, ...]], number: int, axis: int) -> list[Pairs | None]:
    """For each value, where it has two axes of an input that are alike up to it; None where they are not."""
    found: list[Pairs | None] = [()] * len(graph.inputs)
    size, other = graph.shapes[number][FIRST], graph.shapes[number][axis]
    equal = type(size) is type(other) is int and size == other
    found[number] = ((Slot(FIRST, 1, size), Slot(axis, 1, size)),) if equal else None
    after: dict[tuple[int, Pairs], Pairs | None] = {}
    for node, ways in zip(graph.nodes, all_ways, strict=True):
        pairs: Pairs | None = ()
        for source, way in zip(node.sources, ways, strict=True):
            mine = found[source]
            if mine and way is not None:
                key = id(way), mine
                if key not in after:
                    after[key] = reduce(_after, way, found[source])
                mine = after[key]
            pairs = _met(pairs, mine)
        found.append(pairs)
    return found


def _met(one: Pairs | None, other: Pairs | None) -> Pairs | None:
    """The pairs of a value that reads two; None where they do not go together."""
    if one is other or not other or one is None:
        return one if other is not None else None
    less, more = sorted((one, other), key=len)
    return more if {*less} <= {*more} else None


def are_level(pairs: Pairs) -> bool:
    """Whether the two are even where they lie in their axes, so that all that is told of one is told of the other.

    Of a value that carries one of them on axis 1, where channels are, that one is told of all channels together.
    """
    return all(mine.div == its.div and (mine.axis == 1) == (its.axis == 1) for mine, its in pairs)


def fits(state: State, pairs: Pairs) -> bool:
    """Whether these pairs find all that a value carries of the first axis; digits that were fused they do not find."""
    slots = [mine for mine, _ in pairs]
    axes = {slot.axis for slot in slots}
    for term in state:
        for digit in term.digits:
            if digit.axis in axes and not any(slot.holds(digit) for slot in slots):
                return False
    return True


def renamed(state: State, pairs: Pairs) -> State:
    """What a value reads of the other axis, from what it reads of the first one."""
    return tuple([term._replace(digits=tuple(sorted(_renamed(term.digits, pairs), key=place))) for term in state])


def _renamed(digits: Sequence[Digit], pairs: Pairs) -> Iterator[Digit]:
    for digit in digits:
        slots = next((pair for pair in pairs if pair[0].holds(digit)), None)
        if slots is None:  # it tells channels apart, or parts
            yield digit
        else:
            mine, its = slots
            yield Digit(its.axis, digit.div // mine.div * its.div, digit.n, digit.band)


def _after(pairs: Pairs | None, leg: Leg) -> Pairs | None:
    """Where a step puts two axes that it treats alike; None where it does not."""
    if not pairs or leg.same:
        return pairs
    step, found = leg.step, list[tuple[Slot, Slot]]()
    if isinstance(step, Regroup) and not all(type(size) is int for size in (*leg.x, *step.sizes)):
        return None
    for mine, its in pairs:
        if isinstance(step, Row):
            moved = _in_row(leg, mine, its)
        elif isinstance(step, Regroup):
            moved = _paired(_regrouped(step, leg.x, mine), _regrouped(step, leg.x, its))
        else:
            moved = _paired(_beside(step, mine), _beside(step, its))
        if moved is None:
            return None
        found += moved
    return tuple(found)


def _paired(mine: list[Slot] | None, its: list[Slot] | None) -> list[tuple[Slot, Slot]] | None:
    if mine is None or its is None or [slot.n for slot in mine] != [slot.n for slot in its]:
        return None
    return list(zip(mine, its, strict=True))


def _in_row(leg: Leg, mine: Slot, its: Slot) -> list[tuple[Slot, Slot]] | None:
    """Where a row puts them."""
    ways, other_ways = leg.route.get(mine.axis, []), leg.route.get(its.axis, [])
    if not ways and not other_ways:
        return []
    if len(ways) != 1 or len(other_ways) != 1:
        return None
    (out, reach), (other, other_reach) = ways[0], other_ways[0]
    size, other_size = leg.made[out], leg.made[other]
    if mine.is_all_of(leg.x) and its.is_all_of(leg.x):
        equal = type(size) is type(other_size) is int and size == other_size
        return [(Slot(out, 1, size), Slot(other, 1, size))] if equal and _read_alike(reach, other_reach) else None
    kept = _is_kept(leg, mine, out, reach) and _is_kept(leg, its, other, other_reach)
    return [(mine._replace(axis=out), its._replace(axis=other))] if kept else None


def _is_kept(leg: Leg, slot: Slot, out: int, reach: Reach) -> bool:
    return leg.made[out] == leg.x[slot.axis] and is_identity(reach)


def _read_alike(one: Reach, other: Reach) -> bool:
    return one is other or (one.known() is one and other.known() is other and one == other)


def _regrouped(step: Regroup, x: Shape, slot: Slot) -> list[Slot] | None:
    """Where axes that become others put it, cut where new axes begin; None where that is no digit of theirs."""
    axis, div, n = slot
    first, end = step.axis, step.axis + step.axes
    if axis < first:
        return [slot]
    if axis >= end:
        return [slot._replace(axis=axis + len(step.sizes) - step.axes)]
    to = regrouping(x[first:end], step.sizes)
    if axis - first in to.kept:
        return [slot._replace(axis=first + to.kept[axis - first])]
    low, high = div * to.old[axis - first], div * to.old[axis - first] * n
    if n == 1 or not to.lines_up(low, n):
        return [] if n == 1 else None
    ends = [low, *[cut for cut in to.cuts if low < cut < high], high]
    return [Slot(first + (at := to.axis_at(begin)), begin // to.new[at], end // begin) for begin, end in pairwise(ends)]


def _beside(step: Frames | Overlap, slot: Slot) -> list[Slot] | None:
    """Where windows that become axes, or one, leave what is on another axis."""
    last, more = (step.axis, 1) if isinstance(step, Frames) else (step.axis + 1, -1)
    if step.axis <= slot.axis <= last:
        return None
    return [slot._replace(axis=slot.axis + more * (slot.axis > last))]
