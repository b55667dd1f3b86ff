"""Open numbers that need not be whole: what ``width * 1.25`` and ``c / 3`` are in an expression until it rounds.

Kept as a numerator over a positive denominator, so that all arithmetic stays one of whole numbers.
"""

from fractions import Fraction
from numbers import Rational
from typing import Any

from typing_extensions import override

from cnnshape.core.dims import Dim, Open, Truth, divides, equal, settled, where
from cnnshape.symbolic.nodes import Term
from cnnshape.symbolic.predicates import Claim


class Ratio(Open):
    """``top / bottom``, the bottom at least one; where it is whole everywhere, `whole` gives the term."""

    __slots__ = ("bottom", "top")

    def __init__(self, top: Dim, bottom: Dim) -> None:
        self.top, self.bottom = top, bottom

    @override
    def __repr__(self) -> str:
        return f"{self.top}/{self.bottom}"

    @property
    def names(self) -> frozenset[str]:
        """The variables that it rests on."""
        return frozenset().union(*[part.names for part in (self.top, self.bottom) if isinstance(part, Term)])

    @override
    def whole(self) -> Any:
        return self.top // self.bottom if divides(self.bottom, self.top) else self.known()

    @override
    def written(self) -> tuple[Any, ...]:
        return self.top, self.bottom

    @override
    def known(self) -> int | Fraction:
        value = Fraction(settled(self.top), settled(self.bottom))
        return value.numerator if value.denominator == 1 else value

    def __add__(self, other: Any) -> Any:
        return joined(self, other, "add")

    def __radd__(self, other: Any) -> Any:
        return joined(other, self, "add")

    def __sub__(self, other: Any) -> Any:
        return joined(self, other, "subtract")

    def __rsub__(self, other: Any) -> Any:
        return joined(other, self, "subtract")

    def __mul__(self, other: Any) -> Any:
        return joined(self, other, "multiply")

    def __rmul__(self, other: Any) -> Any:
        return joined(other, self, "multiply")

    def __truediv__(self, other: Any) -> Any:
        return joined(self, other, "divide")

    def __rtruediv__(self, other: Any) -> Any:
        return joined(other, self, "divide")

    def __floordiv__(self, other: Any) -> Any:
        return joined(self, other, "floor")

    def __rfloordiv__(self, other: Any) -> Any:
        return joined(other, self, "floor")

    def __mod__(self, other: Any) -> Any:
        return joined(self, other, "mod")

    def __rmod__(self, other: Any) -> Any:
        return joined(other, self, "mod")

    def __neg__(self) -> Any:
        return Ratio(-self.top, self.bottom)

    def __ge__(self, other: Any) -> Truth:
        return joined(self, other, "at_least")

    def __le__(self, other: Any) -> Truth:
        return joined(other, self, "at_least")

    def __gt__(self, other: Any) -> Truth:
        return joined(self, other, "above")

    def __lt__(self, other: Any) -> Truth:
        return joined(other, self, "above")

    @override
    def equal(self, other: Any) -> Truth:
        return joined(self, other, "equal")

    @override
    def minimum(self, other: Any) -> Any:
        return where(joined(self, other, "at_least"), other, self)

    @override
    def maximum(self, other: Any) -> Any:
        return where(joined(self, other, "at_least"), self, other)

    def __bool__(self) -> bool:
        return bool(self.top)


def over(top: Dim, bottom: Dim) -> Any:
    """``top / bottom``, for a bottom that is not zero: a term or an int where that is always whole."""
    if bottom < 0:
        top, bottom = -top, -bottom
    rest = top % bottom
    if isinstance(rest, int) and rest == 0:
        return top // bottom
    return Ratio(top, bottom)


def _parts(x: Any) -> tuple[Dim, Dim]:
    if isinstance(x, Ratio):
        return x.top, x.bottom
    return (x.numerator, x.denominator) if isinstance(x, Rational) else (x, 1)


def joined(x: Any, y: Any, sign: str) -> Any:
    """The operation of two open or rational numbers that this sign stands for."""
    if not all(isinstance(each, Rational | Ratio | Term) for each in (x, y)):
        return NotImplemented
    (a, b), (c, d) = _parts(x), _parts(y)
    if sign in ("add", "subtract"):
        return over(a * d + (c * b if sign == "add" else -(c * b)), b * d)
    if sign == "multiply":
        return over(a * c, b * d)
    if sign == "divide":
        return over(a * d, b * c)
    if sign == "floor":
        return _floor(a * d, b * c)
    if sign == "mod":
        whole = _floor(a * d, b * c)
        return over(a * d - c * b * whole, b * d)
    left, right = a * d, c * b
    return left >= right if sign == "at_least" else left > right if sign == "above" else equal(left, right)


def _floor(top: Dim, bottom: Dim) -> Dim:
    return -top // -bottom if bottom < 0 else top // bottom


def chosen(claim: Claim, yes: Any, no: Any) -> Any:
    """One of two numbers of which one is no whole one."""
    (a, b), (c, d) = _parts(yes), _parts(no)
    return over(where(claim, a, c), where(claim, b, d))
