"""What an editor should accept for one annotation: its JSON Schema, said with few alternatives."""

from collections.abc import Iterator
from itertools import chain
from typing import Any, Final

from cnnshape.layers.fields import core

Schema = dict[str, Any]

TEXT: Final[Schema] = {"type": "string"}


def json_schema(annotation: Any, *, text: bool = False) -> Schema:
    """What an editor should accept for one annotation, made by pydantic from its core schema.

    With ``text``, every number, truth and list may also be an expression, which is a text.

    >>> json_schema(int | None, text=True)["type"]
    ['string', 'integer', 'null']
    """
    from pydantic.json_schema import GenerateJsonSchema

    schema: Any = core(annotation).edit
    return _compact(GenerateJsonSchema().generate(schema), text)


def _compact(schema: Schema, text: bool) -> Schema:
    """The schema with as few alternatives as it can be said with: an editor names the types, not what comes closest."""
    choices = [_inside(choice, text) for choice in _choices(schema)]
    apart = [choice for choice in choices if choice.keys() & {"enum", "const", "items"}]
    plain = [choice for choice in choices if choice not in apart]
    types = [choice.get("type") for choice in choices if not choice.keys() & {"enum", "const"}]
    if text and "string" not in types and {*types} & {"integer", "number", "boolean", "array"}:
        plain = [TEXT, *plain]
    found = [*_merged(plain), *apart]
    return found[0] if len(found) == 1 else {"anyOf": found}


def _merged(choices: list[Schema]) -> list[Schema]:
    """The choices as one that lists their types, where the bounds of one mean nothing for another."""
    types = [choice.get("type") for choice in choices]
    bounds = [key for choice in choices for key in choice if key != "type"]
    if len(choices) < 2 or {"integer", "number"} <= {*types} or len({*bounds}) < len(bounds):
        return choices
    return [dict(chain(*(choice.items() for choice in choices))) | {"type": types}]


def _choices(schema: Schema) -> Iterator[Schema]:
    if "anyOf" not in schema:
        yield {key: held for key, held in schema.items() if key not in ("$schema", "title")}
    for choice in schema.get("anyOf", ()):
        yield from _choices(choice)


def _inside(schema: Schema, text: bool) -> Schema:
    """The schema with what its items and its values are, made compact, too."""
    inner = {key: schema[key] for key in ("items", "additionalProperties") if isinstance(schema.get(key), dict)}
    return schema | {key: _compact(held, text) for key, held in inner.items()}


def takes_one(annotation: Any) -> bool:
    """Whether one number stands for a list of equal ones."""
    return any(choice.get("type") in ("integer", "number") for choice in _choices(json_schema(annotation)))
