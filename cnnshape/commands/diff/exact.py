"""Diffs for a spreadsheet: a row for each layer that is not as it was, with exact figures before and after."""

from collections.abc import Iterator
from typing import Any, Final

from cnnshape.analysis.metrics import METRICS
from cnnshape.commands.diff.data import SUMMED
from cnnshape.commands.diff.difference import Diff, Pair
from cnnshape.commands.diff.entry import Diffs, Entry, entries
from cnnshape.commands.diff.rows import fields
from cnnshape.render.document import Table, table_of
from cnnshape.render.shapes import shape

_ENDS: Final = ("old", "new")
_HEADER: Final = [
    "spec", "kinds", *(f"{name}_{end}" for name in ("path", "op") for end in _ENDS), "fields",
    *(f"{name}_{end}" for name in ("output", *SUMMED) for end in _ENDS),
]  # fmt: skip


def _cells(pair: Pair) -> Iterator[Any]:
    records = (pair.old, pair.new)
    yield "affected" if pair.affected and not pair.kinds else " ".join((*pair.kinds, *["affected"] * pair.affected))
    yield from (None if record is None else record.path for record in records)
    yield from (None if record is None else record.op for record in records)
    yield fields(pair.fields)
    yield from (None if record is None else shape(record.output) for record in records)
    for key in SUMMED:
        of = METRICS[key].layer
        assert of
        yield from (None if record is None else of(record) for record in records)


def _others(entry: Entry) -> Iterator[list[Any]]:
    """Rows for what was done to inputs and outputs, which have no figures."""
    for change in entry.changes:
        if change.of != "layer":
            ends = (change.old, change.new)
            ops = [change.of if end else "" for end in ends]
            yield [change.kind, *ends, *ops, fields(change.fields), *[None] * (2 + 2 * len(SUMMED))]


def _rows(entry: Entry) -> Iterator[list[Any]]:
    net = entry.new or entry.old
    spec = entry.new_file or entry.old_file or (net.name if net else "")
    for row in (*_others(entry), *map(_cells, entry.layers)):
        yield [spec, *row]


def exact(found: Diff | Diffs, _: object) -> Table:
    """The table of all diffs."""
    rows = [row for entry in entries(found) for row in _rows(entry)]
    table = table_of(_HEADER, rows, [False] * len(_HEADER))
    return Table([each._replace(key=each.header) for each in table.columns])
