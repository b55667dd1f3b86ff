"""The report as JSON: everything, exactly; `report.schema.json` beside this file says what is where."""

import json
from typing import Any, Final

from cnnshape.analysis.layer import LayerRecord
from cnnshape.analysis.result import Analysis
from cnnshape.render import PLAIN, Options
from cnnshape.render.receptive_fields import plain, plain_local
from cnnshape.render.rows import owner
from cnnshape.render.summary import Finding, findings

SCHEMA: Final = 1
"""The version of the layout; it goes up when a key changes its meaning or goes away."""


def _peak(analysis: Analysis) -> dict[str, Any]:
    peak = analysis.peak_memory
    tensors = [{"path": tensor.path, "bytes": tensor.bytes} for tensor in peak.tensors]
    return {"rule": analysis.memory, "step": peak.step, "tensors": tensors}


def _totals(analysis: Analysis) -> dict[str, Any]:
    total = analysis.total
    return {
        "layers": total.layers,
        "params": total.params,
        "trainable_params": total.trainable_params,
        "buffers": total.buffers,
        "macs": total.macs,
        "flops": total.flops,
        "flops_convention": analysis.convention.name,
        "weight_bytes": total.weight_bytes,
        "buffer_bytes": total.buffer_bytes,
        "activation_elements": total.activation_elements,
        "activation_bytes": total.activation_bytes,
        "conv_activations": total.conv_activations,
        "peak_memory_bytes": analysis.peak_memory.bytes,
        "peak_memory": _peak(analysis),
        "depth": analysis.depth,
        "receptive_field": plain_local(analysis.local_field),
        "ops": total.ops.kinds(),
    }


def _layer(record: LayerRecord) -> dict[str, Any]:
    return {
        "path": record.path,
        "op": record.op,
        "inputs": list(record.inputs),
        "output": list(record.output),
        "params": record.params,
        "trainable_params": record.trainable_params,
        "buffers": record.buffers,
        "macs": record.macs,
        "flops": record.flops,
        "ops": {kind: n for kind, n in record.ops.kinds().items() if n},
        "activation_elements": record.activation_elements,
        "activation_bytes": record.activation_bytes,
        "weights": {name: list(shape) for name, shape in record.weights.items()},
        "shares": owner(record),
        "receptive_field": plain(record.receptive_field),
        "line": record.line,
    }


def _finding(finding: Finding) -> dict[str, Any]:
    kind, (text, path, _, mark, *_) = finding
    return {"kind": kind, "path": path, "text": text, "line": mark.line if mark else None}


def report(analysis: Analysis) -> dict[str, Any]:
    """The report as plain data."""
    return {
        "schema": SCHEMA,
        "name": analysis.name,
        "batch": analysis.graph.batch,
        "dtype": analysis.dtype,
        "totals": _totals(analysis),
        "inputs": {name: list(shape) for name, shape in analysis.graph.inputs.items()},
        "outputs": {name: list(shape) for name, shape in analysis.outputs.items()},
        "layers": [_layer(record) for record in analysis.layers],
        "findings": [_finding(finding) for finding in findings(analysis)],
    }


def _lines(value: Any) -> str:
    """A list or object with a line for each of its entries, so that a diff shows the layers that changed."""
    if isinstance(value, dict) and value:
        inner = (f"{json.dumps(key)}: {json.dumps(entry, ensure_ascii=False)}" for key, entry in value.items())
        return "{\n    " + ",\n    ".join(inner) + "\n  }"
    if isinstance(value, list) and value:
        return "[\n    " + ",\n    ".join(json.dumps(entry, ensure_ascii=False) for entry in value) + "\n  ]"
    return json.dumps(value, ensure_ascii=False)


def logged(text: str) -> str:
    """JSON without ``##[``, a command to the log of a workflow; it is in no JSON but inside of a text."""
    return text.replace("##[", "##\\u005b")


def document(data: dict[str, Any]) -> str:
    """Plain data as JSON, with a line for each entry of what stands at its top."""
    entries = (f"  {json.dumps(key)}: {_lines(value)}" for key, value in data.items())
    return logged("{\n" + ",\n".join(entries) + "\n}\n")


def render(analysis: Analysis, options: Options = PLAIN) -> str:
    """The report for a program: exact integers, one line for each layer."""
    return document(report(analysis))


def schema_of(command: str) -> dict[str, Any]:
    """The JSON Schema (2020-12) of what a command prints as JSON: ``schema.json`` in its folder.

    >>> schema_of("report")["title"]
    'a report of cnnshape'
    """
    from importlib.resources import files

    text = files(f"cnnshape.commands.{command}").joinpath("schema.json").read_text(encoding="utf-8")
    found: dict[str, Any] = json.loads(text)
    return found
