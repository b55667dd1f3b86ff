"""From an analysis to a table of cells, which text, Markdown and HTML then set."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from cnnshape.analysis.result import Analysis
from cnnshape.render import Options
from cnnshape.render.columns import Column, chosen, column
from cnnshape.render.rows import rows
from cnnshape.render.units import Units

if TYPE_CHECKING:
    from cnnshape.render.rows import Row


class Table(NamedTuple):
    """Columns, a list of cells for each row, and the sums."""

    columns: tuple[Column, ...]
    rows: "tuple[Row, ...]"
    cells: list[list[str]]
    total: list[str]
    """The sums of the columns that add up, and ``total`` in the first column that does not."""
    sums: dict[str, int]
    """The exact sums by key of the columns that add up."""


def value(column: Column, row: "Row", wholes: dict[str, int]) -> Any:
    """The exact value of a cell; None where the row has none."""
    found = column.get(row)
    return (found, wholes[column.share]) if column.share else found


def wholes(analysis: Analysis, columns: Sequence[Column]) -> dict[str, int]:
    """The totals that the columns show shares of."""
    return {column.share: getattr(analysis.total, column.share) for column in columns if column.share}


def ordered(analysis: Analysis, found: "tuple[Row, ...]", sort: str | None) -> "tuple[Row, ...]":
    """The rows in the order asked for: numbers from the largest down, names in alphabetical order."""
    if sort is None:
        return found
    by = column(sort)
    totals = wholes(analysis, [by])

    def key(row: "Row") -> Any:
        held = value(by, row, totals)
        return None if held is None else by.kind.order(held)

    keyed = [(key(row), row) for row in found]
    there = [pair for pair in keyed if pair[0] is not None]
    there.sort(key=lambda pair: pair[0], reverse=not any(isinstance(pair[0], str) for pair in there))
    return tuple(row for _, row in there) + tuple(row for held, row in keyed if held is None)


def _last(columns: Sequence[Column], sums: dict[str, int], units: Units) -> list[str]:
    cells = [each.kind.show(sums[each.key], units) if each.sums else "" for each in columns]
    if "" in cells:
        cells[cells.index("")] = "total"
    return cells


def table(analysis: Analysis, options: Options) -> Table:
    """The cells of a report; raises `UsageError` for a column or sort key that there is not."""
    columns = chosen(options.columns or ())
    units: Units = options.units or "auto"
    totals = wholes(analysis, columns)
    found = ordered(analysis, rows(analysis, options.level), options.sort)
    cells = [[*row] for row in zip(*[_cells(each, found, totals, units) for each in columns], strict=True)]
    sums = {each.key: each.get(analysis.total) for each in columns if each.sums}
    return Table(columns, found, cells, _last(columns, sums, units), sums)


def _cells(column: Column, found: "tuple[Row, ...]", totals: dict[str, int], units: Units) -> list[str]:
    """What a column shows of each row; values that look alike are written once."""
    kind, shown, cells = column.kind, dict[Any, str](), list[str]()
    for row in found:
        held = value(column, row, totals) if column.share else column.get(row)
        alike = held if kind.alike is None else kind.alike(held)
        text = shown.get(alike)
        if text is None:
            text = shown[alike] = "" if held is None else kind.show(held, units)
        cells.append(text)
    return cells
