"""The networks and claims of the source documents, and a few published nets: their figures, read off PyTorch.

Nothing here needs torch; ``reports/make_seeds.py`` measures the same again.
"""

from math import prod
from pathlib import Path

import pytest

from cnnshape import Analysis, analyze, load
from cnnshape.analysis.layer import LayerRecord
from tests.places import ROOT

SEEDS = ROOT / "specs" / "seeds"
SPECS = sorted((ROOT / "specs").rglob("*.yaml"))


def seed(name: str, batch: int = 1) -> Analysis:
    return analyze(SEEDS / f"{name}.yaml", batch=batch)


def weights(*records: LayerRecord) -> int:
    """Elements of the weights alone, biases left aside."""
    return sum(prod(record.weights["weight"]) for record in records)


@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: spec.stem)
def test_a_spec_is_tidy(spec: Path) -> None:
    lines = spec.read_text(encoding="utf-8").splitlines()
    assert lines[0].startswith("# ")
    assert max(map(len, lines)) <= (150 if spec.parent.name == "zoo" else 120)
    net = load(spec)
    assert f"name: {net.name}" in lines
    assert net.variants or net.name.startswith(spec.stem)
    for variant in net.variants or [None]:
        assert analyze(net, variant=variant).name.endswith(variant or net.name)


@pytest.mark.parametrize(
    ("name", "batch", "output", "params", "macs"),
    [
        ("mnist-net", 1, (1, 10), 21_840, 480_500),
        ("three-conv", 4, (4, 10), 4_088_778, 1_725_370_880),
        ("lenet5", 1, (1, 10), 61_706, 416_520),
        ("mlp", 5, (5, 2), 26, 95),
        ("nin", 1, (1, 10), 1_992_166, 762_297_352),
        ("inception-3a", 1, (1, 256, 28, 28), 163_696, 128_049_152),
        ("googlenet", 1, (1, 10), 5_977_530, 276_066_304),
        ("bn-lenet", 1, (1, 10), 44_878, 281_640),
        ("resnet18", 1, (1, 10), 11_178_378, 1_734_890_496),
        ("digits", 1, (1, 10), 62_006, 651_720),
    ],
)
def test_networks(name: str, batch: int, output: tuple[int, ...], params: int, macs: int) -> None:
    net = seed(name, batch)
    assert list(net.outputs.values()) == [output]
    assert net.total.params == net.total.trainable_params == params
    assert net.total.macs == macs
    assert net.total.flops == 2 * macs


@pytest.mark.parametrize(
    ("name", "output", "params", "macs"),
    [
        ("resnet50", (1, 1000), 25_557_032, 4_089_184_256),
        ("mobilenet_v1", (1, 1000), 4_231_976, 568_740_352),
        ("unet", (1, 2, 388, 388), 31_030_658, 150_428_424_448),
    ],
)
def test_published_nets(name: str, output: tuple[int, ...], params: int, macs: int) -> None:
    net = analyze(ROOT / "specs" / "zoo" / f"{name}.yaml")
    assert list(net.outputs.values()) == [output]
    assert (net.total.params, net.total.macs) == (params, macs)


def test_resnet50_has_its_name_and_its_layers() -> None:
    net = analyze(ROOT / "specs" / "zoo" / "resnet50.yaml")
    assert net.depth == 50
    assert net.total.layers == 175
    assert net.total.buffers == 53_173
    assert net["layer4.2.relu3"].receptive_field["input"][0].size == 427


@pytest.mark.parametrize(
    ("name", "depth", "convs", "shapes"),
    [
        ("googlenet", 22, 57, {"pool1": (64, 24, 24), "3b.concat": (480, 12, 12), "5b.concat": (1024, 3, 3)}),
        ("resnet18", 18, 20, {"maxpool": (64, 56, 56), "layer2.0.add": (128, 28, 28), "layer4.1.relu": (512, 7, 7)}),
    ],
)
def test_stages(name: str, depth: int, convs: int, shapes: dict[str, tuple[int, ...]]) -> None:
    """Convolutions: 3 + 9 x 6 of GoogLeNet; 1 + 8 x 2 of ResNet, and one on each shortcut to more channels."""
    net = seed(name)
    assert net.depth == depth
    assert sum(record.op == "Conv2d" for record in net) == convs
    assert {path: net[path].output[1:] for path in shapes} == shapes


def test_mlp_layer_by_layer() -> None:
    net = seed("mlp", batch=5)
    rows = [(record.op, record.output, record.params, record.macs) for record in net]
    assert rows == [
        ("Linear", (5, 3), 12, 45),
        ("Sigmoid", (5, 3), 0, 0),
        ("Linear", (5, 2), 8, 30),
        ("ReLU", (5, 2), 0, 0),
        ("Linear", (5, 2), 6, 20),
        ("Softmax", (5, 2), 0, 0),
    ]


def test_lenet5_uses_one_pool_twice() -> None:
    net = seed("lenet5")
    assert net["pool2"].node.owner == net["pool"].value
    assert (net["pool"].output, net["pool2"].output) == ((1, 6, 14, 14), (1, 16, 5, 5))


def test_padding_modes_change_no_figure() -> None:
    figures = {(record.output, record.params, record.macs) for record in seed("padding-modes")}
    assert figures == {((1, 4, 8, 8), 112, 6912)}


def test_output_size() -> None:
    assert seed("output-size").outputs == {"stride1": (1, 1, 5, 5), "stride2": (1, 1, 3, 3)}


def test_fully_connected() -> None:
    assert seed("fully-connected")["fc"].params == 10**12


