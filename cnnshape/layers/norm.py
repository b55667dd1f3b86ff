"""Normalisation with statistics of the input itself, in training and inference alike."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Annotated, ClassVar, final

from pydantic import BeforeValidator, Field
from typing_extensions import override

from cnnshape.core.dims import Dim, Shape, divides, equal, prod
from cnnshape.core.errors import divisors
from cnnshape.layers.base import Layer, Need, Ops, Tap, Taps, elements, group_taps, pointwise, stated
from cnnshape.layers.fields import Number, Size, Sizes, Takes
from cnnshape.layers.index_maps import POINTWISE, Window

if TYPE_CHECKING:
    Trailing = Dim
else:

    def _listed(value: object) -> object:
        return [value] if type(value) is int else value

    _words = "a whole number from 1 up or a list of these"
    Trailing = Annotated[Sizes, BeforeValidator(_listed, json_schema_input_type=Size | Sizes), Takes(_words, low=1)]


def learned(size: Shape, affine: bool, bias: bool) -> dict[str, Shape]:
    """The factor and the shift behind a normalisation, as torch names them."""
    weight = {"weight": size} if affine else {}
    return weight | {"bias": size} if affine and bias else weight


def scaled(made: Dim, weights: dict[str, Shape]) -> Ops:
    """The work of the factor and the shift: one multiplication and one addition per element."""
    return Ops(mul=made if "weight" in weights else 0, add=made if "bias" in weights else 0)


def standardised(made: Dim, groups: Dim) -> Ops:
    """The work of bringing ``made`` elements to mean 0 and variance 1 in each of so many groups.

    Per group of size s: s - 1 adds and a division for the mean, s subtractions of it, s squares, s - 1 adds and a
    division for the variance, one add of eps, a root, its inverse, and s multiplications by that.
    """
    return Ops(add=3 * made - groups, mul=2 * made, div=3 * groups, sqrt=groups)


@final
class GroupNorm(Layer):
    """Normalisation of each sample over groups of channels and all that lies behind them.

    Shapes::

        x       (N, C, ...)       the same out
        weight  (C,)              bias  (C,)

    Every output depends on the whole group through its mean and variance; what its taps name is the pixel it scales,
    with all channels.

    Cost: with E elements in G groups per sample, ``3 E - N G`` adds, ``2 E`` multiplications, ``3 N G`` divisions and
    ``N G`` roots; the learned factor is one multiplication and the bias one add per element.

    References: Wu & He 2018, Group Normalization; ``torch.nn.GroupNorm``.
    """

    torch_name = "GroupNorm"
    torch_from_input: ClassVar[Mapping[str, int]] = {"num_channels": 1}

    num_groups: Size = Field(description="into how many groups the channels are split")
    num_channels: Size | None = Field(
        default=None, description="the channels of the input; read from it, checked where it is stated"
    )
    eps: Number = Field(default=1e-5, description="keeps a division away from 0; it changes no figure")
    affine: bool = Field(default=True, description="a learned factor and shift for each channel")
    bias: bool = Field(default=True, description="a learned shift is added")

    @property
    @override
    def global_statistics(self) -> bool:
        return True

    @override
    def needs(self, x: Shape) -> Iterator[Need]:
        yield Need(len(x) >= 2, "expected at least 2 axes (N, C), got {x}", {"x": x})
        n, c, *space = x
        g = self.num_groups
        yield from stated("num_channels", self.num_channels, c)
        split = "{c} input channels do not split into num_groups={g}"
        yield Need(divides(g, c), split, {"c": c, "g": g}, lambda: f"num_groups must divide {c}: {divisors(c)}")
        text = "a group has one value in a batch of one, which leaves no variance"
        yield Need(n * (c // g) * prod(space) > 1, text)

    @override
    def output(self, x: Shape) -> Shape:
        return x

    @override
    def weights(self, x: Shape) -> dict[str, Shape]:
        return learned((x[1],), self.affine, self.bias)

    @override
    def ops(self, x: Shape) -> Ops:
        return standardised(elements(x), x[0] * self.num_groups) + scaled(elements(x), self.weights(x))

    @override
    def taps(self, x: Shape) -> tuple[Taps, ...]:
        sample, _, *space = pointwise(x)
        return ((sample, group_taps(x[1], x[1], self.num_groups), *space),)


class _TrailingNorm(Layer):
    """Partial base of normalisation over the last axes, which every output reads whole."""

    normalized_shape: Trailing = Field(description="the sizes of the last axes, which are normalised")
    elementwise_affine: bool = Field(
        default=True, description="a learned factor for each element, and a shift where there is one"
    )

    @override
    def needs(self, x: Shape) -> Iterator[Need]:
        sizes = self.normalized_shape
        values = {"sizes": list(sizes), "x": x}
        text = "normalized_shape={sizes} is longer than the input shape {x}"
        yield Need(len(sizes) <= len(x), text, values)
        for size, found in zip(sizes, x[len(x) - len(sizes) :], strict=True):
            yield Need(equal(size, found), "normalized_shape={sizes} is not how the input shape {x} ends", values)

    @override
    def output(self, x: Shape) -> Shape:
        return x

    @override
    def taps(self, x: Shape) -> tuple[Taps, ...]:
        count = len(self.normalized_shape)
        leading: Taps = pointwise(x[: len(x) - count])
        return ((*leading, *(None,) * count),)

    def rows(self, x: Shape) -> Dim:
        """How many vectors are normalised, each for itself."""
        return prod(x[: len(x) - len(self.normalized_shape)])


@final
class LayerNorm(_TrailingNorm):
    """Normalisation over the last axes, whose sizes are stated.

    Shapes::

        x       (..., *normalized_shape)      the same out
        weight  normalized_shape              bias  normalized_shape

    Cost: with E elements in R normalised vectors, ``3 E - R`` adds, ``2 E`` multiplications, ``3 R`` divisions and
    ``R`` roots; the learned factor is one multiplication and the bias one add per element.

    References: Ba, Kiros & Hinton 2016, Layer Normalization; ``torch.nn.LayerNorm``.

    >>> LayerNorm(normalized_shape=96).weights((1, 56, 56, 96))
    {'weight': (96,), 'bias': (96,)}
    """

    torch_name = "LayerNorm"

    eps: Number = Field(default=1e-5, description="keeps a division away from 0; it changes no figure")
    bias: bool = Field(default=True, description="a learned shift is added")

    @override
    def weights(self, x: Shape) -> dict[str, Shape]:
        return learned(self.normalized_shape, self.elementwise_affine, self.bias)

    @override
    def ops(self, x: Shape) -> Ops:
        return standardised(elements(x), self.rows(x)) + scaled(elements(x), self.weights(x))


@final
class RMSNorm(_TrailingNorm):
    """Division by the root mean square over the last axes, whose sizes are stated.

    Shapes::

        x       (..., *normalized_shape)      the same out
        weight  normalized_shape

    Cost: with E elements in R normalised vectors, E multiplications for the squares and E by the inverse root,
    ``E - R`` adds and a division for the mean, one add of eps, one root and one division per vector; the learned
    factor is one multiplication per element.

    References: Zhang & Sennrich 2019, Root Mean Square Layer Normalization; ``torch.nn.RMSNorm``.
    """

    torch_name = "RMSNorm"

    eps: Number | None = Field(default=None, description="keeps a division away from 0; it changes no figure")

    @override
    def weights(self, x: Shape) -> dict[str, Shape]:
        return learned(self.normalized_shape, self.elementwise_affine, False)

    @override
    def ops(self, x: Shape) -> Ops:
        made, rows = elements(x), self.rows(x)
        return Ops(add=made, mul=2 * made, div=2 * rows, sqrt=rows) + scaled(made, self.weights(x))


@final
class LocalResponseNorm(Layer):
    """Division by a power of the energy in a window of neighbouring channels: ``x / (k + alpha mean(x^2))^beta``.

    Shapes::

        x       (N, C, L, ...)    the same out

    Channel c reads ``size`` channels from ``c - size // 2`` on; those outside are zero and count in the mean.

    Cost: per element a square, ``size - 1`` adds and a division for the mean, outside channels included, one
    multiplication by alpha, one add of k, one power (counted as exp) and one division.

    References: Krizhevsky, Sutskever & Hinton 2012, section 3.3; ``torch.nn.LocalResponseNorm``.
    """

    torch_name = "LocalResponseNorm"

    size: Size = Field(description="how many channels a window has")
    alpha: Number = Field(default=1e-4, description="the alpha of its formula")
    beta: Number = Field(default=0.75, description="the beta of its formula")
    k: Number = Field(default=1.0, description="the k of its formula")

    @override
    def needs(self, x: Shape) -> Iterator[Need]:
        yield Need(len(x) >= 3, "the input {x} has no axis behind its channels", {"x": x})

    @override
    def output(self, x: Shape) -> Shape:
        return x

    @override
    def ops(self, x: Shape) -> Ops:
        made = elements(x)
        return Ops(mul=2 * made, add=made * self.size, div=2 * made, exp=made)

    @override
    def taps(self, x: Shape) -> tuple[Taps, ...]:
        channels = Tap(1, Window(self.size, padding=self.size // 2))
        return ((Tap(0, POINTWISE), channels, *pointwise(x)[2:]),)
