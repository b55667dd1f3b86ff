"""Our side: what is timed, and from where.  Nothing that an earlier call found is used again.

What stays between calls is what an import leaves: classes and their compiled checks.
"""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Final

from measure import Count

from cnnshape import Analysis, Graph, Spec, analyze, build, load
from cnnshape.graph.graph import Node
from cnnshape.layers.facts import memoised


def totals(analysis: Analysis) -> Count:
    """The totals that all contestants are asked for."""
    return Count(analysis.total.macs, analysis.total.params)


def anew(graph: Graph) -> Graph:
    """The same layers, with shapes, weights and operations derived again as if nothing were known."""
    derive = memoised()
    shapes = list(graph.inputs.values())
    nodes = []
    for node in graph.nodes:
        facts = derive(node.facts.layer, tuple([shapes[source] for source in node.sources]))
        shapes.append(facts.output)
        nodes.append(Node(node.path, node.op, facts, *node[3:]))
    return replace(graph, nodes=tuple(nodes))


def from_graph(graph: Graph) -> Count:
    """Layers are known, nothing of their shapes is."""
    return totals(analyze(anew(graph)))


def from_spec(spec: Spec, variant: str | None = None) -> Count:
    """The text is read and its top level checked."""
    return totals(analyze(build(spec, variant=variant)))


def from_file(path: Path) -> Count:
    """As a user calls it."""
    return totals(analyze(path))


def all_figures(path: Path) -> Count:
    """What a report says: besides the totals receptive fields, how they meet, peak memory and depth."""
    analysis = analyze(path)
    for _ in (analysis.fields, analysis.misaligned, analysis.peak_memory, analysis.depth):
        pass
    return totals(analysis)


GRAPH: Final = "cnnshape, from a graph"
FILE: Final = "cnnshape, from YAML"


def contestants(path: Path) -> dict[str, Callable[[], Count]]:
    """Our entries for one spec; the first starts where the peers do, with a net that is built."""
    spec = load(path)
    graph = build(spec)
    return {
        GRAPH: lambda: from_graph(graph),
        "cnnshape, from the spec's data": lambda: from_spec(spec),
        FILE: lambda: from_file(path),
        "cnnshape, from YAML, all figures": lambda: all_figures(path),
    }
