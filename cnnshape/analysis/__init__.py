"""Passes over a graph with shapes: what the whole net costs, keeps in memory and sees."""

import os
from collections.abc import Mapping
from typing import Any

from cnnshape.analysis.flop_conventions import convention
from cnnshape.analysis.memory import Rule, itemsize, rule
from cnnshape.analysis.result import Analysis
from cnnshape.core.errors import Problem, ShapeError, UsageError
from cnnshape.graph.build import build
from cnnshape.graph.graph import Graph
from cnnshape.layers.registry import Registry
from cnnshape.spec.document import Spec
from cnnshape.spec.variables import AS_STATED, Inputs, Settings


def analyze(
    source: "str | os.PathLike[str] | Mapping[str, Any] | Spec | Graph",
    *,
    batch: int = 1,
    dtype: str = "float32",
    flops: str = "torch",
    memory: Rule = "separate",
    variant: str | None = None,
    settings: Settings = AS_STATED,
    inputs: Inputs = AS_STATED,
    registry: Registry | None = None,
) -> Analysis:
    """What a network is and costs: of a spec file, a spec, a mapping that says the same, or a graph.

    ``variant`` names one of the spec's, ``settings`` and ``inputs`` give variables and input sizes other values;
    ``flops`` names the convention of FLOPs, ``memory`` the rule of the peak.

    Raises `SpecError` and `ShapeError` with everything that is wrong with the spec, `UsageError` for a variable,
    input, dtype, convention or rule that there is not, and for a batch or settings beside a graph, which has them.

    >>> layers = {"conv": {"op": "Conv2d", "out_channels": 4, "kernel_size": 3}}
    >>> analyze({"cnnshape": 1, "input": [3, 8, 8], "layers": layers}, batch=2).total.macs
    7776
    """
    chosen, how, item = convention(flops), rule(memory), itemsize(dtype)
    if isinstance(source, Graph):
        if batch not in (1, source.batch) or variant is not None or settings or inputs or registry is not None:
            text = "a graph has its batch, settings, inputs and layers already"
            raise UsageError(Problem(text, hint="give them to `build`, or analyse the spec"))
        return Analysis(source, dtype, item, chosen, how)
    given: dict[str, Any] = {"batch": batch, "variant": variant, "settings": settings, "inputs": inputs}
    try:
        graph = build(source, registry=registry, **given)
    except ShapeError as error:
        from cnnshape.analysis.legal_sizes import with_sizes

        raise with_sizes(error, source, registry=registry, **given) from None
    return Analysis(graph, dtype, item, chosen, how)
