"""Exactly which pixels one output position reads, borders included: from the output back to the inputs.

A field says what is read on an endless image.  Near a border a part of it is padding, and how much cannot be told from
size and start: every layer on the way clips what lies outside its own input.
"""

from collections.abc import Iterable, Iterator, Sequence
from operator import index
from typing import Final

from cnnshape.analysis.bands import LIMIT
from cnnshape.analysis.walk import Route, is_identity, routes
from cnnshape.dims import Shape
from cnnshape.errors import Problem, UsageError
from cnnshape.graph import Graph
from cnnshape.layers.fields import shown
from cnnshape.reach import Reach

MOST_BOXES: Final = 16
"""More boxes than these of one value are put into one that holds them all."""

MOST_STEPS: Final = 1_000_000
"""How many indices are gone through for one window: so many take half a second and 200 MB."""

_OUTPUT: Final = 4  # steps of asking what one output reads
_COMPARISONS: Final = 20  # sets are compared index by index, so many in the time of one step

Box = tuple[frozenset[int] | None, ...]
"""Indices per axis, None for all of them; the positions are all their combinations."""


def landed(reach: Reach, outputs: Iterable[int], size: int) -> set[int]:
    """The indices of an axis of this size that some outputs read: those outside are dropped, or read another one.

    >>> from cnnshape.reach import Window
    >>> landed(Window(kernel=3, padding=1, dilation=2), [0], 8), landed(Window(3, padding=2), [0], 8)
    ({1, 3}, {0})
    """
    found: set[int] = set()
    outside = reach.outside
    for y in outputs:
        first, last, step = reach.taps(y)
        if outside == "zeros":
            first, last = max(first, first % step), min(last, size - 1)
        found.update(range(first, last + 1, step))
    if outside == "replicate":
        return {min(max(index, 0), size - 1) for index in found}
    if outside == "circular":
        return {index % size for index in found}
    if outside == "reflect":
        return {size - 1 - abs(index % max(2 * size - 2, 1) - (size - 1)) for index in found}
    return found


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
        self.known: dict[tuple[Reach, frozenset[int] | None, int, int], frozenset[int] | None] = {}

    def pay(self, steps: int) -> None:
        self.left -= steps
        if self.left < 0:
            text = f"to say exactly what this position reads takes more than {MOST_STEPS:,} steps"
            raise UsageError(Problem(text, hint="its receptive field is known"))

    def box(self, route: Route, box: Box, made: Shape, shape: Shape) -> Box | None:
        """What a box of outputs reads of an input; None where all of it lies outside."""
        read: list[frozenset[int] | None] = []
        for axis, size in enumerate(shape):
            parts = [self.axis(reach, box[out], made[out], size) for out, reach in route.get(axis, ())]
            if axis not in route or None in parts:
                read.append(None)
                continue
            found = frozenset[int]().union(*(part for part in parts if part)) if len(parts) > 1 else parts[0]
            if not found:
                return None
            read.append(None if len(found) == size else found)
        self.pay(sum(len(part) for part in read if part) // _COMPARISONS)
        return tuple(read)

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

    def spatial(self, boxes: list[Box], shape: Shape) -> tuple[frozenset[int], ...]:
        """The indices of all boxes, per axis from axis 2 on."""
        found = []
        for axis in range(2, len(shape)):
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


def _add(boxes: list[Box], box: Box) -> None:
    """Put a box to the others; two that differ on one axis only are one."""
    place = 0
    while place < len(boxes):
        old = boxes[place]
        if _within(box, old):
            return
        if _within(old, box) or sum(p != q for p, q in zip(box, old, strict=True)) == 1:
            box = tuple(map(_both, box, old))
            del boxes[place]
            place = 0
        else:
            place += 1
    boxes.append(box)
    if len(boxes) > MOST_BOXES:
        for other in boxes:
            box = tuple(map(_both, box, other))
        boxes[:] = [box]


def _checked(graph: Graph, value: int, position: Sequence[int]) -> Box:
    path, space = graph.paths[value], graph.shapes[value][2:]
    try:
        position = [index(at) for at in position]
    except TypeError:
        text = f"a position is a list of whole numbers, not {shown(position)}"
        raise UsageError(Problem(text, hint=f"`{path}` has {len(space)} axes from axis 2 on")) from None
    if len(position) != len(space):
        text = f"`{path}` has {len(space)} axes from axis 2 on, the position names {len(position)}"
        raise UsageError(Problem(text, hint=f"its output is {graph.shapes[value]}"))
    for axis, (at, size) in enumerate(zip(position, space, strict=True), 2):
        if not 0 <= at < size:
            raise UsageError(Problem(f"`{path}` has positions 0 to {size - 1} on axis {axis}, not {at}"))
    return None, None, *(frozenset((at,)) for at in position)


def window(
    graph: Graph, value: int, position: Sequence[int], *, statistics: bool = True
) -> dict[str, tuple[frozenset[int], ...]]:
    """For each input of the net that a value sees, the indices that one position of it reads, per axis from axis 2 on.

    The position has an index for each axis from axis 2 on; all channels are meant.  Sets are empty where it reads
    padding only.  Without ``statistics``, a normalisation over the image is taken to read each pixel for itself.
    Raises `UsageError` for a position that the value does not have, and for one that takes more than `MOST_STEPS`.

    Exact up to three bounds: a layer that reads some channels of a block is taken to read what all of them do, one
    that drops an axis (`Select`) to read it whole, and a value of which more than `MOST_BOXES` boxes are read is taken
    to be read in one that holds them.
    """
    reader = _Reader()
    need: dict[int, list[Box]] = {value: [_checked(graph, value, position)[: len(graph.shapes[value])]]}
    for number in range(value, len(graph.inputs) - 1, -1):
        node = graph.node(number)
        if node is None or number not in need:
            continue
        boxes = need.pop(number)
        for source, route in zip(node.sources, routes(node.facts), strict=True):
            if route is None:
                continue
            mine = need.setdefault(source, [])
            shape = graph.shapes[source]
            if statistics and node.facts.layer.global_statistics:
                route = {axis: ways for axis, ways in route.items() if axis < 2}
            for box in boxes:
                read = reader.box(route, box, graph.shapes[number], shape)
                if read is not None:
                    _add(mine, read)
    return {name: reader.spatial(need[n], shape) for n, (name, shape) in enumerate(graph.inputs.items()) if n in need}
