"""Channels to space and back, channels between groups."""

from hypothesis import event
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from tests.strategies.case import Case

_SMALL = st.integers(1, 4)


@st.composite
def pixel_shuffle(draw: st.DrawFn) -> Case:
    """Channels that are a multiple of the square; shrinks towards a factor of 1."""
    n, c, r, h, w = draw(st.tuples(st.integers(1, 3), _SMALL, _SMALL, st.integers(1, 7), st.integers(1, 7)))
    if r > 1:
        event("upscale_factor > 1")
    return Case("PixelShuffle", {"upscale_factor": r}, ((n, c * r * r, h, w),))


@st.composite
def pixel_unshuffle(draw: st.DrawFn) -> Case:
    """Height and width that are multiples of the factor; shrinks towards a factor of 1."""
    n, c, r, h, w = draw(st.tuples(st.integers(1, 3), _SMALL, _SMALL, _SMALL, _SMALL))
    if r > 1:
        event("downscale_factor > 1")
    return Case("PixelUnshuffle", {"downscale_factor": r}, ((n, c, h * r, w * r),))


@st.composite
def channel_shuffle(draw: st.DrawFn) -> Case:
    """Groups that divide the channels, one to three spatial axes; shrinks towards one group of one channel."""
    n, g, per = draw(st.tuples(st.integers(1, 3), _SMALL, _SMALL))
    if g > 1:
        event("groups > 1")
    space = draw(st.lists(st.integers(1, 6), min_size=1, max_size=3))
    return Case("ChannelShuffle", {"groups": g}, ((n, g * per, *space),))


def _wild(op: str, field: str, ranks: tuple[int, int]) -> SearchStrategy[Case]:
    """A factor that need not divide; shrinks towards 0."""
    low, high = ranks
    shape = st.lists(st.integers(1, 12), min_size=low, max_size=high).map(tuple)
    return st.builds(Case, st.just(op), st.fixed_dictionaries({field: st.integers(0, 4)}), st.tuples(shape))


VALID: dict[str, SearchStrategy[Case]] = {
    "PixelShuffle": pixel_shuffle(),
    "PixelUnshuffle": pixel_unshuffle(),
    "ChannelShuffle": channel_shuffle(),
}
WILD: dict[str, SearchStrategy[Case]] = {
    "PixelShuffle": pixel_shuffle() | _wild("PixelShuffle", "upscale_factor", (4, 4)),
    "PixelUnshuffle": pixel_unshuffle() | _wild("PixelUnshuffle", "downscale_factor", (4, 4)),
    "ChannelShuffle": channel_shuffle() | _wild("ChannelShuffle", "groups", (2, 4)),
}
