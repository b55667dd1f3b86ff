import pytest

from tests.layers.worked import Refused, Worked

WORKED = [
    Worked(
        op="ZeroPad1d",
        fields={"padding": [3, 1]},
        inputs=((1, 2, 4),),
        output=(1, 2, 8),
        why="three before and one behind",
    ),
    Worked(
        op="ZeroPad2d",
        fields={"padding": [1, 1, 2, 0]},
        inputs=((1, 1, 3, 3),),
        output=(1, 1, 5, 5),
        why="the example of torch's page: left and right first, then top and bottom",
    ),
    Worked(
        op="ZeroPad2d",
        fields={"padding": [-1, 2, 0, -3]},
        inputs=((1, 1, 4, 4),),
        output=(1, 1, 1, 5),
        why="crops the left column and the last three rows",
    ),
    Worked(
        op="ZeroPad3d",
        fields={"padding": [3, 3, 6, 6, 0, 1]},
        inputs=((1, 3, 10, 20, 30),),
        output=(1, 3, 11, 32, 36),
        why="the example of torch's page, on a smaller image: the last pair is that of the depth",
    ),
    Worked(
        op="ConstantPad1d",
        fields={"padding": 2, "value": 3.5},
        inputs=((1, 2, 4),),
        output=(1, 2, 8),
        why="the example of torch's page",
    ),
    Worked(
        op="ConstantPad2d",
        fields={"padding": [3, 0, 2, 1], "value": 3.5},
        inputs=((1, 1, 2, 2),),
        output=(1, 1, 5, 5),
        why="the example of torch's page",
    ),
    Worked(
        op="ConstantPad3d",
        fields={"padding": 3, "value": 3.5},
        inputs=((2, 3, 10, 20, 30),),
        output=(2, 3, 16, 26, 36),
        why="three on all six sides",
    ),
    Worked(
        op="ReflectionPad1d",
        fields={"padding": [3, 1]},
        inputs=((1, 2, 4),),
        output=(1, 2, 8),
        why="the example of torch's page: the longest mirror that four pixels have",
    ),
    Worked(
        op="ReflectionPad2d",
        fields={"padding": 2},
        inputs=((1, 1, 3, 3),),
        output=(1, 1, 7, 7),
        why="the example of torch's page",
    ),
    Worked(
        op="ReflectionPad3d",
        fields={"padding": 1},
        inputs=((1, 1, 2, 2, 2),),
        output=(1, 1, 4, 4, 4),
        why="the example of torch's page",
    ),
    Worked(
        op="ReplicationPad1d",
        fields={"padding": 5},
        inputs=((1, 1, 1),),
        output=(1, 1, 11),
        why="one pixel is enough to be repeated",
    ),
    Worked(
        op="ReplicationPad2d",
        fields={"padding": [1, 1, 2, 0]},
        inputs=((1, 1, 3, 3),),
        output=(1, 1, 5, 5),
        why="the example of torch's page",
    ),
    Worked(
        op="ReplicationPad3d",
        fields={"padding": [3, 3, 6, 6, 1, 1]},
        inputs=((1, 3, 8, 32, 48),),
        output=(1, 3, 10, 44, 54),
        why="the example of torch's page, on a smaller image",
    ),
    Worked(
        op="CircularPad1d",
        fields={"padding": 4},
        inputs=((1, 1, 4),),
        output=(1, 1, 12),
        why="three times round",
    ),
    Worked(
        op="CircularPad2d",
        fields={"padding": [1, 1, 2, 0]},
        inputs=((1, 1, 3, 3),),
        output=(1, 1, 5, 5),
        why="the example of torch's page",
    ),
    Worked(
        op="CircularPad3d",
        fields={"padding": [3, 3, 6, 6, 1, 1]},
        inputs=((1, 3, 8, 32, 48),),
        output=(1, 3, 10, 44, 54),
        why="the example of torch's page, on a smaller image",
    ),
]

REFUSED = [
    Refused(
        op="ZeroPad2d",
        fields={"padding": [2, -5, 0, 0]},
        inputs=((1, 1, 4, 4),),
        sentence="padding=2 and -5 on W crops more than 4 pixels",
    ),
    Refused(
        op="ConstantPad1d",
        fields={"padding": -2, "value": 0},
        inputs=((1, 1, 4),),
        sentence="padding=-2 and -2 on L leaves nothing of 4 pixels",
    ),
    Refused(
        op="ReflectionPad2d",
        fields={"padding": [0, 0, 4, 0]},
        inputs=((1, 1, 4, 9),),
        sentence="reflect padding of 4 on H needs more than 4 pixels, the input has 4",
    ),
    Refused(
        op="ReplicationPad1d",
        fields={"padding": [-3, -4]},
        inputs=((1, 1, 4),),
        sentence="padding=-3 and -4 on L leaves nothing of 4 pixels",
    ),
    Refused(
        op="CircularPad3d",
        fields={"padding": [0, 0, 0, 0, 0, 3]},
        inputs=((1, 1, 2, 9, 9),),
        sentence="circular padding of 3 on D needs at least 3 pixels, the input has 2",
    ),
    Refused(
        op="CircularPad1d",
        fields={"padding": [-1, 2]},
        inputs=((1, 1, 4),),
        sentence="padding=-1 and 2 on L pads round the back and crops",
        hint="crop in a layer before",
    ),
]


@pytest.mark.parametrize("case", WORKED, ids=lambda case: case.op)
def test_worked(case: Worked) -> None:
    case.check()


@pytest.mark.parametrize("case", REFUSED, ids=lambda case: case.op)
def test_refused(case: Refused) -> None:
    case.check()
