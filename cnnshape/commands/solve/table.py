"""Answers for a spreadsheet, with exact figures."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from cnnshape.commands.sweep.cells import knob
from cnnshape.commands.sweep.data import exact
from cnnshape.render.document import Column, Table
from cnnshape.render.shapes import shape
from cnnshape.spec.knobs import exported

if TYPE_CHECKING:
    from cnnshape.commands.solve.layer import Choices
    from cnnshape.commands.solve.record import Solution


class _Row(NamedTuple):
    kind: str
    point: Mapping[str, Any]
    figures: Mapping[str, Any]
    bounds: Mapping[str, Any]
    stops: tuple[str, ...]
    reason: str


def solution(answer: "Solution", _: object) -> Table:
    """The point and its neighbours; without a point, what comes closest, or why there is none."""
    rows = [*_rows(answer)]
    columns = [_column("row", [row.kind for row in rows])]
    for names in answer.knobs:
        columns += [_column(name, [_cell(row.point.get(name)) for row in rows]) for name in names]
    for key, of in answer.known.items():
        columns.append(_column(key, exact(of, [row.figures.get(key) for row in rows])))
        if of.bounded:
            columns.append(_column(of.bound_key, [row.bounds.get(key) for row in rows]))
    columns.append(_column("stopped_by", ["; ".join(row.stops) for row in rows]))
    return Table([*columns, _column("reason", [row.reason for row in rows])])


def _column(key: str, cells: list[Any]) -> Column:
    return Column(key, cells, key=key)


def _rows(answer: "Solution") -> Iterator[_Row]:
    point = answer.point
    if point is not None:
        yield _Row("answer", point, answer.figures, answer.bounds, (), "")
        for near in answer.neighbours:
            there = {**point, **dict.fromkeys(near.names, near.value)}
            yield _Row("next", there, near.figures, near.bounds, near.stops, near.reason)
    for each in answer.closest:
        yield _Row("closest", each.point, each.figures, {}, (each.condition,), "")
    if answer.reason:
        yield _Row("none", {}, {}, {}, (), answer.reason)


def _cell(value: Any) -> Any:
    """The value of a knob: a number, or a text."""
    return knob(value) if isinstance(value, bool | list) else exported(value)


def choices(answer: "Choices", _: object) -> Table:
    """The settings that give what is asked for, or else those that come nearest."""
    rows = answer.found or answer.nearest
    columns = [_column("row", ["found" if answer.found else "nearest"] * len(rows))]
    columns += [_column(name, [row.fields[name] for row in rows]) for name in answer.tried]
    columns.append(_column("output", [shape(row.output) for row in rows]))
    columns.append(_column("receptive_field", [row.receptive_field for row in rows]))
    return Table([*columns, _column("receptive_field_bound", [row.bound for row in rows])])
