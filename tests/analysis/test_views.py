"""Fields and windows through views and selections: against torch at every element, cases worked by hand, faults."""

from collections import Counter
from fractions import Fraction
from random import Random
from typing import Any

import pytest
from hypothesis import event, given
from hypothesis import strategies as st

import cnnshape
from cnnshape.analysis.receptive import advance, algebra, regroup
from cnnshape.analysis.receptive import window as border
from cnnshape.analysis.receptive.index_sets import joined
from tests.analysis.nets import Net, Step
from tests.analysis.view_nets import drawn
from tests.analysis.view_reads import look

pytestmark = pytest.mark.filterwarnings("ignore:Using padding='same'")


@given(st.integers(0, 2**32))
def test_every_element_reads_what_torch_reads(seed: int) -> None:
    net = drawn(Random(seed))
    for step in net.steps:
        event(step.op)
    assert look(net).wrong == []


def test_bounds_are_few() -> None:
    """Of what elements of drawn nets read, hardly anything is not known exactly."""
    counts = Counter[str]()
    for seed in range(40):
        counts += look(drawn(Random(seed))).counts
    assert counts["windows"] > 1000
    assert counts["windows marked as bounds"] == 0
    assert counts["terms marked as bounds"] <= counts["terms"] / 200


# ------------------------------------------------------------------ worked by hand


def analysed(layers: dict[str, Any], size: list[int], *outputs: str) -> cnnshape.Analysis:
    named = {"outputs": list(outputs)} if outputs else {}
    return cnnshape.analyze({"cnnshape": 1, "input": size, "layers": layers, **named})


def same(found: Any, *axes: set[int]) -> bool:
    """Whether just these pixels are read of the one input."""
    return bool({name: [set(read) for read in sets] for name, sets in found.items()} == {"input": list(axes)})


def fields(net: cnnshape.Analysis, path: str) -> Any:
    """Those of rows and columns."""
    return net[path].receptive_field["input"]


def field(net: cnnshape.Analysis, path: str) -> Any:
    return fields(net, path)[0]


PATCHES = {
    "patch": {"op": "Conv2d", "out_channels": 8, "kernel_size": 4, "stride": 4},
    "flat": {"op": "Flatten", "start_dim": 2},
    "tokens": {"op": "Transpose", "dim0": 1, "dim1": 2},
    "fc": {"op": "Linear", "out_features": 8},
}


@pytest.mark.parametrize("path", PATCHES)
def test_a_token_sees_its_patch(path: str) -> None:
    found = field(analysed(PATCHES, [3, 32, 32]), path)
    assert (found.size, found.jump, found.start, found.is_global, found.bound) == (4, 4, 0, False, None)


def test_the_window_of_a_token() -> None:
    net = analysed(PATCHES, [3, 32, 32])
    assert same(net.window("flat", (0,)), {0, 1, 2, 3}, {0, 1, 2, 3})
    assert same(net.window("flat", (9,)), {4, 5, 6, 7}, {4, 5, 6, 7})
    assert same(net.window("tokens", (9, None)), {4, 5, 6, 7}, {4, 5, 6, 7})
    assert same(net.window("tokens", (0,)), {*range(32)}, {*range(32)}), "feature 0 of all tokens"
    assert net.window("flat", (0,)).exact


def test_an_image_from_tokens_is_the_image() -> None:
    layers = PATCHES | {
        "back": {"op": "Transpose", "dim0": 1, "dim1": 2},
        "image": {"op": "Unflatten", "dim": 2, "unflattened_size": [8, 8]},
        "conv": {"op": "Conv2d", "out_channels": 1, "kernel_size": 3, "padding": 1},
    }
    found = field(analysed(layers, [3, 32, 32]), "conv")
    assert (found.size, found.jump, found.start) == (12, 4, -4)


def test_a_vision_transformer_sees_its_patch_and_the_whole_image() -> None:
    layers = PATCHES | {
        "attention": {"op": "MultiheadAttention", "num_heads": 2, "batch_first": True},
        "sum": {"op": "Add", "from": ["fc", "attention"]},
        "mlp": {"op": "Linear", "out_features": 8},
        "first": {"op": "Select", "dim": 1, "index": 0},
    }
    net = analysed(layers, [3, 32, 32])
    found = field(net, "mlp")
    assert (found.size, found.jump, found.whole, found.via, found.is_global) == (4, 4, (0, 31), "attention", False)
    assert field(net, "first").is_global


