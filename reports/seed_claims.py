"""What the source documents say of their networks and layers, as data: a claim for each row of the report.

A fact names layers of the claim's spec, a figure, and the value that the text gives, if it gives one.  The values that
stand here are those of the texts, right or wrong; what is right is computed and measured.
"""

from typing import NamedTuple

Value = int | float | tuple[int, ...]


class Fact(NamedTuple):
    """One figure of some layers."""

    where: str
    """Paths: ``a b`` is each of both, ``a + b`` their sum; empty for the whole net."""
    figure: str
    text: Value | None = None
    """What the text says; None where it leaves the figure open."""
    about: bool = False
    """Whether the text rounds: then a difference of a twentieth is none."""


class Claim(NamedTuple):
    """One row of the report."""

    id: str
    source: str
    says: str
    facts: tuple[Fact, ...]
    spec: str = ""
    """The spec's name, where it is not the id."""
    batch: int = 1
    remark: str = ""
    device: str = "cpu"
    """Where torch measures; ``meta`` computes shapes alone."""


TOTALS = (Fact("", "parameters"), Fact("", "MACs"))

NETWORKS = (
    Claim(
        "mnist-net",
        "A",
        "two convolutions with pooling, 320 features, Linear 320-50 and 50-10",
        (Fact("flatten", "output", (1, 320)), Fact("", "output", (1, 10)), *TOTALS),
    ),
    Claim(
        "three-conv",
        "B",
        "three convolutions to 512 channels, Linear 512 \\* 26 \\* 26-10, at a batch of 4",
        (Fact("flatten", "output", (4, 512 * 26 * 26)), Fact("", "output", (4, 10)), *TOTALS),
        batch=4,
    ),
    Claim(
        "lenet5",
        "B",
        "LeNet-5 with ReLU, one pool used twice, Linear 400-120-84-10",
        (Fact("flatten", "output", (1, 400)), Fact("", "output", (1, 10)), *TOTALS),
    ),
    Claim(
        "mlp",
        "C",
        "Linear 3-3, 3-2 and 2-2, summarised at a batch of 5",
        (Fact("", "output", (5, 2)), *TOTALS),
        batch=5,
    ),
    Claim(
        "nin",
        "D",
        "four blocks of a convolution and two of 1 x 1, the last with a channel for each class",
        (Fact("pool4", "output", (1, 10, 1, 1)), Fact("", "output", (1, 10)), *TOTALS),
    ),
    Claim(
        "inception-3a",
        "D",
        "four paths of 64, 128, 32 and 32 channels, joined: 256 channels, the image kept",
        (Fact("", "output", (1, 64 + 128 + 32 + 32, 28, 28)), *TOTALS),
    ),
    Claim(
        "googlenet",
        "D",
        "nine such blocks, two, five and two with a pooling before each, then Linear 1024-10",
        (
            Fact("pool2", "output"),
            Fact("pool3", "output"),
            Fact("pool4", "output"),
            Fact("flatten", "output", (1, 1024)),
            Fact("", "output", (1, 10)),
            *TOTALS,
        ),
    ),
    Claim(
        "bn-lenet",
        "D",
        "LeNet with batch normalisation behind each hidden layer, Linear 256-120-84-10",
        (Fact("flatten", "output", (1, 256)), Fact("", "output", (1, 10)), *TOTALS),
    ),
    Claim(
        "resnet18",
        "D",
        "four stages of two residual blocks, whose convolutions have biases, then Linear 512-10",
        (
            Fact("maxpool", "output"),
            Fact("layer4.1.relu", "output"),
            Fact("flatten", "output", (1, 512)),
            Fact("", "output", (1, 10)),
            *TOTALS,
        ),
    ),
    Claim(
        "digits",
        "E",
        "a LeNet for colour images, 400-120-84-10",
        (Fact("flatten", "output", (1, 400)), Fact("", "output", (1, 10)), *TOTALS),
    ),
)
"""Whole networks; torch measures an independent module of each."""

