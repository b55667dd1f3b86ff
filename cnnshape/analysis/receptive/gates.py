"""Terms of which some outputs read nothing, because of what they were joined from."""

from math import gcd

from cnnshape.analysis.receptive.index_sets import NOTHING, ZERO, joined, plus
from cnnshape.analysis.receptive.periodic import LIMIT, closed
from cnnshape.analysis.receptive.terms import Digit, Part, Term, with_digit


def is_gated(term: Term) -> bool:
    """Whether some outputs of it read nothing because of what they were joined from."""
    return bool(term.parts) or any(digit.band.ends and not digit.band.moves for digit in term.digits)


def ungated(term: Term) -> Term:
    """The term as if all channels read what some of them do: a bound, unless they do."""
    if not is_gated(term):
        return term
    digits, const = [], term.const
    for digit in term.digits:
        if digit.band.moves or not digit.band.ends:
            digits.append(digit)
        else:
            const = plus(const, joined(digit.band.table or ()))  # where it reads something, that may lie anywhere
    return Term(tuple(digits), const, (), exact=False, covers=term.covers)


def gated(term: Term, part: Part, size: int) -> Term | None:
    """The term with a part of an axis as a digit; None where the digits inside it do not allow that."""
    unit = gcd(part.low, part.high, size)
    if any(unit % (digit.div * digit.n) for digit in term.on(part.axis)):
        return None
    inside = [ZERO if part.low <= unit * y < part.high else NOTHING for y in range(size // unit)]
    if len(inside) > LIMIT:
        return None
    parts = tuple([other for other in term.parts if other is not part])
    return with_digit(term._replace(parts=parts), Digit(part.axis, unit, size // unit, closed(inside)))
