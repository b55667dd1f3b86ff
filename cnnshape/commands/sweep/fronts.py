"""Which rows are best: Pareto fronts and orders over figures."""

from collections.abc import Iterable
from typing import Any, Final, NamedTuple

import numpy

from cnnshape.commands.sweep.record import Sweep
from cnnshape.core.errors import Problem, UsageError
from cnnshape.symbolic.vectorised import Column

_BLOCK: Final = 1024


class Aim(NamedTuple):
    """A column that is to be small, or large."""

    key: str
    most: bool

    @classmethod
    def read(cls, word: str, *, most: bool = False) -> "Aim":
        """From ``macs``, ``macs:min`` or ``receptive_field:max``; raises `UsageError` for another ending.

        >>> Aim.read("params"), Aim.read("receptive_field:max")
        (Aim(key='params', most=False), Aim(key='receptive_field', most=True))
        """
        key, colon, end = word.partition(":")
        if colon and end not in ("min", "max"):
            raise UsageError(Problem(f"`{word}` ends in `:{end}`", hint="`:min` wants it small, `:max` large"))
        return cls(key, end == "max" if colon else most)


def costs(found: Sweep, aims: Iterable[Aim]) -> Column:
    """A row for each point and a column for each aim, the smaller the better; raises `UsageError` for no numbers."""
    columns = []
    for aim in aims:
        column = found[aim.key]
        if column.dtype == object:
            raise UsageError(Problem(f"`{aim.key}` is not a number and cannot be compared"))
        column = column.astype(numpy.int64) if column.dtype == bool else column
        columns.append(-column if aim.most else column)
    return numpy.stack(columns, axis=1)


def complete(found: Sweep, aims: Iterable[Aim]) -> Sweep:
    """The points that are nets and have all these figures."""
    there = found.valid
    for aim in aims:
        if aim.key in found.columns:
            there = there & found.has(aim.key)
    return found if there.all() else found.take(numpy.flatnonzero(there))


def front(rows: Column) -> Column:
    """The numbers of the rows that no other beats: one that is nowhere larger, and smaller somewhere.

    >>> front(numpy.array([[1, 5], [2, 3], [2, 4], [3, 3], [1, 5]])).tolist()
    [0, 1, 4]
    """
    order = numpy.lexsort(rows.T[::-1])  # what beats a row stands before it
    if rows.shape[1] == 2 and len(rows):
        return numpy.sort(order[_unbeaten(*rows[order].T)])
    best: list[Any] = []
    kept = rows[:0]
    for start in range(0, len(order), _BLOCK):
        block = order[start : start + _BLOCK]
        block = block[~_beaten(rows[block], kept)]
        block = block[~_beaten(rows[block], rows[block])]
        best.append(block)
        kept = numpy.concatenate([kept, numpy.unique(rows[block], axis=0)])
    return numpy.sort(numpy.concatenate(best)) if best else order


def _unbeaten(one: Column, other: Column) -> Column:
    """Which of some pairs in order no other beats: least of their like in front, and less than all before them."""
    places = numpy.arange(len(one))
    first = numpy.maximum.accumulate(numpy.where(numpy.diff(one, prepend=one[0] - 1) > 0, places, 0))
    before = numpy.minimum.accumulate(other)[first - 1]
    least: Column = (other == other[first]) & ((first == 0) | (other < before))
    return least


def _beaten(rows: Column, by: Column) -> Column:
    """Which of some rows are beaten by one of others."""
    beaten = numpy.zeros(len(rows), dtype=bool)
    for start in range(0, len(by), _BLOCK):
        others = by[start : start + _BLOCK]
        no_larger = numpy.ones((len(rows), len(others)), dtype=bool)
        smaller = numpy.zeros((len(rows), len(others)), dtype=bool)
        for axis in range(rows.shape[1]):
            mine, theirs = rows[:, axis, None], others[None, :, axis]
            no_larger &= theirs <= mine
            smaller |= theirs < mine
        beaten |= (no_larger & smaller).any(axis=1)
    return beaten


def pareto(found: Sweep, aims: Iterable[Aim]) -> Sweep:
    """The valid points that no other beats in all aims at once."""
    wanted = tuple(aims)
    there = complete(found, wanted)
    return there.take(front(costs(there, wanted))) if len(there) else there


def ordered(found: Sweep, aim: Aim, top: int | None = None) -> Sweep:
    """The valid points from the best down, all or so many; equal ones stay in their order."""
    there = complete(found, (aim,))
    order = numpy.argsort(costs(there, (aim,))[:, 0], kind="stable")
    return there.take(order if top is None else order[:top])
