"""Which indices every output of a path reads along one axis of an input, on an endless image.

Windows that slide read the same pattern at every output; behind an upsampled grid the pattern repeats with a period.
A `Band` is that pattern: sets of indices for P outputs; P outputs further on, everything is read Q indices further on.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from math import gcd, lcm
from typing import Final

from cnnshape.analysis.runs import NOTHING, Run, joined, moved, spread
from cnnshape.reach import Reach

LIMIT: Final = 4096
"""The longest table that is kept."""

FARTHEST: Final = 10**18
"""The longest period, in outputs or in indices, that is followed."""

WORK: Final = 200_000
"""How many runs are put together for all tables of a net, about; for later tables only the jump is known."""

WORK_PER_LAYER: Final = 20
"""So many more for each layer: a long chain must not run out of what each of its links needs."""


@dataclass(frozen=True, slots=True, eq=False)
class Band:
    """What every output reads: output y what ``table[y % P]`` says, moved by ``Q (y // P)``.

    The table is None where it would be longer than `LIMIT`: then only the jump is known, or, of the band `LOST`, not
    even that.  Bands are told apart by identity, so that a cache need not look into them.
    """

    P: int
    Q: int
    table: tuple[Run, ...] | None
    rate: tuple[int, int] = field(init=False)
    """Indices of the input per output, in lowest terms: ``(numerator, denominator)``."""
    empty: bool = field(init=False)
    """Whether no output reads anything."""

    def __post_init__(self) -> None:
        g = gcd(self.P, self.Q)
        object.__setattr__(self, "rate", (self.Q // g, self.P // g))
        object.__setattr__(self, "empty", self.table is not None and all(run.last < run.first for run in self.table))

    @property
    def jump(self) -> Fraction | None:
        """Indices of the input per output; 0 where every output reads the same, None of the band `LOST`."""
        return Fraction(self.Q, self.P) if self.P else None

    @property
    def centre(self) -> Fraction | None:
        """The mean over the phases of the middle of what output y reads, less ``jump y``; None if nothing is read."""
        read = [(y, run) for y, run in enumerate(self.table or ()) if run.last >= run.first]
        if not read:
            return None
        total = sum((run.first + run.last) * self.P - 2 * self.Q * y for y, run in read)
        return Fraction(total, 2 * self.P * len(read))

    def at(self, y: int) -> Run:
        """What output ``y`` reads; the table must be there."""
        assert self.table is not None
        times, phase = divmod(y, self.P)
        return moved(self.table[phase], self.Q * times)


IDENTITY: Final = Band(1, 1, (Run(0, 0),))

LOST: Final = Band(0, 1, None)
"""Stands for what is not followed any further: too many jumps on one axis, or one beyond `FARTHEST`."""


def unkept(P: int, Q: int) -> Band:
    """A band of which only the jump is known."""
    g = gcd(P, Q)
    return Band(P // g, Q // g, None)


def _reduced(P: int, Q: int, table: list[Run]) -> Band:
    """The band with the smallest period."""
    q = 2
    while q <= gcd(P, Q):
        p, by = P // q, Q // q
        if P % q == Q % q == 0 and all(table[y] == moved(table[y - p], by) for y in range(p, P)):
            P, Q, table = p, by, table[:p]
        else:
            q += 1
    return Band(P, Q, tuple(table))


def _read(band: Band, first: int, last: int, step: int) -> Run:
    """The union of what the outputs ``first``, ``first + step``, ... ``last`` of a band read."""
    count, cycle = (last - first) // step + 1, band.P // gcd(band.P, step)  # outputs a cycle apart share a phase
    if cycle == 1:
        return spread(band.at(first), count, band.Q * (step // band.P)) if count > 0 else NOTHING
    shift = band.Q * (step * cycle // band.P)
    return joined(
        [spread(band.at(first + step * j), (count - 1 - j) // cycle + 1, shift) for j in range(min(count, cycle))]
    )


class Work:
    """The work that may still be done for the tables of one net."""

    def __init__(self, layers: int = 0) -> None:
        self.left = WORK + WORK_PER_LAYER * layers

    def pays(self, work: int) -> bool:
        """Whether there is so much left; then it is taken."""
        if work > self.left:
            return False
        self.left -= work
        return True


def after(band: Band, reach: Reach, work: Work) -> Band:
    """The band of an axis that reads one whose band this is."""
    outputs, moved = reach.period
    if outputs == moved == 1 and reach.taps(0) == (0, 0, 1):
        return band
    if band is LOST:
        return LOST if moved else Band(1, 0, None)
    times = band.P // gcd(band.P, moved)  # moved * times is the first multiple of band.P
    P, Q = outputs * times, band.Q * (moved * times // band.P)
    if max(P, abs(Q)) > FARTHEST:
        return LOST
    if band.table is None or P > LIMIT:
        return unkept(P, Q)
    table, weight = [], _weight(band.table)
    for y in range(P):
        first, last, step = reach.taps(y)
        count = min((last - first) // step + 1, band.P // gcd(band.P, step))
        if not work.pays(1 + weight * max(count, 0)):
            return unkept(P, Q)
        table.append(_read(band, first, last, step))
    return _reduced(P, Q, table)


def union(one: Band, two: Band) -> Band:
    """The union of two bands with the same jump."""
    P = lcm(one.P, two.P)
    Q = one.Q * (P // one.P)
    if max(P, abs(Q)) > FARTHEST:
        return LOST
    if one.table is None or two.table is None or P > LIMIT:
        return unkept(P, Q)
    if one.table == two.table:
        return one
    return _reduced(P, Q, [joined((one.at(y), two.at(y))) for y in range(P)])


def effort(one: Band, two: Band) -> int:
    """The work of a union, about."""
    length = lcm(one.P, two.P)
    return length * (_weight(one.table) + _weight(two.table)) if one.table and two.table and length <= LIMIT else 1


def _weight(table: tuple[Run, ...]) -> int:
    """What it costs to put one of these to others: a wide mask counts more."""
    return 1 + (max(run.mask.bit_length() for run in table) >> 12)


def together(bands: Sequence[Band], outputs: Iterable[int]) -> list[Run] | None:
    """What each of some outputs reads by any of these bands, whatever their jumps; None where a table is missing."""
    if any(band.table is None for band in bands):
        return None
    return [joined([band.at(y) for band in bands]) for y in outputs]
