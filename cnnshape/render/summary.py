"""What a report says of the whole net, above and below its table, with exact numbers."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from cnnshape.analysis.result import Analysis
from cnnshape.core.errors import Problem
from cnnshape.graph.graph import Node
from cnnshape.render.columns import shape
from cnnshape.render.names import printable, quoted
from cnnshape.render.receptive_fields import are_uneven, seen
from cnnshape.render.units import layers, size

if TYPE_CHECKING:
    from cnnshape.analysis.receptive.fields import Field, Merge

_NAMED = 4  # of the tensors at the peak
_AVERAGE = ", `~jump` is an average of steps that differ"


class Fact(NamedTuple):
    """One line about the whole net."""

    label: str
    text: str


def title(analysis: Analysis) -> str:
    """What the net is called."""
    return printable(analysis.name or analysis.graph.file or "network")


def setting(analysis: Analysis) -> str:
    """How large the net is, what goes in, and at which batch size and dtype.

    ``2 layers, input (1, 1, 28, 28), batch 1, float32``
    """
    inputs = [f"{printable(name)} {shape(axes)}" for name, axes in analysis.graph.inputs.items()]
    return ", ".join([layers(len(analysis.layers)), *inputs, f"batch {analysis.graph.batch}", analysis.dtype])


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


class Finding(NamedTuple):
    """Something that a reader should look at."""

    kind: str
    """``misaligned``, ``batch``, ``unused`` or ``note``."""
    problem: Problem

    @property
    def text(self) -> str:
        """One line."""
        subject = f"{quoted(self.problem.path)}: " if self.problem.path else ""
        advice = f"; {printable(self.problem.hint)}" if self.problem.hint else ""
        return f"{subject}{printable(self.problem.text)}{advice}"


def _misaligned(analysis: Analysis) -> "list[tuple[Merge, Problem]]":
    """One problem for each merge; axes and inputs that are off by the same are said once."""
    graph = analysis.graph
    found: dict[tuple[Any, ...], list[Merge]] = {}
    for merge in analysis.misaligned:
        found.setdefault((merge.path, merge.kind, merge.offset), []).append(merge)
    problems = []
    for (path, *_), merges in found.items():
        text = merges[0].sentence
        if len({merge.axis for merge in merges}) > 1:
            text += ", on the other axes alike"
        if len(graph.inputs) > 1:
            names = dict.fromkeys(quoted(merge.input) for merge in merges)
            text += f" (of {' and '.join(names)})"
        problems.append((merges[0], Problem(text, path, graph.file, graph.mark(analysis[path].node))))
    return problems


def findings(analysis: Analysis) -> list[Finding]:
    """Misaligned merges, mixed samples, layers that reach no output, and what the spec says for nothing."""
    graph = analysis.graph
    found = [Finding("misaligned", problem) for _, problem in _misaligned(analysis)]
    found += [Finding("batch", problem) for problem in analysis.mixed_batches]
    dead: dict[str, list[Node]] = {}
    for node in graph.nodes:
        if not node.live:
            dead.setdefault(node.top, []).append(node)
    for top, nodes in dead.items():
        one = len(nodes) == 1
        subject = "the layer reaches no output; its" if one else f"{len(nodes)} layers reach no output; their"
        text = f"{subject} parameters count, {'its' if one else 'their'} work and memory do not"
        first = nodes[0]
        source, at = first.used_at[-1] if first.used_at else (first.source, first.at)
        mark = source.mark(at, key=True)
        found.append(Finding("unused", Problem(text, first.path if one else top, graph.file, mark)))
    return [*found, *(Finding("note", problem) for problem in graph.notes)]


def brief(analysis: Analysis) -> list[Finding]:
    """The findings for people: of misaligned merges one of each kind, the largest, with their number."""
    others = [finding for finding in findings(analysis) if finding.kind != "misaligned"]
    return [*_largest(analysis), *others]


def _largest(analysis: Analysis) -> Iterator[Finding]:
    """The merge that is off the most, of those that drift and of those that are offset."""
    found = _misaligned(analysis)
    for kind, what in (("jump", "drifts"), ("centre", "offsets")):
        merges = [(abs(merge.offset), -place) for place, (merge, _) in enumerate(found) if merge.kind == kind]
        if merges:
            problem = found[-max(merges)[1]][1]
            more = f"; the largest of {len(merges):,} {what}, `--format json` lists all" if len(merges) > 1 else ""
            yield Finding("misaligned", problem._replace(text=problem.text + more))
