"""Nets that mix samples: they run, and what their author takes for the batch is not the batch, or the reverse."""

from typing import Final, NamedTuple

from cnnshape.core.errors import Problem
from cnnshape.graph.graph import Graph, Node
from cnnshape.layers.axes import axes_of, axis_of

_FOLDS: Final = ("Reshape", "Flatten", "Unflatten")
_DROPS: Final = ("Squeeze", "Select", "Mean", "Sum", "Amax")
_OVER: Final = "attends over the batch, not over the tokens: add `batch_first: true`"
_KEEP: Final = "keep `batch` as the first size: `[batch, -1]`"


class _Batch(NamedTuple):
    """Where the batch of a value is."""

    axis: int | None
    """None where it is nowhere, or that is not plain."""
    folded: int | None = None
    """The value of the reshape that put it together with other axes."""


def mixed_batches(graph: Graph) -> tuple[Problem, ...]:
    """Attention over the batch, and reshapes after which axis 0 of an output is not the batch.

    >>> from cnnshape.graph.build import build
    >>> layers = {"v": {"op": "Reshape", "shape": [-1, 128]}}
    >>> [problem.text for problem in mixed_batches(build({"cnnshape": 1, "input": [16, 4, 4], "layers": layers}))]
    ['mixes samples: axis 0 of the output is 2, but the batch is 1']
    """
    shapes = graph.shapes
    attention = [node for node in graph.nodes if node.op == "MultiheadAttention"]
    other = [value for value in graph.outputs if not shapes[value] or shapes[value][0] != graph.batch]
    batches = _batches(graph)
    found: dict[str, Problem] = {}
    for node in attention:
        if batches[node.sources[0]].axis == 0 and not node.facts.layer.__dict__["batch_first"]:
            found[node.path] = _problem(graph, node, _OVER)
    for value in other:
        folded = batches[value].folded
        by = None if folded is None else graph.node(folded)
        if by is not None and shapes[value]:
            where = "the output" if len(graph.outputs) == 1 else f"the output `{graph.paths[value]}`"
            text = f"mixes samples: axis 0 of {where} is {shapes[value][0]:,}, but the batch is {graph.batch:,}"
            hint = _KEEP if by.op == "Reshape" else ""
            found.setdefault(by.path, _problem(graph, by, text)._replace(hint=hint))
    return tuple(found.values())


def _problem(graph: Graph, node: Node, text: str) -> Problem:
    return Problem(text, node.path, graph.file, graph.mark(node))


def _batches(graph: Graph) -> list[_Batch]:
    """Where the batch of each value is."""
    found = [_Batch(0)] * len(graph.inputs)
    shapes = graph.shapes
    for value, node in enumerate(graph.nodes, len(graph.inputs)):
        before = next((found[source] for source in node.sources if found[source].axis is not None), None)
        if before is None:
            before = found[node.sources[0]] if node.sources else _Batch(None)
        shape, axis = shapes[value], None
        if before.axis is not None:
            axis = _moved(node, before.axis)
        elif node.op in _FOLDS and before.folded is not None:
            axis = 0  # windows that go back to their images
        if axis is not None and axis < len(shape) and shape[axis] == graph.batch:
            found.append(_Batch(axis))
        else:
            lost = node.op in _FOLDS and before.axis == 0
            found.append(_Batch(None, value if lost else before.folded))
    return found


def _moved(node: Node, axis: int) -> int | None:
    """What becomes of an axis of the first input, in ops that move or drop axes."""
    layer, rank = node.facts.layer.__dict__, len(node.facts.inputs[0])
    if node.op == "Permute":
        return axes_of(layer["dims"], rank).index(axis)
    if node.op == "Transpose":
        pair = axes_of((layer["dim0"], layer["dim1"]), rank)
        return pair[1 - pair.index(axis)] if axis in pair else axis
    if node.op in ("Unsqueeze", "Stack"):
        return axis + (axis_of(layer["dim"], rank + 1) <= axis)
    if node.op in _DROPS and not layer.get("keepdim"):
        dropped = axes_of(layer["dim"], rank)
        return None if axis in dropped else axis - sum(each < axis for each in dropped)
    return axis
