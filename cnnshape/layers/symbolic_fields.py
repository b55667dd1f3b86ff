"""Fields that hold open numbers: a layer of a sweep or a closed form, validated as one of known numbers is."""

from collections.abc import Callable, Mapping
from typing import Any

from cnnshape.core.dims import Open, both, is_open, settled, whole
from cnnshape.core.errors import SpecError
from cnnshape.layers.base import Layer
from cnnshape.layers.fields import LARGEST, least
from cnnshape.symbolic import Term


def layer_of(kind: type[Layer], values: Mapping[str, Any]) -> Layer:
    """A layer with these fields; raises `SpecError` with one problem for each that is wrong.

    An open number stays open where its field holds an amount and every value is one; elsewhere it has to be known.
    """
    held = {name: _held(kind, name, value) for name, value in values.items() if is_open(value)}
    stand_ins = {name: _each(value, _stand_in) for name, value in held.items()}
    try:
        layer = kind(**{**values, **stand_ins})
    except SpecError:  # what is wrong is said with the values themselves
        layer = kind(**{name: _each(value, settled) for name, value in {**values, **held}.items()})
    return layer.model_copy(update={name: _put(getattr(layer, name), value) for name, value in held.items()})


def _each(value: Any, change: Callable[[Any], Any]) -> Any:
    return [change(item) for item in value] if isinstance(value, list) else change(value)


def _stand_in(value: Any) -> Any:
    """A number that is valid wherever the open one is."""
    return max(1, value.low) if isinstance(value, Term) else value


def _put(valid: Any, value: Any) -> Any:
    """An open number in the form that validation gave its stand-in."""
    if not isinstance(valid, tuple):
        return value
    if not isinstance(value, list):
        return (value,) * len(valid)
    return tuple(item if isinstance(item, Open) else known for item, known in zip(value, valid, strict=True))


def _held(kind: type[Layer], name: str, value: Any) -> Any:
    """What a field holds: open numbers that are amounts for all their values, and others known."""
    low = least(kind.model_fields[name]) if name in kind.model_fields else None
    return _each(value, lambda item: _amount(item, low))


def _amount(value: Any, low: int | None) -> Any:
    value = whole(value)
    if not isinstance(value, Term):
        return settled(value)
    if low is None or not both(value >= low, value <= LARGEST):
        return settled(value)
    return value
