"""One layer run by torch: what comes out, and the multiply-accumulates that torch counts on the way."""

import os
import warnings
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Final, NamedTuple

from cnnshape.core.dims import Shape
from cnnshape.interop.torch_build import call
from cnnshape.interop.torch_ops import FlopCounterMode, SDPBackend, Tensor, sdpa_kernel, torch
from cnnshape.interop.torch_table import op_of
from cnnshape.layers.base import Layer, elements
from cnnshape.layers.facts import Facts


class Ran(NamedTuple):
    """What torch did."""

    values: Tensor
    indices: Tensor | None
    macs: int


class BlindSpot(NamedTuple):
    """Work that ``FlopCounterMode`` does not see, and how the same is computed so that it does."""

    why: str
    where: Callable[[Sequence[Shape]], bool]
    """Whether inputs of these shapes are in the spot."""
    again: Callable[[torch.nn.Module, Sequence[Tensor]], object]
    """The same product in a form that is counted."""


def _bilinear(part: torch.nn.Module, xs: Sequence[Tensor]) -> Tensor:
    """Output k is ``a W_k b``: the outer products of all rows, times the weight as a matrix."""
    a, b = xs
    weight = part.get_parameter("weight")
    outer = a.unsqueeze(-1) * b.unsqueeze(-2)
    return outer.reshape(-1, weight[0].numel()) @ weight.flatten(1).T


def _matrices(part: torch.nn.Module, xs: Sequence[Tensor]) -> Tensor:
    """A vector on the left as a matrix of one row, on the right as one of one column."""
    a, b = xs
    return torch.matmul(a.unsqueeze(0) if a.dim() == 1 else a, b.unsqueeze(-1) if b.dim() == 1 else b)


def _by_a_vector(xs: Sequence[Shape]) -> bool:
    return any(len(x) == 1 for x in xs)


def _attention(part: torch.nn.Module, xs: Sequence[Tensor]) -> object:
    """On the meta device no fused kernel hides the products."""
    query, key, value = (x.to("meta") for x in (*xs, *[xs[-1]] * (3 - len(xs))))
    state = {name: tensor.to("meta") for name, tensor in part.state_dict().items()}
    return torch.func.functional_call(part, state, (query, key, value), {"need_weights": False})


BLIND_SPOTS: Final[dict[str, BlindSpot]] = {
    "Bilinear": BlindSpot("FlopCounterMode has no entry for bilinear", lambda xs: True, _bilinear),
    "MatMul": BlindSpot("FlopCounterMode has no entry for a matrix times a vector", _by_a_vector, _matrices),
    "MultiheadAttention": BlindSpot("fused kernels of attention are not counted", lambda xs: True, _attention),
}
"""By op."""


_BYTES: Final = 4  # of a float32

NO_ROOM: Final = "it does not fit into the memory of the device; the device meta needs none"


def no_room(error: Exception) -> bool:
    """Whether torch has run out of memory, which says nothing of the net."""
    return isinstance(error, torch.OutOfMemoryError) or "allocate memory" in str(error)


def has_room(facts: Facts, device: str) -> bool:
    """Whether what a layer reads, makes and holds may fit into the memory of this machine, if it is to run there.

    A system that promises more memory than it has would let torch begin, and end it later.
    """
    if device != "cpu" or not hasattr(os, "sysconf"):
        return True
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return int(_BYTES * (sum(map(elements, facts.inputs)) + facts.elements + facts.params)) <= memory


def tensors(layer: Layer, xs: Sequence[Shape], device: str = "cpu") -> list[Tensor]:
    """Random inputs of these shapes; indices are zero, a pixel that every image has."""
    with torch.device(device):
        made = [torch.rand(shape) for shape in xs]
        if layer.reads_indices and len(xs) > 1:
            made[1] = torch.zeros(xs[1], dtype=torch.int64)
        return made


def _products(layer: Layer) -> AbstractContextManager[None]:
    """In a plug-in, attention as the matrix products that are counted; of our own layers it is a blind spot."""
    own: AbstractContextManager[None] = nullcontext()
    return own if op_of(layer) else sdpa_kernel(SDPBackend.MATH)


def run(layer: Layer, part: torch.nn.Module, xs: Sequence[Tensor]) -> Ran:
    """Run a layer without gradients and count; the attention's fast path, which counts nothing, is off meanwhile.

    Raises what torch raises.
    """
    spot = BLIND_SPOTS.get(op_of(layer))
    fast = torch.backends.mha.get_fastpath_enabled()
    torch.backends.mha.set_fastpath_enabled(False)
    try:
        with torch.no_grad(), warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of torch, about its own future
            with FlopCounterMode(display=False) as counter, _products(layer):
                values, indices = call(layer, part, xs)
            if spot is not None and spot.where([tuple(x.shape) for x in xs]):
                with FlopCounterMode(display=False) as counter:
                    spot.again(part, xs)
    finally:
        torch.backends.mha.set_fastpath_enabled(fast)
    return Ran(values, indices, counter.get_total_flops() // 2)
