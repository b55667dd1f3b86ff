"""Blocks of an image as columns, and columns as an image."""

from typing import Any

from hypothesis import event
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from tests.strategies.case import Case


def _pairs(low: int, high: int) -> SearchStrategy[tuple[int, int]]:
    return st.tuples(st.integers(low, high), st.integers(low, high))


def _blocks(space: tuple[int, int], fields: dict[str, tuple[int, int]]) -> list[int]:
    """How many blocks fit along each axis, counted one by one."""
    counts = []
    for size, k, d, p, s in zip(space, *(fields[name] for name in _NAMES), strict=True):
        counts.append(sum(1 for start in range(-p, size + p, s) if start + d * (k - 1) < size + p))
    return counts


_NAMES = ("kernel_size", "dilation", "padding", "stride")


@st.composite
def _windows(draw: st.DrawFn) -> tuple[dict[str, tuple[int, int]], tuple[int, int]]:
    """Kernel and image such that at least one block fits."""
    k, d, p, s = draw(st.tuples(_pairs(1, 3), _pairs(1, 2), _pairs(0, 2), _pairs(1, 3)))
    spare = draw(_pairs(0, 5))
    spans = [d[axis] * (k[axis] - 1) + 1 - 2 * p[axis] for axis in (0, 1)]
    height, width = (max(1, span + more) for span, more in zip(spans, spare, strict=True))
    if k[0] != k[1]:
        event("asymmetric kernel")
    if d != (1, 1):
        event("dilation > 1")
    return dict(zip(_NAMES, (k, d, p, s), strict=True)), (height, width)


def _written(draw: st.DrawFn, fields: dict[str, tuple[int, int]]) -> dict[str, Any]:
    """As a spec writes them: a list, or one number where both are equal; a default may be left out."""
    defaults = {"dilation": (1, 1), "padding": (0, 0), "stride": (1, 1)}
    said = {name: pair for name, pair in fields.items() if pair != defaults.get(name) or draw(st.booleans())}
    return {name: a if a == b and draw(st.booleans()) else [a, b] for name, (a, b) in said.items()}


@st.composite
def unfold(draw: st.DrawFn) -> Case:
    """A kernel that fits the padded image; shrinks towards one tap on one pixel."""
    fields, space = draw(_windows())
    return Case("Unfold", _written(draw, fields), ((draw(st.integers(1, 3)), draw(st.integers(1, 4)), *space),))


@st.composite
def fold(draw: st.DrawFn) -> Case:
    """As many blocks as the output has; shrinks towards one tap on one pixel."""
    fields, space = draw(_windows())
    rows, columns = _blocks(space, fields)
    k_h, k_w = fields["kernel_size"]
    x = (draw(st.integers(1, 3)), draw(st.integers(1, 3)) * k_h * k_w, rows * columns)
    return Case("Fold", _written(draw, fields | {"output_size": space}), (x,))


@st.composite
def wild_unfold(draw: st.DrawFn) -> Case:
    """Kernels that may not fit and numbers that may be 0; shrinks towards an image of one pixel."""
    choices = st.tuples(_pairs(0, 4), _pairs(0, 2), _pairs(0, 2), _pairs(0, 3))
    fields = dict(zip(_NAMES, draw(choices), strict=True))
    return Case("Unfold", _written(draw, fields), ((1, draw(st.integers(1, 3)), *draw(_pairs(1, 6))),))


@st.composite
def wild_fold(draw: st.DrawFn) -> Case:
    """The channels, the number of blocks or the output may be off; shrinks towards what fits."""
    case = draw(fold())
    n, c, length = case.inputs[0]
    c, length = max(1, c + draw(st.integers(-1, 1))), max(1, length + draw(st.integers(-1, 1)))
    off = {"output_size": list(draw(_pairs(0, 4)))} if draw(st.booleans()) else {}
    return Case("Fold", case.fields | off, ((n, c, length),))


VALID: dict[str, SearchStrategy[Case]] = {"Unfold": unfold(), "Fold": fold()}
WILD: dict[str, SearchStrategy[Case]] = {"Unfold": unfold() | wild_unfold(), "Fold": wild_fold()}