def test_the_last_step_of_a_causal_net_sees_what_it_sees() -> None:
    layers = {
        "pad": {"op": "ConstantPad1d", "padding": [6, 0], "value": 0},
        "conv": {"op": "Conv1d", "out_channels": 4, "kernel_size": 4, "dilation": 2},
        "last": {"op": "Select", "dim": 2, "index": -1},
        "fc": {"op": "Linear", "out_features": 1},
    }
    found = field(analysed(layers, [1, 64]), "fc")
    assert (found.size, found.start, found.reads, found.whole) == (7, 57, 4, (57, 63))
    assert not found.is_global
    assert found.via == ""


UNFOLDED = {
    "columns": {"op": "Unfold", "kernel_size": 3, "padding": 1},
    "weight": {"op": "Parameter", "shape": [16, 72]},
    "product": {"op": "MatMul", "from": ["weight", "columns"]},
    "image": {"op": "Reshape", "shape": ["batch", 16, 16, 16]},
}


def test_a_convolution_by_hand_is_one() -> None:
    by_hand = analysed(UNFOLDED, [8, 16, 16])
    built_in = analysed({"conv": {"op": "Conv2d", "out_channels": 16, "kernel_size": 3, "padding": 1}}, [8, 16, 16])
    assert field(by_hand, "image") == field(built_in, "conv")
    for position in ((0, 0), (7, 3), (15, 15)):
        assert by_hand.window("image", position) == built_in.window("conv", position)


def windows(size: int, w: int) -> dict[str, Any]:
    n = size // w
    return {
        "conv": {"op": "Conv2d", "out_channels": 4, "kernel_size": 1},
        "last": {"op": "Permute", "dims": [0, 2, 3, 1]},
        "cut": {"op": "Reshape", "shape": ["batch", n, w, n, w, 4]},
        "order": {"op": "Permute", "dims": [0, 1, 3, 2, 4, 5]},
        "tokens": {"op": "Reshape", "shape": [f"batch * {n * n}", w * w, 4]},
        "attention": {"op": "MultiheadAttention", "num_heads": 2, "batch_first": True},
        "uncut": {"op": "Reshape", "shape": ["batch", n, n, w, w, 4]},
        "unorder": {"op": "Permute", "dims": [0, 1, 3, 2, 4, 5]},
        "rows": {"op": "Reshape", "shape": ["batch", size, size, 4]},
        "image": {"op": "Permute", "dims": [0, 3, 1, 2]},
        "sum": {"op": "Add", "from": ["conv", "image"]},
    }


def test_attention_in_windows_sees_the_window() -> None:
    net = analysed(windows(14, 7), [4, 14, 14])
    tokens = field(net, "tokens")
    assert (tokens.size, tokens.jump, tokens.coarser) == (1, 1, (7,))
    for path in ("attention", "image"):
        found = field(net, path)
        assert (found.size, found.jump, found.start, found.is_global) == (7, 7, 0, False)
    assert (field(net, "sum").size, field(net, "sum").jump) == (7, 1)
    assert same(net.window("image", (8, 3)), {*range(7, 14)}, {*range(7)})


def test_coordinate_attention_sees_rows_and_columns() -> None:
    """Both pooled axes joined, and taken apart again."""
    layers = {
        "rows": {"op": "AdaptiveAvgPool2d", "output_size": [None, 1]},
        "columns": {"op": "AdaptiveAvgPool2d", "from": "input", "output_size": [1, None]},
        "turned": {"op": "Transpose", "dim0": 2, "dim1": 3},
        "joined": {"op": "Concat", "from": ["rows", "turned"], "dim": 2},
        "conv": {"op": "Conv2d", "out_channels": 8, "kernel_size": 1},
        "of_rows": {"op": "Slice", "dim": 2, "end": 56},
        "of_columns": {"op": "Slice", "from": "conv", "dim": 2, "start": 56},
    }
    net = analysed(layers, [64, 56, 48], "of_rows", "of_columns")
    high, wide = fields(net, "of_rows")
    assert (high.size, high.jump, wide.is_global, wide.via) == (1, 1, True, "rows")
    high, wide = fields(net, "of_columns")
    assert (high.is_global, high.via, wide.size, wide.jump) == (True, "columns", 1, 1)
    high, _ = fields(net, "conv")
    assert (high.size, high.whole, high.bound) == (1, (0, 55), None)
    assert [(low, last, piece.is_global) for low, last, piece in high.pieces] == [(0, 55, False), (56, 103, True)]


