"""What an editor should accept for the fields of a model: its JSON Schema, said with few alternatives."""

from typing import Any, Final

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema
from typing_extensions import override

Schema = dict[str, Any]

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"

_EXPRESSED: Final = ("bool", "float", "int", "list", "tuple")


class Keys(GenerateJsonSchema):
    """Keys without titles, which would only say each name again."""

    @override
    def field_title_should_be_set(self, schema: Any) -> bool:
        return False


class _Fields(Keys):
    """Every number, truth and list may also be an expression, which is a text."""

    @override
    def generate_inner(self, schema: Any) -> Schema:
        found = super().generate_inner(schema)
        if schema["type"] in _EXPRESSED and isinstance(found.get("type"), str):
            found["type"] = ["string", found["type"]]
        return found


def properties(model: type[BaseModel], *, expressions: bool = False) -> dict[str, Schema]:
    """What an editor should accept for each field of a model, or an expression that gives it.

    >>> from cnnshape.layers.linear import Linear
    >>> properties(Linear, expressions=True)["bias"]["type"]
    ['string', 'boolean']
    """
    found = model.model_json_schema(schema_generator=_Fields if expressions else Keys)
    return {name: _or_null(schema) for name, schema in found.get("properties", {}).items()}


def _or_null(schema: Schema) -> Schema:
    """One alternative to null as a list of types: an editor names these, not what comes closest."""
    others = [choice for choice in schema.get("anyOf", ()) if choice != {"type": "null"}]
    if len(others) != 1 or others[0].keys() & {"enum", "const"} or "type" not in others[0]:
        return schema
    types = others[0]["type"]
    rest = {key: held for key, held in schema.items() if key != "anyOf"}
    return {**others[0], "type": [*([types] if isinstance(types, str) else types), "null"], **rest}
