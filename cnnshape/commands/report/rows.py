"""The rows of a report: layers, or blocks of layers rolled up."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeAlias

from cnnshape.analysis.layer import LayerRecord
from cnnshape.analysis.result import Analysis
from cnnshape.analysis.totals import Totals

if TYPE_CHECKING:
    from cnnshape.commands.report.block import Block

    Row: TypeAlias = LayerRecord | Block


def rows(analysis: Analysis, level: int | None = None) -> "tuple[Row, ...]":
    """A row for each layer; with ``level``, one for all layers that share the first ``level`` parts of their path."""
    if level is None:
        return analysis.layers
    from cnnshape.commands.report.block import Block

    groups = analysis.by_block(level)
    exits = _exits(analysis, groups)
    return tuple(
        total.records[0]
        if len(total.records) == 1 and total.records[0].path == path
        else Block(total.records, path, exits[path])
        for path, total in groups.items()
    )


def _exits(analysis: Analysis, groups: Mapping[str, Totals]) -> dict[str, tuple[LayerRecord, ...]]:
    """What leaves each block, in the order of the file: what layers outside read, and the outputs of the net.

    Of a block from which nothing leaves, what no layer reads.
    """
    graph = analysis.graph
    block = {record.value: path for path, total in groups.items() for record in total.records}
    readers: dict[int, set[str]] = {value: set() for value in block}
    for node, record in zip(graph.nodes, analysis.layers, strict=True):
        for source in node.sources:
            readers.setdefault(source, set()).add(block[record.value])
    left = {value for value, path in block.items() if readers[value] - {path}} | {*graph.outputs}
    found = {}
    for path, total in groups.items():
        leaving = tuple([record for record in total.records if record.value in left])
        found[path] = leaving or tuple([record for record in total.records if not readers[record.value]])
    return found


def leaving(row: "Row") -> tuple[LayerRecord, ...]:
    """The layers whose outputs are those of a row: of a block those that are read outside of it."""
    return (row,) if isinstance(row, LayerRecord) else row.exits


def field_of(name: str) -> "Callable[[Row], Any]":
    """How to get a field of a layer, such as ``stride``; None where the layer has no such field."""
    return lambda row: getattr(row.node.facts.layer, name, None) if isinstance(row, LayerRecord) else None


def owner(row: "Row") -> str | None:
    """The path of the layer whose weights this one uses; None where they are its own."""
    if not isinstance(row, LayerRecord) or row.node.owner is None:
        return None
    return row.analysis.graph.paths[row.node.owner]
