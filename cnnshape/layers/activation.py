"""Activations that are straight lines piece by piece.  Those that bend are in `smooth_activation`."""

from collections.abc import Iterator
from typing import ClassVar, final

from pydantic import Field
from typing_extensions import override

from cnnshape.core.dims import Shape, either, equal
from cnnshape.layers.base import Elementwise, Need, Ops, elements
from cnnshape.layers.fields import Number, Size


def per_element(x: Shape, each: Ops) -> Ops:
    """The work of doing the same to every element."""
    return Ops(*(elements(x) * count for count in each.kinds().values()))


class Activation(Elementwise):
    """Partial base of activations without a mode that would change their work.

    Shapes::

        x    (N, ...)    the same out
    """

    each: ClassVar[Ops]
    """The work per element."""

    @override
    def ops(self, x: Shape) -> Ops:
        return per_element(x, self.each)


@final
class ReLU(Activation):
    """``max(x, 0)``.

    Cost: one compare per element.

    References: Nair & Hinton 2010; ``torch.nn.ReLU``.
    """

    torch_name = "ReLU"
    each = Ops(compare=1)

    inplace: bool = Field(default=False, description="it changes no figure")


@final
class ReLU6(Activation):
    """``min(max(x, 0), 6)``.

    Cost: two compares per element.

    References: Krizhevsky 2010, Convolutional Deep Belief Networks on CIFAR-10; ``torch.nn.ReLU6``.
    """

    torch_name = "ReLU6"
    each = Ops(compare=2)

    inplace: bool = Field(default=False, description="it changes no figure")


@final
class LeakyReLU(Activation):
    """``x`` from 0 up, else ``negative_slope x``.

    Cost: one compare and one multiplication per element, whatever its sign.

    References: Maas, Hannun & Ng 2013; ``torch.nn.LeakyReLU``.
    """

    torch_name = "LeakyReLU"
    each = Ops(compare=1, mul=1)

    negative_slope: Number = Field(default=0.01, description="the slope below 0")
    inplace: bool = Field(default=False, description="it changes no figure")


@final
class PReLU(Activation):
    """``x`` from 0 up, else ``a x`` with a learned slope ``a`` for all channels or for each.

    Shapes::

        x       (N, C, ...)    the same out
        weight  (1,) or (C,)

    Cost: one compare and one multiplication per element, whatever its sign.

    References: He et al. 2015, Delving Deep into Rectifiers; ``torch.nn.PReLU``.
    """

    torch_name = "PReLU"
    each = Ops(compare=1, mul=1)

    num_parameters: Size = Field(default=1, description="slopes: 1 for all channels, or one for each")
    init: Number = Field(default=0.25, description="the slope before training; it changes no figure")

    @override
    def needs(self, x: Shape) -> Iterator[Need]:
        count, c = self.num_parameters, (*x, 1, 1)[1]  # an input without channels counts as one
        text = "num_parameters={count} is neither 1 nor the number of channels, {c}"
        yield Need(either(equal(count, 1), equal(count, c)), text, {"count": count, "c": c})

    @override
    def weights(self, x: Shape) -> dict[str, Shape]:
        return {"weight": (self.num_parameters,)}


@final
class RReLU(Activation):
    """``x`` from 0 up, else ``a x``: in training with a random slope, in inference with the mean of its bounds.

    Cost: one compare and one multiplication per element, whatever its sign.

    References: Xu et al. 2015, Empirical Evaluation of Rectified Activations; ``torch.nn.RReLU``.
    """

    torch_name = "RReLU"
    each = Ops(compare=1, mul=1)

    lower: Number = Field(default=0.125, description="the least slope")
    upper: Number = Field(default=0.3333333333333333, description="the largest slope")
    inplace: bool = Field(default=False, description="it changes no figure")

    @override
    def needs(self, x: Shape) -> Iterator[Need]:
        values = {"lower": self.lower, "upper": self.upper}
        yield Need(self.lower <= self.upper, "lower={lower} is above upper={upper}", values)


@final
class Hardtanh(Activation):
    """``min(max(x, min_val), max_val)``.

    Cost: two compares per element.

    References: ``torch.nn.Hardtanh``.
    """

    torch_name = "Hardtanh"
    each = Ops(compare=2)

    min_val: Number = Field(default=-1.0, description="the lower bound")
    max_val: Number = Field(default=1.0, description="the upper bound")
    inplace: bool = Field(default=False, description="it changes no figure")

    @override
    def needs(self, x: Shape) -> Iterator[Need]:
        values = {"low": self.min_val, "high": self.max_val}
        yield Need(self.min_val < self.max_val, "min_val={low} is not below max_val={high}", values)


@final
class Hardsigmoid(Activation):
    """``min(max(x + 3, 0), 6) / 6``.

    Cost: one add, two compares and one division per element.

    References: Howard et al. 2019, Searching for MobileNetV3; ``torch.nn.Hardsigmoid``.
    """

    torch_name = "Hardsigmoid"
    each = Ops(add=1, compare=2, div=1)

    inplace: bool = Field(default=False, description="it changes no figure")


@final
class Hardswish(Activation):
    """``x min(max(x + 3, 0), 6) / 6``.

    Cost: one add, two compares, one multiplication and one division per element.

    References: Howard et al. 2019, Searching for MobileNetV3; ``torch.nn.Hardswish``.
    """

    torch_name = "Hardswish"
    each = Ops(add=1, compare=2, mul=1, div=1)

    inplace: bool = Field(default=False, description="it changes no figure")


@final
class Hardshrink(Activation):
    """``x`` outside ``[-lambd, lambd]``, else 0.

    Cost: two compares per element.

    References: ``torch.nn.Hardshrink``.
    """

    torch_name = "Hardshrink"
    each = Ops(compare=2)

    lambd: Number = Field(default=0.5, description="the bound of its formula")


@final
class Softshrink(Activation):
    """``x`` drawn towards 0 by ``lambd``, 0 where it would pass it.

    Cost: two compares and one add per element.

    References: ``torch.nn.Softshrink``.
    """

    torch_name = "Softshrink"
    each = Ops(compare=2, add=1)

    lambd: Number = Field(default=0.5, description="the bound of its formula")

    @override
    def needs(self, x: Shape) -> Iterator[Need]:
        yield Need(self.lambd >= 0, "lambd={lambd} is below 0", {"lambd": self.lambd})


@final
class Threshold(Activation):
    """``x`` above ``threshold``, else ``value``.

    Cost: one compare per element.

    References: ``torch.nn.Threshold``.
    """

    torch_name = "Threshold"
    each = Ops(compare=1)

    threshold: Number = Field(description="the bound of its formula")
    value: Number = Field(description="what stands for elements that are not above the threshold")
    inplace: bool = Field(default=False, description="it changes no figure")
