"""How a term goes with one variable: up, down, not at all; or nobody knows without looking at every value."""

from collections.abc import Iterable
from enum import Enum
from functools import reduce
from typing import Any

from cnnshape.symbolic.evaluation import order
from cnnshape.symbolic.nodes import Node, Term


class Trend(Enum):
    """What a larger value of the variable does to a term; `UP` and `DOWN` leave room for no change."""

    SAME = 0
    UP = 1
    DOWN = -1
    UNKNOWN = None

    def times(self, sign: int) -> "Trend":
        """That of the term times a number of this sign."""
        return self if sign > 0 or self in (Trend.SAME, Trend.UNKNOWN) else Trend(-self.value)


def _both(one: Trend, other: Trend) -> Trend:
    """That of a sum, of the larger and of the smaller of two."""
    if one is Trend.SAME or one is other:
        return other
    return one if other is Trend.SAME else Trend.UNKNOWN


def _all(trends: Iterable[Trend]) -> Trend:
    return reduce(_both, trends, Trend.SAME)


def trend(term: Any, name: str) -> Trend:
    """How a number goes with a variable; it is never said wrongly, and `UNKNOWN` often.

    >>> from cnnshape.symbolic import Space
    >>> space = Space(bool, int)
    >>> height = space.variable("H", 1, 100)
    >>> trend(height * (height + 3) // 2, "H").name, trend(7 - height, "H").name, trend(height % 2, "H").name
    ('UP', 'DOWN', 'UNKNOWN')
    """
    if not isinstance(term, Node) or name not in term.names:
        return Trend.SAME
    found: dict[Node, Trend] = {}
    for node in order([term]):
        found[node] = _of(node, name, found) if name in node.names else Trend.SAME
    return found[term]


def _of(node: Node, name: str, found: dict[Node, Trend]) -> Trend:
    def of(arg: Any) -> Trend:
        return found[arg] if isinstance(arg, Node) else Trend.SAME

    if not isinstance(node, Term):
        return Trend.UNKNOWN
    if node.kind == "variable":
        return Trend.UP
    if node.kind == "sum":
        return _all(of(term).times(factor) for term, factor in node.parts)
    if node.kind == "product":
        return _all(map(of, node.factors)) if all(term.low >= 0 for term in node.factors) else Trend.UNKNOWN
    if node.kind in ("min", "max"):
        return _all(map(of, node.args))
    if node.kind == "floor":
        return _quotient(*node.args, *map(of, node.args))
    if node.kind == "where" and of(node.args[0]) is Trend.SAME:
        return _all(map(of, node.args[1:]))
    return Trend.UNKNOWN


def _quotient(a: Any, b: Any, of_a: Trend, of_b: Trend) -> Trend:
    """That of ``floor(a / b)``: with a, and against b where neither is negative."""
    low_a, low_b = (x.low if isinstance(x, Term) else x for x in (a, b))
    if low_b < 1:
        return Trend.UNKNOWN
    if of_b is Trend.SAME:
        return of_a
    return _both(of_a, of_b.times(-1)) if low_a >= 0 else Trend.UNKNOWN
