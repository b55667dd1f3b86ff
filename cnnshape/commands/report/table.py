"""From an analysis to a table: for people, and with every figure exact for a spreadsheet."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from cnnshape.analysis.result import Analysis
from cnnshape.commands.report.columns import COLUMNS, FIELD, NAMES, TEXT, WEIGHTS, Column, chosen, column
from cnnshape.commands.report.rows import rows
from cnnshape.core.errors import Problem, UsageError
from cnnshape.render import document as doc
from cnnshape.render.units import Units, fitting, percent

if TYPE_CHECKING:
    from cnnshape.commands.report.rows import Row


class Options(NamedTuple):
    """What a reader chose; None leaves it to the format."""

    columns: Sequence[str] | None = None
    """Keys of columns, or changes to the default as ``+fan_in`` and ``-rf``."""
    level: int | None = None
    """Roll layers up to blocks by this many parts of their path."""
    units: Units | None = None
    """How counts and bytes are scaled."""
    sort: str | None = None
    """The column by which rows are sorted, numbers from the largest down; the order of the file otherwise."""
    width: int | None = None
    """The most columns of text that a line may take."""


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


def _rows(analysis: Analysis, options: Options) -> "tuple[Row, ...]":
    if options.level is not None and options.level < 1:
        raise UsageError(Problem(f"level={options.level} is not a whole number from 1 up"))
    return ordered(analysis, rows(analysis, options.level), options.sort)


def table(analysis: Analysis, options: Options) -> doc.Table:
    """The table for people; raises `UsageError` for a column or sort key that there is not."""
    columns = chosen(options.columns or ())
    asked = {column(word.lstrip("+-")).key for word in options.columns or () if not word.startswith("-")}
    found, totals = _rows(analysis, options), wholes(analysis, columns)
    shown = [_shown(analysis, each, found, totals, options.units or "auto") for each in columns]
    shown = [each._replace(keep=each.keep + _ASKED * (each.key in asked)) for each in shown]
    first = next((place for place, each in enumerate(shown) if not each.total), None)
    if first is not None:
        shown[first] = shown[first]._replace(total="total")
    return doc.Table(shown, totals=True)


_ASKED = 100  # a column that was asked for is left out after all others


def _shown(
    analysis: Analysis, of: Column, found: "tuple[Row, ...]", totals: dict[str, int], units: Units
) -> doc.Column:
    """A column as people see it."""
    values = [value(of, row, totals) for row in found]
    whole = of.get(analysis.total) if of.sums else 0
    if of.kind.base:
        units = fitting(units, [held for held in values if held is not None] + [whole], of.kind.base)
    cells = _cells(of, values, units)
    column = doc.Column(of.header, cells, of.kind.right, of.key, of.keep, cut=of.key == "path", says=of.says)
    if not of.sums:
        return column

    def exact(n: int) -> str:
        return f"{of.kind.show(n, 'exact')}, {percent(n, whole)}"

    return column._replace(total=of.kind.show(whole, units), values=values, exact=exact)


def _cells(of: Column, values: Sequence[Any], units: Units) -> list[doc.Text]:
    """What a column shows; values that look alike are written once."""
    kind, shown, cells = of.kind, dict[Any, doc.Text](), list[doc.Text]()
    code = kind in _CODE and of.key != "op"
    for held in values:
        alike = held if kind.alike is None or held is None else kind.alike(held)
        text = shown.get(alike)
        if text is None:
            said = "" if held is None else kind.show(held, units)
            text = shown[alike] = doc.Code(said) if code else said
        cells.append(text)
    return cells


_CODE = (TEXT, NAMES, WEIGHTS, FIELD)
"""Kinds of values that are set as code: in a pull request, `@0` would call somebody of that name."""


def exact(analysis: Analysis, options: Options) -> doc.Table:
    """The table for a spreadsheet; every column where none is asked for."""
    columns = chosen(options.columns or (), COLUMNS)
    found, totals = _rows(analysis, options), wholes(analysis, columns)
    return doc.Table([doc.Column(of.header, [_exact(of, row, totals) for row in found], key=of.key) for of in columns])


def _exact(of: Column, row: "Row", totals: dict[str, int]) -> Any:
    held = value(of, row, totals)
    return None if held is None else of.kind.exact(held)
