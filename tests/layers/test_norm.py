"""Normalisation with statistics of the input, worked by hand."""

import pytest

from cnnshape.core.errors import SpecError
from cnnshape.layers.base import Tap
from cnnshape.layers.index_maps import POINTWISE, Window
from cnnshape.layers.norm import LayerNorm, LocalResponseNorm
from tests.layers.worked import Refused, Worked

WORKED = [
    Worked(
        "GroupNorm",
        {"num_groups": 3},
        ((1, 6, 2, 2),),
        (1, 6, 2, 2),
        "3 groups of 8: 7 + 8 + 7 + 1 = 23 adds, 16 products, 3 divisions and a root each; then 24 and 24",
        {"weight": (6,), "bias": (6,)},
        ops={"add": 69 + 24, "mul": 48 + 24, "div": 9, "sqrt": 3},
    ),
    Worked(
        "GroupNorm",
        {"num_groups": 1, "affine": False},
        ((1, 2),),
        (1, 2),
        "1 group of 2: 1 + 2 + 1 + 1 adds, 4 products",
        ops={"add": 5, "mul": 4, "div": 3, "sqrt": 1},
    ),
    Worked(
        "LayerNorm",
        {"normalized_shape": 3},
        ((1, 2, 3),),
        (1, 2, 3),
        "2 vectors of 3: 2 + 3 + 2 + 1 = 8 adds, 6 products, 3 divisions and a root each; then 6 and 6",
        {"weight": (3,), "bias": (3,)},
        ops={"add": 16 + 6, "mul": 12 + 6, "div": 6, "sqrt": 2},
    ),
    Worked(
        "LayerNorm",
        {"normalized_shape": [2, 3], "bias": False},
        ((4, 2, 3),),
        (4, 2, 3),
        "4 vectors of 6: 5 + 6 + 5 + 1 = 17 adds, 12 products, 3 divisions and a root each; then 24 products",
        {"weight": (2, 3)},
        ops={"add": 68, "mul": 48 + 24, "div": 12, "sqrt": 4},
    ),
    Worked(
        "RMSNorm",
        {"normalized_shape": [3]},
        ((1, 2, 3),),
        (1, 2, 3),
        "2 vectors of 3: 2 + 1 adds, 3 squares and 3 products, 2 divisions and a root each; then 6 products",
        {"weight": (3,)},
        ops={"add": 6, "mul": 12 + 6, "div": 4, "sqrt": 2},
    ),
    Worked(
        "LocalResponseNorm",
        {"size": 5, "k": 2},
        ((1, 96, 55, 55),),
        (1, 96, 55, 55),
        "AlexNet behind conv1, 290,400 elements: square and alpha, 4 adds and k, mean and division, a power",
        ops={"mul": 580_800, "add": 1_452_000, "div": 580_800, "exp": 290_400},
    ),
]

REFUSED = [
    Refused("GroupNorm", {"num_groups": 1}, ((4,),), "expected at least 2 axes (N, C), got (4,)"),
    Refused(
        "GroupNorm",
        {"num_groups": 1, "num_channels": 8},
        ((1, 4, 2),),
        "num_channels=8 is stated and the input has 4",
        hint="leave num_channels out: it is read from the input",
    ),
    Refused(
        "GroupNorm",
        {"num_groups": 4},
        ((1, 6, 2),),
        "6 input channels do not split into num_groups=4",
        hint="num_groups must divide 6: 1, 2, 3, 6",
    ),
    Refused(
        "GroupNorm",
        {"num_groups": 6},
        ((1, 6, 1, 1),),
        "a group has one value in a batch of one, which leaves no variance",
    ),
    Refused(
        "LayerNorm",
        {"normalized_shape": [1, 4, 5]},
        ((4, 5),),
        "normalized_shape=[1, 4, 5] is longer than the input shape (4, 5)",
    ),
    Refused(
        "LayerNorm",
        {"normalized_shape": 96},
        ((1, 96, 8, 8),),
        "normalized_shape=[96] is not how the input shape (1, 96, 8, 8) ends",
    ),
    Refused(
        "RMSNorm",
        {"normalized_shape": [8, 9]},
        ((1, 8, 8),),
        "normalized_shape=[8, 9] is not how the input shape (1, 8, 8) ends",
    ),
    Refused("LocalResponseNorm", {"size": 2}, ((2, 3),), "the input (2, 3) has no axis behind its channels"),
]


def test_layer_norm_reads_the_stated_axes_whole() -> None:
    assert LayerNorm(normalized_shape=[4, 5]).taps((2, 3, 4, 5)) == (
        (Tap(0, POINTWISE), Tap(1, POINTWISE), None, None),
    )


def test_local_response_norm_reads_the_odd_channel_below() -> None:
    (taps,) = LocalResponseNorm(size=4).taps((1, 8, 3, 3))
    assert taps[1] == Tap(1, Window(kernel=4, padding=2))
    assert taps[2] == Tap(2, POINTWISE)


@pytest.mark.parametrize("wrong", [0, [], [3, 0], "three", True, None])
def test_layer_norm_takes_whole_numbers_from_1_up(wrong: object) -> None:
    with pytest.raises(SpecError, match="normalized_shape"):
        LayerNorm(normalized_shape=wrong)
