"""A layer as the entry of a spec: its op, and its fields as a file would state them."""

from typing import Any

from cnnshape.core.errors import SpecError
from cnnshape.layers.base import Layer


def entry(layer: Layer) -> dict[str, Any]:
    """The op of a layer and the fields that are not as by default.

    >>> from cnnshape.layers.conv import Conv2d
    >>> entry(Conv2d(out_channels=8, kernel_size=3))
    {'op': 'Conv2d', 'out_channels': 8, 'kernel_size': 3}
    """
    fields = type(layer).model_fields
    stated = {key: written(layer, key) for key, held in layer.__dict__.items() if fields[key].default != held}
    return {"op": type(layer).__name__, **stated}


def written(layer: Layer, key: str) -> Any:
    """A field as a spec would state it: one number for a list of equal ones where that says the same.

    >>> from cnnshape.layers.conv import Conv2d
    >>> written(Conv2d(out_channels=8, kernel_size=(3, 3), stride=(1, 2)), "kernel_size")
    3
    """
    held = layer.__dict__[key]
    if isinstance(held, tuple) and len(set(held)) == 1 and _says_the_same(layer, key, held[0]):
        return held[0]
    return held


def _says_the_same(layer: Layer, key: str, one: Any) -> bool:
    """Whether one number says what a list of equal ones does."""
    try:
        return type(layer)(**{**layer.__dict__, key: one}) == layer
    except SpecError:
        return False
