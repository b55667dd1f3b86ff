"""Tables for a spreadsheet: exact numbers, a header of keys, and no cell that is taken for a formula."""

import csv
import io
from typing import Any

from cnnshape.render.document import Table
from cnnshape.render.names import cell, printable


def write(table: Table) -> str:
    """A table whose cells are numbers, texts, or None where there is none."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([cell(printable(column.key)) for column in table.columns])
    writer.writerows([[_cell(value) for value in row] for row in table.rows])
    return out.getvalue()


def _cell(value: Any) -> Any:
    if value is None:
        return ""
    return cell(printable(value)) if isinstance(value, str) else value
