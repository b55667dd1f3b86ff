"""Activations that bend: every transcendental function counts as one exp, a change of sign as nothing."""

from collections.abc import Iterator
from typing import Literal, final

from pydantic import Field
from typing_extensions import override

from cnnshape.core.dims import Shape, either
from cnnshape.layers.activation import Activation, per_element
from cnnshape.layers.base import Elementwise, Need, Ops
from cnnshape.layers.fields import Number


@final
class ELU(Activation):
    """``x`` above 0, else ``alpha (exp(x) - 1)``.

    Cost: one compare, one exp, one add and one multiplication per element, whatever its sign.

    References: Clevert, Unterthiner & Hochreiter 2016; ``torch.nn.ELU``.
    """

    torch_name = "ELU"
    each = Ops(compare=1, exp=1, add=1, mul=1)

    alpha: Number = Field(default=1.0, description="the alpha of its formula")
    inplace: bool = Field(default=False, description="it changes no figure")


@final
class SELU(Activation):
    """``scale x`` above 0, else ``scale alpha (exp(x) - 1)``, with two constants of the paper.

    Cost: one compare, one exp, one add and two multiplications per element, whatever its sign.

    References: Klambauer et al. 2017, Self-Normalizing Neural Networks; ``torch.nn.SELU``.
    """

    torch_name = "SELU"
    each = Ops(compare=1, exp=1, add=1, mul=2)

    inplace: bool = Field(default=False, description="it changes no figure")


@final
class CELU(Activation):
    """``x`` above 0, else ``alpha (exp(x / alpha) - 1)``.

    Cost: one compare, one division, one exp, one add and one multiplication per element, whatever its sign.

    References: Barron 2017, Continuously Differentiable Exponential Linear Units; ``torch.nn.CELU``.
    """

    torch_name = "CELU"
    each = Ops(compare=1, div=1, exp=1, add=1, mul=1)

    alpha: Number = Field(default=1.0, description="the alpha of its formula")
    inplace: bool = Field(default=False, description="it changes no figure")

    @override
    def needs(self, x: Shape) -> Iterator[Need]:
        yield Need(either(self.alpha < 0, self.alpha > 0), "alpha=0 divides by zero")


@final
class GELU(Elementwise):
    """``x P(x)`` with the distribution function of the normal law, exact or by a hyperbolic tangent.

    Shapes::

        x    (N, ...)    the same out

    Cost per element: ``x / 2 (1 + erf(x / sqrt 2))`` takes one exp (the error function), one add and three
    multiplications; ``approximate="tanh"``, ``x / 2 (1 + tanh(a (x + b x^3)))``, one exp, two adds and six.

    References: Hendrycks & Gimpel 2016, Gaussian Error Linear Units; ``torch.nn.GELU``.
    """

    torch_name = "GELU"

    approximate: Literal["none", "tanh"] = Field(default="none", description="exact, or by a hyperbolic tangent")

    @override
    def ops(self, x: Shape) -> Ops:
        if self.approximate == "tanh":
            return per_element(x, Ops(exp=1, add=2, mul=6))
        return per_element(x, Ops(exp=1, add=1, mul=3))


@final
class SiLU(Activation):
    """``x / (1 + exp(-x))``: x times its sigmoid, also known as swish.

    Cost: one exp, one add and one division per element.

    References: Elfwing, Uchibe & Doya 2017; Ramachandran, Zoph & Le 2017; ``torch.nn.SiLU``.
    """

    torch_name = "SiLU"
    each = Ops(exp=1, add=1, div=1)

    inplace: bool = Field(default=False, description="it changes no figure")


@final
class Mish(Activation):
    """``x tanh(log(1 + exp(x)))``.

    Cost: three exp, one add and one multiplication per element.

    References: Misra 2019, Mish; ``torch.nn.Mish``.
    """

    torch_name = "Mish"
    each = Ops(exp=3, add=1, mul=1)

    inplace: bool = Field(default=False, description="it changes no figure")


@final
class Sigmoid(Activation):
    """``1 / (1 + exp(-x))``.

    Cost: one exp, one add and one division per element.

    References: ``torch.nn.Sigmoid``.
    """

    torch_name = "Sigmoid"
    each = Ops(exp=1, add=1, div=1)


@final
class LogSigmoid(Activation):
    """``-log(1 + exp(-x))``.

    Cost: two exp and one add per element.

    References: ``torch.nn.LogSigmoid``.
    """

    torch_name = "LogSigmoid"
    each = Ops(exp=2, add=1)


@final
class Tanh(Activation):
    """``tanh(x)``.

    Cost: one exp per element.

    References: ``torch.nn.Tanh``.
    """

    torch_name = "Tanh"
    each = Ops(exp=1)


@final
class Tanhshrink(Activation):
    """``x - tanh(x)``.

    Cost: one exp and one add per element.

    References: ``torch.nn.Tanhshrink``.
    """

    torch_name = "Tanhshrink"
    each = Ops(exp=1, add=1)


@final
class Softplus(Activation):
    """``log(1 + exp(beta x)) / beta``, and x itself where ``beta x`` is above ``threshold``.

    Cost: one multiplication, one compare, two exp, one add and one division per element, whatever its value.

    References: Dugas et al. 2001; ``torch.nn.Softplus``.
    """

    torch_name = "Softplus"
    each = Ops(mul=1, compare=1, exp=2, add=1, div=1)

    beta: Number = Field(default=1.0, description="the beta of its formula")
    threshold: Number = Field(default=20.0, description="the bound of its formula")


@final
class Softsign(Activation):
    """``x / (1 + abs(x))``.

    Cost: one compare (the absolute value), one add and one division per element.

    References: ``torch.nn.Softsign``.
    """

    torch_name = "Softsign"
    each = Ops(compare=1, add=1, div=1)
