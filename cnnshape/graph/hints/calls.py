"""A layer written as a call in Python, or with values that have no names: the entry that says the same."""

import ast
import re
import warnings
from collections.abc import Sequence
from typing import Any, Final

from cnnshape.graph.hints.flow import layer
from cnnshape.layers import BUILTIN
from cnnshape.layers.registry import layer_type
from cnnshape.spec.yaml.scalars import Words

_WINDOW: Final = "kernel_size stride padding"
_CONV: Final = "in_channels out_channels kernel_size stride padding"
_ORDER: Final[dict[str, str]] = {
    "ConvTranspose": f"{_CONV} output_padding groups bias dilation padding_mode",
    "Conv": f"{_CONV} dilation groups bias padding_mode",
    "MaxPool": f"{_WINDOW} dilation return_indices ceil_mode",
    "AvgPool": f"{_WINDOW} ceil_mode count_include_pad divisor_override",
    "LPPool": "norm_type kernel_size stride ceil_mode",
    "MaxUnpool": _WINDOW,
    "AdaptiveMaxPool": "output_size return_indices",
    "AdaptiveAvgPool": "output_size",
    "BatchNorm": "num_features eps momentum affine track_running_stats",
    "InstanceNorm": "num_features eps momentum affine track_running_stats",
    "GroupNorm": "num_groups num_channels eps affine",
    "LayerNorm": "normalized_shape eps elementwise_affine bias",
    "RMSNorm": "normalized_shape eps elementwise_affine",
    "LocalResponseNorm": "size alpha beta k",
    "Linear": "in_features out_features bias",
    "Bilinear": "in1_features in2_features out_features bias",
    "MultiheadAttention": "embed_dim num_heads dropout bias add_bias_kv add_zero_attn kdim vdim batch_first",
    "Upsample": "size scale_factor mode align_corners recompute_scale_factor",
    "PixelShuffle": "upscale_factor",
    "PixelUnshuffle": "downscale_factor",
    "ChannelShuffle": "groups",
    "Fold": "output_size kernel_size dilation padding stride",
    "Unfold": "kernel_size dilation padding stride",
    "Flatten": "start_dim end_dim",
    "Unflatten": "dim unflattened_size",
    "ConstantPad": "padding value",
    "ZeroPad": "padding",
    "ReflectionPad": "padding",
    "ReplicationPad": "padding",
    "CircularPad": "padding",
    "AlphaDropout": "p",
    "FeatureAlphaDropout": "p",
    "Dropout": "p",
    "PReLU": "num_parameters init",
    "LeakyReLU": "negative_slope",
    "RReLU": "lower upper",
    "Hardtanh": "min_val max_val",
    "Hardshrink": "lambd",
    "Softshrink": "lambd",
    "Threshold": "threshold value",
    "ELU": "alpha",
    "CELU": "alpha",
    "GELU": "approximate",
    "Softplus": "beta threshold",
    "Softmax": "dim",
    "Softmin": "dim",
    "LogSoftmax": "dim",
    "GLU": "dim",
}
"""The order in which torch takes arguments without a name; ops that differ in their number of axes have one line."""

_CALL: Final = re.compile(r"([A-Za-z_][A-Za-z0-9_.]*)\s*\((.*)\)\s*", re.DOTALL)


def order(op: str) -> list[str]:
    """The fields of an op in the order of torch's arguments.

    >>> order("MaxPool2d")[:2], order("ReLU")
    (['kernel_size', 'stride'], ['inplace'])
    """
    family = re.sub(r"[123]d$", "", op)
    fields = layer_type(op, BUILTIN).model_fields
    return [name for name in f"{_ORDER.get(family, '')} inplace".split() if name in fields]


def of_call(text: str) -> str:
    """The entry that says what a call like ``nn.Conv2d(3, 8, 3)`` does; empty for what is none.

    >>> of_call("nn.Conv2d(3, 8, kernel_size=(3, 5), bias=False)")
    '{op: Conv2d, in_channels: 3, out_channels: 8, kernel_size: [3, 5], bias: false}'
    """
    match = _CALL.fullmatch(text.strip())
    op = match[1].rpartition(".")[2] if match else ""
    if match is None or op not in BUILTIN or len(text) > 500:
        return ""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", SyntaxWarning)
            call = ast.parse(f"f({match[2]})", mode="eval").body
        if not isinstance(call, ast.Call):
            return ""
        listed = [_value(argument) for argument in call.args]
        named = {word.arg: _value(word.value) for word in call.keywords if word.arg}
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ""
    return _entry(op, listed, named)


def of_values(op: Any, values: Sequence[Any]) -> str:
    """The entry of an op with values that have no names, as ``{op: Conv2d, 3, 8, 3}`` lists them; empty for too many.

    >>> of_values("Conv2d", [3, 8, 3])
    '{op: Conv2d, in_channels: 3, out_channels: 8, kernel_size: 3}'
    """
    return _entry(op, values, {}) if isinstance(op, str) and op in BUILTIN else ""


def of_flow(text: str) -> str:
    """The entry for the text of a flow mapping some of whose values have no names; empty where there is none.

    >>> of_flow("{op: Conv2d, 3, 8, 3, stride: 2}, next")
    '{op: Conv2d, in_channels: 3, out_channels: 8, kernel_size: 3, stride: 2}'
    """
    match = re.match(r"\{([^{}\[\]()]*)\}", text)
    parts = [part.strip() for part in match[1].split(",")] if match else []
    named = {key.strip(): held.strip() for key, colon, held in (part.partition(": ") for part in parts) if colon}
    op, listed = named.pop("op", ""), [part for part in parts if part and ": " not in part]
    return _entry(op, listed, named) if listed and op in BUILTIN else ""


def _entry(op: str, listed: Sequence[Any], named: dict[str, Any]) -> str:
    names = order(op)
    if len(listed) > len(names):
        return ""
    words = Words()
    kind = layer_type(op, BUILTIN)
    needed = [name for name, field in kind.model_fields.items() if field.is_required() and name not in named]
    if names[:1] and names[0].startswith("in") and needed == names[1 : len(listed) + 1]:
        names = names[1:]  # the channels that come in are left out, as they may be here
    stated = {**dict(zip(names, listed, strict=False)), **named}
    plain = {name: words[held] if isinstance(held, str) and held.isdecimal() else held for name, held in stated.items()}
    return layer({"op": op, **plain})


def _value(node: ast.expr) -> Any:
    """A value of a call as a spec has it: tuples are lists, names are variables."""
    if isinstance(node, ast.Tuple | ast.List):
        return [_value(item) for item in node.elts]
    if isinstance(node, ast.Constant) and isinstance(node.value, bool | int | float | str | None):
        return node.value
    return ast.unparse(node)
