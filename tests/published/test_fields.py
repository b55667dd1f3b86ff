"""Published receptive fields: RECEPTIVE_FIELD_TABLE.md of google-research/receptive_field (Araujo, Norris & Sim 2019).

The nets are those of TF-slim, whose SAME padding depends on the size of the image; torchvision's differ and are
computed, not published.
"""

from typing import Any, Literal

import pytest

from cnnshape.analysis.receptive.fields import misaligned, summaries
from cnnshape.graph.graph import Graph
from tests.analysis.nets import Step, graph

Values = tuple[int, int, int]  # size, jump, padding before
Padding = Literal["same", "valid", "fixed", "half"]


class Sketch:
    """The windows of a net, on one channel, with names for some values."""

    def __init__(self, size: int) -> None:
        self.sizes = [size]
        self.steps: list[Step] = []
        self.named: dict[str, int] = {}

    @property
    def last(self) -> int:
        return len(self.steps)

    def put(self, op: str, fields: dict[str, Any], size: int, *sources: int) -> int:
        self.steps.append(Step(op, fields, sources))
        self.sizes.append(size)
        return self.last

    def window(self, op: str, k: int, s: int, padding: Padding, source: int | None = None) -> int:
        source = self.last if source is None else source
        n = self.sizes[source]
        total = {"same": max((-(-n // s) - 1) * s + k - n, 0), "valid": 0, "fixed": k - 1, "half": 2 * (k // 2)}[
            padding
        ]
        if total:
            ends = [total // 2, total - total // 2]
            source = self.put("ZeroPad2d", {"padding": ends * 2}, n + total, source)
        channels = {"out_channels": 1} if op == "Conv2d" else {}
        return self.put(op, {"kernel_size": k, "stride": s, **channels}, (n + total - k) // s + 1, source)

    def conv(self, k: int, s: int = 1, padding: Padding = "same", source: int | None = None) -> int:
        return self.window("Conv2d", k, s, padding, source)

    def pool(self, k: int, s: int = 2, padding: Padding = "valid", source: int | None = None) -> int:
        return self.window("MaxPool2d", k, s, padding, source)

    def name(self, path: str) -> None:
        self.named[path] = self.last

    def graph(self) -> Graph:
        return graph((1, 1, self.sizes[0], self.sizes[0]), *self.steps)


def vgg_16(net: Sketch) -> None:
    for stage, convs in enumerate((2, 2, 3, 3, 3), 1):
        for place in range(1, convs + 1):
            net.conv(3)
            net.name(f"conv{stage}_{place}")
        net.pool(2)
        net.name(f"pool{stage}")


def alexnet_v2(net: Sketch) -> None:
    net.conv(11, 4, "valid")
    net.pool(3)
    net.conv(5)
    net.pool(3)
    for _ in range(3):
        net.conv(3)
    net.name("conv5")
    net.pool(3)
    net.name("pool5")


def mobilenet_v1(net: Sketch) -> None:
    net.conv(3, 2)
    for s in (1, 2, 1, 2, 1, 2, 1, 1, 1, 1, 1, 2, 1):
        net.conv(3, s)
        net.conv(1)
    net.name("Conv2d_13_pointwise")


def resnet_v1(net: Sketch, units: tuple[int, ...]) -> None:
    """The stride stands in the last unit of the first three blocks; windows with a stride are padded by k - 1."""
    net.conv(7, 2, "fixed")
    net.pool(3, padding="same")
    for block, count in enumerate(units, 1):
        for unit in range(1, count + 1):
            s = 2 if unit == count and block < 4 else 1
            shortcut = net.conv(1) if unit == 1 else net.last
            source = net.last if unit > 1 else shortcut - 1
            if s > 1:
                shortcut = net.pool(1, s, source=shortcut)
            net.conv(1, source=source)
            net.conv(3, s, "fixed" if s > 1 else "same")
            net.conv(1)
            net.put("Add", {}, net.sizes[net.last], shortcut, net.last)
        net.name(f"block{block}")


def torchvision_resnet(net: Sketch, stride_in_3x3: bool) -> None:
    net.conv(7, 2, "half")
    net.pool(3, padding="half")
    for stage, count in enumerate((3, 4, 6, 3), 1):
        for unit in range(count):
            source, s = net.last, 2 if unit == 0 and stage > 1 else 1
            net.conv(1, 1 if stride_in_3x3 else s)
            net.conv(3, s if stride_in_3x3 else 1, "half")
            net.conv(1)
            last = net.last
            shortcut = net.conv(1, s, source=source) if unit == 0 else source
            net.put("Add", {}, net.sizes[last], last, shortcut)
        net.name(f"layer{stage}")


PUBLISHED: list[tuple[str, int, dict[str, Values]]] = [
    ("vgg_16", 224, {"conv5_2": (164, 16, 74), "conv5_3": (196, 16, 90), "pool5": (212, 32, 90)}),
    ("vgg_16", 321, {"pool5": (212, 32, 90)}),
    ("alexnet_v2", 224, {"conv5": (163, 16, 64), "pool5": (195, 32, 64)}),
    ("mobilenet_v1", 224, {"Conv2d_13_pointwise": (315, 32, 126)}),
    ("mobilenet_v1", 321, {"Conv2d_13_pointwise": (315, 32, 157)}),
    (
        "resnet_v1_50",
        224,
        {"block1": (35, 8, 15), "block2": (99, 16, 47), "block3": (291, 32, 143), "block4": (483, 32, 239)},
    ),
    ("resnet_v1_50", 321, {"block4": (483, 32, 241)}),
    ("resnet_v1_101", 224, {"block4": (1027, 32, 511)}),
    ("resnet_v1_152", 224, {"block4": (1507, 32, 751)}),
    (
        "torchvision_resnet50",
        224,
        {"layer1": (35, 4, 17), "layer2": (91, 8, 45), "layer3": (267, 16, 133), "layer4": (427, 32, 213)},
    ),
    ("original_resnet50", 224, {"layer4": (483, 32, 241)}),
]

UNITS = {"resnet_v1_50": (3, 4, 6, 3), "resnet_v1_101": (3, 4, 23, 3), "resnet_v1_152": (3, 8, 36, 3)}


def sketched(name: str, size: int) -> Sketch:
    net = Sketch(size)
    if name in UNITS:
        resnet_v1(net, UNITS[name])
    elif name.endswith("resnet50"):
        torchvision_resnet(net, stride_in_3x3=name.startswith("torchvision"))
    else:
        {"vgg_16": vgg_16, "alexnet_v2": alexnet_v2, "mobilenet_v1": mobilenet_v1}[name](net)
    return net


@pytest.mark.parametrize(("name", "size", "values"), PUBLISHED)
def test_published_values(name: str, size: int, values: dict[str, Values]) -> None:
    net = sketched(name, size)
    fields = summaries(net.graph())
    found: dict[str, Any] = {}
    for path in values:
        high, wide = fields[net.named[path]]["x"]
        assert high == wide
        assert high.start is not None
        found[path] = (high.size, high.jump, -high.start)
    assert found == values


@pytest.mark.parametrize("name", ["resnet_v1_50", "torchvision_resnet50"])
def test_residual_nets_are_aligned(name: str) -> None:
    assert misaligned(sketched(name, 224).graph()) == ()
