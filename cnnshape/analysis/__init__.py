"""Passes over a graph with shapes: what the whole net costs, keeps in memory and sees."""

from dataclasses import replace

from typing_extensions import Unpack

from cnnshape.analysis.result import Analysis
from cnnshape.analysis.setup import PLAIN, Setup, SetupOptions, Source
from cnnshape.core.errors import Problem, ShapeError, UsageError
from cnnshape.graph.graph import Graph
from cnnshape.spec.document import load


def analyze(source: Source | Graph | Analysis, **options: Unpack[SetupOptions]) -> Analysis:
    """What a network is and costs: of a spec file, a spec, a mapping that says the same, or a graph.

    The options are the fields of a `Setup`, or ``setup``, a whole one: ``variant`` names one of the spec's, ``batch``
    is the number of samples, ``settings`` and ``inputs`` give variables and input sizes other values; ``dtype`` is the
    type of every element, ``flops`` names the convention of FLOPs, ``memory`` the rule of the peak.  An analysis is
    given back as it is.

    Raises `SpecError` and `ShapeError` with everything that is wrong with the spec, `UsageError` for an unknown
    variable, input, dtype, convention or rule, and for a batch or settings beside a graph, which has its own.

    >>> layers = {"conv": {"op": "Conv2d", "out_channels": 4, "kernel_size": 3}}
    >>> analyze({"cnnshape": 1, "input": [3, 8, 8], "layers": layers}, batch=2).total.macs
    7776
    """
    setup = Setup.of(**options)
    if isinstance(source, Analysis):
        if setup.stated:
            text = f"`{source.name}` is an analysis, which has its batch, dtype, settings and inputs already"
            raise UsageError(Problem(text, hint="give the spec, or analyse each net as it shall be"))
        return source
    if isinstance(source, Graph):
        if setup.batch not in (1, source.batch) or setup.net != {**PLAIN.net, "batch": setup.batch}:
            text = "a graph has its batch, settings, inputs and layers already"
            raise UsageError(Problem(text, hint="give them to `build`, or analyse the spec"))
        return Analysis(source, replace(setup, batch=source.batch))
    spec = load(source)
    setup = setup.on(spec)
    try:
        graph = setup.build(spec)
    except ShapeError as error:
        from cnnshape.analysis.legal_sizes import with_sizes

        raise with_sizes(error, spec, setup) from None
    return Analysis(graph, setup)
