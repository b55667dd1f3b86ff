"""Softmax along any axis, counted from either end or left to torch's rule, and the gated linear unit."""

from hypothesis import event
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from tests.strategies.case import Case
from tests.strategies.elementwise import one_input, shapes


@st.composite
def along(draw: st.DrawFn, op: str) -> Case:
    """Softmax along an axis that is there; shrinks towards axis 0 of a small input."""
    x = draw(shapes(1, 5))
    dim = draw(st.none() | st.integers(-len(x), len(x) - 1))
    if dim is None:
        event("the axis is implied")
    elif dim < 0:
        event("the axis is counted from the end")
    return Case(op, {"dim": dim}, (x,))


@st.composite
def glu(draw: st.DrawFn) -> Case:
    """An axis of even size, any of those there; shrinks towards axis 0 of size 2."""
    x = list(draw(shapes(1, 5)))
    dim = draw(st.integers(-len(x), len(x) - 1))
    x[dim] *= 2
    return Case("GLU", {} if dim == -1 else {"dim": dim}, (tuple(x),))


_ALONG = ("Softmax", "Softmin", "LogSoftmax")
_DIM = st.integers(-6, 5)

VALID: dict[str, SearchStrategy[Case]] = {op: along(op) for op in _ALONG} | {
    "Softmax2d": one_input("Softmax2d", shapes(4, 4)),
    "GLU": glu(),
}
WILD: dict[str, SearchStrategy[Case]] = {op: one_input(op, shapes(1, 5), dim=_DIM) for op in _ALONG} | {
    "Softmax2d": one_input("Softmax2d", shapes(1, 2) | shapes(4, 5)),  # torch takes three axes as (C, H, W)
    "GLU": one_input("GLU", shapes(1, 5), dim=_DIM),
}
