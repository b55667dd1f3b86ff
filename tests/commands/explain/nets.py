"""Nets of one layer, made of the cases that the strategies draw."""

from cnnshape.analysis.result import Analysis
from cnnshape.commands.explain.explain import Explanation, explanation
from cnnshape.graph.graph import Graph, Node
from cnnshape.layers.facts import derive
from cnnshape.symbolic.evaluation import value
from tests.strategies.case import Case


def analysed(case: Case) -> Analysis:
    """The net that is one layer, ``x``."""
    inputs = {f"in{place}": shape for place, shape in enumerate(case.inputs)}
    node = Node("x", case.op, derive(case.layer(), case.inputs), tuple(range(len(inputs))))
    return Analysis(Graph("net", inputs, (node,), (len(inputs),)))


def explained(case: Case, *metrics: str) -> tuple[Analysis, Explanation]:
    net = analysed(case)
    return net, explanation(net, "x", metrics or None)


def worth(term: object, point: dict[str, int]) -> object:
    """What a formula comes to; a shape axis by axis."""
    return tuple(value(each, point) for each in term) if isinstance(term, tuple) else value(term, point)
