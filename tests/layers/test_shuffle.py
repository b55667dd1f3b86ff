"""Pixel and channel shuffles, worked by hand."""

from cnnshape.analysis.receptive.window import window
from tests.analysis.nets import chain
from tests.layers.worked import Refused, Worked

BLOCKS = ("PixelUnshuffle", {"downscale_factor": 3})

WORKED = [
    Worked(
        "PixelShuffle", {"upscale_factor": 3}, ((1, 9, 4, 4),), (1, 1, 12, 12), "the example of torch.nn.PixelShuffle"
    ),
    Worked(
        "PixelUnshuffle", {"downscale_factor": 3}, ((1, 1, 12, 12),), (1, 9, 4, 4), "that of torch.nn.PixelUnshuffle"
    ),
    Worked("ChannelShuffle", {"groups": 2}, ((1, 4, 2, 2),), (1, 4, 2, 2), "the example of torch.nn.ChannelShuffle"),
]

REFUSED = [
    Refused(
        "PixelShuffle",
        {"upscale_factor": 2},
        ((1, 6, 4, 4),),
        "6 channels do not split into 2 x 2 pixels: upscale_factor=2",
        hint="the channels must be a multiple of 4",
    ),
    Refused(
        "PixelUnshuffle",
        {"downscale_factor": 2},
        ((1, 1, 4, 5),),
        "5 on W does not split into blocks of downscale_factor=2",
    ),
    Refused("ChannelShuffle", {"groups": 2}, ((1, 4),), "the input has 2 axes, at least 3 are needed: N, C, L"),
    Refused("ChannelShuffle", {"groups": 1}, ((4,),), "the input has 1 axes, at least 3 are needed: N, C, L"),
    Refused(
        "ChannelShuffle",
        {"groups": 3},
        ((1, 4, 2),),
        "4 input channels do not split into groups=3",
        hint="groups must divide 4: 1, 2, 4",
    ),
]


def test_rows_and_columns_are_followed() -> None:
    """Shuffled, each pixel comes from one pixel; unshuffled, all channels of a pixel together read a block."""
    up, down = chain((1, 9, 4, 4), ("PixelShuffle", {"upscale_factor": 3})), chain((1, 1, 6, 6), BLOCKS)
    assert window(up, 1, (7, 2))["x"] == (frozenset({2}), frozenset({0}))
    assert window(down, 1, (1, 0))["x"] == (frozenset({3, 4, 5}), frozenset({0, 1, 2}))
