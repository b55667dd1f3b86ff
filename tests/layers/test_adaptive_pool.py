import pytest

from cnnshape.core.errors import SpecError
from cnnshape.layers.adaptive_pool import AdaptiveAvgPool2d, AdaptiveMaxPool1d
from cnnshape.layers.index_maps import POINTWISE, Adaptive, Whole
from tests.layers.worked import Refused, Worked

WORKED = [
    Worked(
        op="AdaptiveAvgPool1d",
        fields={"output_size": 3},
        inputs=((1, 1, 5),),
        output=(1, 1, 3),
        ops={"add": 4, "div": 3},
        why="windows 0-1, 1-3, 3-4 read 2 + 3 + 2 pixels",
    ),
    Worked(
        op="AdaptiveAvgPool2d",
        fields={"output_size": 1},
        inputs=((1, 512, 7, 7),),
        output=(1, 512, 1, 1),
        ops={"add": 24_576, "div": 512},
        why="global average pooling of ResNet-18: 512 means of 49",
    ),
    Worked(
        op="AdaptiveAvgPool2d",
        fields={"output_size": [None, 1]},
        inputs=((1, 1, 3, 4),),
        output=(1, 1, 3, 1),
        ops={"add": 9, "div": 3},
        why="three rows, each a mean of four",
    ),
    Worked(
        op="AdaptiveAvgPool3d",
        fields={"output_size": [2, 1, 3]},
        inputs=((1, 2, 4, 2, 2),),
        output=(1, 2, 2, 1, 3),
        ops={"add": 52, "div": 12},
        why="4 read once, 2 once, 2 in windows 0, 0-1, 1: twice 4 * 2 * 4 = 32 reads for 12 outputs",
    ),
    Worked(
        op="AdaptiveMaxPool1d",
        fields={"output_size": 3, "return_indices": True},
        inputs=((1, 1, 2),),
        output=(1, 1, 3),
        ops={"compare": 1},
        why="windows 0, 0-1, 1: only the middle one compares",
    ),
    Worked(
        op="AdaptiveMaxPool2d",
        fields={"output_size": [5, 7]},
        inputs=((1, 1, 8, 9),),
        output=(1, 1, 5, 7),
        ops={"compare": 145},
        why="the example of torch's page: (8 + 5 - 1) * (9 + 7 - 1) = 180 reads for 35 outputs",
    ),
    Worked(
        op="AdaptiveMaxPool3d",
        fields={"output_size": 1},
        inputs=((1, 1, 2, 2, 2),),
        output=(1, 1, 1, 1, 1),
        ops={"compare": 7},
        why="the largest of eight",
    ),
]

REFUSED: list[Refused] = []  # every size goes to every other


def test_every_window_is_counted() -> None:
    for size in range(1, 25):
        for out in range(1, 25):
            windows = [(y * size // out, -(-(y + 1) * size // out)) for y in range(out)]
            layer = AdaptiveMaxPool1d(output_size=out)
            assert layer.ops((1, 1, size)).compare == sum(end - start - 1 for start, end in windows)


def test_what_an_axis_reads_follows_from_how_much_is_asked_for() -> None:
    (taps,) = AdaptiveAvgPool2d(output_size=[1, None]).taps((1, 3, 6, 6))
    assert [tap and tap.reach for tap in taps] == [POINTWISE, POINTWISE, Whole(6), POINTWISE]
    (taps,) = AdaptiveAvgPool2d(output_size=4).taps((1, 3, 6, 9))
    assert [tap and tap.reach for tap in taps][2:] == [Adaptive(6, 4), Adaptive(9, 4)]


@pytest.mark.parametrize("sizes", [0, True, "all", [1, 2, 3], [0, 1], {3, 4}, None])
def test_a_size_is_a_number_or_one_for_each_axis(sizes: object) -> None:
    with pytest.raises(SpecError, match="output_size"):
        AdaptiveAvgPool2d(output_size=sizes)


def test_torch_does_not_know_null_in_one_dimension() -> None:
    with pytest.raises(SpecError, match="output_size takes a whole number"):
        AdaptiveMaxPool1d(output_size=[None])
