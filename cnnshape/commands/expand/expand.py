"""A net written out flat: a spec without blocks, variables or repeats whose analysis is the same."""

import json
import re
from collections.abc import Iterator
from typing import Any, Final

from cnnshape.core.errors import SpecError
from cnnshape.graph.graph import Graph, Node
from cnnshape.layers.base import Layer
from cnnshape.layers.facts import Facts
from cnnshape.spec.yaml.scalars import Words

_PLAIN: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_./+-]*\Z")


def expanded(graph: Graph) -> str:
    """The flat spec of a net, a line for each layer, named by its path; weights are shared as in the net.

    >>> from cnnshape.graph.build import build
    >>> block = {"vars": {"c": "required"}, "layers": {"conv": {"op": "Conv1d", "out_channels": "c", "kernel_size": 1}}}
    >>> layers = {"stem": {"block": "unit", "c": 8, "repeat": 2}, "act": "ReLU"}
    >>> print(expanded(build({"cnnshape": 1, "input": [3, 8], "blocks": {"unit": block}, "layers": layers})))
    cnnshape: 1
    name: net
    input: [3, 8]
    layers:
      stem.0.conv: {op: Conv1d, out_channels: 8, kernel_size: 1}
      stem.1.conv: {op: Conv1d, out_channels: 8, kernel_size: 1}
      act: ReLU
    <BLANKLINE>
    """
    return "\n".join([*_lines(graph), ""])


def _lines(graph: Graph) -> Iterator[str]:
    yield "cnnshape: 1"
    yield f"name: {_scalar(graph.name)}"
    sizes = {name: _flow(shape[1:]) for name, shape in graph.inputs.items()}
    if list(sizes) == ["input"]:
        yield f"input: {sizes['input']}"
    else:
        yield "inputs:"
        yield from (f"  {_scalar(name)}: {axes}" for name, axes in sizes.items())
    last = len(graph.paths) - 1
    if graph.outputs != (last,):
        yield f"outputs: {_flow([graph.paths[value] for value in graph.outputs])}"
    dead = [node.path for node in graph.nodes if not node.live]
    if dead:
        yield f"unused: {_flow(dead)}"
    yield "layers:"
    for value, node in enumerate(graph.nodes, len(graph.inputs)):
        entry = _entry(graph, node, value)
        short = entry["op"] if list(entry) == ["op"] else None
        yield f"  {_scalar(node.path)}: {short or _flow(entry)}"


def _entry(graph: Graph, node: Node, value: int) -> dict[str, Any]:
    before = value - 1 if value > len(graph.inputs) else 0
    named = [graph.paths[source] for source in node.sources]
    entry: dict[str, Any] = {"op": node.op} if node.owner is None else {"shares": graph.paths[node.owner]}
    if node.sources and node.sources != (before,):
        entry["from"] = named[0] if len(named) == 1 else named
    if node.owner is None:
        entry |= _fields(node.facts, graph.batch)
        if not node.trainable:
            entry["trainable"] = False
    return entry


def _fields(facts: Facts, batch: int) -> dict[str, Any]:
    """The fields that are not as by default; a batch in a shape as the word, so that it holds for any."""
    layer = facts.layer
    found = {key: held for key, held in layer.__dict__.items() if layer.defaults.get(key, _NOTHING) != held}
    found = {key: written(layer, key) for key in found}
    shape = found.get(layer.batch_in)
    if shape and shape[0] == batch:
        found[layer.batch_in] = ("batch", *shape[1:])
    return found


_NOTHING: Final = object()


def written(layer: Layer, key: str) -> Any:
    """A field as a spec would state it: one number for a list of equal ones where that says the same.

    >>> from cnnshape.layers.conv import Conv2d
    >>> written(Conv2d(out_channels=8, kernel_size=(3, 3), stride=(1, 2)), "kernel_size")
    3
    """
    held = layer.__dict__[key]
    if isinstance(held, tuple) and len(set(held)) == 1 and _says_the_same(layer, key, held[0]):
        return held[0]
    return held


def _says_the_same(layer: Layer, key: str, one: Any) -> bool:
    """Whether one number says what a list of equal ones does."""
    try:
        return type(layer)(**{**layer.__dict__, key: one}) == layer
    except SpecError:
        return False


def _flow(value: Any) -> str:
    """A value on one line of YAML."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_scalar(key)}: {_flow(held)}" for key, held in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_flow, value)) + "]"
    if isinstance(value, bool) or value is None:
        return {True: "true", False: "false", None: "null"}[value]
    return _scalar(value) if isinstance(value, str) else repr(value)


def _scalar(text: str) -> str:
    """A text that is read back as it is: quoted where YAML would take it for something else."""
    if _PLAIN.match(text) and Words()[text] == text:
        return text
    return json.dumps(text).replace("##[", "##\\x5b")  # which would be a command to the log of a workflow
