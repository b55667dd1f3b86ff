"""Terms in another shape: digits of old axes as digits of new ones.

A digit is one digit of a new axis, or is cut where new axes begin.  Axes that do not line up, as in (4, 6) to (6, 4),
are fused to one band over the smallest group that does, and then cut.
"""

from collections.abc import Iterable, Iterator
from math import prod

from cnnshape.analysis.receptive.algebra import Algebra
from cnnshape.analysis.receptive.gates import gated
from cnnshape.analysis.receptive.index_sets import plus
from cnnshape.analysis.receptive.periodic import Band
from cnnshape.analysis.receptive.shapes import Regrouping, Slot, regrouping
from cnnshape.analysis.receptive.shapes import slots as moved_slots
from cnnshape.analysis.receptive.terms import Digit, Part, Places, Slots, Term, ordered, place, placed, slots_of
from cnnshape.analysis.receptive.work import Unkept
from cnnshape.core.dims import Shape
from cnnshape.layers.steps import Regroup, known


def regrouped(algebra: Algebra, term: Term, step: Regroup, x: Shape) -> Iterator[Term]:
    """The terms of a value of shape ``x`` whose axes are others now; no size is needed where they carry nothing."""
    if not term.digits and not term.parts:
        yield term
        return
    places = None if term.parts else _places(algebra, slots_of(term), step, x)
    if places is not None:
        yield placed(term, places)
        return
    first, end, grown = step.axis, step.axis + step.axes, len(step.sizes) - step.axes
    inside = {axis: axis - first for axis in term.axes if first <= axis < end}
    outside = {axis: axis + (grown if axis >= end else 0) for axis in term.axes if axis not in inside}
    others = _only(term, outside)
    if not inside:
        yield others._replace(const=term.const, exact=term.exact, covers=term.covers)
        return
    mine = _only(term, inside)
    if len(step.sizes) == 1 and not mine.parts:
        found: Iterable[Term] = [_joined(algebra, mine, x[first:end])]
    else:
        found = _in_group(algebra, mine, regrouping(known(x[first:end]), known(step.sizes)))
    for each in found:
        moved = _only(each, {axis: axis + first for axis in each.axes})
        digits = tuple(sorted((*others.digits, *moved.digits), key=place))
        const, parts = plus(term.const, each.const), tuple(sorted((*others.parts, *moved.parts)))
        yield Term(digits, const, parts, term.exact, not digits and (each.covers or algebra.is_all(const)))


def _places(algebra: Algebra, slots: Slots, step: Regroup, x: Shape) -> Places | None:
    """The new places of digits, if each is one of the new axes; None where that takes more than another name."""
    key = id(step), slots  # whoever follows an axis holds the step
    if key not in algebra.places:
        before, after = known(x[step.axis : step.axis + step.axes]), known(step.sizes)
        found = [moved_slots(Slot(*slot), step.axis, before, after) for slot in slots]
        there = [slot[0] for slot in found if slot is not None and len(slot) == 1]
        algebra.places[key] = ordered(there) if len(there) == len(slots) else None
    return algebra.places[key]


def _only(term: Term, axes: dict[int, int]) -> Term:
    """What a term carries on some axes, on those axes of another value."""
    digits = tuple([digit._replace(axis=axes[digit.axis]) for digit in term.digits if digit.axis in axes])
    parts = tuple([part._replace(axis=axes[part.axis]) for part in term.parts if part.axis in axes])
    return Term(tuple(sorted(digits, key=place)) if len(digits) > 1 else digits, parts=parts)


def _joined(algebra: Algebra, term: Term, sizes: Shape) -> Term:
    """Digits of several axes as digits of one, which is all of these."""
    found = Term(())
    for axis, div, n, band in term.digits:
        if n == 1:
            found = algebra.constant(found, band.at(0))
        else:
            digit = Digit(0, div * prod(known(sizes[axis + 1 :])), n, band)
            found = found._replace(digits=tuple(sorted((*found.digits, digit), key=place)))
    return found


