"""The published schemas as we hold ourselves to them: nothing is printed that they do not describe.

Whoever reads our JSON must take keys that he does not know, so the schemas allow them.
"""

from typing import Any

import jsonschema

from cnnshape.commands.schema.printed import printed_schema


def strict(schema: Any) -> Any:
    """A schema whose objects have no keys but those that it describes; a call has its arguments besides."""
    if isinstance(schema, list):
        return list(map(strict, schema))
    if not isinstance(schema, dict):
        return schema
    inside = {key: strict(value) for key, value in schema.items()}
    keys = schema.get("properties")
    described = isinstance(keys, dict) and schema.get("type") == "object" and [*keys] != ["block"]
    return {"additionalProperties": False, **inside} if described else inside


def validator(command: str) -> jsonschema.Draft202012Validator:
    """What refuses whatever the schema of a command does not describe."""
    return jsonschema.Draft202012Validator(strict(printed_schema(command)))
