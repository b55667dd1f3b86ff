import pytest

from tests.layers.worked import Refused, Worked

WORKED = [
    Worked(
        op="Conv1d",
        fields={"out_channels": 1, "kernel_size": 3},
        inputs=((1, 1, 5),),
        output=(1, 1, 3),
        weights={"weight": (1, 1, 3), "bias": (1,)},
        ops={"mac": 9, "add": 3},
        why="three places for a window of three taps",
    ),
    Worked(
        op="Conv2d",
        fields={"out_channels": 64, "kernel_size": 11, "stride": 4, "padding": 2},
        inputs=((1, 3, 224, 224),),
        output=(1, 64, 55, 55),
        weights={"weight": (64, 3, 11, 11), "bias": (64,)},
        ops={"mac": 70_276_800, "add": 193_600},
        why="AlexNet as in torchvision: (224 + 4 - 11) / 4 = 54.25; 64 * 55 * 55 outputs of 3 * 11 * 11 taps",
    ),
    Worked(
        op="Conv2d",
        fields={"out_channels": 32, "kernel_size": 3, "padding": 1, "groups": 32, "bias": False},
        inputs=((1, 32, 112, 112),),
        output=(1, 32, 112, 112),
        weights={"weight": (32, 1, 3, 3)},
        ops={"mac": 3_612_672},
        why="depthwise, Howard et al. 2017, equation 4: 3 * 3 * 32 * 112 * 112",
    ),
    Worked(
        op="Conv2d",
        fields={"out_channels": 1, "kernel_size": 3, "dilation": 2, "bias": False},
        inputs=((1, 1, 7, 7),),
        output=(1, 1, 3, 3),
        weights={"weight": (1, 1, 3, 3)},
        ops={"mac": 81},
        why="Dumoulin & Visin 2016, relation 15: a kernel of 3 dilated by 2 spans 5",
    ),
    Worked(
        op="Conv2d",
        fields={"out_channels": 2, "kernel_size": [4, 1], "padding": "same", "padding_mode": "circular"},
        inputs=((2, 1, 5, 3),),
        output=(2, 2, 5, 3),
        weights={"weight": (2, 1, 4, 1), "bias": (2,)},
        ops={"mac": 240, "add": 60},
        why="one pixel before and two behind keep 5 rows; 60 outputs of 4 taps",
    ),
    Worked(
        op="Conv3d",
        fields={"out_channels": 64, "kernel_size": 3, "padding": 1},
        inputs=((1, 3, 16, 112, 112),),
        output=(1, 64, 16, 112, 112),
        weights={"weight": (64, 3, 3, 3, 3), "bias": (64,)},
        ops={"mac": 1_040_449_536, "add": 12_845_056},
        why="conv1a of C3D, Tran et al. 2015: 64 * 16 * 112 * 112 outputs of 3 * 27 taps",
    ),
]

REFUSED = [
    Refused(
        op="Conv2d",
        fields={"out_channels": 8, "kernel_size": 1, "in_channels": 4},
        inputs=((1, 3, 8, 8),),
        sentence="in_channels=4 is stated and the input has 3",
        hint="leave in_channels out: it is read from the input",
    ),
    Refused(
        op="Conv2d",
        fields={"out_channels": 10, "kernel_size": 1, "groups": 5},
        inputs=((1, 48, 8, 8),),
        sentence="48 input channels do not split into groups=5",
        hint="groups must divide 48: 1, 2, 3, 4, 6, 8, 12, 16, 24, 48",
    ),
    Refused(
        op="Conv1d",
        fields={"out_channels": 5, "kernel_size": 1, "groups": 2},
        inputs=((1, 4, 8),),
        sentence="out_channels=5 does not split into groups=2",
        hint="groups must divide 5: 1, 5",
    ),
    Refused(
        op="Conv2d",
        fields={"out_channels": 4, "kernel_size": 3, "padding": "same", "stride": [1, 2]},
        inputs=((1, 4, 8, 8),),
        sentence="padding='same' does not go with stride=2",
        hint="state the padding as a number",
    ),
    Refused(
        op="Conv1d",
        fields={"out_channels": 4, "kernel_size": 3, "padding": 3, "padding_mode": "reflect"},
        inputs=((1, 4, 3),),
        sentence="reflect padding of 3 on L needs more than 3 pixels, the input has 3",
    ),
    Refused(
        op="Conv2d",
        fields={"out_channels": 4, "kernel_size": 3, "padding": [0, 3], "padding_mode": "circular"},
        inputs=((1, 4, 3, 2),),
        sentence="circular padding of 3 on W needs at least 3 pixels, the input has 2",
    ),
    Refused(
        op="Conv3d",
        fields={"out_channels": 4, "kernel_size": 3, "dilation": 4, "padding": 1},
        inputs=((1, 4, 9, 6, 9),),
        sentence="the kernel spans 9 on H, the padded input has 8",
    ),
]


@pytest.mark.parametrize("case", WORKED, ids=lambda case: case.op)
def test_worked(case: Worked) -> None:
    case.check()


@pytest.mark.parametrize("case", REFUSED, ids=lambda case: case.op)
def test_refused(case: Refused) -> None:
    case.check()
