"""Axes reduced to one number each."""

from collections.abc import Iterator
from typing import final

from pydantic import Field
from typing_extensions import override

from cnnshape.core.dims import Dim, Shape, prod
from cnnshape.layers.axes import axes_of, has_distinct_axes
from cnnshape.layers.base import Layer, Need, Ops, Tap, Taps
from cnnshape.layers.fields import Index, Indices
from cnnshape.layers.index_maps import POINTWISE, Whole


class _Reduce(Layer):
    """The axes ``dim`` reduced to one number, and dropped unless ``keepdim``."""

    dim: Index | Indices = Field(
        description="the axis or axes it works on, counted from 0 with the batch, from the end where negative"
    )
    keepdim: bool = Field(default=False, description="axes that are reduced stay, with size 1")

    @override
    def needs(self, x: Shape) -> Iterator[Need]:
        yield from has_distinct_axes("dim", self.dim, len(x))

    @override
    def output(self, x: Shape) -> Shape:
        reduced = axes_of(self.dim, len(x))
        if self.keepdim:
            return tuple(1 if axis in reduced else size for axis, size in enumerate(x))
        return tuple(size for axis, size in enumerate(x) if axis not in reduced)

    def steps(self, x: Shape) -> Dim:
        """How often two numbers become one."""
        return prod(x) - prod(self.output(x))

    @override
    def taps(self, x: Shape) -> tuple[Taps, ...]:
        reduced = axes_of(self.dim, len(x))
        taps = [Tap(axis, Whole(size) if axis in reduced else POINTWISE) for axis, size in enumerate(x)]
        return (tuple(tap for tap in taps if self.keepdim or tap.axis not in reduced),)


@final
class Mean(_Reduce):
    """The mean over the axes ``dim``.

    Shapes, with ``dim=[2, 3]``::

        x       (N, C, H, W)
        out     (N, C)      (N, C, 1, 1) with keepdim

    Cost: per output element, k - 1 adds and one div for the k elements that it is the mean of.

    References: ``torch.mean``.

    >>> Mean(dim=[2, 3]).output((1, 512, 7, 7))
    (1, 512)
    """

    @override
    def ops(self, x: Shape) -> Ops:
        return Ops(add=self.steps(x), div=prod(self.output(x)))


@final
class Sum(_Reduce):
    """The sum over the axes ``dim``.

    Shapes, with ``dim=[2, 3]``::

        x       (N, C, H, W)
        out     (N, C)      (N, C, 1, 1) with keepdim

    Cost: per output element, k - 1 adds for the k elements that it is the sum of.

    References: ``torch.sum``.
    """

    @override
    def ops(self, x: Shape) -> Ops:
        return Ops(add=self.steps(x))


@final
class Amax(_Reduce):
    """The largest over the axes ``dim``.

    Shapes, with ``dim=[2, 3]``::

        x       (N, C, H, W)
        out     (N, C)      (N, C, 1, 1) with keepdim

    Cost: per output element, k - 1 compares for the k elements that it is the largest of.

    References: ``torch.amax``.
    """

    @override
    def ops(self, x: Shape) -> Ops:
        return Ops(compare=self.steps(x))
