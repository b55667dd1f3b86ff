"""From the terms of a value to the figures of its field."""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import pairwise
from math import floor, lcm, prod

from cnnshape.analysis.receptive.drifting import several
from cnnshape.analysis.receptive.field import Field
from cnnshape.analysis.receptive.index_sets import ZERO, Run, joined, most_read, plus
from cnnshape.analysis.receptive.periodic import LIMIT
from cnnshape.analysis.receptive.terms import Digit, State, Term, carries, is_plain, jumps_of
from cnnshape.analysis.receptive.unions import Unions
from cnnshape.analysis.receptive.work import Unkept, Work
from cnnshape.core.dims import Shape, settled


def field_of(algebra: Unions, work: Work, state: Sequence[Term], made: Shape, via: str, meet: str) -> Field:
    """The field of a value of shape ``made`` that reads these terms."""
    if len(state) == 1 and state[0].exact and is_plain(state[0]) and state[0].digits[0].axis > 1:
        plain = _plain(state[0])
        if plain is not None:
            return plain
    terms = together(algebra, state, made)
    if len(terms) == 1 and terms[0].exact and not terms[0].parts and terms[0].moves:
        return _plain(terms[0]) or _of_digits(work, terms[0])
    axes = sorted({part.axis for term in terms for part in term.parts})
    if axes:
        return _in_pieces(algebra, work, terms, axes[0], made, via, meet)
    moving = [term for term in terms if term.moves]
    still = [_stilled(algebra, term) for term in terms if not term.moves]
    far = joined([term.const for term in still])
    exact = all(term.exact for term in terms)
    whole = (far.first, far.last) if far.last >= far.first else None
    via = via if any(term.covers for term in still) else ""
    if not moving:
        found = _still(far) if whole else Field(0, None, None, None, 0, smallest=0)
    elif len(moving) == 1:
        found = _plain(moving[0]) or _of_digits(work, moving[0])
    else:
        found = several(work, moving, made)._replace(meet=meet)
    bound = found.bound or (None if exact else "upper")
    if not (whole or via or bound):
        return found
    return found._replace(whole=whole, via=via, bound=bound, reads=None if bound else found.reads)


def together(algebra: Unions, state: Sequence[Term], made: Shape) -> list[Term]:
    """The terms, all channels taken together where there are other axes to tell outputs apart."""
    if not _has_channels(state, made):
        return list(state)
    found = []
    for term in state:
        try:
            found.append(algebra.whole(term, 1))
        except Unkept:
            found.append(algebra.everything(term))
    return list(algebra.united(found, made))


def _has_channels(state: Sequence[Term], made: Shape) -> bool:
    """Whether some term tells channels apart, and outputs are told apart by other axes."""
    if not carries(state, 1):
        return False
    if any(digit.axis > 1 for term in state for digit in term.digits):
        return True
    tokens = any(digit.band.moves for term in state for digit in term.on(1))
    return not tokens and len(made) >= 4


def _stilled(algebra: Unions, term: Term) -> Term:
    """A term of which all that any output reads is the same: what is left are outputs that read nothing."""
    if not term.digits:
        return term
    const = term.const
    for digit in term.digits:
        const = plus(const, joined(digit.band.table or ()))
    return Term((), const, exact=term.exact, covers=algebra.is_all(const))


def _still(far: Run) -> Field:
    """What every output reads."""
    return Field(far.size, Fraction(0), far.first, Fraction(far.first + far.last, 2), far.reads, smallest=far.size)


# ------------------------------------------------------------------ one window


def _plain(term: Term) -> Field | None:
    """The figures of a term that carries one whole axis endlessly, as most do; None of another one."""
    band = term.digits[0].band
    if len(term.digits) > 1 or band.ends or not band.Q or not band.table or term.const != ZERO:
        return None
    (smallest, size), first, jump = band.sizes, band.table[0], band.jump
    jumps, start = () if jump is None else (jump,), first.first if first.size else None
    return Field(size, jump, start, band.centre, band.most, smallest=smallest, jumps=jumps)


def _of_digits(work: Work, term: Term) -> Field:
    """The figures of one term, from its digits alone: no product of them is formed for the size."""
    digits = [digit for digit in term.digits if digit.band.moves or digit.band.table is None]
    jumps = jumps_of(digits)
    if any(digit.band.table is None for digit in term.digits):
        return _outlined(term, jumps)
    const = term.const
    size = smallest = const.size
    for digit in term.digits:
        least, most = digit.band.sizes
        size, smallest = size + most - 1, smallest + least - 1 if least and smallest else 0
    starts = [const, *[digit.band.at(0) for digit in term.digits]]
    return Field(
        size,
        jumps[0] if jumps else None,
        sum([run.first for run in starts]) if all(run.size for run in starts) else None,
        _centre(term) if jumps else None,
        _reads(work, term, size),
        smallest=smallest,
        jumps=jumps[:1] or (_average(digits),),
        coarser=jumps[1:],
        repeats=_repeats(term.digits),
    )


