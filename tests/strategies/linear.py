"""Linear and bilinear maps: two to five axes, features stated or not."""

from hypothesis import event
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from tests.strategies.case import Case
from tests.strategies.elementwise import shapes

_OFF = st.sampled_from([0, 0, 0, 1])


@st.composite
def linear(draw: st.DrawFn, off: SearchStrategy[int]) -> Case:
    """A linear layer that states its features, off by so many, or not; shrinks towards one feature of rank 2."""
    x = draw(shapes(2, 5))
    fields = {"out_features": draw(st.integers(1, 8)), "bias": draw(st.booleans())}
    if draw(st.booleans()):
        fields["in_features"] = x[-1] + draw(off)
    if len(x) > 2:
        event("more than two axes")
    return Case("Linear", fields, (x,))


@st.composite
def bilinear(draw: st.DrawFn, off: SearchStrategy[int]) -> Case:
    """Two inputs that differ in their features, and in anything else where off; shrinks towards one feature each."""
    a = draw(shapes(2, 4))
    leading = tuple(size + draw(off) for size in a[:-1]) + (1,) * draw(off)
    b = (*leading, draw(st.integers(1, 8)))
    fields = {"out_features": draw(st.integers(1, 8)), "bias": draw(st.booleans())}
    for name, size in (("in1_features", a[-1]), ("in2_features", b[-1])):
        if draw(st.booleans()):
            fields[name] = size + draw(off)
    return Case("Bilinear", fields, (a, b))


VALID: dict[str, SearchStrategy[Case]] = {"Linear": linear(st.just(0)), "Bilinear": bilinear(st.just(0))}
WILD: dict[str, SearchStrategy[Case]] = {"Linear": linear(_OFF), "Bilinear": bilinear(_OFF)}
