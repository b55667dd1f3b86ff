"""Values that are followed along one axis of an image just as along another: height and width, nearly always."""

from collections.abc import Sequence
from functools import reduce
from itertools import repeat
from typing import Final

from cnnshape.analysis.receptive.shapes import Slot, slots
from cnnshape.analysis.receptive.terms import Places, Slots, State, ordered, placed, slots_of
from cnnshape.analysis.receptive.ways import Leg, Way, is_identity
from cnnshape.core.dims import Shape
from cnnshape.graph.graph import Graph
from cnnshape.layers.index_maps import Reach
from cnnshape.layers.steps import Frames, Overlap, Regroup, Row

FIRST = 2
"""The axis of an input that its others are like."""


Pairs = tuple[tuple[Slot, Slot], ...]
"""Where a value carries the first axis of an input, and where it carries another one in the same way.

Empty where it reads both whole, or nothing of them.
"""


class Twin:
    """How a value carries two axes that are alike; the same object wherever it is the same.

    It is `level` where all that is told of one is told of the other.
    """

    __slots__ = ("_places", "level", "pairs")

    def __init__(self, pairs: Pairs, *, level: bool) -> None:
        self.pairs = pairs
        self.level = level
        self._places: dict[Slots, Places | None] = {}

    def places(self, slots: Slots) -> Places | None:
        """Where the digits of the other axis are, from those of the first one.

        None where some are not where this looks for them; they were fused, and are somewhere else.
        """
        if slots not in self._places:
            found = [self._place(Slot(*slot)) for slot in slots]
            there = [slot for slot in found if slot is not None]
            self._places[slots] = ordered(there) if len(there) == len(slots) else None
        return self._places[slots]

    def _place(self, slot: Slot) -> Slot | None:
        for mine, its in self.pairs:
            if mine.holds(slot):
                return _put(slot, mine, its)
        tells_apart = all(mine.axis != slot.axis for mine, _ in self.pairs)  # channels, or parts
        return slot if tells_apart else None


NOWHERE: Final = Twin((), level=True)


class Twins:
    """For each value, where it has two axes of an input that are alike up to it; None where they are not."""

    def __init__(self, graph: Graph, all_ways: Sequence[tuple[Way | None, ...]], number: int, axis: int) -> None:
        self._known: dict[Pairs | None, Twin | None] = {(): NOWHERE, None: None}
        self._after: dict[tuple[int, int], Twin | None] = {}
        self.found: list[Twin | None] = [NOWHERE] * len(graph.inputs)
        size, other = graph.shapes[number][FIRST], graph.shapes[number][axis]
        equal = type(size) is type(other) is int and size == other
        self.found[number] = self._twin(((Slot(FIRST, 1, size), Slot(axis, 1, size)),) if equal else None)
        for node, ways in zip(graph.nodes, all_ways, strict=True):
            twin: Twin | None = NOWHERE
            for source, way in zip(node.sources, ways, strict=True):
                mine = self.found[source]
                if mine and way is not None and not (len(way) == 1 and way[0].same):
                    mine = self._through(mine, way)
                if mine is not twin:
                    twin = mine if twin is NOWHERE else twin if mine is NOWHERE else self._both(twin, mine)
            self.found.append(twin)

    def _twin(self, pairs: Pairs | None) -> Twin | None:
        if pairs not in self._known:
            self._known[pairs] = None if pairs is None else Twin(pairs, level=_are_level(pairs))
        return self._known[pairs]

    def _through(self, twin: Twin, way: Way) -> Twin | None:
        key = id(way), id(twin)
        if key not in self._after:
            pairs: Pairs | None = twin.pairs
            self._after[key] = self._twin(reduce(_after, way, pairs))
        return self._after[key]

    def _both(self, one: Twin | None, other: Twin | None) -> Twin | None:
        """Of a value that reads two; None where they do not go together."""
        if one and other:
            for more, less in ((one, other), (other, one)):
                if all(any(map(_is_within, repeat(pair), more.pairs)) for pair in less.pairs):
                    return more
        return None


def _is_within(pair: tuple[Slot, Slot], other: tuple[Slot, Slot]) -> bool:
    """Whether a pair is a digit of another one."""
    (mine, its), (outer, its_outer) = pair, other
    return outer.holds(mine) and its == _put(mine, outer, its_outer)


