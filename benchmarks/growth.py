"""How time and memory grow with the number of layers."""

import tracemalloc
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from measure import Times, busy, interleaved, same, settle, visit

from cnnshape import Graph, Spec, analyze, build, load

CONV: Final = {"op": "Conv2d", "out_channels": 8, "kernel_size": 3, "padding": 1}


def chain(layers: int) -> Spec:
    """Convolution, batch norm, ReLU, and again."""
    entries = (CONV, "BatchNorm2d", "ReLU")
    return _spec({f"layer{place}": entries[place % 3] for place in range(layers)})


def skips(layers: int) -> Spec:
    """Convolution, batch norm, the sum with what the convolution read, ReLU, and again."""
    found: dict[str, Any] = {}
    read = "input"
    for place in range(layers):
        name = f"layer{place}"
        add = {"op": "Add", "from": [f"layer{place - 1}", read]}
        found[name] = (CONV, "BatchNorm2d", add, "ReLU")[place % 4]
        read = name if place % 4 == 3 else read
    return _spec(found)


def _spec(layers: dict[str, Any]) -> Spec:
    return load({"cnnshape": 1, "input": [8, 16, 16], "layers": layers})


KINDS: Final[dict[str, Callable[[int], Spec]]] = {"chain": chain, "chain with sums": skips}


@dataclass(frozen=True)
class Growth:
    """A chain of one length."""

    kind: str
    layers: int
    analysis: Times
    """From the spec's data to totals and peak memory; seconds of the processor."""
    fields: Times
    """Receptive fields of all layers, from a graph."""
    memory: int
    """The most memory of both together that Python had to allocate, in bytes, the spec's data not counted."""


def analyse(spec: Spec) -> Graph:
    """Graph and analysis: shapes, parameters, operations, totals, peak memory."""
    graph = build(spec)
    analysis = analyze(graph)
    total = analysis.total
    for _ in (total.macs, total.params, total.activation_bytes, analysis.peak_memory):
        pass
    return graph


def see(graph: Graph) -> object:
    """Receptive fields."""
    return analyze(graph).fields


def _memory(spec: Spec) -> int:
    tracemalloc.start()
    see(analyse(spec))
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return most


def growth(sizes: Sequence[int], rounds: int) -> list[Growth]:
    """All kinds and sizes in turn; memory afterwards, for keeping account of it takes time."""
    specs = {(kind, size): make(size) for kind, make in KINDS.items() for size in sizes}
    graphs = {key: build(spec) for key, spec in specs.items()}
    visits: dict[tuple[str, int, str], Callable[[], list[float]]] = {}
    for (kind, size), spec in specs.items():
        calls = max(1, 1000 // size)
        works: dict[str, Callable[[], object]] = {
            "analysis": partial(analyse, spec),
            "fields": partial(see, graphs[kind, size]),
        }
        for stage, work in works.items():
            visits[kind, size, stage] = partial(visit, same(work), calls, busy)
    settle()
    times = interleaved(visits, rounds)
    return [
        Growth(kind, size, times[kind, size, "analysis"], times[kind, size, "fields"], _memory(spec))
        for (kind, size), spec in specs.items()
    ]
