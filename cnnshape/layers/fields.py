"""The types of the fields of layers, and how a raw value becomes a field.

A field type is an annotation that carries its own pydantic-core schema.  Validation runs in pydantic's engine
(``pydantic_core``) without its Python layer, which costs a cold process 40 ms to import and 3 ms more for every
model that is used; any other annotation that pydantic knows is handed to pydantic itself.  To the type checker every
size is a `Dim`, because in a sweep and in a closed form it holds an open number.
"""

from collections.abc import Mapping
from types import UnionType
from typing import TYPE_CHECKING, Annotated, Any, Literal, Union, get_args, get_origin

from cnnshape.core.dims import Dim
from cnnshape.core.errors import MOST_PROBLEMS, Problem, did_you_mean
from cnnshape.core.text import shown

Schema = dict[str, Any]

LARGEST = 10**12  # of a size: far beyond any axis, small enough that products stay printable
MOST_AXES = 64  # of a tensor, the batch included; torch takes no more


class Core:
    """The pydantic-core schema of an annotation, what it takes in words, and what an editor should accept.

    ``low`` says that the value is an amount, this much at least, and may be an open number; every other field is a
    mode, which may stand in an ``if``.
    """

    __slots__ = ("edit", "low", "schema", "takes")  # hashed by identity, as a part of an annotation

    def __init__(self, schema: Schema, takes: str, edit: Schema | None = None, *, low: int | None = None) -> None:
        self.schema = schema
        self.takes = takes
        self.edit = edit or schema
        self.low = low


def _int(low: int) -> Schema:
    return {"type": "int", "strict": True, "ge": low, "le": LARGEST}


def _number(low: int, takes: str, *, size: bool = True) -> Any:
    return Annotated[int, Core(_int(low), takes, low=low if size else None)]


def _float() -> Schema:
    """A number; exact rationals, as specs hold them, become floats."""
    inner = {"type": "float", "allow_inf_nan": False, "strict": True}

    def rounded(value: Any) -> Any:
        return float(value) if hasattr(value, "as_integer_ratio") and not isinstance(value, bool) else value

    return {"type": "function-before", "function": {"type": "no-info", "function": rounded}, "schema": inner}


def _listed(low: int, count: int) -> Schema:
    return {"type": "list", "items_schema": _int(low), "min_length": count, "max_length": count, "strict": True}


def _per_axis(low: int, axes: int, per: int = 1) -> Any:
    """One number for all axes, or a list of ``axes * per`` numbers; kept as a tuple."""
    count = axes * per
    item = _int(low)

    def spread(value: object) -> object:
        if isinstance(value, int) and not isinstance(value, bool):
            return (value,) * count
        return tuple(value) if isinstance(value, list) else value

    takes = "a whole number" if count == 1 else f"a whole number or a list of {count}"
    schema = {
        "type": "function-before",
        "function": {"type": "no-info", "function": spread},
        "schema": {"type": "tuple", "items_schema": [item] * count, "strict": True},
    }
    edit = {"type": "union", "choices": [item, _listed(low, count)]}
    return Annotated[tuple[int, ...], Core(schema, takes, edit, low=low)]


def _list_of(low: int, takes: str, *, free: bool = False, size: bool = True) -> Any:
    """A list of any length but zero, kept as a tuple; with ``free``, -1 stands for None: a size left open."""
    item = _int(low)
    inner = {"type": "nullable", "schema": item} if free else item

    def freeze(value: object) -> object:
        if isinstance(value, list | tuple):
            return tuple(None if free and type(item) is int and item == -1 else item for item in value)
        return value

    schema = {
        "type": "function-before",
        "function": {"type": "no-info", "function": freeze},
        "schema": {"type": "tuple", "items_schema": [inner], "variadic_item_index": 0, "min_length": 1, "strict": True},
    }
    edit = {"type": "list", "items_schema": _int(-1) if free else item, "min_length": 1}
    return Annotated[tuple[int, ...], Core(schema, takes, edit, low=low if size else None)]


if TYPE_CHECKING:
    Size = Count = Index = Dim
    Size1 = Size2 = Size3 = Pad1 = Pad2 = Pad3 = Margin1 = Margin2 = Margin3 = Dim
    Sizes = Extents = Indices = Dim
    Number = Any
else:
    Size = _number(1, "a whole number from 1 up")
    Count = _number(0, "a whole number from 0 up")
    Index = _number(-LARGEST, "a whole number", size=False)  # an axis or position, from the end where negative
    Size1, Size2, Size3 = (_per_axis(1, n) for n in (1, 2, 3))
    Pad1, Pad2, Pad3 = (_per_axis(0, n) for n in (1, 2, 3))
    Margin1, Margin2, Margin3 = (_per_axis(-LARGEST, n, per=2) for n in (1, 2, 3))  # negative ones crop
    Sizes = _list_of(1, "a list of whole numbers from 1 up")
    Extents = _list_of(1, "a list of whole numbers from 1 up, or -1", free=True)
    Indices = _list_of(-LARGEST, "a list of whole numbers", size=False)
    Number = Annotated[float, Core(_float(), "a number")]