def test_joined_detector_grids_have_a_field_each() -> None:
    layers = {
        "fine": {"op": "Conv2d", "out_channels": 4, "kernel_size": 4, "stride": 4},
        "flat_fine": {"op": "Flatten", "start_dim": 2},
        "coarse": {"op": "Conv2d", "from": "fine", "out_channels": 4, "kernel_size": 2, "stride": 2},
        "flat_coarse": {"op": "Flatten", "start_dim": 2},
        "all": {"op": "Concat", "from": ["flat_fine", "flat_coarse"], "dim": 2},
    }
    net = analysed(layers, [3, 32, 32])
    found = field(net, "all")
    assert [(low, last, piece.size, piece.jump) for low, last, piece in found.pieces] == [(0, 63, 4, 4), (64, 79, 8, 8)]
    assert (found.size, found.jump, found.start) == (8, None, 0)
    assert same(net.window("all", (64,)), {*range(8)}, {*range(8)})


def test_a_convolution_over_raster_tokens_wraps_at_the_row_ends() -> None:
    layers = {"flat": {"op": "Flatten", "start_dim": 2}, "conv": {"op": "Conv1d", "out_channels": 1, "kernel_size": 3}}
    net = analysed(layers, [1, 8, 8])
    high, wide = fields(net, "conv")
    assert (high.size, high.smallest, high.jump) == (2, 1, Fraction(1, 8))
    assert (wide.size, wide.smallest, wide.reads, wide.repeats, wide.is_global) == (8, 3, 3, 8, False)


def test_a_part_that_is_no_part_any_more_keeps_where_it_reads() -> None:
    """Of a part of an axis that is cut into pieces none of which line up, a bound may be told, and no less than it."""
    stacked = Step("Stack", {"dim": 3}, (0, 0))
    net = Net((2, 2, 4, 6), (stacked, Step("Reshape", {"shape": [3, 2, 4, 8]}, (1,))))
    assert look(net).wrong == []


@pytest.mark.parametrize("groups", [1, 2, 4])
def test_a_shuffle_by_hand_is_one(groups: int) -> None:
    """Channels of two branches: a slice after the shuffle sees what is in it."""
    branches = {
        "left": {"op": "Conv2d", "out_channels": 4, "kernel_size": 3, "padding": 1},
        "right": {"op": "Conv2d", "from": "input", "out_channels": 4, "kernel_size": 5, "padding": 2},
        "both": {"op": "Concat", "from": ["left", "right"]},
    }
    by_hand = {
        "apart": {"op": "Unflatten", "dim": 1, "unflattened_size": [groups, -1]},
        "turned": {"op": "Transpose", "dim0": 1, "dim1": 2},
        "shuffled": {"op": "Flatten", "start_dim": 1, "end_dim": 2},
    }
    built_in = {"shuffled": {"op": "ChannelShuffle", "groups": groups}}
    for end, size in ((1, 3), (2, 5 if groups == 2 else 3), (4, 5 if groups > 1 else 3)):
        cut = {"cut": {"op": "Slice", "dim": 1, "end": end}}
        one, other = (analysed(branches | way | cut, [3, 16, 16]) for way in (by_hand, built_in))
        assert field(one, "cut") == field(other, "cut")
        assert field(one, "cut").size == size
        assert one.window("cut", (8, 8)) == other.window("cut", (8, 8))


def test_groups_of_a_convolution_see_their_own_channels() -> None:
    layers = {
        "left": {"op": "Conv2d", "out_channels": 4, "kernel_size": 3, "padding": 1},
        "right": {"op": "Conv2d", "from": "input", "out_channels": 4, "kernel_size": 5, "padding": 2},
        "both": {"op": "Concat", "from": ["left", "right"]},
        "grouped": {"op": "Conv2d", "out_channels": 8, "kernel_size": 1, "groups": 2},
        "first": {"op": "Slice", "dim": 1, "end": 4},
        "mixed": {"op": "Conv2d", "from": "both", "out_channels": 8, "kernel_size": 1},
        "all": {"op": "Slice", "dim": 1, "end": 4},
        "out": {"op": "Concat", "from": ["first", "all"]},
    }
    net = analysed(layers, [3, 16, 16])
    assert [field(net, path).size for path in ("grouped", "first", "mixed", "all")] == [5, 3, 5, 5]


