"""The figures of the report: how cnnshape says each of a layer, and how torch shows it of a module."""

from collections.abc import Callable
from math import prod
from typing import Final

from seed_claims import Value
from seed_torch import HE_NORMAL, HE_UNIFORM, XAVIER_NORMAL, XAVIER_UNIFORM, Measured

from cnnshape import LayerRecord
from cnnshape.analysis.layer import Fans


def _fans(record: LayerRecord) -> Fans:
    assert record.fans is not None, f"{record.path} has no weight of two axes"
    return record.fans


def _seen(record: LayerRecord) -> Value:
    sizes = [field.size for field in record.receptive_field["input"]]
    return tuple([size for size in sizes if size is not None])


COMPUTED: Final[dict[str, Callable[[LayerRecord], Value]]] = {
    "output": lambda record: record.output,
    "values": lambda record: record.node.facts.elements,
    "indices": lambda record: record.node.facts.indices or (),
    "weight": lambda record: record.weights["weight"],
    "bias": lambda record: record.weights["bias"],
    "weights": lambda record: prod(record.weights["weight"]),
    "parameters": lambda record: record.params,
    "buffer elements": lambda record: record.buffers,
    "MACs": lambda record: record.macs,
    "receptive field": _seen,
    "fan-in": lambda record: _fans(record).fan_in,
    "fan-out": lambda record: _fans(record).fan_out,
    "Xavier std": lambda record: _fans(record).xavier_std,
    "Xavier bound": lambda record: _fans(record).xavier_bound,
    "He std": lambda record: _fans(record).he_std,
    "He bound": lambda record: _fans(record).he_bound,
}
"""By figure: what cnnshape says of a layer."""

MEASURED: Final[dict[str, Callable[[Measured], Value]]] = {
    "output": lambda part: part.output,
    "values": lambda part: prod(part.output),
    "indices": lambda part: part.indices,
    "weight": lambda part: tuple(part.tensor("weight").shape),
    "bias": lambda part: tuple(part.tensor("bias").shape),
    "weights": lambda part: part.tensor("weight").numel(),
    "parameters": lambda part: part.params,
    "buffer elements": lambda part: part.buffers,
    "MACs": lambda part: part.macs,
    "receptive field": lambda part: part.receptive_field(),
    "fan-in": lambda part: part.fans()[0],
    "fan-out": lambda part: part.fans()[1],
    "Xavier std": lambda part: part.drawn(XAVIER_NORMAL),
    "Xavier bound": lambda part: part.drawn(XAVIER_UNIFORM),
    "He std": lambda part: part.drawn(HE_NORMAL),
    "He bound": lambda part: part.drawn(HE_UNIFORM),
}
"""By figure: what torch shows of a module."""
