"""Terms as expressions of sympy, for those who go on with algebra: factor, differentiate, solve."""

from typing import Any

import sympy

from cnnshape.symbolic.evaluation import order
from cnnshape.symbolic.nodes import Node


def to_sympy(x: Any) -> Any:
    """A number, term or claim over positive integers of the same names; of a tuple each.

    >>> from cnnshape.symbolic import Space
    >>> height = Space(bool, int).variable("H", 1, 1000)
    >>> to_sympy(height // 2 * 3 + 1)
    3*floor(H/2) + 1
    """
    if isinstance(x, tuple):
        return tuple([to_sympy(one) for one in x])
    if not isinstance(x, Node):
        return sympy.true if x is True else sympy.false if x is False else sympy.Integer(x)
    found: dict[Node, Any] = {}
    for node in order([x]):
        found[node] = _step(node, [found[arg] if isinstance(arg, Node) else arg for arg in node.args], found)
    return found[x]


def _step(node: Node, args: list[Any], found: dict[Node, Any]) -> Any:
    kind = node.kind
    if kind == "variable":
        return sympy.Symbol(args[0], integer=True, positive=True)
    if kind == "sum":
        return sympy.Add(args[1], *[factor * found[term] for term, factor in args[0]])
    if kind == "product":
        return sympy.Mul(*[found[term] for term in args[0]])
    if kind == "where":
        claim, yes, no = args
        return sympy.Piecewise((yes, claim), (no, True))
    if kind in _CLAIMS:
        return _CLAIMS[kind](*args)
    return _RULES[kind](*map(sympy.sympify, args))


_RULES: dict[str, Any] = {
    "floor": lambda a, b: sympy.floor(a / b),
    "mod": lambda a, b: a - b * sympy.floor(a / b),
    "min": sympy.Min,
    "max": sympy.Max,
    "gcd": lambda a, b: sympy.Function("gcd")(a, b) if (a.free_symbols | b.free_symbols) else sympy.gcd(a, b),
}

_CLAIMS: dict[str, Any] = {
    "least": lambda a: sympy.Ge(a, 0),
    "zero": lambda a: sympy.Eq(a, 0),
    "both": sympy.And,
    "either": sympy.Or,
    "not": sympy.Not,
}
