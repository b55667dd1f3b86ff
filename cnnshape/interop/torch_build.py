"""Layers and graphs as modules of torch, made by the rows of `torch_table`."""

from collections.abc import Iterator, Sequence

from typing_extensions import override

from cnnshape.core.dims import Shape
from cnnshape.core.errors import Problem, UsageError
from cnnshape.graph.graph import Graph, Node
from cnnshape.interop.torch_ops import CALLS, HOLDERS, Code, torch
from cnnshape.interop.torch_ops import FUNCTIONS as CODE
from cnnshape.interop.torch_table import FUNCTIONS, apply, arguments, op_of
from cnnshape.layers.base import Layer
from cnnshape.layers.plugins import Guarded

Values = tuple[torch.Tensor, torch.Tensor | None]
"""The values that a layer puts out, and the indices beside them where it keeps some."""


class Function(Code):
    """A layer that is a function in torch; it holds no weights."""

    def __init__(self, layer: Layer) -> None:
        super().__init__()
        self.layer = layer

    @override
    def extra_repr(self) -> str:
        return repr(self.layer)

    @override
    def forward(self, *xs: torch.Tensor) -> torch.Tensor:
        op = op_of(self.layer)
        return CODE[op](self.layer, *xs) if op in CODE else apply(self.layer, xs)


def known(layer: Layer) -> bool:
    """Whether it is known how torch does this layer."""
    own = op_of(layer) in {*FUNCTIONS, *CODE, *HOLDERS}
    return own or bool(layer.torch_name) or type(layer).torch_module is not Layer.torch_module


def module_of(layer: Layer, xs: Sequence[Shape], device: str = "cpu") -> torch.nn.Module:
    """The module of one layer for inputs of these shapes, in inference mode.

    Raises `UsageError` for a layer that torch has no counterpart of, `PluginError` for one of another package whose
    `torch_module` fails, and what torch raises for a layer that it refuses.

    >>> from cnnshape.layers.conv import Conv2d
    >>> module_of(Conv2d(out_channels=8, kernel_size=3), [(1, 3, 32, 32)])
    Conv2d(3, 8, kernel_size=(3, 3), stride=(1, 1))
    """
    op = op_of(layer)
    if not known(layer):
        raise UsageError(Problem(unknown(layer)))
    with torch.device(device):
        if op in HOLDERS:
            made = HOLDERS[op](layer, *xs)
        elif op in FUNCTIONS or op in CODE:
            made = Function(layer)
        elif type(layer).torch_module is not Layer.torch_module:
            made = of_plugin(layer, xs)
        else:
            made = getattr(torch.nn, layer.torch_name)(**arguments(layer, xs))
        return made.eval()


def of_plugin(layer: Layer, xs: Sequence[Shape]) -> torch.nn.Module:
    """The module that a layer of another package makes."""
    guarded = Guarded(layer)
    made = guarded.torch_module(*xs)
    if not isinstance(made, torch.nn.Module):
        raise guarded.wrong("torch_module", made, "a torch.nn.Module")
    return made


def unknown(layer: Layer) -> str:
    """Why a layer is not compared with torch, and what to do for it."""
    return f"no PyTorch counterpart is known for `{type(layer).__name__}`: define `torch_module` in its class"


def call(layer: Layer, part: torch.nn.Module, xs: Sequence[torch.Tensor]) -> Values:
    """The values of a layer, and the indices beside them where it keeps some."""
    op = op_of(layer)
    run = part.forward if isinstance(part, Code) else part
    made = CALLS[op](layer, part, *xs) if op in CALLS else run(*xs)
    return made if isinstance(made, tuple) else (made, None)


def feed(node: Node, values: Sequence[Values | None]) -> list[torch.Tensor]:
    """What a node reads: values, and for an unpooling layer the indices that its second source keeps."""
    read = [values[source] or _gone(node) for source in node.sources]
    xs = [x for x, _ in read]
    if node.facts.layer.reads_indices and read[1][1] is not None:
        xs[1] = read[1][1]
    return xs


def _gone(node: Node) -> Values:
    raise LookupError(f"what {node.path} reads is no longer kept")


class Scope(torch.nn.Module):
    """The part of a path that layers have in common."""


def _place(root: torch.nn.Module, path: str, part: torch.nn.Module) -> str:
    """Register a part below nested scopes, so that its weights are named by its path; returns the name it got.

    A name that torch's modules use themselves, or that a layer has already, gets an underscore.
    """
    *scopes, last = path.split(".")
    at, names = root, []
    for scope in scopes:
        while not isinstance(at._modules.get(scope), Scope) and (not scope or hasattr(at, scope)):
            scope += "_"
        if scope not in at._modules:
            at.add_module(scope, Scope())
        at = at.get_submodule(scope)
        names.append(scope)
    while not last or hasattr(at, last):
        last += "_"
    at.add_module(last, part)
    return ".".join([*names, last])


class Parts(torch.nn.Module):
    """The layers of a graph as submodules; what comes of running them is a matter of the class.

    Weights are named by the path of their layer, ``layer1.0.conv1.weight``, so that a state dict of the same net from
    elsewhere fits; ``names`` holds the name of each layer's part.
    """

    def __init__(self, graph: Graph, device: str = "cpu") -> None:
        super().__init__()
        self.graph = graph
        self.names: dict[str, str] = {}
        self.order: list[torch.nn.Module] = []  # a list is no submodule, and a shared part stands in it twice
        first = len(graph.inputs)
        for node in graph.nodes:
            if node.owner is not None:
                self.order.append(self.order[node.owner - first])
                self.names[node.path] = self.names[graph.paths[node.owner]]
                continue
            part = module_of(node.facts.layer, node.facts.inputs, device).requires_grad_(node.trainable)
            self.order.append(part)
            self.names[node.path] = _place(self, node.path, part)
        self.eval()

    def part(self, path: str) -> torch.nn.Module:
        """The part of the layer with this path; raises `UsageError` where there is none."""
        return self.order[self.graph.number(path) - len(self.graph.inputs)]

    def steps(self, *inputs: torch.Tensor) -> Iterator[Values]:
        """The values of each node, one after the other; all are kept while the iterator is."""
        values: list[Values] = [(x, None) for x in inputs]
        for node, part in zip(self.graph.nodes, self.order, strict=True):
            values.append(call(node.facts.layer, part, feed(node, values)))
            yield values[-1]


class Network(Parts):
    """A graph as a module: takes its inputs in order and returns every value by its path."""

    @override
    def forward(self, *inputs: torch.Tensor) -> dict[str, torch.Tensor]:
        values = zip(self.graph.inputs, inputs, strict=True)
        made = zip((node.path for node in self.graph.nodes), self.steps(*inputs), strict=True)
        return dict(values) | {path: value for path, (value, _) in made}


def module(graph: Graph, device: str = "cpu") -> Network:
    """The network as a module of torch, in inference mode; layers that are not trainable need no gradient.

    Raises what torch raises for a layer that it refuses.
    """
    return Network(graph, device)
