"""Learned tensors that no other layer holds: one that stands for itself, and a factor per channel."""

from collections.abc import Iterator
from typing import final

from pydantic import Field
from typing_extensions import override

from cnnshape.core.dims import Shape
from cnnshape.layers.axes import axis_of, has_axes
from cnnshape.layers.base import FREE, Elementwise, Layer, Need, Ops, Taps, elements
from cnnshape.layers.fields import Index, Sizes


@final
class Parameter(Layer):
    """A learned tensor without an input: a class token, a position embedding.

    Shapes::

        weight  shape
        out     shape

    Cost: none; it is counted as a parameter and not as an activation.

    References: ``torch.nn.Parameter``.

    >>> Parameter(shape=[1, 197, 768]).output()
    (1, 197, 768)
    """

    shape: Sizes = Field(description="the shape of the tensor; nothing is added for the batch")

    @override
    def output(self) -> Shape:
        return tuple(self.shape)

    @override
    def weights(self) -> dict[str, Shape]:
        return {"weight": tuple(self.shape)}

    @override
    def ops(self) -> Ops:
        return FREE

    @override
    def taps(self) -> tuple[Taps, ...]:
        return ()


@final
class Scale(Elementwise):
    """A learned factor for each index of one axis, as layer scale has it for each channel.

    Shapes, with the axis ``dim`` of size C::

        x       (N, ..., C, ...)    the same out
        weight  (C,)

    Cost: one multiplication per element.

    References: Touvron et al. 2021, Going Deeper with Image Transformers.

    >>> Scale(dim=-1).weights((1, 197, 768))
    {'weight': (768,)}
    """

    dim: Index = Field(default=1, description="the axis, counted from 0 with the batch, from the end where negative")

    @override
    def needs(self, x: Shape) -> Iterator[Need]:
        yield from has_axes("dim", self.dim, len(x))
        behind = axis_of(self.dim, len(x)) > 0
        yield Need(behind, "dim={dim} is the batch, which has no learned factors", {"dim": self.dim})

    @override
    def weights(self, x: Shape) -> dict[str, Shape]:
        return {"weight": (x[self.dim],)}

    @override
    def ops(self, x: Shape) -> Ops:
        return Ops(mul=elements(x))
