"""The memory that activations really take: a net run by torch, its storages looked at after every layer."""

from cnnshape.graph import Graph
from cnnshape.interop.torch_build import Network, Values, call, feed
from cnnshape.interop.torch_ops import Tensor, torch


def _last_reads(graph: Graph) -> list[float]:
    """For each value the step that reads it last; outputs are read behind the end, a value that nothing reads never."""
    found = [-1.0] * len(graph.paths)
    for step, node in enumerate(graph.nodes):
        for source in node.sources if node.live else ():
            found[source] = step
    for value in graph.outputs:
        found[value] = float("inf")
    return found


def _storages(tensors: list[Tensor]) -> dict[int, int]:
    """Bytes by address: two tensors that share a storage are one."""
    return {x.untyped_storage().data_ptr(): x.untyped_storage().nbytes() for x in tensors}


def torch_peak(graph: Graph, device: str = "cpu") -> int:
    """The most bytes of activations at one time, weights apart, when each is dropped as soon as nothing reads it."""
    network, last = Network(graph, device), _last_reads(graph)
    weights = _storages([*network.parameters(), *network.buffers()])
    values: list[Values | None] = [(torch.rand(x, device=device), None) for x in graph.inputs.values()]
    values = [value if last[number] >= 0 else None for number, value in enumerate(values)]
    most = 0
    with torch.no_grad():
        for step, (node, part) in enumerate(zip(graph.nodes, network.order, strict=True)):
            if not node.live:
                values.append(None)
                continue
            values.append(call(node.facts.layer, part, feed(node, values)))
            there = [x for value in values if value is not None for x in value if x is not None]
            held = _storages(there)
            most = max(most, sum(size for address, size in held.items() if address not in weights))
            del there
            values = [
                value if value is not None and last[number] > step else None for number, value in enumerate(values)
            ]
    return most
