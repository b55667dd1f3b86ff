"""The blocks that come with the package cost what their papers say.

For each block stands here, written out on its own, the closed formula of its parameters and MACs, with the shape of
its output and the ops it is made of; `Cost` says what is compared.  ``h`` and ``w`` are the sizes that come out, ``H``
and ``W`` those that go in where both matter, ``C`` the channels that go in, and ``per`` the parameters beside the
weights of a convolution, per channel: two for batch norm, one for a bias.
"""

import inspect
import re
from collections import Counter
from collections.abc import Callable
from fractions import Fraction
from importlib.resources import files
from math import prod
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

import cnnshape
from cnnshape.graph.graph import Node
from cnnshape.spec.library import standard
from cnnshape.spec.yaml import read
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


class Formula(NamedTuple):
    """The formula of a block, and what it is drawn with."""

    cost: Callable[..., Cost]
    shapes: SearchStrategy[tuple[Shape, ...]]
    arguments: dict[str, SearchStrategy[Any]]

    @property
    def needed(self) -> list[str]:
        """The variables that every call gives."""
        defaults = {key: one.default for key, one in inspect.signature(self.cost).parameters.items()}
        return [key for key in self.arguments if defaults[key] is inspect.Parameter.empty]


FORMULAS: dict[str, Formula] = {}

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


def formula(
    shapes: SearchStrategy[tuple[Shape, ...]] | None = None, **drawn: SearchStrategy[Any]
) -> Callable[[Callable[..., Cost]], Callable[..., Cost]]:
    """Note the formula of the block of its name; what is drawn for its variables is in `DRAWN` or given."""

    def noted(cost: Callable[..., Cost]) -> Callable[..., Cost]:
        names = [name for name, one in inspect.signature(cost).parameters.items() if one.kind is one.KEYWORD_ONLY]
        arguments = {name: {**DRAWN, **drawn}[name] for name in names}
        FORMULAS[cost.__name__] = Formula(cost, images(FEW) if shapes is None else shapes, arguments)
        return cost

    return noted


def slid(size: int, k: int, stride: int = 1, dilation: int = 1, padding: int | None = None) -> int:
    """How often a window fits; it is padded by half its kernel unless said otherwise."""
    padding = (k - 1) // 2 * dilation if padding is None else padding
    out = (size + 2 * padding - dilation * (k - 1) - 1) // stride + 1
    assume(out > 0)
    return out


def layers(bn: bool, act: str, times: int = 1, dilation: int = 1, dims: int = 2) -> Counter[str]:
    """The ops of some convolutions, each normalised and activated."""
    conv = f"Conv{dims}d" if dilation == 1 else f"Conv{dims}d {dilation}"
    return Counter({conv: times, f"BatchNorm{dims}d": times * bn}) + acts(act, times)


def acts(act: str, times: int = 1) -> Counter[str]:
    return Counter({act: times} if act != "Identity" else {})


@formula(spaces(TWELVES), c=TWELVES, groups=st.sampled_from([1, 2, 3, 4]))
def conv_bn_act(
    x: Shape, *, c: int, k: int = 3, stride: int = 1, dilation: int = 1, groups: int = 1, padding: int | None = None,
    bn: bool = True, act: str = "ReLU", bias: bool | None = None, dims: int = 2,
) -> Cost:  # fmt: skip
    out = [slid(size, k, stride, dilation, padding) for size in x[1:]]
    per = 2 * bn + (not bn if bias is None else bias)
    weights = k**dims * x[0] * c // groups
    return Cost((c, *out), weights + per * c, prod(out) * weights, layers(bn, act, 1, dilation, dims))


@formula(spaces(FEW), multiplier=st.integers(1, 3))
def depthwise(
    x: Shape, *, k: int = 3, stride: int = 1, dilation: int = 1, padding: int | None = None, multiplier: int = 1,
    bn: bool = True, act: str = "ReLU", bias: bool | None = None, dims: int = 2,
) -> Cost:  # fmt: skip
    """D_K^2 M D_F^2."""
    c = multiplier * x[0]
    out = [slid(size, k, stride, dilation, padding) for size in x[1:]]
    per = 2 * bn + (not bn if bias is None else bias)
    weights = k**dims * c
    return Cost((c, *out), weights + per * c, weights * prod(out), layers(bn, act, 1, dilation, dims))


