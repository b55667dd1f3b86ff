"""What one output index reads along one axis: the fact that receptive fields are made of.

``taps(y)`` gives the first and the last input index that output ``y`` reads on an endless image, and the step
between; nothing is read where the last lies before the first.  Every reach has a period ``(P, Q)``:
``taps(y + P) == taps(y) + Q``.  ``outside`` says what an index outside the image reads.
"""

from functools import lru_cache
from math import gcd
from typing import Literal, final

from typing_extensions import override

from cnnshape.core.dims import Dim
from cnnshape.layers.reach import NOTHING as NOTHING
from cnnshape.layers.reach import Outside as Outside
from cnnshape.layers.reach import Reach as Reach
from cnnshape.layers.reach import Taps as Taps


@final
class Window(Reach):
    """A window of ``kernel`` taps that moves by ``stride``: convolution, pooling, patches.

    >>> Window(kernel=3, stride=2, padding=1).taps(0)
    (-1, 1, 1)
    """

    kernel: Dim
    stride: Dim = 1
    padding: Dim = 0
    dilation: Dim = 1
    padding_mode: Outside = "zeros"

    @property
    @override
    def outside(self) -> Outside:
        return self.padding_mode

    @property
    @override
    def period(self) -> tuple[int, int]:
        return 1, self.stride

    @override
    def taps(self, y: int) -> Taps:
        first = self.stride * y - self.padding
        return first, first + self.dilation * (self.kernel - 1), self.dilation


def sliding(kernel: Dim, stride: Dim = 1, padding: Dim = 0, dilation: Dim = 1, mode: Outside = "zeros") -> Window:
    """The window of these numbers, the same object for equal ones: what is worked out for it is found again."""
    if type(kernel) is type(stride) is type(padding) is type(dilation) is int:
        return _sliding(kernel, stride, padding, dilation, mode)
    return Window(kernel, stride, padding, dilation, mode)


@lru_cache(maxsize=1024)
def _sliding(kernel: int, stride: int, padding: int, dilation: int, mode: Outside) -> Window:
    return Window(kernel, stride, padding, dilation, mode)


@final
class TransposedWindow(Reach):
    """The transpose of `Window`: output ``y`` reads every ``i`` with ``y + padding = stride i + dilation j``."""

    kernel: Dim
    stride: Dim = 1
    padding: Dim = 0
    dilation: Dim = 1

    @property
    @override
    def period(self) -> tuple[int, int]:
        return self.stride, 1

    @override
    def taps(self, y: int) -> Taps:
        s, d, v = self.stride, self.dilation, y + self.padding
        g = gcd(s, d)
        if v % g:
            return NOTHING
        step = d // g
        first, last = -((d * (self.kernel - 1) - v) // s), v // s
        if step > 1:  # d must divide v - s i, so i = rest (mod step)
            rest = v // g * pow(s // g, -1, step) % step
            first, last = first + (rest - first) % step, last - (last - rest) % step
        return first, last, step


@final
class Nearest(Reach):
    """Nearest-neighbour resizing by ``up / down`` outputs per input; pixel shuffle is ``Nearest(r)``.

    Source: ``torch.nn.Upsample``, modes ``nearest`` (floor of y down/up) and ``nearest-exact`` (of (y + 1/2) down/up).
    """

    up: Dim
    down: Dim = 1
    exact: bool = False

    @property
    @override
    def outside(self) -> Outside:
        return "replicate"

    @property
    @override
    def period(self) -> tuple[int, int]:
        g = gcd(self.up, self.down)
        return self.up // g, self.down // g

    @override
    def taps(self, y: int) -> Taps:
        index = (2 * y + self.exact) * self.down // (2 * self.up)
        return index, index, 1


@final
class Interpolate(Reach):
    """Linear (``order`` 1) or cubic (``order`` 2) resizing of ``size`` indices to ``out``.

    ``scale`` is the factor that torch was given instead of a size, as (numerator, denominator); equal sizes are
    copied whatever the factor.  Source: ``torch.nn.Upsample``; half-pixel centres unless ``align_corners``.
    """

    size: Dim
    out: Dim
    align_corners: bool = False
    scale: tuple[int, int] | None = None
    order: Literal[1, 2] = 1

    @property
    @override
    def outside(self) -> Outside:
        return "replicate"

    def _step(self) -> tuple[int, int]:
        """Indices of the input per output, in lowest terms."""
        if self.align_corners:
            up, down = (self.size - 1, self.out - 1) if self.out > 1 else (0, 1)
        elif self.scale is not None and self.size != self.out:
            down, up = self.scale
        else:
            up, down = self.size, self.out
        g = gcd(up, down)
        return up // g, down // g

    @property
    @override
    def period(self) -> tuple[int, int]:
        up, down = self._step()
        return down, up

    @override
    def taps(self, y: int) -> Taps:
        up, down = self._step()
        index, rest = divmod(2 * up * y + (0 if self.align_corners else up - down), 2 * down)
        if not rest:
            return index, index, 1
        return index - self.order + 1, index + self.order, 1


@final
class Adaptive(Reach):
    """Adaptive pooling of ``size`` indices to ``out``: output y reads floor(y n/m) to ceil((y + 1) n/m) - 1."""

    size: Dim
    out: Dim

    @property
    @override
    def period(self) -> tuple[int, int]:
        g = gcd(self.size, self.out)
        return self.out // g, self.size // g

    @override
    def taps(self, y: int) -> Taps:
        return y * self.size // self.out, -(-(y + 1) * self.size // self.out) - 1, 1


@final
class Shift(Reach):
    """Output y reads y - ``before``: padding, cropping (negative), rolling (``circular``); ``Shift()`` is pointwise."""

    before: Dim = 0
    padding_mode: Outside = "zeros"

    @property
    @override
    def outside(self) -> Outside:
        return self.padding_mode

    @property
    @override
    def period(self) -> tuple[int, int]:
        return 1, 1

    @override
    def taps(self, y: int) -> Taps:
        return y - self.before, y - self.before, 1


@final
class Stride(Reach):
    """Output y reads ``start + step y``: a slice."""

    start: Dim
    step: Dim = 1

    @property
    @override
    def period(self) -> tuple[int, int]:
        return 1, self.step

    @override
    def taps(self, y: int) -> Taps:
        index = self.start + self.step * y
        return index, index, 1


@final
class Whole(Reach):
    """Every output reads all ``size`` indices: global pooling, a linear layer over the axis, softmax over it."""

    size: Dim

    @property
    @override
    def period(self) -> tuple[int, int]:
        return 1, 0

    @override
    def taps(self, y: int) -> Taps:
        return 0, self.size - 1, 1


@final
class Broadcast(Reach):
    """An axis of ``size`` stretched to ``out``: pointwise where they are equal, index 0 for all where size is 1."""

    size: Dim
    out: Dim

    @property
    @override
    def period(self) -> tuple[int, int]:
        return (1, 1) if self.size == self.out else (1, 0)

    @override
    def taps(self, y: int) -> Taps:
        index = y if self.size == self.out else 0
        return index, index, 1


POINTWISE = Shift()
