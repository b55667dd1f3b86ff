"""Merges whose sides do not lie at the same place of the input: paths that drift apart or are offset.

Such a net runs and trains; it adds features of one place to features of another.
"""

from fractions import Fraction
from typing import Literal, NamedTuple

from cnnshape.analysis.bands import LOST, Band
from cnnshape.analysis.walk import Route, State, Walk
from cnnshape.graph import Graph, Node


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

    >>> from cnnshape.builder import build
    >>> from cnnshape.spec import load
    >>> down = {"op": "Conv1d", "out_channels": 1, "kernel_size": 3, "stride": 2, "padding": 1}
    >>> up = {"op": "ConvTranspose1d", "out_channels": 1, "kernel_size": 2, "stride": 2}
    >>> layers = {"down": down, "up": up, "add": {"op": "Add", "from": ["up", "input"]}}
    >>> [merge.sentence for merge in misaligned(build(load({"cnnshape": 1, "input": [1, 32], "layers": layers})))]
    ['`up` is centred 0.5 px left of `input`']
    """
    if all(len(node.sources) < 2 for node in graph.nodes):
        return ()
    walk = walk or Walk(graph)
    found: list[tuple[int, Merge]] = []
    in_line: set[int] = set()  # steps, which the walk holds
    for number, name, axis in walk.origins():
        for place, (node, step, _, _) in enumerate(walk.readings(number, axis)):
            if len(step.edges) > 1 and id(step) not in in_line:
                merge = _compared(graph, node, walk.routes[place], step.edges, name, axis)
                if merge:
                    found.append((place, merge))
                else:
                    in_line.add(id(step))
    found.sort(key=lambda entry: entry[0])
    return tuple([merge for _, merge in found])


Sides = list[tuple[int, dict[tuple[int, int], Band]]]
"""Source and bands by jump, for each input of a merge."""


def _compared(
    graph: Graph, node: Node, ways: tuple[Route | None, ...], edges: tuple[tuple[int, State], ...], name: str,
    axis: int,
) -> Merge | None:  # fmt: skip
    """What is amiss at a merge, on the first of its axes where something is."""
    for carrier in sorted({carrier for _, state in edges for carrier, _ in state if carrier is not None}):
        sides: Sides = []
        reaches = set()
        for place, state in edges:
            bands = {rate: band for (at, rate), band in state.items() if at == carrier}
            if bands:
                sides.append((node.sources[place], bands))
                reaches.add(frozenset(r for to in (ways[place] or {}).values() for out, r in to if out == carrier))
        lost = any(LOST.rate in bands for _, bands in sides)
        if len(sides) > 1 and len(reaches) == 1 and not lost:  # else the layer itself sets them apart, as `Concat` does
            found = _apart(sides)
            if found:
                return _merge(graph, node, name, axis, carrier, found)
    return None


def _apart(sides: Sides) -> tuple[Literal["jump", "centre"], Fraction, Sides] | None:
    """The first pair with different jumps, else the pair that is furthest apart at equal ones."""
    first = sides[0]
    for other in sides[1:]:
        if first[1].keys() != other[1].keys():
            jumps = [Fraction(*rate) for _, bands in (first, other) for rate in bands]
            return "jump", max(jumps) - min(jumps), [first, other]
    best, pair = Fraction(0), (0, 0)
    for rate in first[1]:
        centres = [(bands[rate].centre, place) for place, (_, bands) in enumerate(sides)]
        known = [(centre, place) for centre, place in centres if centre is not None]
        if known and max(known)[0] - min(known)[0] > abs(best):
            (low, left), (high, right) = min(known), max(known)
            pair = min(left, right), max(left, right)
            best = low - high if left < right else high - low
    return ("centre", best, [sides[place] for place in pair]) if best else None


def _merge(
    graph: Graph, node: Node, name: str, axis: int, carrier: int,
    found: tuple[Literal["jump", "centre"], Fraction, Sides],
) -> Merge:  # fmt: skip
    kind, offset, pair = found
    sides = tuple(
        Side(
            graph.paths[source],
            tuple(sorted(Fraction(*rate) for rate in bands)),
            next(iter(bands.values())).centre if len(bands) == 1 else None,
        )
        for source, bands in pair
    )
    one, two = (side.path for side in sides)
    if kind == "centre":
        behind, ahead = ("left of", "right of") if axis == len(graph.inputs[name]) - 1 else ("above", "below")
        sentence = f"`{one}` is centred {_pixels(offset)} {behind if offset < 0 else ahead} `{two}`"
    else:
        outputs = node.facts.output[carrier]
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
