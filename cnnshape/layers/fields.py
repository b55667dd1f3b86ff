"""The types of the fields of layers, and what is wrong with a raw value, in the voice of this package.

Fields are pydantic's.  What pydantic does not know of one, its annotation says with `Takes`: what it takes in words,
and whether it is an amount, which may be an open number.
"""

from collections.abc import Callable, Mapping
from types import UnionType
from typing import TYPE_CHECKING, Annotated, Any, Literal, NamedTuple, Union, get_args, get_origin

from pydantic import BaseModel, BeforeValidator, Field, ValidationError
from pydantic.fields import FieldInfo

from cnnshape.core.dims import Dim
from cnnshape.core.errors import MOST_PROBLEMS, Problem, unknown
from cnnshape.core.moved import handed_on
from cnnshape.core.text import shown

LARGEST = 10**12  # of a size: far beyond any axis, small enough that products stay printable
MOST_AXES = 64  # of a tensor, the batch included; torch takes no more

__getattr__ = handed_on(__name__, "cnnshape.layers.by_hand", "Core", "core")  # for plug-ins of version 0.1.0


class Takes(NamedTuple):
    """What a field takes, in words.

    ``low`` says that the value is an amount, this much at least, and may be an open number; every other field is a
    mode, which may stand in an ``if``.
    """

    words: str
    low: int | None = None


class OneOrList:
    """How an editor states a tuple: as a list of its numbers, or as one that stands for all."""

    def __get_pydantic_json_schema__(self, schema: Any, handler: Callable[[Any], dict[str, Any]]) -> dict[str, Any]:
        """One item, or the list."""
        items = handler(schema)["prefixItems"]
        one = [each for each in items[0].get("anyOf", items[:1]) if each.get("type") != "null"]
        listed = {"type": "array", "items": items[0], "minItems": len(items), "maxItems": len(items)}
        return {"anyOf": [*one, listed]}


class MinusOne:
    """A number left open, which is -1 in a file and None in a layer."""

    def __get_pydantic_json_schema__(self, schema: Any, handler: Callable[[Any], dict[str, Any]]) -> dict[str, Any]:
        """The numbers with -1 for null."""
        found = handler(schema)
        return {**found, "anyOf": [each | {"minimum": -1} if "minimum" in each else each for each in found["anyOf"]]}


def spread(count: int) -> Callable[[object], object]:
    """A validator that makes a tuple of a list, and of one number a tuple of so many equal ones."""

    def spread(value: object) -> object:
        if isinstance(value, int) and not isinstance(value, bool):
            return (value,) * count
        return tuple(value) if isinstance(value, list) else value

    return spread


def per_axis(item: Any, words: str, low: int, count: int) -> Any:
    """The type of a field that is one number for all axes, or a list of ``count``; kept as a tuple."""
    items = tuple.__class_getitem__((item,) * count)
    return Annotated[items, BeforeValidator(spread(count)), OneOrList(), Takes(words, low)]


def _numbers(low: int, count: int) -> Any:
    words = "a whole number" if count == 1 else f"a whole number or a list of {count}"
    return per_axis(Annotated[int, Field(ge=low, le=LARGEST)], words, low, count)


def as_tuple(value: object) -> object:
    """A list as a tuple, so that it can be hashed."""
    return tuple(value) if isinstance(value, list) else value


def _filling(value: object) -> object:
    if isinstance(value, list | tuple):
        return tuple(None if type(item) is int and item == -1 else item for item in value)
    return value


Size = Annotated[int, Field(ge=1, le=LARGEST), Takes("a whole number from 1 up", low=1)]
Count = Annotated[int, Field(ge=0, le=LARGEST), Takes("a whole number from 0 up", low=0)]
Index = Annotated[int, Field(ge=-LARGEST, le=LARGEST), Takes("a whole number")]
"""An axis or position, from the end where negative."""
Number = float

if TYPE_CHECKING:  # for each axis a number, or one for all: given as one thing and read as another
    Size1 = Dim
    Size2 = Dim
    Size3 = Dim
    Pad1 = Dim
    Pad2 = Dim
    Pad3 = Dim
    Margin1 = Dim
    Margin2 = Dim
    Margin3 = Dim
    Sizes = Dim
    Extents = Dim
    Indices = Dim
else:
    Size1, Size2, Size3 = (_numbers(1, count) for count in (1, 2, 3))
    Pad1, Pad2, Pad3 = (_numbers(0, count) for count in (1, 2, 3))
    Margin1, Margin2, Margin3 = (_numbers(-LARGEST, count) for count in (2, 4, 6))  # negative ones crop
    _One = Annotated[int, Field(ge=1, le=LARGEST)]
    _Whole = Annotated[int, Field(ge=-LARGEST, le=LARGEST)]
    _LIST = (Field(min_length=1), BeforeValidator(as_tuple))
    Sizes = Annotated[tuple[_One, ...], *_LIST, Takes("a list of whole numbers from 1 up", low=1)]
    Indices = Annotated[tuple[_Whole, ...], *_LIST, Takes("a list of whole numbers")]
    Extents = Annotated[
        tuple[Annotated[_One | None, MinusOne()], ...],
        Field(min_length=1),
        BeforeValidator(_filling),
        Takes("a list of whole numbers from 1 up, or -1", low=1),
    ]

