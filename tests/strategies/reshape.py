"""Views: axes merged, split, dropped and added."""

from math import prod
from typing import Any

from hypothesis import event
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from tests.strategies.case import Case
from tests.strategies.elementwise import shapes


def axis(draw: st.DrawFn, rank: int) -> int:
    """One of so many axes, counted from the end at times."""
    return draw(st.integers(-rank, rank - 1))


def parts(draw: st.DrawFn, total: int) -> list[int]:
    """Factors of a number, in order, at least one; ones among them."""
    found: list[int] = []
    while total > 1 and len(found) < 3:
        found.append(draw(st.sampled_from([d for d in range(1, total + 1) if total % d == 0])))
        total //= found[-1]
    return [*found, total]


def _opened(draw: st.DrawFn, sizes: list[int]) -> list[int]:
    """One of the sizes left open, at times."""
    if draw(st.booleans()):
        event("-1")
        at = draw(st.integers(0, len(sizes) - 1))
        return [*sizes[:at], -1, *sizes[at + 1 :]]
    return sizes


@st.composite
def flatten(draw: st.DrawFn) -> Case:
    """Any run of axes; shrinks towards one axis that stays."""
    x = draw(shapes(1, 5))
    first = draw(st.integers(0, len(x) - 1))
    last = draw(st.integers(first, len(x) - 1))
    fields: dict[str, Any] = {}
    if first != 1 or draw(st.booleans()):
        fields["start_dim"] = draw(st.sampled_from([first, first - len(x)]))
    if last != len(x) - 1 or draw(st.booleans()):
        fields["end_dim"] = draw(st.sampled_from([last, last - len(x)]))
    return Case("Flatten", fields, (x,))


@st.composite
def unflatten(draw: st.DrawFn) -> Case:
    """One axis into factors of its size, one of them left open at times; shrinks towards one part."""
    x = draw(shapes(1, 4))
    dim = axis(draw, len(x))
    return Case("Unflatten", {"dim": dim, "unflattened_size": _opened(draw, parts(draw, x[dim]))}, (x,))


@st.composite
def reshape(draw: st.DrawFn) -> Case:
    """The same elements cut elsewhere, leading axes kept at times; shrinks towards one axis of one element."""
    x = draw(shapes(1, 4))
    kept = draw(st.integers(0, len(x)))
    return Case("Reshape", {"shape": _opened(draw, [*x[:kept], *parts(draw, prod(x[kept:]))])}, (x,))


@st.composite
def squeeze(draw: st.DrawFn) -> Case:
    """Axes of size 1 among others; shrinks towards one axis, dropped."""
    rank = draw(st.integers(1, 5))
    dropped = draw(st.lists(st.integers(0, rank - 1), min_size=1, unique=True))
    if len(dropped) > 1:
        event("several axes dropped")
    x = tuple(1 if at in dropped else draw(st.integers(1, 5)) for at in range(rank))
    dims = [at - draw(st.sampled_from([0, rank])) for at in dropped]
    return Case("Squeeze", {"dim": dims[0] if len(dims) == 1 and draw(st.booleans()) else dims}, (x,))


@st.composite
def unsqueeze(draw: st.DrawFn) -> Case:
    """A new axis anywhere; shrinks towards one in front of one axis."""
    x = draw(shapes(1, 4))
    return Case("Unsqueeze", {"dim": axis(draw, len(x) + 1)}, (x,))


DIM = st.integers(-5, 4)
_SIZES = st.lists(st.sampled_from([1, 2, 3, 4, -1, 0, 6]), min_size=1, max_size=4)


@st.composite
def wild_squeeze(draw: st.DrawFn) -> Case:
    """Axes named twice or not there, all of size 1; shrinks towards one axis."""
    x = (1,) * draw(st.integers(1, 4))
    return Case("Squeeze", {"dim": draw(DIM | st.lists(DIM, min_size=1, max_size=4))}, (x,))


def wild(op: str, optional: bool = False, **fields: SearchStrategy[Any]) -> SearchStrategy[Case]:
    """Axes that need not be there and sizes that need not fit; shrinks towards one axis of size 1."""
    some = st.fixed_dictionaries({}, optional=fields) if optional else st.fixed_dictionaries(fields)
    x = st.lists(st.sampled_from([1, 2, 3, 4, 6]), min_size=1, max_size=4).map(tuple)
    return st.builds(Case, st.just(op), some, st.tuples(x))


VALID: dict[str, SearchStrategy[Case]] = {
    "Flatten": flatten(),
    "Unflatten": unflatten(),
    "Reshape": reshape(),
    "Squeeze": squeeze(),
    "Unsqueeze": unsqueeze(),
}
WILD: dict[str, SearchStrategy[Case]] = {
    "Flatten": wild("Flatten", optional=True, start_dim=DIM, end_dim=DIM),
    "Unflatten": unflatten() | wild("Unflatten", dim=DIM, unflattened_size=_SIZES),
    "Reshape": reshape() | wild("Reshape", shape=_SIZES),
    "Squeeze": squeeze() | wild_squeeze(),
    "Unsqueeze": wild("Unsqueeze", dim=DIM),
}
