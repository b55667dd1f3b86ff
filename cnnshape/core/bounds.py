"""Figures of which only a bound is known, and what still follows from them."""

from typing import Literal, TypeAlias

Bound: TypeAlias = Literal["upper", "lower"]
"""``upper`` where the truth may be smaller than the figure, ``lower`` where it may be larger; figures count from 0."""

Demand: TypeAlias = Literal["max", "min", "equals"]
"""What a limit asks of a figure."""


def holds(demand: Demand, limit: int, value: int, bound: Bound | None = None) -> bool | None:
    """Whether a limit holds: for every value that the bound allows, for none (False), or for some only (None).

    >>> holds("max", 31, 32), holds("max", 32, 32, "upper"), holds("min", 40, 32, "upper")
    (False, True, False)
    >>> holds("max", 31, 32, "upper") is None
    True
    """
    low, high = _range(value, bound)
    if demand == "max":
        all_meet, one_meets = high is not None and high <= limit, low <= limit
    elif demand == "min":
        all_meet, one_meets = low >= limit, high is None or high >= limit
    else:
        one_meets = low <= limit and (high is None or limit <= high)
        all_meet = one_meets and low == high
    return all_meet if all_meet or not one_meets else None


def _range(value: int, bound: Bound | None) -> tuple[int, int | None]:
    """The least and the largest value that may be the truth; None where none is the largest."""
    return (0 if bound == "upper" else value), (None if bound == "lower" else value)


def values(value: int, bound: Bound | None) -> range | None:
    """Every value that the bound allows, in order; None where they have no end.

    >>> values(3, "upper"), values(3, None), values(3, "lower")
    (range(0, 4), range(3, 4), None)
    """
    low, high = _range(value, bound)
    return None if high is None else range(low, high + 1)


def worded(text: str, bound: Bound | None) -> str:
    """A figure in a table, with the sign of its bound.

    >>> worded("32", None), worded("32", "upper"), worded("32", "lower")
    ('32', '<= 32', '>= 32')
    """
    return text if bound is None else f"{'<=' if bound == 'upper' else '>='} {text}"


def spoken(text: str, bound: Bound | None) -> str:
    """A figure in a sentence.

    >>> spoken("32 px", None), spoken("32 px", "upper")
    ('32 px', 'at most 32 px')
    """
    return text if bound is None else f"at {'most' if bound == 'upper' else 'least'} {text}"
