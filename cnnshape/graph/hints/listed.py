"""Layers that are written as a list: the mapping that says the same."""

from typing import Any

from cnnshape.graph.hints.flow import flow

_SHOWN = 2


def as_mapping(layers: list[Any]) -> str:
    """The hint for a list of layers, each of which needs a name.

    >>> as_mapping([{"op": "Conv2d", "out_channels": 8, "kernel_size": 3}, "ReLU", {"fc": {"op": "Flatten"}}])
    'give each layer a name: `conv2d: {op: Conv2d, out_channels: 8, kernel_size: 3}`, `relu: ReLU`'
    >>> as_mapping([{"conv": {"op": "ReLU"}}])
    'leave out the `-`: `conv: {op: ReLU}`'
    """
    named = bool(layers) and all(isinstance(each, dict) and _is_named(each) for each in layers)
    lines = [_line(each) for each in layers[:_SHOWN]]
    if not all(lines) or not lines:
        return "write `name: {op: ...}`, without a `-`"
    shown = ", ".join(f"`{line}`" for line in lines)
    return f"leave out the `-`: {shown}" if named else f"give each layer a name: {shown}"


def _is_named(entry: dict[str, Any]) -> bool:
    return (
        len(entry) == 1 and "op" not in entry and "block" not in entry and isinstance(next(iter(entry.values())), dict)
    )


def _line(entry: Any) -> str:
    """One layer with a name."""
    if isinstance(entry, str) and entry.isidentifier():
        return f"{entry.lower()}: {entry}"
    if not isinstance(entry, dict) or len(entry) > 12:
        return ""
    if _is_named(entry):
        name, held = next(iter(entry.items()))
        return f"{name.lower()}: {flow({'op': name, **held})}" if name[:1].isupper() else f"{name}: {flow(held)}"
    kind = entry.get("op", entry.get("block"))
    return f"{kind.rpartition('/')[2].lower()}: {flow(entry)}" if isinstance(kind, str) and kind.isidentifier() else ""
