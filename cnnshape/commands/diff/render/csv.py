"""Diffs as CSV: a row for each layer that is not as it was, with exact figures before and after."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from cnnshape.analysis.metrics import METRICS
from cnnshape.commands.diff.difference import Pair
from cnnshape.commands.diff.render.entry import Entry
from cnnshape.commands.diff.render.formats import Options
from cnnshape.commands.diff.render.json import SUMMED
from cnnshape.commands.diff.render.rows import value
from cnnshape.render.names import cell, printable
from cnnshape.render.shapes import shape


def _fields(fields: Mapping[str, tuple[Any, Any]]) -> str:
    return "; ".join(f"{name} {value(old)} -> {value(new)}" for name, (old, new) in fields.items())


def _cells(pair: Pair) -> Iterator[Any]:
    records = (pair.old, pair.new)
    yield "affected" if pair.affected and not pair.kinds else " ".join((*pair.kinds, *["affected"] * pair.affected))
    yield from ("" if record is None else cell(record.path) for record in records)
    yield from ("" if record is None else record.op for record in records)
    yield _fields(pair.fields)
    yield from ("" if record is None else shape(record.output) for record in records)
    for key in SUMMED:
        of = METRICS[key].layer
        assert of
        yield from ("" if record is None else of(record) for record in records)


def _others(entry: Entry) -> Iterator[list[Any]]:
    """Rows for what was done to inputs and outputs, which have no figures."""
    for change in entry.changes:
        if change.of != "layer":
            ends = (change.old, change.new)
            ops = [change.of if end else "" for end in ends]
            yield [change.kind, *map(cell, ends), *ops, _fields(change.fields), *[""] * (2 + 2 * len(SUMMED))]


def render(entries: Sequence[Entry], options: Options) -> str:
    """For a spreadsheet."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    ends = ("path", "op")
    header = ["spec", "kinds", *(f"{name}_{end}" for name in ends for end in ("old", "new")), "fields"]
    writer.writerow([*header, *(f"{name}_{end}" for name in ("output", *SUMMED) for end in ("old", "new"))])
    for entry in entries:
        net = entry.new or entry.old
        spec = printable(entry.new_file or entry.old_file or (net.name if net else ""))
        for row in _others(entry):
            writer.writerow([cell(spec), *row])
        for pair in entry.layers:
            writer.writerow([cell(spec), *_cells(pair)])
    return out.getvalue()
