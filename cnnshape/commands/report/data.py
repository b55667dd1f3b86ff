"""The report as data: everything, exactly; `layout.py` says what is where."""

from typing import TYPE_CHECKING

from cnnshape.analysis.findings import Finding
from cnnshape.analysis.layer import LayerRecord
from cnnshape.analysis.result import Analysis
from cnnshape.commands.report.rows import owner
from cnnshape.render.formats import SCHEMA
from cnnshape.render.receptive_fields import plain, plain_local

if TYPE_CHECKING:
    from cnnshape.commands.report import layout


def _peak(analysis: Analysis) -> "layout.PeakMemory":
    peak = analysis.peak_memory
    tensors: list[layout.Tensor] = [{"path": tensor.path, "bytes": tensor.bytes} for tensor in peak.tensors]
    return {"rule": analysis.memory, "step": peak.step, "tensors": tensors}


def _totals(analysis: Analysis) -> "layout.Totals":
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


def _layer(record: LayerRecord) -> "layout.Layer":
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


def _finding(finding: Finding) -> "layout.Finding":
    problem = finding.problem
    line = problem.mark.line if problem.mark else None
    return {"id": finding.id, "path": problem.path, "text": problem.text, "line": line}


def data(analysis: Analysis) -> "layout.Printed":
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
        "findings": [_finding(finding) for finding in analysis.findings],
    }
