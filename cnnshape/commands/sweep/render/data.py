"""A sweep for programs: exact figures, a row for each point."""

import csv
import io
import json
from collections.abc import Sequence
from typing import Any, Final

from cnnshape.commands.sweep.figures import Figure
from cnnshape.commands.sweep.record import Sweep
from cnnshape.commands.sweep.render.cells import Shown, knob
from cnnshape.render.names import cell, printable
from cnnshape.render.shapes import shape

SCHEMA: Final = 1
"""The version of the JSON; it goes up when a key changes its meaning or goes away."""


def json_text(shown: Shown) -> str:
    """Everything, a line for each row."""
    found = shown.sweep
    rows = json_rows(found)
    return json_head(found.net, shown.points, found.figures) + rows + json_end(bool(rows), found.undecided)


def json_head(net: str, points: int, figures: Sequence[Figure]) -> str:
    """What stands before the rows."""
    from cnnshape.render.json import write as document

    said = {of.key: {"says": of.metric.says, "unit": of.unit, "layer": of.path or None} for of in figures}
    whole = document({"schema": SCHEMA, "net": net, "points": points, "figures": said, "rows": []})
    return whole.removesuffix("]\n}\n")


def json_rows(found: Sweep, *, first: bool = True) -> str:
    """A line for each row, and before it what separates it from the one before."""
    from cnnshape.render.json import logged

    lines: list[str] = []
    for row in found.rows():
        held = {"knobs": {name: row[name] for name in found.knobs},
                "figures": None if row["reason"] else {key: row[key] for key in found.columns},
                "bounds": None if row["reason"] else {of.key: row[of.bound_key] for of in found.figures if of.bounded},
                "reason": row["reason"]}  # fmt: skip
        lines.append(("\n    " if first and not lines else ",\n    ") + json.dumps(held, ensure_ascii=False))
    return logged("".join(lines))


def json_end(rows: bool, undecided: int = 0, stopped: str = "") -> str:
    """What stands after the rows, if there were some: how many points were left out, and why these are not all."""
    end = {"undecided": undecided, "stopped": stopped or None}
    said = "".join(f',\n  "{key}": {json.dumps(value, ensure_ascii=False)}' for key, value in end.items())
    from cnnshape.render.json import logged

    return ("\n  ]" if rows else "]") + logged(said) + "\n}\n"


def csv_text(found: Sweep, *, header: bool = True) -> str:
    """A line for each row; an empty reason says that it is a net."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    if header:
        writer.writerow([*found.keys(), "reason"])
    writer.writerows(zip(*_cells(found), strict=True))
    return out.getvalue()


def _cells(found: Sweep) -> list[list[Any]]:
    """The columns, each cell as it is written."""
    columns: list[list[Any]] = []
    for values in found.knobs.values():
        if values.numeric and values.bottom == 1:
            columns.append(values.column().tolist())
            continue
        held = [cell(knob(value)) for value in values.distinct]
        columns.append([held[code] for code in values.codes.tolist()])
    for of in found.figures:
        cells = found.columns[of.key].tolist()
        if of.is_shape:
            cells = [", ".join(map(shape, value)) if value else "" for value in cells]
        if of.metric.unit == "flag":
            cells = ["true" if value else "false" for value in cells]
        there = found.has(of.key)
        columns.append(cells if there.all() else [c if has else "" for c, has in zip(cells, there, strict=True)])
        if of.bounded:
            columns.append([bound or "" for bound in found.bounds(of.key)])
    reasons = [""] * len(found)
    for row in (~found.valid).nonzero()[0].tolist():
        reasons[row] = cell(printable(found.reason(row)))
    return [*columns, reasons]
