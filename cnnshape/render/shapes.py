"""Shapes as torch writes them."""

from collections.abc import Iterable


def shape(axes: Iterable[int]) -> str:
    """A shape as torch writes it.

    >>> shape((1, 64)), shape([3])
    ('(1, 64)', '(3,)')
    """
    return str(tuple(axes))
