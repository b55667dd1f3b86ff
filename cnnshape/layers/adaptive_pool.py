"""Adaptive pooling: the output size is given, and the windows follow from it."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, final

from typing_extensions import override

from cnnshape.core.dims import Dim, Shape, equal, gcd, prod, where
from cnnshape.layers.base import Layer, Ops, Tap, Taps
from cnnshape.layers.fields import LARGEST, Core, Size1
from cnnshape.layers.index_maps import POINTWISE, Adaptive, Whole


def _fit(axes: int) -> Any:
    """One number for all axes, or a list of as many, where null keeps the size of its axis; kept as a tuple."""
    one = {"type": "int", "strict": True, "ge": 1, "le": LARGEST}
    item = {"type": "nullable", "schema": one}

    def spread(value: object) -> object:
        if isinstance(value, int) and not isinstance(value, bool):
            return (value,) * axes
        return tuple(value) if isinstance(value, list) else value

    schema = {
        "type": "function-before",
        "function": {"type": "no-info", "function": spread},
        "schema": {"type": "tuple", "items_schema": [item] * axes, "strict": True},
    }
    listed = {"type": "list", "items_schema": item, "min_length": axes, "max_length": axes, "strict": True}
    takes = f"a whole number from 1 up or a list of {axes}, in which null keeps the size"
    edit = {"type": "union", "choices": [one, listed]}
    return Annotated[tuple[int | None, ...], Core(schema, takes, edit, low=1)]


if TYPE_CHECKING:
    Fit2 = Dim
    Fit3 = Dim
else:
    Fit2, Fit3 = _fit(2), _fit(3)


class _AdaptivePool(Layer):
    """Partial base: windows that share an axis of n out among m outputs, each channel for itself."""

    output_size: Dim

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

    ranks: ClassVar[tuple[int, ...]] = (3,)
    axes: ClassVar[str] = "N, C, L"
    torch_name: ClassVar[str] = "AdaptiveAvgPool1d"

    output_size: Size1


@final
class AdaptiveAvgPool2d(_AdaptiveAvgPool):
    """Average pooling of H and W to a given size; global average pooling is ``output_size=1``."""

    ranks: ClassVar[tuple[int, ...]] = (4,)
    axes: ClassVar[str] = "N, C, H, W"
    torch_name: ClassVar[str] = "AdaptiveAvgPool2d"

    output_size: Fit2


@final
class AdaptiveAvgPool3d(_AdaptiveAvgPool):
    """Average pooling of D, H and W to a given size."""

    ranks: ClassVar[tuple[int, ...]] = (5,)
    axes: ClassVar[str] = "N, C, D, H, W"
    torch_name: ClassVar[str] = "AdaptiveAvgPool3d"

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

    return_indices: bool = False

    @override
    def ops(self, x: Shape) -> Ops:
        return Ops(compare=self.read(x) - prod(self.output(x)))

    @override
    def indices(self, x: Shape) -> Shape | None:
        return self.output(x) if self.return_indices else None


@final
class AdaptiveMaxPool1d(_AdaptiveMaxPool):
    """Max pooling of L to a given size."""

    ranks: ClassVar[tuple[int, ...]] = (3,)
    axes: ClassVar[str] = "N, C, L"
    torch_name: ClassVar[str] = "AdaptiveMaxPool1d"

    output_size: Size1


@final
class AdaptiveMaxPool2d(_AdaptiveMaxPool):
    """Max pooling of H and W to a given size."""

    ranks: ClassVar[tuple[int, ...]] = (4,)
    axes: ClassVar[str] = "N, C, H, W"
    torch_name: ClassVar[str] = "AdaptiveMaxPool2d"

    output_size: Fit2


@final
class AdaptiveMaxPool3d(_AdaptiveMaxPool):
    """Max pooling of D, H and W to a given size."""

    ranks: ClassVar[tuple[int, ...]] = (5,)
    axes: ClassVar[str] = "N, C, D, H, W"
    torch_name: ClassVar[str] = "AdaptiveMaxPool3d"

    output_size: Fit3
