"""Which indices the outputs along one axis read, on an endless image or between real ends.

Windows that slide read the same pattern at every output; after an upsampled grid the pattern repeats with a period.
An open `Band` is that pattern: sets of indices for P outputs; P outputs further on, everything is read Q indices
further on.  A closed one (``ends``) is a list of sets: the inside of a window, whose edge is a real edge.
"""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from functools import cached_property, lru_cache
from itertools import pairwise
from math import ceil, floor, gcd, lcm
from operator import and_
from typing import Final, TypeVar

from cnnshape.analysis.receptive.index_sets import NOTHING, UNKNOWN, Run, joined, most_read, moved, spread
from cnnshape.analysis.receptive.work import Unkept, Work
from cnnshape.layers.index_maps import Reach, TransposedWindow, Window

LIMIT: Final = 4096
"""The longest table that is kept."""

_MANY: Final = 8
"""From so many phases on, a window that slides is not looked at phase by phase."""

FARTHEST: Final = 10**18
"""The longest period, in outputs or in indices, that is followed."""

_T = TypeVar("_T")

Outline = tuple[Fraction, Fraction]
"""``(low, high)``: output y reads nothing outside ``low + jump y`` and ``high + jump y``."""


class Band:
    """What every output reads: output y what ``table[y % P]`` says, moved by ``Q (y // P)``.

    With ``ends``, outputs 0 to P - 1 are all there are.  The table is None where it would be longer than `LIMIT`: then
    only the jump is known, and the `outline` between which everything is read.  Bands are told apart by identity, so
    that a cache need not look into them.
    """

    def __init__(
        self, P: int, Q: int, table: tuple[Run, ...] | None, ends: bool = False, between: Outline | None = None
    ) -> None:
        self.P: Final = P
        self.Q: Final = Q
        self.table: Final = table
        self.ends: Final = ends
        self.between: Final = between
        """The outline of a band without a table."""
        self.empty: Final = table is not None and all(run.last < run.first for run in table)
        """Whether no output reads anything."""

    @cached_property
    def rate(self) -> tuple[int, int]:
        """Indices of the input per output, in lowest terms: ``(numerator, denominator)``."""
        g = gcd(self.P, self.Q)
        return self.Q // g, self.P // g

    @cached_property
    def jump(self) -> Fraction | None:
        """Indices of the input per output, 0 where they repeat; None of a closed one whose steps differ."""
        if not self.ends:
            return Fraction(self.Q, self.P)
        firsts = [run.first for run in self.table or () if run.last >= run.first]
        steps = {later - before for before, later in pairwise(firsts)}
        return Fraction(steps.pop()) if len(firsts) == self.P and len(steps) == 1 else None

    @cached_property
    def sizes(self) -> tuple[int, int]:
        """The smallest and the largest span that one output reads; the table must be there."""
        found = [run.last - run.first + 1 for run in self.table or ()]
        return min(found), max(found)

    @cached_property
    def solid(self) -> bool:
        """Whether each output reads neighbours only; the table must be there."""
        return all(run.solid for run in self.table or ())

    @cached_property
    def most(self) -> int | None:
        """The most indices that one output reads; the table must be there."""
        return most_read(self.table or ())

    @cached_property
    def moves(self) -> bool:
        """Whether outputs read different indices; a band that does not only says which of them read anything."""
        if self.Q or self.table is None:
            return bool(self.Q)
        return len({run for run in self.table if run.last >= run.first}) > 1

    @cached_property
    def centre(self) -> Fraction | None:
        """The mean over the phases of the middle of what output y reads, less ``jump y``; None if nothing is read."""
        read = [(y, run) for y, run in enumerate(self.table or ()) if run.last >= run.first]
        jump = Fraction(self.Q, self.P) if not self.ends else self.jump
        if not read or jump is None:
            return None
        P, Q = jump.denominator, jump.numerator
        total = sum([(run.first + run.last) * P - 2 * Q * y for y, run in read])
        return Fraction(total, 2 * P * len(read))

    @cached_property
    def outline(self) -> Outline:
        """Low and high: output y reads between ``low + jump y`` and ``high + jump y``; of a closed band, jump is 0."""
        if self.between:
            return self.between
        read = [(y, run) for y, run in enumerate(self.table or ()) if run.last >= run.first]
        P, Q = (1, 0) if self.ends else (self.P, self.Q)
        lows, highs = [run.first * P - Q * y for y, run in read], [run.last * P - Q * y for y, run in read]
        return Fraction(min(lows), P), Fraction(max(highs), P)

    @cached_property
    def weight(self) -> int:
        """What it costs to put one of its sets to others."""
        return _weight(self.table or ())

    def at(self, y: int) -> Run:
        """What output ``y`` reads; the table must be there."""
        if self.table is None:
            raise Unkept
        if self.ends:
            return self.table[y]
        times, phase = divmod(y, self.P)
        return moved(self.table[phase], self.Q * times)


