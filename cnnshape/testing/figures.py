"""What a layer says of itself against what torch does: shapes, tensors by name, multiply-accumulates."""

from typing import NamedTuple

from cnnshape.core.dims import Shape
from cnnshape.interop.torch_build import module_of
from cnnshape.interop.torch_run import run, tensors
from cnnshape.layers.base import Layer
from cnnshape.layers.facts import derive


class Seen(NamedTuple):
    """The figures of one layer that torch has too; names in torch's order."""

    output: Shape
    indices: Shape | None
    weights: list[tuple[str, Shape]]
    buffers: list[tuple[str, Shape]]
    macs: int


def ours(layer: Layer, xs: tuple[Shape, ...]) -> Seen:
    """What the layer says."""
    facts = derive(layer, xs)
    return Seen(facts.output, facts.indices, list(facts.weights.items()), list(facts.buffers.items()), facts.ops.mac)


def torchs(layer: Layer, xs: tuple[Shape, ...], device: str = "cpu") -> Seen:
    """What torch does; raises what torch raises."""
    part = module_of(layer, xs, device)
    values, indices, macs = run(layer, part, tensors(layer, xs, device))
    return Seen(
        tuple(values.shape),
        None if indices is None else tuple(indices.shape),
        [(name, tuple(tensor.shape)) for name, tensor in part.named_parameters()],
        [(name, tuple(tensor.shape)) for name, tensor in part.named_buffers()],
        macs,
    )


def assert_same(layer: Layer, xs: tuple[Shape, ...], device: str = "cpu") -> None:
    """Fail where the layer and torch differ in any figure."""
    said, done = ours(layer, xs), torchs(layer, xs, device)
    for figure, mine, theirs in zip(Seen._fields, said, done, strict=True):
        assert mine == theirs, f"{figure} of {layer} on {xs}: the layer has {mine}, torch {theirs}"
