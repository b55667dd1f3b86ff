"""What may be done to terms: fuse the digits of an axis, split one, read an axis whole, put terms together.

Everything here is exact.  What would take a table that is not kept raises `Unkept`; the caller then takes the term to
be read whole, which is a bound.
"""

from fractions import Fraction
from functools import cache
from math import gcd
from typing import Final

from cnnshape.analysis.receptive import periodic as bands
from cnnshape.analysis.receptive.index_sets import NOTHING, UNKNOWN, ZERO, Run, joined, moved, plus
from cnnshape.analysis.receptive.landing import landed
from cnnshape.analysis.receptive.periodic import LIMIT, Band, all_of, closed, opened
from cnnshape.analysis.receptive.terms import Digit, Places, Slots, Term, with_digit
from cnnshape.analysis.receptive.work import Unkept, Work
from cnnshape.layers.index_maps import Reach

NOWHERE: Final = opened(1, 0, [ZERO])
"""The band of an axis that carries nothing: index 0 of nothing, for all."""


class Algebra:
    """Operations on terms of one axis of an input that has ``extent`` indices; equal ones are done once."""

    def __init__(self, work: Work) -> None:
        self.work = work
        self.extent = 0
        self.after = cache(self._after)
        self._reads: dict[tuple[int, int, int], tuple[Band, Reach, Band]] = {}
        self.after_closed = cache(self._after_closed)
        self.union = cache(self._union)
        self.fused = cache(self._fused)
        self.split = cache(self._split)
        self.added = cache(self._added)
        self.places: dict[tuple[int, Slots], Places | None] = {}
        """Of digits that another shape leaves whole, where they are in it."""
        self._bands: dict[tuple[object, ...], Band] = {}
        self._rounds: dict[Band, Band] = {}

    def same(self, band: Band) -> Band:
        """The band itself, or the one just like it that came before."""
        return self._bands.setdefault((band.P, band.Q, band.table, band.ends, band.between), band)

    def _after(self, band: Band, reach: Reach) -> Band:
        return self.same(bands.after(band, reach, self.work))

    def _union(self, one: Band, other: Band) -> Band:
        return self.same(bands.union(one, other, self.work))

    def _added(self, band: Band, const: Run) -> Band:
        """The band with a set added to all that it reads."""
        if const == ZERO:
            return band
        if band.table is None:
            low, high = band.outline
            return bands.unkept(band.P, band.Q, (low + const.first, high + const.last))
        return self.same(Band(band.P, band.Q, tuple([plus(run, const) for run in band.table]), band.ends))

    def _after_closed(self, band: Band, reach: Reach, made: int) -> Band:
        """The band of ``made`` outputs that read an axis between real ends."""
        if made > LIMIT:
            raise Unkept
        table, size = list[Run](), band.P
        before = None
        for y in range(made):
            taps = reach.taps(y)
            if taps != before:  # the outputs of a group read the same
                found = landed(reach, (y,), size)
                self.work.pay(1 + len(found))
                read = joined([band.at(index) for index in found])
            before = taps
            table.append(read)
        return self.same(closed(table))

    def read(self, band: Band, reach: Reach, made: int) -> Band:
        """The band of ``made`` outputs that read an axis whose band this is."""
        key = id(band), id(reach), made  # what is found holds both; to compare reaches takes longer
        found = self._reads.get(key)
        if found is None:
            after = self.after_closed(band, reach, made) if band.ends else self.after(band, reach)
            found = self._reads[key] = band, reach, after
        return found[2]

    # ------------------------------------------------------------------ an axis as one band

    def _fused(self, digits: tuple[Digit, ...], size: int) -> Band:
        """The digits of one axis of this size, the outermost first, as one band."""
        outer = digits[0]
        if len(digits) == 1 and outer.div == 1 and outer.n == size:
            return outer.band
        top = outer.div * outer.n
        if top < size:  # what is further out carries nothing, so all repeats
            if len(digits) == 1 == outer.div and outer.band in self._rounds:
                return self._rounds[outer.band]
            self._room(top)
            if len(digits) == 1:
                table = [run for run in map(outer.band.at, range(outer.n)) for _ in range(outer.div)]
            else:
                table = [_sum(digits, y) for y in range(top)]
            return self.same(opened(top, 0, table))
        if outer.band.ends:
            self._room(size)
            return self.same(closed([_sum(digits, y) for y in range(size)]))
        count = outer.band.P * outer.div
        self._room(count)
        return self.same(opened(count, outer.band.Q, [_sum(digits, y) for y in range(count)]))

    def _room(self, count: int) -> None:
        if count > LIMIT:
            raise Unkept
        self.work.pay(count)

    def taken(self, term: Term, axis: int, size: int) -> tuple[Band, Term]:
        """The band of an axis, and the rest of the term."""
        digits, part, rest = term.on(axis), term.part(axis), term.without(axis)
        if part is None:
            return self.fused(digits, size) if digits else NOWHERE, rest
        inner = self.fused(digits, part.high - part.low) if digits else NOWHERE
        self._room(size)
        inside = [inner.at(y) for y in range(part.high - part.low)]
        return self.same(closed([NOTHING] * part.low + inside + [NOTHING] * (size - part.high))), rest

    # ------------------------------------------------------------------ from bands to terms

    def given(self, rest: Term, axis: int, size: int, band: Band, div: int = 1) -> Term | None:
        """The term with this band on an axis of this size, or on a digit of it; None where nothing is read."""
        if band.empty:
            return None
        table = band.table
        if table is None:
            rest = rest._replace(exact=False)  # a bound; where it does not move, it is the same for all
            return with_digit(rest, Digit(axis, div, size, band)) if band.Q else self.constant(rest, all_of(band, 0, 0))
        if not band.Q and table[0] == table[-1] and table.count(table[0]) == len(table):
            return self.constant(rest, table[0])
        if not band.ends and not band.Q and size > band.P and size % band.P == 0:
            once = self.same(closed(table))
            self._rounds[once] = band
            return with_digit(rest, Digit(axis, div, band.P, once))
        return with_digit(rest, Digit(axis, div, size, band))

    def constant(self, term: Term, run: Run) -> Term:
        """The term with this added to everything."""
        found = term._replace(const=plus(term.const, run))
        return found._replace(covers=found.covers or self.is_all(found.const)) if not found.digits else found

    def is_all(self, run: Run, step: Fraction | int = 1) -> bool:
        """Whether this is the whole axis of the input, but for less than a step at its ends."""
        return run.first < step and run.last > self.extent - 1 - step

    def whole(self, term: Term, axis: int) -> Term | None:
        """The term when an axis is read whole: each of its digits there is; None where nothing is read."""
        digits = term.on(axis)
        if not digits:
            return term.without(axis) if term.parts else term
        rest, exact = term.without(axis), term.exact
        const = rest.const
        for _, _, n, band in digits:
            self.work.pay(min(n, band.P))
            const = plus(const, all_of(band, 0, n - 1))
            exact = exact and band.table is not None
        covers = not rest.digits and (self.is_all(const) or self.is_all(const, _longest_step(digits)))
        return rest._replace(const=const, exact=exact, covers=covers) if const.last >= const.first else None

    def everything(self, term: Term) -> Term:
        """The bound of last resort: every element reads all that any of them may."""
        const = term.const
        for digit in term.digits:
            try:
                const = plus(const, all_of(digit.band, 0, digit.n - 1))
            except Unkept:
                const = Run(0, self.extent - 1)
        if const.mask == UNKNOWN:
            const = Run(const.first, const.last)
        return Term((), const, (), exact=False, covers=self.is_all(const))

    # ------------------------------------------------------------------ one digit as two

    def _split(
        self, band: Band, size: int, count: int, stride: int, taps: int, dilation: int, padding: int
    ) -> tuple[tuple[Band, Band], ...]:
        """An axis of this size as ``count`` windows of so many taps: pairs of bands whose sums it is.

        One pair for each way in which windows differ: one where the period of the band divides the stride.
        """
        windows = count if band.ends else band.P // gcd(band.P, stride)
        self._room(windows * taps)
        rows: dict[tuple[Run, ...], dict[int, Run]] = {}
        for window in range(windows):
            read = [stride * window + dilation * tap - padding for tap in range(taps)]
            row = [NOTHING if band.ends and not 0 <= y < size else band.at(y) for y in read]
            first = next((run.first for run in row if run.last >= run.first), None)
            if first is not None:
                alike = tuple([moved(run, -first) for run in row])
                rows.setdefault(alike, {})[window] = Run(first, first)
        by = band.Q * stride * windows // band.P
        found = []
        for taken, at in rows.items():
            table = [at.get(window, NOTHING) for window in range(windows)]
            outer = closed(table) if band.ends else opened(windows, by, table)
            found.append((self.same(outer), self.same(closed(taken))))
        return tuple(found)


def _longest_step(digits: tuple[Digit, ...]) -> Fraction:
    """The longest step of some digits, in indices of the input."""
    return max([abs(digit.band.jump or Fraction(1)) for digit in digits], key=float)


def _sum(digits: tuple[Digit, ...], y: int) -> Run:
    """What index y of an axis reads by its digits; the index of the outermost may run on."""
    found = ZERO
    for number, (_, div, n, band) in enumerate(digits):
        at = y // div
        found = plus(found, band.at(at if number == 0 and not band.ends else at % n))
    return found
