"""The matrix product of two inputs."""

from collections.abc import Iterator
from typing import final

from typing_extensions import override

from cnnshape.core.dims import Shape, equal, prod
from cnnshape.layers.axes import broadcast, do_broadcast, stretched
from cnnshape.layers.base import Layer, Need, Ops, Tap, Taps
from cnnshape.layers.index_maps import POINTWISE


@final
class MatMul(Layer):
    """Matrix product over the last two axes; the axes before them are broadcast.

    Shapes::

        a       (..., M, K)      (K,) is a row, and M is dropped from the output
        b       (..., K, P)      (K,) is a column, and P is dropped from the output
        out     (..., M, P)

    Cost: K MACs per output element.

    References: ``torch.matmul``.

    >>> MatMul().output((8, 1, 16, 64), (4, 64, 10))
    (8, 4, 16, 10)
    """

    @override
    def needs(self, a: Shape, b: Shape) -> Iterator[Need]:
        text = "the {which} input has no axis"
        yield Need(len(a) > 0, text, {"which": "first"})
        yield Need(len(b) > 0, text, {"which": "second"})
        k, other = a[-1], b[-2:][0]
        text = "{a} and {b} do not multiply: {k} columns meet {other} rows"
        yield Need(equal(k, other), text, {"a": a, "b": b, "k": k, "other": other})
        yield from do_broadcast(a[:-2], b[:-2])

    @override
    def output(self, a: Shape, b: Shape) -> Shape:
        return (*broadcast(a[:-2], b[:-2]), *a[-2:-1], *b[-2:][1:])

    @override
    def ops(self, a: Shape, b: Shape) -> Ops:
        return Ops(mac=prod(self.output(a, b)) * a[-1])

    @override
    def taps(self, a: Shape, b: Shape) -> tuple[Taps, ...]:
        batch = broadcast(a[:-2], b[:-2])
        row = [Tap(len(a) - 2, POINTWISE)] * (len(a) > 1)
        column = [Tap(len(b) - 1, POINTWISE)] * (len(b) > 1)
        of_a = (*stretched(a[:-2], batch), *row, *(None,) * len(column))
        of_b = (*stretched(b[:-2], batch), *(None,) * len(row), *column)
        return of_a, of_b
