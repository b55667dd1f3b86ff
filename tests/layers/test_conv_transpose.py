from tests.layers.worked import Refused, Worked

WORKED = [
    Worked(
        op="ConvTranspose1d",
        fields={"out_channels": 2, "kernel_size": 3, "stride": 2, "groups": 2},
        inputs=((1, 4, 3),),
        output=(1, 2, 7),
        weights={"weight": (4, 1, 3), "bias": (2,)},
        ops={"mac": 36, "add": 14},
        why="three pixels two apart and a kernel of three end at 2 * 2 + 3; each of 12 inputs meets 1 * 3 taps",
    ),
    Worked(
        op="ConvTranspose2d",
        fields={"out_channels": 1, "kernel_size": 3, "bias": False},
        inputs=((1, 1, 2, 2),),
        output=(1, 1, 4, 4),
        weights={"weight": (1, 1, 3, 3)},
        ops={"mac": 36},
        why="Dumoulin & Visin 2016, chapter 4: 3 x 3 over 4 x 4 gives 2 x 2, the transpose gives 4 x 4 back",
    ),
    Worked(
        op="ConvTranspose2d",
        fields={"out_channels": 1, "kernel_size": 3, "stride": 2, "padding": 1, "output_padding": 1, "bias": False},
        inputs=((1, 1, 3, 3),),
        output=(1, 1, 6, 6),
        weights={"weight": (1, 1, 3, 3)},
        ops={"mac": 81},
        why="Dumoulin & Visin 2016, relation 14: 2 * (3 - 1) + 1 + 3 - 2, the transpose of 3 x 3 / 2 over 6 x 6",
    ),
    Worked(
        op="ConvTranspose2d",
        fields={"out_channels": 256, "kernel_size": 4, "stride": 2, "padding": 1, "bias": False},
        inputs=((1, 512, 4, 4),),
        output=(1, 256, 8, 8),
        weights={"weight": (512, 256, 4, 4)},
        ops={"mac": 33_554_432},
        why="doubling as in DCGAN: 512 * 4 * 4 inputs, each spread over 256 * 4 * 4 outputs",
    ),
    Worked(
        op="ConvTranspose3d",
        fields={"out_channels": 3, "kernel_size": 2, "stride": 2, "dilation": [1, 1, 3]},
        inputs=((1, 2, 2, 2, 2),),
        output=(1, 3, 4, 4, 6),
        weights={"weight": (2, 3, 2, 2, 2), "bias": (3,)},
        ops={"mac": 384, "add": 288},
        why="16 inputs of 3 * 8 taps; a kernel of 2 dilated by 3 spans 4, and 2 + 4 = 6",
    ),
]

REFUSED = [
    Refused(
        op="ConvTranspose2d",
        fields={"out_channels": 8, "kernel_size": 1, "in_channels": 4},
        inputs=((1, 3, 8, 8),),
        sentence="in_channels=4 is stated and the input has 3",
        hint="leave in_channels out: it is read from the input",
    ),
    Refused(
        op="ConvTranspose2d",
        fields={"out_channels": 9, "kernel_size": 1, "groups": 3},
        inputs=((1, 4, 8, 8),),
        sentence="4 input channels do not split into groups=3",
        hint="groups must divide 4: 1, 2, 4",
    ),
    Refused(
        op="ConvTranspose3d",
        fields={"out_channels": 5, "kernel_size": 1, "groups": 2},
        inputs=((1, 4, 2, 2, 2),),
        sentence="out_channels=5 does not split into groups=2",
        hint="groups must divide 5: 1, 5",
    ),
    Refused(
        op="ConvTranspose2d",
        fields={"out_channels": 4, "kernel_size": 3, "stride": 2, "output_padding": [1, 2]},
        inputs=((1, 4, 8, 8),),
        sentence="output_padding=2 on W is not below stride=2 or dilation=1",
    ),
    Refused(
        op="ConvTranspose1d",
        fields={"out_channels": 4, "kernel_size": 3, "stride": 2, "output_padding": 3},
        inputs=((1, 4, 8),),
        sentence="output_padding=3 on L is not below stride=2 or dilation=1",
    ),
    Refused(
        op="ConvTranspose1d",
        fields={"out_channels": 4, "kernel_size": 2, "padding": 2},
        inputs=((1, 4, 3),),
        sentence="padding=2 on L takes all of the 4 pixels that 3 are spread over",
    ),
]
