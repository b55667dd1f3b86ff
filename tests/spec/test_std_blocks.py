"""The blocks that come with the package cost what the modules of their papers do, which torch runs.

The modules stand in ``tests/oracle/std_blocks.py``, written by hand.
"""

import inspect
import re
from collections import Counter
from fractions import Fraction
from importlib.resources import files
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import torch
from hypothesis import assume, given, reject
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy
from torch import Tensor, nn

import cnnshape
from cnnshape.graph.graph import Node
from cnnshape.spec.library import standard
from cnnshape.spec.yaml import read
from tests.oracle.std_blocks import MODULES, Convolution, Parts
from tests.places import ROOT

Shape = tuple[int, ...]


class Cost(NamedTuple):
    """What a block comes to."""

    output: Shape
    params: int
    macs: int
    ops: Counter[str]
    """How often each op is in it, and what is odd about it: a dilation, indices, or one input read twice."""


class Case(NamedTuple):
    """A call of a block, the shapes that it reads, and what it must come to."""

    block: str
    shapes: tuple[Shape, ...]
    arguments: dict[str, Any]
    cost: Cost


SIZE = st.integers(7, 15)
FEW = st.integers(1, 9)
ODD = st.sampled_from([1, 3, 5])
TWELVES = st.integers(1, 4).map(lambda n: 12 * n)
DRAWN: dict[str, SearchStrategy[Any]] = {
    "c": st.integers(1, 20),
    "k": st.integers(1, 5),
    "stride": st.integers(1, 3),
    "dilation": st.integers(1, 2),
    "padding": st.integers(0, 3),
    "dims": st.none(),  # as many as the shape has axes
    "bn": st.booleans(),
    "bias": st.booleans(),
    "act": st.sampled_from(["ReLU", "SiLU", "Identity"]),
    "out_act": st.sampled_from(["ReLU", "SiLU", "Identity"]),
}


def images(channels: SearchStrategy[int]) -> SearchStrategy[tuple[Shape, ...]]:
    return st.tuples(channels, SIZE, SIZE).map(lambda shape: (shape,))


def spaces(channels: SearchStrategy[int]) -> SearchStrategy[tuple[Shape, ...]]:
    """Of one, two or three axes."""
    axes = st.lists(SIZE, min_size=1, max_size=3)
    return st.tuples(channels, axes).map(lambda drawn: ((drawn[0], *drawn[1]),))


@st.composite
def below_and_skip(draw: DrawFn) -> tuple[Shape, ...]:
    C, S, H, W = (draw(st.integers(*ends)) for ends in ((2, 9), (1, 9), (2, 6), (2, 6)))
    return (C, H, W), (S, draw(st.integers(2, 3)) * H + draw(st.integers(0, 9)), 3 * W + draw(st.integers(0, 9)))


FLAGS = st.booleans()
PLAIN = st.sampled_from(["ReLU", "SiLU"])
GATES = st.sampled_from(["Sigmoid", "Hardsigmoid"])
GROUPS = st.sampled_from([2, 3, 4, 6])
EIGHTS = st.sampled_from([12, 24])
VIDEOS = st.tuples(FEW, st.integers(3, 6), SIZE, SIZE).map(lambda shape: (shape,))

