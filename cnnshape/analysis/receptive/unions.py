"""The union of terms: in as few as say it exactly."""

from collections.abc import Iterable

from cnnshape.analysis.receptive.algebra import NOWHERE, Algebra
from cnnshape.analysis.receptive.gates import is_gated, ungated
from cnnshape.analysis.receptive.index_sets import NOTHING, ZERO, joined
from cnnshape.analysis.receptive.periodic import Band, closed
from cnnshape.analysis.receptive.terms import MOST_TERMS, Digit, State, Term, is_plain
from cnnshape.analysis.receptive.work import Unkept
from cnnshape.core.dims import Shape, settled


class Unions(Algebra):
    """Terms put together, beside what else may be done to them."""

    def united(self, terms: Iterable[Term | None], shape: Shape) -> State:
        """The union of terms of a value of this shape, in as few as say it exactly."""
        found: list[Term] = []
        for term in terms:
            if term is not None:
                self._put(found, term, shape)
        if len(found) > MOST_TERMS:
            apart, found = found, []
            for term in apart:
                self._put(found, ungated(term), shape)
        if len(found) <= MOST_TERMS:
            return tuple(found)
        const = joined([self.everything(term).const for term in found])
        return (Term((), const, (), exact=False, covers=self.is_all(const)),)

    def _put(self, found: list[Term], term: Term, shape: Shape) -> None:
        again = True
        while again:
            again = False
            for number, other in enumerate(found):
                if other is term:
                    return
                if _beside(other, term):
                    continue
                both = other if other == term else self.both(other, term, shape) or self.larger(other, term)
                if both is not None:
                    term, again = both, True
                    del found[number]
                    break
        found.append(term)

    def both(self, one: Term, other: Term, shape: Shape) -> Term | None:
        """The union of two terms as one term; None where it is none."""
        exact = one.exact and other.exact
        if is_plain(one) and is_plain(other):
            mine, its = one.digits[0], other.digits[0]
            if mine.axis != its.axis:
                return None
            if mine.n == its.n and not mine.band.ends and not its.band.ends:
                return self._both_open(one, other, exact)
        if one.digits == other.digits and one.parts == other.parts:
            covers = one.covers or other.covers
            return one._replace(const=joined((one.const, other.const)), exact=exact, covers=covers)
        if not one.parts and not other.parts and _differ_twice(one.digits, other.digits):
            return None
        at = _only_difference(one, other)
        found = None if at is None else self._both_in(one, other, at, exact)
        if found is not None:
            return found
        axes = [axis for axis in one.axes | other.axes if _differ(one, other, axis)]
        if len(axes) != 1 or _apart(one, other, axes[0]):
            return None
        return self._both_on(one, other, axes[0], settled(shape[axes[0]]))

    def _both_open(self, one: Term, other: Term, exact: bool) -> Term | None:
        """The union of two plain terms that go on endlessly on one axis; None where their jumps differ."""
        digit, its = one.digits[0], other.digits[0].band
        if digit.band.rate != its.rate:
            return None
        try:
            mine = digit.band if one.const == ZERO else self.added(digit.band, one.const)
            band = self.union(mine, its if other.const == ZERO else self.added(its, other.const))
        except Unkept:
            return None
        return Term((digit._replace(band=band),), exact=exact and band.table is not None)

    def larger(self, one: Term, other: Term) -> Term | None:
        """The one of two terms that reads all that the other reads wherever that reads anything; None if neither does.

        As in a residual block some of whose channels came in another way: what went through a convolution holds what
        went round it.
        """
        if not (is_gated(one) or is_gated(other)):
            return None
        return one if self._holds(one, other) else other if self._holds(other, one) else None

    def _holds(self, one: Term, other: Term) -> bool:
        """Whether a term reads all that another reads."""
        if not {*one.parts} <= {*other.parts} or joined((one.const, other.const)) != one.const:
            return False
        rest = {digit[:3]: digit.band for digit in other.digits}
        for axis, div, n, band in one.digits:
            its = rest.pop((axis, div, n), None)
            if its is None or not (its is band or self._holds_band(band, its)):
                return False
        return all(set(band.table or ()) <= {ZERO, NOTHING} for band in rest.values())

    def _holds_band(self, one: Band, other: Band) -> bool:
        if one.table is None or other.table is None or one.ends != other.ends or one.rate != other.rate:
            return False
        return self.union(one, other) is one if not one.ends else self._union_of(one, other) is one

    def _both_in(self, one: Term, other: Term, at: int, exact: bool) -> Term | None:
        """The union of two terms that differ in one digit only, which is the same digit of the same axis."""
        mine, its = one.digits[at], other.digits[at]
        try:
            band = self._union_of(self.added(mine.band, one.const), self.added(its.band, other.const))
        except Unkept:
            return None
        if band is None:
            return None
        rest = one._replace(digits=(*one.digits[:at], *one.digits[at + 1 :]), const=ZERO, exact=exact, covers=False)
        return self.given(rest, mine.axis, mine.n, band, mine.div)

    def _both_on(self, one: Term, other: Term, axis: int, size: int) -> Term | None:
        """The union of two terms that differ on one axis only."""
        for mine, its in ((one, other), (other, one)):
            digits = mine.on(axis)
            if digits and not digits[0].band.ends and not mine.part(axis) and not its.on(axis) and not its.part(axis):
                return None  # what moves stays beside what all read
        try:
            (mine_band, rest), (its_band, its_rest) = (self.taken(term, axis, size) for term in (one, other))
            band = self._union_of(self.added(mine_band, rest.const), self.added(its_band, its_rest.const))
        except Unkept:
            return None
        if band is None:
            return None
        rest = rest._replace(const=ZERO, exact=one.exact and other.exact, covers=False)
        return self.given(rest, axis, size, band)

    def _union_of(self, one: Band, other: Band) -> Band | None:
        """The union of two bands of one axis; None where they have different jumps."""
        if one.ends or other.ends:
            if not (one.ends and other.ends) and NOWHERE.rate not in (one.rate, other.rate):
                return None
            table = one.P if one.ends else other.P
            self._room(table)
            return self.same(closed([joined((one.at(y), other.at(y))) for y in range(table)]))
        return self.union(one, other) if one.rate == other.rate else None


