"""Convolution.  The transposed one follows another rule: see `conv_transpose`."""

from collections.abc import Iterator, Mapping
from typing import ClassVar, Literal, final

from pydantic import Field
from typing_extensions import override

from cnnshape.core.dims import Dim, Shape, divides, equal, prod
from cnnshape.core.errors import divisors
from cnnshape.layers.base import Layer, Need, Ops, Tap, Taps, group_taps, stated
from cnnshape.layers.fields import Pad1, Pad2, Pad3, Size, Size1, Size2, Size3
from cnnshape.layers.index_maps import POINTWISE, sliding

PaddingMode = Literal["zeros", "reflect", "replicate", "circular"]


class _Conv(Layer):
    """Convolution over all spatial axes; the leaves say how many there are.

    Shapes, per spatial axis with span ``e = d (k - 1) + 1``::

        x       (N, C, H, ...)
        weight  (K, C/g, k, ...)      bias  (K,)
        out     (N, K, H', ...)       H' = floor((H + 2p - e) / s) + 1

    ``padding="same"`` pads ``e - 1`` in all, the odd one behind, and refuses a stride; ``"valid"`` pads nothing.

    Cost: one MAC per weight tap and output element, padded taps included, ``N K H' ... (C/g) k ...``; the bias is one
    add per output element.  ``padding_mode`` changes what is read, not how much.

    References: Dumoulin & Visin 2016, relation 6, with the dilated kernel of relation 15; ``torch.nn.Conv2d``.
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
    padding_mode: PaddingMode = Field(default="zeros", description="what the padding is filled with")
    kernel_size: Dim = Field(description="the size of the window, per axis")
    stride: Dim = Field(description="how far the window moves from one output to the next, per axis")
    padding: Dim = Field(description="what is added at both sides, per axis")
    dilation: Dim = Field(description="the distance between elements of the kernel, per axis")

    def pads(self) -> tuple[tuple[Dim, Dim], ...]:
        """Padding before and after, per spatial axis, with ``same`` and ``valid`` resolved."""
        if self.padding == "valid":
            return ((0, 0),) * len(self.kernel_size)
        if self.padding == "same":
            spare = [d * (k - 1) for k, d in zip(self.kernel_size, self.dilation, strict=True)]
            return tuple((total // 2, total - total // 2) for total in spare)
        return tuple([(p, p) for p in self.padding])

    def spans(self) -> tuple[Dim, ...]:
        """How many indices the dilated kernel covers, per spatial axis."""
        return tuple([d * (k - 1) + 1 for k, d in zip(self.kernel_size, self.dilation, strict=True)])

    @override
    def needs(self, x: Shape) -> Iterator[Need]:
        _, c, *space = x
        g, k = self.groups, self.out_channels
        yield from stated("in_channels", self.in_channels, c)
        values = {"c": c, "g": g, "k": k}
        split = "{c} input channels do not split into groups={g}"
        yield Need(divides(g, c), split, values, lambda: f"groups must divide {c}: {divisors(c)}")
        split = "out_channels={k} does not split into groups={g}"
        yield Need(divides(g, k), split, values, lambda: f"groups must divide {k}: {divisors(k)}")
        if self.padding == "same":
            text = "padding='same' does not go with stride={s}"
            for s in self.stride:
                yield Need(equal(s, 1), text, {"s": s}, "state the padding as a number")
        for axis, size, (before, after), span in zip(self.space(), space, self.pads(), self.spans(), strict=True):
            room = size + before + after
            values = {"axis": axis, "size": size, "span": span, "room": room, "pad": after}
            if self.padding_mode == "reflect":
                text = "reflect padding of {pad} on {axis} needs more than {pad} pixels, the input has {size}"
                yield Need(after < size, text, values)
            if self.padding_mode == "circular":
                text = "circular padding of {pad} on {axis} needs at least {pad} pixels, the input has {size}"
                yield Need(after <= size, text, values)
            yield Need(room >= span, "the kernel spans {span} on {axis}, the padded input has {room}", values)

    @override
    def output(self, x: Shape) -> Shape:
        n, _, *space = x
        axes = zip(space, self.pads(), self.spans(), self.stride, strict=True)
        return (n, self.out_channels, *[(h + a + b - e) // s + 1 for h, (a, b), e, s in axes])

    @override
    def weights(self, x: Shape) -> dict[str, Shape]:
        weight = {"weight": (self.out_channels, x[1] // self.groups, *self.kernel_size)}
        return weight | {"bias": (self.out_channels,)} if self.bias else weight

    @override
    def ops(self, x: Shape) -> Ops:
        made = prod(self.output(x))
        taps = x[1] // self.groups * prod(self.kernel_size)
        return Ops(mac=made * taps, add=made if self.bias else 0)

    @override
    def taps(self, x: Shape) -> tuple[Taps, ...]:
        axes = zip(self.kernel_size, self.stride, self.pads(), self.dilation, strict=True)
        space = (sliding(k, s, before, d, self.padding_mode) for k, s, (before, _), d in axes)
        channels = group_taps(x[1], self.out_channels, self.groups)
        return ((Tap(0, POINTWISE), channels, *(Tap(axis, window) for axis, window in enumerate(space, 2))),)


@final
class Conv1d(_Conv):
    """Convolution over L."""

    ranks = (3,)
    axes = "N, C, L"
    torch_name = "Conv1d"

    kernel_size: Size1
    stride: Size1 = (1,)
    padding: Pad1 | Literal["same", "valid"] = (0,)
    dilation: Size1 = (1,)


@final
class Conv2d(_Conv):
    """Convolution over H and W."""

    ranks = (4,)
    axes = "N, C, H, W"
    torch_name = "Conv2d"

    kernel_size: Size2
    stride: Size2 = (1, 1)
    padding: Pad2 | Literal["same", "valid"] = (0, 0)
    dilation: Size2 = (1, 1)


@final
class Conv3d(_Conv):
    """Convolution over D, H and W."""

    ranks = (5,)
    axes = "N, C, D, H, W"
    torch_name = "Conv3d"

    kernel_size: Size3
    stride: Size3 = (1, 1, 1)
    padding: Pad3 | Literal["same", "valid"] = (0, 0, 0)
    dilation: Size3 = (1, 1, 1)
