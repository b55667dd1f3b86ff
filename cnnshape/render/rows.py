"""The rows of a report: layers, or blocks of layers rolled up."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeAlias

from cnnshape.analysis.layer_record import LayerRecord
from cnnshape.analysis.records import Analysis

if TYPE_CHECKING:
    from cnnshape.render.block import Block

    Row: TypeAlias = LayerRecord | Block


def rows(analysis: Analysis, level: int | None = None) -> "tuple[Row, ...]":
    """A row for each layer; with ``level``, one for all layers that share the first ``level`` parts of their path."""
    if level is None:
        return analysis.layers
    from cnnshape.render.block import Block

    groups = analysis.by_block(level).items()
    return tuple(
        total.records[0] if len(total.records) == 1 and total.records[0].path == path else Block(total.records, path)
        for path, total in groups
    )


def field_of(name: str) -> "Callable[[Row], Any]":
    """How to get a field of a layer, such as ``stride``; None where the layer has no such field."""
    return lambda row: getattr(row.node.facts.layer, name, None) if isinstance(row, LayerRecord) else None


def owner(row: "Row") -> str | None:
    """The path of the layer whose weights this one uses; None where they are its own."""
    if not isinstance(row, LayerRecord) or row.node.owner is None:
        return None
    return row.analysis.graph.paths[row.node.owner]
