"""TF-slim's nets against what is published of them: receptive fields, parameters, work, and what misaligns them."""

import copy
import json
import runpy
from collections.abc import Iterator
from typing import Any, Final

import pytest
import yaml

from cnnshape import Analysis, analyze, load
from tests.golden_files import GOLDEN
from tests.places import ROOT

PUBLISHED: Final[dict[str, dict[str, Any]]] = json.loads((GOLDEN / "receptive_field.json").read_text())["nets"]
FOLDER: Final = ROOT / "specs" / "slim"
IMAGES: Final = (224, 321)
SPEC: Final = {
    name: spec.stem
    for spec in sorted(FOLDER.glob("*.yaml"))
    for net in [load(spec)]
    for name in net.variants or [net.name]
}
SAME: Final = "[n % 2, 1, n % 2, 1]"


def text(net: str) -> str:
    return (FOLDER / f"{PUBLISHED[net]['spec']}.yaml").read_text(encoding="utf-8")


def member(net: str, source: str | None = None, image: int | None = None, **settings: Any) -> Analysis:
    """A net of the golden file, from its spec or from another text of it."""
    spec = yaml.safe_load(source or text(net))
    inputs = {"input": (image, image)} if image else {}
    return analyze(spec, variant=net if "variants" in spec else None, settings=settings, inputs=inputs)


def disagreements(net: str, analysis: Analysis, image: int) -> Iterator[str]:
    """The end-points whose field is not what is published, on either axis."""
    for name, point in PUBLISHED[net]["end_points"].items():
        fields = analysis[point["layer"]].receptive_field["input"]
        found = [(field.size, field.jump, -field.start if field.start is not None else None) for field in fields]
        if found != 2 * [tuple(point[str(image)])]:
            yield name


def test_every_published_net_has_a_spec() -> None:
    assert {net: facts["spec"] for net, facts in PUBLISHED.items()}.items() <= SPEC.items()
    assert sum(len(facts["end_points"]) for facts in PUBLISHED.values()) == 119


@pytest.mark.parametrize("image", IMAGES)
@pytest.mark.parametrize("net", PUBLISHED)
def test_fields_are_those_published(net: str, image: int) -> None:
    analysis = member(net, image=image)
    assert list(disagreements(net, analysis, image)) == []
    assert analysis.misaligned == ()


@pytest.mark.parametrize("image", IMAGES)
@pytest.mark.parametrize("net", PUBLISHED)
def test_the_work_is_that_published(net: str, image: int) -> None:
    """TensorFlow's profiler counts biases, pools and sums beside the MACs: a little more, and never less."""
    last = list(PUBLISHED[net]["end_points"].values())[-1]["layer"]
    analysis = member(net, image=image)
    up_to = next(place for place, record in enumerate(analysis, 1) if record.path == last)
    flops = 2 * sum(record.macs for record in analysis.layers[:up_to]) / 1e9
    published = PUBLISHED[net]["gflops"][str(image)]
    assert 0.99 * published < flops < published + 0.0005


def norms(analysis: Analysis) -> int:
    """Channels that a batch norm normalises, over the whole net."""
    return sum(record.output[1] for record in analysis if record.op == "BatchNorm2d")


@pytest.mark.parametrize(
    ("net", "trained"),
    [
        ("inception_v3", 23_817_352),
        ("inception_resnet_v2", 55_813_192),
        ("mobilenet_v1", 4_231_976),
        ("vgg_16", 138_357_544),
        ("resnet_v1_50", 25_557_032),
    ],
)
def test_trained_parameters(net: str, trained: int) -> None:
    """As many as keras.applications has of the same nets (its ResNet has biases more: torchvision's has not)."""
    analysis = member(net, classes=1000)
    scales = norms(analysis) if net.startswith("inception") else 0
    assert analysis.total.trainable_params - scales == trained


@pytest.mark.parametrize(("net", "variables"), [("inception_v3", 21_802_784), ("mobilenet_v1", 3_217_920)])
def test_model_variables_of_the_base(net: str, variables: int) -> None:
    """What TF-slim's own tests count up to the logits: in a batch norm moving means and variances, and no scale."""
    analysis = member(net)
    assert analysis.total.params - analysis["logits"].params + norms(analysis) == variables


