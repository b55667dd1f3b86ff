"""Adaptive pooling."""

from typing import Any

from hypothesis import strategies as st

from tests.strategies.case import Case
from tests.strategies.conv import image, some, visit, wild_image

KINDS = ("AdaptiveAvgPool", "AdaptiveMaxPool")


def _fields(kind: str, sizes: st.SearchStrategy[Any]) -> dict[str, st.SearchStrategy[Any]]:
    return {"output_size": sizes} | ({"return_indices": st.booleans()} if kind == "AdaptiveMaxPool" else {})


@st.composite
def _valid(draw: st.DrawFn, kind: str, rank: int) -> Case:
    """A legal adaptive pooling layer; shrinks towards global pooling of one pixel."""
    one = st.integers(1, 9 - rank)
    kept = one | st.none() if rank > 1 else one  # torch knows null in 2-D and 3-D
    fields = {"output_size": draw(one | st.lists(kept, min_size=rank, max_size=rank))}
    fields |= draw(some({name: values for name, values in _fields(kind, one).items() if name not in fields}))
    x = draw(image(draw(st.integers(1, 4)), [draw(st.integers(1, 9 - 2 * rank)) for _ in range(rank)]))
    sizes = fields["output_size"]
    asked = [sizes] * rank if isinstance(sizes, int) else sizes
    pairs = [(n, m) for n, m in zip(x[2:], asked, strict=True) if m]
    visit(
        {
            "null keeps a size": None in asked,
            "global": sizes == 1,
            "more outputs than inputs": any(m > n for n, m in pairs),
            "windows overlap": any(n % m for n, m in pairs),
        }
    )
    return Case(f"{kind}{rank}d", fields, (x,))


@st.composite
def _wild(draw: st.DrawFn, kind: str, rank: int) -> Case:
    """An adaptive pooling layer whose size may be of another rank; shrinks towards global pooling of one pixel."""
    size = st.integers(1, 5)
    sizes: st.SearchStrategy[Any] = st.lists(size | st.none(), min_size=max(1, rank - 1), max_size=rank + 1)
    fields = {"output_size": draw(size | sizes | st.just(-1) | st.none())}
    lax = kind == "AdaptiveAvgPool" and rank > 1  # torch takes the mean of whatever it is given, to size 1
    return Case(f"{kind}{rank}d", fields, (draw(wild_image(draw(st.integers(1, 3)), rank, too_big=not lax)),))


VALID = {f"{kind}{rank}d": _valid(kind, rank) for kind in KINDS for rank in (1, 2, 3)}
WILD = {f"{kind}{rank}d": _wild(kind, rank) for kind in KINDS for rank in (1, 2, 3)}
