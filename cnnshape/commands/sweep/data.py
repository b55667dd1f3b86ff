"""A sweep for programs: exact figures, a row for each point."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final

from cnnshape.commands.sweep.cells import knob
from cnnshape.commands.sweep.figures import Figure
from cnnshape.render.document import Column, Table
from cnnshape.render.formats import SCHEMA
from cnnshape.render.shapes import shape

if TYPE_CHECKING:
    from cnnshape.commands.sweep import layout
    from cnnshape.commands.sweep.record import Sweep
    from cnnshape.commands.sweep.values import Values


def whole(
    net: str, points: int, figures: Sequence[Figure], rows: "list[layout.Row]", undecided: int, stopped: str = ""
) -> "layout.Printed":
    """A sweep as plain data, with its `rows`; ``stopped`` says why these are not all."""
    return {
        "schema": SCHEMA,
        "net": net,
        "points": points,
        "figures": {of.key: {"says": of.metric.says, "unit": of.unit, "layer": of.path or None} for of in figures},
        "rows": rows,
        "undecided": undecided,
        "stopped": stopped or None,
    }


def rows(found: "Sweep") -> "Iterator[layout.Row]":
    """Each point as plain data; one that is no net has a reason in place of figures."""
    bounds = {of.key: of.bound_key for of in found.figures if of.bounded}
    for row in found.rows():
        there = row["reason"] is None
        yield {
            "knobs": {name: row[name] for name in found.knobs},
            "figures": {key: row[key] for key in found.columns} if there else None,
            "bounds": {key: row[bound] for key, bound in bounds.items()} if there else None,
            "reason": row["reason"],
        }


def table(found: "Sweep") -> Table:
    """A row for each point; one without a reason is a net."""
    columns = [Column(name, _knobs(values), key=name) for name, values in found.knobs.items()]
    for of in found.figures:
        columns.append(Column(of.key, exact(of, found.values(of.key)), key=of.key))
        if of.bounded:
            columns.append(Column(of.bound_key, found.bounds(of.key).tolist(), key=of.bound_key))
    return Table([*columns, Column("reason", [*found.reasons], key="reason")])


def _knobs(values: "Values") -> list[Any]:
    if values.numeric and values.bottom == 1:
        whole: list[Any] = values.column().tolist()
        return whole
    held = list(map(knob, values.distinct))
    return [held[code] for code in values.codes.tolist()]


def exact(of: Figure, values: list[Any]) -> list[Any]:
    """Figures as cells of a spreadsheet."""
    if of.is_shape:
        return [value and ", ".join(map(shape, value)) for value in values]
    return [_TRUTHS[value] for value in values] if of.metric.unit == "flag" else values


_TRUTHS: Final = {True: "true", False: "false", None: None}