CALLS: dict[str, tuple[SearchStrategy[tuple[Shape, ...]], dict[str, SearchStrategy[Any]]]] = {
    "conv_bn_act": (spaces(TWELVES), {"c": TWELVES, "groups": st.sampled_from([1, 2, 3, 4])}),
    "depthwise": (spaces(FEW), {"multiplier": st.integers(1, 3)}),
    "depthwise_separable": (spaces(FEW), {}),
    "spatially_separable": (images(FEW), {"mid": FEW}),
    "flattened": (images(FEW), {}),
    "grouped": (spaces(TWELVES), {"c": TWELVES, "groups": GROUPS}),
    "shuffled_grouped": (spaces(TWELVES), {"c": TWELVES, "groups": GROUPS}),
    "bottleneck": (images(EIGHTS), {"c": EIGHTS, "k": ODD, "width": TWELVES, "groups": st.sampled_from([1, 3])}),
    "basic": (images(st.integers(1, 2)), {"c": st.integers(1, 2), "k": ODD}),
    "inverted_residual": (
        images(st.sampled_from([3, 8, 12])),
        {"c": st.sampled_from([3, 8, 12]), "expand": st.integers(1, 4), "hidden": FEW, "k": ODD, "squeeze": FEW}
        | {"se": st.sampled_from([True, True, True, False]), "se_act": PLAIN, "gate": GATES, "skip": st.just(False)},
    ),
    "squeeze_excite": (
        images(st.sampled_from([1, 30, 32, 48])),
        {"reduction": st.sampled_from([4, 8]), "squeeze": FEW, "act": PLAIN, "gate": GATES},
    ),
    "inception": (
        images(FEW),
        {"c1": FEW, "reduce3": FEW, "c3": FEW, "reduce5": FEW, "c5": FEW, "pool": FEW, "k5": ODD},
    ),
    "nin": (images(FEW), {"width": FEW, "hidden": FEW, "padding": st.integers(0, 3)}),
    "fire": (images(FEW), {"c": st.integers(8, 40), "squeeze": FEW, "e1": st.integers(1, 7), "e3": FEW}),
    "dense_layer": (images(FEW), {"growth": FEW, "bottleneck": FLAGS, "width": FEW, "act": PLAIN}),
    "dense_block": (
        images(FEW),
        {"n": st.integers(1, 4), "growth": FEW, "bottleneck": FLAGS, "width": FEW, "act": PLAIN},
    ),
    "shufflenet_v1": (
        images(EIGHTS),
        {"c": st.sampled_from([12, 24, 48]), "groups": st.sampled_from([1, 2, 3]), "width": TWELVES, "k": ODD}
        | {"first_groups": st.sampled_from([1, 2, 4])},
    ),
    "shufflenet_v2": (images(st.sampled_from([4, 8, 10])), {"c": st.sampled_from([4, 8, 10]), "k": ODD}),
    "convnext": (images(FEW), {"k": ODD, "expand": st.integers(1, 3), "scale": FLAGS, "act": PLAIN}),
    "aspp": (images(FEW), {"c": FEW, "rates": st.lists(st.integers(2, 4), max_size=4), "k": ODD}),
    "unet_down": (images(FEW), {"k": ODD, "padding": st.integers(0, 2), "pool": st.integers(1, 3)}),
    "unet_up": (below_and_skip(), {"c": FEW, "k": ODD, "padding": st.integers(0, 2), "scale": st.integers(1, 3)}),
    "conv2plus1d": (
        VIDEOS,
        {"c": st.integers(2, 20), "kt": st.integers(1, 4), "stride_t": st.integers(1, 3), "mid": FEW},
    ),
}
"""By block: what it reads, and what is drawn for its variables where it is not what `DRAWN` has."""

DERIVED = {"squeeze_excite": {"c"}, "shufflenet_v1": {"branch"}}
"""Variables that hold what follows from the others; a call has no other value for them."""


def blocks_of(name: str) -> dict[str, Any]:
    """The blocks of a file of the package, as data."""
    text = files("cnnshape.spec.std").joinpath(f"{name}.yaml").read_bytes()
    blocks: dict[str, Any] = read(text, name).data["blocks"]
    return blocks


def needed(name: str) -> list[str]:
    """The variables that every call gives, as the module has it."""
    arguments = inspect.signature(MODULES[name]).parameters.values()
    return [one.name for one in arguments if one.kind is one.KEYWORD_ONLY and one.default is one.empty]


def torchs(case: Case) -> Cost:
    """What torch says of the module of a block; fails where there is no such module or it does not take the input."""
    with torch.device("meta"):  # figures need no data
        net = MODULES[case.block](*(shape[0] for shape in case.shapes), **case.arguments).eval()
    sizes = [tensor.numel() for tensor in net.parameters()]
    if not all(sizes):
        raise ValueError("a layer without channels")
    ops = Counter(name for part in net.modules() if isinstance(part, Parts) for name in part.beside)
    macs = 0

    def ran(part: nn.Module, read: tuple[Tensor, ...], made: Tensor) -> None:
        nonlocal macs
        dilation = set(getattr(part, "dilation", ())) - {1} if isinstance(part, Convolution) else None
        ops[f"{type(part).__name__} {max(dilation)}" if dilation else type(part).__name__] += 1
        if isinstance(part, Convolution | nn.Linear | nn.ConvTranspose2d):  # each number there meets each tap once
            there = read[0] if isinstance(part, nn.ConvTranspose2d) else made
            macs += there.numel() * part.weight[:1].numel()

    for part in net.modules():
        if not [*part.children()] and not isinstance(part, nn.Identity):
            part.register_forward_hook(ran)
    with torch.no_grad():
        made = net(*(torch.zeros(1, *shape, device="meta") for shape in case.shapes))
    return Cost(tuple(made.shape[1:]), sum(sizes), macs, ops)


