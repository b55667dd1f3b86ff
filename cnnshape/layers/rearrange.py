"""The elements in another order, some of them, or some of them several times; all of these copy."""

from abc import abstractmethod
from collections.abc import Iterator
from typing import final

from pydantic import Field
from typing_extensions import override

from cnnshape.core.dims import Dim, Shape, both, ceil_div, either, equal, maximum, minimum, prod, where
from cnnshape.layers.axes import Position, axes_of, axis_of, has_axes, has_distinct_axes, listed, stretched
from cnnshape.layers.base import FREE, Chain, Layer, Need, Ops, Regroup, Row, Tap, Taps, pointwise
from cnnshape.layers.fields import Extents, Index, Indices, Size, Sizes
from cnnshape.layers.index_maps import POINTWISE, Shift, Stride
from cnnshape.layers.pieces import Repeated


class _Copy(Layer):
    """Moves elements and computes nothing."""

    @override
    def ops(self, x: Shape) -> Ops:
        return FREE


class _Reorder(_Copy):
    """The same axes in another order."""

    @abstractmethod
    def order(self, rank: int) -> tuple[int, ...]:
        """Which axis of the input each axis of the output is."""

    @override
    def output(self, x: Shape) -> Shape:
        return tuple(x[axis] for axis in self.order(len(x)))

    @override
    def taps(self, x: Shape) -> tuple[Taps, ...]:
        return (tuple(Tap(axis, POINTWISE) for axis in self.order(len(x))),)


@final
class Permute(_Reorder):
    """The axes in another order.

    Shapes, with ``dims=[0, 2, 3, 1]``::

        x       (N, C, H, W)
        out     (N, H, W, C)

    Cost: nothing is computed; the output is a copy.

    References: ``torch.permute``.
    """

    dims: Indices = Field(description="the axes, counted from 0 with the batch")

    @override
    def needs(self, x: Shape) -> Iterator[Need]:
        values = {"count": len(self.dims), "rank": len(x)}
        yield Need(equal(len(self.dims), len(x)), "dims is a list of {count}, the input has {rank} axes", values)
        yield from has_distinct_axes("dims", self.dims, len(x))

    @override
    def order(self, rank: int) -> tuple[int, ...]:
        return axes_of(self.dims, rank)


@final
class Transpose(_Reorder):
    """Two axes exchanged.

    Shapes, with ``dim0=1`` and ``dim1=2``::

        x       (N, C, L)
        out     (N, L, C)

    Cost: nothing is computed; the output is a copy.

    References: ``torch.transpose``.
    """

    dim0: Index = Field(description="one of the two axes, counted from 0 with the batch")
    dim1: Index = Field(description="the other of the two axes, counted from 0 with the batch")

    @override
    def needs(self, x: Shape) -> Iterator[Need]:
        yield from has_axes("dim0", self.dim0, len(x))
        yield from has_axes("dim1", self.dim1, len(x))

    @override
    def order(self, rank: int) -> tuple[int, ...]:
        one, other = axes_of((self.dim0, self.dim1), rank)
        return tuple({one: other, other: one}.get(axis, axis) for axis in range(rank))


@final
class Slice(_Copy):
    """Every ``step``-th index of the axis ``dim`` from ``start`` up to, not including, ``end``.

    Shapes, with ``dim=1``::

        x       (N, C, ...)
        out     (N, C', ...)      C' = ceil((end - start) / step)

    As in Python, negative positions count from the end, ``end=null`` is the end, and positions beyond the axis are
    cut to it.  A slice that holds nothing is an error here.

    Cost: nothing is computed; the output is a copy.

    References: ``torch.Tensor`` indexing, ``x[:, start:end:step]``.

    >>> Slice(dim=1, start=-8).output((1, 24, 7, 7))
    (1, 8, 7, 7)
    """

    dim: Index = Field(description="the axis, counted from 0 with the batch, from the end where negative")
    start: Position = Field(default=0, description="the first index")
    end: Position | None = Field(default=None, description="the index behind the last one")
    step: Size = Field(default=1, description="the distance from one index to the next")

    def bounds(self, size: Dim) -> tuple[Dim, Dim]:
        """First index, and the one behind the last, on an axis of this size."""
        start, end = (
            minimum(maximum(at + where(at < 0, size, 0), 0), size)
            for at in (self.start, size if self.end is None else self.end)
        )
        return start, end

    @override
    def needs(self, x: Shape) -> Iterator[Need]:
        yield from has_axes("dim", self.dim, len(x))
        axis = axis_of(self.dim, len(x))
        start, end = self.bounds(x[axis])
        values = {"start": start, "end": end, "axis": axis, "size": x[axis]}
        yield Need(start < end, "nothing is left from {start} to {end} on axis {axis} of {size}", values)

    @override
    def output(self, x: Shape) -> Shape:
        axis = axis_of(self.dim, len(x))
        start, end = self.bounds(x[axis])
        return (*x[:axis], ceil_div(end - start, self.step), *x[axis + 1 :])

    @override
    def taps(self, x: Shape) -> tuple[Taps, ...]:
        sliced = axis_of(self.dim, len(x))
        start, _ = self.bounds(x[sliced])
        return (tuple(Tap(at, Stride(start, self.step) if at == sliced else POINTWISE) for at in range(len(x))),)


