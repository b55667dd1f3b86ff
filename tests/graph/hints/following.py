"""What a person does who follows a hint: the lines of it put into the spec that it is about."""

import re
from typing import Any

import pytest

import cnnshape
from cnnshape.core.errors import CnnshapeError
from cnnshape.layers import BUILTIN
from cnnshape.spec.yaml import read


def refused(spec: dict[str, Any], **options: Any) -> cnnshape.core.errors.Problem:
    """The first thing that is wrong with a spec."""
    with pytest.raises(CnnshapeError) as caught:
        cnnshape.analyze(spec, **options)
    return caught.value.problems[0]


def net(layers: dict[str, Any], *sizes: int, **more: Any) -> dict[str, Any]:
    """A spec with one input of these sizes."""
    return {"cnnshape": 1, "input": list(sizes), "layers": layers, **more}


def ticked(hint: str) -> list[Any]:
    """What stands in backticks, as data."""
    return [_data(text) for text in re.findall(r"`([^`]+)`", hint)]


def _data(text: str) -> Any:
    try:
        return read(text).data
    except CnnshapeError:
        return read(f"{{{text}}}").data  # several fields of one entry


def lines(hint: str) -> list[dict[str, Any]]:
    """The layers in a hint, in their order: each a name with its entry."""
    found: list[dict[str, Any]] = []
    for held in ticked(hint):
        if isinstance(held, str) and held in BUILTIN:
            found.append({f"hinted{len(found)}": {"op": held}})
        elif isinstance(held, dict) and ("op" in held or "block" in held):
            found.append({f"hinted{len(found)}": held})
        elif isinstance(held, dict) and len(held) == 1:
            ((name, entry),) = held.items()
            if isinstance(entry, dict) or (isinstance(entry, str) and entry in BUILTIN):
                found.append({name: {"op": entry} if isinstance(entry, str) else entry})
    return found
