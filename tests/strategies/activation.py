"""Activations that are straight lines piece by piece: any rank, every field, one slope or one per channel."""

from hypothesis import event
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from tests.strategies.case import Case
from tests.strategies.elementwise import NUMBERS, one_input, shapes

_SHAPES = shapes(1, 5)
_INPLACE = {"inplace": st.booleans()}
_ABOVE = st.integers(1, 40).map(lambda tenths: tenths / 10)


@st.composite
def prelu(draw: st.DrawFn, *, wrong: int = 0) -> Case:
    """PReLU whose slopes fit the channels, or miss them by up to ``wrong``; shrinks towards one slope."""
    x = draw(_SHAPES)
    channels = x[1] if len(x) > 1 else 1
    count = draw(st.sampled_from([1, channels])) + draw(st.integers(0, wrong))
    if count > 1:
        event("a slope per channel")
    fields = draw(st.fixed_dictionaries({}, optional={"init": NUMBERS}))
    return Case("PReLU", fields | ({"num_parameters": count} if count > 1 else {}), (x,))


@st.composite
def ordered(draw: st.DrawFn, op: str, low: str, high: str, gap: SearchStrategy[float]) -> Case:
    """An op with two bounds so far apart; shrinks towards a lower bound of 0."""
    bottom = draw(NUMBERS)
    fields = {low: bottom, high: round(bottom + draw(gap), 1), "inplace": draw(st.booleans())}
    return Case(op, fields, (draw(_SHAPES),))


_FREE: dict[str, SearchStrategy[Case]] = {
    "ReLU": one_input("ReLU", _SHAPES, **_INPLACE),
    "ReLU6": one_input("ReLU6", _SHAPES, **_INPLACE),
    "LeakyReLU": one_input("LeakyReLU", _SHAPES, negative_slope=NUMBERS, **_INPLACE),
    "Hardsigmoid": one_input("Hardsigmoid", _SHAPES, **_INPLACE),
    "Hardswish": one_input("Hardswish", _SHAPES, **_INPLACE),
    "Hardshrink": one_input("Hardshrink", _SHAPES, lambd=NUMBERS),
    "Threshold": st.builds(
        Case,
        st.just("Threshold"),
        st.fixed_dictionaries({"threshold": NUMBERS, "value": NUMBERS}, optional=_INPLACE),
        st.tuples(_SHAPES),
    ),
}

VALID: dict[str, SearchStrategy[Case]] = _FREE | {
    "PReLU": prelu(),
    "RReLU": one_input("RReLU", _SHAPES, **_INPLACE) | ordered("RReLU", "lower", "upper", st.just(0) | _ABOVE),
    "Hardtanh": one_input("Hardtanh", _SHAPES, **_INPLACE) | ordered("Hardtanh", "min_val", "max_val", _ABOVE),
    "Softshrink": one_input("Softshrink", _SHAPES, lambd=st.just(0) | _ABOVE),
}
WILD: dict[str, SearchStrategy[Case]] = _FREE | {
    "PReLU": prelu(wrong=1),
    "RReLU": one_input("RReLU", _SHAPES, lower=NUMBERS, upper=NUMBERS),
    "Hardtanh": one_input("Hardtanh", _SHAPES, min_val=NUMBERS, max_val=NUMBERS),
    "Softshrink": one_input("Softshrink", _SHAPES, lambd=NUMBERS),
}
