"""Softmax and its kin, which weigh the elements of one axis against each other, and the gate that halves an axis."""

from collections.abc import Iterator
from typing import final

from pydantic import Field
from typing_extensions import override

from cnnshape.core.dims import Shape, divides, prod
from cnnshape.layers.axes import axis_of, has_axes
from cnnshape.layers.base import Layer, Need, Ops, Tap, Taps, elements, pointwise
from cnnshape.layers.fields import Index
from cnnshape.layers.index_maps import Window


def _exponentials(x: Shape, axis: Index) -> Ops:
    """The work up to the sums of exponentials: the largest of each row is found and subtracted first."""
    made, rows = elements(x), prod(x[:axis]) * prod(x[axis + 1 :])
    return Ops(compare=made - rows, add=2 * made - rows, exp=made)


def _row_read_whole(x: Shape, axis: Index) -> Taps:
    taps: Taps = pointwise(x)
    return (*taps[:axis], None, *taps[axis + 1 :])


class _AlongAxis(Layer):
    """Partial base of softmax over one axis.

    Shapes::

        x    (N, ...)    the same out

    Without ``dim``, torch's old rule holds: axis 0 of an input of one or three axes, else axis 1.
    """

    dim: Index | None = Field(
        default=None,
        description="the axis or axes it works on, counted from 0 with the batch, from the end where negative",
    )

    def axis(self, x: Shape) -> Index:
        """The axis, counted from the start."""
        implied = 0 if len(x) in (1, 3) else 1
        return implied if self.dim is None else axis_of(self.dim, len(x))

    @override
    def needs(self, x: Shape) -> Iterator[Need]:
        if self.dim is not None:
            yield from has_axes("dim", self.dim, len(x))

    @override
    def output(self, x: Shape) -> Shape:
        return x

    @override
    def taps(self, x: Shape) -> tuple[Taps, ...]:
        return (_row_read_whole(x, self.axis(x)),)


@final
class Softmax(_AlongAxis):
    """``exp(x)``, divided by its sum over the axis.

    Cost: in a row of s elements, s - 1 compares for the largest, s adds to subtract it, s exp, s - 1 adds for their
    sum and s divisions.

    References: ``torch.nn.Softmax``.
    """

    torch_name = "Softmax"

    @override
    def ops(self, x: Shape) -> Ops:
        return _exponentials(x, self.axis(x)) + Ops(div=elements(x))


@final
class Softmin(_AlongAxis):
    """Softmax of ``-x``.

    Cost: as softmax, the change of sign counts nothing: in a row of s elements, s - 1 compares, 2 s - 1 adds, s exp
    and s divisions.

    References: ``torch.nn.Softmin``.
    """

    torch_name = "Softmin"

    @override
    def ops(self, x: Shape) -> Ops:
        return _exponentials(x, self.axis(x)) + Ops(div=elements(x))


@final
class LogSoftmax(_AlongAxis):
    """The logarithm of softmax, without dividing: ``x - max - log(sum(exp(x - max)))``.

    Cost: in a row of s elements, s - 1 compares for the largest, s adds to subtract it, s exp, s - 1 adds for their
    sum, one logarithm (counted as exp) and s adds to subtract it.

    References: ``torch.nn.LogSoftmax``.
    """

    torch_name = "LogSoftmax"

    @override
    def ops(self, x: Shape) -> Ops:
        axis = self.axis(x)
        rows = prod(x[:axis]) * prod(x[axis + 1 :])
        return _exponentials(x, axis) + Ops(add=elements(x), exp=rows)


@final
class Softmax2d(Layer):
    """Softmax over the channels, at every pixel.

    Shapes::

        x    (N, C, H, W)    the same out

    Cost: at a pixel of C channels, C - 1 compares for the largest, C adds to subtract it, C exp, C - 1 adds for their
    sum and C divisions.

    References: ``torch.nn.Softmax2d``.
    """

    ranks = (4,)
    axes = "N, C, H, W"
    torch_name = "Softmax2d"

    @override
    def output(self, x: Shape) -> Shape:
        return x

    @override
    def ops(self, x: Shape) -> Ops:
        return _exponentials(x, 1) + Ops(div=elements(x))

    @override
    def taps(self, x: Shape) -> tuple[Taps, ...]:
        return (_row_read_whole(x, 1),)


@final
class GLU(Layer):
    """Gated linear unit: the first half of an axis times the sigmoid of the second.

    Shapes::

        x    (N, ..., 2 C, ...)
        out  (N, ..., C, ...)

    Cost: one exp, one add and one division per output element, as ``a / (1 + exp(-b))``.

    References: Dauphin et al. 2017, Language Modeling with Gated Convolutional Networks; ``torch.nn.GLU``.

    >>> GLU(dim=1).output((1, 64, 8, 8))
    (1, 32, 8, 8)
    """

    torch_name = "GLU"

    dim: Index = Field(default=-1, description="the axis, counted from 0 with the batch, from the end where negative")

    @override
    def needs(self, x: Shape) -> Iterator[Need]:
        yield from has_axes("dim", self.dim, len(x))
        size = x[self.dim]
        yield Need(divides(2, size), "axis dim={dim} of size {size} has no two halves", {"dim": self.dim, "size": size})

    @override
    def output(self, x: Shape) -> Shape:
        axis = axis_of(self.dim, len(x))
        return (*x[:axis], x[axis] // 2, *x[axis + 1 :])

    @override
    def ops(self, x: Shape) -> Ops:
        made = prod(self.output(x))
        return Ops(exp=made, add=made, div=made)

    @override
    def taps(self, x: Shape) -> tuple[Taps, ...]:
        axis, taps = axis_of(self.dim, len(x)), pointwise(x)
        halves = Tap(axis, Window(2, dilation=x[axis] // 2))
        return ((*taps[:axis], halves, *taps[axis + 1 :]),)
