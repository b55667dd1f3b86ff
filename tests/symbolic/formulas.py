"""Formulas at random: trees of the operations that layers use, worked out on whatever their leaves are."""

from collections.abc import Callable, Mapping
from typing import Any

from hypothesis import strategies as st

from cnnshape.core import dims

Tree = tuple[Any, ...]

NAMES = ("H", "W", "width")
LEAVES = st.one_of(st.sampled_from(NAMES), st.integers(-4, 9), st.sampled_from((16, 32, 100)))
SIGNS = ("+", "-", "*", "//", "%", "ceil", "min", "max", "gcd", "where", "by", "of")
TREES: st.SearchStrategy[Any] = st.recursive(
    LEAVES, lambda inner: st.tuples(st.sampled_from(SIGNS), inner, inner), max_leaves=14
)

RULES: Mapping[str, Callable[[Any, Any], Any]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "//": lambda a, b: a // dims.maximum(b, 1),
    "%": lambda a, b: a % dims.maximum(b, 1),
    "ceil": lambda a, b: dims.ceil_div(a, dims.maximum(b, 1)),
    "min": dims.minimum,
    "max": dims.maximum,
    "gcd": lambda a, b: dims.gcd(dims.maximum(a, 1), dims.maximum(b, 1)),
    "where": lambda a, b: dims.where(dims.either(a >= b, dims.both(a < 3, dims.divides(3, b))), a, b + 1),
    "by": lambda a, b: (a + 3) // 2 // 3 + b,  # divisions in a row, which become one
    "of": lambda a, b: a * dims.maximum(b, 1) // dims.maximum(b, 1),
}


def worked_out(tree: Any, leaves: Mapping[str, Any]) -> Any:
    """The value of a tree whose names stand for these."""
    if isinstance(tree, tuple):
        sign, a, b = tree
        return RULES[sign](worked_out(a, leaves), worked_out(b, leaves))
    return leaves[tree] if isinstance(tree, str) else tree
