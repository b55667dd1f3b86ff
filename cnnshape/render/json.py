"""Results as JSON: plain data with a line for each entry, so that a diff shows what changed."""

import json
from collections.abc import Mapping
from typing import Any


def _lines(value: Any) -> str:
    """A list or object with a line for each of its entries, so that a diff shows the layers that changed."""
    if isinstance(value, dict) and value:
        inner = (f"{json.dumps(key)}: {json.dumps(entry, ensure_ascii=False)}" for key, entry in value.items())
        return "{\n    " + ",\n    ".join(inner) + "\n  }"
    if isinstance(value, list) and value:
        return "[\n    " + ",\n    ".join(json.dumps(entry, ensure_ascii=False) for entry in value) + "\n  ]"
    return json.dumps(value, ensure_ascii=False)


def logged(text: str) -> str:
    """JSON without ``##[``, a command to the log of a workflow; it is in no JSON but inside of a text."""
    return text.replace("##[", "##\\u005b")


def write(data: Mapping[str, Any]) -> str:
    """Plain data as JSON, with a line for each entry of what stands at its top."""
    entries = (f"  {json.dumps(key)}: {_lines(value)}" for key, value in data.items())
    return logged("{\n" + ",\n".join(entries) + "\n}\n")


def schema_of(command: str) -> dict[str, Any]:
    """The JSON Schema (2020-12) of what a command prints as JSON: ``schema.json`` in its folder.

    >>> schema_of("report")["title"]
    'a report of cnnshape'
    """
    from importlib.resources import files

    text = files(f"cnnshape.commands.{command}").joinpath("schema.json").read_text(encoding="utf-8")
    found: dict[str, Any] = json.loads(text)
    return found
