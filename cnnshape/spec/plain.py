"""Values of a library call, as a YAML file would give them."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from operator import index
from typing import Any, Final

from cnnshape.core.dims import Open
from cnnshape.core.errors import Problem, SpecError
from cnnshape.core.text import shown
from cnnshape.layers.base import Layer
from cnnshape.layers.entries import entry
from cnnshape.spec.yaml.reader import DEPTH

MOST_VALUES: Final = 5_000_000


def plain(value: Any, at: tuple[str | int, ...] = ()) -> Any:
    """A value of a library call as a YAML file would give it: text keys, lists, exact rationals; within bounds.

    A layer becomes its entry, alone or as the ``op`` of one.

    >>> plain({1: (2.5, 3.0)})
    {'1': [Fraction(5, 2), 3]}
    >>> from cnnshape.layers.merge import Add
    >>> plain({"sum": {"op": Add(), "from": ["a", "b"]}})
    {'sum': {'op': 'Add', 'from': ['a', 'b']}}
    """
    return _Plain().value(value, at)


class _Plain:
    def __init__(self) -> None:
        self.left = MOST_VALUES

    def value(self, value: Any, at: tuple[str | int, ...]) -> Any:
        self.left -= 1
        if self.left < 0:
            raise SpecError(Problem(f"the mapping holds more than {MOST_VALUES:,} values"))
        if value is None or isinstance(value, bool | str | Open):
            return value
        if len(at) > DEPTH:
            raise SpecError(Problem(f"lists and mappings nest more than {DEPTH} deep"))
        if isinstance(value, Mapping):
            op = value.get("op")
            if isinstance(op, Layer):
                value = {**entry(op), **{key: held for key, held in value.items() if key != "op"}}
            return {key: self.value(item, (*at, key)) for key, item in _texts(value)}
        if isinstance(value, Layer):
            stated = entry(value)
            return self.value(stated if len(stated) > 1 else stated["op"], at)
        if isinstance(value, list | tuple):
            return [self.value(item, (*at, place)) for place, item in enumerate(value)]
        return _number(value, at)


def _number(value: Any, at: tuple[str | int, ...]) -> Any:
    """A number as an int, or a fraction where it is not whole."""
    where = ".".join(map(str, at))
    with suppress(TypeError):
        value = index(value)  # numpy has integers of its own
    if not isinstance(value, int):
        from fractions import Fraction

        try:
            value = Fraction(float.__repr__(value)) if isinstance(value, float) else Fraction(value)
        except (TypeError, ValueError, OverflowError):
            raise SpecError(Problem(f"`{where}` is a {type(value).__name__}, which a spec cannot hold")) from None
    if max(value.numerator.bit_length(), value.denominator.bit_length()) > _BITS:
        raise SpecError(Problem(f"`{where}` is a number of more than 60 digits, which a spec cannot hold"))
    return value.numerator if value.denominator == 1 else value


_BITS: Final = 199  # of a number of 60 digits


def _texts(mapping: Mapping[Any, Any]) -> Iterator[tuple[str, Any]]:
    """The items, with keys as text; numbers of thousands of digits have none."""
    for key, item in mapping.items():
        yield (key if isinstance(key, str) else shown(key)), item
