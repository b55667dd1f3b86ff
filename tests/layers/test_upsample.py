"""Resizing, worked by hand."""

from typing import Any

import jsonschema
import pytest

from cnnshape.commands.schema.generator import properties
from cnnshape.core.errors import SpecError
from cnnshape.layers.index_maps import Interpolate, Nearest
from cnnshape.layers.upsample import Upsample
from tests.layers.worked import Refused, Worked

WORKED = [
    Worked("Upsample", {"scale_factor": 2}, ((1, 64, 7, 7),), (1, 64, 14, 14), "each pixel twice, copied"),
    Worked(
        "Upsample",
        {"size": [28, 20], "mode": "bilinear", "align_corners": True},
        ((2, 3, 14, 14),),
        (2, 3, 28, 20),
        "4 pixels are read for each of 2 3 28 20 = 3360 outputs",
        ops={"mul": 13440, "add": 10080},
    ),
    Worked(
        "Upsample",
        {"scale_factor": 1.5, "mode": "linear"},
        ((1, 1, 7),),
        (1, 1, 10),
        "floor(10.5), 2 pixels each",
        ops={"mul": 20, "add": 10},
    ),
    Worked(
        "Upsample",
        {"size": 2, "mode": "trilinear"},
        ((1, 1, 4, 4, 4),),
        (1, 1, 2, 2, 2),
        "8 outputs of 8 pixels",
        ops={"mul": 64, "add": 56},
    ),
    Worked(
        "Upsample",
        {"mode": "bicubic"},
        ((1, 2, 5, 5), (1, 8, 10, 5)),
        (1, 2, 10, 5),
        "the size of the second input; 100 outputs of 16 pixels",
        ops={"mul": 1600, "add": 1500},
    ),
    Worked("Upsample", {"scale_factor": 0.29}, ((1, 1, 100),), (1, 1, 28), "100 * 0.29 is 28.999999999999996"),
    Worked("Upsample", {"scale_factor": [0.3, 0.58]}, ((1, 1, 10, 50),), (1, 1, 3, 28), "50 * 0.58 falls short of 29"),
]

IMAGE = (1, 3, 8, 8)
REFUSED = [
    Refused(
        "Upsample", {}, (IMAGE,), "nothing sets the size", hint="state size or scale_factor, or give a second input"
    ),
    Refused(
        "Upsample",
        {"size": 4, "scale_factor": 2},
        (IMAGE,),
        "size and scale_factor are given: one of them sets the size",
    ),
    Refused("Upsample", {"size": 4}, (IMAGE, IMAGE), "size and a second input are given: one of them sets the size"),
    Refused(
        "Upsample",
        {"size": 4, "mode": "linear"},
        (IMAGE,),
        "mode='linear' resizes (N, C, L), the input has 4 axes",
    ),
    Refused(
        "Upsample",
        {"size": 4, "align_corners": False},
        (IMAGE,),
        "align_corners does not go with mode='nearest'",
        hint="leave it out",
    ),
    Refused(
        "Upsample",
        {"size": 4, "recompute_scale_factor": True},
        (IMAGE,),
        "recompute_scale_factor=true goes with scale_factor, not with size",
    ),
    Refused("Upsample", {}, (IMAGE, (1, 3, 8)), "the second input has 3 axes, the first 4"),
    Refused("Upsample", {"size": [4]}, (IMAGE,), "size is a list of 1, the input has 2 spatial axes"),
    Refused(
        "Upsample", {"scale_factor": [2, 2, 2]}, (IMAGE,), "scale_factor is a list of 3, the input has 2 spatial axes"
    ),
    Refused("Upsample", {"scale_factor": [1, 0.1]}, (IMAGE,), "scale_factor leaves nothing of 8 on W"),
]


@pytest.mark.parametrize("hundredths", range(1, 250, 3))
def test_a_factor_gives_the_double_product_rounded_down(hundredths: int) -> None:
    factor = hundredths / 100
    layer = Upsample(scale_factor=factor)
    for size in (*range(1, 220), 1000, 4096, 99_999, 100_000, 2**20):
        assert layer.output((1, 1, size))[2] == int(float(size) * factor // 1)


def test_a_product_just_below_a_whole_number_is_found_on_long_axes_too() -> None:
    assert 728_200 * 0.29 < 211_178 == 728_200 * 29 // 100
    assert Upsample(scale_factor=0.29).output((1, 1, 728_200))[2] == 211_177


@pytest.mark.parametrize("factor", [0, -1, True, "2", [], [1, None], float("inf")])
def test_what_is_not_a_factor(factor: object) -> None:
    with pytest.raises(SpecError, match="scale_factor takes a number above 0 or a list of them"):
        Upsample(scale_factor=factor)


def test_a_factor_is_read_at_unless_recomputed() -> None:
    """A factor of 1.3 makes 6 of 5 indices: read at steps of 1/1.3, or of 5/6 once it is recomputed."""
    linear: dict[str, Any] = {"scale_factor": 1.3, "mode": "linear"}
    for again, scale in ((False, (13, 10)), (True, None)):
        tap = Upsample(**linear, recompute_scale_factor=again).taps((1, 1, 5))[0][2]
        assert tap is not None
        assert tap.reach == Interpolate(5, 6, scale=scale)
    for again, reach in ((False, Nearest(13, 10)), (True, Nearest(6, 5))):
        tap = Upsample(scale_factor=1.3, recompute_scale_factor=again).taps((1, 1, 5))[0][2]
        assert tap is not None
        assert tap.reach == reach


def test_bicubic_reads_at_a_factor_even_where_the_size_stays() -> None:
    """Torch copies 3 indices to 3 linearly and not cubically; found by sending single pixels through it."""
    for layer, read in (
        (Upsample(scale_factor=1.25, mode="bilinear"), (1, 1, 1)),
        (Upsample(scale_factor=1.25, mode="bicubic"), (-1, 2, 1)),
    ):
        tap = layer.taps((1, 1, 3, 3))[0][2]
        assert tap is not None
        assert tap.reach.taps(1) == read


def test_bicubic_reads_four_where_corners_meet() -> None:
    """From 4 to 7 indices with corners on corners, output 3 lies at 1.5: it reads 1 and 2, and one more each way."""
    tap = Upsample(size=7, mode="bicubic", align_corners=True).taps((1, 1, 4, 4))[0][2]
    assert tap is not None
    assert tap.reach.taps(3) == (0, 3, 1)


def test_only_the_size_of_a_second_input_is_read() -> None:
    assert Upsample().taps((1, 1, 5), (1, 1, 9))[1] == ()


def test_an_editor_takes_a_list_of_one_factor() -> None:
    schema = properties(Upsample)["scale_factor"]
    for taken in (2, 0.5, [2], [2, 3, 4], None):
        jsonschema.validate(taken, schema)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate([], schema)