LAYERS = (
    Claim(
        "padding-modes",
        "A",
        "Conv2d takes the padding modes zeros, reflect, replicate and circular",
        (
            Fact("zeros reflect replicate circular", "output", (1, 4, 8, 8)),
            Fact("zeros reflect replicate circular", "parameters"),
            Fact("zeros reflect replicate circular", "MACs"),
        ),
        remark="shapes and counts are the same for all four",
    ),
    Claim(
        "output-size",
        "A, B",
        "N = (W - F + 2P) / S + 1: 5 x 5 stays 5 x 5 with k 3, s 1, p 1, and is 3 x 3 with s 2",
        (Fact("stride1", "output", (1, 1, 5, 5)), Fact("stride2", "output", (1, 1, 3, 3))),
    ),
    Claim(
        "fully-connected",
        "B",
        "1000 x 1000 pixels joined to as many hidden units take 10^12 weights",
        (Fact("fc", "weights", 10**12),),
        device="meta",
    ),
    Claim(
        "sharing",
        "B",
        "ten filters of 5 x 5 x 3 have 750 weights, 760 with biases",
        (Fact("conv", "weights", 750), Fact("conv", "parameters", 760), Fact("conv", "MACs")),
    ),
    Claim(
        "image-conv",
        "B",
        "four channels of 808 x 576: k 3 gives 806 x 574; twice k (5, 3), to 32 and to 128 channels",
        (
            Fact("square", "output", (1, 1, 806, 574)),
            Fact("square", "parameters"),
            Fact("conv1", "output"),
            Fact("conv2", "output"),
            Fact("conv1 + conv2", "parameters"),
        ),
    ),
    Claim(
        "max-pool-indices",
        "B",
        "MaxPool2d(2, 2, return_indices=True) halves both sides and says where the values were",
        (Fact("pool", "output", (1, 64, 112, 112)), Fact("pool", "indices", (1, 64, 112, 112))),
    ),
    Claim(
        "conv3d",
        "B",
        "in a 3-D convolution the kernel moves along three axes",
        (Fact("conv", "output"), Fact("conv", "parameters"), Fact("conv", "MACs")),
    ),
    Claim(
        "transposed",
        "B",
        "2 x 2 pixels, k 3, s 1 give 4 x 4",
        (Fact("conv", "output", (1, 1, 4, 4)), Fact("conv", "parameters"), Fact("conv", "MACs")),
        remark="its MACs go by the input's pixels",
    ),
    Claim(
        "dilated",
        "B",
        "7 x 7 pixels, k 3 with dilation 2 give 3 x 3",
        (Fact("conv", "output", (1, 1, 3, 3)), Fact("conv", "MACs")),
    ),
    Claim(
        "spatially-separable",
        "B",
        "a kernel of 3 x 3 becomes 3 x 1 and 1 x 3: 9 weights become 6, and there are fewer MACs",
        (
            Fact("square", "weights", 9),
            Fact("square", "MACs"),
            Fact("column + row", "weights", 6),
            Fact("column + row", "MACs"),
        ),
    ),
    Claim(
        "depthwise-separable",
        "B",
        "8 to 8 channels with k 3: 576 weights become 72 + 64 = 136",
        (
            Fact("full", "weights", 576),
            Fact("depthwise", "weights", 72),
            Fact("pointwise", "weights", 64),
            Fact("depthwise + pointwise", "weights", 136),
            Fact("full", "MACs"),
            Fact("depthwise + pointwise", "MACs"),
        ),
    ),
    Claim(
        "flattened",
        "B",
        "a filter of XYC weights and MNCXY MACs becomes one of X + Y + C weights and MN(C + X + Y) MACs",
        (
            Fact("full", "weights", 32 * (3 * 3 * 16)),
            Fact("flat.lateral + flat.vertical + flat.horizontal", "weights", 32 * (3 + 3 + 16)),
            Fact("full", "MACs", 32 * (14 * 14 * 16 * 3 * 3)),
            Fact("flat.lateral + flat.vertical + flat.horizontal", "MACs", 32 * (14 * 14 * (16 + 3 + 3))),
        ),
        remark="for X = Y = 3, C = 16, M = N = 14 and 32 filters, with the image kept by padding",
    ),
    Claim(
        "grouped",
        "B",
        "each group of filters sees its own share of the channels",
        (Fact("full", "weight"), Fact("grouped", "weight"), Fact("full", "weights"), Fact("grouped", "weights")),
        remark="four groups have a quarter of the weights",
    ),
    Claim(
        "shuffled-grouped",
        "B",
        "a shuffle of the channels between grouped convolutions lets the groups see each other",
        (
            Fact("conv1.shuffle", "output"),
            Fact("conv1.shuffle", "parameters"),
            Fact("conv1.shuffle", "MACs"),
            Fact("conv1.grouped.conv", "weights"),
        ),
    ),
    Claim(
        "channels-and-bias",
        "B",
        "a kernel has as many channels as the input; there are as many kernels and biases as output channels",
        (
            Fact("conv", "output", (1, 8, 30, 30)),
            Fact("conv", "weight", (8, 3, 3, 3)),
            Fact("conv", "bias", (8,)),
        ),
    ),
    Claim(
        "receptive-field",
        "B",
        "three layers of 3 x 3 see 7 x 7, with 27 C^2 weights for the 49 C^2 of one layer of 7 x 7",
        (
            Fact("conv3", "receptive field", (7, 7)),
            Fact("large", "receptive field", (7, 7)),
            Fact("conv1 + conv2 + conv3", "weights", 27 * 64**2),
            Fact("large", "weights", 49 * 64**2),
        ),
        remark="for C = 64",
    ),
    Claim(
        "initialisation",
        "C",
        "Xavier: std sqrt(2 / (fan_in + fan_out)), bound sqrt(6 / (fan_in + fan_out)); "
        "He: std sqrt(2 / fan_in), bound sqrt(6 / fan_in)",
        (
            Fact("conv", "fan-in", 5 * 5),
            Fact("conv", "fan-out", 10 * 5 * 5),
            Fact("fc", "fan-in", 1440),
            Fact("fc", "fan-out", 50),
            Fact("conv", "Xavier std", (2 / (25 + 250)) ** 0.5),
            Fact("conv", "Xavier bound", (6 / (25 + 250)) ** 0.5),
            Fact("conv", "He std", (2 / 25) ** 0.5),
            Fact("conv", "He bound", (6 / 25) ** 0.5),
        ),
    ),
    Claim(
        "activations",
        "A, C",
        "ReLU, sigmoid, tanh and softmax keep the shape and have no parameters",
        (
            Fact("relu sigmoid tanh softmax", "output", (1, 8, 7, 7)),
            Fact("relu sigmoid tanh softmax", "parameters", 0),
        ),
    ),
    Claim(
        "batch-norm",
        "A, D",
        "gamma and beta are learned, mean and variance are kept: per channel of a convolution, per feature of a layer",
        (
            Fact("channels", "parameters", 2 * 6),
            Fact("channels", "buffer elements"),
            Fact("features", "parameters", 2 * 120),
            Fact("features", "buffer elements"),
        ),
        remark="beside mean and variance torch keeps one counter",
    ),
    Claim(
        "activation-sizes",
        "E",
        "28 x 28 x 6 is about 6000; then 14 x 14 x 6, 10 x 10 x 16 = 1600, 400, 120, 84, 10",
        (
            Fact("conv1", "values", 6000, about=True),
            Fact("pool1", "output", (1, 6, 14, 14)),
            Fact("conv2", "values", 1600),
            Fact("pool2", "values", 400),
            Fact("fc3", "values", 120),
            Fact("fc4", "values", 84),
            Fact("fc5", "values", 10),
        ),
        spec="digits",
    ),
    Claim(
        "conv-parameters",
        "E",
        "a filter of 5 x 5 on an RGB image has 26 parameters, six have 156",
        (
            Fact("rgb_one", "parameters", 26),
            Fact("rgb_six", "parameters", 156),
            Fact("grey_one", "parameters"),
            Fact("grey_six", "parameters"),
        ),
        remark="the depth of 3 is forgotten; the figures are those of one channel",
    ),
    Claim(
        "dense-alternative",
        "E",
        "3072 units joined to the 28 x 28 x 6 of the convolution, written 4074, take about 14 million weights",
        (Fact("fc", "output"), Fact("fc", "weights", 14_000_000, about=True)),
        remark="4074 misspells 4,704, and the product is that of 4,704",
    ),
)
"""Claims about single layers; torch measures the module that is built from the spec."""
