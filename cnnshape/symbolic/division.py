"""Quotients and rests: what can be taken out of them is, and divisions in a row become one."""

from math import gcd
from typing import TYPE_CHECKING

from cnnshape.core.dims import Dim
from cnnshape.symbolic.nodes import Term, high_of, low_of

if TYPE_CHECKING:
    from cnnshape.symbolic.rewriting import Rules


def floor(rules: "Rules", a: Dim, b: Dim) -> Dim:
    """``floor(a / b)``, for a b that is not zero."""
    if b == 1 or a is b:
        return a if b == 1 else 1
    if not isinstance(a, Term) or not isinstance(b, int) or b < 1:
        less = _without(rules, a, b)
        return rules.pair("floor", a, b, *_bounds(a, b)) if less is None else less
    out = {term: factor // b for term, factor in a.parts if factor % b == 0}
    rest = {term: factor for term, factor in a.parts if factor % b}
    whole = rules.combined(out, a.constant // b)
    return rules.add(whole, _least(rules, rules.combined(rest, a.constant % b), b))


def _least(rules: "Rules", a: Dim, b: int) -> Dim:
    """``floor(a / b)`` where nothing can be taken out of it: one division instead of two, in lowest terms."""
    if not isinstance(a, Term):
        return a // b
    shared = gcd(b, *[factor for _, factor in a.parts])
    if shared > 1:
        parts = {term: factor // shared for term, factor in a.parts}
        return floor(rules, rules.combined(parts, a.constant // shared), b // shared)
    if min(a.parts, key=lambda part: part[0].number)[1] < 0:  # rounded up: written as what is rounded down
        return rules.multiply(floor(rules, rules.subtract(b - 1, a), b), -1)
    if len(a.parts) == 1 and a.parts[0][1] == 1 and a.parts[0][0].kind == "floor":
        inner, by = a.parts[0][0].args
        if isinstance(by, int) and by > 0:
            return floor(rules, rules.add(inner, a.constant * by), by * b)
    low, high = a.low // b, a.high // b
    return low if low == high else rules.pair("floor", a, b, low, high)


def mod(rules: "Rules", a: Dim, b: Dim) -> Dim:
    """``a - b floor(a / b)``, for a b that is not zero."""
    if isinstance(a, int) and isinstance(b, int):
        return a % b
    if isinstance(a, Term) and isinstance(b, int) and b > 0:
        parts = {term: factor % b for term, factor in a.parts if factor % b}
        rest = rules.combined(parts, a.constant % b)
        if not isinstance(rest, Term):
            return rest % b
        first = rest.low // b
        if first == rest.high // b:
            return rules.add(rest, -first * b)
        return rules.pair("mod", rest, b, 0, b - 1)
    if _without(rules, a, b) is not None:
        return 0
    high = max(abs(low_of(b)), abs(high_of(b))) - 1
    return rules.pair("mod", a, b, 0 if low_of(b) > 0 else -high, high)


def _bounds(a: Dim, b: Dim) -> tuple[int, int]:
    """The bounds of ``floor(a / b)``."""
    if low_of(b) <= 0 <= high_of(b):
        most = max(abs(low_of(a)), abs(high_of(a)))
        return -most, most
    ends = [x // y for x in (low_of(a), high_of(a)) for y in (low_of(b), high_of(b))]
    return min(ends), max(ends)


def _without(rules: "Rules", a: Dim, b: Dim) -> Dim | None:
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