def _put(slot: Slot, mine: Slot, its: Slot) -> Slot:
    """Where a digit of the first of two slots is in the second."""
    return Slot(its.axis, slot.div // mine.div * its.div, slot.n)


def _are_level(pairs: Pairs) -> bool:
    """Whether the two are even where they lie in their axes, so that all that is told of one is told of the other.

    Where other axes are carried, too, what axis 1 carries is told of all its channels together.
    """
    if any(mine.div != its.div for mine, its in pairs):
        return False
    alone = len({mine.axis for mine, _ in pairs}) == len({its.axis for _, its in pairs}) == 1
    return alone or all((mine.axis == 1) == (its.axis == 1) for mine, its in pairs)


def fits(state: State, twin: Twin) -> bool:
    """Whether a value carries the first axis where this looks for it."""
    return None not in [twin.places(slots_of(term)) for term in state]


def renamed(state: State, twin: Twin) -> State:
    """What a value reads of the other axis, from what it reads of the first one, where that fits."""
    return tuple([placed(term, places) for term in state if (places := twin.places(slots_of(term))) is not None])


def _after(pairs: Pairs | None, leg: Leg) -> Pairs | None:
    """Where a step puts two axes that it treats alike; None where it does not."""
    if not pairs or leg.same:
        return pairs
    step, found = leg.step, list[tuple[Slot, Slot]]()
    if len(pairs) == 1 and isinstance(step, Row):
        moved = _in_row(leg, *pairs[0], pairs)
        return moved if moved is None else tuple(moved)
    if isinstance(step, Regroup) and not all(type(size) is int for size in (*leg.x, *step.sizes)):
        return None
    for mine, its in pairs:
        if isinstance(step, Row):
            moved = _in_row(leg, mine, its, pairs)
        elif isinstance(step, Regroup):
            moved = _paired(_regrouped(step, leg.x, mine), _regrouped(step, leg.x, its))
        else:
            moved = _paired(_beside(step, mine), _beside(step, its))
        if moved is None:
            return None
        found += moved
    return tuple(dict.fromkeys(found))


def _paired(mine: Sequence[Slot] | None, its: Sequence[Slot] | None) -> list[tuple[Slot, Slot]] | None:
    if mine is None or its is None or [slot.n for slot in mine] != [slot.n for slot in its]:
        return None
    return list(zip(mine, its, strict=True))


def _in_row(leg: Leg, mine: Slot, its: Slot, pairs: Pairs) -> list[tuple[Slot, Slot]] | None:
    """Where a row puts them."""
    ways, other_ways = leg.route.get(mine.axis, []), leg.route.get(its.axis, [])
    if not ways and not other_ways:
        return []
    if len(ways) != 1 or len(other_ways) != 1:
        return None
    (out, reach), (other, other_reach) = ways[0], other_ways[0]
    size, other_size = leg.made[out], leg.made[other]
    if not {type(each) for each in (size, other_size, leg.x[mine.axis], leg.x[its.axis])} <= {int}:
        return None  # of a size that is open nothing is asked here
    equal = leg.x[mine.axis] == leg.x[its.axis] and size == other_size
    if equal and mine[1:] == its[1:] and _have_own_axes(mine.axis, its.axis, pairs) and _read_alike(reach, other_reach):
        return [(Slot(out, 1, size), Slot(other, 1, size))]
    kept = _is_kept(leg, mine, out, reach) and _is_kept(leg, its, other, other_reach)
    return [(mine._replace(axis=out), its._replace(axis=other))] if kept else None


def _have_own_axes(mine: int, its: int, pairs: Pairs) -> bool:
    """Whether each of the two is alone on its axis, all of it."""
    return mine != its and (
        len(pairs) == 1
        or all(
            (one.axis == mine) == (other.axis == its) and one.axis != its and other.axis != mine for one, other in pairs
        )
    )


def _is_kept(leg: Leg, slot: Slot, out: int, reach: Reach) -> bool:
    return leg.made[out] == leg.x[slot.axis] and is_identity(reach)


def _read_alike(one: Reach, other: Reach) -> bool:
    return one is other or (one.known() is one and other.known() is other and one == other)


def _regrouped(step: Regroup, x: Shape, slot: Slot) -> tuple[Slot, ...] | None:
    """Where axes that become others put it."""
    return slots(slot, step.axis, x[step.axis : step.axis + step.axes], step.sizes)


def _beside(step: Frames | Overlap, slot: Slot) -> tuple[Slot, ...] | None:
    """Where windows that become axes, or one, leave what is on another axis."""
    last, more = (step.axis, 1) if isinstance(step, Frames) else (step.axis + 1, -1)
    if step.axis <= slot.axis <= last:
        return None
    return (slot._replace(axis=slot.axis + more * (slot.axis > last)),)
