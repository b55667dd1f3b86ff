"""What terms and claims are once the variables have values: ints for one net, columns for many.

Every term is worked out once, from those with smaller numbers, so that no depth of a net is too much.
"""

from collections.abc import Callable, Iterable, Mapping
from functools import reduce
from math import gcd
from typing import Any, Final, NamedTuple

from cnnshape.core.dims import prod
from cnnshape.symbolic.nodes import Node


def order(wanted: Iterable[Node]) -> list[Node]:
    """These terms and all that they are made of, each after what it is made of."""
    found: set[Node] = set()
    todo = [*wanted]
    while todo:
        node = todo.pop()
        if node not in found:
            found.add(node)
            todo += node.below()
    return sorted(found, key=lambda node: node.number)


class Arithmetic(NamedTuple):
    """The operations that ints and columns have in ways of their own."""

    minimum: Callable[[Any, Any], Any]
    maximum: Callable[[Any, Any], Any]
    gcd: Callable[[Any, Any], Any]
    where: Callable[[Any, Any, Any], Any]
    both: Callable[[Any, Any], Any]
    either: Callable[[Any, Any], Any]
    negated: Callable[[Any], Any]


INTS: Final = Arithmetic(
    min,
    max,
    gcd,
    lambda claim, yes, no: yes if claim else no,
    lambda a, b: a and b,
    lambda a, b: a or b,
    lambda a: not a,
)


def step(node: Node, found: Mapping[Node, Any], how: Arithmetic) -> Any:
    """The value of a term that is no variable, from the values of those that it is made of."""
    args = node.args
    if node.kind == "sum":
        total = args[1]
        for term, factor in args[0]:
            total = total + (found[term] if factor == 1 else factor * found[term])
        return total
    if node.kind == "product":
        return prod([found[term] for term in args[0]])
    values = [found[arg] if isinstance(arg, Node) else arg for arg in args]
    return _RULES[node.kind](how, *values)


_RULES: Final[dict[str, Callable[..., Any]]] = {
    "floor": lambda how, a, b: a // b,
    "mod": lambda how, a, b: a % b,
    "min": lambda how, a, b: how.minimum(a, b),
    "max": lambda how, a, b: how.maximum(a, b),
    "gcd": lambda how, a, b: how.gcd(a, b),
    "where": lambda how, claim, yes, no: how.where(claim, yes, no),
    "least": lambda how, a: a >= 0,
    "zero": lambda how, a: a == 0,
    "both": lambda how, a, b: how.both(a, b),
    "either": lambda how, a, b: how.either(a, b),
    "not": lambda how, a: how.negated(a),
}


def valued(wanted: Iterable[Node], variables: Mapping[str, int]) -> dict[Node, Any]:
    """The values of these terms, and of all that they are made of, where the variables are these.

    >>> from cnnshape.symbolic import Space
    >>> space = Space(bool, int)
    >>> height = space.variable("H", 1, 1000)
    >>> halved = (height + 1) // 2 * height
    >>> valued([halved], {"H": 7})[halved]
    28
    """
    found: dict[Node, Any] = {}
    for node in order(wanted):
        found[node] = variables[node.args[0]] if node.kind == "variable" else step(node, found, INTS)
    return found


def value(term: Any, variables: Mapping[str, int]) -> Any:
    """The value of one number, which may be known already."""
    return valued([term], variables)[term] if isinstance(term, Node) else term


def total(terms: Iterable[Any]) -> Any:
    """The sum of numbers, open or not."""
    return reduce(lambda a, b: a + b, terms, 0)
