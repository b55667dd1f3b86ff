"""Receptive fields step by step, along the path that decides: the one on which the most is seen.

Every number is that of the analysis.  A step through a sliding window is also written as the recurrence of the
literature, where that gives these numbers: behind an upsampled grid it does not, and there the step is said in words.
"""

from collections.abc import Iterator
from fractions import Fraction
from typing import Any, NamedTuple

from cnnshape.analysis.receptive.fields import Field, one_side
from cnnshape.analysis.receptive.propagation import Walk
from cnnshape.analysis.receptive.ways import Way
from cnnshape.analysis.result import Analysis
from cnnshape.commands.explain.reading import rearranged, said
from cnnshape.layers.index_maps import POINTWISE, Reach, Shift, Stride, Whole, Window
from cnnshape.layers.steps import Row


class Sliding(NamedTuple):
    """A window that moves by one amount, as it reads one axis."""

    kernel: int
    stride: int
    padding: int
    dilation: int


class Side(NamedTuple):
    """What a layer sees by another of its inputs."""

    path: str
    field: Field


class Step(NamedTuple):
    """One layer on the path: what its input sees, how it reads that, and what it sees itself."""

    path: str
    op: str
    source: str
    sliding: Sliding | None
    """Its window, where the recurrence of windows gives the numbers; otherwise `words` say what it reads."""
    words: str
    before: Field
    alone: Field
    """What it sees by this input."""
    joined: tuple[Side, ...]
    """Its other inputs, where it sees more than by this one."""
    after: Field

    @property
    def changes(self) -> bool:
        """Whether it sees anything else than its input does."""
        return self.before != self.after


class Seen(NamedTuple):
    """How the field of one input comes about, along axes on which every step is alike."""

    input: str
    axes: tuple[int, ...]
    """Axes of the input, numbered with the batch."""
    start: Field
    steps: tuple[Step, ...]
    field: Field
    """What the layer sees in the end."""


def seen(analysis: Analysis, value: int) -> tuple[Seen, ...]:
    """How the receptive field of the layer that makes a value comes about, input by input."""
    walk = Walk(analysis.graph)
    found: list[Seen] = []
    for number, name, axis in walk.origins():
        if name not in analysis.fields[value]:
            continue
        path = _Path(analysis, walk, number, name, axis)
        steps = tuple(path.back(value))
        end = path.field(value)
        start = path.field(number) if steps or value == number else end  # one that reads nothing has no steps
        alike = next((at for at, each in enumerate(found) if each.input == name and _same(each, steps, end)), None)
        if alike is None:
            found.append(Seen(name, (axis,), start, steps, end))
        else:
            found[alike] = found[alike]._replace(axes=(*found[alike].axes, axis))
    return tuple(found)


def _same(one: Seen, steps: tuple[Step, ...], end: Field) -> bool:
    return one.steps == steps and one.field == end


def recurrence(before: Field, window: Sliding) -> tuple[int, Fraction, int] | None:
    """Size, jump and start behind a window; None where what is before it has none.

    ``size' = size + (k - 1) d jump``, ``jump' = s jump``, ``start' = start - p jump``.

    >>> recurrence(Field(7, Fraction(2), -3, Fraction(0), 7), Sliding(3, 2, 1, 1))
    (11, Fraction(4, 1), -5)
    """
    if before.size is None or before.jump is None or before.start is None:
        return None
    k, s, p, d = window
    size, start = before.size + (k - 1) * d * before.jump, before.start - p * before.jump
    whole = size.denominator == start.denominator == 1
    return (int(size), s * before.jump, int(start)) if whole else None


class _Path:
    """The path that decides, for one axis of one input."""

    def __init__(self, analysis: Analysis, walk: Walk, number: int, name: str, axis: int) -> None:
        self.analysis, self.walk, self.name, self.axis = analysis, walk, name, axis
        self.first = len(analysis.graph.inputs)
        self.readings = list(walk.readings(number, axis))

    def field(self, value: int) -> Field:
        """What a value sees of the axis."""
        return self.analysis.fields[value][self.name][self.axis - 2]

    def back(self, value: int) -> list[Step]:
        """The steps to a value, from the input on."""
        steps: list[Step] = []
        while value >= self.first and self.readings[value - self.first].step.edges:
            step, value = self._step(value)
            steps.append(step)
        return steps[::-1]

    def _step(self, value: int) -> tuple[Step, int]:
        reading = self.readings[value - self.first]
        node, after = reading.node, self.field(value)
        sides = [(place, one_side(self.walk, reading, state)) for place, state in reading.step.edges]
        place, alone = max(sides, key=lambda side: _far(side[1], after))
        others = [(other, field) for other, field in sides if other != place]
        paths = self.analysis.graph.paths
        joined = tuple(Side(paths[node.sources[other]], field) for other, field in others) if alone != after else ()
        source = node.sources[place]
        before = self.field(source)
        way: Way = self.walk.ways[value - self.first][place] or ()
        if len(way) > 1 or not all(isinstance(leg.step, Row) for leg in way):
            window, words = None, rearranged(way[0].step, way[-1].step)
        else:
            reach = self._reach(way, source)
            window = _sliding(reach)
            if window is not None and recurrence(before, window) != (alone.size, alone.jump, alone.start):
                window = None
            words = "" if window else said(reach, before)
        step = Step(node.path, node.op, paths[source], window, words, before, alone, joined, after)
        return step, source

    def _reach(self, way: Way, source: int) -> Reach | None:
        """How a layer reads what comes in at one place; None where it does so in several ways."""
        carriers = self._carriers(source)
        if not carriers or not way:
            return POINTWISE
        (leg,) = way
        found = {reach for carrier in carriers for _, reach in leg.route.get(carrier, ())}
        if any(carrier not in leg.route for carrier in carriers):
            return Whole(leg.x[carriers[0]])
        return found.pop() if len(found) == 1 else None

    def _carriers(self, value: int) -> list[int]:
        """The axes of a value along which outputs read different places."""
        if value < self.first:
            return [self.axis]
        state = self.readings[value - self.first].step.state
        return sorted({digit.axis for term in state for digit in term.digits})


def _far(side: Field, after: Field) -> tuple[Any, ...]:
    """How much of what is seen in the end is seen by one side."""
    return side == after, side.jumps == after.jumps, -1 if side.size is None else side.size


def _sliding(reach: Reach | None) -> Sliding | None:
    if isinstance(reach, Window):
        return Sliding(reach.kernel, reach.stride, reach.padding, reach.dilation)
    if isinstance(reach, Shift):
        return Sliding(1, 1, reach.before, 1)
    return Sliding(1, reach.step, -reach.start, 1) if isinstance(reach, Stride) else None


def decisive(seen: Seen) -> Iterator[Step]:
    """The steps that change what is seen; between them each output reads the one place that it stands at."""
    return (step for step in seen.steps if step.changes)
