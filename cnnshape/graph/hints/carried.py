"""The fields of an entry of another framework, under the names and with the values that they have here."""

from collections.abc import Mapping
from typing import Any, Final

from cnnshape.core.errors import SpecError
from cnnshape.graph.hints.elsewhere import FIELDS
from cnnshape.layers.base import Layer
from cnnshape.layers.fields import is_size, literals
from cnnshape.spec.blocks import LAYER_KEYS

_MODES: Final = {"bilinear": {1: "linear", 2: "bilinear", 3: "trilinear"}, "bicubic": {2: "bicubic"}}
_TRUTHS: Final = dict.fromkeys(("no", "off", "false"), False) | dict.fromkeys(("yes", "on", "true"), True)
_PADDINGS: Final = frozenset({"same", "valid", "causal", "full"})
_MARGINS: Final = {"zeropadding": ("padding", 1), "cropping": ("cropping", -1)}
"""Keras' layers that pad or crop: their field, and the sign of what it says."""


def carried(base: str, entry: Mapping[str, Any], axes: int) -> dict[str, tuple[str, Any]]:
    """Each field that is stated, with its name and its value here; ``base`` is the name of the op in the tables.

    >>> carried("upsampling", {"op": "UpSampling2D", "size": 2, "interpolation": "bilinear"}, 2)
    {'size': ('scale_factor', 2), 'interpolation': ('mode', 'bilinear')}
    >>> carried("cropping", {"op": "Cropping2D", "cropping": [[1, 2], [3, 4]]}, 2)
    {'cropping': ('padding', [-3, -4, -1, -2])}
    """
    found: dict[str, tuple[str, Any]] = {}
    for key, held in entry.items():
        if key in LAYER_KEYS or held is None:
            continue
        name = FIELDS.get(key, key)
        if isinstance(held, str):
            held = _TRUTHS.get(held.lower(), held)
        if key == _MARGINS.get(base, ("", 0))[0]:
            margins = _margins(held, axes)
            if margins is not None:
                sign = _MARGINS[base][1]
                found[key] = (
                    "padding",
                    [sign * each for each in margins] if isinstance(margins, list) else sign * margins,
                )
        elif key == "size" and base == "upsampling":
            found[key] = "scale_factor", held
        elif key == "size" and base == "view" and isinstance(held, list) and held:
            found[key] = "shape", ["batch", *held[1:]] if held[0] == 1 else held
        elif key == "interpolation" and isinstance(held, str):
            word = held.lower()
            found[key] = "mode", _MODES[word].get(axes) if word in _MODES else word
        elif key == "block_size" and base != "depthtospace":
            found[key] = "downscale_factor", held
        else:
            found[key] = name, held.lower() if isinstance(held, str) and held.lower() in _PADDINGS else held
    return found


def _margins(held: Any, axes: int) -> Any:
    """Keras' margins as a padding layer here lists them, the last axis first; None for what says something else."""
    if type(held) is int:
        return held
    if not isinstance(held, list):
        return None
    if axes == 1 and len(held) == 2 and _whole(held):
        return held
    if len(held) != axes:
        return None
    pairs = [[each, each] if type(each) is int else each for each in held]
    if not all(isinstance(pair, list) and len(pair) == 2 and _whole(pair) for pair in pairs):
        return None
    return [margin for pair in reversed(pairs) for margin in pair]


def _whole(held: list[Any]) -> bool:
    return all(type(each) is int for each in held)


def takes(kind: type[Layer], name: str, value: Any) -> bool:
    """Whether a field takes a value; an expression may be of any value.

    >>> from cnnshape.layers import BUILTIN
    >>> from cnnshape.layers.registry import layer_type
    >>> pool = layer_type("MaxPool2d", BUILTIN)
    >>> takes(pool, "kernel_size", [2, "k"]), takes(pool, "kernel_size", [[2]]), takes(pool, "padding", "same")
    (True, False, False)
    """
    field = kind.model_fields[name]
    words = literals(field)
    if isinstance(value, str):
        return value in words or (value.lower() not in _PADDINGS and (is_size(field) or not words))
    plain = [1 if isinstance(each, str) else each for each in value] if isinstance(value, list) else value
    try:
        kind(**{name: plain})
    except SpecError as error:
        return all(problem.at[:1] != (name,) for problem in error.problems)  # others may miss their value
    return True