def test_what_is_not_followed_is_a_bound() -> None:
    """Three resizes by odd ratios: no table, but two lines between which everything lies."""
    layers: dict[str, Any] = {}
    for number, size in enumerate((113, 150, 223)):
        layers[f"up{number}"] = {"op": "Upsample", "size": size, "mode": "linear"}
        layers[f"conv{number}"] = {"op": "Conv1d", "out_channels": 1, "kernel_size": 3}
    net = analysed(layers, [1, 100])
    found = field(net, "conv2")
    assert found.bound == "upper"
    assert found.size is not None
    sizes = [max(read) - min(read) + 1 for y in range(221) for read in net.window("conv2", (y,))["input"]]
    assert max(sizes) <= found.size <= max(sizes) + 6


# ------------------------------------------------------------------ the comparison bites

VIEWED = [
    Net(
        (1, 2, 6, 6),
        (
            Step("Reshape", {"shape": [1, 2, 2, 3, 3, 2]}, (0,)),
            Step("Permute", {"dims": [0, 2, 4, 3, 5, 1]}, (1,)),
            Step("Reshape", {"shape": [6, 6, 2]}, (2,)),
            Step("MultiheadAttention", {"num_heads": 1, "batch_first": True}, (3,)),
        ),
    ),
    Net((1, 1, 4, 6), (Step("Reshape", {"shape": [1, 1, 6, 4]}, (0,)), Step("Softmax", {"dim": 3}, (1,)))),
    Net((1, 2, 4, 4), (Step("Unfold", {"kernel_size": 2, "stride": 1}, (0,)), Step("Softmax", {"dim": 1}, (1,)))),
    Net(
        (1, 1, 4, 4),
        (
            Step("Flatten", {"start_dim": 2}, (0,)),
            Step("Conv1d", {"out_channels": 1, "kernel_size": 2, "stride": 2}, (1,)),
            Step("Concat", {"dim": 2}, (1, 2)),
            Step("Slice", {"dim": 2, "start": 10, "end": 20}, (3,)),
        ),
    ),
    Net(
        (1, 2, 4, 4),
        (
            Step("Conv2d", {"out_channels": 2, "kernel_size": 3, "padding": 1}, (0,)),
            Step("Concat", {"dim": 1}, (0, 1)),
            Step("ChannelShuffle", {"groups": 2}, (2,)),
            Step("Slice", {"dim": 1, "end": 1}, (3,)),
        ),
    ),
]

_SPLIT: Any = algebra.Algebra._split

FAULTS: dict[str, tuple[Any, str, Any]] = {
    "a union for a sum": (algebra, "plus", lambda one, other: joined((one, other))),
    "rows of a split taken alike": (algebra.Algebra, "_split", lambda self, *of: _SPLIT(self, *of)[:1]),
    "what is read whole is read at its start": (algebra, "all_of", lambda band, first, last, step=1: band.at(first)),
    "pieces not set apart": (advance, "_part", lambda *of: ()),
    "digits joined by the wrong size": (regroup, "known", lambda sizes: (2,) * len(sizes)),
    "shapes that do not line up taken to": (regroup, "_lined_up", lambda algebra, flat, to: flat),
    "one box for a view": (border, "read_back", lambda box, to: [(None,) * len(to.before)]),
}


def test_the_probes_agree() -> None:
    assert [look(net).wrong for net in VIEWED] == [[]] * len(VIEWED)


@pytest.mark.parametrize("fault", FAULTS)
def test_the_comparison_bites(fault: str, monkeypatch: pytest.MonkeyPatch) -> None:
    place, name, wrong = FAULTS[fault]
    monkeypatch.setattr(place, name, wrong)
    found = 0
    for net in VIEWED:
        try:
            found += bool(look(net).wrong)
        except (AttributeError, IndexError, ValueError, RuntimeError):
            found += 1
    assert found


def test_channels_are_taken_together_for_display() -> None:
    """Unshuffled by hand or built in, all channels of a pixel together see the block."""
    by_hand = {
        "apart": {"op": "Reshape", "shape": ["batch", 1, 4, 2, 4, 2]},
        "turned": {"op": "Permute", "dims": [0, 1, 3, 5, 2, 4]},
        "down": {"op": "Reshape", "shape": ["batch", 4, 4, 4]},
    }
    one = analysed(by_hand, [1, 8, 8])
    other = analysed({"down": {"op": "PixelUnshuffle", "downscale_factor": 2}}, [1, 8, 8])
    assert field(one, "down") == field(other, "down")
    assert (field(one, "down").size, field(one, "down").jump) == (2, 2)
