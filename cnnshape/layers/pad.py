"""Padding by numbers, by mirror, by the last pixel or round the back; a negative number crops."""

from collections.abc import Iterator
from typing import ClassVar, final

from pydantic import Field
from typing_extensions import override

from cnnshape.core.dims import Dim, Shape, both, either, minimum
from cnnshape.layers.base import FREE, Layer, Need, Ops, Tap, Taps
from cnnshape.layers.fields import Margin1, Margin2, Margin3, Number
from cnnshape.layers.index_maps import POINTWISE, Outside, Shift


class _Pad(Layer):
    """Pixels before and after each spatial axis; the leaves say which, and on how many axes.

    Shapes, per spatial axis with a pixels before and b after::

        x    (N, C, H, ...)
        out  (N, C, H', ...)     H' = a + H + b

    ``padding`` is one number, or a list in torch's order, which starts with the *last* axis:
    ``[left, right, top, bottom, front, back]``.  Negative numbers crop.  A mirror needs more pixels than it pads, and
    padding round the back at least as many, and no crop at the other end.

    Cost: nothing, pixels are copied.

    References: ``torch.nn.ZeroPad2d``, ``ReflectionPad2d``, ``ReplicationPad2d``, ``CircularPad2d``.
    """

    outside: ClassVar[Outside] = "zeros"

    padding: Dim = Field(
        description="what is added at each side, the last axis first: [left, right, top, bottom, ...]; negative crops"
    )

    def margins(self) -> list[tuple[Dim, Dim]]:
        """Pixels before and after, per spatial axis, the first axis first."""
        return list(zip(self.padding[::2], self.padding[1::2], strict=True))[::-1]

    def fits(self, axis: str, size: Dim, before: Dim, after: Dim) -> Iterator[Need]:
        """What the kind of padding needs along one axis."""
        values = {"axis": axis, "size": size}
        if self.outside == "zeros":
            crop = minimum(before, 0) + minimum(after, 0)
            text = "padding={before} and {after} on {axis} crops more than {size} pixels"
            yield Need(size + crop >= 0, text, values | {"before": before, "after": after})
        if self.outside == "circular":
            text = "circular padding of {pad} on {axis} needs at least {pad} pixels, the input has {size}"
            for pad in (before, after):
                yield Need(pad <= size, text, values | {"pad": pad})
            one_way = either(both(before >= 0, after >= 0), both(before <= 0, after <= 0))
            text = "padding={before} and {after} on {axis} pads round the back and crops"
            yield Need(one_way, text, values | {"before": before, "after": after}, "crop in a layer before")
        if self.outside == "reflect":
            text = "reflect padding of {pad} on {axis} needs more than {pad} pixels, the input has {size}"
            for pad in (before, after):
                yield Need(pad < size, text, values | {"pad": pad})

    @override
    def needs(self, x: Shape) -> Iterator[Need]:
        text = "padding={before} and {after} on {axis} leaves nothing of {size} pixels"
        for axis, size, (before, after) in zip(self.space(), x[2:], self.margins(), strict=True):
            yield from self.fits(axis, size, before, after)
            values = {"axis": axis, "size": size, "before": before, "after": after}
            yield Need(before + size + after >= 1, text, values)

    @override
    def output(self, x: Shape) -> Shape:
        return (*x[:2], *(a + size + b for size, (a, b) in zip(x[2:], self.margins(), strict=True)))

    @override
    def ops(self, x: Shape) -> Ops:
        return FREE

    @override
    def taps(self, x: Shape) -> tuple[Taps, ...]:
        space = (Tap(axis, Shift(before, self.outside)) for axis, (before, _) in enumerate(self.margins(), 2))
        return ((Tap(0, POINTWISE), Tap(1, POINTWISE), *space),)


class _Pad1d(_Pad):
    """Padding of L."""

    ranks = (3,)
    axes = "N, C, L"

    padding: Margin1


class _Pad2d(_Pad):
    """Padding of H and W."""

    ranks = (4,)
    axes = "N, C, H, W"

    padding: Margin2


class _Pad3d(_Pad):
    """Padding of D, H and W."""

    ranks = (5,)
    axes = "N, C, D, H, W"

    padding: Margin3


@final
class ZeroPad1d(_Pad1d):
    """Zeros around L."""

    torch_name = "ZeroPad1d"


@final
class ZeroPad2d(_Pad2d):
    """Zeros around H and W."""

    torch_name = "ZeroPad2d"


@final
class ZeroPad3d(_Pad3d):
    """Zeros around D, H and W."""

    torch_name = "ZeroPad3d"


@final
class ConstantPad1d(_Pad1d):
    """One value around L."""

    torch_name = "ConstantPad1d"

    value: Number = Field(description="what stands in the padding")


@final
class ConstantPad2d(_Pad2d):
    """One value around H and W."""

    torch_name = "ConstantPad2d"

    value: Number = Field(description="what stands in the padding")


@final
class ConstantPad3d(_Pad3d):
    """One value around D, H and W."""

    torch_name = "ConstantPad3d"

    value: Number = Field(description="what stands in the padding")


@final
class ReflectionPad1d(_Pad1d):
    """The image mirrored around L, its border pixel once."""

    torch_name = "ReflectionPad1d"
    outside = "reflect"


@final
class ReflectionPad2d(_Pad2d):
    """The image mirrored around H and W, its border pixel once."""

    torch_name = "ReflectionPad2d"
    outside = "reflect"


@final
class ReflectionPad3d(_Pad3d):
    """The image mirrored around D, H and W, its border pixel once."""

    torch_name = "ReflectionPad3d"
    outside = "reflect"


@final
class ReplicationPad1d(_Pad1d):
    """The border pixel repeated around L."""

    torch_name = "ReplicationPad1d"
    outside = "replicate"


@final
class ReplicationPad2d(_Pad2d):
    """The border pixel repeated around H and W."""

    torch_name = "ReplicationPad2d"
    outside = "replicate"


@final
class ReplicationPad3d(_Pad3d):
    """The border pixel repeated around D, H and W."""

    torch_name = "ReplicationPad3d"
    outside = "replicate"


@final
class CircularPad1d(_Pad1d):
    """The other end of the image around L."""

    torch_name = "CircularPad1d"
    outside = "circular"


@final
class CircularPad2d(_Pad2d):
    """The other end of the image around H and W."""

    torch_name = "CircularPad2d"
    outside = "circular"


@final
class CircularPad3d(_Pad3d):
    """The other end of the image around D, H and W."""

    torch_name = "CircularPad3d"
    outside = "circular"
