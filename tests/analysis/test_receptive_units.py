"""The steps of receptive fields one by one: bands against sets of indices, canonical forms, limits, work."""

from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from typing import Any

import pytest
from typing_extensions import override

import cnnshape
from cnnshape.analysis.receptive.drifting import several
from cnnshape.analysis.receptive.fields import Field
from cnnshape.analysis.receptive.index_sets import NOTHING, UNKNOWN, WIDEST, Run, joined, spread
from cnnshape.analysis.receptive.landing import landed
from cnnshape.analysis.receptive.misalignment import _apart, _pixels
from cnnshape.analysis.receptive.periodic import FARTHEST, IDENTITY, LIMIT, Band, after, all_of, union, unkept
from cnnshape.analysis.receptive.terms import MOST_TERMS, Digit, Term
from cnnshape.analysis.receptive.unions import Unions
from cnnshape.analysis.receptive.ways import _reads_nothing, is_identity
from cnnshape.analysis.receptive.window import MOST_BOXES, MOST_STEPS, Box, _add, _Reader, read_all
from cnnshape.analysis.receptive.work import WORK, Unkept, Work
from cnnshape.core.errors import UsageError
from cnnshape.layers.index_maps import (
    POINTWISE,
    Adaptive,
    Interpolate,
    Nearest,
    Reach,
    Shift,
    Stride,
    TransposedWindow,
    Whole,
    Window,
)
from cnnshape.layers.pieces import Repeated
from cnnshape.layers.steps import Row, Tap
from tests.analysis.view_reads import indices

NEAR = (Fraction(0), Fraction(2))
"""An outline."""

FIRST: list[Reach] = [
    Window(kernel=3, stride=2, padding=1),
    Window(kernel=2, dilation=3),
    TransposedWindow(kernel=3, stride=2, padding=1),
    TransposedWindow(kernel=1, stride=3),
    TransposedWindow(kernel=2, stride=3, dilation=2),
    Nearest(2),
    Nearest(3, 2),
    Nearest(4),
    Shift(2),
    Stride(1, -2),
    Whole(4),
]
SECOND: list[Reach] = [
    *(Window(kernel=k, stride=s, dilation=d) for k, s, d in product((1, 2, 3, 5), (1, 2, 3), (1, 2, 3))),
    *(TransposedWindow(kernel=k, stride=s) for k, s in product((1, 2, 3), (1, 2))),
    Nearest(3),
    Stride(0, -1),
    Stride(2, -3),
    Whole(5),
]


def made(*reaches: Reach) -> Band:
    """The band of a chain, the first reach next to the input."""
    band, work = IDENTITY, Work()
    for reach in reaches:
        band = after(band, reach, work)
    return band


def read(reaches: tuple[Reach, ...], y: int) -> frozenset[int]:
    """The same by sets, from the output back to the input."""
    found = {y}
    for reach in reversed(reaches):
        spans = [reach.taps(index) for index in found]
        found = {index for first, last, step in spans for index in range(first, last + 1, step)}
    return frozenset(found)


@pytest.mark.parametrize("one", FIRST, ids=str)
def test_a_band_is_what_two_layers_read(one: Reach) -> None:
    for two in SECOND:
        band = made(one, two)
        for y in range(-2, 2 * band.P + 2):
            assert indices(band.at(y)) == read((one, two), y), f"{one}, {two} at {y}"


@pytest.mark.parametrize("one", FIRST, ids=str)
def test_a_band_has_the_smallest_period(one: Reach) -> None:
    for two in SECOND:
        reads = (one, two)
        band = made(*reads)
        for P in range(1, band.P):
            if band.P % P == 0 and band.Q * P % band.P == 0:
                by = band.Q * P // band.P
                same = all(read(reads, y + P) == {x + by for x in read(reads, y)} for y in range(band.P))
                assert not same, f"{one}, {two}: {P} outputs say it all, {band.P} are kept"


def test_a_union_is_that_of_what_is_read() -> None:
    for one, two in product(FIRST, FIRST):
        a, b = made(one), made(two)
        if a.rate == b.rate:
            band = union(a, b, Work())
            for y in range(-1, 2 * band.P + 1):
                assert indices(band.at(y)) == read((one,), y) | read((two,), y), f"{one}, {two} at {y}"


