"""Linear and bilinear maps of the last axis."""

from collections.abc import Iterator, Mapping
from typing import ClassVar, final

from pydantic import Field
from typing_extensions import override

from cnnshape.core.dims import Shape, equal, prod
from cnnshape.layers.base import Layer, Need, Ops, Taps, pointwise, stated
from cnnshape.layers.fields import Size


def _last_read_whole(x: Shape) -> Taps:
    leading: Taps = pointwise(x[:-1])
    return (*leading, None)


def _has_features(x: Shape) -> Need:
    return Need(len(x) >= 2, "expected at least 2 axes (N, C), got {x}", {"x": x})


@final
class Linear(Layer):
    """Linear map of the last axis, the same at every index of the others.

    Shapes::

        x       (N, ..., C)
        weight  (K, C)            bias  (K,)
        out     (N, ..., K)

    Cost: one MAC per weight and position, ``N ... K C``; the bias is one add per output element.

    References: ``torch.nn.Linear``.

    >>> Linear(out_features=10).weights((1, 512))
    {'weight': (10, 512), 'bias': (10,)}
    """

    torch_name = "Linear"
    torch_from_input: ClassVar[Mapping[str, int]] = {"in_features": -1}
    weighted = True

    in_features: Size | None = Field(
        default=None, description="the features of the input; read from it, checked where it is stated"
    )
    out_features: Size = Field(description="the features that come out")
    bias: bool = Field(default=True, description="a learned shift is added")

    @override
    def needs(self, x: Shape) -> Iterator[Need]:
        yield _has_features(x)
        yield from stated("in_features", self.in_features, x[-1])

    @override
    def output(self, x: Shape) -> Shape:
        return (*x[:-1], self.out_features)

    @override
    def weights(self, x: Shape) -> dict[str, Shape]:
        weight = {"weight": (self.out_features, x[-1])}
        return weight | {"bias": (self.out_features,)} if self.bias else weight

    @override
    def ops(self, x: Shape) -> Ops:
        made = prod(self.output(x))
        return Ops(mac=made * x[-1], add=made if self.bias else 0)

    @override
    def taps(self, x: Shape) -> tuple[Taps, ...]:
        return (_last_read_whole(x),)


@final
class Bilinear(Layer):
    """Bilinear form of the last axes of two inputs: output k is ``a W_k b``.

    Shapes::

        a       (N, ..., C)       b     (N, ..., D)
        weight  (K, C, D)         bias  (K,)
        out     (N, ..., K)

    Cost: one MAC per weight and position, ``N ... K C D``; the bias is one add per output element.  The products
    ``a_i b_j`` are not counted apart, and torch's ``FlopCounterMode`` counts nothing at all here.

    References: ``torch.nn.Bilinear``.

    >>> Bilinear(out_features=8).output((2, 3), (2, 5))
    (2, 8)
    """

    torch_name = "Bilinear"
    torch_from_input: ClassVar[Mapping[str, int]] = {"in1_features": -1}
    weighted = True

    in1_features: Size | None = Field(
        default=None, description="the features of the first input; read from it, checked where it is stated"
    )
    in2_features: Size | None = Field(
        default=None, description="the features of the second input; read from it, checked where it is stated"
    )
    out_features: Size = Field(description="the features that come out")
    bias: bool = Field(default=True, description="a learned shift is added")

    @override
    def needs(self, a: Shape, b: Shape) -> Iterator[Need]:
        yield _has_features(a)
        text = "the inputs {a} and {b} may differ in their last axis only"
        values = {"a": a, "b": b}
        yield Need(equal(len(a), len(b)), text, values)
        for left, right in zip(a[:-1], b[:-1], strict=True):
            yield Need(equal(left, right), text, values)
        yield from stated("in1_features", self.in1_features, a[-1])
        yield from stated("in2_features", self.in2_features, b[-1])

    @override
    def output(self, a: Shape, b: Shape) -> Shape:
        return (*a[:-1], self.out_features)

    @override
    def weights(self, a: Shape, b: Shape) -> dict[str, Shape]:
        weight = {"weight": (self.out_features, a[-1], b[-1])}
        return weight | {"bias": (self.out_features,)} if self.bias else weight

    @override
    def ops(self, a: Shape, b: Shape) -> Ops:
        made = prod(self.output(a, b))
        return Ops(mac=made * a[-1] * b[-1], add=made if self.bias else 0)

    @override
    def taps(self, a: Shape, b: Shape) -> tuple[Taps, ...]:
        return _last_read_whole(a), _last_read_whole(b)
