"""Resizing by interpolation."""

from collections.abc import Iterator
from fractions import Fraction
from functools import lru_cache
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal, final

from pydantic import BeforeValidator, Field
from typing_extensions import override

from cnnshape.core.dims import Dim, Shape, Truth, both, divides, either, equal, maximum, prod, where
from cnnshape.layers.base import FREE, Layer, Need, Ops, Tap, Taps
from cnnshape.layers.fields import Size, Sizes, Takes, as_tuple
from cnnshape.layers.index_maps import POINTWISE, Interpolate, Nearest, Reach

Mode = Literal["nearest", "linear", "bilinear", "bicubic", "trilinear", "nearest-exact"]

_AXES: Final[dict[int, str]] = {3: "N, C, L", 4: "N, C, H, W", 5: "N, C, D, H, W"}
_RANK: Final[dict[str, int]] = {"linear": 3, "bilinear": 4, "bicubic": 4, "trilinear": 5}
_READ: Final[dict[str, int]] = {"linear": 2, "bilinear": 4, "bicubic": 16, "trilinear": 8}  # pixels per output
_LONGEST: Final = 2**20  # an axis for which the size is exact, and the largest denominator of a factor


if TYPE_CHECKING:
    Factors = Any
else:
    _ONE = Annotated[float, Field(gt=0)]
    _EACH = Annotated[tuple[_ONE, ...], Field(min_length=1), BeforeValidator(as_tuple)]
    Factors = Annotated[_ONE | _EACH, Takes("a number above 0 or a list of them")]


def _ratio(factor: float) -> tuple[int, int]:
    """The fraction that a factor stands for: the nearest one with a small denominator."""
    return Fraction(factor).limit_denominator(_LONGEST).as_integer_ratio()


