"""Nets that a test writes down, and what torch says their outputs read.

A net is run on images of one white pixel.  Its weights are positive and there are no negative numbers, so an output
is above zero exactly where it reads that pixel; no gradient is taken.  What is no such function has a stand-in that
reads the same: a product is a sum, a normalisation adds the mean.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import torch
from torch.nn import functional

from cnnshape.graph.graph import Graph, Node
from cnnshape.layers import BUILTIN
from cnnshape.layers.facts import derive
from cnnshape.layers.registry import layer_type

Shape = tuple[int, ...]


class Step(NamedTuple):
    """A layer of a net: op, fields as a spec writes them, the numbers of the values it reads."""

    op: str
    fields: dict[str, Any]
    sources: tuple[int, ...]


class Net(NamedTuple):
    """The shape of its input, batch first, and its layers; value 0 is the input, value i + 1 is made by step i."""

    shape: Shape
    steps: tuple[Step, ...]

    def graph(self) -> Graph:
        return graph(self.shape, *self.steps)


def chain(shape: Shape, *layers: tuple[str, dict[str, Any]]) -> Graph:
    """Layers one after another."""
    return graph(shape, *(Step(op, fields, (place,)) for place, (op, fields) in enumerate(layers)))


def graph(shape: Shape, *steps: Step) -> Graph:
    """The graph of some layers; paths are ``v1``, ``v2``, ..."""
    shapes, nodes = [shape], []
    for number, (op, fields, sources) in enumerate(steps, 1):
        facts = derive(layer_type(op, BUILTIN)(**fields), tuple(shapes[source] for source in sources))
        shapes.append(facts.output)
        nodes.append(Node(f"v{number}", op, facts, sources))
    return Graph("net", {"x": shape}, tuple(nodes), (len(steps),))


def jacobian(net: Net) -> torch.Tensor:
    """For each pixel of the image, the elements of the last value that read it: (pixels, N, ...), all axes kept.

    Every pixel is white in all channels and samples of an image of its own, and the net is run on all of these images
    at once, none of which is on an axis that the net may regroup.  What a black image gives comes from parameters.
    """
    batch, channels, *space = net.shape
    pixels = int(torch.tensor(space).prod())
    points = torch.eye(pixels + 1, pixels, dtype=torch.float64).reshape(pixels + 1, 1, 1, *space)
    with torch.no_grad():
        made: torch.Tensor = torch.vmap(lambda x: _last(net, x), randomness="same")(
            points.expand(-1, batch, channels, *space)
        )
    seen = (made[:-1] - made[-1]).abs()
    return seen > 1e-13 * seen.max()


def _last(net: Net, x: torch.Tensor) -> torch.Tensor:
    values = [x]
    for op, fields, sources in net.steps:
        values.append(_run(op, fields, [values[source] for source in sources]))
    return values[-1]


def support(net: Net) -> torch.Tensor:
    """For each pixel of the image, the positions of the last value that read it: (pixels, H, ...)."""
    _, _, *space = net.shape
    pixels = int(torch.tensor(space).prod())
    values = [torch.eye(pixels, dtype=torch.float64).reshape(pixels, 1, *space)]
    with torch.no_grad():
        for op, fields, sources in net.steps:
            values.append(_run(op, fields, [values[source] for source in sources]))
    last = values[-1].amax(1)
    return last > 1e-13 * last.max()  # weights that are zero come out as noise


def _run(op: str, fields: dict[str, Any], xs: list[torch.Tensor]) -> torch.Tensor:
    if op in _FUNCTIONS:
        return _FUNCTIONS[op](fields, xs)
    if "Conv" in op:
        fields = {"in_channels": xs[0].shape[1], "bias": False, **fields}
    if op == "Linear":
        fields = {"in_features": xs[0].shape[-1], "bias": False, **fields}
    listed = {name: tuple(value) if isinstance(value, list) else value for name, value in fields.items()}
    module = getattr(torch.nn, op)(**listed).double().eval()
    for weight in module.parameters():
        weight.fill_(1 / weight[0].numel())
    made: torch.Tensor = module(xs[0])
    return made.clamp(min=0)  # a maximum over padding alone is minus infinity


def _sum(fields: dict[str, Any], xs: list[torch.Tensor]) -> torch.Tensor:
    total = xs[0]
    for x in xs[1:]:
        total = total + x
    return total / len(xs)


def _attention(fields: dict[str, Any], xs: list[torch.Tensor]) -> torch.Tensor:
    """Every token the mean of all tokens and features."""
    (x,) = xs
    return x.mean((1, 2) if fields.get("batch_first") else (0, 2), keepdim=True).expand_as(x)


def _halves(fields: dict[str, Any], xs: list[torch.Tensor]) -> torch.Tensor:
    first, second = xs[0].chunk(2, fields["dim"])
    return first + second


def _crop(fields: dict[str, Any], xs: list[torch.Tensor]) -> torch.Tensor:
    x, like = xs
    for axis in (2, 3):
        start = round((x.shape[axis] - like.shape[axis]) / 2)
        x = x.narrow(axis, start, like.shape[axis])
    return x


def _slice(fields: dict[str, Any], xs: list[torch.Tensor]) -> torch.Tensor:
    index = [slice(None)] * fields["dim"] + [slice(fields.get("start"), fields.get("end"), fields.get("step"))]
    return xs[0][tuple(index)]


def _statistics(fields: dict[str, Any], xs: list[torch.Tensor]) -> torch.Tensor:
    return xs[0] + xs[0].mean(tuple(range(2, xs[0].ndim)), keepdim=True)


def _softmax(fields: dict[str, Any], xs: list[torch.Tensor]) -> torch.Tensor:
    return xs[0].mean(fields["dim"], keepdim=True).expand_as(xs[0])


def _upsample(fields: dict[str, Any], xs: list[torch.Tensor]) -> torch.Tensor:
    """To the size of a second input."""
    if len(xs) == 1:
        listed: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in fields.items()}
        result: torch.Tensor = torch.nn.Upsample(**listed)(xs[0])
        return result
    return functional.interpolate(xs[0], xs[1].shape[2:], **fields)


_FUNCTIONS: dict[str, Callable[[dict[str, Any], list[torch.Tensor]], torch.Tensor]] = {
    "Add": _sum,
    "Mul": _sum,
    "Maximum": _sum,
    "CenterCrop": _crop,
    "Slice": _slice,
    "Softmax": _softmax,
    "Upsample": _upsample,
    "InstanceNorm1d": _statistics,
    "InstanceNorm2d": _statistics,
    "GroupNorm": _statistics,
    "Concat": lambda fields, xs: torch.cat(xs, fields["dim"]),
    "Roll": lambda fields, xs: xs[0].roll(fields["shifts"], fields.get("dims", ())),
    "Mean": lambda fields, xs: xs[0].mean(fields["dim"], fields["keepdim"]),
    "Repeat": lambda fields, xs: xs[0].repeat(fields["repeats"]),
    "MultiheadAttention": _attention,
    "GLU": _halves,
    "MatMul": lambda fields, xs: xs[0] @ xs[1],
    "Parameter": lambda fields, xs: torch.ones(fields["shape"], dtype=torch.float64),
    "Stack": lambda fields, xs: torch.stack(xs, fields["dim"]),
    "Reshape": lambda fields, xs: xs[0].reshape(fields["shape"]),
    "Permute": lambda fields, xs: xs[0].permute(fields["dims"]),
    "Select": lambda fields, xs: xs[0].select(fields["dim"], fields["index"]),
    "Squeeze": lambda fields, xs: xs[0].squeeze(fields["dim"]),
    "Unsqueeze": lambda fields, xs: xs[0].unsqueeze(fields["dim"]),
    "Amax": lambda fields, xs: xs[0].amax(fields["dim"], fields["keepdim"]),
    "Expand": lambda fields, xs: xs[0].expand(fields["sizes"]),
    "Transpose": lambda fields, xs: xs[0].transpose(fields["dim0"], fields["dim1"]),
}