@formula(spaces(FEW))
def depthwise_separable(
    x: Shape, *, c: int, k: int = 3, stride: int = 1, dilation: int = 1, padding: int | None = None, bn: bool = True,
    act: str = "ReLU", bias: bool | None = None, dims: int = 2,
) -> Cost:  # fmt: skip
    """D_K^2 M D_F^2 + M N D_F^2."""
    C = x[0]
    out = [slid(size, k, stride, dilation, padding) for size in x[1:]]
    per = 2 * bn + (not bn if bias is None else bias)
    ops = layers(bn, act, 1, dilation, dims) + layers(bn, act, 1, 1, dims)
    macs = k**dims * C * prod(out) + C * c * prod(out)
    return Cost((c, *out), k**dims * C + C * c + per * (C + c), macs, ops)


@formula(mid=FEW)
def spatially_separable(
    x: Shape, *, c: int, mid: int | None = None, k: int = 3, stride: int = 1, bn: bool = True, act: str = "ReLU",
    bias: bool | None = None,
) -> Cost:  # fmt: skip
    """k C M h W + k M N h w."""
    C, H, W = x
    m = c if mid is None else mid
    h, w = slid(H, k, stride), slid(W, k, stride)
    per = 2 * bn + (not bn if bias is None else bias)
    return Cost((c, h, w), k * m * (C + c) + per * (m + c), k * C * m * h * W + k * m * c * h * w, layers(bn, act, 2))


@formula()
def flattened(
    x: Shape, *, c: int, k: int = 3, stride: int = 1, bn: bool = False, act: str = "ReLU", bias: bool | None = None
) -> Cost:
    """F (C H W + k h W + k h w) for F filters of C + k + k weights."""
    C, H, W = x
    h, w = slid(H, k, stride), slid(W, k, stride)
    biases = 3 * (not bn if bias is None else bias)
    params = c * (C + k + k) + c * (biases + 2 * bn)
    ops = Counter({"Conv2d": 3, "BatchNorm2d": int(bn)}) + acts(act)
    return Cost((c, h, w), params, c * (C * H * W + k * h * W + k * h * w), ops)


def _grouped(
    x: Shape, c: int, groups: int, k: int, stride: int, dilation: int, padding: int | None, bn: bool, act: str,
    bias: bool | None, dims: int,
) -> Cost:  # fmt: skip
    """k^2 C N / g for each pixel."""
    out = [slid(size, k, stride, dilation, padding) for size in x[1:]]
    per = 2 * bn + (not bn if bias is None else bias)
    weights = k**dims * x[0] * c // groups
    return Cost((c, *out), weights + per * c, weights * prod(out), layers(bn, act, 1, dilation, dims))


@formula(spaces(TWELVES), c=TWELVES, groups=st.sampled_from([2, 3, 4, 6]))
def grouped(
    x: Shape, *, c: int, groups: int, k: int = 3, stride: int = 1, dilation: int = 1, padding: int | None = None,
    bn: bool = True, act: str = "ReLU", bias: bool | None = None, dims: int = 2,
) -> Cost:  # fmt: skip
    return _grouped(x, c, groups, k, stride, dilation, padding, bn, act, bias, dims)


@formula(spaces(TWELVES), c=TWELVES, groups=st.sampled_from([2, 3, 4, 6]))
def shuffled_grouped(
    x: Shape, *, c: int, groups: int, k: int = 1, stride: int = 1, dilation: int = 1, padding: int | None = None,
    bn: bool = True, act: str = "ReLU", bias: bool | None = None, dims: int = 2,
) -> Cost:  # fmt: skip
    cost = _grouped(x, c, groups, k, stride, dilation, padding, bn, act, bias, dims)
    return cost._replace(ops=cost.ops + Counter(["ChannelShuffle"]))


@formula(
    images(st.sampled_from([12, 24])), c=st.sampled_from([12, 24]), k=ODD, width=TWELVES, groups=st.sampled_from([1, 3])
)
def bottleneck(
    x: Shape, *, c: int, width: int | None = None, k: int = 3, stride: int = 1, dilation: int = 1, groups: int = 1,
    bn: bool = True, act: str = "ReLU",
) -> Cost:  # fmt: skip
    """C M H W + (k^2 M^2 / g + M N) h w, and C N h w where the shape changes."""
    C, H, W = x
    m = c // 4 if width is None else width
    h, w = slid(H, k, stride), slid(W, k, stride)
    project = stride > 1 or c != C
    per = 2 if bn else 1
    strided = k**2 * m * m // groups + m * c + project * C * c
    ops = layers(bn, act) + layers(bn, act, 1, dilation) + layers(bn, "Identity", 1 + project) + acts(act)
    params = C * m + strided + per * (2 * m + c + project * c)
    return Cost((c, h, w), params, C * m * H * W + strided * h * w, ops + Counter(["Add"]))


