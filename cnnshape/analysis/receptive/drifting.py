"""Several windows of one output that move by different steps: how much they span together."""

from collections.abc import Sequence
from fractions import Fraction
from itertools import product
from math import ceil, floor, lcm, prod
from typing import Final

from cnnshape.analysis.receptive.field import Field
from cnnshape.analysis.receptive.index_sets import joined, most_read
from cnnshape.analysis.receptive.periodic import LIMIT
from cnnshape.analysis.receptive.terms import Term, is_plain, jumps_of
from cnnshape.analysis.receptive.work import Unkept, Work
from cnnshape.core.dims import Shape, settled

MOST_CORNERS: Final = 10
"""The corners of a box of more digits than these are not looked at."""


def several(work: Work, terms: Sequence[Term], made: Shape) -> Field:
    """The figures of several terms: the largest hull of their union over the outputs."""
    jumps = tuple(sorted({jump for term in terms for jump in jumps_of(term.digits)[:1] or (Fraction(0),)}))
    positions, all_of_them = _positions(terms, made)
    if positions and work.pays(len(positions) * len(terms)):
        try:
            runs = [joined([term.at(position) for term in terms]) for position in positions]
        except Unkept:
            runs = []
        if runs:
            start = runs[0].first if runs[0].size else None
            reads = most_read(runs) if all_of_them else None
            return Field(max([run.size for run in runs]), None, start, None, reads, jumps=jumps)
    return Field(_widest(terms), None, None, None, None, jumps=jumps, bound="upper")


def _positions(terms: Sequence[Term], made: Shape) -> tuple[list[dict[int, int]], bool]:
    """Outputs among which is the widest, the first one first; and whether these are all that differ."""
    axes = sorted({digit.axis for term in terms for digit in term.digits})
    sizes = [settled(made[axis]) for axis in axes]
    if prod(sizes) <= LIMIT:
        return [dict(zip(axes, at, strict=True)) for at in product(*map(range, sizes))], True
    if len(axes) > 1 or not all(is_plain(term) and not term.digits[0].band.ends for term in terms):
        return [], False
    length, outputs = lcm(*[term.digits[0].band.P for term in terms]), sizes[0]
    if length > LIMIT:
        return [], False
    ends = [*range(min(length, outputs)), *range(max(outputs - length, 0), outputs)]
    return [{axes[0]: at} for at in ends], False  # hulls are convex along each phase, so widest at an end


def _widest(terms: Sequence[Term]) -> int | None:
    """A bound on the hull of any output: outlines are lines, so that they are furthest apart at a corner."""
    places = sorted({digit[:3] for term in terms for digit in term.digits if digit.band.Q})
    if len(places) > MOST_CORNERS:
        return None
    found = 0
    for corner in product(*[(0, n - 1) for _, _, n in places]):
        at = dict(zip(places, corner, strict=True))
        ends = [_ends(term, at) for term in terms]
        found = max(found, floor(max([high for _, high in ends])) - ceil(min([low for low, _ in ends])) + 1)
    return found


def _ends(term: Term, at: dict[tuple[int, int, int], int]) -> tuple[Fraction, Fraction]:
    low, high = Fraction(term.const.first), Fraction(term.const.last)
    for axis, div, n, band in term.digits:
        below, above = band.outline
        far = Fraction(band.Q, band.P) * at[axis, div, n] if band.Q else Fraction(0)
        low, high = low + below + far, high + above + far
    return low, high
