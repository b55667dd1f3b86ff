"""The memory that activations really take: a net run by torch, its storages looked at after every layer."""

from cnnshape.graph.graph import Graph
from cnnshape.interop.torch_build import Network, Values, call, feed
from cnnshape.interop.torch_ops import Tensor, torch


class Reads:
    """The steps that read each value, and the indices beside it, for the last time; -1 where nothing does."""

    def __init__(self, graph: Graph) -> None:
        self.values = [-1.0] * len(graph.paths)
        self.indices = [-1.0] * len(graph.paths)
        for step, node in enumerate(graph.nodes):
            for place, source in enumerate(node.sources) if node.live else ():
                of_indices = place == 1 and node.facts.layer.reads_indices
                (self.indices if of_indices else self.values)[source] = step
        for value in graph.outputs:
            self.values[value] = float("inf")

    def keep(self, values: list[Values | None], step: int) -> list[Values | None]:
        """What is read after a step; what is not is dropped."""
        kept: list[Values | None] = []
        for value, of_value, of_indices in zip(values, self.values, self.indices, strict=False):
            x, indices = value or (None, None)
            nothing = torch.empty(0)
            indices = indices if of_indices > step else None
            if x is None or (of_value <= step and indices is None):
                kept.append(None)
            else:
                kept.append((x if of_value > step else nothing, indices))
        return kept


def _storages(tensors: list[Tensor]) -> dict[int, int]:
    """Bytes by address: two tensors that share a storage are one."""
    return {x.untyped_storage().data_ptr(): x.untyped_storage().nbytes() for x in tensors}


def torch_peak(graph: Graph, device: str = "cpu") -> int:
    """The most bytes of activations at one time, weights apart, when each is dropped as soon as nothing reads it."""
    network, reads = Network(graph, device), Reads(graph)
    weights = _storages([*network.parameters(), *network.buffers()])
    inputs = [torch.rand(x, device=device) for x in graph.inputs.values()]
    values = reads.keep([(x, None) for x in inputs], -1)
    del inputs
    most = 0
    with torch.no_grad():
        for step, (node, part) in enumerate(zip(graph.nodes, network.order, strict=True)):
            if not node.live:
                values.append(None)
                continue
            values.append(call(node.facts.layer, part, feed(node, values)))
            held = _storages([x for value in values if value is not None for x in value if x is not None])
            most = max(most, sum(size for address, size in held.items() if address not in weights))
            values = reads.keep(values, step)
    return most
