from cnnshape.layers.crop import CenterCrop
from tests.layers.worked import Refused, Worked

WORKED = [
    Worked(
        op="CenterCrop",
        fields={"size": 224},
        inputs=((1, 3, 256, 256),),
        output=(1, 3, 224, 224),
        why="the usual crop of ImageNet's evaluation",
    ),
    Worked(
        op="CenterCrop",
        fields={},
        inputs=((1, 64, 568, 568), (1, 64, 392, 392)),
        output=(1, 64, 392, 392),
        why="highest skip connection of U-Net, Ronneberger et al. 2015, figure 1",
    ),
]

REFUSED = [
    Refused(
        op="CenterCrop",
        fields={},
        inputs=((1, 3, 8, 8),),
        sentence="CenterCrop takes `size` or a second input, and has neither",
        hint="state size, or from: [x, like]",
    ),
    Refused(
        op="CenterCrop",
        fields={"size": 4},
        inputs=((1, 3, 8, 8), (1, 3, 4, 4)),
        sentence="CenterCrop takes `size` or a second input, and has both",
        hint="leave size out",
    ),
    Refused(
        op="CenterCrop",
        fields={},
        inputs=((1, 3, 8, 8), (1, 10)),
        sentence="the second input has 2 axes, not N, C, H, W",
    ),
    Refused(
        op="CenterCrop",
        fields={"size": [4, 9]},
        inputs=((1, 3, 8, 8),),
        sentence="a crop of 9 on W does not fit into 8 pixels",
    ),
]


def test_a_crop_starts_where_torchvision_starts_it() -> None:
    for size in range(1, 40):
        (taps,) = CenterCrop(size=[1, size]).taps((1, 3, size, 40))
        starts = [tap.reach.taps(0)[0] for tap in taps[2:] if tap]
        assert starts == [round((size - 1) / 2), round((40 - size) / 2)]  # a half goes to the even one
