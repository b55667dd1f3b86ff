"""Moving pixels between channels and space, and channels between groups."""

from collections.abc import Iterator
from typing import final

from pydantic import Field
from typing_extensions import override

from cnnshape.core.dims import Shape, divides
from cnnshape.core.errors import divisors
from cnnshape.layers.base import FREE, Chain, Layer, Need, Ops, Regroup
from cnnshape.layers.fields import Size
from cnnshape.layers.steps import reordered


@final
class PixelShuffle(Layer):
    """Channels to space: each r r channels become one channel with r r pixels for each pixel.

    Shapes::

        x       (N, C, H, W)
        out     (N, C / r^2, r H, r W)      r = upscale_factor

    Cost: nothing is computed.

    References: Shi et al. 2016, equation 4; ``torch.nn.PixelShuffle``.
    """

    ranks = (4,)
    axes = "N, C, H, W"
    torch_name = "PixelShuffle"

    upscale_factor: Size = Field(description="r: groups of r by r channels become pixels")

    @override
    def needs(self, x: Shape) -> Iterator[Need]:
        c, r = x[1], self.upscale_factor
        text = "{c} channels do not split into {r} x {r} pixels: upscale_factor={r}"
        hint = "the channels must be a multiple of {square}"
        yield Need(divides(r * r, c), text, {"c": c, "r": r, "square": r * r}, hint)

    @override
    def output(self, x: Shape) -> Shape:
        n, c, h, w = x
        r = self.upscale_factor
        return (n, c // (r * r), r * h, r * w)

    @override
    def ops(self, x: Shape) -> Ops:
        return FREE

    @override
    def taps(self, x: Shape) -> tuple[Chain, ...]:
        r, (n, c, h, w) = self.upscale_factor, x
        apart = (n, c // (r * r), r, r, h, w)
        steps = (
            Regroup(1, 1, (c // (r * r), r, r)),
            reordered(apart, (0, 1, 4, 2, 5, 3)),
            Regroup(4, 2, (w * r,)),
            Regroup(2, 2, (h * r,)),
        )
        return (Chain(steps),)


@final
class PixelUnshuffle(Layer):
    """Space to channels: each block of r r pixels of a channel becomes one pixel of r r channels.

    Shapes::

        x       (N, C, H, W)
        out     (N, C r^2, H / r, W / r)      r = downscale_factor

    Cost: nothing is computed.  A channel reads one pixel of the block; all channels together read the block, and
    that is what the receptive field shows.

    References: Shi et al. 2016; ``torch.nn.PixelUnshuffle``.
    """

    ranks = (4,)
    axes = "N, C, H, W"
    torch_name = "PixelUnshuffle"

    downscale_factor: Size = Field(description="r: blocks of r by r pixels become channels")

    @override
    def needs(self, x: Shape) -> Iterator[Need]:
        for axis, size in zip(self.space(), x[2:], strict=True):
            values = {"axis": axis, "size": size, "r": self.downscale_factor}
            text = "{size} on {axis} does not split into blocks of downscale_factor={r}"
            yield Need(divides(self.downscale_factor, size), text, values)

    @override
    def output(self, x: Shape) -> Shape:
        n, c, h, w = x
        r = self.downscale_factor
        return (n, c * r * r, h // r, w // r)

    @override
    def ops(self, x: Shape) -> Ops:
        return FREE

    @override
    def taps(self, x: Shape) -> tuple[Chain, ...]:
        r, (n, c, h, w) = self.downscale_factor, x
        apart = (n, c, h // r, r, w // r, r)
        steps = (
            Regroup(3, 1, (w // r, r)),
            Regroup(2, 1, (h // r, r)),
            reordered(apart, (0, 1, 3, 5, 2, 4)),
            Regroup(1, 3, (c * r * r,)),
        )
        return (Chain(steps),)


@final
class ChannelShuffle(Layer):
    """Channel ``a + b C/g`` goes to ``a g + b``: the groups are dealt like cards.

    Shapes::

        x, out  (N, C, ...)      one spatial axis or more

    Cost: nothing is computed.

    References: Zhang et al. 2018 (ShuffleNet), section 3.1; ``torch.nn.ChannelShuffle``.
    """

    torch_name = "ChannelShuffle"

    groups: Size = Field(description="channels in and out are split into so many groups that do not see each other")

    @override
    def needs(self, x: Shape) -> Iterator[Need]:
        yield Need(len(x) > 2, "the input has {rank} axes, at least 3 are needed: N, C, L", {"rank": len(x)})
        c = x[1]
        text = "{c} input channels do not split into groups={g}"
        yield Need(
            divides(self.groups, c),
            text,
            {"c": c, "g": self.groups},
            lambda: f"groups must divide {c}: {divisors(c)}",
        )

    @override
    def output(self, x: Shape) -> Shape:
        return x

    @override
    def ops(self, x: Shape) -> Ops:
        return FREE

    @override
    def taps(self, x: Shape) -> tuple[Chain, ...]:
        n, c, *space = x
        apart = (n, self.groups, c // self.groups, *space)
        order = (0, 2, 1, *range(3, len(apart)))
        groups = Regroup(1, 1, (self.groups, c // self.groups))
        return (Chain((groups, reordered(apart, order), Regroup(1, 2, (c,)))),)
