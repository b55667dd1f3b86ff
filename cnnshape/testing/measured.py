"""What a module of torch reads, measured: an index of an input is changed, and each output that changes reads it.

Nothing is taken from the layer, and no gradient is followed, so that rounding, maxima and indices are seen as well.
"""

import warnings
from collections.abc import Sequence
from copy import deepcopy
from typing import Final, NamedTuple

from cnnshape.core.dims import Shape
from cnnshape.interop.torch_build import call
from cnnshape.interop.torch_ops import Tensor, torch
from cnnshape.layers.base import Layer

_RUNS: Final = ((1.0, torch.ones), (0.1, torch.zeros))
"""Factors of the weights, and what the inputs lie around: bases of powers above 0, and exponents that stay small."""
_CHANGES: Final = (1.0, -1.0, 100.0, -100.0)
"""New values, up to a random factor: an activation that is flat on one side is seen on the other."""
_NOISE: Final = 1e-9
"""What is smaller comes of rounding: an interpolation reads some pixels with a weight of 4e-15."""

Sets = tuple[frozenset[int], ...]


class Measured(NamedTuple):
    """The reads of a module."""

    output: Shape
    tables: tuple[tuple[Tensor, ...], ...]
    """For each input and each of its axes, true and false: ``[index along the axis, *output]``."""

    def read(self, which: int, position: Sequence[int]) -> Sets | None:
        """The indices along each axis of an input that one element of the output reads; None where it is not known."""
        if not self.tables:
            return None
        place = 0
        for size, index in zip(self.output, position, strict=True):
            place = place * size + index
        found = (table.reshape(len(table), -1)[:, place] for table in self.tables[which])
        return tuple(frozenset(line.nonzero().flatten().tolist()) for line in found)


def measure(layer: Layer, part: torch.nn.Module, xs: Sequence[Shape]) -> Measured:
    """Change each index of each axis of each input, with random weights that hide nothing.

    It runs the module 8 times for each index: some dozens along an axis take a second.  What a layer that
    reads indices makes of each is not known.
    """
    if layer.reads_indices:
        return Measured((), ())
    part = deepcopy(part).double()
    tables: list[tuple[Tensor, ...]] = []
    with torch.random.fork_rng(devices=[]), torch.no_grad(), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of torch, about its own future
        torch.manual_seed(0)
        for factor, around in _RUNS:
            for weight in part.parameters():
                weight.uniform_(0.5 * factor, 1.5 * factor)
            inputs = [around(x) + torch.rand(x, dtype=torch.float64) - 0.5 for x in xs]
            before = _run(layer, part, inputs)
            found = [_tables(layer, part, inputs, which, before) for which in range(len(xs))]
            old = tables or found
            tables = [tuple(map(torch.logical_or, *both)) for both in zip(old, found, strict=True)]
    return Measured(tuple(before.shape), tuple(tables))


def _tables(
    layer: Layer, part: torch.nn.Module, inputs: Sequence[Tensor], which: int, before: Tensor
) -> tuple[Tensor, ...]:
    """For each axis of an input, which outputs change with each index."""
    x = inputs[which]
    found = tuple(torch.zeros(size, *before.shape, dtype=torch.bool) for size in x.shape)
    for axis, size in enumerate(x.shape):
        for index in range(size):
            for scale in _CHANGES:
                changed = x.clone()
                line = changed.select(axis, index)
                line.copy_(scale * (0.5 + torch.rand_like(line)))
                after = _run(layer, part, [*inputs[:which], changed, *inputs[which + 1 :]])
                found[axis][index] |= _differ(before, after)
    return found


def _run(layer: Layer, part: torch.nn.Module, inputs: Sequence[Tensor]) -> Tensor:
    return call(layer, part, [x.clone() for x in inputs])[0]  # it may write over what it reads


def _differ(before: Tensor, after: Tensor) -> Tensor:
    same = (before == after) | (before.isnan() & after.isnan())
    return ~(same | ((before - after).abs() <= _NOISE))
