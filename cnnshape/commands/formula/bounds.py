"""What is never negative: by polynomials below and above a term, whose factors are seen to be positive.

Each variable is its least value and something from zero up.  A floor lies between two fractions, so that a sum that is
positive in between is found, too; what is not found may still be true.
"""

from collections.abc import Mapping
from fractions import Fraction

from cnnshape.core.dims import Dim
from cnnshape.symbolic import Term

Polynomial = dict[tuple[str, ...], Fraction]
"""Factors by monomial: the names of its variables in order, each as often as its power."""


class Bounds:
    """What is known of terms whose variables are at least these; polynomials are made once for each term.

    >>> from cnnshape.symbolic import Space
    >>> height = Space(bool, int).variable("H", 1, 1000)
    >>> known = Bounds({"H": 8})
    >>> known.never_negative(height * height - 8 * height), known.never_negative(height // 2 - 5)
    (True, False)
    """

    def __init__(self, lows: Mapping[str, int]) -> None:
        self.lows = lows
        self._made: dict[tuple[Term, int], Polynomial | None] = {}

    def never_negative(self, x: Dim) -> bool:
        """Whether a number is seen to be at least zero."""
        if not isinstance(x, Term):
            return bool(x >= 0)
        if x.low >= 0 or x.high < 0:
            return x.low >= 0
        below = self._sum(x, -1)
        return (below is not None and _positive(below)) or self._is_lead(x)

    def _is_lead(self, x: Term) -> bool:
        """Whether it is one quotient less another of the same divisor, where what is divided is seen to be no less."""
        if len(x.parts) != 2 or sum(factor for _, factor in x.parts) != 0:
            return False
        less, more = (term for term, _ in sorted(x.parts, key=lambda part: part[1]))
        times = max(factor for _, factor in x.parts)
        if less.kind != "floor" or more.kind != "floor" or x.constant % times:
            return False
        (low, by), (top, same) = less.args, more.args
        if not isinstance(by, int) or by != same or by < 1:
            return False
        return self.never_negative(top + x.constant // times * by - low)

    def _bound(self, x: Dim, side: int) -> Polynomial | None:
        """A polynomial that is never above the term (side -1) or never below it (1); None where none is known."""
        if not isinstance(x, Term):
            return {(): Fraction(x)}
        if (x, side) not in self._made:
            self._made[x, side] = self._of(x, side)
        return self._made[x, side]

    def _of(self, x: Term, side: int) -> Polynomial | None:
        if x.kind == "variable":
            name = x.args[0]
            return {(): Fraction(self.lows.get(name, x.low)), (name,): Fraction(1)}
        if x.kind == "sum":
            return self._sum(x, side)
        if x.kind == "product":
            return self._product(x, side)
        if x.kind == "floor" and isinstance(x.args[1], int) and x.args[1] > 0:
            inner, by = self._bound(x.args[0], side), x.args[1]
            if inner is None:
                return None
            less = {(): inner.get((), Fraction(0)) - (by - 1 if side < 0 else 0)}
            return {monomial: factor / by for monomial, factor in (inner | less).items()}
        if x.kind == ("min" if side > 0 else "max"):
            return self._bound(x.args[0], side)
        return {(): Fraction(x.low if side < 0 else x.high)}

    def _sum(self, x: Term, side: int) -> Polynomial | None:
        total: Polynomial = {(): Fraction(x.constant)}
        for term, factor in x.parts:
            part = self._bound(term, side if factor > 0 else -side)
            if part is None:
                return None
            for monomial, own in part.items():
                total[monomial] = total.get(monomial, 0) + factor * own
        return total

    def _product(self, x: Term, side: int) -> Polynomial | None:
        """The product of bounds bounds the product where no factor is negative, nor is a bound below."""
        result: Polynomial = {(): Fraction(1)}
        for factor in x.factors:
            low = self._bound(factor, -1)
            is_positive = low is not None and _positive(low)
            if not (is_positive or (side > 0 and factor.low >= 0)):
                return None
            bound = self._bound(factor, side)
            if bound is None:
                return None
            result = _times(result, bound)
        return result


def _positive(polynomial: Polynomial) -> bool:
    return all(factor >= 0 for factor in polynomial.values())


def _times(a: Polynomial, b: Polynomial) -> Polynomial:
    found: Polynomial = {}
    for one, x in a.items():
        for other, y in b.items():
            monomial = tuple(sorted(one + other))
            found[monomial] = found.get(monomial, Fraction(0)) + x * y
    return found
