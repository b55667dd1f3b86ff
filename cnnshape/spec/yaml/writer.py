"""Values as YAML that is read back as it is."""

import json
import re
from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any, Final

from cnnshape.spec.yaml.scalars import Words

_OPEN: Final = ("inputs", "vars", "variants", "blocks", "layers")
_PLAIN: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_./+-]*\Z")


def lines(data: Mapping[str, Any], indent: str = "") -> Iterator[str]:
    """The keys of a spec or a block, with a line for each layer, block, variable, input and variant."""
    for key, held in data.items():
        if key not in _OPEN or not held:
            yield f"{indent}{key}: {flow(held)}"
            continue
        yield f"{indent}{key}:"
        for name, each in held.items():
            if key == "blocks":
                yield f"{indent}  {scalar(name)}:"
                yield from lines(each, f"{indent}    ")
            else:
                yield f"{indent}  {scalar(name)}: {flow(each)}"


def flow(value: Any) -> str:
    """A value on one line of YAML.

    >>> print(flow({"op": "Conv2d", "stride": (1, 2), "out_channels": "2 * n", "in_channels": None}))
    {op: Conv2d, stride: [1, 2], out_channels: "2 * n", in_channels: null}
    """
    if isinstance(value, dict):
        return "{" + ", ".join(f"{scalar(key)}: {flow(held)}" for key, held in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(flow, value)) + "]"
    if isinstance(value, bool) or value is None:
        return {True: "true", False: "false", None: "null"}[value]
    if isinstance(value, Fraction):
        short = repr(float(value))
        return short if Fraction(short) == value else scalar(f"{value.numerator} / {value.denominator}")
    return scalar(value) if isinstance(value, str) else repr(value)


def scalar(text: str) -> str:
    """A text that is read back as it is: quoted where YAML would take it for something else."""
    if _PLAIN.match(text) and Words()[text] == text:
        return text
    return json.dumps(text).replace("##[", "##\\x5b")  # which would be a command to the log of a workflow
