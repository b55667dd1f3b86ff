"""The layers: the explicit table from op name to the class that knows it, and the ops that are refused by name.

A class is imported when a spec names it; a plug-in is one more entry of the same form (see `cnnshape.layers.registry`).
"""

from typing import Any, Final

_FAMILIES: Final[dict[str, str]] = {
    "conv": "Conv1d Conv2d Conv3d",
    "conv_transpose": "ConvTranspose1d ConvTranspose2d ConvTranspose3d",
    "pool": "MaxPool1d MaxPool2d MaxPool3d AvgPool1d AvgPool2d AvgPool3d LPPool1d LPPool2d LPPool3d",
    "adaptive_pool": "AdaptiveAvgPool1d AdaptiveAvgPool2d AdaptiveAvgPool3d "
    "AdaptiveMaxPool1d AdaptiveMaxPool2d AdaptiveMaxPool3d",
    "unpool": "MaxUnpool1d MaxUnpool2d MaxUnpool3d",
    "linear": "Linear Bilinear",
    "batch_norm": "BatchNorm1d BatchNorm2d BatchNorm3d InstanceNorm1d InstanceNorm2d InstanceNorm3d",
    "norm": "GroupNorm LayerNorm RMSNorm LocalResponseNorm",
    "activation": "ReLU ReLU6 LeakyReLU PReLU RReLU Hardtanh Hardsigmoid Hardswish Hardshrink Softshrink Threshold",
    "smooth_activation": "ELU SELU CELU GELU SiLU Mish Sigmoid LogSigmoid Tanh Tanhshrink Softplus Softsign",
    "softmax": "Softmax Softmax2d Softmin LogSoftmax GLU",
    "elementwise": "Sqrt Exp Log Abs Neg Clamp",
    "noop": "Identity Dropout Dropout1d Dropout2d Dropout3d AlphaDropout FeatureAlphaDropout",
    "upsample": "Upsample",
    "shuffle": "PixelShuffle PixelUnshuffle ChannelShuffle",
    "fold": "Fold Unfold",
    "reshape": "Flatten Unflatten Reshape Squeeze Unsqueeze",
    "rearrange": "Permute Transpose Slice Select Expand Repeat Roll",
    "pad": "ZeroPad1d ZeroPad2d ZeroPad3d ConstantPad1d ConstantPad2d ConstantPad3d "
    "ReflectionPad1d ReflectionPad2d ReflectionPad3d ReplicationPad1d ReplicationPad2d ReplicationPad3d "
    "CircularPad1d CircularPad2d CircularPad3d",
    "crop": "CenterCrop",
    "merge": "Add Sub Mul Div Pow Maximum Concat Stack",
    "matmul": "MatMul",
    "reduce": "Mean Sum Amax",
    "parameter": "Parameter Scale",
    "attention": "MultiheadAttention",
}

BUILTIN: Final[dict[str, str]] = {
    op: f"cnnshape.layers.{module}:{op}" for module, ops in _FAMILIES.items() for op in ops.split()
}
"""Op name to ``module:class``, grouped and ordered as in the docs."""

_SEQUENCE = "it returns a sequence and a state, and a layer here has one output"
_CELL = "it runs once for each step of a sequence, and a graph of layers has no loops"
_DATA = "its output shape depends on the values of its input, which a static analysis does not know"
_BOXES = "which pixels it reads depends on the values of its boxes, which a static analysis does not know"

REFUSED: Final[dict[str, str]] = {
    **dict.fromkeys(("RNN", "LSTM", "GRU"), _SEQUENCE),
    **dict.fromkeys(("RNNCell", "LSTMCell", "GRUCell"), _CELL),
    **dict.fromkeys(("Nonzero", "MaskedSelect", "Unique", "NMS"), _DATA),
    **dict.fromkeys(("RoIAlign", "RoIPool"), _BOXES),
    "Where": "it chooses by a mask of true and false, and no layer here makes one",
    "TopK": "it returns values and their positions, and a layer here has one output",
}
"""Ops that people ask for and that are refused, with the reason."""


def is_own(known: Any) -> bool:
    """Whether a layer comes with this package; one of another is not trusted."""
    return getattr(known, "__module__", "").startswith("cnnshape.layers.")
