"""How many channels beside each other may be taken to read the same, since nothing later takes fewer of them.

A slice of channels after a concatenation reads one side only; where a convolution reads all channels next, the sides
are one.  In a ShuffleNet every unit splits the channels in half and shuffles the halves, so each channel has a way of
its own through the net.  But the next unit takes half of the channels at a time, and ways that come again every few
channels are all in each half: no figure tells one from another, and they need not be kept apart.
"""

from collections.abc import Callable, Sequence
from functools import reduce
from math import prod
from typing import NamedTuple

from cnnshape.analysis.receptive.shapes import regrouping
from cnnshape.analysis.receptive.terms import Term
from cnnshape.analysis.receptive.unions import Unions
from cnnshape.analysis.receptive.ways import Leg, Way, is_identity
from cnnshape.core.dims import Dim, Shape, settled
from cnnshape.graph.graph import Graph
from cnnshape.layers.index_maps import POINTWISE, Reach
from cnnshape.layers.pieces import Blocks, Piece
from cnnshape.layers.steps import Regroup, Row, Tap, known


class Blur(NamedTuple):
    """What is read in common by any ``width`` indices side by side in a block of so many: more is never asked."""

    block: int
    width: int
    mixed: bool = False
    """Nor is which block it is that reads something, where each reads the same from end to end."""


SHARP = Blur(1, 1)
"""Of an axis whose every index matters; of one that is only ever taken whole there is None."""

Blurs = tuple[Blur | None, ...]
"""By axis."""


def takes_parts(ways: tuple[Way | None, ...]) -> bool:
    """Whether a layer takes some channels only, or puts them where others may: else no concatenation matters to it."""
    for way in ways:
        for leg in way or ():
            if isinstance(leg.step, Row):
                if any(map(_takes_part, range(len(leg.made)), leg.step.taps)):
                    return True
            elif leg.step.axis < 2 and not (
                isinstance(leg.step, Regroup) and leg.step.axis == len(leg.step.sizes) == 1
            ):
                return True
    return False


def _takes_part(out: int, tap: Tap | None) -> bool:
    if tap is None or 1 not in (out, tap.axis):
        return False
    return out != tap.axis or not (tap.reach is POINTWISE or type(tap.reach) is Piece)


def by_parts(shape: Shape) -> Blurs:
    """What a value asks of itself, if only parts that are taken later matter."""
    return (None,) * len(shape)


def by_figures(shape: Shape) -> Blurs:
    """What its figures ask: of channels only what all of them read, where two axes come after them."""
    return tuple([None if axis == 1 and len(shape) > 3 else SHARP for axis in range(len(shape))])


class Asking:
    """What is asked of the channels of the values of a net by all that reads them."""

    def __init__(self, graph: Graph, all_ways: Sequence[tuple[Way | None, ...]]) -> None:
        self._graph, self._ways = graph, all_ways
        self._before: dict[tuple[int, Blurs], Blurs] = {}

    def blurs(self, own: Callable[[Shape], Blurs]) -> list[Blur | None]:
        """For each value, what is asked of its channels, by itself and by all that reads it."""
        found, before = [own(shape) for shape in self._graph.shapes], self._before
        first = len(self._graph.inputs)
        for value in range(len(found) - 1, first - 1, -1):
            asked = found[value]
            for source, way in zip(self._graph.nodes[value - first].sources, self._ways[value - first], strict=True):
                if way is None:
                    continue
                key = id(way), asked
                wish = before.get(key)
                if wish is None:
                    wish = before[key] = reduce(_before, reversed(way), asked)
                mine = found[source]
                if mine is not wish and mine != wish:
                    found[source] = tuple(map(_met, mine, wish))
        return [axes[1] if len(axes) > 1 else SHARP for axes in found]


def _met(one: Blur | None, other: Blur | None) -> Blur | None:
    """What meets both of two wishes."""
    if one is other:
        return one
    if one is None or other is None:
        return other if one is None else one
    if one.block == other.block:
        return Blur(one.block, min(one.width, other.width), one.mixed and other.mixed)
    small, large = sorted((one._replace(mixed=False), other._replace(mixed=False)))
    return small if large.width == large.block and large.block % small.block == 0 else SHARP


