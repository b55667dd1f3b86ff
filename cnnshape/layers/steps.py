"""How a layer reads an input: along each axis by a reach, or by a chain of steps that regroup axes on the way.

Most layers need one row of taps.  A view, a selection or an unfolding is a chain: `Select` is a stride and a
regrouping, `Unfold` is a sliding of windows over H and W, a permutation and a regrouping.  Each step says what shape
it makes, so that the next one can be read on its own.
"""

from functools import cache
from typing import NamedTuple

from cnnshape.core.dims import Dim, Shape, settled
from cnnshape.layers.index_maps import POINTWISE, Reach, Window
from cnnshape.layers.pieces import Blocks


class Tap(NamedTuple):
    """An output axis reads ``axis`` of an input, as ``reach`` says."""

    axis: int
    reach: Reach

    def known(self) -> "Tap":
        """Itself with numbers that are known; those of a group of channels are so where something depends on them."""
        if self.reach is POINTWISE or type(self.reach) is Blocks:
            return self
        reach = self.reach.known()
        return self if reach is self.reach else Tap(self.axis, reach)


Taps = tuple[Tap | None, ...]
"""For one input: an entry per output axis, None where it follows no axis of this input.

An axis of the input that no entry names is read whole by every output, as a convolution does with the channels.
"""


@cache
def in_place(rank: int) -> Taps:
    """Every axis of a tensor read by the same axis of the output, index by index; the same object for all layers."""
    return tuple([Tap(axis, POINTWISE) for axis in range(rank)])


class Row(NamedTuple):
    """Every axis by itself: what each axis of ``made`` reads."""

    taps: Taps
    made: Shape

    def known(self) -> "Row":
        """Itself with reaches that are known; sizes are so where something depends on them."""
        if self.taps is in_place(len(self.taps)):
            return self
        return Row(tuple([tap and tap.known() for tap in self.taps]), self.made)


class Regroup(NamedTuple):
    """The same elements in the same order, so many ``axes`` from ``axis`` on being axes of other ``sizes``."""

    axis: int
    axes: int
    sizes: Shape

    def known(self) -> "Regroup":
        """Itself: sizes are known where something depends on them."""
        return self


class Frames(NamedTuple):
    """One axis as two: ``count`` windows, and the taps of each; tap j of window l reads index ``s l + d j - p``."""

    axis: int
    window: Window
    count: Dim

    def known(self) -> "Frames":
        """Itself with numbers that are known."""
        return Frames(self.axis, self.window.known(), self.count)


class Overlap(NamedTuple):
    """The transpose of `Frames`: windows and taps as one axis of ``size``, where several of them meet."""

    axis: int
    window: Window
    size: Dim

    def known(self) -> "Overlap":
        """Itself with numbers that are known."""
        return Overlap(self.axis, self.window.known(), self.size)


Step = Row | Regroup | Frames | Overlap


class Chain(NamedTuple):
    """Steps one after another, from the input to the output."""

    steps: tuple[Step, ...]

    def known(self) -> "Chain":
        """Itself with numbers that are known."""
        return Chain(tuple([step.known() for step in self.steps]))


def made_by(step: Step, x: Shape) -> Shape:
    """The shape that a step makes of an input.

    >>> made_by(Frames(2, Window(3, padding=1), 8), (1, 4, 8))
    (1, 4, 8, 3)
    """
    if isinstance(step, Frames):
        return (*x[: step.axis], step.count, step.window.kernel, *x[step.axis + 1 :])
    if isinstance(step, Overlap):
        return (*x[: step.axis], step.size, *x[step.axis + 2 :])
    if isinstance(step, Regroup):
        return (*x[: step.axis], *step.sizes, *x[step.axis + step.axes :])
    return step.made


def reordered(x: Shape, order: tuple[int, ...]) -> Row:
    """The axes of x in another order.

    >>> reordered((1, 3, 8), (0, 2, 1)).made
    (1, 8, 3)
    """
    return Row(tuple([Tap(axis, POINTWISE) for axis in order]), tuple([x[axis] for axis in order]))


def known(shape: Shape) -> Shape:
    """The same sizes, in numbers that are known."""
    return shape if all(type(size) is int for size in shape) else tuple([settled(size) for size in shape])
