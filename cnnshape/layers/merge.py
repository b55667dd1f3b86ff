"""Several inputs into one: arithmetic with broadcasting, and joining along an axis."""

from collections.abc import Iterator
from functools import reduce
from typing import ClassVar, final

from pydantic import Field
from typing_extensions import override

from cnnshape.core.dims import Dim, Shape, equal, prod
from cnnshape.layers.axes import axis_of, broadcast, do_broadcast, has_axes, stretched
from cnnshape.layers.base import FREE, Chain, Layer, Need, Ops, Tap, Taps, pointwise
from cnnshape.layers.fields import Index, Number
from cnnshape.layers.index_maps import POINTWISE
from cnnshape.layers.pieces import Piece
from cnnshape.layers.steps import Row


class _Merge(Layer):
    """Element by element, with broadcasting.

    Shapes::

        x, ...  (N, C, H, ...)      per axis the same size or 1; one with fewer axes is aligned at the last
        out     (N, C, H, ...)      per axis the larger size

    With one input, ``value`` is the second operand.
    """

    in_place = True
    most: ClassVar[int] = 2
    """How many operands it takes."""

    value: Number | None = Field(default=None, description="the second operand, where there is one input")

    @override
    def needs(self, x: Shape, *others: Shape) -> Iterator[Need]:
        count = 1 + len(others)
        values = {"op": type(self).__name__, "count": count, "most": self.most, "value": self.value}
        if self.value is not None:
            text = "{op} takes one input beside value={value}, and has {count}"
            yield Need(equal(count, 1), text, values, "leave value out")
        else:
            yield Need(count > 1, "{op} takes two inputs, or one and `value`, and has one", values)
            yield Need(count <= self.most, "{op} takes {most} inputs, and has {count}", values)
        merged = x
        for other in others:
            yield from do_broadcast(merged, other)
            merged = broadcast(merged, other)

    @override
    def output(self, x: Shape, *others: Shape) -> Shape:
        return reduce(broadcast, others, x)

    def times(self, *xs: Shape) -> Dim:
        """How often the operation is done: for each output element, once less than there are operands."""
        operands = len(xs) if self.value is None else 2
        return (operands - 1) * prod(reduce(broadcast, xs))

    @override
    def taps(self, x: Shape, *others: Shape) -> tuple[Taps, ...]:
        out = reduce(broadcast, others, x)
        return tuple(stretched(each, out) for each in (x, *others))


_ANY_NUMBER = 10**6


@final
class Add(_Merge):
    """The sum of two inputs or more.

    Cost: k - 1 adds per output element for k operands.

    References: ``torch.add``; the shortcut of He et al. 2016.
    """

    most = _ANY_NUMBER

    @override
    def ops(self, x: Shape, *others: Shape) -> Ops:
        return Ops(add=self.times(x, *others))


@final
class Sub(_Merge):
    """The first input less the second.

    Cost: one add per output element.

    References: ``torch.sub``.
    """

    @override
    def ops(self, x: Shape, *others: Shape) -> Ops:
        return Ops(add=self.times(x, *others))


@final
class Mul(_Merge):
    """The product of two inputs or more.

    Cost: k - 1 muls per output element for k operands.

    References: ``torch.mul``; the gate of Hu et al. 2018.
    """

    most = _ANY_NUMBER

    @override
    def ops(self, x: Shape, *others: Shape) -> Ops:
        return Ops(mul=self.times(x, *others))


@final
class Div(_Merge):
    """The first input divided by the second.

    Cost: one div per output element.

    References: ``torch.div``.
    """

    @override
    def ops(self, x: Shape, *others: Shape) -> Ops:
        return Ops(div=self.times(x, *others))


@final
class Pow(_Merge):
    """The first input to the power of the second.

    Cost: one exp per output element, whatever the power.

    References: ``torch.pow``.
    """

    @override
    def ops(self, x: Shape, *others: Shape) -> Ops:
        return Ops(exp=self.times(x, *others))


