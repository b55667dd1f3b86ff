"""torchinfo: ``summary(net, input_size).total_mult_adds``, which multiplies parameters of modules with output sizes.

What it says: ``torchinfo/layer_info.py``, `calculate_macs`.  The output sizes of a convolution are its batch and
positions, those of any other module its first axis.
"""

from math import prod
from typing import Final

from cnnshape.analysis.tools.difference import Difference, Table, biases, dims, each, macs, unseen
from cnnshape.core.dims import Dim
from cnnshape.layers.facts import Facts


def _each_time(facts: Facts, name: str, *times: Dim) -> int:
    """The elements of a parameter, so many times."""
    found: int = prod(facts.weights[name]) * prod(times)
    return found


def _at_output(facts: Facts) -> int:
    """Every weight at every output position."""
    return _each_time(facts, "weight", facts.output[0], *facts.output[2:]) - macs(facts)


def _once(facts: Facts) -> int:
    """Every weight once per sample, at however many positions it is applied."""
    return _each_time(facts, "weight", facts.output[0]) - macs(facts)


def _bias_once(facts: Facts) -> int | None:
    return _each_time(facts, "bias", facts.output[0]) if "bias" in facts.weights else None


def _params_once(facts: Facts) -> int:
    return sum(_each_time(facts, name, facts.output[0]) for name in facts.weights)


_BIAS: Final = Difference("biases of convolutions: 1 per output element", biases)
_NORM: Final = Difference("normalisation: 1 per parameter and sample", _params_once)

TABLE: Final[Table] = {
    **each(dims("Conv"), _BIAS),
    **each(
        dims("ConvTranspose"),
        Difference("transposed convolutions, counted at their output", _at_output, "error"),
        _BIAS,
    ),
    **each(
        ("Linear", "Bilinear"),
        Difference("linear layers at many positions, counted at one", _once, "error"),
        Difference("biases of linear layers: 1 per bias and sample", _bias_once),
    ),
    "MatMul": (Difference("matrix products, not seen", unseen, "error"),),
    "MultiheadAttention": (Difference("attention, not seen", unseen, "error"),),
    **each([*dims("BatchNorm", "InstanceNorm"), "GroupNorm", "LayerNorm", "RMSNorm"], _NORM),
    "PReLU": (Difference("PReLU: 1 per parameter and sample", _params_once),),
}
