"""The comparison of a whole analysis with torch: what it finds, what it leaves out, and what it builds."""

import subprocess
import sys
from dataclasses import replace
from typing import Any

import pytest
import torch
from typing_extensions import override

import cnnshape
from cnnshape.analysis.receptive.window import Reads
from cnnshape.analysis.result import Analysis
from cnnshape.graph.graph import Graph
from cnnshape.interop.torch_build import module
from cnnshape.interop.torch_run import NO_ROOM
from cnnshape.interop.torch_verify import Mismatch, verify
from cnnshape.layers.base import Elementwise, Ops

CONV = {"op": "Conv2d", "out_channels": 4, "kernel_size": 3, "padding": 1}
LAYERS: dict[str, Any] = {
    "stem.0.conv": CONV,
    "stem.0.bn": "BatchNorm2d",
    "stem.0.relu": "ReLU",
    "again": {"shares": "stem.0.conv", "from": "twice"},
    "head": {"op": "Linear", "out_features": 2},
}


def net() -> Analysis:
    twice = {"op": "Slice", "dim": 1, "end": 3, "from": "stem.0.relu"}
    first, rest = list(LAYERS.items())[:3], list(LAYERS.items())[3:]
    return cnnshape.analyze(
        {"cnnshape": 1, "inputs": {"x": [3, 6, 5]}, "layers": dict([*first, ("twice", twice), *rest])}
    )


def with_facts(graph: Graph, path: str, **changed: Any) -> Graph:
    """The graph with other facts at one node."""
    nodes = [node._replace(facts=node.facts._replace(**changed)) if node.path == path else node for node in graph.nodes]
    return replace(graph, nodes=tuple(nodes))


def test_a_sound_net(device: str) -> None:
    found = verify(net(), device)
    assert found.ok
    assert (found.layers, found.torch) == (6, torch.__version__)
    assert [left.why for left in found.unchecked if device != "meta"] == []


def test_a_graph_will_do() -> None:
    assert verify(net().graph).ok


@pytest.mark.parametrize(
    ("changed", "mismatch"),
    [
        ({"output": (1, 4, 6, 4)}, Mismatch("stem.0.conv", "output", "(1, 4, 6, 4)", "(1, 4, 6, 5)")),
        ({"ops": Ops(mac=7)}, Mismatch("stem.0.conv", "MACs", "7", "3,240")),
        (
            {"weights": {"weight": (4, 3, 3, 3)}},
            Mismatch("stem.0.conv", "parameters", "weight (4, 3, 3, 3)", "weight (4, 3, 3, 3), bias (4,)"),
        ),
        ({"buffers": {"mean": (4,)}}, Mismatch("stem.0.conv", "buffers", "mean (4,)", "none")),
        ({"indices": (1, 4)}, Mismatch("stem.0.conv", "indices", "(1, 4)", "none")),
        ({"params": 1}, Mismatch("", "parameters", "21", "132")),
        ({"inputs": ((1, 2, 6, 5),)}, None),
    ],
    ids=str,
)
def test_wrong_facts_are_found(changed: dict[str, Any], mismatch: Mismatch | None) -> None:
    found = verify(with_facts(net().graph, "stem.0.conv", **changed))
    assert not found.ok
    if mismatch is None:
        assert {(each.path, each.figure) for each in found.mismatches} == {("stem.0.conv", "refusal")}
    else:
        behind = {"stem.0.bn"} if "output" in changed else set()  # what it is fed is not what its own facts say
        assert mismatch in found.mismatches
        assert {each.path for each in found.mismatches} <= {"stem.0.conv", "", *behind}


def test_a_net_larger_than_the_memory_is_not_begun() -> None:
    """Hundreds of gigabytes, which a system may promise and never have."""
    analysis = cnnshape.analyze({"cnnshape": 1, "inputs": {"x": [3, 10**9, 33]}, "layers": {"conv": CONV}})
    found = verify(analysis)
    assert found.mismatches == ()
    assert any("does not fit into the memory" in each.why for each in found.unchecked)


def test_a_layer_that_reads_more_than_there_is_memory_is_not_run() -> None:
    """What it reads may be one number to torch, expanded, and still takes hours to add up."""
    layers = {"pool": {"op": "AdaptiveAvgPool2d", "output_size": 1}}
    analysis = cnnshape.analyze({"cnnshape": 1, "input": [64, 10**9, 33], "layers": layers})
    assert [(each.path, each.why) for each in verify(analysis).unchecked if each.path] == [("pool", NO_ROOM)]