@formula(images(st.integers(1, 2)), c=st.integers(1, 2), k=ODD)
def basic(x: Shape, *, c: int, k: int = 3, stride: int = 1, bn: bool = True, act: str = "ReLU") -> Cost:
    """(k^2 C N + k^2 N^2) h w, and C N h w where the shape changes."""
    C, H, W = x
    h, w = slid(H, k, stride), slid(W, k, stride)
    project = stride > 1 or c != C
    weights = k**2 * C * c + k**2 * c * c + project * C * c
    ops = layers(bn, act) + layers(bn, "Identity", 1 + project) + acts(act) + Counter(["Add"])
    return Cost((c, h, w), weights + (2 if bn else 1) * (2 + project) * c, weights * h * w, ops)


@formula(
    images(st.sampled_from([3, 8, 12])), c=st.sampled_from([3, 8, 12]), expand=st.integers(1, 4), hidden=FEW, k=ODD,
    se=st.sampled_from([True, True, True, False]), squeeze=FEW, se_act=st.sampled_from(["ReLU", "SiLU"]),
    gate=st.sampled_from(["Sigmoid", "Hardsigmoid"]), skip=st.just(False),
)  # fmt: skip
def inverted_residual(
    x: Shape, *, c: int, expand: int = 6, hidden: int | None = None, k: int = 3, stride: int = 1, dilation: int = 1,
    se: bool = False, squeeze: int | None = None, se_act: str = "ReLU", gate: str = "Sigmoid",
    skip: bool | None = None, bn: bool = True, act: str = "ReLU6",
) -> Cost:  # fmt: skip
    """C T H W + (k^2 T + T N) h w with T = t C, the first where T is not C; squeeze and excitation adds 2 T Q."""
    C, H, W = x
    t = expand * C if hidden is None else hidden
    q = max(1, C // 4) if squeeze is None else squeeze
    h, w = slid(H, k, stride), slid(W, k, stride)
    wide = t != C
    per = 2 if bn else 1
    params = wide * C * t + k**2 * t + t * c + per * (wide * t + t + c) + se * (2 * t * q + q + t)
    macs = wide * C * t * H * W + (k**2 * t + t * c) * h * w + se * 2 * t * q
    ops = layers(bn, act, wide) + layers(bn, act, 1, dilation) + layers(bn, "Identity")
    if se:
        ops += Counter(["AdaptiveAvgPool2d", "Conv2d", se_act, "Conv2d", gate, "Mul"])
    if stride == 1 and c == C if skip is None else skip:
        ops += Counter(["Add"])
    return Cost((c, h, w), params, macs, ops)


@formula(
    images(st.sampled_from([1, 30, 32, 48])), reduction=st.sampled_from([4, 8]), squeeze=FEW,
    act=st.sampled_from(["ReLU", "SiLU"]), gate=st.sampled_from(["Sigmoid", "Hardsigmoid"]),
)  # fmt: skip
def squeeze_excite(
    x: Shape, *, reduction: int = 16, squeeze: int | None = None, act: str = "ReLU", gate: str = "Sigmoid",
    bias: bool = True,
) -> Cost:  # fmt: skip
    """2 C^2 / r, once for the image."""
    C = x[0]
    q = max(1, C // reduction) if squeeze is None else squeeze
    ops = Counter(["AdaptiveAvgPool2d", "Conv2d", act, "Conv2d", gate, "Mul"])
    return Cost(x, 2 * C * q + bias * (q + C), 2 * C * q, ops)


@formula(c1=FEW, reduce3=FEW, c3=FEW, reduce5=FEW, c5=FEW, pool=FEW, k5=ODD)
def inception(
    x: Shape, *, c1: int, reduce3: int, c3: int, reduce5: int, c5: int, pool: int, k5: int = 5, bn: bool = False,
    act: str = "ReLU",
) -> Cost:  # fmt: skip
    """C (N1 + R3 + R5 + P) + 9 R3 N3 + 25 R5 N5 for each pixel."""
    C, h, w = x
    weights = C * (c1 + reduce3 + reduce5 + pool) + 9 * reduce3 * c3 + k5**2 * reduce5 * c5
    channels = c1 + reduce3 + c3 + reduce5 + c5 + pool
    ops = layers(bn, act, 6) + Counter(["MaxPool2d", "Concat"])
    return Cost((c1 + c3 + c5 + pool, h, w), weights + (2 if bn else 1) * channels, weights * h * w, ops)


@formula(width=FEW, hidden=FEW, padding=st.integers(0, 3))
def nin(
    x: Shape, *, c: int, width: int | None = None, hidden: int | None = None, k: int = 3, stride: int = 1,
    padding: int | None = None, bn: bool = False, act: str = "ReLU",
) -> Cost:  # fmt: skip
    """(k^2 C M1 + M1 M2 + M2 N) h w."""
    C, H, W = x
    m1, m2 = c if width is None else width, c if hidden is None else hidden
    h, w = (slid(size, k, stride, 1, padding) for size in (H, W))
    weights = k**2 * C * m1 + m1 * m2 + m2 * c
    return Cost((c, h, w), weights + (2 if bn else 1) * (m1 + m2 + c), weights * h * w, layers(bn, act, 3))


@formula(c=st.integers(8, 40), squeeze=FEW, e1=st.integers(1, 7), e3=FEW)
def fire(
    x: Shape, *, c: int, squeeze: int | None = None, e1: int | None = None, e3: int | None = None, bn: bool = False,
    act: str = "ReLU",
) -> Cost:  # fmt: skip
    """(C S + S E1 + 9 S E3) h w."""
    C, h, w = x
    s = c // 8 if squeeze is None else squeeze
    n1 = c // 2 if e1 is None else e1
    n3 = c - n1 if e3 is None else e3
    weights = C * s + s * n1 + 9 * s * n3
    params = weights + (2 if bn else 1) * (s + n1 + n3)
    return Cost((n1 + n3, h, w), params, weights * h * w, layers(bn, act, 3) + Counter(["Concat"]))


@formula(growth=FEW, bottleneck=st.booleans(), width=FEW, act=st.sampled_from(["ReLU", "SiLU"]))
def dense_layer(
    x: Shape, *, growth: int = 32, bottleneck: bool = True, width: int | None = None, act: str = "ReLU"
) -> Cost:
    """(C M + 9 M k) h w with M = 4 k for a growth of k; without the bottleneck 9 C k h w."""
    C, h, w = x
    m = 4 * growth if width is None else width
    weights = C * m + 9 * m * growth if bottleneck else 9 * C * growth
    params = weights + 2 * C + (2 * m if bottleneck else 0)
    times = 2 if bottleneck else 1
    ops = Counter({"BatchNorm2d": times, act: times, "Conv2d": times, "Concat": 1})
    return Cost((C + growth, h, w), params, weights * h * w, ops)


@formula(n=st.integers(1, 4), growth=FEW, bottleneck=st.booleans(), width=FEW, act=st.sampled_from(["ReLU", "SiLU"]))
def dense_block(
    x: Shape, *, n: int, growth: int = 32, bottleneck: bool = True, width: int | None = None, act: str = "ReLU"
) -> Cost:
    """Layer l reads C + k (l - 1) channels, all n of them S = n C + k n (n - 1) / 2."""
    C, h, w = x
    m = 4 * growth if width is None else width
    read = n * C + growth * n * (n - 1) // 2
    weights = read * m + n * 9 * m * growth if bottleneck else 9 * read * growth
    params = weights + 2 * read + (n * 2 * m if bottleneck else 0)
    times = n * (2 if bottleneck else 1)
    ops = Counter({"BatchNorm2d": times, act: times, "Conv2d": times, "Concat": n})
    return Cost((C + n * growth, h, w), params, weights * h * w, ops)


@formula(
    images(st.sampled_from([12, 24])), c=st.sampled_from([12, 24, 48]), groups=st.sampled_from([1, 2, 3]),
    first_groups=st.sampled_from([1, 2, 4]), width=TWELVES, k=ODD,
)  # fmt: skip
def shufflenet_v1(
    x: Shape, *, c: int, groups: int = 3, first_groups: int | None = None, width: int | None = None, k: int = 3,
    stride: int = 1, bn: bool = True, act: str = "ReLU",
) -> Cost:  # fmt: skip
    """C M / g H W + (k^2 M + M B / g) h w; B is all of the output, with a stride what the pooled input leaves."""
    C, H, W = x
    m = c // 4 if width is None else width
    first = groups if first_groups is None else first_groups
    assume((c == C if stride == 1 else c > C) and m % groups == 0 and m % first == 0)
    h, w = slid(H, k, stride), slid(W, k, stride)
    b = c if stride == 1 else c - C
    per = 2 if bn else 1
    params = C * m // first + k**2 * m + m * b // groups + per * (2 * m + b)
    macs = C * m // first * H * W + (k**2 * m + m * b // groups) * h * w
    ops = layers(bn, act) + layers(bn, "Identity", 2) + acts(act)
    ops += Counter(["ChannelShuffle", *(["Add"] if stride == 1 else ["AvgPool2d", "Concat"])])
    return Cost((c, h, w), params, macs, ops)


@formula(images(st.sampled_from([4, 8, 10])), c=st.sampled_from([4, 8, 10]), k=ODD)
def shufflenet_v2(x: Shape, *, c: int, k: int = 3, stride: int = 1, bn: bool = True, act: str = "ReLU") -> Cost:
    """With B = N / 2: (2 B^2 + k^2 B) h w; with a stride C B H W + (k^2 B + B^2) h w and (k^2 C + C B) h w."""
    C, H, W = x
    assume(stride > 1 or c == C)
    b = c // 2
    h, w = slid(H, k, stride), slid(W, k, stride)
    per = 2 if bn else 1
    ops = layers(bn, act, 2) + layers(bn, "Identity") + Counter(["Concat", "ChannelShuffle"])
    if stride == 1:
        ops += Counter(["Slice", "Slice"])
        return Cost((c, h, w), 2 * b * b + k**2 * b + per * 3 * b, (2 * b * b + k**2 * b) * h * w, ops)
    strided = k**2 * b + b * b + k**2 * C + C * b
    ops += layers(bn, act) + layers(bn, "Identity")
    return Cost((c, h, w), C * b + strided + per * (4 * b + C), C * b * H * W + strided * h * w, ops)


@formula(k=ODD, expand=st.integers(1, 3), scale=st.booleans(), act=st.sampled_from(["ReLU", "SiLU"]))
def convnext(x: Shape, *, k: int = 7, expand: int = 4, scale: bool = True, act: str = "GELU") -> Cost:
    """(k^2 C + 2 t C^2) h w."""
    C, h, w = x
    weights = k**2 * C + 2 * expand * C * C
    beside = C + 2 * C + expand * C + C + scale * C  # a bias, the norm, two biases, the layer scale
    ops = Counter(["Conv2d", "Permute", "LayerNorm", "Linear", act, "Linear", "Permute", "Add", *["Scale"] * scale])
    return Cost(x, weights + beside, weights * h * w, ops)


@formula(c=FEW, rates=st.lists(st.integers(2, 4), max_size=4), k=ODD)
def aspp(
    x: Shape, *, c: int = 256, rates: tuple[int, ...] = (6, 12, 18), k: int = 3, bn: bool = True, act: str = "ReLU"
) -> Cost:
    """(C N (1 + k^2 R) + (R + 2) N^2) h w + C N for R rates."""
    C, h, w = x
    r = len(rates)
    dense = C * c * (1 + k**2 * r) + (r + 2) * c * c
    ops = layers(bn, act, 3) + Counter(["AdaptiveAvgPool2d", "Upsample", *["Concat"] * (r + 1)])
    for rate in rates:
        ops += layers(bn, act, 1, rate)
    return Cost((c, h, w), dense + C * c + (2 if bn else 1) * (r + 3) * c, dense * h * w + C * c, ops)


@formula(k=ODD, padding=st.integers(0, 2), pool=st.integers(1, 3))
def unet_down(
    x: Shape, *, c: int, k: int = 3, padding: int = 0, pool: int = 2, bn: bool = False, act: str = "ReLU"
) -> Cost:
    """k^2 C N h1 w1 + k^2 N^2 h2 w2, each size less by k - 1 - 2 p."""
    C, H, W = x
    less = k - 1 - 2 * padding
    h1, w1, h2, w2 = H - less, W - less, H - 2 * less, W - 2 * less
    assume(min(h1, w1, h2 // pool, w2 // pool) > 0)
    params = k**2 * c * (C + c) + (2 if bn else 1) * 2 * c
    macs = k**2 * C * c * h1 * w1 + k**2 * c * c * h2 * w2
    return Cost(
        (c, h2 // pool, w2 // pool), params, macs, layers(bn, act, 2) + Counter(["MaxPool2d"] if pool > 1 else [])
    )


@st.composite
def below_and_skip(draw: DrawFn) -> tuple[Shape, ...]:
    C, S, H, W = (draw(st.integers(*ends)) for ends in ((2, 9), (1, 9), (2, 6), (2, 6)))
    return (C, H, W), (S, draw(st.integers(2, 3)) * H + draw(st.integers(0, 9)), 3 * W + draw(st.integers(0, 9)))


@formula(below_and_skip(), c=FEW, k=ODD, padding=st.integers(0, 2), scale=st.integers(1, 3))
def unet_up(
    x: Shape, skip: Shape, *, c: int | None = None, k: int = 3, padding: int = 0, scale: int = 2, bn: bool = False,
    act: str = "ReLU",
) -> Cost:  # fmt: skip
    """s^2 C N H W + k^2 (N + S) N h1 w1 + k^2 N^2 h2 w2, with N = C / 2."""
    C, H, W = x
    S, n, s = skip[0], C // 2 if c is None else c, scale
    less = k - 1 - 2 * padding
    h1, w1, h2, w2 = s * H - less, s * W - less, s * H - 2 * less, s * W - 2 * less
    assume(min(h1, w1, h2, w2) > 0)
    assume(s * H <= skip[1] and s * W <= skip[2])
    params = s**2 * C * n + n + k**2 * (S + n) * n + k**2 * n * n + (2 if bn else 1) * 2 * n
    macs = s**2 * C * n * H * W + k**2 * (S + n) * n * h1 * w1 + k**2 * n * n * h2 * w2
    ops = layers(bn, act, 2) + Counter(["ConvTranspose2d", "CenterCrop", "Concat"])
    return Cost((n, h2, w2), params, macs, ops)


@formula(
    st.tuples(FEW, st.integers(3, 6), SIZE, SIZE).map(lambda shape: (shape,)),
    c=st.integers(2, 20), kt=st.integers(1, 4), stride_t=st.integers(1, 3), mid=FEW,
)  # fmt: skip
def conv2plus1d(
    x: Shape, *, c: int, k: int = 3, kt: int | None = None, stride: int = 1, stride_t: int | None = None,
    mid: int | None = None, bn: bool = True, act: str = "ReLU", out_act: str | None = None, bias: bool | None = None,
) -> Cost:  # fmt: skip
    """d^2 C M T h w + t M N T' h w, with M = floor(t d^2 C N / (d^2 C + t N))."""
    C, T, H, W = x
    t = k if kt is None else kt
    m = t * k**2 * C * c // (k**2 * C + t * c) if mid is None else mid
    assume(m > 0)
    h, w, out = slid(H, k, stride), slid(W, k, stride), slid(T, t, stride if stride_t is None else stride_t)
    per = 2 * bn + (not bn if bias is None else bias)
    params = k**2 * C * m + t * m * c + per * (m + c)
    ops = Counter({"Conv3d": 2, "BatchNorm3d": 2 * bn}) + acts(act) + acts(out_act or act)
    return Cost((c, out, h, w), params, k**2 * C * m * T * h * w + t * m * c * out * h * w, ops)


@st.composite
def cases(draw: DrawFn, name: str) -> Case:
    """A call of a block with some of its variables, and what its formula says."""
    cost, shapes, arguments = FORMULAS[name]
    read, needed = draw(shapes), FORMULAS[name].needed
    given = {key: draw(values) for key, values in arguments.items() if key in needed or draw(st.booleans())}
    if "dims" in arguments and (len(read[0]) != 3 or "dims" in given):
        given["dims"] = len(read[0]) - 1
    return Case(name, read, given, cost(*read, **given))


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


def costs_what_the_formula_says(case: Case, blocks: dict[str, Any] | None = None) -> bool:
    return cost_of(spec(case, blocks)) == case.cost


def assert_refused_without(case: Case, blocks: dict[str, Any] | None = None) -> None:
    """Fail where a call goes without a variable that has no default in the formula."""
    for key in FORMULAS[case.block].needed:
        less = {name: value for name, value in case.arguments.items() if name != key}
        said = "nothing"
        try:
            cnnshape.analyze(spec(case._replace(arguments=less), blocks))
        except cnnshape.SpecError as error:
            said = str(error)
        assert f"block `{case.block}` needs `{key}`" in said


def test_every_block_has_a_formula() -> None:
    """Nothing is in the package that is not held here."""
    assert sorted(f"std/{name}" for name in FORMULAS) == list(standard())


@pytest.mark.parametrize("name", FORMULAS)
@given(data=st.data())
def test_a_block_costs_what_its_formula_says(name: str, data: st.DataObject) -> None:
    """Output, parameters, MACs and ops of a call, whatever it is called with."""
    case = data.draw(cases(name))
    assert cost_of(spec(case)) == case.cost


@pytest.mark.parametrize("name", FORMULAS)
@settings(max_examples=10)
@given(data=st.data())
def test_a_block_needs_what_its_formula_needs(name: str, data: st.DataObject) -> None:
    """A variable without a default must be given, whatever else is."""
    assert_refused_without(data.draw(cases(name)))


def blocks_of(name: str) -> dict[str, Any]:
    """The blocks of a file of the package, as data."""
    text = files("cnnshape.spec.std").joinpath(f"{name}.yaml").read_bytes()
    blocks: dict[str, Any] = read(text, name).data["blocks"]
    return blocks


DERIVED = {"squeeze_excite": {"c"}, "shufflenet_v1": {"branch"}}
"""Variables that hold what follows from the others; a call has no other value for them."""


@pytest.mark.parametrize("name", FORMULAS)
def test_every_variable_is_drawn(name: str) -> None:
    """No variable of a block stays without a test."""
    assert FORMULAS[name].arguments.keys() | DERIVED.get(name, set()) == blocks_of(name)[name]["vars"].keys()


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
    "resnet18: 11689512 1814073344": """
        stem: {block: std/conv_bn_act, c: 64, k: 7, stride: 2}
        maxpool: {op: MaxPool2d, kernel_size: 3, stride: 2, padding: 1}
        layer1: {block: std/basic, c: 64, repeat: 2}
        layer2: {block: std/basic, c: 128, repeat: 2, first: {stride: 2}}
        layer3: {block: std/basic, c: 256, repeat: 2, first: {stride: 2}}
        layer4: {block: std/basic, c: 512, repeat: 2, first: {stride: 2}}
        head: {block: head}
    """,
    "resnext50_32x4d: 25028904 4230479872": """
        stem: {block: std/conv_bn_act, c: 64, k: 7, stride: 2}
        maxpool: {op: MaxPool2d, kernel_size: 3, stride: 2, padding: 1}
        layer1: {block: std/bottleneck, c: 256, width: 128, groups: 32, repeat: 3}
        layer2: {block: std/bottleneck, c: 512, width: 256, groups: 32, repeat: 4, first: {stride: 2}}
        layer3: {block: std/bottleneck, c: 1024, width: 512, groups: 32, repeat: 6, first: {stride: 2}}
        layer4: {block: std/bottleneck, c: 2048, width: 1024, groups: 32, repeat: 3, first: {stride: 2}}
        head: {block: head}
    """,
    "mobilenet_v2: 3504872 300774272": """
        stem: {block: std/conv_bn_act, c: 32, stride: 2}
        s1: {block: std/inverted_residual, c: 16, expand: 1}
        s2: {block: std/inverted_residual, c: 24, repeat: 2, first: {stride: 2}}
        s3: {block: std/inverted_residual, c: 32, repeat: 3, first: {stride: 2}}
        s4: {block: std/inverted_residual, c: 64, repeat: 4, first: {stride: 2}}
        s5: {block: std/inverted_residual, c: 96, repeat: 3}
        s6: {block: std/inverted_residual, c: 160, repeat: 3, first: {stride: 2}}
        s7: {block: std/inverted_residual, c: 320}
        last: {block: std/conv_bn_act, c: 1280, k: 1}
        head: {block: head}
    """,
    "efficientnet_b0: 5288548 385814752": """
        stem: {block: std/conv_bn_act, c: 32, stride: 2, act: SiLU}
        s1: {block: mbconv, c: 16, expand: 1}
        s2: {block: mbconv, c: 24, repeat: 2, first: {stride: 2}}
        s3: {block: mbconv, c: 40, k: 5, repeat: 2, first: {stride: 2}}
        s4: {block: mbconv, c: 80, repeat: 3, first: {stride: 2}}
        s5: {block: mbconv, c: 112, k: 5, repeat: 3}
        s6: {block: mbconv, c: 192, k: 5, repeat: 4, first: {stride: 2}}
        s7: {block: mbconv, c: 320}
        last: {block: std/conv_bn_act, c: 1280, k: 1, act: SiLU}
        head: {block: head}
    """,
    "squeezenet1_0: 1248424 818924576": """
        conv: {block: std/conv_bn_act, c: 96, k: 7, stride: 2, padding: 0, bn: false}
        pool1: {op: MaxPool2d, kernel_size: 3, stride: 2, ceil_mode: true}
        fire2: {block: std/fire, c: 128, repeat: 2}
        fire4: {block: std/fire, c: 256}
        pool4: {op: MaxPool2d, kernel_size: 3, stride: 2, ceil_mode: true}
        fire5: {block: std/fire, c: 256}
        fire6: {block: std/fire, c: 384, repeat: 2}
        fire8: {block: std/fire, c: 512}
        pool8: {op: MaxPool2d, kernel_size: 3, stride: 2, ceil_mode: true}
        fire9: {block: std/fire, c: 512}
        classifier: {block: std/conv_bn_act, c: 1000, k: 1, bn: false}
    """,
    "densenet121: 7978856 2834161664": """
        stem: {block: std/conv_bn_act, c: 64, k: 7, stride: 2}
        pool: {op: MaxPool2d, kernel_size: 3, stride: 2, padding: 1}
        block1: {block: std/dense_block, n: 6}
        transition1: {block: transition}
        block2: {block: std/dense_block, n: 12}
        transition2: {block: transition}
        block3: {block: std/dense_block, n: 24}
        transition3: {block: transition}
        block4: {block: std/dense_block, n: 16}
        norm: BatchNorm2d
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
    "convnext_tiny: 28589128 4455531264": """
        stem: {op: Conv2d, out_channels: 96, kernel_size: 4, stride: 4}
        stem_norm: {block: channel_norm}
        stage1: {block: std/convnext, repeat: 3}
        down2: {block: down, c: 192}
        stage2: {block: std/convnext, repeat: 3}
        down3: {block: down, c: 384}
        stage3: {block: std/convnext, repeat: 9}
        down4: {block: down, c: 768}
        stage4: {block: std/convnext, repeat: 3}
        pool: {op: AdaptiveAvgPool2d, output_size: 1}
        norm: {block: channel_norm}
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
    mbconv:
      vars: {c: required, expand: 6, k: 3, stride: 1, act: SiLU}
      layers:
        it: {block: std/inverted_residual, c: c, expand: expand, k: k, stride: stride, se: true, act: act, se_act: act}
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
    transition:
      layers:
        norm: BatchNorm2d
        conv: {op: Conv2d, out_channels: in_channels // 2, kernel_size: 1, bias: false}
        pool: {op: AvgPool2d, kernel_size: 2}
    channel_norm:
      vars: {c: in_channels}
      layers:
        to_last: {op: Permute, dims: [0, 2, 3, 1]}
        norm: {op: LayerNorm, normalized_shape: c}
        to_first: {op: Permute, dims: [0, 3, 1, 2]}
    down:
      vars: {c: required}
      layers: {norm: {block: channel_norm}, conv: {op: Conv2d, out_channels: c, kernel_size: 2, stride: 2}}
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
    assert list(_sections()) == sorted(FORMULAS)


def test_the_page_opens_with_a_list_of_the_blocks() -> None:
    """With what each file says of itself, and a link to its section."""
    listed = re.findall(r"^\| \[`std/(\w+)`\]\(#std(\w+)\) \| (.*) \|$", PAGE.read_text(encoding="utf-8"), flags=re.M)
    texts = {name: files("cnnshape.spec.std").joinpath(f"{name}.yaml").read_bytes() for name in sorted(FORMULAS)}
    assert listed == [(name, name, read(text, name).data["description"]) for name, text in texts.items()]


@pytest.mark.parametrize("name", FORMULAS)
def test_the_page_states_the_variables(name: str) -> None:
    """Every variable of the file, with its default, in the file's order."""
    stated = re.findall(r"^\| `(\w+)` \| `?([^|]+?)`? \|", _sections()[name], flags=re.M)
    raw = blocks_of(name)[name]["vars"]
    shown = {True: "true", False: "false"}
    expected = [(key, shown[value] if isinstance(value, bool) else str(value)) for key, value in raw.items()]
    assert stated == expected
