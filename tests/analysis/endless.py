"""What an output reads on an endless image, one output at a time: slow, without tables, periods or masks."""

from typing import NamedTuple

from cnnshape.graph.graph import Graph
from cnnshape.layers.pieces import Piece, Repeated
from cnnshape.layers.steps import Row


class Read(NamedTuple):
    """Indices that are read through windows, and those that every output reads; whether a layer met its border."""

    local: frozenset[int]
    everywhere: frozenset[int]
    border: bool


def read(graph: Graph, value: int, y: int) -> Read:
    """What output ``y`` of a value reads of the only input of a net on one axis; nothing is clipped."""
    need: dict[int, tuple[set[int], set[int]]] = {value: ({y}, set())}
    border = False
    for number in range(value, 0, -1):
        node = graph.node(number)
        if number not in need or node is None:
            continue
        windows, everywhere = need.pop(number)
        if not windows | everywhere:
            continue
        for source, steps in zip(node.sources, node.facts.reads(), strict=True):
            if steps is None:
                continue
            (row,) = steps
            assert isinstance(row, Row)
            local, always = need.setdefault(source, (set(), set()))
            size, made = graph.shapes[source][2], row.made[2]
            tap = next((tap for tap in row.taps if tap is not None and tap.axis == 2), None)
            if tap is None or node.facts.layer.global_statistics:
                always.update(range(size))
            if tap is not None:
                tiled = size if isinstance(tap.reach, Repeated) and made != size else 0
                near, far = (
                    {index for y in ys for index in _indices(tap.reach.taps(y % tiled if tiled else y))}
                    for ys in (windows, everywhere)
                )
                if isinstance(tap.reach, Piece):
                    near, far = near & {*range(size)}, far & {*range(size)}
                border |= any(not 0 <= index < size for index in near | far)
                (local if tap.reach.period[1] else always).update(near)
                always.update(far)
    local, always = need.get(0, (set(), set()))
    return Read(frozenset(local), frozenset(always), border)


def _indices(taps: tuple[int, int, int]) -> range:
    first, last, step = taps
    return range(first, last + 1, step)