def test_sharing() -> None:
    conv = seed("sharing")["conv"]
    assert (weights(conv), conv.params, conv.macs) == (750, 760, 588_000)


def test_image_conv() -> None:
    net = seed("image-conv")
    assert (net["square"].output, net["square"].params) == ((1, 1, 806, 574), 37)
    assert (net["conv1"].output, net["conv2"].output) == ((1, 32, 804, 574), (1, 128, 800, 572))
    assert net["conv1"].params + net["conv2"].params == 63_520


def test_max_pool_indices() -> None:
    pool = seed("max-pool-indices")["pool"]
    assert pool.output == pool.node.facts.indices == (1, 64, 112, 112)


def test_conv3d() -> None:
    conv = seed("conv3d")["conv"]
    assert (conv.output, conv.params, conv.macs) == ((1, 8, 16, 112, 112), 656, 130_056_192)


def test_transposed() -> None:
    conv = seed("transposed")["conv"]
    assert (conv.output, conv.params, conv.macs) == ((1, 1, 4, 4), 10, 36)


def test_dilated() -> None:
    conv = seed("dilated")["conv"]
    assert (conv.output, conv.macs) == ((1, 1, 3, 3), 81)


@pytest.mark.parametrize(
    ("name", "parts", "full", "separated"),
    [
        ("spatially-separable", ("square", "column", "row"), (9, 225), (6, 180)),
        ("depthwise-separable", ("full", "depthwise", "pointwise"), (576, 14_400), (136, 3_400)),
        ("flattened", ("full", "flat.lateral", "flat.vertical", "flat.horizontal"), (4_608, 903_168), (704, 137_984)),
        ("grouped", ("full", "grouped"), (1_152, 28_800), (288, 7_200)),
    ],
)
def test_a_convolution_taken_apart(
    name: str, parts: tuple[str, ...], full: tuple[int, int], separated: tuple[int, int]
) -> None:
    net = seed(name)
    whole, *pieces = (net[part] for part in parts)
    assert (weights(whole), whole.macs) == full
    assert (weights(*pieces), sum(piece.macs for piece in pieces)) == separated
    assert whole.output == pieces[-1].output


def test_a_shuffle_costs_nothing() -> None:
    shuffle = seed("shuffled-grouped")["conv1.shuffle"]
    assert (shuffle.output, shuffle.params, shuffle.macs) == ((1, 16, 7, 7), 0, 0)


def test_channels_and_bias() -> None:
    assert seed("channels-and-bias")["conv"].weights == {"weight": (8, 3, 3, 3), "bias": (8,)}


def test_three_small_kernels_see_what_a_large_one_sees() -> None:
    net = seed("receptive-field")
    assert [net[path].receptive_field["input"][0].size for path in ("conv1", "conv2", "conv3", "large")] == [3, 5, 7, 7]
    assert weights(net["conv1"], net["conv2"], net["conv3"]) == 27 * 64**2
    assert weights(net["large"]) == 49 * 64**2


def test_initialisation() -> None:
    net = seed("initialisation")
    assert net["conv"].fans == (25, 250)
    assert net["fc"].fans == (1440, 50)
    assert net["pool"].fans is None
    fans = [record.fans for record in seed("mlp") if record.fans]
    assert fans == [(3, 3), (3, 2), (2, 2)]
    last = fans[-1]
    assert (last.xavier_std, last.xavier_bound, last.he_std, last.he_bound) == pytest.approx(
        (0.5**0.5, 1.5**0.5, 1, 3**0.5)
    )


def test_activations_have_no_parameters() -> None:
    assert {(record.output, record.params) for record in seed("activations")} == {((1, 8, 7, 7), 0)}


def test_batch_norm() -> None:
    net = seed("batch-norm")
    assert (net["channels"].params, net["channels"].buffers) == (12, 13)
    assert (net["features"].params, net["features"].buffers) == (240, 241)


def test_activation_sizes_of_digits() -> None:
    net = seed("digits")
    sizes = {record.path: record.activation_elements for record in net}
    assert sizes == {
        "conv1": 4704,
        "pool1": 1176,
        "conv2": 1600,
        "pool2": 400,
        "flatten": 0,
        "fc3": 120,
        "fc4": 84,
        "fc5": 10,
        "softmax": 10,
    }
    assert net["flatten"].output == (1, 400)


def test_conv_parameters() -> None:
    params = {record.path: record.params for record in seed("conv-parameters")}
    assert params == {"rgb_one": 76, "rgb_six": 456, "grey_one": 26, "grey_six": 156}


def test_dense_alternative() -> None:
    fc = seed("dense-alternative")["fc"]
    assert (fc.output, weights(fc)) == ((1, 4704), 14_450_688)


def test_every_spec_has_its_row_in_the_report_and_every_row_its_spec() -> None:
    lines = (ROOT / "reports" / "seeds.md").read_text(encoding="utf-8").split("## The layers of")[0].splitlines()
    rows = {line.split(" | ")[0].strip("| ") for line in lines if line.startswith("| ")} - {"id"}
    assert rows - {"activation-sizes"} == {spec.stem for spec in SEEDS.glob("*.yaml")}  # those are sizes of `digits`


def test_the_report_names_the_two_wrong_texts() -> None:
    lines = (ROOT / "reports" / "seeds.md").read_text(encoding="utf-8").splitlines()
    wrong = [line.split(" | ")[0].strip("| ") for line in lines if "the text is wrong**" in line]
    assert wrong == ["activation-sizes", "conv-parameters"]
