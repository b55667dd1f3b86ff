"""What a report says of the whole net, above and below its table, with exact numbers."""

from typing import TYPE_CHECKING, NamedTuple

from cnnshape.analysis.result import Analysis
from cnnshape.render.names import quoted
from cnnshape.render.receptive_fields import are_uneven, seen
from cnnshape.render.shapes import shape
from cnnshape.render.units import layers, size

if TYPE_CHECKING:
    from cnnshape.analysis.receptive.fields import Field

_NAMED = 4  # of the tensors at the peak
_AVERAGE = ", `~jump` is an average of steps that differ"


class Fact(NamedTuple):
    """One line about the whole net."""

    label: str
    text: str


def title(analysis: Analysis) -> str:
    """What the net is called."""
    return analysis.name or analysis.graph.file or "network"


def setting(analysis: Analysis) -> str:
    """How large the net is, what goes in, and at which batch size and dtype.

    ``2 layers, input (1, 1, 28, 28), batch 1, float32``
    """
    return ", ".join([layers(len(analysis.layers)), inputs(analysis), f"batch {analysis.graph.batch}", analysis.dtype])


def inputs(analysis: Analysis) -> str:
    """What goes in: ``input (1, 1, 28, 28)``."""
    return ", ".join([f"{name} {shape(axes)}" for name, axes in analysis.graph.inputs.items()])


def _exact(n: int) -> str:
    """Bytes exactly, and rounded where that is shorter."""
    return ", ".join(dict.fromkeys((size(n, "exact"), size(n))))


def _parameters(analysis: Analysis) -> str:
    total = analysis.total
    params, trainable, buffers = total.params, total.trainable_params, total.buffers
    text = f"{params:,} ({_exact(params * analysis.item)})"
    if trainable != params:
        text += f"; trainable {trainable:,}"
    if buffers:
        text += f"; buffers {buffers:,} ({_exact(total.buffer_bytes)})"
    return text


def _activations(analysis: Analysis) -> str:
    total = analysis.total
    text = f"{total.activation_elements:,} ({_exact(total.activation_bytes)})"
    return f"{text}; of convolutions and linear layers {total.conv_activations:,}"


def _peak(analysis: Analysis) -> str:
    peak = analysis.peak_memory
    tensors = [f"{quoted(tensor.path)} {size(tensor.bytes)}" for tensor in peak.tensors[:_NAMED]]
    if len(peak.tensors) > _NAMED:
        rest = sum(tensor.bytes for tensor in peak.tensors[_NAMED:])
        tensors.append(f"{len(peak.tensors) - _NAMED} more {size(rest)}")
    return f"{peak.bytes:,} B ({size(peak.bytes)}) at {quoted(peak.step)}, rule {analysis.memory}: {', '.join(tensors)}"


def _reasons(fields: "dict[str, tuple[Field, ...]]") -> str:
    """What made a field global, and what made paths drift apart."""
    reasons: dict[str, None] = {}
    for field in (field for axes in fields.values() for field in axes):
        if field.via:
            reasons[f"; global via {quoted(field.via)}"] = None
        if field.meet:
            jumps = " and ".join(map(str, field.jumps))
            reasons[f"; jumps of {jumps} meet at {quoted(field.meet)}"] = None
    return "".join(reasons)


def facts(analysis: Analysis) -> list[Fact]:
    """The totals, one fact a line."""
    convention = analysis.convention
    depth = analysis.depth
    found = [
        Fact("parameters", _parameters(analysis)),
        Fact("MACs", f"{analysis.total.macs:,}"),
        Fact("FLOPs", f"{analysis.total.flops:,}, convention {convention.name}: {convention.says}"),
        Fact("activations", _activations(analysis)),
        Fact("peak memory", _peak(analysis)),
        Fact("depth", f"{depth:,}, the most convolutions and linear layers on one path"),
    ]
    for value in analysis.graph.outputs:
        field = seen(analysis.fields[value], named=len(analysis.graph.inputs) > 1)
        if field:
            average = _AVERAGE if are_uneven(analysis.fields[value]) else ""
            legend = f"(RF is `size /jump @start`{average}{_sign(field)})"
            text = f"{quoted(field)}, of {quoted(analysis.graph.paths[value])} {legend}"
            found.append(Fact("receptive field", text + _reasons(analysis.fields[value])))
    return found


def _sign(field: str) -> str:
    """What the sign of a bound means, where a field has it."""
    return ", at most where it has `<=`" if "<=" in field else ""
