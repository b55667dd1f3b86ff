"""Another shape for the same elements in the same order."""

from collections.abc import Iterator, Sequence
from typing import final

from pydantic import Field
from typing_extensions import override

from cnnshape.core.dims import Dim, Shape, divides, equal, prod
from cnnshape.layers.axes import axes_of, axis_of, has_axes, has_distinct_axes
from cnnshape.layers.base import FREE, Chain, Layer, Need, Ops, Regroup, Tap, Taps, pointwise
from cnnshape.layers.fields import MOST_AXES, Extents, Index, Indices
from cnnshape.layers.index_maps import POINTWISE


class _View(Layer):
    """Keeps all elements in their order, so that the output shares the storage of the input."""

    view = True

    @override
    def ops(self, x: Shape) -> Ops:
        return FREE


def _filled(sizes: Sequence[Dim | None], total: Dim) -> Shape:
    """The sizes, with the one left open set to what remains of the total."""
    known = prod([size for size in sizes if size is not None])
    return tuple(total // known if size is None else size for size in sizes)


def _fill(name: str, sizes: Sequence[Dim | None], what: str, total: Dim) -> Iterator[Need]:
    """The needs that the sizes hold ``total`` elements, with one size left open at most."""
    most = "{name} lists {count} sizes, and the most is {most}"
    yield Need(len(sizes) <= MOST_AXES, most, {"name": name, "count": len(sizes), "most": MOST_AXES})
    known = [size for size in sizes if size is not None]
    open_sizes, held = len(sizes) - len(known), prod(known)
    shown = [-1 if size is None else size for size in sizes]
    values = {"name": name, "shown": shown, "what": what, "total": total, "held": held}
    yield Need(open_sizes < 2, "{name}={shown} leaves more than one size open", values, "only one can follow")
    if open_sizes:
        yield Need(divides(held, total), "{name}={shown} needs a multiple of {held}, {what} has {total}", values)
    else:
        yield Need(equal(held, total), "{name}={shown} holds {held}, {what} has {total}", values)


@final
class Flatten(_View):
    """The axes from ``start_dim`` to ``end_dim`` as one.

    Shapes, with the defaults::

        x       (N, C, H, W)
        out     (N, C H W)

    Cost: nothing is computed or copied.

    References: ``torch.nn.Flatten``.
    """

    torch_name = "Flatten"

    start_dim: Index = Field(default=1, description="the first axis that is flattened")
    end_dim: Index = Field(default=-1, description="the last axis that is flattened")

    @override
    def needs(self, x: Shape) -> Iterator[Need]:
        yield from has_axes("start_dim", self.start_dim, len(x))
        yield from has_axes("end_dim", self.end_dim, len(x))
        first, last = axes_of((self.start_dim, self.end_dim), len(x))
        text = "start_dim={start} comes after end_dim={end} among {rank} axes"
        yield Need(first <= last, text, {"start": self.start_dim, "end": self.end_dim, "rank": len(x)})

    @override
    def output(self, x: Shape) -> Shape:
        first, last = axes_of((self.start_dim, self.end_dim), len(x))
        return (*x[:first], prod(x[first : last + 1]), *x[last + 1 :])

    @override
    def taps(self, x: Shape) -> tuple[Chain, ...]:
        first, last = axes_of((self.start_dim, self.end_dim), len(x))
        return (Chain((Regroup(first, last + 1 - first, (prod(x[first : last + 1]),)),)),)


@final
class Unflatten(_View):
    """The axis ``dim`` as several axes of ``unflattened_size``.

    Shapes, with ``dim=1`` and ``unflattened_size=[g, -1]``::

        x       (N, C, ...)
        out     (N, g, C/g, ...)

    One size may be -1 and follows from the others.

    Cost: nothing is computed or copied.

    References: ``torch.nn.Unflatten``.
    """

    torch_name = "Unflatten"

    dim: Index = Field(description="the axis, counted from 0 with the batch, from the end where negative")
    unflattened_size: Extents = Field(description="the sizes that the axis is split into; -1 for what is left")

    @override
    def needs(self, x: Shape) -> Iterator[Need]:
        yield from has_axes("dim", self.dim, len(x))
        axis = axis_of(self.dim, len(x))
        yield from _fill("unflattened_size", self.unflattened_size, f"axis {axis}", x[axis])

    @override
    def output(self, x: Shape) -> Shape:
        axis = axis_of(self.dim, len(x))
        return (*x[:axis], *_filled(self.unflattened_size, x[axis]), *x[axis + 1 :])

    @override
    def taps(self, x: Shape) -> tuple[Chain, ...]:
        axis = axis_of(self.dim, len(x))
        return (Chain((Regroup(axis, 1, _filled(self.unflattened_size, x[axis])),)),)


@final
class Reshape(_View):
    """The elements in another ``shape``, batch included.

    Shapes, with ``shape=[-1, d]``::

        x       (...)
        out     (prod(...) / d, d)

    One size may be -1 and follows from the others.

    Cost: nothing is computed or copied.

    References: ``torch.reshape``.

    >>> Reshape(shape=[-1, 8, 16]).output((2, 64, 4))
    (4, 8, 16)
    """

    batch_in = "shape"

    shape: Extents = Field(
        description="the shape that comes out, with `batch` or -1 in front; one -1 stands for what is left"
    )

    @override
    def needs(self, x: Shape) -> Iterator[Need]:
        yield from _fill("shape", self.shape, "the input", prod(x))

    @override
    def output(self, x: Shape) -> Shape:
        return _filled(self.shape, prod(x))

    @override
    def taps(self, x: Shape) -> tuple[Chain, ...]:
        return (Chain((Regroup(0, len(x), self.output(x)),)),)


@final
class Squeeze(_View):
    """Without the axes ``dim``, each of size 1.

    Shapes, with ``dim=[2, 3]``::

        x       (N, C, 1, 1)
        out     (N, C)

    torch keeps a named axis that is not of size 1; here it is an error, because the number of axes would depend on a
    size.

    Cost: nothing is computed or copied.

    References: ``torch.squeeze``.
    """

    dim: Index | Indices = Field(
        description="the axis or axes it works on, counted from 0 with the batch, from the end where negative"
    )

    @override
    def needs(self, x: Shape) -> Iterator[Need]:
        yield from has_distinct_axes("dim", self.dim, len(x))
        for axis in axes_of(self.dim, len(x)):
            text = "axis {axis} has {size} and cannot be dropped: only an axis of 1 can"
            yield Need(equal(x[axis], 1), text, {"axis": axis, "size": x[axis]})

    def kept(self, rank: int) -> list[int]:
        """The axes that remain."""
        dropped = axes_of(self.dim, rank)
        return [axis for axis in range(rank) if axis not in dropped]

    @override
    def output(self, x: Shape) -> Shape:
        return tuple(x[axis] for axis in self.kept(len(x)))

    @override
    def taps(self, x: Shape) -> tuple[Taps, ...]:
        return (tuple(Tap(axis, POINTWISE) for axis in self.kept(len(x))),)


@final
class Unsqueeze(_View):
    """With one more axis of size 1 at ``dim``.

    Shapes, with ``dim=1``::

        x       (N, ...)
        out     (N, 1, ...)

    Cost: nothing is computed or copied.

    References: ``torch.unsqueeze``.
    """

    dim: Index = Field(description="the axis, counted from 0 with the batch, from the end where negative")

    @override
    def needs(self, x: Shape) -> Iterator[Need]:
        yield from has_axes("dim", self.dim, len(x) + 1)

    @override
    def output(self, x: Shape) -> Shape:
        axis = axis_of(self.dim, len(x) + 1)
        return (*x[:axis], 1, *x[axis:])

    @override
    def taps(self, x: Shape) -> tuple[Taps, ...]:
        axis, taps = axis_of(self.dim, len(x) + 1), pointwise(x)
        return ((*taps[:axis], None, *taps[axis:]),)
