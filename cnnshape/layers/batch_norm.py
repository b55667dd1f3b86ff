"""Normalisation per channel with statistics that training may have gathered: of the batch, or of each instance."""

from collections.abc import Iterator, Mapping
from typing import ClassVar, final

from pydantic import Field
from typing_extensions import override

from cnnshape.core.dims import Shape, prod
from cnnshape.layers.base import Layer, Need, Ops, Taps, elements, pointwise, stated
from cnnshape.layers.fields import Number, Size
from cnnshape.layers.norm import learned, scaled, standardised


class _ChannelNorm(Layer):
    """Partial base: the fields and tensors that batch and instance normalisation share."""

    torch_from_input: ClassVar[Mapping[str, int]] = {"num_features": 1}

    num_features: Size | None = Field(
        default=None, description="the channels of the input; read from it, checked where it is stated"
    )
    eps: Number = Field(default=1e-5, description="keeps a division away from 0; it changes no figure")
    momentum: Number | None = Field(default=0.1, description="of the running statistics; it changes no figure")
    affine: bool = Field(description="a learned factor and shift for each channel")
    track_running_stats: bool = Field(description="keeps a mean and variance as buffers, for inference")
    bias: bool = Field(default=True, description="a learned shift is added")

    @property
    @override
    def global_statistics(self) -> bool:
        return not self.track_running_stats

    @override
    def output(self, x: Shape) -> Shape:
        return x

    @override
    def weights(self, x: Shape) -> dict[str, Shape]:
        return learned((x[1],), self.affine, self.bias)

    @override
    def buffers(self, x: Shape) -> dict[str, Shape]:
        if not self.track_running_stats:
            return {}
        return {"running_mean": (x[1],), "running_var": (x[1],), "num_batches_tracked": ()}


class _BatchNorm(_ChannelNorm):
    """Batch normalisation; the leaves say which ranks they take.

    Shapes::

        x             (N, C, ...)   the same out
        weight        (C,)          bias         (C,)
        running_mean  (C,)          running_var  (C,)     num_batches_tracked  ()

    Without ``track_running_stats`` torch normalises with the statistics of the batch in inference too; then every
    output depends on its whole channel in all samples through mean and variance, and what its taps name of H and W is
    the pixel it scales.

    Cost: one multiplication and one add per element, by a factor and a shift that are known before, affine or not.
    Without running statistics: with E elements in C channels, ``3 E - C`` adds, ``2 E`` multiplications, ``3 C``
    divisions and C roots, then the learned factor and the bias, one multiplication and one add per element.

    References: Ioffe & Szegedy 2015, Batch Normalization; ``torch.nn.BatchNorm2d``.
    """

    in_place = True

    affine: bool = True
    track_running_stats: bool = True

    @override
    def needs(self, x: Shape) -> Iterator[Need]:
        n, c, *space = x
        yield from stated("num_features", self.num_features, c)
        yield Need(self.eps >= 0, "eps={eps} is below 0", {"eps": self.eps})
        if not self.track_running_stats:
            yield Need(self.eps > 0, "eps={eps} does not go with statistics of the batch", {"eps": self.eps})
            text = "a channel has one value in the batch, which leaves no variance"
            yield Need(n * prod(space) > 1, text, hint="track_running_stats: true uses the statistics of training")

    @override
    def ops(self, x: Shape) -> Ops:
        made = elements(x)
        if self.track_running_stats:
            return Ops(mul=made, add=made)
        return standardised(made, x[1]) + scaled(made, self.weights(x))

    @override
    def taps(self, x: Shape) -> tuple[Taps, ...]:
        read = pointwise(x)
        return (read if self.track_running_stats else (None, *read[1:]),)


class _InstanceNorm(_ChannelNorm):
    """Instance normalisation: each channel of each sample for itself.

    Shapes::

        x             (N, C, L, ...)   the same out
        weight        (C,)             bias         (C,)
        running_mean  (C,)             running_var  (C,)     num_batches_tracked  ()

    Without ``track_running_stats``, the default, every output depends on its whole channel through mean and variance;
    what its taps name is the pixel it scales.

    Cost: with E elements, ``3 E - N C`` adds, ``2 E`` multiplications, ``3 N C`` divisions and ``N C`` roots; the
    learned factor is one multiplication and the bias one add per element.  With running statistics: one
    multiplication and one add per element, as in batch normalisation.

    References: Ulyanov, Vedaldi & Lempitsky 2016, Instance Normalization; ``torch.nn.InstanceNorm2d``.
    """

    affine: bool = False
    track_running_stats: bool = False

    @override
    def needs(self, x: Shape) -> Iterator[Need]:
        _, c, *space = x
        yield from stated("num_features", self.num_features, c)
        if not self.track_running_stats:
            text = "a channel of {space} has one value, which leaves no variance"
            yield Need(prod(space) > 1, text, {"space": " x ".join(self.space())})

    @override
    def ops(self, x: Shape) -> Ops:
        made = elements(x)
        if self.track_running_stats:
            return Ops(mul=made, add=made)
        return standardised(made, x[0] * x[1]) + scaled(made, self.weights(x))

    @override
    def taps(self, x: Shape) -> tuple[Taps, ...]:
        return (pointwise(x),)


@final
class BatchNorm1d(_BatchNorm):
    """Batch normalisation of features, or of channels over L."""

    ranks = (2, 3)
    axes = "N, C, L"
    torch_name = "BatchNorm1d"


@final
class BatchNorm2d(_BatchNorm):
    """Batch normalisation of channels over H and W."""

    ranks = (4,)
    axes = "N, C, H, W"
    torch_name = "BatchNorm2d"


@final
class BatchNorm3d(_BatchNorm):
    """Batch normalisation of channels over D, H and W."""

    ranks = (5,)
    axes = "N, C, D, H, W"
    torch_name = "BatchNorm3d"


@final
class InstanceNorm1d(_InstanceNorm):
    """Instance normalisation of channels over L."""

    ranks = (3,)
    axes = "N, C, L"
    torch_name = "InstanceNorm1d"


@final
class InstanceNorm2d(_InstanceNorm):
    """Instance normalisation of channels over H and W."""

    ranks = (4,)
    axes = "N, C, H, W"
    torch_name = "InstanceNorm2d"


@final
class InstanceNorm3d(_InstanceNorm):
    """Instance normalisation of channels over D, H and W."""

    ranks = (5,)
    axes = "N, C, D, H, W"
    torch_name = "InstanceNorm3d"
