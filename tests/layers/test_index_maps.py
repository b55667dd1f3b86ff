"""Reaches by themselves: they come again with their period, and a transposed window reads what a window writes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnnshape.layers.index_maps import (
    Adaptive,
    Broadcast,
    Interpolate,
    Nearest,
    Reach,
    Shift,
    Stride,
    TransposedWindow,
    Whole,
    Window,
)
from cnnshape.layers.pieces import Blocks, Piece, Repeated

few, some = st.integers(1, 12), st.integers(0, 12)
REACHES = {
    Window: (few, few, some, few),
    TransposedWindow: (few, few, some, few),
    Nearest: (few, few, st.booleans()),
    Interpolate: (few, few, st.booleans(), st.none(), st.sampled_from([1, 2])),
    Adaptive: (few, few),
    Shift: (some,),
    Stride: (some, few),
    Whole: (few,),
    Broadcast: (few, few),
    Piece: (some,),
    Blocks: (few, few),
    Repeated: (few,),
}


@given(st.sampled_from([*REACHES]).flatmap(lambda kind: st.builds(kind, *REACHES[kind])), st.integers(0, 50))
def test_what_is_read_comes_again_with_the_period(reach: Reach, y: int) -> None:
    period, move = reach.period
    first, last, step = reach.taps(y)
    later = reach.taps(y + period)
    assert later == (first + move, last + move, step) or (last < first and later[1] < later[0])


@given(few, few, some, few, st.integers(0, 40))
def test_a_transposed_window_reads_what_the_window_writes(k: int, s: int, p: int, d: int, y: int) -> None:
    """Input i is written to outputs ``s i + d j - p``, one for each tap j."""
    first, last, step = TransposedWindow(k, s, p, d).taps(y)
    assert list(range(first, last + 1, step)) == [
        i for i in range(-200, 200) if any(s * i + d * j - p == y for j in range(k))
    ]


@pytest.mark.parametrize(
    ("reach", "taps"),
    [
        (Whole(5), (0, 4, 1)),
        (Whole(6), (0, 5, 1)),
        (Broadcast(3, 3), (2, 2, 1)),
        (Broadcast(1, 3), (0, 0, 1)),
        (Piece(2), (0, 0, 1)),
        (Piece(5), (-3, -3, 1)),
        (Blocks(4, 2), (4, 7, 1)),
        (Stride(1, 3), (7, 7, 1)),
        (Repeated(3), (2, 2, 1)),
        (Repeated(1), (0, 0, 1)),
    ],
)
def test_what_output_two_reads(reach: Reach, taps: tuple[int, int, int]) -> None:
    assert reach.taps(2) == taps
