"""What every element of a net with views reads, against torch: windows with their borders, and terms without.

As a command, ``python -m tests.analysis.view_reads --nets 20000 --seed 1`` looks at so many drawn nets, at every
position of the last value, and counts.
"""

import argparse
import sys
import time
import warnings
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import product
from random import Random
from typing import Any, NamedTuple
from unittest.mock import patch

import torch
from typing_extensions import override

from cnnshape.analysis.receptive import window as border
from cnnshape.analysis.receptive.fields import summaries
from cnnshape.analysis.receptive.index_sets import Run
from cnnshape.analysis.receptive.propagation import Walk
from cnnshape.analysis.receptive.terms import State
from cnnshape.analysis.receptive.window import Box, Reads
from cnnshape.layers.index_maps import Reach
from cnnshape.layers.pieces import Piece
from cnnshape.layers.steps import Frames, Overlap
from tests.analysis.nets import Net, jacobian
from tests.analysis.view_nets import drawn

Sets = tuple[frozenset[int], ...]


class Edges(border._Reader):
    """The reader of windows, which notes whether anything outside an axis was asked for."""

    met = False

    @override
    def axis(self, reach: Reach, outputs: frozenset[int] | None, made: int, size: int) -> frozenset[int] | None:
        for y in () if isinstance(reach, Piece) else range(made) if outputs is None else outputs:
            first, last, _ = reach.taps(y)
            Edges.met |= first <= last and (first < 0 or last >= size)
        return super().axis(reach, outputs, made, size)

    @override
    def frames(self, box: Box, step: Frames, x: tuple[int, ...]) -> list[Box]:
        Edges.met |= step.window.padding > 0
        return super().frames(box, step, x)

    @override
    def overlap(self, box: Box, step: Overlap, x: tuple[int, ...]) -> list[Box]:
        Edges.met = True  # an index under the first windows has fewer of them
        return super().overlap(box, step, x)


class Tally(NamedTuple):
    """What was looked at, and what differs."""

    wrong: list[str]
    counts: Counter[str]


def indices(run: Run) -> frozenset[int]:
    """The set of a run; its hull where only the ends are known."""
    if run.mask > 0:
        return frozenset(run.first + bit for bit in range(run.mask.bit_length()) if run.mask >> bit & 1)
    return frozenset(range(run.first, run.last + 1, run.step))


def states(walk: Walk) -> list[State]:
    """The terms of the last value, for each axis of the image."""
    found = []
    for axis in (2, 3):
        *_, reading = walk.readings(0, axis)
        found.append(reading.step.state)
    return found


def read_by(state: State, position: Sequence[int], size: int) -> frozenset[int]:
    """What an element reads of an axis by its terms, as far as that lies on the image."""
    at = dict(enumerate(position))
    return frozenset[int]().union(*[indices(term.at(at)) for term in state]) & frozenset(range(size))


def look(net: Net) -> Tally:
    """Compare every element of the last value with torch."""
    wrong, counts = list[str](), Counter[str]()
    graph, truth, space = net.graph(), jacobian(net), net.shape[2:]
    every: dict[tuple[int, ...], list[frozenset[int]]] = {}
    walk = Walk(graph, apart=True)
    said, together = states(walk), states(Walk(graph))
    summaries(graph)
    for position in product(*[range(size) for size in truth.shape[1:]]):
        index: Any = (slice(None), *position)
        pixels = truth[index].reshape(space).nonzero().tolist()
        theirs = tuple(frozenset(pixel[axis] for pixel in pixels) for axis in range(2))
        Edges.met = False
        with patch.object(border, "_Reader", Edges):
            box = tuple(frozenset((at,)) for at in position)
            ours = border.read(graph, len(net.steps), box, known=walk.ways)
        wrong += _of_window(ours, theirs, position, counts)
        for axis in range(2):
            wrong += _of_terms(net, said[axis], position, theirs[axis], axis, counts)
            both = [read_by(states[axis], position, space[axis]) for states in (together, said)]
            if not both[0] >= both[1]:
                wrong.append(f"channels together read less on axis {axis} at {position}")
            place = axis, *position[:1], *position[2:]
            seen = every.setdefault(place, [frozenset(), frozenset()])
            every[place] = [mine | more for mine, more in zip(seen, both, strict=True)]
    if truth.dim() > 4 and not _moves_channels(net):
        wrong += _of_channels(said, together, every)
    return Tally(wrong, counts)


