"""Tables for a spreadsheet: exact numbers, a header of keys, and no cell that is taken for a formula."""

import csv
import io
from collections.abc import Sequence
from typing import Any

from cnnshape.render.document import Table
from cnnshape.render.names import cell, printable


def write(table: Table, *, header: bool = True) -> str:
    """A table whose cells are numbers, texts, or None where there is none; a file that grows has one header."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    if header:
        writer.writerow(_cells([column.key for column in table.columns]))
    writer.writerows(zip(*[_cells(column.cells) for column in table.columns], strict=True))
    return out.getvalue()


def _cells(cells: Sequence[Any]) -> Sequence[Any]:
    """The cells of a column; of many rows it has few different texts, and often none."""
    if str not in set(map(type, cells)):
        return cells
    known = {text: cell(printable(text)) for text in {*cells} if isinstance(text, str)}
    return [known.get(each, each) for each in cells]