def test_the_union_of_equal_bands_is_the_first() -> None:
    one, two = made(Window(kernel=3)), made(Window(kernel=3))
    assert one is not two
    assert union(one, two, Work()) is one


def test_a_union_takes_the_period_of_both() -> None:
    band = union(Band(2, 2, (Run(0, 0), Run(0, 0))), Band(3, 3, (Run(0, 0), Run(0, 0), Run(0, 0))), Work())
    assert (band.P, band.Q, len(band.table or ())) == (6, 6, 6)


def test_a_pointwise_layer_leaves_a_band_as_it_is() -> None:
    band = made(Nearest(2))
    assert after(band, POINTWISE, Work()) is band
    assert after(band, Window(kernel=1), Work()) is band
    assert is_identity(POINTWISE)
    assert not is_identity(Shift(1))
    assert not is_identity(Stride(0, 2))
    assert not is_identity(Window(kernel=2))


def test_the_jump_and_the_centre() -> None:
    assert (IDENTITY.jump, IDENTITY.rate, IDENTITY.centre) == (Fraction(1), (1, 1), Fraction(0))
    band = made(Window(kernel=3, stride=4, padding=1))
    assert (band.jump, band.rate, band.centre) == (Fraction(4), (4, 1), Fraction(0))
    assert made(Window(kernel=4)).centre == Fraction(3, 2)
    half = made(Nearest(2))
    assert (half.jump, half.rate, half.centre) == (Fraction(1, 2), (1, 2), Fraction(-1, 4))
    gaps = made(TransposedWindow(kernel=1, stride=2))
    assert (gaps.jump, gaps.centre) == (Fraction(1, 2), Fraction(0))
    assert made(Whole(5)).jump == 0
    assert Band(2, 4, (NOTHING, NOTHING)).centre is None
    assert unkept(4, 6, NEAR).centre is None


def test_what_reads_nothing_is_empty() -> None:
    assert Band(1, 1, (NOTHING,)).empty
    assert Band(2, 1, (NOTHING, NOTHING)).empty
    assert not Band(2, 1, (NOTHING, Run(3, 3))).empty
    assert not Band(1, 1, (Run(3, 3),)).empty
    assert not unkept(1, 1, NEAR).empty


def test_an_unkept_band_is_in_lowest_terms() -> None:
    band = unkept(6, 4, NEAR)
    assert (band.P, band.Q, band.table) == (3, 2, None)
    assert after(band, Window(kernel=3, stride=3), Work()).rate == (2, 1)
    assert after(band, Window(kernel=3, stride=3), Work()).table is None


@pytest.mark.parametrize("one", FIRST, ids=str)
def test_an_outline_holds_what_is_read(one: Reach) -> None:
    """Of a band without a table, after any other reach: everything lies between its two lines."""
    for two in SECOND:
        kept = made(one, two)
        unkept_one = unkept(made(one).P, made(one).Q, made(one).outline)
        band = after(unkept_one, two, Work())
        assert (band.table, band.rate) == (None, kept.rate)
        (low, high), jump = band.outline, Fraction(band.Q, band.P)
        for y in range(-3, 3 * kept.P):
            run = kept.at(y)
            if run.size:
                assert low + jump * y <= run.first <= run.last <= high + jump * y
                assert all_of(band, y, y).first <= run.first <= run.last <= all_of(band, y, y).last


def test_the_outline_of_a_long_period_holds_what_is_read() -> None:
    """Nobody goes through a million phases: a few indices of slack on either side of a line."""
    long: list[Reach] = [
        Nearest(5003, 4999),
        Nearest(5003, 4999, exact=True),
        Interpolate(4999, 5003),
        Interpolate(4999, 5003, order=2),
        Interpolate(5004, 5000, align_corners=True, order=2),
        Adaptive(5003, 4999),
    ]
    for reach in long:
        band = after(IDENTITY, reach, Work())
        assert band.table is None
        (low, high), jump = band.outline, Fraction(band.Q, band.P)
        assert high - low < 12
        for y in range(0, 6000, 7):
            first, last, _ = reach.taps(y)
            assert low + jump * y <= first <= last <= high + jump * y, f"{reach} at {y}"
    with pytest.raises(Unkept):
        after(IDENTITY, TransposedWindow(kernel=3, stride=LIMIT + 1), Work())