_PLAIN: dict[Any, Core] = {
    bool: Core({"type": "bool", "strict": True}, "true or false"),
    int: Core(_int(-LARGEST), "a whole number"),
    float: Core(_float(), "a number"),
    str: Core({"type": "str", "strict": True}, "text"),
    type(None): Core({"type": "none"}, "null"),
}


def core(annotation: Any) -> Core:
    """The schema of one annotation: ours, plain types, ``Literal``, unions of these, else what pydantic makes of it.

    >>> core(Size | None).takes
    'a whole number from 1 up or null'
    """
    origin, args = get_origin(annotation), get_args(annotation)
    if origin is Annotated and isinstance(args[-1], Core):
        return args[-1]
    if annotation in _PLAIN:
        return _PLAIN[annotation]
    if origin is Literal:
        return Core({"type": "literal", "expected": list(args)}, _either([shown(value) for value in args]))
    if origin in (Union, UnionType):
        parts = [core(arg) for arg in args]
        return Core(_union([part.schema for part in parts]), _either([part.takes for part in parts]),
                    _union([part.edit for part in parts]))  # fmt: skip
    from pydantic import TypeAdapter

    return Core(dict(TypeAdapter(annotation).core_schema), "another value")


def _either(words: list[str]) -> str:
    return " or ".join(filter(None, (", ".join(words[:-1]), words[-1])))


def _union(choices: list[Schema]) -> Schema:
    others = [choice for choice in choices if choice["type"] != "none"]
    inner = others[0] if len(others) == 1 else {"type": "union", "choices": others, "mode": "left_to_right"}
    return {"type": "nullable", "schema": inner} if len(others) < len(choices) else inner


def least(annotation: Any) -> int | None:
    """The least amount that a field holds; None of a mode, which holds no amounts.

    >>> least(Size | None), least(bool)
    (1, None)
    """
    if get_origin(annotation) is Annotated:
        lows = [part.low for part in get_args(annotation) if isinstance(part, Core)]
    else:
        lows = [least(part) for part in get_args(annotation)]
    return next((low for low in lows if low is not None), None)


def is_size(annotation: Any) -> bool:
    """Whether a field holds amounts, which may be open numbers, and not a mode."""
    return least(annotation) is not None


def literals(annotation: Any) -> frozenset[str]:
    """The words that a mode field holds; they are tried before a text is taken for an expression."""
    if get_origin(annotation) is Literal:
        return frozenset(value for value in get_args(annotation) if isinstance(value, str))
    if get_origin(annotation) is Annotated:
        return frozenset()
    return frozenset().union(*(literals(arg) for arg in get_args(annotation)))


def fields_schema(fields: Mapping[str, tuple[Any, Any]], required: object) -> Schema:
    """A pydantic-core schema for ``{name: (annotation, default)}``; ``required`` marks a field without a default."""
    table: dict[str, Schema] = {}
    for name, (annotation, default) in fields.items():
        schema = core(annotation).schema
        if default is required:
            table[name] = {"type": "typed-dict-field", "schema": schema, "required": True}
        else:
            schema = {"type": "default", "schema": schema, "default": default}
            table[name] = {"type": "typed-dict-field", "schema": schema, "required": False}
    return {"type": "typed-dict", "fields": table, "extra_behavior": "forbid"}


def field_problems(op: str, annotations: Mapping[str, Any], raw: Mapping[str, Any], errors: list[Any]) -> list[Problem]:
    """Pydantic's errors in our voice: one problem per field, with the keys that lead to the value."""
    problems: dict[object, Problem] = {}
    for error in errors[:MOST_PROBLEMS]:
        name, at, kind = error["loc"][0], tuple(error["loc"][:2]), error["type"]
        if kind == "missing" and len(error["loc"]) == 1:
            problem = Problem(f"{op} needs `{name}`: {core(annotations[name]).takes}")
        elif kind == "extra_forbidden":
            hint = did_you_mean(str(name), annotations)
            problem = Problem(f"{op} has no field `{str(name)[:60]}`", hint=hint, at=(name,), of_key=True)
        else:
            value, bound = error["input"], error.get("ctx", {})
            inside = f": {shown(value)}" if isinstance(raw[name], list) else ""
            text = f"{name}={shown(raw[name])}"
            if kind == "greater_than_equal":
                text += f"{inside} is below {bound['ge']}"
            elif kind == "less_than_equal":
                text += f"{inside} is above {bound['le']:,}"
            else:
                text = f"{name} takes {core(annotations[name]).takes}, not {shown(raw[name])}"
            problem = Problem(text, at=at if isinstance(raw[name], list) and isinstance(at[-1], int) else (name,))
        problems.setdefault(name, problem)
    return list(problems.values())
