from typing import Any

import pytest

from cnnshape.layers.pool import MaxPool1d
from cnnshape.layers.unpool import MaxUnpool1d
from tests.layers.worked import Refused, Worked

WORKED = [
    Worked(
        op="MaxUnpool1d",
        fields={"kernel_size": 3, "stride": 2, "padding": 1},
        inputs=((1, 1, 4), (1, 1, 4)),
        output=(1, 1, 7),
        why="four windows two apart cover 3 * 2 + 3 pixels, two of them padding",
    ),
    Worked(
        op="MaxUnpool2d",
        fields={"kernel_size": 2, "stride": 2},
        inputs=((1, 1, 2, 2), (1, 1, 2, 2)),
        output=(1, 1, 4, 4),
        why="first example of torch's page",
    ),
    Worked(
        op="MaxUnpool2d",
        fields={"kernel_size": 2, "stride": 2, "output_size": [5, 5]},
        inputs=((1, 1, 2, 2), (1, 1, 2, 2)),
        output=(1, 1, 5, 5),
        why="second example of torch's page: 2 x 2 is also what a pool makes of 5 x 5",
    ),
    Worked(
        op="MaxUnpool3d",
        fields={"kernel_size": [1, 2, 3]},
        inputs=((2, 3, 2, 2, 2), (2, 3, 2, 2, 2)),
        output=(2, 3, 2, 4, 6),
        why="the stride is the kernel: every axis grows by it",
    ),
]

REFUSED = [
    Refused(
        op="MaxUnpool2d",
        fields={"kernel_size": 2, "output_size": [1, 4]},
        inputs=((1, 1, 2, 2), (1, 1, 2, 2)),
        sentence="output_size=1 on H is not less than stride=2 away from 4",
    ),
    Refused(
        op="MaxUnpool2d",
        fields={"kernel_size": 2},
        inputs=((1, 1, 2, 2), (1, 1, 2)),
        sentence="the indices have 3 axes, the input is N, C, H, W",
    ),
    Refused(
        op="MaxUnpool2d",
        fields={"kernel_size": 2},
        inputs=((1, 1, 2, 2), (1, 1, 2, 3)),
        sentence="the indices have 3 on W, the input has 2",
    ),
    Refused(
        op="MaxUnpool3d",
        fields={"kernel_size": 2},
        inputs=((1, 8, 2, 2, 2), (1, 4, 2, 2, 2)),
        sentence="the indices have 4 on C, the input has 8",
    ),
    Refused(
        op="MaxUnpool1d",
        fields={"kernel_size": 2, "padding": 2},
        inputs=((1, 1, 2), (1, 1, 2)),
        sentence="padding=2 on L takes all of the 4 pixels of the windows",
    ),
    Refused(
        op="MaxUnpool1d",
        fields={"kernel_size": 2, "padding": 3},
        inputs=((1, 1, 2), (1, 1, 2)),
        sentence="padding=3 on L takes all of the 4 pixels of the windows",
    ),
    Refused(
        op="MaxUnpool2d",
        fields={"kernel_size": 2, "output_size": [5, 6]},
        inputs=((1, 1, 2, 2), (1, 1, 2, 2)),
        sentence="output_size=6 on W is not less than stride=2 away from 4",
    ),
]


@pytest.mark.parametrize("kernel", range(1, 5))
@pytest.mark.parametrize("stride", range(1, 5))
def test_a_pixel_reads_the_windows_that_hold_it(kernel: int, stride: int) -> None:
    for padding in range(kernel // 2 + 1):
        fields: dict[str, Any] = {"kernel_size": kernel, "stride": stride, "padding": padding}
        pool, unpool = MaxPool1d(**fields).taps((1, 1, 9)), MaxUnpool1d(**fields).taps((1, 1, 9), (1, 1, 9))
        down, up = pool[0][2], unpool[0][2]
        assert down is not None
        assert up is not None
        for y in range(9):
            first, last, _ = up.reach.taps(y)
            holds = [i for i in range(-9, 18) if down.reach.taps(i)[0] <= y <= down.reach.taps(i)[1]]
            assert list(range(first, last + 1)) == holds
