"""Several inputs into one, with broadcasting or along an axis."""

from typing import Any

from hypothesis import event
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from tests.strategies.case import Case
from tests.strategies.elementwise import NUMBERS, shapes
from tests.strategies.reshape import DIM, axis

_TWO = ("Sub", "Div", "Pow")
_MANY = ("Add", "Mul", "Maximum")


def operand(draw: st.DrawFn, whole: tuple[int, ...]) -> tuple[int, ...]:
    """A shape that broadcasts to the whole: some axes of size 1, leading ones left out at times."""
    shape = tuple(draw(st.sampled_from([size, 1])) for size in whole)
    return shape[draw(st.integers(0, len(whole) - 1)) if draw(st.booleans()) else 0 :]


@st.composite
def merge(draw: st.DrawFn, op: str, most: int) -> Case:
    """Operands that broadcast, or one and a number; shrinks towards two of one element."""
    whole = draw(shapes(1, 5))
    if draw(st.integers(0, 3)) == 3:
        event("value")
        return Case(op, {"value": draw(NUMBERS)}, (whole,))
    inputs = tuple(operand(draw, whole) for _ in range(draw(st.integers(2, most))))
    if len(set(inputs)) > 1:
        event("broadcast")
    return Case(op, {}, inputs)


@st.composite
def concat(draw: st.DrawFn) -> Case:
    """Inputs that differ along one axis only; shrinks towards one input of one axis."""
    x = draw(shapes(1, 4))
    dim = axis(draw, len(x))
    fields = {} if dim == 1 and draw(st.booleans()) else {"dim": dim}
    sizes = draw(st.lists(st.integers(1, 6), min_size=1, max_size=4))
    at = dim % len(x)
    return Case("Concat", fields, tuple((*x[:at], size, *x[at + 1 :]) for size in sizes))


@st.composite
def stack(draw: st.DrawFn) -> Case:
    """Inputs of one shape along a new axis; shrinks towards one input of one axis."""
    x = draw(shapes(1, 4))
    return Case("Stack", {"dim": axis(draw, len(x) + 1)}, (x,) * draw(st.integers(1, 4)))


@st.composite
def wild_inputs(draw: st.DrawFn, op: str, least: int, most: int, fields: SearchStrategy[dict[str, Any]]) -> Case:
    """Inputs that start alike and need not fit; shrinks towards equal ones."""
    x = tuple(draw(st.lists(st.sampled_from([1, 2, 3]), min_size=1, max_size=4)))
    inputs = []
    for _ in range(draw(st.integers(least, most))):
        shape = list(x)
        if draw(st.booleans()):
            shape[draw(st.integers(0, len(x) - 1))] = draw(st.integers(1, 3))
        inputs.append(tuple(shape[draw(st.sampled_from([0, 0, 0, 1])) :] or shape))
    return Case(op, draw(fields), tuple(inputs))


_NONE: SearchStrategy[dict[str, Any]] = st.just({})

VALID: dict[str, SearchStrategy[Case]] = {
    **{op: merge(op, 4) for op in _MANY},
    **{op: merge(op, 2) for op in _TWO},
    "Concat": concat(),
    "Stack": stack(),
}
WILD: dict[str, SearchStrategy[Case]] = {
    **{op: wild_inputs(op, 2, 3, _NONE) for op in _MANY},
    **{op: wild_inputs(op, 2, 2, _NONE) for op in _TWO},
    "Concat": wild_inputs("Concat", 1, 3, st.fixed_dictionaries({}, optional={"dim": DIM})),
    "Stack": wild_inputs("Stack", 1, 3, st.fixed_dictionaries({"dim": DIM})),
}
