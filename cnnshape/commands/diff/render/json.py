"""Diffs as JSON: everything, exactly; `diff.schema.json` in the folder above says what is where."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any, Final

from cnnshape.analysis.metrics import METRICS, OURS
from cnnshape.analysis.result import Analysis
from cnnshape.commands.diff.difference import Change, Pair
from cnnshape.commands.diff.outputs import Sight
from cnnshape.commands.diff.render.entry import Entry
from cnnshape.commands.diff.render.formats import Options
from cnnshape.render.json import laid_out as document
from cnnshape.render.receptive_fields import plain_local

SCHEMA: Final = 2
"""The version of the layout; it goes up when a key changes its meaning or goes away."""

SUMMED: Final = tuple([key for key in OURS if METRICS[key].layer])
"""The metrics that are said of a layer."""


def _plain(held: Any) -> Any:
    """A value as JSON has it; what it has not, as text."""
    if isinstance(held, tuple | list):
        return [_plain(item) for item in held]
    if isinstance(held, Fraction):
        return held.numerator if held.denominator == 1 else float(held)
    return held if held is None or isinstance(held, bool | int | float | str) else str(held)


def _fields(fields: Mapping[str, tuple[Any, Any]]) -> dict[str, Any]:
    return {name: {"old": _plain(old), "new": _plain(new)} for name, (old, new) in fields.items()}


def _change(change: Change) -> dict[str, Any]:
    return {
        "kind": change.kind,
        "of": change.of,
        "old": change.old or None,
        "new": change.new or None,
        "fields": _fields(change.fields),
        "layers": [{"old": pair.old and pair.old.path, "new": pair.new and pair.new.path} for pair in change.pairs],
        "adds": {key: change.change(key) for key in SUMMED},
    }


def _layer(pair: Pair) -> dict[str, Any]:
    def both(of: Any) -> dict[str, Any]:
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


def _net(net: Analysis | None, file: str) -> dict[str, Any] | None:
    return None if net is None else {"name": net.name, "file": file or None}


def _sight(sight: Sight | None) -> dict[str, Any] | None:
    """What an output sees."""
    if sight is None:
        return None
    return {"path": sight.path, "receptive_field": plain_local(sight.local)}


def _entry(entry: Entry) -> dict[str, Any]:
    totals = {}
    for key in OURS:
        old, new = entry.total(key)
        totals[key] = {"old": _plain(old), "new": _plain(new)}
        if METRICS[key].bound is not None:
            totals[key] |= dict(zip(("old_bound", "new_bound"), entry.bounds(key), strict=True))
    return {
        "old": _net(entry.old, entry.old_file),
        "new": _net(entry.new, entry.new_file),
        "totals": totals,
        "outputs": [{"old": _sight(pair.old), "new": _sight(pair.new)} for pair in entry.outputs],
        "changes": [_change(change) for change in entry.changes],
        "layers": [_layer(pair) for pair in entry.layers],
    }


def render(entries: Sequence[Entry], options: Options) -> str:
    """For a program: exact integers, a line for each change and each layer."""
    each = ["    " + document(_entry(entry)).rstrip("\n").replace("\n", "\n    ") for entry in entries]
    listed = "[\n" + ",\n".join(each) + "\n  ]" if each else "[]"
    return f'{{\n  "schema": {SCHEMA},\n  "diffs": {listed}\n}}\n'