def _in_group(algebra: Algebra, term: Term, to: Regrouping) -> Iterator[Term]:
    """The terms of the axes of a group, in its new shape."""
    if all(axis in to.kept for axis in term.axes):
        yield _renamed(term, to.kept)
        return
    found = _on_flat(algebra, term, to)
    if found is None:
        return
    rest, flat = found
    for digits in _cut(algebra, _lined_up(algebra, flat, to), to):
        made: Term | None = rest
        for digit in digits:
            made = made and _with(algebra, made, digit)
        if made is not None:
            yield made


def _renamed(term: Term, axes: dict[int, int]) -> Term:
    digits = [digit._replace(axis=axes[digit.axis]) for digit in term.digits]
    parts = [part._replace(axis=axes[part.axis]) for part in term.parts]
    if len(digits) > 1:
        digits.sort(key=place)
    return term._replace(digits=tuple(digits), parts=tuple(parts))


def _on_flat(algebra: Algebra, term: Term, to: Regrouping) -> tuple[Term, list[Digit]] | None:
    """What stays on axes that are kept, and the other digits as those of the flat index (axis 0)."""
    for part in term.parts:
        if part.axis not in to.kept:
            inside = gated(term, part, to.before[part.axis])
            if inside is None:
                band, rest = algebra.taken(term, part.axis, to.before[part.axis])
                inside = algebra.given(rest, part.axis, to.before[part.axis], band)
            if inside is None:
                return None
            term = inside
    held = [digit._replace(axis=to.kept[digit.axis]) for digit in term.digits if digit.axis in to.kept]
    parts = tuple([Part(to.kept[axis], low, high) for axis, low, high in term.parts])
    rest = Term(tuple(sorted(held, key=place)), term.const, parts, term.exact, term.covers)
    flat = []
    for axis, div, n, band in term.digits:
        if axis in to.kept:
            continue
        if n == 1:
            rest = algebra.constant(rest, band.at(0))
        else:
            flat.append(Digit(0, div * to.old[axis], n, band))
    return rest, flat


def _lined_up(algebra: Algebra, flat: list[Digit], to: Regrouping) -> list[Digit]:
    """The digits, those of a group that does not line up as one."""
    for low, high, _, _ in to.groups:
        mine = [digit for digit in flat if low <= digit.div < high]
        if any(not to.lines_up(digit.div, digit.n) for digit in mine):
            inner = sorted([digit._replace(div=digit.div // low) for digit in mine], key=place)
            band = algebra.fused(tuple(inner), high // low)
            flat = [digit for digit in flat if digit not in mine] + [Digit(0, low, high // low, band)]
    return flat


def _cut(algebra: Algebra, flat: list[Digit], to: Regrouping) -> list[list[Digit]]:
    """Each digit cut where new axes begin: one list of digits for each term that comes of it."""
    done: list[list[Digit]] = []
    todo: list[tuple[list[Digit], list[Digit]]] = [([], flat)]
    while todo:
        ready, rest = todo.pop()
        if not rest:
            done.append(ready)
            continue
        (_, div, n, band), *rest = rest
        inner = [cut // div for cut in to.cuts if div < cut < div * n]
        if not inner:
            axis = to.axis_at(div)
            todo.append(([*ready, Digit(axis, div // to.new[axis], n, band)], rest))
            continue
        width = inner[-1]  # the outer part first
        for outer, row in reversed(algebra.split(band, n, n // width, width, width, 1, 0)):
            pair = [Digit(0, div * width, n // width, outer), Digit(0, div, width, row)]
            todo.append((ready, pair + rest))
    return done[::-1]


def _with(algebra: Algebra, term: Term, digit: Digit) -> Term | None:
    """The term with a digit; one that is the same for all is a constant."""
    band: Band = digit.band
    if band.table is None:
        raise Unkept
    if (band.ends or not band.Q) and len(set(band.table)) == 1:
        return algebra.constant(term, band.table[0]) if not band.empty else None
    return term._replace(digits=tuple(sorted((*term.digits, digit), key=place)))
