"""Learned tensors that no other layer holds."""

from cnnshape.layers.parameter import Parameter
from tests.layers.worked import Refused, Worked

WORKED = [
    Worked(
        "Parameter",
        {"shape": [1, 197, 768]},
        (),
        (1, 197, 768),
        "the position embedding of ViT-B/16",
        {"weight": (1, 197, 768)},
    ),
    Worked(
        "Scale",
        {},
        ((2, 96, 7, 7),),
        (2, 96, 7, 7),
        "layer scale of ConvNeXt: 2 x 96 x 49 products",
        {"weight": (96,)},
        ops={"mul": 9408},
    ),
    Worked("Scale", {"dim": -1}, ((2, 5, 3),), (2, 5, 3), "a factor for each of 3", {"weight": (3,)}, ops={"mul": 30}),
]

REFUSED = [
    Refused("Scale", {"dim": 3}, ((2, 5, 3),), "dim=3 is not one of 3 axes", hint="dim goes from -3 to 2"),
    Refused("Scale", {"dim": -3}, ((2, 5, 3),), "dim=-3 is the batch, which has no learned factors"),
]


def test_a_parameter_reads_nothing() -> None:
    assert Parameter(shape=[3]).taps() == ()
