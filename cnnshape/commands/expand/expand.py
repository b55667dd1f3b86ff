"""A net written out flat: a spec without blocks, variables or repeats whose analysis is the same."""

from collections.abc import Iterator
from typing import Any

from cnnshape.graph.graph import Graph, Node
from cnnshape.layers.entries import entry
from cnnshape.layers.facts import Facts
from cnnshape.spec.yaml.writer import flow, scalar


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
    yield f"name: {scalar(graph.name)}"
    sizes = {name: flow(shape[1:]) for name, shape in graph.inputs.items()}
    if list(sizes) == ["input"]:
        yield f"input: {sizes['input']}"
    else:
        yield "inputs:"
        yield from (f"  {scalar(name)}: {axes}" for name, axes in sizes.items())
    last = len(graph.paths) - 1
    if graph.outputs != (last,):
        yield f"outputs: {flow([graph.paths[value] for value in graph.outputs])}"
    dead = [node.path for node in graph.nodes if not node.live]
    if dead:
        yield f"unused: {flow(dead)}"
    if graph.ignore:
        yield f"ignore: {flow(sorted(graph.ignore))}"
    yield "layers:"
    for value, node in enumerate(graph.nodes, len(graph.inputs)):
        entry = _entry(graph, node, value)
        short = entry["op"] if list(entry) == ["op"] else None
        yield f"  {scalar(node.path)}: {short or flow(entry)}"


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
    if ignored := node.ignore - graph.ignore:
        entry["ignore"] = sorted(ignored)
    return entry


def _fields(facts: Facts, batch: int) -> dict[str, Any]:
    """The fields that are not as by default; a batch in a shape as the word, so that it holds for any."""
    layer = facts.layer
    found = entry(layer)
    del found["op"]
    shape = found.get(layer.batch_in)
    if shape and shape[0] == batch:
        found[layer.batch_in] = ("batch", *shape[1:])
    return found
