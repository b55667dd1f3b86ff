"""Results as JSON: plain data with a line for each entry, so that a diff shows what changed."""

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any, Final


def _lines(value: Any) -> str:
    """A list or object with a line for each of its entries, so that a diff shows the layers that changed."""
    if isinstance(value, dict) and value:
        inner = (f"{json.dumps(key)}: {json.dumps(entry, ensure_ascii=False)}" for key, entry in value.items())
        return "{\n    " + ",\n    ".join(inner) + "\n  }"
    if isinstance(value, list) and value:
        return f"[\n    {_entries(value)}\n  ]"
    return json.dumps(value, ensure_ascii=False)


def _entries(values: Iterable[Any]) -> str:
    return ",\n    ".join([json.dumps(entry, ensure_ascii=False) for entry in values])


def entries(values: Iterable[Any]) -> str:
    """Some of the lines of a list that stands at the top of a file, for one that grows."""
    return logged(_entries(values))


def logged(text: str) -> str:
    r"""JSON without ``##[``, a command to the log of a workflow, and without what is not seen or turns a line around.

    All of it can only be inside of texts, where an escape means the same.

    >>> print(logged('"##[error] \u202e"'))
    "##\u005berror] \u202e"
    """
    text = text.replace("##[", "##\\u005b")
    return text if text.isascii() else _UNSEEN.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


_UNSEEN: Final = re.compile("[\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]")


def write(data: Mapping[str, Any]) -> str:
    """Plain data as JSON, with a line for each entry of what stands at its top."""
    entries = (f"  {json.dumps(key)}: {_lines(value)}" for key, value in data.items())
    return logged("{\n" + ",\n".join(entries) + "\n}\n")