def test_a_table_is_kept_up_to_its_limit() -> None:
    kept, beyond = made(Nearest(LIMIT)), made(Nearest(LIMIT + 1))
    assert kept.table is not None
    assert len(kept.table) == LIMIT
    assert (beyond.P, beyond.Q, beyond.table) == (LIMIT + 1, 1, None)
    one, two = Band(64, 64, (Run(0, 0),) * 64), Band(63, 63, (Run(0, 0),) * 63)
    assert union(one, two, Work()).table is not None  # 4032 outputs
    assert union(one, Band(65, 65, (Run(0, 0),) * 65), Work()).table is None


def test_a_period_is_followed_up_to_the_farthest() -> None:
    work = Work()
    assert after(IDENTITY, Stride(0, FARTHEST), work).Q == FARTHEST
    assert after(IDENTITY, Stride(0, -FARTHEST), work).Q == -FARTHEST
    assert after(unkept(1, 1, NEAR), Nearest(FARTHEST), work).P == FARTHEST
    for band, reach in ((IDENTITY, Stride(0, FARTHEST + 1)), (IDENTITY, Stride(0, -FARTHEST - 1)),
                        (unkept(1, 1, NEAR), Nearest(FARTHEST + 1))):  # fmt: skip
        with pytest.raises(Unkept):
            after(band, reach, work)
    with pytest.raises(Unkept):
        union(unkept(FARTHEST // 2 + 1, 1, NEAR), unkept(FARTHEST // 2, 1, NEAR), work)
    assert union(unkept(FARTHEST, 1, NEAR), unkept(FARTHEST, 1, NEAR), work).P == FARTHEST


def spent(band: Band, reach: Reach) -> int:
    work = Work()
    after(band, reach, work)
    return WORK - work.left


def test_work_is_what_is_put_together() -> None:
    four = made(Nearest(4))
    assert spent(IDENTITY, POINTWISE) == 0
    assert spent(IDENTITY, Window(kernel=5, dilation=2)) == 1 + 1  # every tap has the same phase
    assert spent(four, Window(kernel=2, dilation=3)) == 4 * (1 + 2)
    assert spent(four, Window(kernel=9)) == 4 * (1 + 4)
    assert spent(four, Window(kernel=9, dilation=2)) == 4 * (1 + 2)
    assert spent(four, Stride(0, 4)) == 1 + 1
    assert spent(made(TransposedWindow(kernel=1, stride=2)), TransposedWindow(kernel=1, stride=2)) == 2 * (1 + 1) + 2


def test_a_wide_mask_is_more_work() -> None:
    narrow = Band(1, 1, (Run(0, 4094, 1, 1 << 4094 | 3),))
    wide = Band(1, 1, (Run(0, 4095, 1, 1 << 4095 | 3),))

    def joined_for(one: Band, two: Band) -> int:
        work = Work()
        union(one, two, work)
        return WORK - work.left

    assert [spent(band, Window(kernel=2)) for band in (narrow, wide)] == [2, 3]
    other = Band(1, 1, (Run(0, 4094, 1, 1 << 4094 | 5),))
    assert [joined_for(other, band) for band in (narrow, wide)] == [2, 3]


def test_work_that_is_done_is_taken_and_no_more_is_done() -> None:
    work = Work()
    assert work.left == WORK
    assert Work(100).left == WORK + 2000
    assert work.pays(WORK - 2)
    assert not work.pays(3)
    assert work.left == 2
    assert after(IDENTITY, Window(kernel=3), work).table is not None
    assert work.left == 0
    lost = after(IDENTITY, Window(kernel=3, stride=2), work)
    assert (lost.P, lost.Q, lost.table) == (1, 2, None)
    assert work.left == 0


def test_a_tiled_axis_of_one_is_read_by_all() -> None:
    assert made(Repeated(1)).jump == 0
    assert made(Repeated(5)).jump == 1


def test_a_mask_of_unknown_bits_stays_unknown() -> None:
    unknown = Band(1, 1, (Run(0, 99, 1, UNKNOWN),))
    found = after(unknown, Window(kernel=3), Work())
    assert found.table == (Run(0, 101, 1, UNKNOWN),)


# ------------------------------------------------------------------ borders


def all_read(reach: Reach, outputs: int, size: int) -> bool:
    return landed(reach, range(outputs), size) == set(range(size))


@pytest.mark.parametrize("reach", [*FIRST, *SECOND, POINTWISE, Shift(-1), Repeated(1)], ids=str)
def test_what_is_said_to_be_read_whole_is(reach: Reach) -> None:
    for outputs, size in product(range(1, 10), range(1, 10)):
        if read_all(reach, outputs, size):
            assert all_read(reach, outputs, size), f"{outputs} outputs do not read all of {size}"


@pytest.mark.parametrize("kernel", [1, 2, 3])
def test_windows_that_leave_no_gap_are_seen_to_read_all(kernel: int) -> None:
    for stride, padding, outputs, size in product(range(1, kernel + 1), range(kernel), range(1, 9), range(1, 9)):
        reach = Window(kernel=kernel, stride=stride, padding=padding)
        if outputs > 1 or kernel > padding:
            assert read_all(reach, outputs, size) == all_read(reach, outputs, size), f"{reach} {outputs} {size}"
    for up, outputs, size in product((2, 3), range(1, 9), range(1, 9)):
        assert read_all(Nearest(up), outputs, size) == all_read(Nearest(up), outputs, size)


def test_an_axis_read_backwards_is_seen_to_be_read_whole() -> None:
    assert read_all(Stride(6, -1), 7, 7)
    assert read_all(Nearest(LIMIT), LIMIT, 1)
    assert not read_all(Nearest(LIMIT + 1), LIMIT + 1, 1), "nobody goes through so many outputs to see it"
    assert not read_all(Stride(6, -1), 6, 7)
    assert not read_all(Stride(6, -2), 4, 7)


def test_reading_is_paid_for_by_the_index() -> None:
    reader = _Reader()
    assert reader.axis(Window(kernel=3), frozenset({0, 5}), 8, 10) == frozenset({0, 1, 2, 5, 6, 7})
    assert MOST_STEPS - reader.left == 2 * (4 + 2)
    reader.axis(Window(kernel=3), frozenset({0, 5}), 8, 10)
    assert MOST_STEPS - reader.left == 12, "the same again costs nothing"
    assert reader.axis(Window(kernel=3), None, 8, 10) is None
    assert MOST_STEPS - reader.left == 12, "the whole of an axis costs nothing"
    assert reader.axis(POINTWISE, frozenset({1}), 8, 8) == frozenset({1})
    assert MOST_STEPS - reader.left == 12
    assert reader.axis(Window(kernel=3, padding=2, dilation=2), frozenset({0}), 8, 9) == frozenset({0, 2})
    assert MOST_STEPS - reader.left == 12 + 4 + 1
    assert reader.axis(Window(kernel=3), frozenset({3}), 8, 10) == frozenset({3, 4, 5})
    assert MOST_STEPS - reader.left == 12 + 4 + 1 + 4 + 2, "what lies before the window costs nothing"
    assert reader.axis(Window(kernel=3, padding=1, dilation=2), frozenset({0, 6}), 9, 9) == frozenset({1, 3, 5, 7})
    assert MOST_STEPS - reader.left == 23 + (4 + 3 // 2) + (4 + 3 // 2), "nor what lies outside, on either side"


def test_an_axis_that_two_outputs_follow_is_read_by_both() -> None:
    """As in a layer of somebody else's that takes a diagonal apart."""
    route: dict[int, list[tuple[int, Reach]]] = {axis: [(axis, POINTWISE)] for axis in range(2)}
    route[2] = [(2, POINTWISE), (3, POINTWISE)]
    box: Box = (None, None, frozenset({1}), frozenset({3}))
    assert _Reader().row(route, box, (1, 1, 5, 5), (1, 1, 5)) == (None, None, frozenset({1, 3}))


def test_sets_are_paid_for_by_their_size() -> None:
    route: dict[int, list[tuple[int, Reach]]] = {axis: [(axis, POINTWISE)] for axis in range(3)}
    for size, steps in ((19, 0), (20, 1), (39, 1), (40, 2)):
        reader = _Reader()
        reader.row(route, (None, None, frozenset(range(size))), (1, 1, 99), (1, 1, 99))
        assert MOST_STEPS - reader.left == steps


def test_the_last_step_is_taken_and_not_one_more() -> None:
    reader = _Reader()
    reader.pay(MOST_STEPS)
    with pytest.raises(UsageError, match="takes more than 1,000,000 steps"):
        reader.pay(1)


def box(*axes: set[int] | None) -> Box:
    return tuple(None if axis is None else frozenset(axis) for axis in axes)


@pytest.mark.parametrize(
    ("boxes", "new", "after_it"),
    [
        ([], box({1}), [box({1})]),
        ([box({1, 2})], box({1}), [box({1, 2})]),
        ([box({1}, {1})], box({1, 2}, {1, 2}), [box({1, 2}, {1, 2})]),
        ([box({1, 2}, {3})], box({1, 2}, {4}), [box({1, 2}, {3, 4})]),
        ([box({1}, {3})], box({2}, {4}), [box({1}, {3}), box({2}, {4})]),
        ([box({1}, {3}), box({2}, {4})], box({1}, {4}), [box({1}, {3, 4}), box({2}, {4})]),
        ([box(None, {3})], box({1}, {3}), [box(None, {3})]),
        ([box({1}, {3})], box(None, {3}), [box(None, {3})]),
        ([box({1}, {3})], box(None, {4}), [box({1}, {3}), box(None, {4})]),
    ],
)
def test_boxes_are_put_together(boxes: list[Box], new: Box, after_it: list[Box]) -> None:
    assert _add(boxes, new)
    assert set(boxes) == set(after_it)
    assert len(boxes) == len(after_it)


def test_too_many_boxes_become_one() -> None:
    boxes: list[Box] = []
    for n in range(MOST_BOXES):
        assert _add(boxes, box({n}, {n}))
    assert len(boxes) == MOST_BOXES
    assert not _add(boxes, box({MOST_BOXES}, {MOST_BOXES}))
    every = set(range(MOST_BOXES + 1))
    assert boxes == [box(every, every)]


LINE: dict[str, Any] = {"cnnshape": 1, "input": [1, 8], "layers": {"pad": {"op": "ZeroPad1d", "padding": 2}}}


@pytest.mark.parametrize("index", [-1, 12, 13, 100])
def test_a_position_beyond_the_output_is_refused(index: int) -> None:
    with pytest.raises(UsageError, match=f"`pad` has positions 0 to 11 on axis 2, not {index}"):
        cnnshape.analyze(LINE).window("pad", (index,))


def test_the_first_and_the_last_position_are_there() -> None:
    net = cnnshape.analyze(LINE)
    assert [net.window("pad", (index,))["input"][0] for index in (0, 2, 9, 11)] == [set(), {0}, {7}, set()]


# ------------------------------------------------------------------ sets, drift and words


def test_sets_without_a_mask_are_as_wide_as_may_be() -> None:
    far = 10 * WIDEST
    assert spread(Run(0, 10 * far, 10), 10, 1) == Run(0, 10 * far + 9)
    assert joined([Run(0, 0), Run(far, far)]) == Run(0, far, far)
    assert joined([Run(0, 0), Run(far, 3 * far, far)]) == Run(0, 3 * far, far)
    assert joined([Run(0, far, far), Run(2 * far, 2 * far)]) == Run(0, 2 * far, far)


def test_a_mask_that_is_evenly_spaced_is_a_run() -> None:
    assert joined([Run(0, 8, 4), Run(2, 6, 4)]) == Run(0, 8, 2)
    assert joined([Run(0, 6, 3), Run(1, 7, 3), Run(2, 8, 3)]) == Run(0, 8)
    assert joined([Run(0, 6, 3), Run(1, 1)]) == Run(0, 6, 1, 0b1001011)


def carried(axis: int, n: int, *reaches: Reach) -> Term:
    return Term((Digit(axis, 1, n, made(*reaches)),))


def test_paths_that_drift_are_looked_at_up_to_the_limit() -> None:
    """One that stands still for so many outputs, and one that moves on."""
    n = LIMIT + 904
    slow, fast = carried(2, n, Nearest(LIMIT)), carried(2, n)
    found = several(Work(), [slow, fast], (1, 1, n))
    assert (found.size, found.start, found.reads, found.bound) == (n - 1, 0, None, None)
    found = several(Work(), [carried(2, LIMIT, Nearest(64)), carried(2, LIMIT)], (1, 1, LIMIT))
    assert (found.size, found.start, found.reads) == (LIMIT - 63, 0, 2)


def test_paths_that_drift_beyond_the_limit_have_a_bound() -> None:
    n = LIMIT + 904
    beyond = several(Work(), [carried(2, n, Nearest(LIMIT + 1)), carried(2, n)], (1, 1, n))
    assert beyond.bound == "upper"
    assert beyond.size is not None
    assert n - 1 <= beyond.size <= n + 8
    two = several(Work(), [carried(2, n), carried(3, n)], (1, 1, n, n))
    assert (two.size, two.bound) == (n, "upper")


def test_lengths_in_words() -> None:
    lengths = (Fraction(1, 63), Fraction(1, 10), Fraction(-1, 8), Fraction(3), Fraction(100), Fraction(1, 1000))
    assert [_pixels(length) for length in lengths] == ["0.016 px", "0.1 px", "0.12 px", "3 px", "100 px", "0.001 px"]


def test_a_concatenation_on_one_axis_compares_its_sides_on_the_other() -> None:
    layers = {
        "down": {"op": "Conv2d", "out_channels": 1, "kernel_size": [2, 1], "padding": [1, 0], "from": "input"},
        "cut": {"op": "Slice", "dim": 2, "end": 8},
        "join": {"op": "Concat", "dim": 3, "from": ["cut", "input"]},
    }
    (merge,) = cnnshape.analyze({"cnnshape": 1, "input": [1, 8, 8], "layers": layers}).misaligned
    assert (merge.path, merge.axis, merge.kind, merge.offset) == ("join", 2, "centre", Fraction(-1, 2))
    assert merge.sentence == "`cut` is centred 0.5 px above `input`"


def test_a_union_with_long_strides_has_the_smallest_period_too() -> None:
    band = union(Band(2, 8, (Run(0, 0), Run(4, 4))), Band(2, 8, (Run(1, 1), Run(5, 5))), Work())
    assert (band.P, band.Q, band.table) == (1, 4, (Run(0, 1),))
    band = union(
        Band(6, 6, (Run(0, 0), *[NOTHING] * 5)), Band(6, 6, (*[NOTHING] * 3, Run(3, 3), NOTHING, NOTHING)), Work()
    )
    assert (band.P, band.Q, band.table) == (3, 3, (Run(0, 0), NOTHING, NOTHING))


@pytest.mark.parametrize("step", range(2, 7))
def test_two_halves_of_an_evenly_spaced_set(step: int) -> None:
    assert joined([Run(0, 4 * step, 2 * step), Run(step, 3 * step, 2 * step)]) == Run(0, 4 * step, step)


def test_copies_take_a_mask_up_to_its_width() -> None:
    assert spread(Run(0, 1), 2, WIDEST - 2) == Run(0, WIDEST - 1, 1, 3 << WIDEST - 2 | 3)
    assert spread(Run(0, 1), 2, WIDEST - 1) == Run(0, WIDEST, 1, UNKNOWN)
    assert spread(Run(0, 1), 2, 10 * WIDEST) == Run(0, 10 * WIDEST + 1, 1, UNKNOWN)
    assert spread(Run(0, 9, 1, UNKNOWN), 2, 1) == Run(0, 10, 1, UNKNOWN)


def test_the_offset_is_that_of_the_side_that_is_named_first() -> None:
    down = {"op": "Conv1d", "out_channels": 1, "kernel_size": 2, "from": "input"}
    cut = {"op": "Slice", "dim": 2, "end": -1, "from": "input"}
    for sides, offset, words in ((["down", "cut"], 1, "right of"), (["cut", "down"], -1, "left of")):
        layers = {"down": down, "cut": cut, "add": {"op": "Add", "from": sides}}
        (merge,) = cnnshape.analyze({"cnnshape": 1, "input": [1, 8], "layers": layers}).misaligned
        assert merge.offset == Fraction(offset, 2)
        assert merge.sentence == f"`{sides[0]}` is centred 0.5 px {words} `{sides[1]}`"


def test_the_pair_that_is_furthest_apart_is_named() -> None:
    def side(source: int, *starts: int) -> tuple[int, dict[tuple[int, int], Fraction | None]]:
        return source, {(n, 1): Fraction(start) for n, start in enumerate(starts, 1)}

    three, none, one = side(1, 3, 1), side(2, 0, 0), side(3, 1, 1)
    assert _apart([three, none]) == ("centre", Fraction(3), [three, none])
    assert _apart([none, three]) == ("centre", Fraction(-3), [none, three])
    assert _apart([one, three, none]) == ("centre", Fraction(3), [three, none])
    assert _apart([none, none]) is None


# ------------------------------------------------------------------ what is not followed


@dataclass(frozen=True, slots=True)
class Blind(Reach):
    """Outputs that read nothing, as a layer of another package may have them; the last of three may read one index."""

    sees: bool = False

    @property
    @override
    def period(self) -> tuple[int, int]:
        return 3, 1

    @override
    def taps(self, y: int) -> tuple[int, int, int]:
        return (y, y, 1) if self.sees and y % 3 == 2 else (0, -1, 1)


def test_an_axis_of_which_nothing_is_read() -> None:
    def nothing(reach: Reach) -> bool:
        return _reads_nothing((Row((None, Tap(1, reach)), (1, 3)),))

    assert [nothing(reach) for reach in (Blind(), Blind(True), POINTWISE, Whole(3))] == [True, False, False, False]
    assert not nothing(TransposedWindow(kernel=1, stride=10**9))


def test_outputs_that_read_gaps_only_have_an_empty_field() -> None:
    layers = {
        "gaps": {"op": "ConvTranspose1d", "out_channels": 1, "kernel_size": 1, "stride": 2},
        "odd": {"op": "Slice", "dim": 2, "start": 1, "step": 2},
        "conv": {"op": "Conv1d", "out_channels": 1, "kernel_size": 3},
    }
    net = cnnshape.analyze({"cnnshape": 1, "input": [1, 16], "layers": layers})
    for path in ("odd", "conv"):
        (found,) = net[path].receptive_field["input"]
        assert found == Field(0, None, None, None, 0, smallest=0)


def test_too_many_jumps_are_put_into_one_bound() -> None:
    """Each term moves by another step; one more than are kept, and all that any output reads is said of all."""
    algebra = Unions(Work())
    algebra.extent = 50
    terms = [carried(2, 50, Stride(0, n)) for n in range(1, MOST_TERMS + 2)]
    assert algebra.united(terms[:-1], (1, 1, 50)) == tuple(terms[:-1])
    (bound,) = algebra.united(terms, (1, 1, 50))
    assert (bound.digits, bound.exact, bound.covers) == ((), False, True)
    assert (bound.const.first, bound.const.last) == (0, 49 * (MOST_TERMS + 1))


def test_a_jump_that_is_there_already_is_not_one_too_many() -> None:
    algebra = Unions(Work())
    terms = [carried(2, 50, Stride(0, n)) for n in range(1, MOST_TERMS + 1)]
    found = algebra.united([*terms, carried(2, 50, Stride(1, 5))], (1, 1, 50))
    assert len(found) == MOST_TERMS
    assert Run(0, 1) in [term.digits[0].band.at(0) for term in found]
