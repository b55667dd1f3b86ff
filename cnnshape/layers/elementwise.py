"""Functions of each element for itself."""

from collections.abc import Iterator
from typing import final

from pydantic import Field
from typing_extensions import override

from cnnshape.core.dims import Shape
from cnnshape.layers.activation import Activation, per_element
from cnnshape.layers.base import Elementwise, Need, Ops
from cnnshape.layers.fields import Number


@final
class Sqrt(Activation):
    """The square root.

    Cost: one sqrt per element.

    References: ``torch.sqrt``.
    """

    each = Ops(sqrt=1)


@final
class Exp(Activation):
    """The exponential function.

    Cost: one exp per element.

    References: ``torch.exp``.
    """

    each = Ops(exp=1)


@final
class Log(Activation):
    """The natural logarithm.

    Cost: one exp per element, the kind that holds all transcendental functions.

    References: ``torch.log``.
    """

    each = Ops(exp=1)


@final
class Abs(Activation):
    """The absolute value.

    Cost: one compare per element.

    References: ``torch.abs``.
    """

    each = Ops(compare=1)


@final
class Neg(Activation):
    """The negative, ``0 - x``.

    Cost: one add per element.

    References: ``torch.neg``.
    """

    each = Ops(add=1)


@final
class Clamp(Elementwise):
    """Every element kept between ``min`` and ``max``, or on one side of the only one that is stated.

    Shapes::

        x    (N, ...)    the same out

    Cost: one compare per element and stated bound.

    References: ``torch.clamp``.
    """

    min: Number | None = Field(default=None, description="the lower bound")
    max: Number | None = Field(default=None, description="the upper bound")

    @override
    def needs(self, x: Shape) -> Iterator[Need]:
        yield Need(self.min is not None or self.max is not None, "neither min nor max is stated")

    @override
    def ops(self, x: Shape) -> Ops:
        bounds = [bound for bound in (self.min, self.max) if bound is not None]
        return per_element(x, Ops(compare=len(bounds)))
