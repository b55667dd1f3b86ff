"""Max unpooling: every value goes back to where the pool found it, and all else is zero."""

from collections.abc import Iterator
from typing import final

from pydantic import Field
from typing_extensions import override

from cnnshape.core.dims import Dim, Shape, both, equal
from cnnshape.layers.base import FREE, Layer, Need, Ops, Tap, Taps
from cnnshape.layers.fields import Pad1, Pad2, Pad3, Size1, Size2, Size3
from cnnshape.layers.index_maps import POINTWISE, TransposedWindow


class _MaxUnpool(Layer):
    """The inverse of max pooling, as far as there is one: takes values, and a pool whose indices say where they go.

    Shapes, per spatial axis::

        x        (N, C, H, ...)
        indices  (N, C, H, ...)     of a max pool with ``return_indices``
        out      (N, C, H', ...)    H' = s (H - 1) + k - 2p

    A pool maps several sizes to H; ``output_size`` says which one is meant and stays less than a stride away from
    the formula.  The stride is the kernel unless it is stated.

    Cost: nothing, values are moved.

    References: Zeiler, Taylor & Fergus 2011; ``torch.nn.MaxUnpool2d``.
    """

    reads_indices = True

    kernel_size: Dim = Field(description="the size of the window, per axis")
    stride: Dim = Field(
        description="how far the window moves from one input to the next, per axis; null is the kernel's size"
    )
    padding: Dim = Field(description="what is added at both sides, per axis")
    output_size: Dim = Field(description="the size that comes out, per axis")

    def windows(self) -> tuple[TransposedWindow, ...]:
        """The window of each spatial axis."""
        stride = self.kernel_size if self.stride is None else self.stride
        return tuple(TransposedWindow(*axis) for axis in zip(self.kernel_size, stride, self.padding, strict=True))

    def undone(self, x: Shape) -> tuple[Dim, ...]:
        """The spatial sizes without ``output_size``."""
        return tuple(w.stride * (h - 1) + w.kernel - 2 * w.padding for h, w in zip(x[2:], self.windows(), strict=True))

    @override
    def needs(self, x: Shape, like: Shape) -> Iterator[Need]:
        names = self.axes.split(", ")
        values = {"rank": len(like), "axes": self.axes}
        yield Need(equal(len(like), len(x)), "the indices have {rank} axes, the input is {axes}", values)
        for axis, size, found in zip(names, x, like, strict=True):
            text = "the indices have {found} on {axis}, the input has {size}"
            yield Need(equal(size, found), text, {"axis": axis, "size": size, "found": found})
        if self.output_size is None:
            for axis, size, p in zip(names[2:], self.undone(x), self.padding, strict=True):
                text = "padding={p} on {axis} takes all of the {full} pixels of the windows"
                yield Need(size >= 1, text, {"axis": axis, "p": p, "full": size + 2 * p})
        else:
            axes = zip(names[2:], self.output_size, self.undone(x), self.windows(), strict=True)
            for axis, size, made, w in axes:
                text = "output_size={size} on {axis} is not less than stride={s} away from {made}"
                near = both(size > made - w.stride, size < made + w.stride)
                yield Need(near, text, {"axis": axis, "size": size, "made": made, "s": w.stride})

    @override
    def output(self, x: Shape, like: Shape) -> Shape:
        return (*x[:2], *(self.undone(x) if self.output_size is None else self.output_size))

    @override
    def ops(self, x: Shape, like: Shape) -> Ops:
        return FREE

    @override
    def taps(self, x: Shape, like: Shape) -> tuple[Taps, ...]:
        space = (Tap(axis, window) for axis, window in enumerate(self.windows(), 2))
        read: Taps = (Tap(0, POINTWISE), Tap(1, POINTWISE), *space)
        return read, read


@final
class MaxUnpool1d(_MaxUnpool):
    """Max unpooling over L."""

    ranks = (3,)
    axes = "N, C, L"
    torch_name = "MaxUnpool1d"

    kernel_size: Size1
    stride: Size1 | None = None
    padding: Pad1 = (0,)
    output_size: Size1 | None = None


@final
class MaxUnpool2d(_MaxUnpool):
    """Max unpooling over H and W."""

    ranks = (4,)
    axes = "N, C, H, W"
    torch_name = "MaxUnpool2d"

    kernel_size: Size2
    stride: Size2 | None = None
    padding: Pad2 = (0, 0)
    output_size: Size2 | None = None


@final
class MaxUnpool3d(_MaxUnpool):
    """Max unpooling over D, H and W."""

    ranks = (5,)
    axes = "N, C, D, H, W"
    torch_name = "MaxUnpool3d"

    kernel_size: Size3
    stride: Size3 | None = None
    padding: Pad3 = (0, 0, 0)
    output_size: Size3 | None = None
