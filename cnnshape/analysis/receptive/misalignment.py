"""Merges whose sides do not lie at the same place of the input: paths that drift apart or are offset.

Such a net runs and trains; it adds features of one place to features of another.
"""

from collections.abc import Sequence
from fractions import Fraction
from typing import Literal, NamedTuple

from cnnshape.analysis.receptive.figures import together
from cnnshape.analysis.receptive.index_sets import ZERO
from cnnshape.analysis.receptive.propagation import Walk
from cnnshape.analysis.receptive.terms import State, Term
from cnnshape.analysis.receptive.ways import Way
from cnnshape.graph.graph import Graph, Node


class Side(NamedTuple):
    """One input of a merge."""

    path: str
    jumps: tuple[Fraction, ...]
    centre: Fraction | None
    """Where output 0 is centred, in pixels of the input; None for a path without a fixed one."""


class Merge(NamedTuple):
    """A layer that puts together what does not lie at the same place of the input."""

    path: str
    input: str
    axis: int
    """The axis of the input."""
    kind: Literal["jump", "centre"]
    """Whether the sides drift apart, or stay at a fixed distance."""
    offset: Fraction
    """How far the first side of the sentence lies behind the second, in pixels; for a drift, pixels per output."""
    sides: tuple[Side, ...]
    sentence: str


def misaligned(graph: Graph, walk: Walk | None = None) -> tuple[Merge, ...]:
    """The merges whose sides drift apart or are offset, in the order of the file; each where it first comes about.

    >>> from cnnshape.graph.build import build
    >>> from cnnshape.spec.document import load
    >>> down = {"op": "Conv1d", "out_channels": 1, "kernel_size": 3, "stride": 2, "padding": 1}
    >>> up = {"op": "ConvTranspose1d", "out_channels": 1, "kernel_size": 2, "stride": 2}
    >>> layers = {"down": down, "up": up, "add": {"op": "Add", "from": ["up", "input"]}}
    >>> [merge.sentence for merge in misaligned(build(load({"cnnshape": 1, "input": [1, 32], "layers": layers})))]
    ['`up` is centred 0.5 px left of `input`']
    """
    merges = [(place, node) for place, node in enumerate(graph.nodes) if len(node.sources) > 1]
    if not merges:
        return ()
    walk = walk or Walk(graph)
    found: list[tuple[int, Merge]] = []
    in_line: set[int] = set()  # steps, which the walk holds
    for _, name, axis, readings, _ in walk.followed():
        for place, node in merges:
            step = readings[place].step
            if len(step.edges) > 1 and id(step) not in in_line:
                merge = _compared(walk, node, walk.ways[place], step.edges, name, axis)
                if merge:
                    found.append((place, merge))
                else:
                    in_line.add(id(step))
    found.sort(key=lambda entry: entry[0])
    return tuple([merge for _, merge in found])


Place = tuple[int, int, int, tuple[int, int]]
"""The digit that carries a term: its axis, ``div`` and ``n``; and the first and last index of its part of the axis."""

Centres = dict[tuple[int, int], Fraction | None]
"""Where output 0 is centred, by the jump of a path in lowest terms; None of a path that has no table."""

Sides = list[tuple[int, Centres]]
"""Source and centres, for each input of a merge."""


def _compared(
    walk: Walk, node: Node, ways: tuple[Way | None, ...], edges: tuple[tuple[int, State], ...], name: str, axis: int
) -> Merge | None:
    """What is amiss at a merge, on the first of its axes where something is."""
    made = node.facts.output
    carried = [(place, _carried(together(walk.algebra, state, made))) for place, state in edges]
    for at in sorted({at for _, places in carried for at in places}):
        sides: Sides = [(node.sources[place], places[at]) for place, places in carried if at in places]
        read = [_reaches(ways[place], at[0]) for place, places in carried if at in places]
        if len(sides) > 1 and all(reach == read[0] for reach in read):  # else the layer itself sets them apart
            found = _apart(sides)
            if found:
                return _merge(walk.graph, node, name, axis, at[2], found)
    return None


def _carried(state: Sequence[Term]) -> dict[Place, Centres]:
    """The centres of a state by the digit that carries them and by jump.

    Terms that move along several digits are left out: they are centred like that which they are made of.
    """
    found: dict[Place, Centres] = {}
    for term in state:
        if len(term.digits) == 1 and not term.digits[0].band.ends and term.digits[0].band.Q:
            axis, div, n, band = term.digits[0]
            centre, const = band.centre, term.const
            if centre is not None and const != ZERO:
                centre += Fraction(const.first + const.last, 2)
            part = term.part(axis) if term.parts else None
            found.setdefault((axis, div, n, part[1:] if part else (0, 0)), {}).setdefault(band.rate, centre)
    return found


def _reaches(way: Way | None, axis: int) -> object:
    """How an output axis reads; layers that regroup axes are no merges."""
    taps = getattr(way[-1].step, "taps", ()) if way else ()
    tap = taps[axis] if axis < len(taps) else None
    return tap and tap.reach


def _apart(sides: Sides) -> tuple[Literal["jump", "centre"], Fraction, Sides] | None:
    """The first pair with different jumps, else the pair that is furthest apart at equal ones."""
    first = sides[0]
    for other in sides[1:]:
        if first[1].keys() != other[1].keys():
            jumps = [Fraction(*rate) for _, paths in (first, other) for rate in paths]
            return "jump", max(jumps) - min(jumps), [first, other]
    best, pair = Fraction(0), (0, 0)
    for rate in first[1]:
        centres = [(paths[rate], place) for place, (_, paths) in enumerate(sides)]
        known = [(centre, place) for centre, place in centres if centre is not None]
        if known and max(known)[0] - min(known)[0] > abs(best):
            (low, left), (high, right) = min(known), max(known)
            pair = min(left, right), max(left, right)
            best = low - high if left < right else high - low
    return ("centre", best, [sides[place] for place in pair]) if best else None


def _merge(
    graph: Graph, node: Node, name: str, axis: int, outputs: int,
    found: tuple[Literal["jump", "centre"], Fraction, Sides],
) -> Merge:  # fmt: skip
    kind, offset, pair = found
    sides = tuple(
        Side(
            graph.paths[source],
            tuple(sorted(Fraction(*rate) for rate in centres)),
            next(iter(centres.values())) if len(centres) == 1 else None,
        )
        for source, centres in pair
    )
    one, two = (side.path for side in sides)
    if kind == "centre":
        behind, ahead = ("left of", "right of") if axis == len(graph.inputs[name]) - 1 else ("above", "below")
        sentence = f"`{one}` is centred {_pixels(offset)} {behind if offset < 0 else ahead} `{two}`"
    else:
        across = f"{_pixels(offset * (outputs - 1))} across the {outputs} outputs"
        sentence = f"`{one}` and `{two}` drift by {_pixels(offset)} per step, {across}"
    return Merge(node.path, name, axis, kind, offset, sides, sentence)


def _pixels(length: Fraction) -> str:
    """A length as a sentence has it, the sign left to the words.

    >>> _pixels(Fraction(-15, 2)), _pixels(Fraction(8, 63))
    ('7.5 px', '0.13 px')
    """
    size = abs(float(length))
    return f"{size:.2f}".rstrip("0").rstrip(".") + " px" if size >= 0.1 else f"{size:.2g} px"