def _before(asked: Blurs, leg: Leg) -> Blurs:
    """What a step asks of its input, where so much is asked of what it makes."""
    step = leg.step
    if leg.same:
        return asked
    if isinstance(step, Row):
        found: list[Blur | None] = [None] * len(leg.x)
        for want, size, tap in zip(asked, step.made, step.taps, strict=True):
            if tap is not None:
                found[tap.axis] = _met(found[tap.axis], _along(tap.reach, leg.x[tap.axis], size, want))
        return tuple(found)
    if isinstance(step, Regroup):
        first, end, count = step.axis, step.axis + step.axes, len(step.sizes)
        inside = _regrouped(asked[first : first + count], leg.x[first:end], step.sizes)
        return (*asked[:first], *inside, *asked[first + count :])
    return (SHARP,) * len(leg.x)


def _along(reach: Reach, size: Dim, made: Dim, asked: Blur | None) -> Blur | None:
    """The same for an axis of ``size`` that is read along one of ``made``."""
    same = size is made or (type(size) is int and size == made)
    if same and (reach is POINTWISE or is_identity(reach)):
        return asked
    if type(size) is not int or type(made) is not int:
        return None if asked is None and type(reach) is Piece else SHARP
    if asked is SHARP and made > 1 and type(reach) is not Blocks:
        return SHARP
    if type(reach) is Piece:
        fits = asked is None or (settled(reach.before) % asked.block == 0 and size % asked.block == 0)
        return asked and asked._replace(mixed=False) if fits else SHARP
    if type(reach) is Blocks:
        block = settled(reach.size)
        return Blur(block, block) if block < size else None
    reach = reach.known()
    first, last, _ = reach.taps(0)
    if reach.period != (1, 1) or first != last or first < 0 or first + made > size:
        return SHARP
    if asked is None or asked.block == made:
        return Blur(size, made if asked is None else asked.width)
    fits = first % asked.block == 0 and size % asked.block == 0
    return asked._replace(mixed=False) if fits else SHARP


def _regrouped(asked: Blurs, sizes: Shape, made: Shape) -> Blurs:
    """The same for axes that become others."""
    if all(want is None for want in asked):
        return (None,) * len(sizes)
    found: list[Blur | None] = [SHARP] * len(sizes)
    if len(sizes) > 1 and len(made) > 1:
        for axis, out in regrouping(known(sizes), known(made)).kept.items():
            found[axis] = asked[out]
        return tuple(found)
    if not all(type(size) is int for size in (*sizes, *made)):
        return tuple(found)
    if len(sizes) == 1:
        found[0] = _merged_from(asked, made)
    elif asked[0] is not None:
        found[0], found[-1] = _split_into(asked[0], sizes, made[0])
    return tuple(found)


def _merged_from(asked: Blurs, made: Shape) -> Blur:
    """What is asked of an axis that becomes several: what is side by side on the innermost of them was so before."""
    size, outer = settled(made[-1]), asked[0]
    inner = asked[-1] or Blur(size, size)
    if len(made) == 2 and outer is not None and outer.mixed and inner.block in (size, 1):
        return Blur(size, inner.width, mixed=True)
    return inner._replace(mixed=False)


def _split_into(asked: Blur, sizes: Shape, made: Dim) -> tuple[Blur, Blur]:
    """What is asked of the outermost and of the innermost of several axes that become one."""
    within, size = prod(map(settled, sizes[1:])), settled(sizes[-1])
    if asked.block != made:
        return SHARP, asked if size % asked.block == 0 else SHARP
    rows = asked.width // within  # so many at least, with every column of them
    outer = Blur(settled(sizes[0]), rows) if rows > 1 else SHARP
    return outer, Blur(size, 1, mixed=True) if rows and len(sizes) == 2 else SHARP


def are_mixed(all_: tuple[Way | None, ...], asked: Blur | None) -> bool:
    """Whether the inputs of a concatenation of channels may be taken together, where each reads the same throughout."""
    if asked is None or not asked.mixed:
        return False
    ends = [settled(reach.before) for way in all_ if way and type(reach := _of_channels(way[-1])) is Piece]
    return bool(ends) and all(end % asked.block == 0 for end in ends)


def _of_channels(leg: Leg) -> Reach | None:
    tap = leg.step.taps[1] if isinstance(leg.step, Row) else None
    return tap and tap.reach


def blurred(algebra: Unions, term: Term, width: int, size: int) -> Term | None:
    """The term without what tells channels apart, if it comes again within so many of them; 0 stands for all."""
    digits = term.on(1)
    if not digits or term.part(1) or any(digit.band.table is None or digit.band.moves for digit in digits):
        return term
    _, div, n, band = digits[0]
    period = div * (band.P if not band.ends and div * n == size else n)
    return term if width and period > width else algebra.whole(term, 1)
