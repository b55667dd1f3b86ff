"""Shapes, parameters, MACs, memory and receptive fields of convolutional networks, without running them.

>>> layers = {"flatten": "Flatten", "fc": {"op": "Linear", "out_features": 10}}
>>> analysis = analyze({"cnnshape": 1, "input": [1, 28, 28], "layers": layers})
>>> analysis["fc"].output, analysis.total.params, analysis.total.macs
((1, 10), 7850, 7840)

The public names are imported when they are asked for, so that the command line starts before any of them is read.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cnnshape.analysis import analyze as analyze
    from cnnshape.analysis.layer_record import LayerRecord as LayerRecord
    from cnnshape.analysis.records import Analysis as Analysis
    from cnnshape.analysis.totals import Totals as Totals
    from cnnshape.budget import Outcome as Outcome
    from cnnshape.budget import Report as Report
    from cnnshape.budget import assert_within as assert_within
    from cnnshape.budget import check as check
    from cnnshape.builder import build as build
    from cnnshape.comparison import ComparedNet as ComparedNet
    from cnnshape.comparison import Comparison as Comparison
    from cnnshape.comparison import compare as compare
    from cnnshape.conventions import Reason as Reason
    from cnnshape.conventions import Saying as Saying
    from cnnshape.conventions import compare_conventions as compare_conventions
    from cnnshape.convs import Way as Way
    from cnnshape.convs import Ways as Ways
    from cnnshape.convs import compare_conv as compare_conv
    from cnnshape.diffs import Diff as Diff
    from cnnshape.diffs import diff as diff
    from cnnshape.errors import CnnshapeError as CnnshapeError
    from cnnshape.errors import ShapeError as ShapeError
    from cnnshape.errors import SpecError as SpecError
    from cnnshape.errors import UsageError as UsageError
    from cnnshape.explanations import Explanation as Explanation
    from cnnshape.explanations import NetExplanation as NetExplanation
    from cnnshape.explanations import explain as explain
    from cnnshape.explanations import explain_net as explain_net
    from cnnshape.forms import ClosedForm as ClosedForm
    from cnnshape.forms import formula as formula
    from cnnshape.graph import Graph as Graph
    from cnnshape.registry import layer_types as layer_types
    from cnnshape.solving import Solution as Solution
    from cnnshape.solving import solve as solve
    from cnnshape.solving.layer import Choices as Choices
    from cnnshape.solving.layer import solve_layer as solve_layer
    from cnnshape.spec import Spec as Spec
    from cnnshape.spec import load as load
    from cnnshape.sweeps import Sweep as Sweep
    from cnnshape.sweeps import sweep as sweep

__version__ = "0.1.0"

_HOME = {
    "analyze": "analysis",
    "LayerRecord": "analysis.layer_record",
    "Analysis": "analysis.records",
    "Totals": "analysis.totals",
    "Outcome": "budget",
    "Report": "budget",
    "assert_within": "budget",
    "check": "budget",
    "build": "builder",
    "ComparedNet": "comparison",
    "Comparison": "comparison",
    "compare": "comparison",
    "Reason": "conventions",
    "Saying": "conventions",
    "compare_conventions": "conventions",
    "Way": "convs",
    "Ways": "convs",
    "compare_conv": "convs",
    "Diff": "diffs",
    "diff": "diffs",
    "CnnshapeError": "errors",
    "ShapeError": "errors",
    "SpecError": "errors",
    "UsageError": "errors",
    "Explanation": "explanations",
    "NetExplanation": "explanations",
    "explain": "explanations",
    "explain_net": "explanations",
    "ClosedForm": "forms",
    "formula": "forms",
    "Graph": "graph",
    "layer_types": "registry",
    "Spec": "spec",
    "load": "spec",
    "Solution": "solving",
    "solve": "solving",
    "Choices": "solving.layer",
    "solve_layer": "solving.layer",
    "Sweep": "sweeps",
    "sweep": "sweeps",
}

__all__ = list(_HOME)


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'cnnshape' has no attribute '{name}'")
    try:
        value = globals()[name] = getattr(import_module(f"cnnshape.{_HOME[name]}"), name)
    except ModuleNotFoundError as error:
        from cnnshape.errors import MissingPackage

        raise MissingPackage.of(error) from None
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOME})
