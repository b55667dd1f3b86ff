"""Terms worked out for many points at once: a value for each point, in 64 bits, and never one that has wrapped.

A term whose bounds are within 64 bits cannot leave them.  Of others the same operation is done in doubles beside, and
points where that comes near the end of the range are worked out again in Python's integers.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final, TypeAlias

import numpy

from cnnshape.symbolic.evaluation import Arithmetic, order, step
from cnnshape.symbolic.nodes import Node, Term

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


class Program:
    """The order in which some terms are worked out; made once, run for any part of the points.

    >>> from cnnshape.symbolic import Space
    >>> space = Space(bool, int)
    >>> height = space.variable("H", 1, 1000)
    >>> halved = (height + 1) // 2 * height
    >>> Program([halved, 7]).run({"H": numpy.array([7, 8])})
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
        self._wide: set[Node] = {node for node in self.nodes if isinstance(node, Term) and _reach(node) > LARGEST}

    def run(self, variables: Mapping[str, Any]) -> list[Any]:
        """The values where the variables have these columns: for each term a column, or one number for all points.

        Exact: where values are beyond 64 bits, a column holds Python's integers.
        """
        with numpy.errstate(all="ignore"):  # what has wrapped is worked out again
            found, beyond = self._run(variables, self._wide)
        if beyond is None:
            return found
        points = max(numpy.size(column) for column in variables.values())
        far = numpy.flatnonzero(numpy.broadcast_to(beyond, points))
        few = {name: numpy.asarray(column)[far].astype(object) for name, column in variables.items()}
        return [_patched(column, far, exact) for column, exact in zip(found, self._run(few, set())[0], strict=True)]

    def _run(self, variables: Mapping[str, Any], wide: set[Node]) -> tuple[list[Any], Column | None]:
        """The values, and the points at which one of these terms is beyond 64 bits; None where none is."""
        found: dict[Node, Any] = {}
        beyond: Column | None = None
        for node in self.nodes:
            if node.kind == "variable":
                found[node] = variables[node.args[0]]
            elif node in wide:
                far = _shadow(node, found) >= _SAFE
                if far.any():
                    beyond = far if beyond is None else beyond | far
                found[node] = _wrapped(node, found)
            else:
                found[node] = step(node, found, COLUMNS)
            for other in self._done.get(node, ()):
                del found[other]
        return [found[one] if isinstance(one, Node) else one for one in self.wanted], beyond


def _patched(column: Any, far: Column, exact: Any) -> Any:
    """A column with the exact values at some points, as Python's integers where one does not fit."""
    if numpy.ndim(column) == 0:
        return column
    fits = column.dtype == bool or all(abs(value) <= LARGEST for value in exact)
    whole = column.copy() if fits else column.astype(object)
    whole[far] = exact
    return whole


def _wrapped(node: Node, found: Mapping[Node, Any]) -> Any:
    """A step whose result may be beyond 64 bits, at points that are named by its shadow."""
    try:
        return step(node, found, COLUMNS)
    except OverflowError:  # a constant is beyond them
        return numpy.zeros_like(next(found[below] for below in node.below()))


def _reach(node: Term) -> int:
    """How far from zero a sum or product can come on its way."""
    if node.kind == "sum":
        return abs(node.constant) + sum(abs(factor) * _far(term) for term, factor in node.parts)
    if node.kind == "product":
        far = 1
        for term in node.factors:
            far *= _far(term)
        return far
    return max([0, *[abs(arg) for arg in node.args if isinstance(arg, int)]])


def _far(term: Term) -> int:
    return max(abs(term.low), abs(term.high))


def _shadow(node: Node, found: Mapping[Node, Any]) -> Column:
    """The greatest size of a sum or product on its way, in doubles."""
    if node.kind == "sum":
        total: Any = float(abs(node.args[1]))
        for term, factor in node.args[0]:
            total = total + float(abs(factor)) * numpy.abs(numpy.asarray(found[term], dtype=float))
        return numpy.asarray(total)
    if node.kind != "product":
        return numpy.asarray(numpy.inf)  # it is held against a number beyond 64 bits
    product: Any = 1.0
    for term in node.args[0]:
        product = product * numpy.abs(numpy.asarray(found[term], dtype=float))
    return numpy.asarray(product)
