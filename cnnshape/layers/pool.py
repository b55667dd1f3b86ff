"""Pooling: a window that slides over the image and keeps its largest value, its mean or its norm."""

from typing import Annotated, final

from pydantic import AfterValidator, Field
from typing_extensions import override

from cnnshape.core.dims import Dim, Shape, prod
from cnnshape.layers.base import Ops
from cnnshape.layers.fields import Pad1, Pad2, Pad3, Size, Size1, Size2, Size3, Takes
from cnnshape.layers.index_maps import Window, sliding
from cnnshape.layers.sliding import SlidingWindow


def _root(value: float) -> float:
    if not value:
        raise ValueError("there is no root of order zero")
    return value


Norm = Annotated[float, AfterValidator(_root), Takes("a number other than 0")]


class _MaxPool(SlidingWindow):
    """The largest value of each window.

    Shapes, per spatial axis with span ``e = d (k - 1) + 1``::

        x    (N, C, H, ...)
        out  (N, C, H', ...)     H' = floor((H + 2p - e) / s) + 1

    ``ceil_mode`` rounds up instead, but a window that would start in the padding behind is left out:
    ``H' = min(ceil((H + 2p - e) / s) + 1, ceil((H + p) / s))``.  The stride is the kernel unless it is stated.
    ``return_indices`` puts out int64 indices of the same shape beside the values, for `MaxUnpool2d`.

    Cost: ``k ... - 1`` compares per output element, padded taps included.

    References: Dumoulin & Visin 2016, chapter 3; ``torch.nn.MaxPool2d``.
    """

    padding: Dim = Field(description="what is added at both sides, per axis")
    dilation: Dim = Field(description="the distance between elements of the kernel, per axis")
    return_indices: bool = Field(
        default=False, description="also puts out where each largest value stood, for max unpooling"
    )

    @override
    def windows(self) -> tuple[Window, ...]:
        stride = self.kernel_size if self.stride is None else self.stride
        axes = zip(self.kernel_size, stride, self.padding, self.dilation, strict=True)
        return tuple(sliding(k, s, p, d) for k, s, p, d in axes)

    @override
    def ops(self, x: Shape) -> Ops:
        return Ops(compare=prod(self.output(x)) * (prod(self.kernel_size) - 1))

    @override
    def indices(self, x: Shape) -> Shape | None:
        return self.output(x) if self.return_indices else None


@final
class MaxPool1d(_MaxPool):
    """Max pooling over L."""

    ranks = (3,)
    axes = "N, C, L"
    torch_name = "MaxPool1d"

    kernel_size: Size1
    stride: Size1 | None = None
    padding: Pad1 = (0,)
    dilation: Size1 = (1,)


@final
class MaxPool2d(_MaxPool):
    """Max pooling over H and W."""

    ranks = (4,)
    axes = "N, C, H, W"
    torch_name = "MaxPool2d"

    kernel_size: Size2
    stride: Size2 | None = None
    padding: Pad2 = (0, 0)
    dilation: Size2 = (1, 1)


@final
class MaxPool3d(_MaxPool):
    """Max pooling over D, H and W."""

    ranks = (5,)
    axes = "N, C, D, H, W"
    torch_name = "MaxPool3d"

    kernel_size: Size3
    stride: Size3 | None = None
    padding: Pad3 = (0, 0, 0)
    dilation: Size3 = (1, 1, 1)


class _AvgPool(SlidingWindow):
    """The mean of each window.

    Shapes, per spatial axis::

        x    (N, C, H, ...)
        out  (N, C, H', ...)     H' = floor((H + 2p - k) / s) + 1

    ``ceil_mode`` rounds as in `MaxPool2d`; the stride is the kernel unless it is stated.  ``count_include_pad`` and
    ``divisor_override`` say what the sum is divided by, which changes no figure.  In 3-D torch wants an image that is
    not smaller than the kernel even before it is padded.

    Cost: ``k ... - 1`` adds and one division per output element, padded taps included.

    References: Dumoulin & Visin 2016, chapter 3; ``torch.nn.AvgPool2d``.
    """

    padding: Dim = Field(description="what is added at both sides, per axis")
    count_include_pad: bool = Field(default=True, description="the mean counts the padding; it changes no figure")

    @override
    def windows(self) -> tuple[Window, ...]:
        stride = self.kernel_size if self.stride is None else self.stride
        return tuple(sliding(k, s, p) for k, s, p in zip(self.kernel_size, stride, self.padding, strict=True))

    @override
    def ops(self, x: Shape) -> Ops:
        made = prod(self.output(x))
        return Ops(add=made * (prod(self.kernel_size) - 1), div=made)


@final
class AvgPool1d(_AvgPool):
    """Average pooling over L."""

    ranks = (3,)
    axes = "N, C, L"
    torch_name = "AvgPool1d"

    kernel_size: Size1
    stride: Size1 | None = None
    padding: Pad1 = (0,)


@final
class AvgPool2d(_AvgPool):
    """Average pooling over H and W."""

    ranks = (4,)
    axes = "N, C, H, W"
    torch_name = "AvgPool2d"

    kernel_size: Size2
    stride: Size2 | None = None
    padding: Pad2 = (0, 0)
    divisor_override: Size | None = Field(
        default=None, description="what the sum of a window is divided by, if not by its size; it changes no figure"
    )


@final
class AvgPool3d(_AvgPool):
    """Average pooling over D, H and W."""

    ranks = (5,)
    axes = "N, C, D, H, W"
    torch_name = "AvgPool3d"
    whole_kernel = True

    kernel_size: Size3
    stride: Size3 | None = None
    padding: Pad3 = (0, 0, 0)
    divisor_override: Size | None = Field(
        default=None, description="what the sum of a window is divided by, if not by its size; it changes no figure"
    )


class _LPPool(SlidingWindow):
    """The p-norm of each window, p being ``norm_type``: ``(x1^p + x2^p + ...)^(1/p)``.

    Shapes, per spatial axis::

        x    (N, C, H, ...)
        out  (N, C, H', ...)     H' = floor((H - k) / s) + 1

    ``ceil_mode`` rounds as in `MaxPool2d`, in 3-D with an image not smaller than the kernel; the stride is the kernel
    unless it is stated.

    Cost: one power per input element, ``k ... - 1`` adds and one root per output element; powers and roots count
    as exp.

    References: ``torch.nn.LPPool2d``.
    """

    norm_type: Norm = Field(description="the power of the norm")

    @override
    def windows(self) -> tuple[Window, ...]:
        stride = self.kernel_size if self.stride is None else self.stride
        return tuple(sliding(k, s) for k, s in zip(self.kernel_size, stride, strict=True))

    @override
    def ops(self, x: Shape) -> Ops:
        made = prod(self.output(x))
        return Ops(add=made * (prod(self.kernel_size) - 1), exp=prod(x) + made)


@final
class LPPool1d(_LPPool):
    """Power-average pooling over L."""

    ranks = (3,)
    axes = "N, C, L"
    torch_name = "LPPool1d"

    kernel_size: Size1
    stride: Size1 | None = None


@final
class LPPool2d(_LPPool):
    """Power-average pooling over H and W."""

    ranks = (4,)
    axes = "N, C, H, W"
    torch_name = "LPPool2d"

    kernel_size: Size2
    stride: Size2 | None = None


@final
class LPPool3d(_LPPool):
    """Power-average pooling over D, H and W."""

    ranks = (5,)
    axes = "N, C, D, H, W"
    torch_name = "LPPool3d"
    whole_kernel = True

    kernel_size: Size3
    stride: Size3 | None = None
