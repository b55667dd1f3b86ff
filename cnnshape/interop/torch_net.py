"""A whole net as one module of torch, written as published code is."""

from collections.abc import Sequence

from typing_extensions import override

from cnnshape.analysis.result import Analysis
from cnnshape.graph.graph import Graph
from cnnshape.interop.torch_build import Parts, Values, call, feed
from cnnshape.interop.torch_ops import Tensor


class Net(Parts):
    """A graph as a module that takes its inputs in order and returns its output, or a tuple where it has several.

    What torch.nn has is a module, named by the path of its layer; sums, products and joins are operators and functions
    in `forward`, and so are learned tensors.  A layer that shares the weights of another is the same module called
    again, and one that reaches no output is built and not run.
    """

    @override
    def forward(self, *inputs: Tensor) -> Tensor | tuple[Tensor, ...]:
        values: list[Values | None] = [(x, None) for x in inputs]
        for node, part in zip(self.graph.nodes, self.order, strict=True):
            values.append(call(node.facts.layer, part, feed(node, values)) if node.live else None)
        return _outputs(self.graph, values)


def _outputs(graph: Graph, values: Sequence[Values | None]) -> Tensor | tuple[Tensor, ...]:
    made = tuple(read[0] for read in (values[value] for value in graph.outputs) if read is not None)
    return made[0] if len(made) == 1 else made


def to_torch(net: Graph | Analysis, device: str = "cpu") -> Net:
    """The net as a module of torch, in inference mode, on a device; layers that are not trainable need no gradient.

    Raises `UsageError` for a layer that torch has no counterpart of, and what torch raises for one that it refuses.

    >>> from cnnshape.analysis import analyze
    >>> conv = {"op": "Conv2d", "out_channels": 4, "kernel_size": 3}
    >>> net = to_torch(analyze({"cnnshape": 1, "input": [3, 8, 8], "layers": {"conv": conv, "relu": "ReLU"}}))
    >>> [name for name, _ in net.named_parameters()]
    ['conv.weight', 'conv.bias']
    """
    return Net(net.graph if isinstance(net, Analysis) else net, device)
