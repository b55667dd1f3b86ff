"""Adaptive pooling: the output size is given, and the windows follow from it."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, final

from pydantic import Field
from typing_extensions import override

from cnnshape.core.dims import Dim, Shape, equal, gcd, prod, where
from cnnshape.layers.base import Layer, Ops, Tap, Taps
from cnnshape.layers.fields import LARGEST, Size1, per_axis
from cnnshape.layers.index_maps import POINTWISE, Adaptive, Whole

if TYPE_CHECKING:
    Fit2 = Dim
    Fit3 = Dim
else:
    _SIZE = Annotated[int, Field(ge=1, le=LARGEST)] | None
    Fit2, Fit3 = (
        per_axis(_SIZE, f"a whole number from 1 up or a list of {axes}, in which null keeps the size", 1, axes)
        for axes in (2, 3)
    )


class _AdaptivePool(Layer):
    """Partial base: windows that share an axis of n out among m outputs, each channel for itself."""

    output_size: Dim = Field(description="the size that comes out, per axis")

    def axes_out(self, x: Shape) -> Iterator[tuple[Dim, Dim | None]]:
        """Per spatial axis, its size and the size that is asked for, None to keep it."""
        return zip(x[2:], self.output_size, strict=True)

    def read(self, x: Shape) -> Dim:
        """How many elements all windows read together: ``n + m - gcd(n, m)`` per axis, for overlap by overlap."""
        read = prod(x[:2])
        for n, m in self.axes_out(x):
            read = read * (n if m is None else n + m - gcd(n, m))
        return read

    @override
    def output(self, x: Shape) -> Shape:
        return (*x[:2], *(n if m is None else m for n, m in self.axes_out(x)))

    @override
    def taps(self, x: Shape) -> tuple[Taps, ...]:
        space = (POINTWISE if m is None else where(equal(m, 1), Whole(n), Adaptive(n, m)) for n, m in self.axes_out(x))
        return ((Tap(0, POINTWISE), Tap(1, POINTWISE), *(Tap(axis, reach) for axis, reach in enumerate(space, 2))),)


class _AdaptiveAvgPool(_AdaptivePool):
    """The mean of each window.

    Shapes, per spatial axis with ``output_size`` m, or n where m is null::

        x    (N, C, n, ...)
        out  (N, C, m, ...)      output y reads floor(y n / m) to ceil((y + 1) n / m) - 1

    Cost: the windows of an axis have ``n + m - gcd(n, m)`` elements together; one add for each element that a window
    reads after its first, and one division per output element.

    References: ``torch.nn.AdaptiveAvgPool2d``.
    """

    @override
    def ops(self, x: Shape) -> Ops:
        made = prod(self.output(x))
        return Ops(add=self.read(x) - made, div=made)


@final
class AdaptiveAvgPool1d(_AdaptiveAvgPool):
    """Average pooling of L to a given size."""

    ranks = (3,)
    axes = "N, C, L"
    torch_name = "AdaptiveAvgPool1d"

    output_size: Size1


@final
class AdaptiveAvgPool2d(_AdaptiveAvgPool):
    """Average pooling of H and W to a given size; global average pooling is ``output_size=1``."""

    ranks = (4,)
    axes = "N, C, H, W"
    torch_name = "AdaptiveAvgPool2d"

    output_size: Fit2


@final
class AdaptiveAvgPool3d(_AdaptiveAvgPool):
    """Average pooling of D, H and W to a given size."""

    ranks = (5,)
    axes = "N, C, D, H, W"
    torch_name = "AdaptiveAvgPool3d"

    output_size: Fit3


class _AdaptiveMaxPool(_AdaptivePool):
    """The largest value of each window.

    Shapes, per spatial axis with ``output_size`` m, or n where m is null::

        x    (N, C, n, ...)
        out  (N, C, m, ...)      output y reads floor(y n / m) to ceil((y + 1) n / m) - 1

    ``return_indices`` puts out int64 indices of the same shape beside the values.

    Cost: the windows of an axis have ``n + m - gcd(n, m)`` elements together; one compare for each element that a
    window reads after its first.

    References: ``torch.nn.AdaptiveMaxPool2d``.
    """

    return_indices: bool = Field(
        default=False, description="also puts out where each largest value stood, for max unpooling"
    )

    @override
    def ops(self, x: Shape) -> Ops:
        return Ops(compare=self.read(x) - prod(self.output(x)))

    @override
    def indices(self, x: Shape) -> Shape | None:
        return self.output(x) if self.return_indices else None


@final
class AdaptiveMaxPool1d(_AdaptiveMaxPool):
    """Max pooling of L to a given size."""

    ranks = (3,)
    axes = "N, C, L"
    torch_name = "AdaptiveMaxPool1d"

    output_size: Size1


@final
class AdaptiveMaxPool2d(_AdaptiveMaxPool):
    """Max pooling of H and W to a given size."""

    ranks = (4,)
    axes = "N, C, H, W"
    torch_name = "AdaptiveMaxPool2d"

    output_size: Fit2


@final
class AdaptiveMaxPool3d(_AdaptiveMaxPool):
    """Max pooling of D, H and W to a given size."""

    ranks = (5,)
    axes = "N, C, D, H, W"
    torch_name = "AdaptiveMaxPool3d"

    output_size: Fit3