def test_a_wrong_window_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    analysis = cnnshape.analyze({"cnnshape": 1, "inputs": {"x": [3, 6, 5]}, "layers": {"conv": CONV}})
    right = Analysis.window
    rows = frozenset(range(6))
    monkeypatch.setattr(Analysis, "window", lambda self, *at: Reads({"x": (rows, right(self, *at)["x"][1])}))
    expected = Mismatch("conv", "receptive field in `x` at [0, 0]", "(0..5) x (0..1)", "(0..1) x (0..1)")
    assert expected in verify(analysis).mismatches


@pytest.mark.parametrize(
    "layers",
    [
        {"cat": {"op": "Concat", "from": ["a", "b"]}, "sum": {"op": "Sum", "dim": [0, 1, 2, 3]}},
        {
            "cat": {"op": "Concat", "from": ["a", "b"]},
            "norm": {"op": "GroupNorm", "num_groups": 1},
            "half": {"op": "Slice", "dim": 1, "end": 1},
        },
    ],
    ids=["one number", "statistics of all channels"],
)
def test_all_is_read(layers: dict[str, Any]) -> None:
    inputs = {"a": [1, 4, 3], "b": [1, 4, 3]}
    found = verify(cnnshape.analyze({"cnnshape": 1, "inputs": inputs, "layers": layers}))
    assert (found.mismatches, found.unchecked) == ((), ())


class Doubled(Elementwise):
    """A layer of a plug-in that says nothing of torch."""

    @override
    def ops(self, x: Any) -> Ops:
        return Ops(add=1)


def test_what_is_not_known_is_named() -> None:
    layers = {"conv": CONV, "mine": "Doubled", "last": CONV}
    registry = cnnshape.layer_types() | {"Doubled": Doubled}
    found = verify(cnnshape.analyze({"cnnshape": 1, "inputs": {"x": [3, 6, 5]}, "layers": layers}, registry=registry))
    assert found.ok
    assert found.layers == 2
    assert [(left.path, left.figure) for left in found.unchecked] == [
        ("mine", "all figures"),
        ("", "totals"),
        ("", "receptive field"),
    ]


def test_what_does_not_fit_into_memory_is_named() -> None:
    layers = {"fc": {"op": "Linear", "out_features": 10**8}}
    huge = cnnshape.analyze({"cnnshape": 1, "input": [10**8], "layers": layers})
    assert [left.figure for left in verify(huge).unchecked] == ["all figures", "totals", "receptive field"]
    assert verify(huge, "meta").layers == 1


def test_blind_spots_are_named() -> None:
    layers = {"self": {"op": "MultiheadAttention", "num_heads": 2, "batch_first": True}}
    found = verify(cnnshape.analyze({"cnnshape": 1, "input": [5, 4], "layers": layers}))
    assert found.ok
    assert found.recounted == ("MultiheadAttention: fused kernels of attention are not counted",)


def test_weights_are_named_by_path(device: str) -> None:
    built = module(net().graph, device)
    assert [name for name, _ in built.named_parameters()] == [
        *("stem.0.conv.weight", "stem.0.conv.bias", "stem.0.bn.weight", "stem.0.bn.bias"),
        *("head.weight", "head.bias"),
    ]
    assert built.part("again") is built.part("stem.0.conv")
    values = built(torch.zeros(1, 3, 6, 5, device=device))
    assert tuple(values["head"].shape) == (1, 4, 6, 2)


def test_names_that_torch_has_taken() -> None:
    layers = {name: {"op": "Conv2d", "out_channels": 3, "kernel_size": 1} for name in ("type", "a", "a.b", "a.b.half")}
    built = module(cnnshape.analyze({"cnnshape": 1, "inputs": {"x": [3, 6, 5]}, "layers": layers}).graph)
    assert built.names == {"type": "type_", "a": "a", "a.b": "a_.b", "a.b.half": "a_.b_.half_"}
    assert len(dict(built.named_parameters())) == 8


def test_frozen_layers_need_no_gradient() -> None:
    layers = {"conv": CONV | {"trainable": False}, "last": CONV}
    built = module(cnnshape.analyze({"cnnshape": 1, "inputs": {"x": [3, 6, 5]}, "layers": layers}).graph)
    assert {name for name, x in built.named_parameters() if x.requires_grad} == {"last.weight", "last.bias"}


def test_without_torch() -> None:
    program = """
import sys
sys.modules["torch"] = None
from cnnshape.core.errors import MissingPackage
try:
    import cnnshape.interop.torch_verify
except MissingPackage as error:
    print(error)
"""
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert run.stdout == (
        "error: this needs the package torch, which is not installed [missing-package]\n\n"
        "hint: pip install 'cnnshape[torch]'\n"
    )