def _of_channels(
    said: list[State], together: list[State], every: dict[tuple[int, ...], list[frozenset[int]]]
) -> Iterator[str]:
    """What is wrong with that which all channels of a place read, if some of them are taken together."""
    for (axis, *place), (mine, its) in every.items():
        exact = all(term.exact for term in (*said[axis], *together[axis]))
        if exact and mine != its:
            yield f"channels together read {mine} on axis {axis} at {place}, and {its} one by one"


def _of_window(ours: Reads, theirs: Sets, position: Sequence[int], counts: Counter[str]) -> Iterator[str]:
    """What is wrong with the window of an element."""
    mine = ours.get("x", (frozenset[int](),) * 2)
    counts["windows"] += 1
    counts["windows marked as bounds"] += not ours.exact
    holds = mine == theirs if ours.exact else all(map(frozenset.issuperset, mine, theirs))
    if not holds:
        yield f"window at {position}: {mine}, torch {theirs}"


def _of_terms(
    net: Net, state: State, position: Sequence[int], theirs: frozenset[int], axis: int, counts: Counter[str]
) -> Iterator[str]:
    """What is wrong with the terms of an element: just what is read where no border was met, else no less."""
    mine = read_by(state, position, net.shape[2 + axis])
    exact = all(term.exact for term in state)
    counts["terms"] += 1
    counts["terms marked as bounds"] += not exact
    if not Edges.met and exact and not _has_gaps(net):
        counts["terms without a border"] += 1
        if mine != theirs:
            yield f"terms on axis {axis} at {position}: {mine}, torch {theirs}"
    elif not mine >= theirs and not _turns_back(net):
        yield f"terms on axis {axis} at {position}: {mine} is less than {theirs} of torch"


def _moves_channels(net: Net) -> bool:
    """Whether channels that were joined may be on another axis in the end: of those one cannot say what all read."""
    ops = [step.op for step in net.steps]
    joins = [place for place, op in enumerate(ops) if op in ("Concat", "Stack")]
    moves = {"Permute", "Transpose", "Reshape", "Flatten", "Unflatten", "Squeeze", "Unsqueeze", "Select"}
    return bool(joins) and not moves.isdisjoint(ops[joins[0] :])


def _has_gaps(net: Net) -> bool:
    """Whether outputs read nothing on one axis: what such a net reads on another axis is not followed there."""
    return any("Transpose" in step.op and "Conv" in step.op for step in net.steps)


def _turns_back(net: Net) -> bool:
    """Whether what lies outside is pixels from elsewhere, as an endless image does not have them."""
    return any(step.op == "Roll" or ("Pad" in step.op and step.op != "ZeroPad2d") for step in net.steps)


def main() -> None:
    """Look at many nets and print what was found."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--nets", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--first", type=int, default=0, help="number of the first net")
    asked = parser.parse_args()
    warnings.simplefilter("ignore")
    torch.set_num_threads(1)
    counts, wrong, begin = Counter[str](), 0, time.monotonic()
    for number in range(asked.first, asked.first + asked.nets):
        net = drawn(Random(f"{asked.seed}.{number}"))
        found = look(net)
        counts += found.counts + Counter({"layers": len(net.steps), "nets": 1})
        wrong += len(found.wrong)
        for line in found.wrong[:2]:
            print(f"net {number}: {line}\n  {net}")
    print(f"seed {asked.seed}, {time.monotonic() - begin:.0f} s")
    print(*[f"{count:12,} {what}" for what, count in counts.items()], f"{wrong:12,} differences", sep="\n")
    sys.exit(wrong > 0)


if __name__ == "__main__":
    main()
