"""What torch's gradients say that outputs read, against the windows of an analysis."""

import warnings
from collections.abc import Sequence
from typing import Final

from cnnshape.analysis.result import Analysis
from cnnshape.core.dims import Shape
from cnnshape.graph.graph import Graph
from cnnshape.interop.torch_linear import bits, cut_to_bits, stand_in
from cnnshape.interop.torch_ops import Tensor, torch
from cnnshape.interop.torch_run import NO_ROOM, no_room
from cnnshape.interop.verification import Tally, axes

CHEAP: Final = 3 * 10**8
"""Elements to go through for the gradients of all layers; in a larger net, only those of the outputs are followed."""


class Linear:
    """A graph of stand-ins, run once on zeros, that can be asked afterwards what a position reads.

    ``unknown`` holds the ops without a stand-in; where there are any, nothing should be asked.
    """

    def __init__(self, graph: Graph, device: str = "cpu") -> None:
        self.names = tuple(graph.inputs)
        self.inputs = [torch.zeros(shape, device=device, requires_grad=True) for shape in graph.inputs.values()]
        self.values: list[Tensor] = list(self.inputs)
        self.unknown: set[str] = set()
        for node in graph.nodes:
            xs = [self.values[source] for source in node.sources]
            step = stand_in(node.facts.layer, node.facts.inputs, node.facts.output, device)
            if step is None:
                self.unknown.add(node.op)
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # of torch, about copies that it makes
                made = torch.zeros(node.facts.output, device=device) if step is None else step(*xs)
            if made.requires_grad and not any(made is x for x in xs):
                cut_to_bits(made)
            self.values.append(made)

    def read(self, value: int, position: Sequence[int | None], first: int = 2) -> dict[str, tuple[frozenset[int], ...]]:
        """What one position of a value reads: per input a set of indices per axis from ``first`` on.

        The position is on the last axes of the value; of the axes before, and where it is None, all indices are looked
        at.  Inputs that the value does not depend on are left out.
        """
        seen = self.values[value]
        for axis, index in enumerate(position, seen.dim() - len(position)):
            if index is not None:
                seen = seen.narrow(axis, index, 1)
        if not seen.requires_grad:
            return {}
        found = torch.autograd.grad(seen.sum(), self.inputs, retain_graph=True, allow_unused=True)
        return {name: _support(grad, first) for name, grad in zip(self.names, found, strict=True) if grad is not None}


def _support(grad: Tensor, first: int) -> tuple[frozenset[int], ...]:
    """The indices per axis at which anything is not zero."""
    read = bits(grad)
    found = []
    for axis in range(first, grad.dim()):
        others = [other for other in range(grad.dim()) if other != axis]
        line = read.sum(others) if others else read  # no axes would be all axes
        found.append(frozenset(line.nonzero().flatten().tolist()))
    return tuple(found)


def check_reads(analysis: Analysis, tally: Tally, device: str) -> None:
    """Compare what is read at some positions of the outputs, and of all layers where that is cheap."""
    if device == "meta":
        tally.skip("", "receptive field", "the device meta has no values to follow")
        return
    graph = analysis.graph
    try:
        linear = Linear(graph, device)
    except RuntimeError as error:
        if not no_room(error):
            raise
        tally.skip("", "receptive field", NO_ROOM)
        return
    if linear.unknown:
        ops = ", ".join(f"`{op}`" for op in sorted(linear.unknown))
        why = f"what {ops} reads cannot be followed; `cnnshape.testing.check_layer` checks one layer"
        tally.skip("", "receptive field", why)
        return
    first, nodes = len(graph.inputs), len(graph.nodes)
    work = 3 * nodes * sum(node.facts.elements for node in graph.nodes)
    for value in range(first, first + nodes) if work < CHEAP else sorted(set(graph.outputs)):
        shape = graph.shapes[value]
        places: list[tuple[int | None, ...]] = [*positions(shape[2:])]
        if len(shape) == 3:
            places += [(at, None) for (at,) in positions(shape[1:2])]  # the tokens of a sequence
        for position in places:
            _compare(analysis, linear, tally, value, position)


def positions(space: Shape) -> list[tuple[int, ...]]:
    """The first, the middle and the last position, without repetition.

    >>> positions((7, 1)), positions(())
    ([(0, 0), (3, 0), (6, 0)], [()])
    """
    found = (tuple([0] * len(space)), tuple([size // 2 for size in space]), tuple([size - 1 for size in space]))
    return list(dict.fromkeys(found))


Sets = tuple[frozenset[int], ...]


def _compare(analysis: Analysis, linear: Linear, tally: Tally, value: int, position: tuple[int | None, ...]) -> None:
    """One position of one value, in each input."""
    path = analysis.graph.paths[value]
    ours, theirs = analysis.window(path, position), linear.read(value, position)
    for name, shape in analysis.graph.inputs.items():
        nothing: Sets = (frozenset(),) * (len(shape) - 2)
        mine, found = ours.get(name, nothing), theirs.get(name, nothing)
        figure = f"receptive field in `{name}` at {list(position)}"
        more = mine != found and all(p >= q for p, q in zip(mine, found, strict=True))
        if more and not ours.exact:
            tally.skip(path, figure, f"{axes(mine)} is an upper bound, torch reads {axes(found)}")
        else:
            tally.same(path, figure, axes(mine), axes(found))
