"""Softmax and its kin, worked by hand."""

from cnnshape.layers.base import Tap
from cnnshape.layers.index_maps import POINTWISE
from cnnshape.layers.softmax import GLU, Softmax
from tests.layers.worked import Refused, Worked

WORKED = [
    Worked(
        "Softmax",
        {"dim": -1},
        ((2, 3, 4),),
        (2, 3, 4),
        "6 rows of 4: 3 compares, 4 + 3 adds, 4 exp, 4 divisions each",
        ops={"compare": 18, "add": 42, "exp": 24, "div": 24},
    ),
    Worked(
        "Softmax",
        {},
        ((2, 3, 4),),
        (2, 3, 4),
        "three axes imply axis 0: 12 rows of 2",
        ops={"compare": 12, "add": 36, "exp": 24, "div": 24},
    ),
    Worked(
        "Softmin",
        {},
        ((2, 3),),
        (2, 3),
        "two axes imply axis 1: 2 rows of 3",
        ops={"compare": 4, "add": 10, "exp": 6, "div": 6},
    ),
    Worked(
        "LogSoftmax",
        {"dim": 1},
        ((2, 3),),
        (2, 3),
        "2 rows of 3: 2 compares, 3 + 2 + 3 adds, 3 exp and a logarithm each",
        ops={"compare": 4, "add": 16, "exp": 8},
    ),
    Worked(
        "Softmax2d",
        {},
        ((1, 3, 2, 2),),
        (1, 3, 2, 2),
        "4 pixels of 3 channels: 2 compares, 3 + 2 adds, 3 exp, 3 divisions each",
        ops={"compare": 8, "add": 20, "exp": 12, "div": 12},
    ),
    Worked(
        "GLU",
        {"dim": 1},
        ((2, 6, 4),),
        (2, 3, 4),
        "a / (1 + exp(-b)) for 24 pairs",
        ops={"exp": 24, "add": 24, "div": 24},
    ),
]

DIM = "dim goes from -2 to 1"
REFUSED = [
    *(
        Refused(op, {"dim": 2}, ((2, 3),), "dim=2 is not one of 2 axes", DIM)
        for op in ("Softmax", "Softmin", "LogSoftmax")
    ),
    Refused("GLU", {"dim": -3}, ((2, 4),), "dim=-3 is not one of 2 axes", DIM),
    Refused("GLU", {}, ((2, 5),), "axis dim=-1 of size 5 has no two halves"),
]


def test_softmax_reads_its_axis_whole() -> None:
    assert Softmax(dim=-1).taps((2, 3, 4)) == ((Tap(0, POINTWISE), Tap(1, POINTWISE), None),)


def test_glu_reads_one_of_each_half() -> None:
    ((_, halves),) = GLU().taps((2, 10))
    assert halves is not None
    assert [halves.reach.taps(y) for y in (0, 4)] == [(0, 5, 5), (4, 9, 5)]
