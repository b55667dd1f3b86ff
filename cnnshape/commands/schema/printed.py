"""The JSON Schema of what a command prints as JSON, made of the layout that stands in its folder."""

from importlib import import_module

from pydantic import TypeAdapter

from cnnshape.commands.schema.generator import DIALECT, Keys, Schema


def printed_schema(command: str) -> Schema:
    """The JSON Schema (2020-12) of what a command prints as JSON.

    >>> printed_schema("report")["required"][:3]
    ['schema', 'name', 'batch']
    """
    layout = import_module(f"cnnshape.commands.{command}.layout")
    found = TypeAdapter(layout.Printed).json_schema(mode="serialization", schema_generator=Keys)
    return {"$schema": DIALECT, **found, "title": f"the JSON of cnnshape {command}"}
