"""The steps of a layer on terms: what a value reads, from what its input reads."""

from collections.abc import Callable, Iterable, Iterator

from cnnshape.analysis.receptive.index_sets import Run, joined, plus
from cnnshape.analysis.receptive.periodic import LIMIT, Band, closed, opened
from cnnshape.analysis.receptive.regroup import regrouped
from cnnshape.analysis.receptive.terms import Digit, Part, State, Term, place, with_digit
from cnnshape.analysis.receptive.unions import Unions
from cnnshape.analysis.receptive.ways import Leg, is_identity
from cnnshape.analysis.receptive.work import Unkept
from cnnshape.core.dims import settled
from cnnshape.layers.index_maps import Reach, Window
from cnnshape.layers.pieces import Blocks, Piece, Repeated
from cnnshape.layers.steps import Frames, Overlap, Regroup, Row


class Advance:
    """One step after another on the states of values."""

    def __init__(self, algebra: Unions) -> None:
        self.algebra = algebra

    def through(self, state: State, leg: Leg, pieces: int) -> State:
        """The state of what a step makes; ``pieces`` has a bit for an axis along which its inputs are kept apart."""
        found: list[Term] = []
        for term in state:
            try:
                made = [more for more in self._term(term, leg, pieces) if more is not None]
            except Unkept:
                made = [more for more in self._term(self.algebra.everything(term), leg, pieces) if more is not None]
            found += made
        if len(found) < 2 or (isinstance(leg.step, Regroup) and len(found) == len(state)):
            return tuple(found)  # what was apart before it had another shape is so afterwards
        return self.algebra.united(found, leg.made)

    def _term(self, term: Term, leg: Leg, pieces: int) -> Iterable[Term | None]:
        step = leg.step
        if isinstance(step, Row):
            return self._row(term, leg, pieces)
        if isinstance(step, Regroup):
            return regrouped(self.algebra, term, step, leg.x)
        return (
            self._framed(term, step, settled(leg.x[step.axis]))
            if isinstance(step, Frames)
            else [self._overlaid(term, step, settled(leg.x[step.axis]))]
        )

    # ------------------------------------------------------------------ every axis by itself

    def _row(self, term: Term, leg: Leg, pieces: int) -> Iterable[Term | None]:
        digits, x, made = term.digits, leg.x, leg.made
        if leg.order is not None and not term.parts and not pieces:
            there = [digit._replace(axis=leg.order[digit.axis]) for digit in digits]
            return [term._replace(digits=tuple(sorted(there, key=place)))]
        if len(digits) == 1 and not term.parts and not pieces:
            axis, div, n, band = digits[0]
            ways = leg.route.get(axis)
            if ways is not None and len(ways) == 1 and div == 1 and n == settled(x[axis]):
                out, reach = ways[0]
                if type(reach) not in (Piece, Repeated):
                    return [self._plain(term, band, out, reach, n, settled(made[out]))]
        moved = leg.moved or frozenset()
        kept = tuple([digit for digit in digits if digit.axis not in moved])
        parts = term.parts and tuple([part for part in term.parts if part.axis not in moved])
        found: list[Term | None] = [Term(kept, term.const, parts, term.exact, term.covers)]
        for axis in sorted([at for at in moved if at in term.axes or pieces >> at & 1]):
            found = [more for rest in found for more in self._axis(rest, term, axis, leg, pieces)]
        return found

    def _plain(self, term: Term, band: Band, out: int, reach: Reach, n: int, made: int) -> Term | None:
        """A term that carries one whole axis, through the one reach that follows it."""
        after = self.algebra.read(band, reach.known() if type(reach) is Blocks else reach, made)
        if after is band and n == made:
            digit = term.digits[0]
            return term if digit.axis == out else term._replace(digits=(Digit(out, 1, n, band),))
        found = self.algebra.given(term._replace(digits=()), out, made, after)
        if found is not None and not found.digits and not found.covers:
            whole = self.algebra.whole(term, term.digits[0].axis) if reach.period[1] == 0 else None
            found = found._replace(covers=whole is not None and whole.const == found.const and whole.covers)
        return found

    def _axis(self, rest: Term | None, term: Term, axis: int, leg: Leg, pieces: int) -> Iterator[Term | None]:
        """What of a term is on one axis of the input, put to the rest of it on the axes of the output."""
        if rest is None:
            return
        mine = Term(term.on(axis), parts=tuple([part for part in term.parts if part.axis == axis]))
        ways = leg.route.get(axis)
        if ways is None:
            whole = self.algebra.whole(mine, axis)
            yield whole and self._both(rest, whole)
            return
        for out, reach in ways:
            more = self._along(mine, axis, out, reach, settled(leg.x[axis]), settled(leg.made[out]), pieces >> axis & 1)
            yield more and self._both(rest, more)

    def _both(self, rest: Term, more: Term) -> Term:
        """The sum of two terms."""
        digits = tuple(sorted((*rest.digits, *more.digits), key=place))
        const = plus(rest.const, more.const)
        covers = not digits and (more.covers or rest.covers or self.algebra.is_all(const))
        parts = tuple(sorted((*rest.parts, *more.parts)))
        return Term(digits, const, parts, rest.exact and more.exact, covers)

    def _along(self, mine: Term, axis: int, out: int, reach: Reach, size: int, made: int, pieced: int) -> Term | None:
        """What is on one axis, read along it."""
        if type(reach) is Blocks:
            reach = reach.known()
        if type(reach) is Piece:
            return self._piece(mine, out, reach.before, size, made, pieced)
        if size == made and is_identity(reach):
            return _moved(mine, out)
        if mine.parts and _is_shift(reach):
            low, high = (at - reach.taps(0)[0] for at in mine.parts[0][1:])
            if high <= 0 or low >= made:
                return None
            if low >= 0 and high <= made:
                return _moved(mine, out)._replace(parts=_part(out, low, high, made))
        band, rest = self.algebra.taken(mine, axis, size)
        if type(reach) is Repeated and reach.size > 1:
            return with_digit(rest, Digit(out, 1, size, band))
        return self.algebra.given(rest, out, made, self.algebra.read(band, reach, made))

    def _piece(self, mine: Term, out: int, before: int, size: int, made: int, pieced: int) -> Term:
        """One of the inputs of a concatenation, at its place; where nothing depends on the place, all are one."""
        if not (mine.digits or mine.parts or pieced):
            return mine
        low, high = (mine.parts[0].low, mine.parts[0].high) if mine.parts else (0, size)
        return _moved(mine, out)._replace(parts=_part(out, low + before, high + before, made))

    # ------------------------------------------------------------------ windows as axes of their own

    def _framed(self, term: Term, step: Frames, size: int) -> Iterator[Term | None]:
        """One axis as two: windows and their taps."""
        axis, w, count = step.axis, step.window, settled(step.count)
        band, rest = self.algebra.taken(term, axis, size)
        rest = _renamed(rest, lambda at: at + (at > axis))
        for outer, inner in self.algebra.split(band, size, count, w.stride, w.kernel, w.dilation, w.padding):
            placed = self.algebra.given(rest, axis, count, outer)
            yield placed and self.algebra.given(placed, axis + 1, w.kernel, inner)

    def _overlaid(self, term: Term, step: Overlap, windows: int) -> Term | None:
        """Windows and their taps as one axis."""
        axis, w, size = step.axis, step.window, settled(step.size)
        outer, rest = self.algebra.taken(term, axis, windows)
        inner, rest = self.algebra.taken(rest, axis + 1, w.kernel)
        rest = _renamed(rest, lambda at: at - (at > axis))
        count = size if outer.ends else outer.P * w.stride
        if count > LIMIT:
            raise Unkept
        self.algebra.work.pay(count * w.kernel)
        table = [self._met(outer, inner, w, y, windows) for y in range(count)]
        band = closed(table) if outer.ends else opened(count, outer.Q, table)
        return self.algebra.given(rest, axis, size, self.algebra.same(band))

    def _met(self, outer: Band, inner: Band, w: Window, y: int, windows: int) -> Run:
        """What index ``y`` reads by all windows and taps that meet there."""
        found = []
        for tap in range(w.kernel):
            window, rest = divmod(y + w.padding - w.dilation * tap, w.stride)
            if not rest and (not outer.ends or 0 <= window < windows):
                found.append(plus(outer.at(window), inner.at(tap)))
        return joined(found)


def _is_shift(reach: Reach) -> bool:
    """Whether every output reads one index, each its own, and those outside read nothing."""
    first, last, _ = reach.taps(0)
    return reach.period == (1, 1) and reach.outside == "zeros" and first == last


def _part(axis: int, low: int, high: int, size: int) -> tuple[Part, ...]:
    """A part of an axis; none where it is all of it."""
    return () if (low, high) == (0, size) else (Part(axis, low, high),)


def _moved(mine: Term, out: int) -> Term:
    return _renamed(mine, lambda _: out)


def _renamed(term: Term, to: Callable[[int], int]) -> Term:
    """The term on other axes, which are in the same order."""
    digits = tuple([digit._replace(axis=to(digit.axis)) for digit in term.digits])
    return term._replace(digits=digits, parts=tuple([part._replace(axis=to(part.axis)) for part in term.parts]))
