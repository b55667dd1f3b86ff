"""Diffs as data: everything, exactly; `layout.py` says what is where."""

from collections.abc import Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final

from cnnshape.analysis.layer import LayerRecord
from cnnshape.analysis.metrics import METRICS, OURS
from cnnshape.analysis.result import Analysis
from cnnshape.commands.diff.difference import Change, Diff, Pair
from cnnshape.commands.diff.entry import Diffs, Entry, entries
from cnnshape.commands.diff.outputs import Sight
from cnnshape.render.formats import SCHEMA
from cnnshape.render.receptive_fields import plain_local

if TYPE_CHECKING:
    from cnnshape.commands.diff import layout

SUMMED: Final = tuple([key for key in OURS if METRICS[key].layer])
"""The metrics that are said of a layer."""


def _plain(held: Any) -> Any:
    """A value as JSON has it; what it has not, as text."""
    if isinstance(held, tuple | list):
        return [_plain(item) for item in held]
    if isinstance(held, Fraction):
        return held.numerator if held.denominator == 1 else float(held)
    return held if held is None or isinstance(held, bool | int | float | str) else str(held)


def _fields(fields: Mapping[str, tuple[Any, Any]]) -> "dict[str, layout.Values]":
    return {name: {"old": _plain(old), "new": _plain(new)} for name, (old, new) in fields.items()}


def _path(record: LayerRecord | None) -> str | None:
    return None if record is None else record.path


def _change(change: Change) -> "layout.Change":
    return {
        "kind": change.kind,
        "of": change.of,
        "old": change.old or None,
        "new": change.new or None,
        "fields": _fields(change.fields),
        "layers": [{"old": _path(pair.old), "new": _path(pair.new)} for pair in change.pairs],
        "adds": {key: change.change(key) for key in SUMMED},
    }


def _layer(pair: Pair) -> "layout.Layer":
    def both(of: Any) -> Any:
        return {"old": None if pair.old is None else of(pair.old), "new": None if pair.new is None else of(pair.new)}

    return {
        "path": both(lambda record: record.path),
        "op": both(lambda record: record.op),
        "kinds": list(pair.kinds),
        "affected": pair.affected,
        "fields": _fields(pair.fields),
        "output": both(lambda record: list(record.output)),
        "metrics": {key: both(METRICS[key].layer) for key in SUMMED},
    }


def _net(net: Analysis | None, file: str) -> "layout.Net | None":
    return None if net is None else {"name": net.name, "file": file or None}


def _sight(sight: Sight | None) -> "layout.Sight | None":
    """What an output sees."""
    if sight is None:
        return None
    return {"path": sight.path, "receptive_field": plain_local(sight.local)}


def _total(entry: Entry, key: str) -> "layout.Counts | layout.Outputs | layout.Bounded":
    old, new = map(_plain, entry.total(key))
    if METRICS[key].bound is None:
        return {"old": old, "new": new}
    old_bound, new_bound = entry.bounds(key)
    return {"old": old, "new": new, "old_bound": old_bound, "new_bound": new_bound}


def _entry(entry: Entry) -> "layout.Diff":
    return {
        "old": _net(entry.old, entry.old_file),
        "new": _net(entry.new, entry.new_file),
        "totals": {key: _total(entry, key) for key in OURS},
        "outputs": [{"old": _sight(pair.old), "new": _sight(pair.new)} for pair in entry.outputs],
        "changes": [_change(change) for change in entry.changes],
        "layers": [_layer(pair) for pair in entry.layers],
    }


def data(found: Diff | Diffs) -> "layout.Printed":
    """Exact integers, every change and every layer that is not as it was."""
    return {"schema": SCHEMA, "diffs": [_entry(entry) for entry in entries(found)]}