@st.composite
def cases(draw: DrawFn, name: str) -> Case:
    """A call of a block with some of its variables, and what its module comes to."""
    shapes, more = CALLS[name]
    read, names = draw(shapes), [key for key in blocks_of(name)[name]["vars"] if key not in DERIVED.get(name, set())]
    arguments = {key: {**DRAWN, **more}[key] for key in names}
    given = {key: draw(values) for key, values in arguments.items() if key in needed(name) or draw(st.booleans())}
    if "dims" in arguments and (len(read[0]) != 3 or "dims" in given):
        given["dims"] = len(read[0]) - 1
    if name.startswith("shufflenet"):  # most others do not fit, which torch takes a while to say
        wider = name == "shufflenet_v1" and given.get("stride", 1) > 1
        assume(given["c"] > read[0][0] if wider else given["c"] == read[0][0] or given.get("stride", 1) > 1)
    case = Case(name, read, given, Cost((), 0, 0, Counter()))
    try:
        return case._replace(cost=torchs(case))
    except (RuntimeError, ValueError, UserWarning):  # a window that does not fit, groups that do not divide, no channel
        return reject()


def spec(case: Case, blocks: dict[str, Any] | None = None) -> dict[str, Any]:
    """The net that is one call of the block: of the package's, or of those given."""
    inputs = {f"x{place}": list(shape) for place, shape in enumerate(case.shapes)}
    block = f"std/{case.block}" if blocks is None else case.block
    layers = {"it": {"block": block, "from": list(inputs), **case.arguments}}
    return {"cnnshape": 1, "inputs": inputs, "blocks": blocks or {}, "layers": layers}


def op(node: Node) -> str:
    if len(set(node.sources)) < len(node.sources):
        return f"{node.op} of one with itself"
    if node.facts.indices:
        return f"{node.op} with indices"
    dilation = set(node.facts.layer.__dict__["dilation"] if re.fullmatch("Conv.d", node.op) else ())
    return f"{node.op} {max(dilation)}" if dilation - {1} else node.op


def cost_of(net: dict[str, Any]) -> Cost:
    """What cnnshape says of a net with one output."""
    analysis = cnnshape.analyze(net)
    (output,) = analysis.outputs.values()
    ops = Counter(op(node) for node in analysis.graph.nodes)
    assert analysis.total.params == analysis.total.trainable_params
    return Cost(output[1:], analysis.total.params, analysis.total.macs, ops)


def costs_what_its_module_does(case: Case, blocks: dict[str, Any] | None = None) -> bool:
    return cost_of(spec(case, blocks)) == case.cost


def assert_refused_without(case: Case, blocks: dict[str, Any] | None = None) -> None:
    """Fail where a call goes without a variable that has no default in the module."""
    for key in needed(case.block):
        less = {name: value for name, value in case.arguments.items() if name != key}
        said = "nothing"
        try:
            cnnshape.analyze(spec(case._replace(arguments=less), blocks))
        except cnnshape.SpecError as error:
            said = str(error)
        assert f"block `{case.block}` needs `{key}`" in said


def test_every_block_has_a_module() -> None:
    """Nothing is in the package that is not held here."""
    assert sorted(f"std/{name}" for name in MODULES) == sorted(f"std/{name}" for name in CALLS) == list(standard())


@pytest.mark.parametrize("name", CALLS)
@given(data=st.data())
def test_a_block_costs_what_its_module_does(name: str, data: st.DataObject) -> None:
    """Output, parameters, MACs and ops of a call, and the variables that it must give, whatever it is called with."""
    case = data.draw(cases(name))
    assert cost_of(spec(case)) == case.cost
    assert_refused_without(case)


@given(st.integers(1, 30), st.integers(1, 30), st.sampled_from([1, 3, 5, 7]), st.integers(1, 3), st.integers(3, 20))
def test_depthwise_separable_is_a_known_part_of_the_full_convolution(
    M: int, N: int, D_K: int, stride: int, size: int
) -> None:
    """1/N + 1/D_K^2, in MACs and in weights (Howard et al. 2017, section 3.1)."""
    case = Case("", ((M, size, size),), {"c": N, "k": D_K, "stride": stride, "bn": False}, Cost((), 0, 0, Counter()))
    split = cost_of(spec(case._replace(block="depthwise_separable", arguments={**case.arguments, "bias": False})))
    full = cost_of(spec(case._replace(block="conv_bn_act", arguments={**case.arguments, "bias": False})))
    assert Fraction(split.macs, full.macs) == Fraction(1, N) + Fraction(1, D_K**2)
    assert Fraction(split.params, full.params) == Fraction(1, N) + Fraction(1, D_K**2)