IDENTITY: Final = Band(1, 1, (Run(0, 0),))


def opened(P: int, Q: int, table: Sequence[Run]) -> Band:
    """The open band of this pattern, with the smallest period."""
    q = 2
    while q <= (gcd(P, Q) if Q else P):
        p, by = P // q, Q // q
        if P % q == Q % q == 0 and all(table[y] == moved(table[y - p], by) for y in range(p, P)):
            P, Q, table = p, by, table[:p]
        else:
            q += 1
    return Band(P, Q, tuple(table))


def closed(table: Sequence[Run]) -> Band:
    """The closed band of these outputs."""
    return Band(len(table), 0, tuple(table), ends=True)


def unkept(P: int, Q: int, between: Outline) -> Band:
    """A band of which only the jump and the outline are known."""
    g = gcd(P, Q)
    return Band(P // g, Q // g, None, between=between)


def all_of(band: Band, first: int, last: int, step: int = 1) -> Run:
    """The union of what the outputs ``first``, ``first + step``, ... ``last`` of a band read."""
    if band.ends:
        return joined([band.at(y) for y in range(first, last + 1, step)])
    if band.table is None:
        low, high = _between(band, first, last)
        return Run(ceil(low), floor(high), 1, UNKNOWN) if last >= first else NOTHING
    count, cycle = (last - first) // step + 1, band.P // gcd(band.P, step)  # outputs a cycle apart share a phase
    if cycle == 1:
        return spread(band.at(first), count, band.Q * (step // band.P)) if count > 0 else NOTHING
    shift = band.Q * (step * cycle // band.P)
    return joined(
        [spread(band.at(first + step * j), (count - 1 - j) // cycle + 1, shift) for j in range(min(count, cycle))]
    )


def _between(band: Band, first: int | Fraction, last: int | Fraction) -> Outline:
    """The lowest and the highest index that outputs ``first`` to ``last`` may read, by the outline of an open band."""
    (low, high), jump = band.outline, Fraction(band.Q, band.P)
    return min(jump * first, jump * last) + low, max(jump * first, jump * last) + high


@lru_cache(maxsize=1024)
def _outline_of(reach: Reach) -> Outline:
    """How far what an output reads lies from ``jump y``."""
    period, move = reach.period
    phases, slack = period, 0
    if period > LIMIT:
        if isinstance(reach, TransposedWindow):
            raise Unkept
        phases, slack = 1, 3  # a floor of a line, whose taps differ by less than that from those of output 0
    taps = [(y, *reach.taps(y)) for y in range(phases)]
    lows = [first - Fraction(move * y, period) for y, first, last, _ in taps if last >= first]
    highs = [last - Fraction(move * y, period) for y, first, last, _ in taps if last >= first]
    return min(lows) - slack, max(highs) + slack


def _outlined(band: Band, reach: Reach, P: int, Q: int) -> Band:
    """The band of an axis that reads one, without a table."""
    low, high = _outline_of(reach)
    return unkept(P, Q, _between(band, low, high))


def after(band: Band, reach: Reach, work: Work) -> Band:
    """The band of an axis that reads one whose band this is; raises `Unkept` where it is not followed."""
    outputs, by = reach.period
    if outputs == by == 1 and reach.taps(0) == (0, 0, 1):
        return band
    if band.P == outputs == 1 and band.table:
        return _after_one(band, reach, work)
    times = band.P // gcd(band.P, by)  # by * times is the first multiple of band.P
    P, Q = outputs * times, band.Q * (by * times // band.P)
    if max(P, abs(Q)) > FARTHEST:
        raise Unkept
    if band.table is None or P > LIMIT:
        return _outlined(band, reach, P, Q)
    table, weight = list[Run](), band.weight
    if type(reach) is Window and P >= _MANY and _is_dense(reach, band, P):
        if not work.pays(P * (1 + weight * reach.kernel)):
            return _outlined(band, reach, P, Q)
        return opened(P, Q, _slid(band, reach, P))
    for y in range(P):
        first, last, step = reach.taps(y)
        count = min((last - first) // step + 1, band.P // gcd(band.P, step))
        if not work.pays(1 + weight * max(count, 0)):
            return _outlined(band, reach, P, Q)
        table.append(all_of(band, first, last, step))
    return opened(P, Q, table)


def _after_one(band: Band, reach: Reach, work: Work) -> Band:
    """The same where all outputs of both read alike, as in most nets."""
    first, last, step = reach.taps(0)
    read, Q, count = (band.table or (NOTHING,))[0], band.Q * reach.period[1], (last - first) // step + 1
    if abs(Q) > FARTHEST:
        raise Unkept
    if not work.pays(1 + band.weight * (count > 0)):
        return _outlined(band, reach, 1, Q)
    return Band(1, Q, (spread(moved(read, band.Q * first), count, band.Q * step) if count > 0 else NOTHING,))


def _is_dense(window: Window, band: Band, P: int) -> bool:
    """Whether a window reads most of what it passes by, and each phase once."""
    return bool(window.kernel * window.dilation <= band.P and window.stride * P <= 4 * band.P)


def _slid(band: Band, window: Window, P: int) -> list[Run]:
    """What the first outputs of a window read; where solid runs touch, only their ends are looked at."""
    low, _, step = window.taps(0)
    table, high = band.table or (), window.taps(P - 1)[1]
    runs = [moved(table[index % band.P], band.Q * (index // band.P)) for index in range(low, high + 1)]
    firsts, lasts = [run.first for run in runs], [run.last for run in runs]
    solid = [last >= first and by == 1 and not mask for first, last, by, mask in runs]
    fits = [
        both and firsts[at] <= lasts[at + step] + 1 and firsts[at + step] <= lasts[at] + 1
        for at, both in enumerate(map(and_, solid, solid[step:]))
    ]
    whole = map(all, _tapped(fits, window, P, window.kernel - 1)) if window.kernel > 1 else solid[:: window.stride]
    lows, highs = (map(of, _tapped(row, window, P)) for of, row in ((min, firsts), (max, lasts)))
    ends = zip(whole, lows, highs, _tapped(runs, window, P), strict=True)
    return [Run(first, last) if fit else joined(read) for fit, first, last, read in ends]


def _tapped(row: Sequence[_T], window: Window, outputs: int, kernel: int | None = None) -> Iterator[tuple[_T, ...]]:
    """For each output of a window, what its taps have of a row."""
    last, taps = window.stride * (outputs - 1) + 1, window.kernel if kernel is None else kernel
    starts = range(0, window.dilation * taps, window.dilation)
    return zip(*[row[at : at + last : window.stride] for at in starts], strict=True)


def union(one: Band, two: Band, work: Work) -> Band:
    """The union of two open bands with the same jump; raises `Unkept` where it is not followed."""
    P = lcm(one.P, two.P)
    Q = one.Q * (P // one.P)
    if max(P, abs(Q)) > FARTHEST:
        raise Unkept
    if one.table is not None and one.table == two.table:
        return one
    if None in (one.table, two.table) or P > LIMIT or not work.pays(P * (one.weight + two.weight)):
        (low, high), (other_low, other_high) = one.outline, two.outline
        return unkept(P, Q, (min(low, other_low), max(high, other_high)))
    return opened(P, Q, [joined((one.at(y), two.at(y))) for y in range(P)])


def _weight(table: Sequence[Run]) -> int:
    """What it costs to put one of these to others: a wide mask counts more."""
    return 1 + (max([mask for _, _, _, mask in table]).bit_length() >> 12)