_PLAIN: dict[Any, str] = {
    bool: "true or false",
    int: "a whole number",
    float: "a number",
    str: "text",
    type(None): "null",
}


def _parts(annotation: Any) -> tuple[Any, ...]:
    """The annotation of a field, or of a part of one, and what is beside it."""
    if isinstance(annotation, FieldInfo):
        return (annotation.annotation, *annotation.metadata)
    return get_args(annotation) if get_origin(annotation) is Annotated else (annotation,)


def takes(annotation: Any) -> str:
    """What a field takes, in words: those of its annotation, else of the types that it is made of.

    >>> takes(Size | None)
    'a whole number from 1 up or null'
    """
    inner, *beside = _parts(annotation)
    for each in reversed(beside):
        if isinstance(each, Takes):
            return each.words
    if inner in _PLAIN:
        return _PLAIN[inner]
    if get_origin(inner) is Literal:
        return _either([shown(value) for value in get_args(inner)])
    if get_origin(inner) in (Union, UnionType):
        return _either([takes(part) for part in get_args(inner)])
    return "another value"


def _either(words: list[str]) -> str:
    return " or ".join(filter(None, (", ".join(words[:-1]), words[-1])))


def least(annotation: Any) -> int | None:
    """The least amount that a field holds; None of a mode, which holds no amounts.

    >>> least(Size | None), least(bool)
    (1, None)
    """
    inner, *beside = _parts(annotation)
    lows = [each.low for each in reversed(beside) if isinstance(each, Takes)] or [
        least(part) for part in get_args(inner)
    ]
    return next((low for low in lows if low is not None), None)


def is_size(annotation: Any) -> bool:
    """Whether a field holds amounts, which may be open numbers, and not a mode."""
    return least(annotation) is not None


def literals(annotation: Any) -> frozenset[str]:
    """The words that a mode field holds; they are tried before a text is taken for an expression."""
    inner = _parts(annotation)[0]
    if get_origin(inner) is Literal:
        return frozenset(value for value in get_args(inner) if isinstance(value, str))
    return frozenset().union(*(literals(part) for part in get_args(inner)))


def described(model: type[BaseModel], name: str) -> str:
    """What the description of a field says, of the model or of the base that states it; empty where none does.

    >>> from cnnshape.layers.conv import Conv2d
    >>> described(Conv2d, "kernel_size")
    'the size of the window, per axis'
    """
    stated = [base.model_fields for base in model.__mro__ if issubclass(base, BaseModel)]
    said = (fields[name].description for fields in stated if name in fields)
    return next(filter(None, said), "")


def not_taken(key: str, words: str, value: object) -> Problem:
    """The problem with a value that a key does not take, which takes what the words say.

    >>> not_taken("repeat", "a whole number from 0 up", -1).text
    'repeat takes a whole number from 0 up, not -1'
    """
    return Problem(f"{key} takes {words}, not {shown(value)}", at=(key,), id="invalid-value")


def field_problems(what: str, model: type[BaseModel], raw: Mapping[str, Any], error: ValidationError) -> list[Problem]:
    """Pydantic's errors in our voice: one problem per field, with the keys that lead to the value."""
    problems: dict[object, Problem] = {}
    fields = model.model_fields
    for found in error.errors(include_url=False)[:MOST_PROBLEMS]:
        at, kind = found["loc"][:2], found["type"]
        name = str(at[0])
        if kind == "missing" and len(found["loc"]) == 1:
            problem = Problem(f"{what} needs `{name}`: {takes(fields[name])}", id="missing-key")
        elif kind == "extra_forbidden":
            problem = unknown(f"{what} has no field `{name[:60]}`", name, fields, at=(name,), of_key=True)
            problem = problem._replace(id="unknown-key")
        else:
            value, bound, listed = raw[name], found.get("ctx", {}), isinstance(raw[name], list)
            inside = f": {shown(found['input'])}" if listed else ""
            text = f"{name}={shown(value)}{inside}"
            problem = not_taken(name, takes(fields[name]), value)
            if kind == "greater_than_equal":
                problem = problem._replace(text=f"{text} is below {bound['ge']}")
            elif kind == "less_than_equal":
                problem = problem._replace(text=f"{text} is above {bound['le']:,}")
            if listed and isinstance(at[-1], int):
                problem = problem._replace(at=at)
        problems.setdefault(name, problem)
    return list(problems.values())
