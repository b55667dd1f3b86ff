"""Terms worked out for many points at once: a value for each point, in 64 bits, and never one that has wrapped.

A term whose bounds are within 64 bits cannot leave them.  Of others the same operation is done in doubles beside, and
points where that comes near the end of the range are named.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple, TypeAlias

import numpy

from cnnshape.terms.nodes import Node, Term
from cnnshape.terms.values import Arithmetic, order, step

Column: TypeAlias = numpy.ndarray[Any, numpy.dtype[Any]]

COLUMNS: Final = Arithmetic(
    numpy.minimum,
    numpy.maximum,
    numpy.gcd,
    numpy.where,
    numpy.logical_and,
    numpy.logical_or,
    numpy.logical_not,
)

LARGEST: Final = 2**63 - 1
_SAFE: Final = float(2**63) * (1 - 2.0**-40)  # doubles carry 53 bits: nothing that has wrapped lies below this


class Found(NamedTuple):
    """The values of some terms at some points."""

    columns: list[Any]
    """For each term a column, or one number where it is the same at all points."""
    beyond: Column | None
    """The points at which a term is beyond 64 bits; None where none is."""


class Program:
    """The order in which some terms are worked out; made once, run for any part of the points.

    >>> from cnnshape.terms import Space
    >>> space = Space(bool, int)
    >>> height = space.variable("H", 1, 1000)
    >>> halved = (height + 1) // 2 * height
    >>> Program([halved, 7]).run({"H": numpy.array([7, 8])}).columns
    [array([28, 32]), 7]
    """

    def __init__(self, wanted: Sequence[Any]) -> None:
        self.wanted = wanted
        self.nodes = order(one for one in wanted if isinstance(one, Node))
        last = {below: node for node in self.nodes for below in node.below()}
        kept = {one for one in wanted if isinstance(one, Node)}
        self._done: dict[Node, list[Node]] = {}
        for node, reader in last.items():
            if node not in kept:
                self._done.setdefault(reader, []).append(node)
        self._wide = {node for node in self.nodes if isinstance(node, Term) and _reach(node) > LARGEST}

    def run(self, variables: Mapping[str, Any]) -> Found:
        """The values where the variables have these columns."""
        found: dict[Node, Any] = {}
        beyond: Column | None = None
        for node in self.nodes:
            if node.kind == "variable":
                found[node] = variables[node.args[0]]
                continue
            if node in self._wide:
                far = _shadow(node, found) >= _SAFE
                if far.any():
                    beyond = far if beyond is None else beyond | far
                with numpy.errstate(over="ignore"):
                    found[node] = _stepped(node, found)
            else:
                found[node] = step(node, found, COLUMNS)
            for other in self._done.get(node, ()):
                del found[other]
        return Found([found[one] if isinstance(one, Node) else one for one in self.wanted], beyond)


def _reach(node: Term) -> int:
    """How far from zero a sum or product can come on its way."""
    if node.kind == "sum":
        return abs(node.constant) + sum(abs(factor) * _far(term) for term, factor in node.parts)
    far = 1
    if node.kind == "product":
        for term in node.factors:
            far *= _far(term)
    return far


def _far(term: Term) -> int:
    return max(abs(term.low), abs(term.high))


def _shadow(node: Node, found: Mapping[Node, Any]) -> Column:
    """The greatest size of a sum or product on its way, in doubles."""
    if node.kind == "sum":
        total: Any = float(abs(node.args[1]))
        for term, factor in node.args[0]:
            total = total + float(abs(factor)) * numpy.abs(numpy.asarray(found[term], dtype=float))
        return numpy.asarray(total)
    product: Any = 1.0
    for term in node.args[0]:
        product = product * numpy.abs(numpy.asarray(found[term], dtype=float))
    return numpy.asarray(product)


def _stepped(node: Node, found: Mapping[Node, Any]) -> Any:
    """The step where constants may be beyond 64 bits themselves; such points are named already."""
    try:
        return step(node, found, COLUMNS)
    except OverflowError:
        return numpy.zeros_like(next(value for value in map(found.get, node.below()) if hasattr(value, "shape")))


def same_everywhere(column: Any) -> bool:
    """Whether all points have one value."""
    return bool(numpy.ndim(column) == 0 or (column == column[0]).all())


def distinct(columns: Iterable[Column]) -> Column:
    """For each point a number that tells apart those that differ in one of some columns."""
    labels: Column | None = None
    for column in columns:
        _, own = numpy.unique(column, return_inverse=True)
        labels = own if labels is None else numpy.unique(labels * (own.max() + 1) + own, return_inverse=True)[1]
    assert labels is not None
    return labels
