"""The figures of a net by name, for whatever puts nets side by side or holds them to a limit.

A metric that adds up over layers has a value for each of them, too; the others belong to a net as a whole.
"""

from collections.abc import Callable
from operator import attrgetter
from typing import Any, Final, Literal, NamedTuple

from cnnshape.analysis.flop_conventions import CONVENTIONS, Tool
from cnnshape.analysis.layer import LayerRecord
from cnnshape.analysis.receptive.locality import Local, local
from cnnshape.analysis.result import Analysis
from cnnshape.analysis.totals import Totals
from cnnshape.core.bounds import Bound
from cnnshape.core.errors import UsageError, unknown
from cnnshape.layers.base import KINDS

Unit = Literal["count", "bytes", "pixels", "shape", "flag"]
"""What a figure is counted in; a flag is true or false."""


class Metric(NamedTuple):
    """One figure: what it is called, what it counts, where its value comes from."""

    key: str
    header: str
    says: str
    unit: Unit
    word: str
    """What one of it is called behind a number, such as ``MACs``; bytes are ``B``."""
    net: Callable[[Analysis], Any]
    """Its value for a net; None where it has none."""
    layer: Callable[[LayerRecord | Totals], Any] | None = None
    """Its value for a layer, or for some layers together; absent for what belongs to the net as a whole."""
    output: Callable[[Analysis, str], Any] | None = None
    """Its value for one output of a net; absent for what no output has alone."""
    at: Callable[[LayerRecord], Any] | None = None
    """Its value at a layer, where it does not add up over layers; absent where a layer has none."""
    bound: "Bounds | None" = None
    """Whether its values are exact; absent where they always are."""

    @property
    def additive(self) -> bool:
        """Whether a value has a difference to another one."""
        return self.unit not in ("shape", "flag")


class Bounds(NamedTuple):
    """Of which side a figure is known only: of a net, of one output, at a layer."""

    net: Callable[[Analysis], Bound | None]
    output: Callable[[Analysis, str], Bound | None]
    at: Callable[[LayerRecord], Bound | None]


def _sum(key: str, header: str, says: str, word: str = "", unit: Unit = "count") -> Metric:
    def of(record: LayerRecord | Totals) -> Any:
        return getattr(record, key)

    return Metric(key, header, says, unit, word or header, lambda net: of(net.total), of)


def _flops(name: str) -> Metric:
    rule = CONVENTIONS[name]

    def of(record: LayerRecord | Totals) -> int:
        return record.count(rule)

    says = f"FLOPs under the convention {name}: {rule.says}"
    return Metric(f"flops.{name}", f"FLOPs ({name})", says, "count", "FLOPs", lambda net: of(net.total), of)


def _work(kind: str) -> Metric:
    def of(record: LayerRecord | Totals) -> int:
        found: int = getattr(record.ops, kind)
        return found

    says = f"operations of the kind `{kind}`"
    return Metric(f"{kind}s", f"{kind}s", says, "count", "ops", lambda net: of(net.total), of)


def _of_layer(record: LayerRecord) -> Local:
    return local([record.receptive_field])


def _seen(name: str, bound: str) -> dict[str, Any]:
    """Where a figure of what is seen locally comes from, and which bound it is."""
    of, side = attrgetter(name), attrgetter(bound)
    return {
        "net": lambda net: of(net.local_field),
        "output": lambda net, path: of(net.local_fields[path]),
        "at": lambda record: of(_of_layer(record)),
        "bound": Bounds(
            lambda net: side(net.local_field),
            lambda net, path: side(net.local_fields[path]),
            lambda record: side(_of_layer(record)),
        ),
    }


def _shapes(net: Analysis) -> tuple[tuple[int, ...], ...]:
    return tuple(net.outputs.values())


_ALL: Final = (
    Metric("layers", "layers", "layers", "count", "layers", lambda net: len(net)),
    Metric("depth", "depth", "most convolutions and linear layers on one path", "count", "layers",
           lambda net: net.depth, output=lambda net, path: net.depths[net.graph.numbers[path]]),
    _sum("params", "params", "parameters, shared ones once"),
    _sum("trainable_params", "trainable", "parameters that training changes", "params"),
    _sum("buffers", "buffers", "elements of buffers", "elements"),
    _sum("macs", "MACs", "multiply-accumulates"),
    _sum("flops", "FLOPs", "FLOPs under the convention of the analysis"),
    *map(_flops, CONVENTIONS),
    *(_work(kind) for kind in KINDS if kind != "mac"),
    _sum("activation_elements", "activations", "elements of the outputs that own storage", "elements"),
    _sum("conv_activations", "conv activations", "elements that convolutions and linear layers put out", "elements"),
    _sum("activation_bytes", "activation", "bytes of the outputs that own storage", "B", "bytes"),
    _sum("weight_bytes", "weights", "bytes of the parameters", "B", "bytes"),
    _sum("buffer_bytes", "buffer bytes", "bytes of the buffers", "B", "bytes"),
    Metric("peak_memory", "peak memory", "the largest live set of activations", "bytes", "B",
           lambda net: net.peak_bytes),
    Metric("receptive_field", "RF", "size of the receptive field of the last map", "pixels", "px",
           **_seen("size", "bound")),
    Metric("receptive_field_global", "RF global", "whether every position of a last map also sees a whole axis",
           "flag", "", **_seen("whole", "whole_bound")),
    Metric("output", "output", "shapes of the outputs, batch first", "shape", "", _shapes,
           output=lambda net, path: (net.outputs[path],), at=lambda record: (record.output,)),
)  # fmt: skip

METRICS: Final[dict[str, Metric]] = {metric.key: metric for metric in _ALL}
"""Every metric by its key."""

_TOOLS: Final = {f"flops.{name}" for name, rule in CONVENTIONS.items() if isinstance(rule, Tool)}

OURS: Final = tuple([key for key in METRICS if key not in _TOOLS])
"""The keys but for those of the conventions of other tools: what is said where nobody asks for some."""


def metric(word: str) -> Metric:
    """The metric of this key; raises `UsageError` where there is none.

    >>> metric("macs").header, metric("peak_memory").unit
    ('MACs', 'bytes')
    """
    if word not in METRICS:
        far = f"metrics: {', '.join(METRICS)}"
        raise UsageError(unknown(f"there is no metric `{word}`", word, METRICS, far=far))
    return METRICS[word]
