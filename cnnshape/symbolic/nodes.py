"""Terms: open whole numbers, made of variables by arithmetic, each one object of its space."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Literal

from typing_extensions import override

from cnnshape.core.dims import Dim, Open, Truth, prod

if TYPE_CHECKING:
    from cnnshape.symbolic.rewriting import Rules

Kind = Literal["variable", "sum", "product", "floor", "mod", "min", "max", "gcd", "where"]

NOTHING: frozenset[str] = frozenset()


class Node(Open):
    """What terms and claims are: a kind, what it is made of, and the variables that it rests on."""

    __slots__ = ("args", "kind", "names", "number", "space")

    def __init__(self, space: "Rules", kind: Any, args: tuple[Any, ...], names: frozenset[str]) -> None:
        self.space = space
        self.kind = kind
        self.args = args
        self.names = names
        self.number = space.count()
        """Larger than that of anything it is made of."""

    def below(self) -> "Iterator[Node]":
        """The terms and claims that it is made of directly."""
        for arg in self.args:
            if isinstance(arg, Node):
                yield arg

    @override
    def __repr__(self) -> str:
        return format(self, "")

    @override
    def __format__(self, spec: str) -> str:
        """A mark that `Space.filled` replaces by the value at a point: how a message is written before it is known."""
        return self.space.mark(self, spec)


class Term(Node):
    """An open whole number with bounds.

    ========= ======================================== =================================
    kind      args                                     value
    ========= ======================================== =================================
    variable  name                                     as the points or a person say
    sum       parts as (term, factor), constant        ``constant + factor term + ...``
    product   terms                                    ``term term ...``
    floor     a, b                                     ``floor(a / b)``
    mod       a, b                                     ``a - b floor(a / b)``
    min, max  a, b                                     the smaller, the larger
    gcd       a, b                                     the greatest common divisor
    where     claim, yes, no                           ``yes`` where the claim holds
    ========= ======================================== =================================

    Arithmetic with fractions gives a `Ratio`.
    """

    __slots__ = ("high", "low")

    kind: Kind

    def __init__(
        self, space: "Rules", kind: Kind, args: tuple[Any, ...], names: frozenset[str], low: int, high: int
    ) -> None:
        super().__init__(space, kind, args, names)
        self.low, self.high = low, high

    @override
    def below(self) -> Iterator[Node]:
        if self.kind == "sum":
            for term, _ in self.args[0]:
                yield term
        else:
            yield from super().below() if self.kind != "product" else self.args[0]

    @property
    def parts(self) -> tuple[tuple["Term", int], ...]:
        """It as a sum: its terms and their factors."""
        parts: tuple[tuple[Term, int], ...] = self.args[0] if self.kind == "sum" else ((self, 1),)
        return parts

    @property
    def constant(self) -> int:
        """It as a sum: what does not hang on a variable."""
        constant: int = self.args[1] if self.kind == "sum" else 0
        return constant

    @property
    def factors(self) -> tuple["Term", ...]:
        """It as a product."""
        factors: tuple[Term, ...] = self.args[0] if self.kind == "product" else (self,)
        return factors

    def _with(self, other: Any, sign: str, swapped: bool = False) -> Any:
        """The operation of the space; one of a ratio where the other number is no whole one."""
        if isinstance(other, int | Term):
            rule = getattr(self.space, sign)
            return rule(other, self) if swapped else rule(self, other)
        return self.space.joined(other, self, sign) if swapped else self.space.joined(self, other, sign)

    def __add__(self, other: Any) -> Any:
        return self._with(other, "add")

    __radd__ = __add__

    def __sub__(self, other: Any) -> Any:
        return self._with(other, "subtract")

    def __rsub__(self, other: Any) -> Any:
        return self._with(other, "subtract", swapped=True)

    def __mul__(self, other: Any) -> Any:
        return self._with(other, "multiply")

    __rmul__ = __mul__

    def __pow__(self, times: int) -> Dim:
        return prod([self] * times)

    def __neg__(self) -> Dim:
        return self.space.multiply(self, -1)

    def __floordiv__(self, other: Any) -> Any:
        return self._with(other, "floor")

    def __rfloordiv__(self, other: Any) -> Any:
        return self._with(other, "floor", swapped=True)

    def __mod__(self, other: Any) -> Any:
        return self._with(other, "mod")

    def __rmod__(self, other: Any) -> Any:
        return self._with(other, "mod", swapped=True)

    def __truediv__(self, other: Any) -> Any:
        return self.space.joined(self, other, "divide")

    def __rtruediv__(self, other: Any) -> Any:
        return self.space.joined(other, self, "divide")

    def __ge__(self, other: Any) -> Truth:
        return self._with(other, "at_least")

    def __le__(self, other: Any) -> Truth:
        return self._with(other, "at_least", swapped=True)

    def __gt__(self, other: Any) -> Truth:
        return self._with(other, "above")

    def __lt__(self, other: Any) -> Truth:
        return self._with(other, "above", swapped=True)

    @override
    def equal(self, other: Any) -> Truth:
        return self._with(other, "equal")

    @override
    def minimum(self, other: Any) -> Any:
        return self._with(other, "smaller")

    @override
    def maximum(self, other: Any) -> Any:
        return self._with(other, "larger")

    @override
    def gcd(self, other: Any) -> Dim:
        return self.space.gcd(self, other)

    def __bool__(self) -> bool:
        return not self.equal(0)

    @override
    def known(self) -> int:
        return self.space.settle(self)

    __index__ = known


def low_of(x: Dim) -> int:
    """The least that a number can be."""
    low: int = x.low if isinstance(x, Term) else x
    return low


def high_of(x: Dim) -> int:
    """The most that a number can be."""
    high: int = x.high if isinstance(x, Term) else x
    return high
