"""Integers that may be ints, numpy arrays or sympy symbols, and the helpers that treat them alike.

A formula of a layer is written once, with ``+ - * //``, comparison and these helpers, and runs on the sizes of
one net (ints), on 100,000 variants at once (int64 arrays) and on letters (sympy, ``integer=True, positive=True``).
Imports nothing of ours; numpy and sympy are imported only when a value of theirs comes in.
"""

from functools import cache
from math import gcd as _gcd
from typing import Any

Dim = Any  # int | numpy.ndarray[int64] | sympy.Expr
Truth = Any  # bool | numpy.ndarray[bool] | sympy boolean
Shape = tuple[Dim, ...]


def is_symbol(value: Dim) -> bool:
    """Whether the value is an expression of sympy."""
    return hasattr(value, "free_symbols")


def _plain(a: Dim, b: Dim) -> bool:
    return isinstance(a, int) and isinstance(b, int)  # bool is an int; numpy's scalars are not


def _symbolic(*values: Dim) -> bool:
    return any(is_symbol(value) for value in values)


def prod(factors: tuple[Dim, ...] | list[Dim]) -> Dim:
    """The product; one for nothing.

    >>> prod((2, 3, 4)), prod(())
    (24, 1)
    """
    result: Dim = 1
    for factor in factors:
        result = result * factor
    return result


def ceil_div(a: Dim, b: Dim) -> Dim:
    """``a / b`` rounded up.

    >>> ceil_div(7, 2), ceil_div(-7, 2)
    (4, -3)
    """
    return -(-a // b)


def gcd(a: Dim, b: Dim) -> Dim:
    """The greatest common divisor, element by element; one of letters is worked out when they become numbers.

    >>> gcd(12, 18)
    6
    """
    if _plain(a, b):
        return _gcd(a, b)
    if _symbolic(a, b):
        return _symbolic_gcd()(a, b)
    import numpy

    return numpy.gcd(a, b)


@cache
def _symbolic_gcd() -> Any:
    """The function of sympy for it; ``sympy.gcd`` takes letters for polynomials and says 1."""
    import sympy

    def evaluate(cls: Any, a: Any, b: Any) -> Any:
        if a.is_Integer and b.is_Integer:
            return sympy.igcd(a, b)
        if (a / b).is_integer:
            return b
        if (b / a).is_integer:
            return a
        ordered = tuple(sympy.ordered((a, b)))
        return None if ordered == (a, b) else cls(*ordered)

    facts = {"eval": classmethod(evaluate), "nargs": 2, "is_integer": True, "is_positive": True}
    return type("gcd", (sympy.Function,), facts)


def minimum(a: Dim, b: Dim) -> Dim:
    """The smaller, element by element."""
    if _plain(a, b):
        return a if a < b else b
    if _symbolic(a, b):
        import sympy

        return sympy.Min(a, b)
    import numpy

    return numpy.minimum(a, b)


def maximum(a: Dim, b: Dim) -> Dim:
    """The larger, element by element."""
    if _plain(a, b):
        return a if a > b else b
    if _symbolic(a, b):
        import sympy

        return sympy.Max(a, b)
    import numpy

    return numpy.maximum(a, b)


def equal(a: Dim, b: Dim) -> Truth:
    """Whether two sizes are the same; ``==`` on symbols would compare how they are written."""
    if not _plain(a, b) and _symbolic(a, b):
        import sympy

        return sympy.Eq(a, b)
    return a == b


def divides(a: Dim, b: Dim) -> Truth:
    """Whether ``a`` divides ``b``; ``a`` is at least one.

    >>> divides(4, 12), divides(5, 12)
    (True, False)
    """
    return equal(b % a, 0)


def both(a: Truth, b: Truth) -> Truth:
    """``a and b``."""
    if _plain(a, b):
        return a and b
    if _symbolic(a, b):
        import sympy

        return sympy.And(a, b)
    import numpy

    return numpy.logical_and(a, b)


def either(a: Truth, b: Truth) -> Truth:
    """``a or b``."""
    if _plain(a, b):
        return a or b
    if _symbolic(a, b):
        import sympy

        return sympy.Or(a, b)
    import numpy

    return numpy.logical_or(a, b)


def where(condition: Truth, yes: Dim, no: Dim) -> Dim:
    """``yes if condition else no``, element by element; both sides are computed."""
    if isinstance(condition, bool):
        return yes if condition else no
    if _symbolic(condition, yes, no):
        import sympy

        return sympy.Piecewise((yes, condition), (no, True))
    import numpy

    return numpy.where(condition, yes, no)
