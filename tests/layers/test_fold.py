"""Blocks as columns and back, worked by hand."""

from tests.layers.worked import Refused, Worked

WORKED = [
    Worked("Unfold", {"kernel_size": [2, 3]}, ((2, 5, 3, 4),), (2, 30, 4), "the first example of torch.nn.Unfold"),
    Worked("Unfold", {"kernel_size": [4, 5]}, ((1, 3, 10, 12),), (1, 60, 56), "its second: 7 x 8 blocks of 3 4 5"),
    Worked(
        "Unfold",
        {"kernel_size": 3, "dilation": 2, "padding": 1, "stride": 2},
        ((1, 1, 8, 9),),
        (1, 9, 12),
        "spans of 5: floor((8 + 2 - 5) / 2) + 1 = 3 by floor((9 + 2 - 5) / 2) + 1 = 4",
    ),
    Worked(
        "Fold",
        {"output_size": [4, 5], "kernel_size": [2, 2]},
        ((1, 12, 12),),
        (1, 3, 4, 5),
        "the example of torch.nn.Fold: 3 x 4 blocks of 3 2 2, each element added once",
        ops={"add": 144},
    ),
]

REFUSED = [
    Refused("Unfold", {"kernel_size": [2, 4]}, ((1, 1, 3, 3),), "the kernel spans 4 on W, the padded input has 3"),
    Refused(
        "Fold",
        {"output_size": 4, "kernel_size": 2},
        ((1, 6, 9),),
        "6 input channels do not split into blocks of 4 taps",
        hint="the channels must be a multiple of 4",
    ),
    Refused(
        "Fold",
        {"output_size": 4, "kernel_size": 3, "dilation": 2},
        ((1, 9, 1),),
        "the kernel spans 5 on H, the padded output has 4",
    ),
    Refused(
        "Fold",
        {"output_size": 4, "kernel_size": 2},
        ((1, 4, 8),),
        "the input has 8 blocks, the output 3 x 3 = 9",
    ),
]
