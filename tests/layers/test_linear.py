"""Linear and bilinear maps, worked by hand."""

from tests.layers.worked import Refused, Worked

WORKED = [
    Worked(
        "Linear",
        {"in_features": 25088, "out_features": 4096},
        ((1, 25088),),
        (1, 4096),
        "the first classifier layer of VGG: 25,088 x 4,096 = 102,760,448",
        {"weight": (4096, 25088), "bias": (4096,)},
        ops={"mac": 102_760_448, "add": 4096},
    ),
    Worked(
        "Linear",
        {"out_features": 5, "bias": False},
        ((2, 3, 4),),
        (2, 3, 5),
        "at each of 2 x 3 positions 4 x 5 products",
        {"weight": (5, 4)},
        ops={"mac": 120},
    ),
    Worked(
        "Bilinear",
        {"out_features": 5},
        ((2, 3), (2, 4)),
        (2, 5),
        "for 2 samples and 5 forms, 3 x 4 products of a weight with a_i b_j",
        {"weight": (5, 3, 4), "bias": (5,)},
        ops={"mac": 120, "add": 10},
    ),
]

REFUSED = [
    Refused("Linear", {"out_features": 5}, ((4,),), "expected at least 2 axes (N, C), got (4,)"),
    Refused(
        "Linear",
        {"in_features": 8, "out_features": 5},
        ((1, 7),),
        "in_features=8 is stated and the input has 7",
        hint="leave in_features out: it is read from the input",
    ),
    Refused(
        "Bilinear",
        {"out_features": 5},
        ((4,), (4,)),
        "expected at least 2 axes (N, C), got (4,)",
    ),
    Refused(
        "Bilinear",
        {"out_features": 5},
        ((2, 3), (2, 1, 3)),
        "the inputs (2, 3) and (2, 1, 3) may differ in their last axis only",
    ),
    Refused(
        "Bilinear",
        {"out_features": 5},
        ((2, 6, 3), (2, 1, 3)),
        "the inputs (2, 6, 3) and (2, 1, 3) may differ in their last axis only",
    ),
    Refused(
        "Bilinear",
        {"in1_features": 2, "out_features": 5},
        ((2, 3), (2, 4)),
        "in1_features=2 is stated and the input has 3",
        hint="leave in1_features out: it is read from the input",
    ),
    Refused(
        "Bilinear",
        {"in2_features": 3, "out_features": 5},
        ((2, 3), (2, 4)),
        "in2_features=3 is stated and the input has 4",
        hint="leave in2_features out: it is read from the input",
    ),
]
