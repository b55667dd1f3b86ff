"""Exactly which pixels one output position reads, borders included: from the output back to the inputs.

A field says what is read on an endless image.  Near a border a part of it is padding, and how much cannot be told from
size and start: every layer on the way clips what lies outside its own input.
"""

from collections.abc import Iterable, Iterator, Sequence
from math import prod
from operator import index
from typing import Final

from cnnshape.analysis.receptive.boxes import Sets, read_back
from cnnshape.analysis.receptive.landing import landed
from cnnshape.analysis.receptive.periodic import LIMIT
from cnnshape.analysis.receptive.shapes import Regrouping, regrouping
from cnnshape.analysis.receptive.ways import Leg, Route, Way, is_identity, ways
from cnnshape.core.dims import Shape
from cnnshape.core.errors import Problem, UsageError
from cnnshape.core.text import shown
from cnnshape.graph.graph import Graph
from cnnshape.layers.index_maps import Reach
from cnnshape.layers.steps import Frames, Overlap, Regroup, Row, known

MOST_BOXES: Final = 64
"""More boxes than these of one value are put into one that holds them all."""

MOST_STEPS: Final = 1_000_000
"""How many indices are gone through for one window: so many take half a second and 200 MB."""

_OUTPUT: Final = 4  # steps of asking what one output reads
_COMPARISONS: Final = 20  # sets are compared index by index, so many in the time of one step

Box = Sets
"""Indices per axis, None for all of them; the positions are all their combinations."""


class Reads(dict[str, tuple[frozenset[int], ...]]):
    """For each input of the net that is read, the indices per axis from axis 2 on."""

    exact: bool = True
    """Whether just these are read, or at most these."""


def read_all(reach: Reach, outputs: int, size: int) -> bool:
    """Whether all outputs together read all indices, as far as that is seen without going through them all."""
    if is_identity(reach):
        return outputs >= size
    first, last, step = reach.taps(0)
    ends = reach.taps(outputs - 1)
    if reach.period[0] > LIMIT or step > 1 or min(first, ends[0]) > 0 or max(last, ends[1]) < size - 1:
        return False
    for y in range(1, min(reach.period[0] + 1, outputs)):
        before = first, last
        first, last, step = reach.taps(y)
        if step > 1 or last < first or first > before[1] + 1 or last < before[0] - 1:
            return False  # a hole in what is read, or between one output and the next
    return True


