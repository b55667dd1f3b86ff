"""Reductions over axes."""

from typing import Any

from hypothesis import event
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from tests.strategies.case import Case
from tests.strategies.elementwise import shapes
from tests.strategies.reshape import DIM, wild

_OPS = ("Mean", "Sum", "Amax")


@st.composite
def reduction(draw: st.DrawFn, op: str) -> Case:
    """Some axes, all at times; shrinks towards one axis of one element."""
    x = draw(shapes(1, 5))
    axes = draw(st.lists(st.integers(0, len(x) - 1), min_size=1, unique=True))
    if len(axes) > 1:
        event("several axes")
    dims = [at - draw(st.sampled_from([0, len(x)])) for at in axes]
    fields: dict[str, Any] = {"dim": dims[0] if len(dims) == 1 and draw(st.booleans()) else dims}
    return Case(op, fields | draw(st.fixed_dictionaries({}, optional={"keepdim": st.booleans()})), (x,))


VALID: dict[str, SearchStrategy[Case]] = {op: reduction(op) for op in _OPS}
WILD: dict[str, SearchStrategy[Case]] = {
    op: wild(op, dim=DIM | st.lists(DIM, min_size=1, max_size=3), keepdim=st.booleans()) for op in _OPS
}