@final
class Maximum(_Merge):
    """The largest of two inputs or more, element by element.

    Cost: k - 1 compares per output element for k operands.

    References: ``torch.maximum``.
    """

    most = _ANY_NUMBER

    @override
    def ops(self, x: Shape, *others: Shape) -> Ops:
        return Ops(compare=self.times(x, *others))


def _same(x: Shape, others: tuple[Shape, ...], but: int | None) -> Iterator[Need]:
    """The needs that all inputs have the axes of the first, and the same sizes but on one axis."""
    for number, other in enumerate(others, 2):
        values = {"rank": len(x), "other": len(other), "number": number}
        yield Need(equal(len(x), len(other)), "input 1 has {rank} axes, input {number} has {other}", values)
        for axis, (m, n) in enumerate(zip(x, other, strict=True)):
            if axis != but:
                yield Need(equal(m, n), "axis {axis} differs: {m}, {n}", {"axis": axis, "m": m, "n": n})


@final
class Concat(Layer):
    """The inputs one behind the other along the axis ``dim``.

    Shapes, with ``dim=1``::

        x_i     (N, C_i, H, ...)
        out     (N, C_1 + C_2 + ..., H, ...)

    Cost: nothing is computed; the output is a copy.

    References: ``torch.cat``; the dense blocks of Huang et al. 2017.
    """

    dim: Index = Field(default=1, description="the axis, counted from 0 with the batch, from the end where negative")

    @override
    def needs(self, x: Shape, *others: Shape) -> Iterator[Need]:
        yield from has_axes("dim", self.dim, len(x))
        yield from _same(x, others, but=axis_of(self.dim, len(x)))

    @override
    def output(self, x: Shape, *others: Shape) -> Shape:
        axis = axis_of(self.dim, len(x))
        joined = reduce(lambda size, other: size + other[axis], others, x[axis])
        return (*x[:axis], joined, *x[axis + 1 :])

    @override
    def ops(self, x: Shape, *others: Shape) -> Ops:
        return FREE

    @override
    def taps(self, x: Shape, *others: Shape) -> tuple[Taps, ...]:
        joined, before, found = axis_of(self.dim, len(x)), 0, []
        for each in (x, *others):
            reach = {joined: Piece(before)}
            found.append(tuple(Tap(axis, reach.get(axis, POINTWISE)) for axis in range(len(x))))
            before = before + each[joined]
        return tuple(found)


@final
class Stack(Layer):
    """Inputs of one shape side by side along a new axis ``dim``.

    Shapes, with ``dim=1``, for k inputs::

        x_i     (N, C, H, ...)
        out     (N, k, C, H, ...)

    Cost: nothing is computed; the output is a copy.

    References: ``torch.stack``.
    """

    dim: Index = Field(description="the axis, counted from 0 with the batch, from the end where negative")

    @override
    def needs(self, x: Shape, *others: Shape) -> Iterator[Need]:
        yield from has_axes("dim", self.dim, len(x) + 1)
        yield from _same(x, others, but=None)

    @override
    def output(self, x: Shape, *others: Shape) -> Shape:
        axis = axis_of(self.dim, len(x) + 1)
        return (*x[:axis], 1 + len(others), *x[axis:])

    @override
    def ops(self, x: Shape, *others: Shape) -> Ops:
        return FREE

    @override
    def taps(self, x: Shape, *others: Shape) -> tuple[Chain, ...]:
        at, made = axis_of(self.dim, len(x) + 1), self.output(x, *others)
        own = pointwise(x)
        one = Row((*own[:at], None, *own[at:]), (*x[:at], 1, *x[at:]))
        rows = (
            tuple(Tap(axis, Piece(place) if axis == at else POINTWISE) for axis in range(len(made)))
            for place in range(made[at])
        )
        return tuple(Chain((one, Row(taps, made))) for taps in rows)