def _centre(term: Term) -> Fraction | None:
    """The mean over the outputs of the middle of what one reads, less what it moves; None if nothing is read."""
    up, down = term.const.first + term.const.last, 2
    for digit in term.digits:
        centre = digit.band.centre
        if centre is None:
            return None
        up, down = up * centre.denominator + centre.numerator * down, down * centre.denominator  # sums take longer
    return Fraction(up, down)


def _outlined(term: Term, jumps: tuple[Fraction, ...]) -> Field:
    """The figures of a term of which only the outline is known."""
    low, high = Fraction(term.const.first), Fraction(term.const.last)
    for digit in term.digits:
        below, above = digit.band.outline
        low, high = low + below, high + above
    return Field(floor(high - low) + 1, jumps[0] if jumps else None, None, None, None, jumps=jumps[:1], bound="upper")


def _average(digits: Sequence[Digit]) -> Fraction:
    """The mean step of outputs that move by uneven steps; 0 where they come back to where they began."""
    firsts = [run.first for run in digits[0].band.table or () if run.last >= run.first]
    if not digits[0].band.ends or len(firsts) < 2:
        return Fraction(0)
    return Fraction(firsts[-1] - firsts[0], len(firsts) - 1)


def _repeats(digits: Sequence[Digit]) -> int | None:
    """After how many outputs a term that moves on the spot begins again."""
    periods = []
    for _, div, _, band in digits:
        if band.moves or band.table is None:
            if band.ends or band.Q:
                return None
            periods.append(band.P * div)
    return lcm(*periods)


def _reads(work: Work, term: Term, size: int) -> int | None:
    """The most indices that one output of at most this size reads; None where that takes too many sums."""
    if len(term.digits) == 1 and term.const.size == 1:
        return term.digits[0].band.most
    if term.const.solid and all(digit.band.solid for digit in term.digits):
        return size  # so is every sum
    tables = [digit.band.table or () for digit in term.digits]
    count = prod([len(set(table)) for table in tables])
    if count > LIMIT or not work.pays(count):
        return None
    sums = {term.const}
    for table in tables:
        sums = {plus(one, run) for one in sums for run in table}
    return most_read(list(sums))


# ------------------------------------------------------------------ pieces


def _in_pieces(
    algebra: Unions, work: Work, terms: Sequence[Term], axis: int, made: Shape, via: str, meet: str
) -> Field:
    """The figures of outputs of several kinds, one after another on an axis."""
    fields = []
    for low, high in _segments(terms, axis, settled(made[axis])):
        mine = [_cut_out(term, axis, low, high) for term in terms]
        shape = (*made[:axis], high - low, *made[axis + 1 :])
        present = algebra.united(mine, shape)
        fields.append((low, high - 1, field_of(algebra, work, present, shape, via, meet)))
    seen = [field for _, _, field in fields if field.size != 0]
    if not seen:
        return Field(0, None, None, None, 0, smallest=0)
    if len({*seen}) == 1:
        return seen[0]
    return _summed(seen)._replace(pieces=tuple(fields), start=fields[0][2].start)


def _segments(terms: Sequence[Term], axis: int, size: int) -> Iterator[tuple[int, int]]:
    ends = {0, size}
    for term in terms:
        part = term.part(axis)
        if part is not None:
            ends |= {part.low, part.high}
    return pairwise(sorted(ends))


def _cut_out(term: Term, axis: int, low: int, high: int) -> Term | None:
    """The term on a segment of the axis; None where it is on another one."""
    part = term.part(axis)
    if part is None:
        return term
    if not (part.low <= low and high <= part.high):
        return None
    return term._replace(parts=tuple([other for other in term.parts if other is not part]))


def _summed(fields: Sequence[Field]) -> Field:
    """One field for several: the largest figures."""
    local = [field for field in fields if field.jumps]
    largest = max(local or fields, key=lambda field: field.size or 0)
    wholes = [field.whole for field in fields if field.whole]
    jumps = tuple(sorted({jump for field in local for jump in field.jumps}))
    return largest._replace(
        jump=largest.jump if len({field.jump for field in local or fields}) == 1 else None,
        jumps=jumps,
        centre=None,
        reads=None if any(field.reads is None for field in fields) else max([field.reads or 0 for field in fields]),
        whole=(min([low for low, _ in wholes]), max([high for _, high in wholes])) if wholes else None,
        smallest=min([field.smallest for field in fields if field.smallest is not None], default=None),
        via=next((field.via for field in fields if field.via), ""),
        meet=next((field.meet for field in fields if field.meet), ""),
        bound="upper" if any(field.bound for field in fields) else None,
    )


def key_of(state: State, made: Shape) -> tuple[object, ...] | None:
    """What alone the figures of a value depend on where one window moves, whatever axes carry it; else None."""
    if len(state) > 2 or _has_channels(state, made):
        return None
    moving, found = 0, list[object]()
    for digits, const, parts, exact, covers in state:
        if parts:
            return None
        moving += any(digit.band.moves for digit in digits)
        found += (const, exact, covers, _repeats(digits), *sorted([id(digit.band) for digit in digits]))
    return tuple(found) if moving < 2 else None