def _beside(one: Term, other: Term) -> bool:
    """Whether two terms stay beside each other, as is seen at once: they move by different steps, or one does not."""
    if one.parts or other.parts:
        return False
    if len(one.digits) != 1 or len(other.digits) != 1:
        return len(one.digits) + len(other.digits) == 1 and not (one.digits or other.digits)[0].band.ends
    (axis, div, n, mine), (its_axis, its_div, its_n, its) = one.digits[0], other.digits[0]
    return (axis, div, n) == (its_axis, its_div, its_n) and mine.Q * its.P != its.Q * mine.P and mine.Q * its.Q != 0


def _differ_twice(one: tuple[Digit, ...], other: tuple[Digit, ...]) -> bool:
    """Whether digits of two axes are others, as far as that is seen at once."""
    axes = {mine.axis for mine, its in zip(one, other, strict=False) if mine != its and mine.axis == its.axis}
    return len(one) == len(other) and len(axes) > 1


def _only_difference(one: Term, other: Term) -> int | None:
    """The number of the one digit whose band is another in two terms that are alike elsewhere, but for constants."""
    if len(one.digits) != len(other.digits) or one.parts != other.parts:
        return None
    found = [at for at, (mine, its) in enumerate(zip(one.digits, other.digits, strict=True)) if mine != its]
    return found[0] if len(found) == 1 and one.digits[found[0]][:3] == other.digits[found[0]][:3] else None


def _differ(one: Term, other: Term, axis: int) -> bool:
    return one.on(axis) != other.on(axis) or one.part(axis) != other.part(axis)


def _apart(one: Term, other: Term, axis: int) -> bool:
    """Whether both are on different parts of an axis: each then has figures of its own."""
    mine, its = one.part(axis), other.part(axis)
    return mine is not None and its is not None and (mine.high <= its.low or its.high <= mine.low)
