"""The blocks that come with the package as modules of torch, written by hand after their papers.

They are what the values of the blocks are judged by.  Each takes the channels of what it reads and the variables of the
block of its name; what has weights is called as the block calls it.  Nothing here is made from the blocks.
"""

from collections import OrderedDict
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional
from typing_extensions import override

MODULES: dict[str, Callable[..., nn.Module]] = {}
"""By the name of the block."""


class Parts(nn.Module):
    """Modules by name, what is done with them, and the ops in that which are no modules."""

    def __init__(self, run: Callable[..., Tensor], *beside: str, **parts: nn.Module | None) -> None:
        super().__init__()
        self.run, self.beside = run, beside
        for name, part in parts.items():
            self.add_module(name, nn.Identity() if part is None else part)

    @override
    def forward(self, *xs: Tensor) -> Tensor:
        return self.run(self, *xs)


def row(**parts: nn.Module | None) -> nn.Module:
    """Modules one after the other, without those that are not there."""
    return nn.Sequential(OrderedDict({name: part for name, part in parts.items() if part is not None}))


def module(made: Callable[..., nn.Module]) -> Callable[..., nn.Module]:
    """Note the module of the block of its name."""
    MODULES[made.__name__] = made
    return made


def activation(name: str) -> nn.Module:
    kind: type[nn.Module] = getattr(nn, name)
    return kind()


