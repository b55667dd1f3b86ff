"""Explanations as data; `layout.py` says what is where."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from cnnshape.commands.explain.records import Explanation
from cnnshape.commands.explain.totals import NetExplanation
from cnnshape.render.formats import SCHEMA
from cnnshape.render.formulas import shown
from cnnshape.render.receptive_fields import plain_axis

if TYPE_CHECKING:
    from cnnshape.commands.explain import layout
    from cnnshape.commands.explain.paths import Seen, Step
    from cnnshape.commands.explain.records import Derivation, Origin
    from cnnshape.commands.explain.totals import Total


def data(of: Explanation | NetExplanation, _: object = None) -> "layout.Printed":
    """Everything of an explanation, exactly."""
    return _layer(of) if isinstance(of, Explanation) else _net(of)


def _layer(of: Explanation) -> "layout.Layer":
    return {
        "schema": SCHEMA,
        "net": of.net,
        "layer": of.path,
        "op": of.op,
        "place": _origin(of.place),
        "calls": [_origin(call) for call in of.calls],
        "reads": [{"path": path, "shape": list(shape)} for path, shape in of.reads],
        "letters": [
            {"name": each.name, "value": each.value, "origins": [_origin(origin) for origin in each.origins]}
            for each in of.letters
        ],
        "conditions": [
            {"claim": shown(each.claim, "text", whole=of.whole), "need": each.need} for each in of.conditions
        ],
        "figures": [_figure(each, of) for each in of.derivations],
        "nothing": list(of.nothing),
        "receptive_field": [_seen(each) for each in of.seen],
        "source": of.source,
    }


def _origin(of: "Origin") -> "layout.Origin":
    line, column = (of.mark.line, of.mark.column) if of.mark else (None, None)
    return {"text": of.text, "file": of.file, "line": line, "column": column}


def _figure(of: "Derivation", whole: Explanation) -> "layout.Figure":
    def written(term: Any, shared: Mapping[Any, str] = of.shared) -> str:
        return shown(term, "text", shared=shared, whole=whole.whole)

    return {
        "metric": of.metric,
        "formula": written(of.term),
        "value": list(of.value) if isinstance(of.value, tuple) else of.value,
        "lines": [{"name": each.name, "formula": written(each.term, {}), "value": each.value} for each in of.lines],
        "parts": [
            {
                "name": each.name,
                "formula": written(each.term if each.shape is None else each.shape),
                "value": each.value,
                "note": each.note,
            }
            for each in of.parts
        ],
        "reason": of.reason,
        "says": of.says,
    }


def _seen(of: "Seen") -> "layout.Seen":
    return {
        "input": of.input,
        "axes": list(of.axes),
        "start": plain_axis(of.start),
        "steps": [_step(step) for step in of.steps],
        "field": plain_axis(of.field),
    }


def _step(of: "Step") -> "layout.Step":
    window: layout.Window | None = None
    if of.sliding:
        kernel, stride, padding, dilation = of.sliding
        window = {"kernel": kernel, "stride": stride, "padding": padding, "dilation": dilation}
    return {
        "path": of.path,
        "op": of.op,
        "source": of.source,
        "window": window,
        "reads": of.words,
        "before": plain_axis(of.before),
        "alone": plain_axis(of.alone),
        "joined": [{"path": side.path, "field": plain_axis(side.field)} for side in of.joined],
        "after": plain_axis(of.after),
    }


def _net(of: NetExplanation) -> "layout.Net":
    return {
        "schema": SCHEMA,
        "net": of.net,
        "batch": of.batch,
        "dtype": of.dtype,
        "totals": [_total(each) for each in of.totals],
    }


def _total(of: "Total") -> "layout.Total":
    return {
        "metric": of.metric,
        "unit": of.unit,
        "value": of.value,
        "bound": of.bound,
        "says": of.says,
        "how": of.how,
        "parts": [{"path": each.path, "value": each.value, "bound": each.bound} for each in of.parts],
    }
