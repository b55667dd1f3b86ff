"""The rules by which terms are made: equal ones are one object, with bounds, divided as far as can be."""

from abc import ABC, abstractmethod
from math import gcd
from typing import Any, Final

from cnnshape.core.dims import Dim, Truth
from cnnshape.symbolic.division import floor, mod
from cnnshape.symbolic.nodes import NOTHING, Kind, Node, Term, high_of, low_of
from cnnshape.symbolic.predicates import Claim
from cnnshape.symbolic.rationals import chosen, joined

_LONGEST: Final = 32
"""Sums of more terms are not looked for again: a total over a net would leave each of its steps behind."""


class Rules(ABC):
    """Where terms live; what has to be known of them, somebody says."""

    def __init__(self) -> None:
        self._known: dict[Any, Any] = {}
        self._count = 0

    @abstractmethod
    def decide(self, claim: Claim) -> bool:
        """Whether a claim holds."""

    @abstractmethod
    def settle(self, term: Term) -> int:
        """The value of a term."""

    @abstractmethod
    def mark(self, node: Node, spec: str = "") -> str:
        """What stands for a term in a text until its value is known."""

    def count(self) -> int:
        """One more than last time."""
        self._count += 1
        return self._count

    def variable(self, name: str, low: int, high: int) -> Dim:
        """A variable with its bounds; an int where they leave one value."""
        return low if low == high else self._term("variable", (name,), frozenset((name,)), low, high)

    def add(self, a: Dim, b: Dim, times: int = 1) -> Dim:
        """``a + times b``."""
        parts = dict(a.parts) if isinstance(a, Term) else {}
        constant = a.constant if isinstance(a, Term) else a
        if isinstance(b, Term):
            constant += times * b.constant
            for term, factor in b.parts:
                parts[term] = parts.get(term, 0) + times * factor
                if not parts[term]:
                    del parts[term]
        else:
            constant += times * b
        return self.combined(parts, constant)

    def subtract(self, a: Dim, b: Dim) -> Dim:
        """``a - b``."""
        return self.add(a, b, -1)

    def combined(self, parts: dict[Term, int], constant: int) -> Dim:
        """The sum of some terms, each times its factor, and a constant."""
        if not parts:
            return constant
        if constant == 0 and len(parts) == 1:
            ((term, factor),) = parts.items()
            if factor == 1:
                return term
        key = ("sum", constant, frozenset(parts.items())) if len(parts) <= _LONGEST else None
        found = self._known.get(key) if key else None
        if found is None:
            low = high = constant
            for term, factor in parts.items():
                ends = (factor * term.low, factor * term.high)
                low, high = low + min(ends), high + max(ends)
            found = Term(self, "sum", (tuple(parts.items()), constant), _names(parts), low, high)
            if key:
                self._known[key] = found
        return found

    def multiply(self, a: Dim, b: Dim) -> Dim:
        """``a b``."""
        if not isinstance(a, Term):
            a, b = b, a
        if not isinstance(a, Term):
            return a * b
        if not isinstance(b, Term):
            return self.combined({t: n * b for t, n in a.parts}, a.constant * b) if b else 0
        for one, other in ((a, b), (b, a)):
            if len(one.parts) == 1 and not one.constant and one.kind == "sum":
                ((term, factor),) = one.parts
                return self.multiply(self.multiply(term, other), factor)
        factors = tuple(sorted(a.factors + b.factors, key=lambda term: term.number))
        ends = [x * y for x in (a.low, a.high) for y in (b.low, b.high)]
        return self._term("product", (factors,), a.names | b.names, min(ends), max(ends))

    def floor(self, a: Dim, b: Dim) -> Dim:
        """``floor(a / b)``, for a b that is not zero."""
        return floor(self, a, b)

    def mod(self, a: Dim, b: Dim) -> Dim:
        """``a - b floor(a / b)``, for a b that is not zero."""
        return mod(self, a, b)

    def smaller(self, a: Dim, b: Dim) -> Dim:
        """The smaller of two."""
        return self._extreme("min", a, b, 1)

    def larger(self, a: Dim, b: Dim) -> Dim:
        """The larger of two."""
        return self._extreme("max", a, b, -1)

    def _extreme(self, kind: Kind, a: Dim, b: Dim, sign: int) -> Dim:
        more = self.multiply(self.subtract(b, a), sign) if a is not b else 0
        if low_of(more) >= 0:
            return a
        if high_of(more) <= 0:
            return b
        choose = min if kind == "min" else max
        return self.pair(kind, *_ordered(a, b), choose(low_of(a), low_of(b)), choose(high_of(a), high_of(b)))

    def gcd(self, a: Dim, b: Dim) -> Dim:
        """The greatest common divisor of two that are at least one."""
        if isinstance(a, int) and isinstance(b, int):
            return gcd(a, b)
        if a is b or self._divides(a, b):
            return a
        if self._divides(b, a):
            return b
        return self.pair("gcd", *_ordered(a, b), 1, min(high_of(a), high_of(b)))

    def _divides(self, a: Dim, b: Dim) -> bool:
        rest = self.mod(b, a)
        return isinstance(rest, int) and rest == 0

    def where(self, claim: Claim, yes: Any, no: Any) -> Any:
        """One of two numbers."""
        if not all(isinstance(side, int | Term) for side in (yes, no)):
            return chosen(claim, yes, no)
        low, high = min(low_of(yes), low_of(no)), max(high_of(yes), high_of(no))
        return self._term("where", (claim, yes, no), claim.names | _named(yes) | _named(no), low, high)

    def joined(self, a: Any, b: Any, sign: str) -> Any:
        """The operation of this sign, where one of the numbers is no whole one."""
        return joined(a, b, sign)

    def at_least(self, a: Dim, b: Dim) -> Truth:
        """``a >= b``."""
        more = self.subtract(a, b)
        if low_of(more) >= 0 or high_of(more) < 0:
            return bool(low_of(more) >= 0)
        shared = gcd(*[factor for _, factor in more.parts])
        if shared > 1:
            more = self.combined({t: n // shared for t, n in more.parts}, more.constant // shared)
        return self.claim("least", (more,))

    def above(self, a: Dim, b: Dim) -> Truth:
        """``a > b``."""
        return self.at_least(a, self.add(b, 1))

    def equal(self, a: Dim, b: Dim) -> Truth:
        """``a = b``."""
        more = self.subtract(a, b)
        if not isinstance(more, Term) or more.low > 0 or more.high < 0:
            return bool(isinstance(more, int) and more == 0)
        shared = gcd(*[factor for _, factor in more.parts])
        if more.constant % shared:
            return False
        if shared > 1 or more.parts[0][1] < 0:
            sign = -1 if more.parts[0][1] < 0 else 1
            by = shared * sign
            more = self.combined({t: n // by for t, n in more.parts}, more.constant // by)
        return self.claim("zero", (more,))

    def claim(self, kind: Any, args: tuple[Any, ...]) -> Claim:
        """The claim of this kind."""
        key = (kind, args)
        if key not in self._known:
            self._known[key] = Claim(self, kind, args, _names(args))
        found: Claim = self._known[key]
        return found

    def pair(self, kind: Kind, a: Dim, b: Dim, low: int, high: int) -> Dim:
        """The term of this kind that is made of two numbers."""
        return self._term(kind, (a, b), _named(a) | _named(b), low, high)

    def _term(self, kind: Kind, args: tuple[Any, ...], names: frozenset[str], low: int, high: int) -> Dim:
        key = (kind, args)
        found = self._known.get(key)
        if found is None:
            found = low if low == high else Term(self, kind, args, names, low, high)
            self._known[key] = found
        return found


def _named(x: Any) -> frozenset[str]:
    return x.names if isinstance(x, Node) else NOTHING


def _names(parts: Any) -> frozenset[str]:
    return frozenset().union(*[part.names for part in parts if isinstance(part, Node)])


def _ordered(a: Dim, b: Dim) -> tuple[Dim, Dim]:
    """Two arguments that may change places: a number last, the older term first."""
    if isinstance(a, int) or (isinstance(b, Term) and b.number < a.number):
        return b, a
    return a, b
