"""What the positions of a net see near themselves: the maps that its outputs are made from, and how much those see."""

from collections.abc import Iterable, Sequence
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from cnnshape.core.bounds import Bound
from cnnshape.core.dims import prod
from cnnshape.graph.graph import Graph

if TYPE_CHECKING:
    from cnnshape.analysis.receptive.fields import Field

    Fields = dict[str, tuple[Field, ...]]


class Local(NamedTuple):
    """What positions see of the inputs: a window of their own, and whether they all see a whole axis besides."""

    size: int | None
    """The largest window over inputs and axes; None where there is none, and where one is too long to be known."""
    whole: bool
    """Whether every position also reads a whole axis."""
    bound: Bound | None = None
    """Of `size`."""
    whole_bound: Bound | None = None
    """Of `whole`: ``upper`` where it may be that no axis is read whole."""


class LastMaps(NamedTuple):
    """The maps that an output is made from: the last ones on the ways to it whose positions have windows."""

    values: tuple[int, ...]
    """In the order of the file."""
    passed: bool
    """Whether some way from an input to the output meets no map."""


def local(maps: "Iterable[Fields]", ends: "Iterable[Fields]" = ()) -> Local:
    """What positions of maps see, over all inputs and axes; ``ends`` only add what is seen whole.

    The order of nothing matters.
    """
    every = [field for each in maps for axes in each.values() for field in axes]
    windows = [field for field in every if _has_window(field)]
    sizes = [field.size for field in windows if field.size is not None]
    size = max(sizes) if sizes and len(sizes) == len(windows) else None
    exact = any(field.size == size and field.bound is None for field in windows)
    whole = [field for field in every if field.via]
    whole += [field for each in ends for axes in each.values() for field in axes if field.via]
    return Local(
        size,
        bool(whole),
        None if size is None or exact else "upper",
        "upper" if whole and all(field.bound for field in whole) else None,
    )


def last_maps(graph: Graph, fields: "Sequence[Fields]", output: int) -> LastMaps:
    """The last maps on the ways to an output: from there back, a way ends at the first map that it meets.

    A map has several positions, and along some axis each has a window of its own.  What all of them see besides, as
    through squeeze-and-excite, does not matter.
    """
    found, passed, known, todo = list[int](), False, set[int](), [output]
    while todo:
        value = todo.pop()
        if value in known:
            continue
        known.add(value)
        node = graph.node(value)
        if node is None:
            passed = True
        elif _is_map(graph, fields[value], value):
            found.append(value)
        else:
            todo += node.sources
    return LastMaps(tuple(sorted(found)), passed)


def of_outputs(graph: Graph, fields: "Sequence[Fields]", outputs: Iterable[int]) -> Local:
    """What some outputs see: what their last maps see, and on ways without a map whether they see an axis whole."""
    maps, ends = set[int](), set[int]()
    for output in outputs:
        found = last_maps(graph, fields, output)
        maps |= {*found.values}
        ends |= {output} if found.passed else set()
    return local([fields[value] for value in maps], [fields[value] for value in ends])


def _is_map(graph: Graph, fields: "Fields", value: int) -> bool:
    return prod(graph.shapes[value][2:]) > 1 and any(map(_has_window, chain.from_iterable(fields.values())))


def _has_window(field: "Field") -> bool:
    """Whether positions see windows of their own; so do those of which nobody knows what they see."""
    return bool(field.jumps) or (field.size is None and not field.via)
