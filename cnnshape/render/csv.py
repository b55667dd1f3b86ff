"""The report as CSV: one row for each layer, exact numbers, a header of column keys."""

import csv
import io
from typing import Any

from cnnshape.analysis.result import Analysis
from cnnshape.render import PLAIN, Options
from cnnshape.render.columns import COLUMNS, Cell, Column, chosen
from cnnshape.render.rows import rows
from cnnshape.render.table import ordered, value, wholes


def _cell(column: Column, held: Any) -> Cell:
    return "" if held is None else column.kind.exact(held)


def render(analysis: Analysis, options: Options = PLAIN) -> str:
    """The report for a spreadsheet; every column where none is asked for."""
    columns = chosen(options.columns or (), COLUMNS)
    totals = wholes(analysis, columns)
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([each.key for each in columns])
    for row in ordered(analysis, rows(analysis, options.level), options.sort):
        writer.writerow([_cell(each, value(each, row, totals)) for each in columns])
    return out.getvalue()
