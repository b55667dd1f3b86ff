import pytest

from cnnshape.core.errors import SpecError
from cnnshape.layers.pool import LPPool2d, MaxPool1d
from tests.layers.worked import Refused, Worked

WORKED = [
    Worked(
        op="MaxPool1d",
        fields={"kernel_size": 2, "ceil_mode": True},
        inputs=((1, 3, 5),),
        output=(1, 3, 3),
        ops={"compare": 9},
        why="two whole windows of two and a last one that holds one pixel",
    ),
    Worked(
        op="MaxPool1d",
        fields={"kernel_size": 2, "stride": 3, "padding": 1, "ceil_mode": True},
        inputs=((1, 1, 2),),
        output=(1, 1, 1),
        ops={"compare": 1},
        why="the second window would start at 3 - 1 = 2, behind the image",
    ),
    Worked(
        op="MaxPool2d",
        fields={"kernel_size": 3, "stride": 2, "padding": 1},
        inputs=((1, 64, 112, 112),),
        output=(1, 64, 56, 56),
        ops={"compare": 1_605_632},
        why="stem of ResNet, He et al. 2016: 64 * 56 * 56 outputs of 9 - 1 compares",
    ),
    Worked(
        op="MaxPool2d",
        fields={"kernel_size": 3, "stride": 2, "ceil_mode": True, "return_indices": True},
        inputs=((1, 64, 112, 112),),
        output=(1, 64, 56, 56),
        ops={"compare": 1_605_632},
        why="GoogLeNet, Szegedy et al. 2015, table 1: (112 - 3) / 2 = 54.5 rounds up to 55",
    ),
    Worked(
        op="MaxPool1d",
        fields={"kernel_size": 7, "stride": 1, "padding": 3},
        inputs=((1, 1, 5),),
        output=(1, 1, 5),
        ops={"compare": 30},
        why="the padding is half of the kernel rounded down, as much as torch allows; 5 outputs of 7 - 1 compares",
    ),
    Worked(
        op="MaxPool2d",
        fields={"kernel_size": [2, 3], "stride": 1, "dilation": [3, 1]},
        inputs=((1, 1, 4, 4),),
        output=(1, 1, 1, 2),
        ops={"compare": 10},
        why="two rows three apart span 4; two outputs of 6 - 1 compares",
    ),
    Worked(
        op="MaxPool3d",
        fields={"kernel_size": [1, 2, 2]},
        inputs=((1, 2, 3, 4, 4),),
        output=(1, 2, 3, 2, 2),
        ops={"compare": 72},
        why="pool1 of C3D, Tran et al. 2015, keeps time; 24 outputs of 4 - 1 compares",
    ),
    Worked(
        op="AvgPool1d",
        fields={"kernel_size": 3, "stride": 1, "padding": 1, "count_include_pad": False},
        inputs=((1, 1, 4),),
        output=(1, 1, 4),
        ops={"add": 8, "div": 4},
        why="a moving mean of three, the padding counted as taps",
    ),
    Worked(
        op="AvgPool2d",
        fields={"kernel_size": 2},
        inputs=((1, 6, 28, 28),),
        output=(1, 6, 14, 14),
        ops={"add": 3_528, "div": 1_176},
        why="S2 of LeNet-5, LeCun et al. 1998: 6 * 14 * 14 means of four",
    ),
    Worked(
        op="AvgPool3d",
        fields={"kernel_size": 2, "stride": [1, 2, 2], "divisor_override": 3},
        inputs=((1, 1, 3, 4, 5),),
        output=(1, 1, 2, 2, 2),
        ops={"add": 56, "div": 8},
        why="eight outputs of 8 - 1 adds and a division",
    ),
    Worked(
        op="LPPool1d",
        fields={"norm_type": 3, "kernel_size": 2, "stride": 1},
        inputs=((1, 1, 3),),
        output=(1, 1, 2),
        ops={"add": 2, "exp": 5},
        why="three powers, two sums of two, two roots",
    ),
    Worked(
        op="LPPool2d",
        fields={"norm_type": 2, "kernel_size": 2},
        inputs=((1, 1, 4, 4),),
        output=(1, 1, 2, 2),
        ops={"add": 12, "exp": 20},
        why="16 squares, four sums of four, four roots",
    ),
    Worked(
        op="LPPool3d",
        fields={"norm_type": 2, "kernel_size": [1, 1, 2], "ceil_mode": True},
        inputs=((1, 1, 1, 1, 3),),
        output=(1, 1, 1, 1, 2),
        ops={"add": 2, "exp": 5},
        why="three squares, two sums of two, the last of which reads past the image, two roots",
    ),
]

REFUSED = [
    Refused(
        op="MaxPool2d",
        fields={"kernel_size": [4, 3], "padding": 2},
        inputs=((1, 3, 8, 8),),
        sentence="padding=2 on W is more than half of kernel_size=3",
        hint="pad in a layer before",
    ),
    Refused(
        op="MaxPool1d",
        fields={"kernel_size": 3, "dilation": 3, "padding": 1},
        inputs=((1, 3, 4),),
        sentence="the kernel spans 7 on L, the padded input has 6",
    ),
    Refused(
        op="AvgPool3d",
        fields={"kernel_size": 3, "padding": 1},
        inputs=((1, 3, 4, 2, 4),),
        sentence="kernel_size=3 on H is more than the 2 pixels of the input",
        hint="pad in a layer before",
    ),
    Refused(
        op="LPPool2d",
        fields={"norm_type": 2, "kernel_size": 4, "stride": 2, "ceil_mode": True},
        inputs=((1, 3, 4, 2),),
        sentence="the kernel spans 4 on W, the padded input has 2",
    ),
]


@pytest.mark.parametrize("stride", range(1, 6))
@pytest.mark.parametrize("kernel", range(1, 6))
def test_ceil_mode_goes_on_until_the_image_is_covered(kernel: int, stride: int) -> None:
    for padding in range(kernel // 2 + 1):
        layer = MaxPool1d(kernel_size=kernel, stride=stride, padding=padding, ceil_mode=True)
        for size in range(max(1, kernel - 2 * padding), 16):
            starts = [0]  # counted from the first pixel of the padding
            while starts[-1] + kernel < size + 2 * padding and starts[-1] + stride < size + padding:
                starts.append(starts[-1] + stride)
            assert layer.output((1, 1, size)) == (1, 1, len(starts))


def test_only_a_pool_that_returns_indices_has_some() -> None:
    x = (2, 3, 7)
    assert MaxPool1d(kernel_size=2).indices(x) is None
    assert MaxPool1d(kernel_size=2, return_indices=True).indices(x) == (2, 3, 3)


def test_a_norm_of_order_zero_is_refused() -> None:
    with pytest.raises(SpecError, match="norm_type takes a number other than 0, not 0"):
        LPPool2d(norm_type=0, kernel_size=2)
