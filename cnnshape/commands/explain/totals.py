"""What a figure of a whole net is made of: the layers that make up a sum, the tensors of the peak, the longest path."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from typing_extensions import override

from cnnshape.analysis.metrics import Metric, Unit
from cnnshape.analysis.metrics import metric as known
from cnnshape.analysis.result import Analysis
from cnnshape.core.bounds import Bound
from cnnshape.core.display import Displayed

USUAL: Final = ("params", "macs", "flops", "peak_memory")
"""Those that are explained where none is asked for."""


class Amount(NamedTuple):
    """What one layer or tensor adds."""

    path: str
    value: Any
    bound: Bound | None = None


@dataclass(frozen=True, slots=True)
class Total:
    """One figure of a net and what it is made of."""

    metric: str
    header: str
    word: str
    unit: Unit
    value: Any
    parts: tuple[Amount, ...]
    """What adds up to it, the largest first; of a path, the layers on it in order."""
    says: str
    how: str
    """How the value follows from the parts."""
    bound: Bound | None = None
    """Whether the value is exact."""


@dataclass(frozen=True, slots=True, repr=False)
class NetExplanation(Displayed):
    """What the figures of a net are made of."""

    net: str
    batch: int
    dtype: str
    totals: tuple[Total, ...]

    @override
    def __repr__(self) -> str:
        return f"NetExplanation({self.net}, {', '.join(f'{each.metric}={each.value}' for each in self.totals)})"


def net_explanation(net: Analysis, metrics: Sequence[str] | None = None) -> NetExplanation:
    """What the figures of an analysed net are made of; raises `UsageError` for a metric that there is not."""
    keys = dict.fromkeys(USUAL if metrics is None else metrics)
    return NetExplanation(net.name, net.graph.batch, net.dtype, tuple([_total(net, known(key)) for key in keys]))


def _total(net: Analysis, metric: Metric) -> Total:
    parts, how = _parts(net, metric)
    says = metric.says
    if metric.key == "flops":
        says = f"convention {net.convention.name}: {net.convention.says}"
    value = len(net) if metric.key == "layers" else metric.net(net)
    bound = metric.bound and metric.bound.net(net)
    return Total(metric.key, metric.header, metric.word, metric.unit, value, parts, says, how, bound)


def _parts(net: Analysis, metric: Metric) -> tuple[tuple[Amount, ...], str]:
    if metric.layer is not None:
        values = [Amount(record.path, metric.layer(record)) for record in net]
        found = sorted((each for each in values if each.value), key=lambda each: -each.value)
        return tuple(found), f"the sum over {len(found):,} of {len(net):,} layers"
    if metric.key == "peak_memory":
        peak = net.peak_memory
        tensors = tuple(Amount(tensor.path, tensor.bytes) for tensor in peak.tensors)
        return tensors, f"at `{peak.step}` these must exist together, rule {net.memory}"
    if metric.key == "depth":
        return tuple(_deepest(net)), "the weighted layers on the longest path to an output, in order"
    if metric.key == "output":
        return tuple(Amount(path, shape) for path, shape in net.outputs.items()), "the outputs of the net"
    if metric.at is not None and metric.bound is not None:
        return _maps(net, metric), "at the last maps of the outputs; `cnnshape explain SPEC LAYER` explains each"
    counts = [Amount(op, of.layers) for op, of in net.by_op().items()]
    return tuple(sorted(counts, key=lambda each: -each.value)), "by op"


def _maps(net: Analysis, metric: Metric) -> tuple[Amount, ...]:
    """What is seen at the last map of each output, the most first."""
    of, bounds = metric.at, metric.bound
    assert of
    assert bounds
    records = {record.value: record for maps in net.last_maps.values() for record in maps}
    found = [Amount(records[value].path, of(records[value]), bounds.at(records[value])) for value in sorted(records)]
    return tuple(sorted(found, key=lambda each: -(each.value or 0)))


def _deepest(net: Analysis) -> list[Amount]:
    """The layers on the longest path, as `Analysis.depth` counts them; of equal ones the first in the file."""
    first = len(net.graph.inputs)
    deepest: list[int] = [0] * first
    before: list[int | None] = [None] * first
    for node in net.graph.nodes:
        below = max(node.sources, key=lambda source: (deepest[source], -source), default=None)
        deepest.append((deepest[below] if below is not None else 0) + node.facts.layer.weighted)
        before.append(below)
    at: int | None = max(net.graph.outputs, key=lambda value: (deepest[value], -value))
    path = []
    while at is not None and (node_at := net.graph.node(at)):
        if node_at.facts.layer.weighted:
            path.append(Amount(node_at.path, 1))
        at = before[at]
    return path[::-1]
