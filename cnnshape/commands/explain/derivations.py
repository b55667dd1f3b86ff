"""The figures of one layer as formulas: what the analysis says of a layer, said of its letters."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from typing_extensions import override

from cnnshape.analysis.flop_conventions import CONVENTIONS, ByKind, Convention, Tool
from cnnshape.analysis.layer import LayerRecord
from cnnshape.analysis.memory import owns_storage
from cnnshape.analysis.metrics import METRICS, Metric
from cnnshape.analysis.result import Analysis
from cnnshape.commands.explain.letters import Letter, Opened, axis_names, opened
from cnnshape.commands.explain.records import Condition, Derivation, Line, Part
from cnnshape.core.dims import prod
from cnnshape.layers.base import Need
from cnnshape.layers.facts import unchecked
from cnnshape.layers.plugins import heard
from cnnshape.symbolic import Claim, Term
from cnnshape.symbolic.evaluation import order, value

ITEM: Final = "b"
"""The letter of the bytes of an element."""

_ACTIVATION: Final = ("activation_elements", "activation_bytes", "conv_activations")
_HELD: Final = ("params", "trainable_params", "weight_bytes", "buffers", "buffer_bytes")

_SAYS: Final = {
    "output": "the batch comes first",
    "params": "elements of the weights, as torch names them; shared ones count once",
    "macs": "multiply-accumulates; taps in the padding count, the bias is an add",
    "activation_bytes": "outputs that own storage; b bytes for an element, 8 for an index",
    "weight_bytes": "b bytes for each parameter",
    "buffer_bytes": "b bytes for each element, 8 for a counter",
}
"""What is counted, where the metric itself says less."""


@dataclass(frozen=True)
class OpenLayer:
    """A layer of a net beside itself with letters for its numbers."""

    record: LayerRecord
    open: LayerRecord
    opened: Opened
    item: Letter
    needs: tuple[Claim, ...]
    """What the layer needs, as far as it hangs on the letters."""

    @property
    def point(self) -> dict[str, int]:
        """The values of the letters."""
        return self.opened.point | {self.item.name: self.item.value}

    @property
    def whole(self) -> frozenset[Term]:
        """The quotients that leave no rest because the layer needs it."""
        found = set()
        for node in order(self.needs):
            if node.kind == "mod" and isinstance(node, Term):
                a, b = node.args
                if any(claim.kind == "zero" and claim.args[0] is node for claim in self.needs):
                    found.add(a // b)
        return frozenset(term for term in found if isinstance(term, Term))

    @property
    def lines(self) -> tuple[Line, ...]:
        """The axes that come out, as far as they have to be worked out."""
        facts = self.open.node.facts
        names = axis_names(self.record.node.facts.layer, len(facts.output))
        found: dict[Term, Line] = {}
        for name, term, size in zip(names, facts.output, self.record.output, strict=True):
            if isinstance(term, Term) and term.kind != "variable":
                found.setdefault(term, Line(f"{name}'", term, size))
        return tuple(found.values())

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """What holds at these values: the needs, then what was decided on the way to a formula."""
        needs = [Condition(claim, True) for claim in dict.fromkeys(self.needs)]
        asked = [Condition(claim if self._holds(claim) else claim.negated(), False) for claim in self.opened.asked]
        return (*needs, *dict.fromkeys(each for each in asked if each.claim not in self.needs))

    def _holds(self, claim: Claim) -> bool:
        return bool(value(claim, self.point))


@dataclass(frozen=True, repr=False)
class _Lettered(Analysis):
    """A net of which the bytes of an element are a letter."""

    letter: Any = None

    @property
    @override
    def item(self) -> Any:
        return self.letter


def open_layer(analysis: Analysis, record: LayerRecord) -> OpenLayer:
    """A layer of a net, with letters for its numbers."""
    facts = record.node.facts
    found = opened(facts.layer, facts.inputs)
    needs: list[Need] = list(heard(found.layer).needs(*found.inputs))
    claims = tuple(need.ok for need in needs if isinstance(need.ok, Claim))
    found.asked.clear()
    name = ITEM if ITEM not in found.point else "bytes"
    item = Letter(name, analysis.item, found.space.variable(name, 1, 64), ())
    node = record.node._replace(facts=unchecked(found.layer, found.inputs))
    open_record = LayerRecord(_Lettered(analysis.graph, analysis.setup, item.term), record.value, node)
    return OpenLayer(record, open_record, found, item, claims)


def derivation(layer: OpenLayer, metric: Metric) -> Derivation:
    """How a figure of a layer comes about; the metric is ``output`` or one that adds up over layers."""
    if metric.key == "output":
        term: Any = layer.open.output
        found: Any = layer.record.output
        used = layer.lines
    else:
        assert metric.layer is not None
        term, found = metric.layer(layer.open), metric.layer(layer.record)
        used = tuple(line for line in layer.lines if isinstance(term, Term) and _rests_on(term, line.term))
    parts = tuple(_parts(layer, metric)) if metric.key != "output" else ()
    used += tuple(line for line in layer.lines if line not in used and any(_rests_on(p.term, line.term) for p in parts))
    header, says = metric.header, _SAYS.get(metric.key, metric.says)
    if metric.key == "flops":
        header = f"FLOPs ({layer.record.analysis.convention.name})"
        says = f"convention {layer.record.analysis.convention.name}: {layer.record.analysis.convention.says}"
    reason = _reason(layer.record, metric) if found == 0 else ""
    return Derivation(metric.key, header, metric.word, term, found, used, parts, reason, says)


def _rests_on(term: Any, part: Term) -> bool:
    """Whether a part is in a term, as it is or as a part of a sum."""
    if not isinstance(term, Term):
        return False
    below = set(order([term]))
    return part in below or (part.kind == "sum" and all(each in below for each, _ in part.parts))


def _parts(layer: OpenLayer, metric: Metric) -> Iterator[Part]:
    """What a figure is the sum of, by name, where it is one of several amounts."""
    key = metric.key
    if key in ("params", "trainable_params") and layer.record.params:
        plain, shapes = layer.record.weights, layer.open.weights
        if plain.keys() == shapes.keys():  # torch packs the projections of attention where sizes are equal
            yield from (Part(name, prod(shape), prod(plain[name]), shape=shape) for name, shape in shapes.items())
    elif key == "flops" or key.startswith("flops."):
        name = key.partition(".")[2]
        yield from _flops(layer, CONVENTIONS[name] if name else layer.record.analysis.convention)


def _flops(layer: OpenLayer, convention: Convention) -> Iterator[Part]:
    """The MACs and what a convention adds to them; nothing where it adds nothing."""
    if not layer.record.node.live:
        return
    facts, plain = layer.open.node.facts, layer.record.node.facts
    found = [Part("MACs", facts.ops.mac, plain.ops.mac)]
    for one, other in zip(convention.terms(facts), convention.terms(plain), strict=True):
        note = {"error": f"{convention.name} errs here", "raises": f"{convention.name} gives no figure"}
        if other.amount or one.kind == "raises":
            found.append(Part(one.name, one.amount, other.amount, note.get(one.kind, "")))
    if len(found) > 1 and not (isinstance(convention, ByKind) and len(found) == 2 and found[0].value):
        yield from (part for part in found if part.value or part.note)


def _reason(record: LayerRecord, metric: Metric) -> str:
    """Why a layer has nothing of a figure."""
    node, key = record.node, metric.key
    facts = node.facts
    if key in _HELD:
        if node.owner is not None and (facts.params or facts.buffer_elements):
            owner = record.analysis.graph.paths[node.owner]
            return f"it uses the weights of `{owner}`, which count there"
        if key == "trainable_params" and facts.params:
            return "the spec says `trainable: false`"
        what = "buffers" if key.startswith("buffer") else "parameters"
        return f"{node.op} has no {what}" if not _has(facts.weights if what == "parameters" else facts.buffers) else ""
    if not node.live:
        return "it reaches no output, so that only its parameters and buffers count"
    if key in _ACTIVATION:
        if key == "conv_activations" and not facts.layer.weighted:
            return f"{node.op} is no convolution and no linear layer"
        if not owns_storage(node):
            return (
                f"{node.op} keeps order and number of elements: its output shares the storage of what it reads"
                if facts.layer.view
                else "a learned tensor is a parameter, not an activation"
            )
    if key == "flops" or key.startswith("flops."):
        name = key.partition(".")[2] or record.analysis.convention.name
        counts = isinstance(CONVENTIONS.get(name), Tool) or name == "torch"
        return f"{name} counts nothing for it" if counts else f"{node.op} works out nothing"
    return f"{node.op} has no {metric.header}"


def _has(shapes: dict[str, Any]) -> bool:
    return any(prod(shape) for shape in shapes.values())


LAYERS_OWN: Final = tuple(key for key, metric in METRICS.items() if metric.layer is not None)
"""The metrics that a layer has a value of and that are a number."""
