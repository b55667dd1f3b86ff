"""Values and layers as a hint shows them: on one line of YAML."""

from typing import Any

from cnnshape.core.errors import SpecError
from cnnshape.spec.yaml import read


def flow(value: Any) -> str:
    """A value on one line of YAML.

    >>> flow({"op": "Slice", "dim": 1, "end": "c // 2"})
    '{op: Slice, dim: 1, end: c // 2}'
    """
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {flow(held)}" for key, held in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(flow, value)) + "]"
    if isinstance(value, bool) or value is None:
        return {True: "true", False: "false", None: "null"}[value]
    if isinstance(value, str):
        return value if _reads_back(value) else "'" + value.replace("'", "''") + "'"
    return decimal(value)


def decimal(value: Any) -> str:
    """A number in decimals where these are exact.

    >>> from fractions import Fraction
    >>> decimal(Fraction(17, 2)), decimal(Fraction(1, 3)), decimal(8)
    ('8.5', '1/3', '8')
    """
    rest = getattr(value, "denominator", 1)
    for prime in (2, 5):
        while rest % prime == 0:
            rest //= prime
    short = type(value).__name__ == "Fraction" and rest == 1 and value.denominator < 10**6
    return repr(float(value)) if short else str(value)


def layer(entry: dict[str, Any]) -> str:
    """The entry of a layer in its short form.

    >>> layer({"op": "ReLU"}), layer({"op": "GLU", "dim": 1})
    ('ReLU', '{op: GLU, dim: 1}')
    """
    return str(entry["op"]) if list(entry) == ["op"] else flow(entry)


def _reads_back(text: str) -> bool:
    try:
        return bool(read(f"[{text}]").data == [text]) and bool(read(f"{{a: {text}}}").data == {"a": text})
    except SpecError:
        return False