@lru_cache(maxsize=64)
def _short(factor: float) -> tuple[tuple[int, int], ...]:
    """Runs of ``t = H up / down``, first and last, for which the product ``H factor`` comes out below t in doubles.

    The double lies below the fraction by the share ``missing / whole``, and the product below t by as much.  It is
    rounded to t where that is at most half the step between the doubles there, which is ``last / 2^54`` for
    ``last / 2 < t <= last``, last being a power of two.

    >>> _short(1.5), _short(0.29)[:2]
    ((), ((26, 32), (52, 64)))
    """
    up, down = _ratio(factor)
    numerator, denominator = factor.as_integer_ratio()
    whole = denominator * up
    missing = whole - numerator * down
    if missing <= 0:
        return ()
    ends = [2**power for power in range((_LONGEST * up // down).bit_length() + 1)]
    runs = [(maximum(last // 2, last * whole // (missing * 2**54)) + 1, last) for last in ends]
    return tuple((first, last) for first, last in runs if last // up > (first - 1) // up)  # holds a multiple of up


def _scaled(size: Dim, factor: float) -> Dim:
    """``floor(size * factor)``, the product rounded to a double first, as torch has it."""
    up, down = _ratio(factor)
    full = size * up // down
    short: Truth = False
    for first, last in _short(factor):
        short = either(short, both(full >= first, full <= last))
    return full - where(both(divides(down, size), short), 1, 0)


@final
class Upsample(Layer):
    """Resizing of all spatial axes to a ``size``, by a ``scale_factor``, or to the size of a second input.

    Shapes, per spatial axis, with one of the three::

        x       (N, C, H, ...)
        like    (N', C', h, ...)      optional: only its size is taken
        out     (N, C, H', ...)       H' = size, floor(H * scale_factor), or h

    torch computes ``H * scale_factor`` in doubles, and so does this: 100 pixels by 0.29 give 28, because the product
    is 28.999999999999996.  In whole numbers that is ``H up // down`` with the fraction ``up / down`` nearest to the
    factor, less one where it divides and the double falls short.  It is exact for axes of up to 2^20.

    What is read follows the factor too, unless ``recompute_scale_factor``.  Where ``nearest`` keeps or doubles a size
    by another factor than 1 or 2, torch's kernel for small images reads as if it were 1 or 2; its others, and this, do
    not.

    Cost: ``nearest`` and ``nearest-exact`` copy and cost nothing.  Otherwise each output element is a weighted sum of
    the pixels around it: r mul and r - 1 add with r = 2 (``linear``), 4 (``bilinear``), 8 (``trilinear``) or 16
    (``bicubic``).  The weights depend on the position alone and are not counted.

    References: ``torch.nn.Upsample``; ``torch.nn.functional.interpolate`` for the size of a second input.

    >>> Upsample(scale_factor=2).output((1, 64, 7, 7))
    (1, 64, 14, 14)
    """

    ranks = (3, 4, 5)
    axes = "N, C, ..."
    torch_name = "Upsample"

    size: Size | Sizes | None = Field(default=None, description="the size that comes out, per axis")
    scale_factor: Factors | None = Field(default=None, description="how much larger each axis becomes")
    mode: Mode = Field(default="nearest", description="how values between pixels are found")
    align_corners: bool | None = Field(
        default=None, description="the corner pixels of input and output lie on each other"
    )
    recompute_scale_factor: bool | None = Field(
        default=None, description="what is read follows the size that comes out, not the factor"
    )

    def sizes(self, axes: int) -> tuple[Dim, ...]:
        """The stated size of each spatial axis."""
        return self.size if isinstance(self.size, tuple) else (self.size,) * axes

    def factors(self, axes: int) -> tuple[Any, ...]:
        """The stated factor of each spatial axis, None where there is none."""
        return self.scale_factor if isinstance(self.scale_factor, tuple) else (self.scale_factor,) * axes

    @override
    def needs(self, x: Shape, like: Shape | None = None) -> Iterator[Need]:
        given = {"size": self.size, "scale_factor": self.scale_factor, "a second input": like}
        said = [name for name, value in given.items() if value is not None]
        values = {"said": " and ".join(said) or "nothing", "mode": self.mode, "rank": len(x)}
        yield Need(len(said) < 2, "{said} are given: one of them sets the size", values)
        yield Need(len(said) > 0, "nothing sets the size", values, "state size or scale_factor, or give a second input")
        rank = _RANK.get(self.mode, len(x))
        text = "mode='{mode}' resizes ({axes}), the input has {rank} axes"
        yield Need(equal(rank, len(x)), text, values | {"axes": _AXES[rank]})
        if self.align_corners is not None:
            yield Need(self.mode in _RANK, "align_corners does not go with mode='{mode}'", values, "leave it out")
        if self.recompute_scale_factor:
            text = "recompute_scale_factor=true goes with scale_factor, not with {said}"
            yield Need(self.scale_factor is not None, text, values)
        if like is not None:
            text = "the second input has {other} axes, the first {rank}"
            yield Need(equal(len(like), len(x)), text, values | {"other": len(like)})
        space = len(x) - 2
        for name, numbers in (("size", self.sizes(space)), ("scale_factor", self.factors(space))):
            text = "{name} is a list of {count}, the input has {space} spatial axes"
            yield Need(equal(len(numbers), space), text, {"name": name, "count": len(numbers), "space": space})
        for axis, size, made in zip(_AXES[len(x)].split(", ")[2:], x[2:], self.output(x, like)[2:], strict=True):
            text = "scale_factor leaves nothing of {size} on {axis}"
            yield Need(made > 0, text, {"axis": axis, "size": size})

    @override
    def output(self, x: Shape, like: Shape | None = None) -> Shape:
        n, c, *space = x
        if like is not None:
            return (n, c, *like[2:])
        if self.size is not None:
            return (n, c, *self.sizes(len(space)))
        return (n, c, *(_scaled(h, factor) for h, factor in zip(space, self.factors(len(space)), strict=True)))

    @override
    def ops(self, x: Shape, like: Shape | None = None) -> Ops:
        made = prod(self.output(x, like))
        if self.mode in _READ:
            read = _READ[self.mode]
            return Ops(mul=made * read, add=made * (read - 1))
        return FREE

    @override
    def taps(self, x: Shape, like: Shape | None = None) -> tuple[Taps, ...]:
        made = self.output(x, like)
        axes = [Tap(0, POINTWISE), Tap(1, POINTWISE)]
        for axis, factor in enumerate(self.factors(len(x) - 2), 2):
            axes.append(Tap(axis, self._reach(x[axis], made[axis], factor)))
        return (tuple(axes),) if like is None else (tuple(axes), ())

    def _reach(self, size: Dim, made: Dim, factor: float | None) -> Reach:
        """Torch reads at the stated factor, unless that is recomputed from the sizes."""
        exact, corners = self.mode == "nearest-exact", bool(self.align_corners)
        scale = None if factor is None or self.recompute_scale_factor else _ratio(factor)
        up, down = scale or (made, size)
        if self.mode not in _RANK:
            return Nearest(up, down, exact)
        if self.mode == "bicubic" and not corners:  # from `down` to `up`: unlike linear modes, it copies no equal sizes
            return Interpolate(down, up, order=2)
        return Interpolate(size, made, corners, scale, 2 if self.mode == "bicubic" else 1)