@pytest.mark.parametrize(
    ("net", "image", "sizes"),
    [
        ("alexnet_v2", 224, [54, 26, 26, 12, 12, 12, 5]),
        ("mobilenet_v1", 224, [112, 112, 56, 56, 28, 28, 14, 14, 14, 14, 14, 14, 7, 7]),
        ("inception_v3", 299, [149, 147, 147, 73, 73, 71, 35, 35, 35, 35, 17, 17, 17, 17, 17, 8, 8, 8]),
        ("inception_resnet_v2", 299, [149, 147, 147, 73, 73, 71, 35, 35, 17, 17, 8, 8]),
        ("inception_resnet_v2-same", 299, [150, 150, 150, 75, 75, 75, 38, 38, 19, 19, 10, 10]),
    ],
)
def test_sizes_of_the_end_points(net: str, image: int, sizes: list[int]) -> None:
    """As TF-slim's own tests have them, as far as they go."""
    analysis = member(net, image=image)
    shapes = [analysis[point["layer"]].output for point in PUBLISHED[net]["end_points"].values()]
    assert [shape[2:] for shape in shapes] == [(size, size) for size in sizes]


@pytest.mark.parametrize(
    ("net", "right", "wrong", "where"),
    [
        ("alexnet_v2", "padding: 0, bn: false}\n  pool1", "padding: 2, bn: false}\n  pool1", "conv1"),
        ("vgg_16", "kernel_size: 2}\n  conv4", "kernel_size: 2, padding: 1}\n  conv4", "pool3"),
        ("mobilenet_v1", SAME, "[1, n % 2, 1, n % 2]", "Conv2d_0"),
        ("mobilenet_v1", SAME, "[1, 1, 1, 1]", "Conv2d_0"),
        ("resnet_v1_50", SAME, "[1, n % 2, 1, n % 2]", "block1"),
        ("resnet_v1_101", "if i == units - 1 else 1", "if i == 0 else 1", "block1"),
        ("inception_v3", "stride: 2}\n  Conv2d_3b", "stride: 2, padding: 1}\n  Conv2d_3b", "MaxPool_3a_3x3"),
        ("inception_resnet_v2", "same: false, classes", "same: true, classes", "Conv2d_1a_3x3"),
        ("inception_resnet_v2-same", SAME, "[1, n % 2, 1, n % 2]", "Conv2d_1a_3x3"),
    ],
)  # fmt: skip
def test_a_wrong_padding_is_noticed(net: str, right: str, wrong: str, where: str) -> None:
    """Each fault shows at one of the images from the first end-point behind it on."""
    source = text(net)
    assert right in source
    found = [
        list(disagreements(net, member(net, source.replace(right, wrong), image), image))
        for image in IMAGES
    ]  # fmt: skip
    assert where in [names[0] for names in found if names]


@pytest.mark.parametrize("net", ["resnet_v1_50", "resnet_v1_101", "resnet_v1_152"])
def test_same_padding_misaligns_the_units_of_an_even_image(net: str) -> None:
    """The shortcut takes pixels 0, 2, 4, and the convolution, unpadded in front, is centred on 1, 3, 5."""
    analysis = member(net, image=224, explicit=False)
    rows = {merge.path.partition(".")[0]: int(merge.offset) for merge in analysis.misaligned if merge.axis == 2}
    assert rows == {"block1": -4, "block2": -8, "block3": -16}
    point = PUBLISHED[net]["end_points"]["block4"]
    field = analysis[point["layer"]].receptive_field["input"][0]
    size, stride, padding = point["224"]
    assert (field.size, field.jump) == (size, stride)
    assert field.start == -(padding - 28)
    assert member(net, image=321, explicit=False).misaligned == ()


def test_the_report_says_what_differs() -> None:
    report = runpy.run_path(str(ROOT / "reports" / "make_receptive_field.py"))["report"]
    net = copy.deepcopy(PUBLISHED["resnet_v1_50"])
    net["end_points"]["block2"]["224"] = [98, 16, 48]
    said = report({"alexnet_v2": PUBLISHED["alexnet_v2"], "resnet_v1_50": net})
    assert "Of 22 fields, of 2 nets at 2 sizes of the image, 21 agree" in said
    row = "| 224 | `block2` | `block2.unit.3.relu` | 98 /16, 48 | 99 /16, 47 | size +1, padding -1 | none |"
    assert f"| `resnet_v1_50` {row}" in said.partition("## What differs")[2].splitlines()
