"""What does nothing in inference: it passes its input on, as a view that costs neither work nor memory."""

from collections.abc import Iterator
from typing import final

from pydantic import Field
from typing_extensions import override

from cnnshape.core.dims import Shape
from cnnshape.layers.base import FREE, Elementwise, Need, Ops
from cnnshape.layers.fields import Number


@final
class Identity(Elementwise):
    """The input.

    Shapes::

        x    (N, ...)    the same out

    Cost: none.

    References: ``torch.nn.Identity``.
    """

    torch_name = "Identity"
    view = True

    @override
    def ops(self, x: Shape) -> Ops:
        return FREE


class _Dropout(Elementwise):
    """Partial base of dropout, which drops with probability ``p`` in training only.

    Shapes::

        x    (N, ...)    the same out

    Cost: none in inference.
    """

    view = True

    p: Number = Field(default=0.5, description="the share that training drops; it changes no figure")
    inplace: bool = Field(default=False, description="it changes no figure")

    @override
    def needs(self, x: Shape) -> Iterator[Need]:
        yield Need(0 <= self.p <= 1, "p={p} is not a probability", {"p": self.p}, "p is a number from 0 to 1")

    @override
    def ops(self, x: Shape) -> Ops:
        return FREE


@final
class Dropout(_Dropout):
    """In training, drops elements; in inference, the input.

    References: Srivastava et al. 2014, Dropout; ``torch.nn.Dropout``.
    """

    torch_name = "Dropout"


@final
class Dropout1d(_Dropout):
    """In training, drops whole channels over L; in inference, the input.

    References: Tompson et al. 2015, Efficient Object Localization; ``torch.nn.Dropout1d``.
    """

    ranks = (2, 3)
    axes = "N, C, L"
    torch_name = "Dropout1d"


@final
class Dropout2d(_Dropout):
    """In training, drops whole channels over H and W; in inference, the input, of any rank as in torch.

    References: Tompson et al. 2015, Efficient Object Localization; ``torch.nn.Dropout2d``.
    """

    torch_name = "Dropout2d"


@final
class Dropout3d(_Dropout):
    """In training, drops whole channels over D, H and W; in inference, the input, of any rank as in torch.

    References: Tompson et al. 2015, Efficient Object Localization; ``torch.nn.Dropout3d``.
    """

    torch_name = "Dropout3d"


@final
class AlphaDropout(_Dropout):
    """In training, drops elements to the value that keeps mean and variance behind SELU; in inference, the input.

    References: Klambauer et al. 2017, Self-Normalizing Neural Networks; ``torch.nn.AlphaDropout``.
    """

    torch_name = "AlphaDropout"


@final
class FeatureAlphaDropout(_Dropout):
    """In training, drops whole channels as `AlphaDropout` does elements; in inference, the input.

    References: Klambauer et al. 2017, Self-Normalizing Neural Networks; ``torch.nn.FeatureAlphaDropout``.
    """

    torch_name = "FeatureAlphaDropout"
