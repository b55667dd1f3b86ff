"""Windows that slide over the image: what the pooling layers have in common, and the one rule of ``ceil_mode``."""

from abc import abstractmethod
from collections.abc import Iterator
from typing import ClassVar

from pydantic import Field
from typing_extensions import override

from cnnshape.core.dims import Dim, Shape, ceil_div, minimum
from cnnshape.layers.base import Layer, Need, Tap, Taps
from cnnshape.layers.index_maps import POINTWISE, Window


class SlidingWindow(Layer):
    """Partial base: windows over the spatial axes, each channel for itself."""

    kernel_size: Dim = Field(description="the size of the window, per axis")
    stride: Dim = Field(
        description="how far the window moves from one output to the next, per axis; null is the kernel's size"
    )
    ceil_mode: bool = Field(default=False, description="the output size is rounded up, not down")

    whole_kernel: ClassVar[bool] = False
    """Refuses an image smaller than the kernel even where padding or ``ceil_mode`` makes up for it."""

    @abstractmethod
    def windows(self) -> tuple[Window, ...]:
        """The window of each spatial axis."""

    def made(self, size: Dim, w: Window) -> Dim:
        """How many windows there are along an axis; one that would start in the padding behind is no window."""
        full, span = size + w.padding, w.dilation * (w.kernel - 1) + 1
        if self.ceil_mode:
            return minimum(ceil_div(full + w.padding - span, w.stride) + 1, ceil_div(full, w.stride))
        return (full + w.padding - span) // w.stride + 1

    @override
    def needs(self, x: Shape) -> Iterator[Need]:
        half = "padding={p} on {axis} is more than half of kernel_size={k}"
        whole = "kernel_size={k} on {axis} is more than the {size} pixels of the input"
        room = "the kernel spans {span} on {axis}, the padded input has {room}"
        for axis, size, w in zip(self.space(), x[2:], self.windows(), strict=True):
            values = {"axis": axis, "size": size, "k": w.kernel, "p": w.padding, "room": size + 2 * w.padding}
            values |= {"span": w.dilation * (w.kernel - 1) + 1}
            yield Need(2 * w.padding <= w.kernel, half, values, "pad in a layer before")
            if self.whole_kernel:
                yield Need(w.kernel <= size, whole, values, "pad in a layer before")
            yield Need(self.made(size, w) >= 1, room, values)

    @override
    def output(self, x: Shape) -> Shape:
        return (*x[:2], *(self.made(size, w) for size, w in zip(x[2:], self.windows(), strict=True)))

    @override
    def taps(self, x: Shape) -> tuple[Taps, ...]:
        space = (Tap(axis, window) for axis, window in enumerate(self.windows(), 2))
        return ((Tap(0, POINTWISE), Tap(1, POINTWISE), *space),)
