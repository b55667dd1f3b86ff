"""Moved, cut and copied axes, worked by hand."""

from typing import Any

import pytest

from cnnshape.core.errors import SpecError
from cnnshape.layers.rearrange import Select
from tests.layers.worked import Refused, Worked

WORKED = [
    Worked("Permute", {"dims": [2, 0, 1]}, ((2, 3, 5),), (5, 2, 3), "the example of torch.permute"),
    Worked("Permute", {"dims": [0, -1, 1, 2]}, ((1, 4, 4, 96),), (1, 96, 4, 4), "channels from last to first"),
    Worked("Transpose", {"dim0": 1, "dim1": -1}, ((1, 96, 49),), (1, 49, 96), "the last two exchanged"),
    Worked("Slice", {"dim": 1, "end": 58}, ((1, 116, 28, 28),), (1, 58, 28, 28), "half the channels of a ShuffleNet"),
    Worked("Slice", {"dim": -1, "start": -5, "step": 2}, ((1, 8),), (1, 3), "indices 3, 5, 7"),
    Worked("Slice", {"dim": 1, "start": -9, "end": 99, "step": 3}, ((1, 8),), (1, 3), "indices 0, 3, 6"),
    Worked("Select", {"dim": 1, "index": 0}, ((1, 197, 768),), (1, 768), "the class token of a ViT"),
    Worked("Expand", {"sizes": [-1, 4]}, ((3, 1),), (3, 4), "the example of torch.Tensor.expand"),
    Worked("Expand", {"sizes": [2, -1, 4]}, ((3, 1),), (2, 3, 4), "with a new axis in front"),
    Worked("Repeat", {"repeats": [4, 2, 1]}, ((3,),), (4, 2, 3), "the example of torch.Tensor.repeat"),
    Worked(
        "Roll", {"shifts": [-3, -3], "dims": [1, 2]}, ((1, 56, 56, 96),), (1, 56, 56, 96), "a shifted window of Swin"
    ),
    Worked("Roll", {"shifts": 1}, ((2, 4),), (2, 4), "the elements as one axis"),
]

REFUSED = [
    Refused("Permute", {"dims": [0, 1]}, ((1, 2, 3),), "dims is a list of 2, the input has 3 axes"),
    Refused("Permute", {"dims": [0, 1, 1]}, ((1, 2, 3),), "dims names axis 1 twice"),
    Refused("Permute", {"dims": [0, 1, 3]}, ((1, 2, 3),), "dims=3 is not one of 3 axes", hint="dims goes from -3 to 2"),
    Refused(
        "Transpose", {"dim0": 2, "dim1": 0}, ((1, 2),), "dim0=2 is not one of 2 axes", hint="dim0 goes from -2 to 1"
    ),
    Refused(
        "Transpose", {"dim0": 0, "dim1": -3}, ((1, 2),), "dim1=-3 is not one of 2 axes", hint="dim1 goes from -2 to 1"
    ),
    Refused("Slice", {"dim": 2}, ((1, 2),), "dim=2 is not one of 2 axes", hint="dim goes from -2 to 1"),
    Refused("Slice", {"dim": 1, "start": 9}, ((1, 8),), "nothing is left from 8 to 8 on axis 1 of 8"),
    Refused("Slice", {"dim": 1, "start": 5, "end": -4}, ((1, 8),), "nothing is left from 5 to 4 on axis 1 of 8"),
    Refused("Select", {"dim": 2, "index": 0}, ((1, 2),), "dim=2 is not one of 2 axes", hint="dim goes from -2 to 1"),
    Refused("Select", {"dim": 1, "index": 2}, ((1, 2),), "index=2 is not on axis 1 of 2"),
    Refused("Select", {"dim": 1, "index": -3}, ((1, 2),), "index=-3 is not on axis 1 of 2"),
    Refused("Expand", {"sizes": [4]}, ((1, 1),), "sizes is a list of 1, the input has 2 axes"),
    Refused("Expand", {"sizes": [-1, 2]}, ((2,),), "sizes keeps axis 0, which is new", hint="state its size"),
    Refused("Expand", {"sizes": [4]}, ((2,),), "axis 0 has 2 and does not stretch to 4: only an axis of 1 does"),
    Refused("Repeat", {"repeats": [4]}, ((1, 1),), "repeats is a list of 1, the input has 2 axes"),
    Refused(
        "Roll", {"shifts": [1, 2]}, ((1, 2),), "2 in shifts, and no dims", hint="name one axis in dims for each shift"
    ),
    Refused(
        "Roll",
        {"shifts": 1, "dims": [0, 1]},
        ((1, 2),),
        "1 in shifts, 2 in dims",
        hint="name one axis in dims for each shift",
    ),
    Refused("Roll", {"shifts": 1, "dims": 2}, ((1, 2),), "dims=2 is not one of 2 axes", hint="dims goes from -2 to 1"),
]


@pytest.mark.parametrize("wrong", [True, "1", 1.0, 10**12 + 1])
def test_a_position_is_a_whole_number(wrong: Any) -> None:
    with pytest.raises(SpecError, match="index"):
        Select(dim=1, index=wrong)