@given(st.integers(1, 30), st.integers(2, 30), st.sampled_from([1, 3, 5]), st.sampled_from([1, 3, 5]))
def test_conv2plus1d_has_about_the_weights_of_the_full_convolution(C: int, N: int, d: int, t: int) -> None:
    """Less by no more than one channel in the middle costs (Tran et al. 2018, section 3.5)."""
    arguments = {"c": N, "k": d, "kt": t, "bn": False, "bias": False}
    full, channel = t * d * d * C * N, d * d * C + t * N
    assume(full >= channel)
    weights = cost_of(spec(Case("conv2plus1d", ((C, 4, 8, 8),), arguments, Cost((), 0, 0, Counter())))).params
    assert full - channel < weights <= full


@given(st.integers(1, 6), st.sampled_from([1, 2, 3, 4]), SIZE)
def test_a_unit_of_shufflenet_has_the_complexity_of_its_paper(m: int, g: int, size: int) -> None:
    """h w (2 c m / g + 9 m), where a bottleneck of ResNet has h w (2 c m + 9 m^2) and ResNeXt 9 m^2 / g in it."""
    m *= g
    c = 4 * m
    none = Case("", ((c, size, size),), {"c": c, "groups": g}, Cost((), 0, 0, Counter()))
    unit = cost_of(spec(none._replace(block="shufflenet_v1")))
    resnext = cost_of(spec(none._replace(block="bottleneck")))
    assert unit.macs == size**2 * (2 * c * m // g + 9 * m)
    assert resnext.macs == size**2 * (2 * c * m + 9 * m * m // g)


PUBLISHED = [
    ("bottleneck", (64, 56, 56), {"c": 256}, 75_008),  # layer1.0 of ResNet-50
    ("bottleneck", (256, 56, 56), {"c": 512, "stride": 2}, 379_392),  # layer2.0 of ResNet-50
    ("basic", (64, 56, 56), {"c": 64}, 73_984),  # layer1.0 of ResNet-18
    ("basic", (64, 56, 56), {"c": 128, "stride": 2}, 230_144),  # layer2.0 of ResNet-18
    ("inverted_residual", (32, 112, 112), {"c": 16, "expand": 1}, 896),  # features.1 of MobileNetV2
    ("inverted_residual", (16, 112, 112), {"c": 24, "stride": 2}, 5_136),  # features.2 of MobileNetV2
    ("fire", (96, 55, 55), {"c": 128}, 11_920),  # fire2 of SqueezeNet, table 1
    ("fire", (128, 55, 55), {"c": 128}, 12_432),  # fire3
    ("fire", (512, 13, 13), {"c": 512}, 197_184),  # fire9
    ("dense_layer", (64, 56, 56), {}, 45_440),  # denselayer1 of DenseNet-121
    ("dense_block", (64, 56, 56), {"n": 6}, 335_040),  # denseblock1 of DenseNet-121
    ("convnext", (96, 56, 56), {}, 79_296),  # features.1.0 of ConvNeXt-T
    ("aspp", (2048, 28, 28), {}, 15_535_104),  # classifier.0 of DeepLab v3 on ResNet
]


@pytest.mark.parametrize(("name", "shape", "arguments", "params"), PUBLISHED)
def test_known_blocks_have_their_parameters(name: str, shape: Shape, arguments: dict[str, Any], params: int) -> None:
    """As in torchvision's nets and in the table of SqueezeNet."""
    assert cost_of(spec(Case(name, (shape,), arguments, Cost((), 0, 0, Counter())))).params == params


NETS = {
    "resnext50_32x4d: 25028904 4230479872": """
        stem: {block: std/conv_bn_act, c: 64, k: 7, stride: 2}
        maxpool: {op: MaxPool2d, kernel_size: 3, stride: 2, padding: 1}
        layer1: {block: std/bottleneck, c: 256, width: 128, groups: 32, repeat: 3}
        layer2: {block: std/bottleneck, c: 512, width: 256, groups: 32, repeat: 4, first: {stride: 2}}
        layer3: {block: std/bottleneck, c: 1024, width: 512, groups: 32, repeat: 6, first: {stride: 2}}
        layer4: {block: std/bottleneck, c: 2048, width: 1024, groups: 32, repeat: 3, first: {stride: 2}}
        head: {block: head}
    """,
    "shufflenet_v2_x1_0: 2278604 144907992": """
        stem: {block: std/conv_bn_act, c: 24, stride: 2}
        pool: {op: MaxPool2d, kernel_size: 3, stride: 2, padding: 1}
        stage2: {block: std/shufflenet_v2, c: 116, repeat: 4, first: {stride: 2}}
        stage3: {block: std/shufflenet_v2, c: 232, repeat: 8, first: {stride: 2}}
        stage4: {block: std/shufflenet_v2, c: 464, repeat: 4, first: {stride: 2}}
        last: {block: std/conv_bn_act, c: 1024, k: 1}
        head: {block: head}
    """,
    "mobilenet_v3_large: 5483032 216589760": """
        stem: {block: std/conv_bn_act, c: 16, stride: 2, act: Hardswish}
        body: {block: mobile}
        last: {block: std/conv_bn_act, c: 960, k: 1, act: Hardswish}
        pool: {op: AdaptiveAvgPool2d, output_size: 1}
        flatten: Flatten
        fc1: {op: Linear, out_features: 1280}
        act: Hardswish
        fc2: {op: Linear, out_features: 1000}
    """,
    "googlenet: 6624904 1498376192": """
        conv1: {block: std/conv_bn_act, c: 64, k: 7, stride: 2}
        pool1: {block: pool, size: 3}
        conv2: {block: std/conv_bn_act, c: 64, k: 1}
        conv3: {block: std/conv_bn_act, c: 192}
        pool2: {block: pool, size: 3}
        i3a: {block: google, c: [64, 96, 128, 16, 32, 32]}
        i3b: {block: google, c: [128, 128, 192, 32, 96, 64]}
        pool3: {block: pool, size: 3}
        i4a: {block: google, c: [192, 96, 208, 16, 48, 64]}
        i4b: {block: google, c: [160, 112, 224, 24, 64, 64]}
        i4c: {block: google, c: [128, 128, 256, 24, 64, 64]}
        i4d: {block: google, c: [112, 144, 288, 32, 64, 64]}
        i4e: {block: google, c: [256, 160, 320, 32, 128, 128]}
        pool4: {block: pool, size: 2}
        i5a: {block: google, c: [256, 160, 320, 32, 128, 128]}
        i5b: {block: google, c: [384, 192, 384, 48, 128, 128]}
        head: {block: head}
    """,
    "r2plus1d_18: 31505325 40519080960": """
        stem: {block: std/conv2plus1d, c: 64, k: 7, kt: 3, stride: 2, stride_t: 1, mid: 45}
        layer1: {block: video, c: 64, repeat: 2}
        layer2: {block: video, c: 128, repeat: 2, first: {stride: 2}}
        layer3: {block: video, c: 256, repeat: 2, first: {stride: 2}}
        layer4: {block: video, c: 512, repeat: 2, first: {stride: 2}}
        pool: {op: AdaptiveAvgPool3d, output_size: 1}
        flatten: Flatten
        fc: {op: Linear, out_features: 400}
    """,
    "deeplabv3_resnet50: 42004074 178721945088": """
        stem: {block: std/conv_bn_act, c: 64, k: 7, stride: 2}
        maxpool: {op: MaxPool2d, kernel_size: 3, stride: 2, padding: 1}
        layer1: {block: std/bottleneck, c: 256, repeat: 3}
        layer2: {block: std/bottleneck, c: 512, repeat: 4, first: {stride: 2}}
        layer3: {block: std/bottleneck, c: 1024, repeat: 6, dilation: 2, first: {dilation: 1}}
        layer4: {block: std/bottleneck, c: 2048, repeat: 3, dilation: 4, first: {dilation: 2}}
        aspp: {block: std/aspp, rates: [12, 24, 36]}
        conv: {block: std/conv_bn_act, c: 256}
        out: {op: Conv2d, out_channels: 21, kernel_size: 1}
        aux_conv: {block: std/conv_bn_act, from: layer3, c: 256}
        aux: {op: Conv2d, out_channels: 21, kernel_size: 1}
    """,
}
"""Layers of nets, with the parameters and MACs measured on torchvision's; GoogLeNet's without its auxiliary heads."""

HELPERS = """
    head:
      layers: {pool: {op: AdaptiveAvgPool2d, output_size: 1}, flatten: Flatten, fc: {op: Linear, out_features: 1000}}
    mobile:
      vars:
        k: [3, 3, 3, 5, 5, 5, 3, 3, 3, 3, 3, 3, 5, 5, 5]
        hidden: [16, 64, 72, 72, 120, 120, 240, 200, 184, 184, 480, 672, 672, 960, 960]
        c: [16, 24, 24, 40, 40, 40, 80, 80, 80, 80, 112, 112, 160, 160, 160]
        stride: [1, 2, 1, 2, 1, 1, 2, 1, 1, 1, 1, 1, 2, 1, 1]
        se: [0, 0, 0, 1, 1, 1, 0, 0, 0, 0, 1, 1, 1, 1, 1]
      layers:
        it:
          block: std/inverted_residual
          repeat: len(c)
          k: k[i]
          hidden: hidden[i]
          c: c[i]
          stride: stride[i]
          se: se[i]
          squeeze: round_to(hidden[i] // 4, 8)
          gate: Hardsigmoid
          act: Hardswish if i >= 6 else ReLU
    pool:
      vars: {size: required}
      layers: {it: {op: MaxPool2d, kernel_size: size, stride: 2, ceil_mode: true}}
    google:
      vars: {c: required}
      layers:
        it:
          block: std/inception
          c1: c[0]
          reduce3: c[1]
          c3: c[2]
          reduce5: c[3]
          c5: c[4]
          pool: c[5]
          k5: 3
          bn: true
    video:
      vars: {c: required, stride: 1, mid: 27 * in_channels * c // (9 * in_channels + 3 * c)}
      layers:
        conv1: {block: std/conv2plus1d, c: c, stride: stride, mid: mid}
        conv2: {block: std/conv2plus1d, c: c, mid: mid, out_act: Identity}
        down: {block: project, from: input, when: stride > 1, c: c}
        add: {op: Add, from: [conv2, down]}
        relu: ReLU
    project:
      vars: {c: required}
      layers: {conv: {op: Conv3d, out_channels: c, kernel_size: 1, stride: 2, bias: false}, bn: BatchNorm3d}
"""


@pytest.mark.parametrize("golden", NETS)
def test_nets_of_the_blocks_are_those_of_torchvision(golden: str, tmp_path: Path) -> None:
    """What a paper stacks of its block has the figures of the real net."""
    name, params, macs = golden.replace(":", "").split()
    size = {"deeplabv3_resnet50": "520, 520", "r2plus1d_18": "16, 112, 112"}.get(name, "224, 224")
    outputs = "outputs: [out, aux]" if "deeplab" in name else ""
    text = f"cnnshape: 1\ninput: [3, {size}]\nblocks:{HELPERS}{outputs}\nlayers:{NETS[golden]}"
    (tmp_path / "net.yaml").write_text(text, encoding="utf-8")
    total = cnnshape.analyze(tmp_path / "net.yaml").total
    assert (total.params, total.macs) == (int(params), int(macs))


# The page.

PAGE = ROOT / "docs" / "blocks.md"


def _sections() -> dict[str, str]:
    parts = re.split(r"^## std/(\w+)$", PAGE.read_text(encoding="utf-8"), flags=re.M)[1:]
    return dict(zip(parts[::2], parts[1::2], strict=True))


def test_the_page_has_a_section_for_every_block() -> None:
    """In the order of the names, none left over."""
    assert list(_sections()) == sorted(CALLS)


def test_the_page_opens_with_a_list_of_the_blocks() -> None:
    """With what each file says of itself, and a link to its section."""
    listed = re.findall(r"^\| \[`std/(\w+)`\]\(#std(\w+)\) \| (.*) \|$", PAGE.read_text(encoding="utf-8"), flags=re.M)
    texts = {name: files("cnnshape.spec.std").joinpath(f"{name}.yaml").read_bytes() for name in sorted(CALLS)}
    assert listed == [(name, name, read(text, name).data["description"]) for name, text in texts.items()]


@pytest.mark.parametrize("name", CALLS)
def test_the_page_states_the_variables(name: str) -> None:
    """Every variable of the file, with its default, in the file's order."""
    stated = re.findall(r"^\| `(\w+)` \| `?([^|]+?)`? \|", _sections()[name], flags=re.M)
    raw = blocks_of(name)[name]["vars"]
    shown = {True: "true", False: "false"}
    expected = [(key, shown[value] if isinstance(value, bool) else str(value)) for key, value in raw.items()]
    assert stated == expected
