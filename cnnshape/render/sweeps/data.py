"""A sweep for programs: exact figures, a row for each point."""

import csv
import io
from typing import Any, Final

from cnnshape.render.columns import shape
from cnnshape.render.names import printable
from cnnshape.render.sweeps.cells import Shown, knob
from cnnshape.sweeps.record import Sweep

SCHEMA: Final = 1
"""The version of the JSON; it goes up when a key changes its meaning or goes away."""


def json_text(shown: Shown) -> str:
    """Everything, a line for each row."""
    from cnnshape.render.json import document

    found = shown.sweep
    figures = {of.key: {"says": of.metric.says, "unit": of.unit, "layer": of.path or None} for of in found.figures}
    rows = [{"knobs": {name: row[name] for name in found.knobs},
             "figures": None if row["reason"] else {key: row[key] for key in found.columns},
             "bounds": None if row["reason"] else {of.key: row[of.bound_key] for of in found.figures if of.bounded},
             "reason": row["reason"]} for row in found.rows()]  # fmt: skip
    about = {"schema": SCHEMA, "net": found.net, "points": shown.points, "undecided": found.undecided}
    return document({**about, "figures": figures, "rows": rows})


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
        held = [knob(value) for value in values.distinct]
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
    return [*columns, [printable(reason) for reason in found.reasons]]


def sweep_schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of the format ``json``."""
    from cnnshape.render.json import schema_of

    return schema_of("sweep")