@final
class Select(_Copy):
    """One index of the axis ``dim``, which is dropped.

    Shapes, with ``dim=1``::

        x       (N, L, C)
        out     (N, C)

    Cost: nothing is computed; the output is a copy.

    References: ``torch.select``.

    >>> Select(dim=1, index=0).output((1, 197, 768))
    (1, 768)
    """

    dim: Index = Field(description="the axis, counted from 0 with the batch, from the end where negative")
    index: Position = Field(description="which index of the axis")

    @override
    def needs(self, x: Shape) -> Iterator[Need]:
        yield from has_axes("dim", self.dim, len(x))
        axis = axis_of(self.dim, len(x))
        size, index = x[axis], self.index
        text = "index={index} is not on axis {axis} of {size}"
        yield Need(both(index < size, index >= -size), text, {"index": index, "axis": axis, "size": size})

    @override
    def output(self, x: Shape) -> Shape:
        axis = axis_of(self.dim, len(x))
        return (*x[:axis], *x[axis + 1 :])

    @override
    def taps(self, x: Shape) -> tuple[Chain, ...]:
        at = axis_of(self.dim, len(x))
        reach, taps = Stride(self.index + where(self.index < 0, x[at], 0)), pointwise(x)
        one = Row((*taps[:at], Tap(at, reach), *taps[at + 1 :]), (*x[:at], 1, *x[at + 1 :]))
        return (Chain((one, Row((*taps[:at], *taps[at + 1 :]), self.output(x)))),)


@final
class Expand(_Copy):
    """Axes of size 1 stretched to ``sizes``, and new axes in front.

    Shapes, with ``sizes=[-1, -1, H, W]``, where -1 keeps the size::

        x       (N, C, 1, 1)
        out     (N, C, H, W)

    Cost: nothing is computed; the output is a copy.

    References: ``torch.Tensor.expand``.
    """

    sizes: Extents = Field(description="the shape that comes out, batch included; -1 keeps an axis")

    @override
    def needs(self, x: Shape) -> Iterator[Need]:
        new = len(self.sizes) - len(x)
        values = {"count": len(self.sizes), "rank": len(x)}
        yield Need(new >= 0, "sizes is a list of {count}, the input has {rank} axes", values)
        for axis, made in enumerate(self.sizes[:new]):
            yield Need(made is not None, "sizes keeps axis {axis}, which is new", {"axis": axis}, "state its size")
        for axis, (size, made) in enumerate(zip(x, self.sizes[new:], strict=True)):
            if made is not None:
                values = {"axis": axis, "size": size, "made": made}
                text = "axis {axis} has {size} and does not stretch to {made}: only an axis of 1 does"
                yield Need(either(equal(size, made), equal(size, 1)), text, values)

    @override
    def output(self, x: Shape) -> Shape:
        kept = (1,) * (len(self.sizes) - len(x)) + tuple(x)
        return tuple(size if made is None else made for size, made in zip(kept, self.sizes, strict=True))

    @override
    def taps(self, x: Shape) -> tuple[Taps, ...]:
        return (stretched(x, self.output(x)),)


@final
class Repeat(_Copy):
    """Each axis tiled end to end, as often as ``repeats`` says, and new axes in front.

    Shapes, with ``repeats=[1, 1, a, b]``::

        x       (N, C, H, W)
        out     (N, C, a H, b W)

    Cost: nothing is computed; the output is a copy.

    References: ``torch.Tensor.repeat``.
    """

    repeats: Sizes = Field(description="how often each axis is repeated")

    @override
    def needs(self, x: Shape) -> Iterator[Need]:
        values = {"count": len(self.repeats), "rank": len(x)}
        yield Need(len(self.repeats) >= len(x), "repeats is a list of {count}, the input has {rank} axes", values)

    @override
    def output(self, x: Shape) -> Shape:
        tiles = (1,) * (len(self.repeats) - len(x)) + tuple(x)
        return tuple(size * times for size, times in zip(tiles, self.repeats, strict=True))

    @override
    def taps(self, x: Shape) -> tuple[Taps, ...]:
        new = len(self.repeats) - len(x)
        return ((*(None,) * new, *(Tap(axis, Repeated(size)) for axis, size in enumerate(x))),)


@final
class Roll(_Copy):
    """Each of ``dims`` moved by its shift; what leaves at one end comes in at the other.

    Shapes: any, kept.

    Without ``dims`` the elements roll as one long axis.

    Cost: nothing is computed; the output is a copy.

    References: ``torch.roll``; the shifted windows of Liu et al. 2021 (Swin Transformer).
    """

    shifts: Index | Indices = Field(description="how far each axis is moved")
    dims: Index | Indices | None = Field(default=None, description="the axes, counted from 0 with the batch")

    @override
    def needs(self, x: Shape) -> Iterator[Need]:
        shifts, axes = len(listed(self.shifts)), 1 if self.dims is None else len(listed(self.dims))
        text = "{shifts} in shifts, {axes} in dims" if self.dims is not None else "{shifts} in shifts, and no dims"
        yield Need(equal(shifts, axes), text, {"shifts": shifts, "axes": axes}, "name one axis in dims for each shift")
        yield from has_axes("dims", listed(self.dims), len(x))

    @override
    def output(self, x: Shape) -> Shape:
        return x

    @override
    def taps(self, x: Shape) -> tuple[Taps | Chain, ...]:
        if self.dims is None:
            rolled = Row((Tap(0, Shift(sum(listed(self.shifts)), "circular")),), (prod(x),))
            return (Chain((Regroup(0, len(x), rolled.made), rolled, Regroup(0, 1, x))),)
        shifts: dict[int, int] = {}
        for axis, shift in zip(axes_of(self.dims, len(x)), listed(self.shifts), strict=True):
            shifts[axis] = shifts.get(axis, 0) + shift
        moved = {axis: Shift(shift, "circular") for axis, shift in shifts.items()}
        return (tuple(Tap(axis, moved.get(axis, POINTWISE)) for axis in range(len(x))),)
