"""Shapes, parameters, MACs, memory and receptive fields of convolutional networks, without running them.

>>> layers = {"flatten": "Flatten", "fc": {"op": "Linear", "out_features": 10}}
>>> analysis = analyze({"cnnshape": 1, "input": [1, 28, 28], "layers": layers})
>>> analysis["fc"].output, analysis.total.params, analysis.total.macs
((1, 10), 7850, 7840)

The public names are imported when they are asked for, so that the command line starts before any of them is read.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from cnnshape.core.version import VERSION

if TYPE_CHECKING:
    from cnnshape.analysis import analyze as analyze
    from cnnshape.analysis.layer import LayerRecord as LayerRecord
    from cnnshape.analysis.result import Analysis as Analysis
    from cnnshape.analysis.setup import Setup as Setup
    from cnnshape.analysis.totals import Totals as Totals
    from cnnshape.commands.check import Outcome as Outcome
    from cnnshape.commands.check import Report as Report
    from cnnshape.commands.check import assert_within as assert_within
    from cnnshape.commands.check import check as check
    from cnnshape.commands.compare.comparison import ComparedNet as ComparedNet
    from cnnshape.commands.compare.comparison import Comparison as Comparison
    from cnnshape.commands.compare.comparison import compare as compare
    from cnnshape.commands.conv.conv import Way as Way
    from cnnshape.commands.conv.conv import Ways as Ways
    from cnnshape.commands.conv.conv import compare_conv as compare_conv
    from cnnshape.commands.conventions.conventions import Reason as Reason
    from cnnshape.commands.conventions.conventions import Saying as Saying
    from cnnshape.commands.conventions.conventions import compare_conventions as compare_conventions
    from cnnshape.commands.diff.difference import Diff as Diff
    from cnnshape.commands.diff.difference import diff as diff
    from cnnshape.commands.explain.explain import Explanation as Explanation
    from cnnshape.commands.explain.explain import NetExplanation as NetExplanation
    from cnnshape.commands.explain.explain import explain as explain
    from cnnshape.commands.explain.explain import explain_net as explain_net
    from cnnshape.commands.formula.formula import ClosedForm as ClosedForm
    from cnnshape.commands.formula.formula import formula as formula
    from cnnshape.commands.solve.layer import Choices as Choices
    from cnnshape.commands.solve.layer import solve_layer as solve_layer
    from cnnshape.commands.solve.solve import Solution as Solution
    from cnnshape.commands.solve.solve import solve as solve
    from cnnshape.commands.sweep.sweep import Sweep as Sweep
    from cnnshape.commands.sweep.sweep import sweep as sweep
    from cnnshape.core.errors import CnnshapeError as CnnshapeError
    from cnnshape.core.errors import ShapeError as ShapeError
    from cnnshape.core.errors import SpecError as SpecError
    from cnnshape.core.errors import UsageError as UsageError
    from cnnshape.graph.build import build as build
    from cnnshape.graph.graph import Graph as Graph
    from cnnshape.layers.registry import layer_types as layer_types
    from cnnshape.spec.document import Spec as Spec
    from cnnshape.spec.document import load as load

__version__ = VERSION

_HOME = {
    "analyze": "analysis",
    "LayerRecord": "analysis.layer",
    "Analysis": "analysis.result",
    "Setup": "analysis.setup",
    "Totals": "analysis.totals",
    "Outcome": "commands.check",
    "Report": "commands.check",
    "assert_within": "commands.check",
    "check": "commands.check",
    "ComparedNet": "commands.compare.comparison",
    "Comparison": "commands.compare.comparison",
    "compare": "commands.compare.comparison",
    "Way": "commands.conv.conv",
    "Ways": "commands.conv.conv",
    "compare_conv": "commands.conv.conv",
    "Reason": "commands.conventions.conventions",
    "Saying": "commands.conventions.conventions",
    "compare_conventions": "commands.conventions.conventions",
    "Diff": "commands.diff.difference",
    "diff": "commands.diff.difference",
    "Explanation": "commands.explain.explain",
    "NetExplanation": "commands.explain.explain",
    "explain": "commands.explain.explain",
    "explain_net": "commands.explain.explain",
    "ClosedForm": "commands.formula.formula",
    "formula": "commands.formula.formula",
    "Choices": "commands.solve.layer",
    "solve_layer": "commands.solve.layer",
    "Solution": "commands.solve.solve",
    "solve": "commands.solve.solve",
    "Sweep": "commands.sweep.sweep",
    "sweep": "commands.sweep.sweep",
    "CnnshapeError": "core.errors",
    "ShapeError": "core.errors",
    "SpecError": "core.errors",
    "UsageError": "core.errors",
    "build": "graph.build",
    "Graph": "graph.graph",
    "layer_types": "layers.registry",
    "Spec": "spec.document",
    "load": "spec.document",
}

__all__ = list(_HOME)


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'cnnshape' has no attribute '{name}'")
    try:
        value = globals()[name] = getattr(import_module(f"cnnshape.{_HOME[name]}"), name)
    except ModuleNotFoundError as error:
        from cnnshape.core.errors import MissingPackage

        raise MissingPackage.of(error) from None
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOME})
