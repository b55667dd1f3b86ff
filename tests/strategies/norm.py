"""Normalisation with statistics of the input: groups of channels, trailing axes, windows of channels."""

from typing import Any

from hypothesis import event
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from tests.strategies.case import Case
from tests.strategies.elementwise import one_input, shapes

_EPS = st.sampled_from([1e-5, 1e-3, 0])
_OFF = st.sampled_from([0, 0, 0, 1])


@st.composite
def group_norm(draw: st.DrawFn) -> Case:
    """Groups that divide the channels, two values at least in each; shrinks towards one group of two channels."""
    n, groups, per = draw(st.integers(1, 3)), draw(st.integers(1, 4)), draw(st.integers(1, 3))
    space = draw(st.lists(st.integers(1, 6), max_size=3))
    per += 1 if n * per == 1 and set(space) <= {1} else 0
    if groups > 1:
        event("groups > 1")
    fields: dict[str, Any] = {"num_groups": groups, "affine": draw(st.booleans()), "bias": draw(st.booleans())}
    if draw(st.booleans()):
        fields |= {"num_channels": groups * per, "eps": draw(_EPS)}
    return Case("GroupNorm", fields, ((n, groups * per, *space),))


@st.composite
def wild_group_norm(draw: st.DrawFn) -> Case:
    """Groups that need not divide, wrong channels where torch holds a tensor of them, single values."""
    x = draw(shapes(2, 4) | st.tuples(st.just(1), st.integers(1, 4), st.just(1)))
    fields: dict[str, Any] = {"num_groups": draw(st.integers(0, 4)), "affine": draw(st.booleans())}
    if fields["affine"]:
        fields["num_channels"] = x[1] + draw(_OFF)
    return Case("GroupNorm", fields, (x,))


@st.composite
def trailing(draw: st.DrawFn, op: str, off: SearchStrategy[int]) -> Case:
    """The last axes, all of them at times, with sizes and their number off by so many; shrinks towards one axis."""
    x = draw(shapes(1, 5))
    count = draw(st.integers(1, len(x)))
    if count > 1:
        event("more than one axis")
    sizes = (1,) * draw(off) + tuple(size + draw(off) for size in x[len(x) - count :])
    alone = len(sizes) == 1 and draw(st.booleans())
    fields: dict[str, Any] = {"normalized_shape": sizes[0] if alone else list(sizes)}
    modes = {"elementwise_affine": st.booleans(), "eps": _EPS if op == "LayerNorm" else _EPS | st.none()}
    modes |= {"bias": st.booleans()} if op == "LayerNorm" else {}
    return Case(op, fields | draw(st.fixed_dictionaries({}, optional=modes)), (x,))


def _response_norm(least_rank: int, least_size: int) -> SearchStrategy[Case]:
    """A window of channels, wider than they are at times; shrinks towards one channel."""
    number = st.sampled_from([1e-4, 0.75, 2])
    fields = st.fixed_dictionaries(
        {"size": st.integers(least_size, 12)}, optional={"alpha": number, "beta": number, "k": number}
    )
    return st.builds(Case, st.just("LocalResponseNorm"), fields, st.tuples(shapes(least_rank, 5)))


VALID: dict[str, SearchStrategy[Case]] = {
    "GroupNorm": group_norm(),
    "LayerNorm": trailing("LayerNorm", st.just(0)),
    "RMSNorm": trailing("RMSNorm", st.just(0)),
    "LocalResponseNorm": _response_norm(3, 1),
}
WILD: dict[str, SearchStrategy[Case]] = {
    "GroupNorm": wild_group_norm() | one_input("GroupNorm", shapes(1, 3), num_groups=st.just(1)),
    "LayerNorm": trailing("LayerNorm", _OFF),
    "RMSNorm": trailing("RMSNorm", _OFF),
    "LocalResponseNorm": _response_norm(2, 0),
}