class _Reader:
    """Goes from boxes of outputs to the boxes that they read, equal axes once, for `MOST_STEPS` steps in all."""

    def __init__(self) -> None:
        self.left = MOST_STEPS
        self.exact = True
        self.known: dict[tuple[Reach, frozenset[int] | None, int, int], frozenset[int] | None] = {}

    def pay(self, steps: int) -> None:
        self.left -= steps
        if self.left < 0:
            text = f"to say exactly what this position reads takes more than {MOST_STEPS:,} steps"
            raise UsageError(Problem(text, hint="its receptive field is known"))

    def back(self, box: Box, way: Way, *, statistics: bool) -> list[Box]:
        """The boxes of an input that a box of the output reads, all steps of a layer together."""
        boxes = [box]
        for leg in reversed(way):
            boxes = [read for one in boxes for read in self.leg(one, leg, statistics=statistics)]
        return boxes

    def leg(self, box: Box, leg: Leg, *, statistics: bool) -> list[Box]:
        """The boxes that a box reads by one step."""
        step = leg.step
        if isinstance(step, Row):
            route = {axis: taps for axis, taps in leg.route.items() if axis < 2} if statistics else leg.route
            read = self.row(route, box, leg.made, leg.x)
            return [] if read is None else [read]
        if isinstance(step, Regroup):
            first, end = step.axis, step.axis + len(step.sizes)
            to = regrouping(known(leg.x[first : first + step.axes]), known(step.sizes))
            self.pay(_effort(box[first:end], to))
            return [(*box[:first], *mine, *box[end:]) for mine in read_back(box[first:end], to)]
        return self.frames(box, step, leg.x) if isinstance(step, Frames) else self.overlap(box, step, leg.x)

    def row(self, route: Route, box: Box, made: Shape, shape: Shape) -> Box | None:
        """What a box of outputs reads of an input, axis by axis; None where all of it lies outside."""
        read: list[frozenset[int] | None] = []
        for axis, size in enumerate(shape):
            if axis not in route:
                read.append(None)
                continue
            parts = [self.axis(reach, box[out], made[out], size) for out, reach in route[axis]]
            if None in parts:
                read.append(None)
                continue
            found = frozenset[int]().union(*(part for part in parts if part)) if len(parts) > 1 else parts[0]
            if not found:
                return None
            read.append(None if len(found) == size else found)
        self.pay(sum(len(part) for part in read if part) // _COMPARISONS)
        return tuple(read)

    def frames(self, box: Box, step: Frames, x: Shape) -> list[Box]:
        """What windows and taps read of the axis that they are made of."""
        axis, w, size = step.axis, step.window, x[step.axis]
        windows, taps = _listed(box[axis], step.count), _listed(box[axis + 1], w.kernel)
        self.pay(len(windows) * len(taps))
        found = frozenset(
            at
            for window in windows
            for tap in taps
            if 0 <= (at := w.stride * window + w.dilation * tap - w.padding) < size
        )
        return [(*box[:axis], None if len(found) == size else found, *box[axis + 2 :])] if found else []

    def overlap(self, box: Box, step: Overlap, x: Shape) -> list[Box]:
        """The windows and taps that meet at some indices; taps with the same windows are one box."""
        axis, w, count = step.axis, step.window, x[step.axis]
        at = _listed(box[axis], step.size)
        self.pay(len(at) * w.kernel)
        met = dict[int, set[int]]()
        for y in at:
            for tap in range(w.kernel):
                window, rest = divmod(y + w.padding - w.dilation * tap, w.stride)
                if not rest and 0 <= window < count:
                    met.setdefault(tap, set()).add(window)
        alike = dict[frozenset[int], set[int]]()
        for tap, windows in met.items():
            alike.setdefault(frozenset(windows), set()).add(tap)
        return [
            (
                *box[:axis],
                None if len(windows) == count else windows,
                None if len(taps) == w.kernel else frozenset(taps),
                *box[axis + 1 :],
            )
            for windows, taps in alike.items()
        ]

    def axis(self, reach: Reach, outputs: frozenset[int] | None, made: int, size: int) -> frozenset[int] | None:
        """What these of so many outputs read along an axis; None for all of it."""
        if size == made and is_identity(reach):
            return outputs
        key = (reach, outputs, made, size)
        if key not in self.known:
            whole = outputs is None and read_all(reach, made, size)
            at = self.paid(reach, range(made) if outputs is None else outputs, size)
            self.known[key] = None if whole else frozenset(landed(reach, at, size))
        return self.known[key]

    def paid(self, reach: Reach, outputs: Iterable[int], size: int) -> Iterator[int]:
        """These outputs, each when what it reads is paid for."""
        clipped = reach.outside == "zeros"
        for y in outputs:
            first, last, step = reach.taps(y)
            if clipped:
                first, last = max(first, 0), min(last, size - 1)
            self.pay(_OUTPUT + max(0, last - first) // step)
            yield y

    def spatial(self, boxes: list[Box], shape: Shape, first: int) -> tuple[frozenset[int], ...]:
        """The indices of all boxes, per axis from ``first`` on."""
        found = []
        for axis in range(first, len(shape)):
            parts = [box[axis] for box in boxes]
            if None in parts:
                self.pay(shape[axis])
                found.append(frozenset(range(shape[axis])))
            else:
                found.append(frozenset().union(*(part for part in parts if part)))
        return tuple(found)


def _within(box: Box, other: Box) -> bool:
    return all(q is None or (p is not None and p <= q) for p, q in zip(box, other, strict=True))


def _both(p: frozenset[int] | None, q: frozenset[int] | None) -> frozenset[int] | None:
    return None if p is None or q is None else p | q


def _listed(indices: frozenset[int] | None, size: int) -> Sequence[int]:
    return range(size) if indices is None else sorted(indices)


def _effort(box: Box, to: Regrouping) -> int:
    """How many places of a reshaped value are gone through to find where a box of it was."""
    found = 0
    for group in to.groups:
        if len(group.now) > 1 or len(group.was) > 1:
            sets = [(box[axis], to.after[axis]) for axis in group.now]
            if any(indices is not None for indices, _ in sets):
                found += prod([size if indices is None else len(indices) for indices, size in sets])
    return found


def _add(boxes: list[Box], box: Box) -> bool:
    """Put a box to the others; two that differ on one axis only are one.  False where the rest became a larger one."""
    place = 0
    while place < len(boxes):
        old = boxes[place]
        if _within(box, old):
            return True
        if _within(old, box) or sum(p != q for p, q in zip(box, old, strict=True)) == 1:
            box = tuple(map(_both, box, old))
            del boxes[place]
            place = 0
        else:
            place += 1
    boxes.append(box)
    if len(boxes) <= MOST_BOXES:
        return True
    for other in boxes:
        box = tuple(map(_both, box, other))
    boxes[:] = [box]
    return False


def _checked(graph: Graph, value: int, position: Sequence[int | None]) -> Box:
    path, shape = graph.paths[value], graph.shapes[value]
    try:
        position = [at if at is None else index(at) for at in position]
    except TypeError:
        text = f"a position is a list of whole numbers, not {shown(position)}"
        raise UsageError(Problem(text, hint=f"`{path}` has {len(shape[2:])} axes from axis 2 on")) from None
    first = len(shape) - len(position)
    if first != min(2, len(shape)) and not (first == 1 and len(position)):
        text = f"`{path}` has {len(shape[2:])} axes from axis 2 on, the position names {len(position)}"
        raise UsageError(Problem(text, hint=f"its output is {shape}"))
    for axis, (at, size) in enumerate(zip(position, shape[first:], strict=True), first):
        if at is not None and not 0 <= at < size:
            raise UsageError(Problem(f"`{path}` has positions 0 to {size - 1} on axis {axis}, not {at}"))
    return (*(None,) * first, *(None if at is None else frozenset((at,)) for at in position))


def window(graph: Graph, value: int, position: Sequence[int | None], *, statistics: bool = True) -> Reads:
    """For each input of the net that a value sees, the indices that one position of it reads, per axis from axis 2 on.

    The position has an index for each axis from axis 2 on, all channels being meant, or for each from axis 1 on, as
    tokens have it; None stands for all indices of an axis.  Sets are empty where it reads padding only.  Without
    ``statistics``, a normalisation over the image is taken to read each pixel for itself.  Raises `UsageError` for a
    position that the value does not have, and for one that takes more than `MOST_STEPS`.

    Exact unless a value is read in more than `MOST_BOXES` boxes, which are then put into one that holds them all.
    """
    box = _checked(graph, value, position)
    return read(graph, value, box, statistics=statistics)


def read(
    graph: Graph, value: int, box: Box, *, statistics: bool = True, first: int = 2,
    known: Sequence[tuple[Way | None, ...]] = (),
) -> Reads:  # fmt: skip
    """For each input of the net, the indices that a box of a value reads, per axis from ``first`` on.

    ``known`` are the ways of all nodes, for one that asks often.
    """
    reader = _Reader()
    need: dict[int, list[Box]] = {value: [box]}
    for number in range(value, len(graph.inputs) - 1, -1):
        node = graph.node(number)
        if node is None or number not in need:
            continue
        boxes = need.pop(number)
        over_image = statistics and node.facts.layer.global_statistics
        of_node = known[number - len(graph.inputs)] if known else ways(node.facts)
        for source, way in zip(node.sources, of_node, strict=True):
            if way is None:
                continue
            mine = need.setdefault(source, [])
            for one in boxes:
                for more in reader.back(one, way, statistics=over_image):
                    reader.exact &= _add(mine, more)
    found = Reads(
        {
            name: reader.spatial(need[n], shape, first)
            for n, (name, shape) in enumerate(graph.inputs.items())
            if n in need
        }
    )
    found.exact = reader.exact
    return found
