"""What the outputs of one layer read, by its taps, against what is found in torch."""

from collections.abc import Callable, Iterable

from cnnshape.analysis.receptive.window import read
from cnnshape.core.dims import Shape
from cnnshape.graph.graph import Graph, Node
from cnnshape.interop.verification import axes
from cnnshape.layers.base import Layer
from cnnshape.layers.facts import derive

Sets = tuple[frozenset[int], ...]


def graph_of(layer: Layer, xs: tuple[Shape, ...]) -> Graph:
    """A net of one layer, with an input for each of its own: ``0``, ``1`` and so on."""
    node = Node("layer", type(layer).__name__, derive(layer, xs), tuple(range(len(xs))))
    return Graph("layer", {str(place): x for place, x in enumerate(xs)}, (node,), (len(xs),))


def assert_reads(
    layer: Layer,
    xs: tuple[Shape, ...],
    positions: Iterable[tuple[int, ...]],
    found: Callable[[int, tuple[int, ...]], Sets | None],
) -> None:
    """Fail where an output element reads other indices along any axis of an input than are found; None is not known."""
    graph = graph_of(layer, xs)
    for position in positions:
        said = read(graph, len(xs), tuple(frozenset((at,)) for at in position), first=0)
        for which in range(len(xs)):
            sets = found(which, position)
            if sets is None:
                continue
            mine, theirs = _elements(said.get(str(which), ())), _elements(sets)
            more = not said.exact and mine and all(p >= q for p, q in zip(mine, theirs or mine, strict=True))
            assert more or mine == theirs, (
                f"taps of {layer} on {xs}: output {list(position)} reads {_text(mine)} of input {which}, "
                f"torch {_text(theirs)}"
            )


def _elements(sets: Sets) -> Sets | None:
    """The sets of a read input; None where no element of it is read."""
    return sets if sets and all(sets) else None


def _text(sets: Sets | None) -> str:
    return axes(sets) if sets else "nothing"
