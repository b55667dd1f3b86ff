"""Transposed convolution: every input element is spread over a window of outputs."""

from collections.abc import Iterator, Mapping
from typing import ClassVar, Literal, final

from pydantic import Field
from typing_extensions import override

from cnnshape.core.dims import Dim, Shape, divides, either, prod
from cnnshape.core.errors import divisors
from cnnshape.layers.base import Layer, Need, Ops, Tap, Taps, group_taps, stated
from cnnshape.layers.fields import Pad1, Pad2, Pad3, Size, Size1, Size2, Size3
from cnnshape.layers.index_maps import POINTWISE, TransposedWindow


class _ConvTranspose(Layer):
    """Transposed convolution over all spatial axes; the leaves say how many there are.

    Shapes, per spatial axis with span ``e = d (k - 1) + 1`` and output padding ``a``::

        x       (N, C, H, ...)
        weight  (C, K/g, k, ...)      bias  (K,)
        out     (N, K, H', ...)       H' = s (H - 1) + e - 2p + a

    ``output_padding`` says which of the s sizes that a convolution maps to H is meant; it stays below the stride or
    the dilation.

    Cost: one MAC per weight tap and *input* element, those that fall into the padding included,
    ``N C H ... (K/g) k ...``; the bias is one add per output element.

    References: Dumoulin & Visin 2016, relation 14, with the dilated kernel of relation 15;
    ``torch.nn.ConvTranspose2d``.
    """

    weighted = True
    torch_from_input: ClassVar[Mapping[str, int]] = {"in_channels": 1}

    in_channels: Size | None = Field(
        default=None, description="the channels of the input; read from it, checked where it is stated"
    )
    out_channels: Size = Field(description="the channels that come out")
    groups: Size = Field(
        default=1, description="channels in and out are split into so many groups that do not see each other"
    )
    bias: bool = Field(default=True, description="a learned shift is added")
    padding_mode: Literal["zeros"] = Field(default="zeros", description="what the padding is filled with")
    kernel_size: Dim = Field(description="the size of the window, per axis")
    stride: Dim = Field(description="how far the window moves from one output to the next, per axis")
    padding: Dim = Field(description="what is added at both sides, per axis")
    output_padding: Dim = Field(description="added to the size of the output, at one side of each axis")
    dilation: Dim = Field(description="the distance between elements of the kernel, per axis")

    @override
    def needs(self, x: Shape) -> Iterator[Need]:
        c, g, k = x[1], self.groups, self.out_channels
        yield from stated("in_channels", self.in_channels, c)
        values = {"c": c, "g": g, "k": k}
        split = "{c} input channels do not split into groups={g}"
        yield Need(divides(g, c), split, values, lambda: f"groups must divide {c}: {divisors(c)}")
        split = "out_channels={k} does not split into groups={g}"
        yield Need(divides(g, k), split, values, lambda: f"groups must divide {k}: {divisors(k)}")
        extra = "output_padding={a} on {axis} is not below stride={s} or dilation={d}"
        for axis, a, s, d in zip(self.space(), self.output_padding, self.stride, self.dilation, strict=True):
            yield Need(either(a < s, a < d), extra, {"axis": axis, "a": a, "s": s, "d": d})
        text = "padding={p} on {axis} takes all of the {full} pixels that {size} are spread over"
        for axis, size, p, made in zip(self.space(), x[2:], self.padding, self.output(x)[2:], strict=True):
            yield Need(made >= 1, text, {"axis": axis, "size": size, "p": p, "full": made + 2 * p})

    @override
    def output(self, x: Shape) -> Shape:
        axes = zip(x[2:], self.kernel_size, self.stride, self.padding, self.output_padding, self.dilation, strict=True)
        space = (s * (h - 1) + d * (k - 1) + 1 - 2 * p + a for h, k, s, p, a, d in axes)
        return (x[0], self.out_channels, *space)

    @override
    def weights(self, x: Shape) -> dict[str, Shape]:
        weight = {"weight": (x[1], self.out_channels // self.groups, *self.kernel_size)}
        return weight | {"bias": (self.out_channels,)} if self.bias else weight

    @override
    def ops(self, x: Shape) -> Ops:
        taps = self.out_channels // self.groups * prod(self.kernel_size)
        return Ops(mac=prod(x) * taps, add=prod(self.output(x)) if self.bias else 0)

    @override
    def taps(self, x: Shape) -> tuple[Taps, ...]:
        axes = zip(self.kernel_size, self.stride, self.padding, self.dilation, strict=True)
        space = (Tap(axis, TransposedWindow(k, s, p, d)) for axis, (k, s, p, d) in enumerate(axes, 2))
        return ((Tap(0, POINTWISE), group_taps(x[1], self.out_channels, self.groups), *space),)


@final
class ConvTranspose1d(_ConvTranspose):
    """Transposed convolution over L."""

    ranks = (3,)
    axes = "N, C, L"
    torch_name = "ConvTranspose1d"

    kernel_size: Size1
    stride: Size1 = (1,)
    padding: Pad1 = (0,)
    output_padding: Pad1 = (0,)
    dilation: Size1 = (1,)


@final
class ConvTranspose2d(_ConvTranspose):
    """Transposed convolution over H and W."""

    ranks = (4,)
    axes = "N, C, H, W"
    torch_name = "ConvTranspose2d"

    kernel_size: Size2
    stride: Size2 = (1, 1)
    padding: Pad2 = (0, 0)
    output_padding: Pad2 = (0, 0)
    dilation: Size2 = (1, 1)


@final
class ConvTranspose3d(_ConvTranspose):
    """Transposed convolution over D, H and W."""

    ranks = (5,)
    axes = "N, C, D, H, W"
    torch_name = "ConvTranspose3d"

    kernel_size: Size3
    stride: Size3 = (1, 1, 1)
    padding: Pad3 = (0, 0, 0)
    output_padding: Pad3 = (0, 0, 0)
    dilation: Size3 = (1, 1, 1)
