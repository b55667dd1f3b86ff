"""The rules by which terms are made: equal ones are one object, with bounds, divided as far as can be."""

from abc import ABC, abstractmethod
from math import gcd
from typing import Any, Final

from cnnshape.dims import Dim, Truth
from cnnshape.terms.claims import Claim
from cnnshape.terms.nodes import NOTHING, Kind, Node, Term

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
        if b == 1 or a is b:
            return a if b == 1 else 1
        if not isinstance(a, Term) or not isinstance(b, int) or b < 1:
            less = _without(self, a, b)
            return self._pair("floor", a, b, *_quotients(a, b)) if less is None else less
        out = {term: factor // b for term, factor in a.parts if factor % b == 0}
        rest = {term: factor for term, factor in a.parts if factor % b}
        whole = self.combined(out, a.constant // b)
        inner = self.combined(rest, a.constant % b)
        return self.add(whole, self._least_floor(inner, b))

    def _least_floor(self, a: Dim, b: int) -> Dim:
        """``floor(a / b)`` where nothing can be taken out of it: one division instead of two, in lowest terms."""
        if not isinstance(a, Term):
            return a // b
        shared = gcd(b, *[factor for _, factor in a.parts])
        if shared > 1:
            parts = {term: factor // shared for term, factor in a.parts}
            return self.floor(self.combined(parts, a.constant // shared), b // shared)
        if min(a.parts, key=lambda part: part[0].number)[1] < 0:  # rounded up: written as what is rounded down
            return self.multiply(self.floor(self.subtract(b - 1, a), b), -1)
        if len(a.parts) == 1 and a.parts[0][1] == 1 and a.parts[0][0].kind == "floor":
            inner, by = a.parts[0][0].args
            if isinstance(by, int) and by > 0:
                return self.floor(self.add(inner, a.constant * by), by * b)
        low, high = a.low // b, a.high // b
        return low if low == high else self._pair("floor", a, b, low, high)

    def mod(self, a: Dim, b: Dim) -> Dim:
        """``a - b floor(a / b)``, for a b that is not zero."""
        if isinstance(a, Term) and isinstance(b, int) and b > 0:
            parts = {term: factor % b for term, factor in a.parts if factor % b}
            rest = self.combined(parts, a.constant % b)
            if not isinstance(rest, Term):
                return rest % b
            first = rest.low // b
            if first == rest.high // b:
                return self.add(rest, -first * b)
            return self._pair("mod", rest, b, 0, b - 1)
        less = _without(self, a, b)
        if less is not None:
            return 0
        high = max(abs(_low(b)), abs(_high(b))) - 1
        return self._pair("mod", a, b, 0 if _low(b) > 0 else -high, high)

    def smaller(self, a: Dim, b: Dim) -> Dim:
        """The smaller of two."""
        return self._extreme("min", a, b, 1)

    def larger(self, a: Dim, b: Dim) -> Dim:
        """The larger of two."""
        return self._extreme("max", a, b, -1)

    def _extreme(self, kind: Kind, a: Dim, b: Dim, sign: int) -> Dim:
        more = self.multiply(self.subtract(b, a), sign) if a is not b else 0
        if _low(more) >= 0:
            return a
        if _high(more) <= 0:
            return b
        choose = min if kind == "min" else max
        return self._pair(kind, *_ordered(a, b), choose(_low(a), _low(b)), choose(_high(a), _high(b)))

    def gcd(self, a: Dim, b: Dim) -> Dim:
        """The greatest common divisor of two that are at least one."""
        if a is b or self._divides(a, b):
            return a
        if self._divides(b, a):
            return b
        return self._pair("gcd", *_ordered(a, b), 1, min(_high(a), _high(b)))

    def _divides(self, a: Dim, b: Dim) -> bool:
        rest = self.mod(b, a)
        return isinstance(rest, int) and rest == 0

    def where(self, claim: Claim, yes: Any, no: Any) -> Any:
        """One of two numbers."""
        if not all(isinstance(side, int | Term) for side in (yes, no)):
            from cnnshape.terms.ratio import chosen

            return chosen(claim, yes, no)
        low, high = min(_low(yes), _low(no)), max(_high(yes), _high(no))
        return self._term("where", (claim, yes, no), claim.names | _named(yes) | _named(no), low, high)

    def at_least(self, a: Dim, b: Dim) -> Truth:
        """``a >= b``."""
        more = self.subtract(a, b)
        if _low(more) >= 0 or _high(more) < 0:
            return bool(_low(more) >= 0)
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

    def _pair(self, kind: Kind, a: Dim, b: Dim, low: int, high: int) -> Dim:
        return self._term(kind, (a, b), _named(a) | _named(b), low, high)

    def _term(self, kind: Kind, args: tuple[Any, ...], names: frozenset[str], low: int, high: int) -> Dim:
        key = (kind, args)
        found = self._known.get(key)
        if found is None:
            found = low if low == high else Term(self, kind, args, names, low, high)
            self._known[key] = found
        return found


def _low(x: Dim) -> int:
    low: int = x.low if isinstance(x, Term) else x
    return low


def _high(x: Dim) -> int:
    high: int = x.high if isinstance(x, Term) else x
    return high


def _named(x: Any) -> frozenset[str]:
    return x.names if isinstance(x, Node) else NOTHING


def _names(parts: Any) -> frozenset[str]:
    return frozenset().union(*[part.names for part in parts if isinstance(part, Node)])


def _ordered(a: Dim, b: Dim) -> tuple[Dim, Dim]:
    """Two arguments that may change places: a number last, the older term first."""
    if isinstance(a, int) or (isinstance(b, Term) and b.number < a.number):
        return b, a
    return a, b


def _quotients(a: Dim, b: Dim) -> tuple[int, int]:
    """The bounds of ``floor(a / b)``."""
    if _low(b) <= 0 <= _high(b):
        most = max(abs(_low(a)), abs(_high(a)))
        return -most, most
    ends = [x // y for x in (_low(a), _high(a)) for y in (_low(b), _high(b))]
    return min(ends), max(ends)


def _without(rules: Rules, a: Dim, b: Dim) -> Dim | None:
    """``a / b`` where b is one of the factors of a; None where it is not."""
    if not (isinstance(a, Term) and isinstance(b, Term)) or a.constant:
        return None
    found: dict[Term, int] = {}
    rest = 0
    for term, factor in a.parts:
        factors = list(term.factors)
        if b not in factors:
            return None
        factors.remove(b)
        left: Dim = 1
        for each in factors:
            left = rules.multiply(left, each)
        if isinstance(left, Term):
            found[left] = found.get(left, 0) + factor
        else:
            rest += factor * left
    return rules.combined(found, rest)
