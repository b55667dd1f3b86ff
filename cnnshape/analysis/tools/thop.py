"""thop: ``profile(net, inputs=(x,))``, which counts in hooks of modules.

What it says: ``thop/vision/basic_hooks.py`` and ``calc_func.py``.
"""

from math import prod
from typing import Any, Final

from cnnshape.analysis.tools.difference import Difference, Table, affine, dims, each, macs, made, read, unseen
from cnnshape.core.dims import Open, settled
from cnnshape.layers.facts import Facts

_PER_ELEMENT: Final = {"nearest": 1, "linear": 5, "bilinear": 11, "bicubic": 259}


def _at_output(facts: Facts) -> int:
    """What a convolution with this kernel and these groups would cost: the input's channels at every output element."""
    layer: Any = facts.layer
    taps: int = (facts.inputs[0][1] // layer.groups) * prod(layer.kernel_size)
    return made(facts) * taps - macs(facts)


def _means(facts: Facts) -> int:
    """``int((kernel + 1) * outputs)`` in doubles, where the kernel is the ratio of input to output sizes.

    The ratio need not be whole, and then the product may come out just below a whole number that it should be.
    """
    kernel = 1.0
    for size, out in zip(facts.inputs[0][2:], facts.output[2:], strict=True):
        kernel *= settled(size) / settled(out)
    outputs = made(facts)
    if isinstance(outputs, Open) and kernel.is_integer():
        return (int(kernel) + 1) * outputs
    return int((kernel + 1) * settled(outputs))


def _rows(facts: Facts) -> int | None:
    """For a row of n: n exponentials, n - 1 additions, n divisions."""
    layer: Any = facts.layer
    return None if layer.dim is None else 3 * read(facts) - read(facts) // facts.inputs[0][layer.dim]


def _no_axis(facts: Facts) -> int | None:
    layer: Any = facts.layer
    return 0 if layer.dim is None else None


def _resized(facts: Facts) -> int | None:
    """A module; to the size of a second input it is a function."""
    layer: Any = facts.layer
    return made(facts) * _PER_ELEMENT.get(layer.mode, 0) if len(facts.inputs) == 1 else None


_NORM: Final = Difference("normalisation: 4 per element, 2 without weight", affine(4, 2))

TABLE: Final[Table] = {
    **each(
        dims("ConvTranspose"),
        Difference("transposed convolutions, counted at their output", _at_output, "error"),
    ),
    "Bilinear": (Difference("bilinear layers, not seen", unseen, "error"),),
    "MatMul": (Difference("matrix products, not seen", unseen, "error"),),
    "MultiheadAttention": (Difference("attention, not seen", unseen, "error"),),
    **each([*dims("BatchNorm", "InstanceNorm"), "LayerNorm"], _NORM),
    "PReLU": (Difference("PReLU: 1 per element", read),),
    "Softmax": (
        Difference("softmax: 3 n - 1 per row of n", _rows),
        Difference("a softmax that does not say its axis", _no_axis, "raises"),
    ),
    **each(dims("AvgPool"), Difference("average pooling: 1 per output element", made)),
    **each(
        dims("AdaptiveAvgPool"),
        Difference("adaptive average pooling: window + 1 per output element", _means),
    ),
    "Upsample": (Difference("resizing: 1, 5, 11 or 259 per output element, by mode", _resized),),
}
