"""Sliding blocks as columns (im2col), and columns summed back into an image."""

from collections.abc import Iterator
from typing import final

from pydantic import Field
from typing_extensions import override

from cnnshape.core.dims import Dim, Shape, divides, equal, prod
from cnnshape.layers.base import FREE, Chain, Layer, Need, Ops, Regroup
from cnnshape.layers.fields import Pad2, Size2
from cnnshape.layers.index_maps import Window
from cnnshape.layers.steps import Frames, Overlap, reordered


class _Blocks(Layer):
    """Blocks of ``kernel_size`` over H and W of an image."""

    kernel_size: Size2 = Field(description="the size of the window, per axis")
    dilation: Size2 = Field(default=(1, 1), description="the distance between elements of the kernel, per axis")
    padding: Pad2 = Field(default=(0, 0), description="what is added at both sides, per axis")
    stride: Size2 = Field(default=(1, 1), description="how far the window moves from one output to the next, per axis")

    def blocks(self, space: Shape) -> tuple[Dim, ...]:
        """How many blocks fit along each axis of an image, as many as a convolution has outputs."""
        axes = zip(space, self.kernel_size, self.dilation, self.padding, self.stride, strict=True)
        return tuple((h + 2 * p - d * (k - 1) - 1) // s + 1 for h, k, d, p, s in axes)

    def windows(self) -> tuple[Window, Window]:
        """The windows over H and W."""
        of_h, of_w = (
            Window(*axis) for axis in zip(self.kernel_size, self.stride, self.padding, self.dilation, strict=True)
        )
        return of_h, of_w

    def blocks_fit(self, space: Shape, what: str) -> Iterator[Need]:
        """The needs that a block fits into the padded image."""
        for axis, h, k, d, p in zip("HW", space, self.kernel_size, self.dilation, self.padding, strict=True):
            span, room = d * (k - 1) + 1, h + 2 * p
            values = {"axis": axis, "span": span, "room": room, "what": what}
            yield Need(room >= span, "the kernel spans {span} on {axis}, the padded {what} has {room}", values)


@final
class Unfold(_Blocks):
    """Each block of an image as one column.

    Shapes, with span ``e = d (k - 1) + 1`` per axis::

        x       (N, C, H, W)
        out     (N, C k_h k_w, L)      L = L_h L_w,  L_h = floor((H + 2p - e) / s) + 1

    Cost: nothing is computed.

    References: Dumoulin & Visin 2016, relations 6 and 15, for the number of blocks; ``torch.nn.Unfold``.

    >>> Unfold(kernel_size=2, stride=2).output((1, 3, 8, 6))
    (1, 12, 12)
    """

    ranks = (4,)
    axes = "N, C, H, W"
    torch_name = "Unfold"

    @override
    def needs(self, x: Shape) -> Iterator[Need]:
        yield from self.blocks_fit(x[2:], "input")

    @override
    def output(self, x: Shape) -> Shape:
        n, c, *space = x
        return (n, c * prod(self.kernel_size), prod(self.blocks(tuple(space))))

    @override
    def ops(self, x: Shape) -> Ops:
        return FREE

    @override
    def taps(self, x: Shape) -> tuple[Chain, ...]:
        n, c, *space = x
        (rows, columns), (k_h, k_w) = self.blocks(tuple(space)), self.kernel_size
        of_h, of_w = self.windows()
        steps = (
            Frames(2, of_h, rows),
            Frames(4, of_w, columns),
            reordered((n, c, rows, k_h, columns, k_w), (0, 1, 3, 5, 2, 4)),
            Regroup(1, 3, (c * k_h * k_w,)),
            Regroup(2, 2, (rows * columns,)),
        )
        return (Chain(steps),)


@final
class Fold(_Blocks):
    """Columns summed back into an image of ``output_size``; blocks that overlap are added up.

    Shapes, with span ``e = d (k - 1) + 1`` per axis::

        x       (N, C k_h k_w, L)      L = L_h L_w,  L_h = floor((H + 2p - e) / s) + 1
        out     (N, C, H, W)           H, W = output_size

    Cost: one add per element of x; those that fall into the padding count too.

    References: ``torch.nn.Fold``.

    >>> Fold(output_size=[8, 6], kernel_size=2, stride=2).output((1, 12, 12))
    (1, 3, 8, 6)
    """

    ranks = (3,)
    axes = "N, C, L"
    torch_name = "Fold"

    output_size: Size2 = Field(description="the size that comes out, per axis")

    @override
    def needs(self, x: Shape) -> Iterator[Need]:
        _, c, length = x
        taps = prod(self.kernel_size)
        text = "{c} input channels do not split into blocks of {taps} taps"
        yield Need(divides(taps, c), text, {"c": c, "taps": taps}, "the channels must be a multiple of {taps}")
        yield from self.blocks_fit(self.output_size, "output")
        rows, columns = self.blocks(self.output_size)
        values = {"length": length, "rows": rows, "columns": columns, "all": rows * columns}
        text = "the input has {length} blocks, the output {rows} x {columns} = {all}"
        yield Need(equal(length, rows * columns), text, values)

    @override
    def output(self, x: Shape) -> Shape:
        return (x[0], x[1] // prod(self.kernel_size), *self.output_size)

    @override
    def ops(self, x: Shape) -> Ops:
        return Ops(add=prod(x))

    @override
    def taps(self, x: Shape) -> tuple[Chain, ...]:
        n, c, h, w = self.output(x)
        (rows, columns), (k_h, k_w) = self.blocks((h, w)), self.kernel_size
        of_h, of_w = self.windows()
        apart = (n, c, k_h, k_w, rows, columns)
        steps = (
            Regroup(1, 2, (c, k_h, k_w, rows, columns)),
            reordered(apart, (0, 1, 4, 2, 5, 3)),
            Overlap(4, of_w, w),
            Overlap(2, of_h, h),
        )
        return (Chain(steps),)
