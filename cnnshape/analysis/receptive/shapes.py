"""One shape in another: which axes are kept, and which groups of them hold the same elements.

The place of an element in the flat order settles it: a digit ``(div, n)`` of an axis with R elements after it is the
digit ``(div R, n)`` of the flat index, and that of whatever axis of the new shape begins there.
"""

from functools import cached_property, lru_cache
from itertools import pairwise
from math import prod
from typing import NamedTuple

Shape = tuple[int, ...]


def _strides(shape: Shape) -> tuple[int, ...]:
    """How many elements stand behind one step of each axis.

    >>> _strides((2, 3, 4))
    (12, 4, 1)
    """
    found, step = [], 1
    for size in reversed(shape):
        found.append(step)
        step *= size
    return tuple(found[::-1])


class Group(NamedTuple):
    """Axes of the old and the new shape that hold the same part of the flat index."""

    low: int
    high: int
    was: tuple[int, ...]
    now: tuple[int, ...]


class Regrouping:
    """One shape in another, all sizes known."""

    def __init__(self, before: Shape, after: Shape) -> None:
        self.before, self.after = before, after
        self.old, self.new = _strides(before), _strides(after)
        self.size = prod(before)
        self.cuts = sorted({*self.new, self.size})
        """Where axes of the new shape begin in the flat index."""
        places = {(step, size): axis for axis, (step, size) in enumerate(zip(self.new, after, strict=True)) if size > 1}
        self.kept = {
            axis: places[step, size]
            for axis, (step, size) in enumerate(zip(self.old, before, strict=True))
            if (step, size) in places
        }
        """Axes that are the same axis before and after, but those of size 1."""

    @cached_property
    def groups(self) -> tuple[Group, ...]:
        """The smallest groups of axes that line up."""
        common = sorted({*self.old, self.size} & {*self.cuts})
        return tuple(
            Group(low, high, _within(self.before, self.old, low, high), _within(self.after, self.new, low, high))
            for low, high in pairwise(common)
        )

    def axis_at(self, div: int) -> int:
        """The axis of the new shape on which a step of so many elements is."""
        return next(
            axis
            for axis, (step, size) in enumerate(zip(self.new, self.after, strict=True))
            if step <= div < step * size
        )

    def lines_up(self, div: int, n: int) -> bool:
        """Whether a digit of the flat index is made of digits of the new axes."""
        ends = [div, *(cut for cut in self.cuts if div < cut < div * n), div * n]
        first, last = self.axis_at(div), self.axis_at(ends[-2])
        steps = all(above % below == 0 for below, above in pairwise(ends))
        return steps and div % self.new[first] == 0 and self.new[last] * self.after[last] % (div * n) == 0


def _within(shape: Shape, strides: Shape, low: int, high: int) -> tuple[int, ...]:
    return tuple(axis for axis, size in enumerate(shape) if low <= strides[axis] < high and size > 1)


@lru_cache(maxsize=512)
def regrouping(before: Shape, after: Shape) -> Regrouping:
    """How a shape is found in another one; equal pairs are looked at once."""
    return Regrouping(before, after)


class Slot(NamedTuple):
    """A place on an axis that can carry something: the digit ``(y // div) % n`` of its index."""

    axis: int
    div: int
    n: int

    def holds(self, other: "Slot") -> bool:
        """Whether this digit is a digit of it."""
        return self.axis == other.axis and self.div <= other.div and other.div * other.n <= self.div * self.n


@lru_cache(maxsize=4096)
def slots(slot: Slot, first: int, before: Shape, after: Shape) -> tuple[Slot, ...] | None:
    """Where a digit is found when the axes ``before``, from axis ``first`` on, are the axes ``after``.

    It is cut where new axes begin; None where it is not made of digits of theirs.

    >>> slots(Slot(1, 1, 56), 1, (56, 8), (8, 7, 8))
    (Slot(axis=2, div=1, n=7), Slot(axis=1, div=1, n=8))
    """
    axis, div, n = slot
    if axis < first:
        return (slot,)
    if axis >= first + len(before):
        return (slot._replace(axis=axis + len(after) - len(before)),)
    to = regrouping(before, after)
    if axis - first in to.kept:
        return (slot._replace(axis=first + to.kept[axis - first]),)
    if n == 1:
        return ()
    low = div * to.old[axis - first]
    if not to.lines_up(low, n):
        return None
    ends = [low, *[cut for cut in to.cuts if low < cut < low * n], low * n]
    return tuple(
        [Slot(first + (at := to.axis_at(begin)), begin // to.new[at], end // begin) for begin, end in pairwise(ends)]
    )
