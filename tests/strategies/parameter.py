"""Learned tensors: shapes without an input, and a factor along an axis."""

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from tests.strategies.case import Case
from tests.strategies.elementwise import one_input, shapes


def parameters(least: int) -> SearchStrategy[Case]:
    """A tensor of one to five axes, none smaller than this; shrinks towards one axis of that size."""
    fields = st.fixed_dictionaries({"shape": st.lists(st.integers(least, 6), min_size=1, max_size=5)})
    return st.builds(Case, st.just("Parameter"), fields, st.just(()))


@st.composite
def scale(draw: st.DrawFn) -> Case:
    """An axis behind the batch, counted from either end; shrinks towards axis 1."""
    x = draw(shapes(2, 5))
    dim = draw(st.integers(1, len(x) - 1))
    return Case("Scale", {} if dim == 1 else {"dim": dim - draw(st.sampled_from([0, len(x)]))}, (x,))


VALID: dict[str, SearchStrategy[Case]] = {"Parameter": parameters(1), "Scale": scale()}
WILD: dict[str, SearchStrategy[Case]] = {
    "Parameter": parameters(1),
    "Scale": one_input("Scale", shapes(6, 6), dim=st.integers(-9, -7) | st.integers(1, 9)),
}
