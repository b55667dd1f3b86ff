"""ptflops: ``get_model_complexity_info(net, size)`` with its default backend, pytorch.

It counts in hooks of modules and, beside them, in functions that it puts in the place of ``torch.nn.functional``'s.  A
module of torch.nn that calls such a function counts in both.  It makes a batch of one itself: for a larger batch the
table says what it gives for one sample, times the batch.

What it says: ``ptflops/pytorch_ops.py`` and ``pytorch_engine.py``.
"""

from math import prod
from typing import Any, Final

from cnnshape.analysis.tools.difference import (
    Difference,
    Table,
    affine,
    biases,
    dims,
    each,
    first_matrix,
    first_operand,
    macs,
    made,
    read,
    unseen,
)
from cnnshape.core.dims import settled
from cnnshape.layers.facts import Facts


def _resized(facts: Facts) -> int | None:
    """In the hook of the module, which a resize to the size of a second input does not have."""
    return made(facts) if len(facts.inputs) == 1 else None


def _resized_again(facts: Facts) -> int | None:
    return _interpolated(facts) if len(facts.inputs) == 1 else None


def _resized_to_like(facts: Facts) -> int | None:
    return _interpolated(facts) if len(facts.inputs) == 2 else None


def _interpolated(facts: Facts) -> int:
    """In the function: with a factor, elements of the input times the factor of each axis.

    A list of factors is cut to whole numbers, one factor is not.  The tool cuts the sum of all layers to a whole
    number, and this the sum of every layer; a product just below a whole number comes up to it in the sum.
    """
    layer: Any = facts.layer
    factor = layer.scale_factor
    if factor is None:
        return made(facts)
    if isinstance(factor, tuple):
        return read(facts) * prod(map(int, factor))
    times = float(factor) ** (len(facts.output) - 2)
    if times.is_integer():
        return read(facts) * int(times)
    return int(settled(made(facts)) + settled(read(facts)) * times) - made(facts)


def _response_norm(facts: Facts) -> int:
    """The square, its factor and the addition are functions that it counts, and so is the pool of padded squares."""
    layer: Any = facts.layer
    n, channels, *space = facts.inputs[0]
    padded: int = n * (channels + layer.size - 1) * prod(space)
    return 3 * read(facts) + padded


def _power_average(facts: Facts) -> int:
    """The average pool, and then the ReLU and the product on its output."""
    return read(facts) + 2 * made(facts)


def _by_vector(facts: Facts) -> int | None:
    """The only axis of a vector, which is summed over, stands for an axis of the output."""
    return first_operand(facts) if len(facts.inputs[1]) == 1 else None


def _attention(facts: Facts) -> int:
    """Its formula: keys and values are projected from as many features to as many; appended keys are not seen."""
    layer: Any = facts.layer
    query, key, value = (*facts.inputs, *(facts.inputs[-1:] * (3 - len(facts.inputs))))
    batch, time = (0, 1) if layer.batch_first else (1, 0)
    length, source, embed = query[time], key[time], query[2]
    projections = length * embed**2 + source * key[2] ** 2 + source * value[2] ** 2
    projected = (length + 2 * source) * embed if "in_proj_bias" in facts.weights else 0
    heads = layer.num_heads
    per_head = length * source * (embed // heads + 1 + value[2] // heads)
    out = length * value[2] * (value[2] + 1)
    counted: int = query[batch] * (length * embed + projections + projected + heads * per_head + out)
    return counted - macs(facts)


_CONV_BIAS: Final = Difference("biases of convolutions: 1 per output element", biases)
_ACTIVATION: Final = Difference("activations: 1 per element", made)
_ACTIVATION_AGAIN: Final = Difference("activations, counted again in their function", made, "error")
_POOL: Final = Difference("pooling: 1 per element of the input", read)
_POOL_AGAIN: Final = Difference("pooling, counted again in its function", read, "error")
_POOLS: Final = dims("MaxPool", "AvgPool", "AdaptiveMaxPool", "AdaptiveAvgPool")
_NORMS: Final = [*dims("BatchNorm", "InstanceNorm"), "GroupNorm"]

TABLE: Final[Table] = {
    **each(dims("Conv", "ConvTranspose"), _CONV_BIAS),
    "Linear": (Difference("biases of linear layers: 1 per output element", biases),),
    "Bilinear": (Difference("bilinear layers, not seen", unseen, "error"),),
    "MatMul": (
        Difference("matrix products, batch of the second not counted", first_matrix, "error"),
        Difference("a matrix times a vector, counted as times a matrix", _by_vector, "error"),
    ),
    "MultiheadAttention": (Difference("attention, by a formula of its own", _attention),),
    **each(_NORMS, Difference("normalisation: 2 per element, 1 without weight", affine(2, 1))),
    "LayerNorm": (Difference("layer normalisation: 1 per element", read),),
    "LocalResponseNorm": (Difference("local response norm: square, pool, factor, sum", _response_norm),),
    **each(("ReLU", "PReLU", "ELU", "GELU"), _ACTIVATION, _ACTIVATION_AGAIN),
    **each(("ReLU6", "LeakyReLU", "SiLU"), _ACTIVATION),
    **each(("Softmax", "Softmax2d"), Difference("softmax: 1 per element", made)),
    **each(_POOLS, _POOL, _POOL_AGAIN),
    **each(dims("LPPool"), Difference("power-average pooling: its pool, ReLU and product", _power_average)),
    "Upsample": (
        Difference("resizing: 1 per output element", _resized),
        Difference("resizing, counted again in its function", _resized_again, "error"),
        Difference("resizing: 1 per output element", _resized_to_like),
    ),
}