def shuffled(x: Tensor, groups: int) -> Tensor:
    """Channels dealt out: the first of each group, then the second of each."""
    return torch.cat([x[:, first :: x.shape[1] // groups] for first in range(x.shape[1] // groups)], 1)


Convolution = nn.Conv1d | nn.Conv2d | nn.Conv3d
CONVOLUTIONS: dict[int, tuple[Callable[..., nn.Module], Callable[..., nn.Module]]] = {
    1: (nn.Conv1d, nn.BatchNorm1d),
    2: (nn.Conv2d, nn.BatchNorm2d),
    3: (nn.Conv3d, nn.BatchNorm3d),
}
"""By the axes of space, with what normalises."""


@module
def conv_bn_act(
    C: int, *, c: int, k: int = 3, stride: int = 1, dilation: int = 1, groups: int = 1, padding: int | None = None,
    bn: bool = True, act: str = "ReLU", bias: bool | None = None, dims: int = 2,
) -> nn.Module:  # fmt: skip
    around = dilation * ((k - 1) // 2) if padding is None else padding
    slide, normalise = CONVOLUTIONS[dims]
    conv = slide(C, c, k, stride, around, dilation, groups, not bn if bias is None else bias)
    return row(conv=conv, bn=normalise(c) if bn else None, act=activation(act))


def pixel(C: int, c: int, bn: bool, act: str, **more: Any) -> nn.Module:
    """A convolution of 1 x 1."""
    return conv_bn_act(C, c=c, k=1, bn=bn, act=act, **more)


@module
def depthwise(C: int, *, multiplier: int = 1, **more: Any) -> nn.Module:
    return conv_bn_act(C, c=multiplier * C, groups=C, **more)


@module
def depthwise_separable(
    C: int, *, c: int, bn: bool = True, act: str = "ReLU", bias: bool | None = None, dims: int = 2, **more: Any
) -> nn.Module:
    return row(
        depthwise=depthwise(C, bn=bn, act=act, bias=bias, dims=dims, **more),
        pointwise=pixel(C, c, bn, act, bias=bias, dims=dims),
    )


@module
def spatially_separable(
    C: int, *, c: int, mid: int | None = None, k: int = 3, stride: int = 1, bn: bool = True, act: str = "ReLU",
    bias: bool | None = None,
) -> nn.Module:  # fmt: skip
    m, around, biased = c if mid is None else mid, (k - 1) // 2, not bn if bias is None else bias
    return row(
        vertical=nn.Conv2d(C, m, (k, 1), (stride, 1), (around, 0), bias=biased),
        bn1=nn.BatchNorm2d(m) if bn else None,
        act1=activation(act),
        horizontal=nn.Conv2d(m, c, (1, k), (1, stride), (0, around), bias=biased),
        bn2=nn.BatchNorm2d(c) if bn else None,
        act2=activation(act),
    )


@module
def flattened(
    C: int, *, c: int, k: int = 3, stride: int = 1, bn: bool = False, act: str = "ReLU", bias: bool | None = None
) -> nn.Module:
    around, biased = (k - 1) // 2, not bn if bias is None else bias
    return row(
        lateral=nn.Conv2d(C, c, 1, bias=biased),
        vertical=nn.Conv2d(c, c, (k, 1), (stride, 1), (around, 0), groups=c, bias=biased),
        horizontal=nn.Conv2d(c, c, (1, k), (1, stride), (0, around), groups=c, bias=biased),
        bn=nn.BatchNorm2d(c) if bn else None,
        act=activation(act),
    )


@module
def grouped(C: int, *, c: int, groups: int, **more: Any) -> nn.Module:
    return conv_bn_act(C, c=c, groups=groups, **more)


@module
def shuffled_grouped(C: int, *, c: int, groups: int, k: int = 1, **more: Any) -> nn.Module:
    return Parts(
        lambda m, x: shuffled(m.grouped(x), groups),
        "ChannelShuffle",
        grouped=conv_bn_act(C, c=c, groups=groups, k=k, **more),
    )


@module
def basic(C: int, *, c: int, k: int = 3, stride: int = 1, bn: bool = True, act: str = "ReLU") -> nn.Module:
    return Parts(
        lambda m, x: m.act(m.conv2(m.conv1(x)) + m.shortcut(x)),
        "Add",
        conv1=conv_bn_act(C, c=c, k=k, stride=stride, bn=bn, act=act),
        conv2=conv_bn_act(c, c=c, k=k, bn=bn, act="Identity"),
        shortcut=None if (C, stride) == (c, 1) else pixel(C, c, bn, "Identity", stride=stride),
        act=activation(act),
    )


@module
def bottleneck(
    C: int, *, c: int, width: int | None = None, k: int = 3, stride: int = 1, dilation: int = 1, groups: int = 1,
    bn: bool = True, act: str = "ReLU",
) -> nn.Module:  # fmt: skip
    m = c // 4 if width is None else width
    return Parts(
        lambda m, x: m.act(m.expand(m.conv(m.reduce(x))) + m.shortcut(x)),
        "Add",
        reduce=pixel(C, m, bn, act),
        conv=conv_bn_act(m, c=m, k=k, stride=stride, dilation=dilation, groups=groups, bn=bn, act=act),
        expand=pixel(m, c, bn, "Identity"),
        shortcut=None if (C, stride) == (c, 1) else pixel(C, c, bn, "Identity", stride=stride),
        act=activation(act),
    )


@module
def squeeze_excite(
    C: int, *, reduction: int = 16, squeeze: int | None = None, act: str = "ReLU", gate: str = "Sigmoid",
    bias: bool = True,
) -> nn.Module:  # fmt: skip
    q = max(1, C // reduction) if squeeze is None else squeeze
    return Parts(
        lambda m, x: x * m.gate(m.fc2(m.act(m.fc1(x.mean((2, 3), keepdim=True))))),
        *("AdaptiveAvgPool2d", "Mul"),
        fc1=nn.Conv2d(C, q, 1, bias=bias),
        act=activation(act),
        fc2=nn.Conv2d(q, C, 1, bias=bias),
        gate=activation(gate),
    )


@module
def inverted_residual(
    C: int, *, c: int, expand: int = 6, hidden: int | None = None, k: int = 3, stride: int = 1, dilation: int = 1,
    se: bool = False, squeeze: int | None = None, se_act: str = "ReLU", gate: str = "Sigmoid",
    skip: bool | None = None, bn: bool = True, act: str = "ReLU6",
) -> nn.Module:  # fmt: skip
    t = expand * C if hidden is None else hidden
    added = (C, stride) == (c, 1) if skip is None else skip
    q = max(1, C // 4) if squeeze is None else squeeze
    return Parts(
        lambda m, x: m.project(m.se(m.depthwise(m.expand(x)))) + (x if added else 0),
        *(["Add"] if added else []),
        expand=None if t == C else pixel(C, t, bn, act),
        depthwise=depthwise(t, k=k, stride=stride, dilation=dilation, bn=bn, act=act),
        se=squeeze_excite(t, squeeze=q, act=se_act, gate=gate) if se else None,
        project=pixel(t, c, bn, "Identity"),
    )


@module
def inception(
    C: int, *, c1: int, reduce3: int, c3: int, reduce5: int, c5: int, pool: int, k5: int = 5, bn: bool = False,
    act: str = "ReLU",
) -> nn.Module:  # fmt: skip
    def run(m: Any, x: Tensor) -> Any:
        largest = functional.max_pool2d(x, 3, 1, 1)
        return torch.cat([m.conv1(x), m.conv3(m.reduce3(x)), m.conv5(m.reduce5(x)), m.pool_proj(largest)], 1)

    return Parts(
        run,
        *("MaxPool2d", "Concat"),
        conv1=pixel(C, c1, bn, act),
        reduce3=pixel(C, reduce3, bn, act),
        conv3=conv_bn_act(reduce3, c=c3, bn=bn, act=act),
        reduce5=pixel(C, reduce5, bn, act),
        conv5=conv_bn_act(reduce5, c=c5, k=k5, bn=bn, act=act),
        pool_proj=pixel(C, pool, bn, act),
    )


@module
def nin(
    C: int, *, c: int, width: int | None = None, hidden: int | None = None, k: int = 3, stride: int = 1,
    padding: int | None = None, bn: bool = False, act: str = "ReLU",
) -> nn.Module:  # fmt: skip
    m1, m2 = c if width is None else width, c if hidden is None else hidden
    return row(
        conv=conv_bn_act(C, c=m1, k=k, stride=stride, padding=padding, bn=bn, act=act),
        mlp1=pixel(m1, m2, bn, act),
        mlp2=pixel(m2, c, bn, act),
    )


@module
def fire(
    C: int, *, c: int, squeeze: int | None = None, e1: int | None = None, e3: int | None = None, bn: bool = False,
    act: str = "ReLU",
) -> nn.Module:  # fmt: skip
    s, n1 = c // 8 if squeeze is None else squeeze, c // 2 if e1 is None else e1

    def run(m: Any, x: Tensor) -> Any:
        y = m.squeeze(x)
        return torch.cat([m.expand1(y), m.expand3(y)], 1)

    return Parts(
        run,
        "Concat",
        squeeze=pixel(C, s, bn, act),
        expand1=pixel(s, n1, bn, act),
        expand3=conv_bn_act(s, c=c - n1 if e3 is None else e3, bn=bn, act=act),
    )


@module
def dense_layer(
    C: int, *, growth: int = 32, bottleneck: bool = True, width: int | None = None, act: str = "ReLU"
) -> nn.Module:
    m = 4 * growth if width is None else width
    thin = {"norm1": nn.BatchNorm2d(C), "act1": activation(act), "conv1": nn.Conv2d(C, m, 1, bias=False)}
    read = m if bottleneck else C
    made = row(
        **(thin if bottleneck else {}),
        norm2=nn.BatchNorm2d(read),
        act2=activation(act),
        conv2=nn.Conv2d(read, growth, 3, padding=1, bias=False),
    )
    return Parts(lambda m, x: torch.cat([x, made(x)], 1), "Concat", **dict(made.named_children()))


@module
def dense_block(C: int, *, n: int, growth: int = 32, **more: Any) -> nn.Module:
    return row(layer=nn.Sequential(*[dense_layer(C + i * growth, growth=growth, **more) for i in range(n)]))


@module
def shufflenet_v1(
    C: int, *, c: int, groups: int = 3, first_groups: int | None = None, width: int | None = None, k: int = 3,
    stride: int = 1, bn: bool = True, act: str = "ReLU",
) -> nn.Module:  # fmt: skip
    m = c // 4 if width is None else width

    def run(m: Any, x: Tensor) -> Any:
        y: Tensor = m.expand(m.depthwise(shuffled(m.reduce(x), groups)))
        if stride == 1:
            return m.act(x + y)
        return m.act(torch.cat([functional.avg_pool2d(x, 3, stride, 1), y], 1))

    return Parts(
        run,
        *("ChannelShuffle", *(["Add"] if stride == 1 else ["AvgPool2d", "Concat"])),
        reduce=pixel(C, m, bn, act, groups=groups if first_groups is None else first_groups),
        depthwise=depthwise(m, k=k, stride=stride, bn=bn, act="Identity"),
        expand=pixel(m, c if stride == 1 else c - C, bn, "Identity", groups=groups),
        act=activation(act),
    )


@module
def shufflenet_v2(C: int, *, c: int, k: int = 3, stride: int = 1, bn: bool = True, act: str = "ReLU") -> nn.Module:
    b = c // 2

    def branch(read: int) -> nn.Module:
        return depthwise(read, k=k, stride=stride, bn=bn, act="Identity")

    def run(m: Any, x: Tensor) -> Any:
        left, right = (x[:, :b], x[:, b:]) if stride == 1 else (x, x)
        return shuffled(torch.cat([m.shortcut(left), m.expand(m.depthwise(m.reduce(right)))], 1), 2)

    return Parts(
        run,
        *("Concat", "ChannelShuffle", *(["Slice", "Slice"] if stride == 1 else [])),
        reduce=pixel(b if stride == 1 else C, b, bn, act),
        depthwise=branch(b),
        expand=pixel(b, b, bn, act),
        shortcut=None if stride == 1 else row(depthwise=branch(C), pointwise=pixel(C, b, bn, act)),
    )


class Scale(nn.Module):
    """Layer scale: a factor for each channel."""

    def __init__(self, C: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(C))

    @override
    def forward(self, x: Tensor) -> Tensor:
        return x * self.weight[:, None, None]


@module
def convnext(C: int, *, k: int = 7, expand: int = 4, scale: bool = True, act: str = "GELU") -> nn.Module:
    mlp = row(norm=nn.LayerNorm(C), fc1=nn.Linear(C, expand * C), act=activation(act), fc2=nn.Linear(expand * C, C))
    return Parts(
        lambda m, x: x + m.scale(m.mlp(m.depthwise(x).permute(0, 2, 3, 1)).permute(0, 3, 1, 2)),
        *("Permute", "Permute", "Add"),
        depthwise=depthwise(C, k=k, bn=False, act="Identity"),
        mlp=mlp,
        scale=Scale(C) if scale else None,
    )


@module
def aspp(
    C: int, *, c: int = 256, rates: tuple[int, ...] = (6, 12, 18), k: int = 3, bn: bool = True, act: str = "ReLU"
) -> nn.Module:
    def run(m: Any, x: Tensor) -> Any:
        mean = m.pooled(x.mean((2, 3), keepdim=True)).expand(-1, -1, *x.shape[2:])
        return m.project(torch.cat([m.conv(x), *(one(x) for one in m.atrous), mean], 1))

    return Parts(
        run,
        *("AdaptiveAvgPool2d", "Upsample", *["Concat"] * (len(rates) + 1)),
        conv=pixel(C, c, bn, act),
        atrous=nn.Sequential(*[row(conv=conv_bn_act(C, c=c, k=k, dilation=rate, bn=bn, act=act)) for rate in rates]),
        pooled=pixel(C, c, bn, act),
        project=pixel((len(rates) + 2) * c, c, bn, act),
    )


@module
def unet_down(
    C: int, *, c: int, k: int = 3, padding: int = 0, pool: int = 2, bn: bool = False, act: str = "ReLU"
) -> nn.Module:
    return row(
        conv1=conv_bn_act(C, c=c, k=k, padding=padding, bn=bn, act=act),
        conv2=conv_bn_act(c, c=c, k=k, padding=padding, bn=bn, act=act),
        pool=nn.MaxPool2d(pool) if pool > 1 else None,
    )


@module
def unet_up(
    C: int, S: int, *, c: int | None = None, k: int = 3, padding: int = 0, scale: int = 2, bn: bool = False,
    act: str = "ReLU",
) -> nn.Module:  # fmt: skip
    n = C // 2 if c is None else c

    def run(m: Any, below: Tensor, skip: Tensor) -> Any:
        up = m.up(below)
        (h, w), (top, left) = up.shape[2:], (round((skip.shape[axis] - up.shape[axis]) / 2) for axis in (2, 3))
        joined = torch.cat([skip[:, :, top : top + h, left : left + w], up], 1)
        return m.conv2(m.conv1(joined))

    return Parts(
        run,
        *("CenterCrop", "Concat"),
        up=nn.ConvTranspose2d(C, n, scale, scale),
        conv1=conv_bn_act(S + n, c=n, k=k, padding=padding, bn=bn, act=act),
        conv2=conv_bn_act(n, c=n, k=k, padding=padding, bn=bn, act=act),
    )


@module
def conv2plus1d(
    C: int, *, c: int, k: int = 3, kt: int | None = None, stride: int = 1, stride_t: int | None = None,
    mid: int | None = None, bn: bool = True, act: str = "ReLU", out_act: str | None = None, bias: bool | None = None,
) -> nn.Module:  # fmt: skip
    t, biased = k if kt is None else kt, not bn if bias is None else bias
    m = t * k * k * C * c // (k * k * C + t * c) if mid is None else mid
    step = stride if stride_t is None else stride_t
    return row(
        spatial=nn.Conv3d(C, m, (1, k, k), (1, stride, stride), (0, (k - 1) // 2, (k - 1) // 2), bias=biased),
        bn1=nn.BatchNorm3d(m) if bn else None,
        act1=activation(act),
        temporal=nn.Conv3d(m, c, (t, 1, 1), (step, 1, 1), ((t - 1) // 2, 0, 0), bias=biased),
        bn2=nn.BatchNorm3d(c) if bn else None,
        act2=activation(act if out_act is None else out_act),
    )
