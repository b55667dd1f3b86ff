"""fvcore: ``FlopCountAnalysis(net, x).total()``, which counts what a trace of the net holds.

What it says: ``fvcore/nn/jit_handles.py`` and ``flop_count.py``.
"""

from typing import Any, Final

from cnnshape.analysis.tools.difference import (
    Difference,
    Table,
    affine,
    dims,
    each,
    first_matrix,
    macs,
    made,
    read,
    unseen,
)
from cnnshape.layers.facts import Facts

_STATISTICS: Final = "other normalisation: 5 per element, 4 without weight"
_AXES: Final = range(2, 6)  # how many axes its rule for these takes


def _padded_by_name(facts: Facts) -> int | None:
    """With ``padding="same"`` torch traces another operator, ``_convolution_mode``."""
    layer: Any = facts.layer
    named = isinstance(layer.padding, str) and layer.padding_mode == "zeros"
    return -macs(facts) if named else None


def _batch_norm(facts: Facts) -> int | None:
    layer: Any = facts.layer
    return affine(2, 1)(facts) if layer.track_running_stats else None


def _own_statistics(facts: Facts) -> int | None:
    layer: Any = facts.layer
    return None if layer.track_running_stats else affine(5, 4)(facts)


def _axes_taken(facts: Facts) -> int | None:
    return affine(5, 4)(facts) if len(facts.inputs[0]) in _AXES else None


def _axes_refused(facts: Facts) -> int | None:
    return None if len(facts.inputs[0]) in _AXES else 0


def _resized(facts: Facts) -> int | None:
    """Only the two operators for images have a rule."""
    layer: Any = facts.layer
    per = {"nearest": 1, "bilinear": 4}.get(layer.mode, 0)
    return per * made(facts) if len(facts.output) == 4 else None


def _by_vector(facts: Facts) -> int | None:
    return unseen(facts) if len(facts.inputs[1]) == 1 else None


def _products(facts: Facts) -> int:
    """The products of queries with keys and of scores with values; the projections are linear layers."""
    layer: Any = facts.layer
    query, source = facts.inputs[0], facts.inputs[-1]
    batch, time = (0, 1) if layer.batch_first else (1, 0)
    scored: int = source[time] + layer.add_bias_kv + layer.add_zero_attn
    products: int = 2 * query[batch] * query[time] * scored * query[2]
    return -products


def _sizes_in_a_trace(facts: Facts) -> int | None:
    layer: Any = facts.layer
    return 0 if layer.output_size is None else None


TABLE: Final[Table] = {
    **each(dims("Conv"), Difference("convolutions with padding by name, not seen", _padded_by_name, "error")),
    "Bilinear": (Difference("bilinear layers, not seen", unseen, "error"),),
    "MatMul": (
        Difference("matrix products, batch of the second not counted", first_matrix, "error"),
        Difference("a matrix times a vector", _by_vector, "raises"),
    ),
    "MultiheadAttention": (Difference("products inside attention, not seen", _products, "error"),),
    **each(
        dims("BatchNorm"),
        Difference("batch normalisation: 2 per element, 1 without weight", _batch_norm),
        Difference(_STATISTICS, _own_statistics),
    ),
    **each(dims("InstanceNorm"), Difference(_STATISTICS, affine(5, 4))),
    **each(
        ("GroupNorm", "LayerNorm"),
        Difference(_STATISTICS, _axes_taken),
        Difference("normalisation of more than five axes or of one", _axes_refused, "raises"),
    ),
    "AdaptiveAvgPool2d": (Difference("adaptive average pooling: 1 per element of the input", read),),
    "Upsample": (Difference("resizing: nearest 1 per output element, bilinear 4", _resized),),
    **each(dims("MaxUnpool"), Difference("unpooling to a size that is not stated", _sizes_in_a_trace, "raises")),
}
