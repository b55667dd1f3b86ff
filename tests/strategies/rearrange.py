"""Axes in another order, parts of an axis, copies of axes."""

from typing import Any

from hypothesis import event
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from tests.strategies.case import Case
from tests.strategies.elementwise import shapes
from tests.strategies.reshape import DIM, axis, wild


@st.composite
def permute(draw: st.DrawFn) -> Case:
    """All axes in any order, counted from either end; shrinks towards one axis."""
    x = draw(shapes(1, 5))
    order = draw(st.permutations(range(len(x))))
    return Case("Permute", {"dims": [at - draw(st.sampled_from([0, len(x)])) for at in order]}, (x,))


@st.composite
def transpose(draw: st.DrawFn) -> Case:
    """Two axes, the same one at times; shrinks towards one axis."""
    x = draw(shapes(1, 5))
    return Case("Transpose", {"dim0": axis(draw, len(x)), "dim1": axis(draw, len(x))}, (x,))


def _optional(draw: st.DrawFn, fields: dict[str, int | None], defaults: dict[str, int | None]) -> dict[str, Any]:
    """The fields, those that hold their default left out at times."""
    return {name: value for name, value in fields.items() if value != defaults[name] or draw(st.booleans())}


@st.composite
def sliced(draw: st.DrawFn) -> Case:
    """At least one index, bounds from either end and beyond the axis; shrinks towards the whole of one axis."""
    x = draw(shapes(1, 5))
    dim = axis(draw, len(x))
    size = x[dim]
    first = draw(st.integers(0, size - 1))
    end = draw(st.integers(first + 1, size + 3))
    starts = [first, first - size] if first else [0, -size, -size - 2]
    ends = [end, None] if end > size else [end, None, end - size] if end < size else [end, None]
    fields = {
        "start": draw(st.sampled_from(starts)),
        "end": draw(st.sampled_from(ends)),
        "step": draw(st.integers(1, 4)),
    }
    if fields["step"] and fields["step"] > 1:
        event("step > 1")
    if end > size or fields["start"] == -size - 2:
        event("beyond the axis")
    return Case("Slice", {"dim": dim, **_optional(draw, fields, {"start": 0, "end": None, "step": 1})}, (x,))


@st.composite
def select(draw: st.DrawFn) -> Case:
    """An index from either end; shrinks towards the only one of one axis."""
    x = draw(shapes(1, 5))
    dim = axis(draw, len(x))
    return Case("Select", {"dim": dim, "index": axis(draw, x[dim])}, (x,))


@st.composite
def expand(draw: st.DrawFn) -> Case:
    """Axes of size 1 stretched, others stated or kept, new ones in front; shrinks towards one axis kept."""
    x = tuple(draw(st.lists(st.just(1) | st.integers(1, 5), min_size=1, max_size=4)))
    new = draw(st.lists(st.integers(1, 4), max_size=2))
    if new:
        event("new axes in front")
    sizes = [draw(st.sampled_from([-1, size, 3]) if size == 1 else st.sampled_from([-1, size])) for size in x]
    return Case("Expand", {"sizes": [*new, *sizes]}, (x,))


@st.composite
def repeat(draw: st.DrawFn) -> Case:
    """Each axis some times, new ones in front; shrinks towards one axis once."""
    x = draw(shapes(1, 3))
    repeats = draw(st.lists(st.integers(1, 3), min_size=len(x), max_size=len(x) + 2))
    return Case("Repeat", {"repeats": repeats}, (x,))


_SHIFT = st.integers(-15, 15)


@st.composite
def roll(draw: st.DrawFn) -> Case:
    """Some axes, one twice at times, or all elements as one; shrinks towards no shift of one axis."""
    x = draw(shapes(1, 5))
    dims = [axis(draw, len(x)) for _ in range(draw(st.integers(0, 3)))]
    shifts = [draw(_SHIFT) for _ in dims or [0]]
    if not dims:
        event("without dims")
        return Case("Roll", {"shifts": draw(st.sampled_from([shifts[0], shifts]))}, (x,))
    if len(dims) == 1 and draw(st.booleans()):
        return Case("Roll", {"shifts": shifts[0], "dims": dims[0]}, (x,))
    return Case("Roll", {"shifts": shifts, "dims": dims}, (x,))


@st.composite
def wild_slice(draw: st.DrawFn) -> Case:
    """An axis that need not be there, a step that may be 0; shrinks towards a slice of the first axis."""
    case = draw(sliced())
    return Case("Slice", case.fields | {"dim": draw(DIM), "step": draw(st.integers(-1, 3)), "end": None, "start": 0},
                case.inputs)  # fmt: skip


_DIMS = st.lists(DIM, min_size=1, max_size=4)
_SIZES = st.lists(st.sampled_from([-1, 1, 2, 3, 4, 6]), min_size=1, max_size=5)

VALID: dict[str, SearchStrategy[Case]] = {
    "Permute": permute(),
    "Transpose": transpose(),
    "Slice": sliced(),
    "Select": select(),
    "Expand": expand(),
    "Repeat": repeat(),
    "Roll": roll(),
}
WILD: dict[str, SearchStrategy[Case]] = {
    "Permute": permute() | wild("Permute", dims=_DIMS),
    "Transpose": wild("Transpose", dim0=DIM, dim1=DIM),
    "Slice": wild_slice(),
    "Select": wild("Select", dim=DIM, index=DIM),
    "Expand": expand() | wild("Expand", sizes=_SIZES),
    "Repeat": wild("Repeat", repeats=_SIZES),
    "Roll": wild("Roll", shifts=_SHIFT | st.lists(_SHIFT, min_size=1, max_size=3), dims=st.none() | DIM | _DIMS),
}
