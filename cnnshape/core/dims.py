"""Integers that a formula runs on, and the helpers that treat them alike whether they are known or open.

A formula of a layer is written once, with ``+ - * //``, comparison and these helpers.  On ints it gives the sizes of
one net.  On an `Open` number it gives a term that stands for 100,000 variants at once, or for any size:
`cnnshape.symbolic` makes them.  Imports nothing of ours.
"""

import math
from typing import Any, Final

OPENING: Final = "\ue000"
CLOSING: Final = "\ue001"
"""What surrounds the mark of an open number in a text, until its value is known and put there."""

Dim = Any  # int | Open
Truth = Any  # bool | a claim over open numbers
Shape = tuple[Dim, ...]


class Open:
    """A number that is not known yet, or a claim about some; what an int or a bool does not know, it does itself."""

    __slots__ = ()

    def gcd(self, other: Any) -> Any:
        """The greatest common divisor."""
        raise NotImplementedError  # a claim is not a number

    def minimum(self, other: Any) -> Any:
        """The smaller."""
        raise NotImplementedError  # a claim is not a number

    def maximum(self, other: Any) -> Any:
        """The larger."""
        raise NotImplementedError  # a claim is not a number

    def equal(self, other: Any) -> Truth:
        """The claim that two numbers are the same; ``==`` would say whether they are written alike."""
        raise NotImplementedError  # abstract: each subclass has its own

    def both(self, other: Truth) -> Truth:
        """The claim that both hold."""
        raise NotImplementedError  # a number is not a claim

    def either(self, other: Truth) -> Truth:
        """The claim that one of two holds."""
        raise NotImplementedError  # a number is not a claim

    def where(self, yes: Any, no: Any) -> Any:
        """``yes`` where the claim holds, ``no`` elsewhere."""
        raise NotImplementedError  # a number is not a claim

    def whole(self) -> Any:
        """The open whole number that it is; one that is not whole everywhere is known from here on."""
        return self

    def written(self) -> tuple[Any, ...]:
        """The whole numbers that it is written with: itself, or what is above and below the line."""
        return (self,)

    def known(self) -> Any:
        """The value, where something depends on it."""
        raise NotImplementedError  # abstract: each subclass has its own


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
    """The greatest common divisor.

    >>> gcd(12, 18)
    6
    """
    return a.gcd(b) if isinstance(a, Open) else b.gcd(a) if isinstance(b, Open) else math.gcd(a, b)


def minimum(a: Dim, b: Dim) -> Dim:
    """The smaller.

    >>> minimum(3, 2)
    2
    """
    if isinstance(a, Open):
        return a.minimum(b)
    return b.minimum(a) if isinstance(b, Open) else b if b < a else a


def maximum(a: Dim, b: Dim) -> Dim:
    """The larger.

    >>> maximum(3, 2)
    3
    """
    if isinstance(a, Open):
        return a.maximum(b)
    return b.maximum(a) if isinstance(b, Open) else b if b > a else a


def equal(a: Dim, b: Dim) -> Truth:
    """Whether two sizes are the same; ``==`` on open ones would compare how they are written."""
    return a.equal(b) if isinstance(a, Open) else b.equal(a) if isinstance(b, Open) else a == b


def same(a: Shape, b: Shape) -> Truth:
    """Whether two shapes are the same.

    >>> same((1, 2), (1, 2)), same((1, 2), (1, 2, 1))
    (True, False)
    """
    if len(a) != len(b):
        return False
    claim: Truth = True
    for one, other in zip(a, b, strict=True):
        claim = both(claim, equal(one, other))
    return claim


def divides(a: Dim, b: Dim) -> Truth:
    """Whether ``a`` divides ``b``; ``a`` is at least one.

    >>> divides(4, 12), divides(5, 12)
    (True, False)
    """
    return equal(b % a, 0)


def both(a: Truth, b: Truth) -> Truth:
    """``a and b``; both are worked out."""
    if isinstance(a, Open):
        return a.both(b)
    return b if a else False


def either(a: Truth, b: Truth) -> Truth:
    """``a or b``; both are worked out."""
    if isinstance(a, Open):
        return a.either(b)
    return True if a else b


def where(condition: Truth, yes: Any, no: Any) -> Any:
    """``yes if condition else no``; both sides are worked out."""
    if isinstance(condition, Open):
        return condition.where(yes, no)
    return yes if condition else no


def whole(value: Any) -> Any:
    """A number where a whole one is asked for; what is not open is what it is."""
    return value.whole() if isinstance(value, Open) else value


def is_open(value: Any) -> bool:
    """Whether a value is an open number, or a list with one.

    >>> is_open(3), is_open([3, Open()])
    (False, True)
    """
    return isinstance(value, Open) or (isinstance(value, list) and any(isinstance(item, Open) for item in value))


def settled(value: Any) -> Any:
    """A number that has to be known, because something depends on its value: how many layers, which axis.

    Other values are what they are.
    """
    return value.known() if isinstance(value, Open) else value
