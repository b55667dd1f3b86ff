"""Cropping to the middle of the image."""

from collections.abc import Iterator
from typing import final

from pydantic import Field
from typing_extensions import override

from cnnshape.core.dims import Dim, Shape, equal
from cnnshape.layers.base import FREE, Layer, Need, Ops, Tap, Taps
from cnnshape.layers.fields import Size2
from cnnshape.layers.index_maps import POINTWISE, Shift


@final
class CenterCrop(Layer):
    """The middle of H and W, of a stated ``size`` or of the size of a second input.

    Shapes::

        x     (N, C, H, W)
        like  (N', C', h, w)     optional: only its size is taken
        out   (N, C, h, w)       from row (H - h) / 2 on, a half rounded to the even row; columns alike

    Cost: nothing, pixels are copied.

    References: Ronneberger, Fischer & Brox 2015, the crops of the contracting path;
    ``torchvision.transforms.CenterCrop``.

    >>> CenterCrop(size=[3, 4]).output((1, 8, 8, 8))
    (1, 8, 3, 4)
    """

    ranks = (4,)
    axes = "N, C, H, W"

    size: Size2 | None = Field(default=None, description="the size that comes out, per axis")

    def asked(self, like: Shape | None) -> Dim:
        """Height and width of the crop."""
        return self.size if like is None else like[2:]

    @override
    def needs(self, x: Shape, like: Shape | None = None) -> Iterator[Need]:
        if like is None:
            text = "CenterCrop takes `size` or a second input, and has neither"
            yield Need(self.size is not None, text, hint="state size, or from: [x, like]")
        else:
            text = "CenterCrop takes `size` or a second input, and has both"
            yield Need(self.size is None, text, hint="leave size out")
            text = "the second input has {rank} axes, not {axes}"
            yield Need(equal(len(like), 4), text, {"rank": len(like), "axes": self.axes})
        for axis, size, crop in zip(self.space(), x[2:], self.asked(like), strict=True):
            text = "a crop of {crop} on {axis} does not fit into {size} pixels"
            yield Need(crop <= size, text, {"axis": axis, "size": size, "crop": crop})

    @override
    def output(self, x: Shape, like: Shape | None = None) -> Shape:
        return (*x[:2], *self.asked(like))

    @override
    def ops(self, x: Shape, like: Shape | None = None) -> Ops:
        return FREE

    @override
    def taps(self, x: Shape, like: Shape | None = None) -> tuple[Taps, ...]:
        spare = (size - crop for size, crop in zip(x[2:], self.asked(like), strict=True))
        starts = (d // 2 + (d + 1) // 4 - d // 4 for d in spare)  # half of d, to the even side where d is odd
        read: Taps = (Tap(0, POINTWISE), Tap(1, POINTWISE), *(Tap(i, Shift(-at)) for i, at in enumerate(starts, 2)))
        return (read,) if like is None else (read, ())
