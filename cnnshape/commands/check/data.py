"""What came of a check as data: every limit, exactly; `layout.py` says what is where."""

from typing import TYPE_CHECKING, Any

from cnnshape.commands.check.words import hint, sentence
from cnnshape.render import text
from cnnshape.render.formats import SCHEMA

if TYPE_CHECKING:
    from cnnshape.commands.check import layout
    from cnnshape.commands.check.records import Contributor, Note, Outcome, Report


def plain(value: Any) -> Any:
    """Shapes as lists, counts as they are."""
    return [plain(each) for each in value] if isinstance(value, tuple) else value


def _held(value: Any) -> Any:
    """The value of a variable; what is no whole number as a ratio in a text."""
    if isinstance(value, tuple):
        return [_held(each) for each in value]
    return value if isinstance(value, bool | int | str) else str(value)


def _contributor(each: "Contributor") -> "layout.Contributor":
    line = each.mark.line if each.mark else None
    return {"path": each.path, "value": each.value, "before": each.before, "file": each.file, "line": line}


def _outcome(outcome: "Outcome") -> "layout.Outcome":
    rule, net, mark = outcome.rule, outcome.net, outcome.mark
    setting = net.setting
    return {
        "rule": rule.title,
        "metric": rule.metric.key,
        "select": str(rule.select),
        "path": outcome.path,
        "net": net.name,
        "spec": net.spec,
        "variant": net.variant,
        "batch": setting.batch,
        "dtype": setting.dtype,
        "inputs": {name: list(sizes) for name, sizes in setting.inputs},
        "settings": {name: _held(value) for name, value in setting.settings},
        "flops": setting.flops,
        "memory": setting.memory,
        "kind": outcome.kind,
        "limit": outcome.limit.text,
        "bound": plain(outcome.bound),
        "actual": plain(outcome.actual),
        "actual_bound": outcome.actual_bound,
        "unit": rule.metric.unit,
        "baseline": outcome.baseline,
        "overshoot": outcome.overshoot,
        "level": outcome.level,
        "ok": outcome.ok,
        "file": outcome.file,
        "line": mark.line if mark else None,
        "column": mark.column if mark else None,
        "contributors": [_contributor(each) for each in outcome.contributors],
        "others": outcome.others,
        "new": outcome.new or None,
        "text": sentence(outcome),
        "hint": text.sentence(hint(outcome)),
    }


def _note(each: "Note") -> "layout.Note":
    return {
        "kind": each.kind,
        "text": each.text,
        "file": each.file or None,
        "line": each.mark.line if each.mark else None,
    }


def data(report: "Report") -> "layout.Printed":
    """The report as plain data, with the limits that hold."""
    return {
        "schema": SCHEMA,
        "ok": report.ok,
        "limits": len(report.outcomes),
        "broken": len(report.errors),
        "warnings": len(report.warnings),
        "nets": report.nets,
        "baselines": list(report.baselines),
        "since": report.since or None,
        "notes": [_note(each) for each in report.notes],
        "skipped": [{"file": each.file, "kind": each.kind} for each in report.skipped],
        "outcomes": [_outcome(each) for each in report.outcomes],
    }
