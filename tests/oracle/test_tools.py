"""The conventions of other tools against what the tools say: to the unit, or both say that it raises.

What they said is in ``tests/golden/tools.json``; where they are installed, they are asked again.
"""

import json
import runpy
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
import torch
from hypothesis import given, settings

import cnnshape
from cnnshape.analysis.flop_conventions import CONVENTIONS, Tool
from cnnshape.analysis.tools.difference import Difference, Table
from cnnshape.graph.graph import Graph
from cnnshape.interop.torch_build import module
from cnnshape.interop.torch_net import to_torch
from cnnshape.layers import BUILTIN
from tests.effort import share
from tests.oracle.measure_tools import FILE, asked_of, nets, said
from tests.oracle.tools import TOOLS, installed, quiet
from tests.places import ROOT
from tests.strategies.all import VALID
from tests.strategies.case import Case

SAID: Final[dict[str, Any]] = json.loads(FILE.read_text(encoding="utf-8"))
OURS: Final = {name: each for name, each in CONVENTIONS.items() if isinstance(each, Tool)}

ASKED_AGAIN: Final[dict[str, dict[str, tuple[int, ...]]]] = {
    "tests/oracle/recursive.yaml": {},
    "specs/seeds/lenet5.yaml": {},
    "specs/zoo/convnext.yaml": {"input": (96, 96)},
    "specs/zoo/densenet.yaml": {"input": (96, 96)},
    "specs/zoo/googlenet.yaml": {"input": (96, 96)},
    "specs/zoo/lraspp.yaml": {"input": (131, 97)},
    "specs/zoo/mobilenet_v3.yaml": {"input": (96, 96)},
    "specs/zoo/nin.yaml": {},
    "specs/zoo/resnet50.yaml": {"input": (97, 131)},
    "specs/zoo/shufflenet_v2.yaml": {"input": (96, 96)},
    "specs/zoo/squeezenet.yaml": {},
    "specs/zoo/unet.yaml": {"input": (188, 204)},
    "specs/zoo/video_resnet.yaml": {"input": (8, 40, 48)},
}
"""Nets that are asked about again where the tools are installed, at smaller sizes than those measured."""


def ours(tool: str, graph: Graph) -> int | None:
    """What our preset says; None where it says that the tool raises."""
    (saying,) = cnnshape.compare_conventions(cnnshape.analyze(graph), [tool])
    return saying.total


def layer_cases() -> Iterator[tuple[Case, dict[str, int | None]]]:
    for op, cases in SAID["layers"].items():
        for fields, inputs, found in cases:
            yield Case(op, fields, tuple(map(tuple, inputs))), found


def astray(tool: str) -> list[Case]:
    """Single layers of which our preset says something else than the tool."""
    found = ((case, asked_of(case, tool), each) for case, each in layer_cases() if tool in each)
    return [case for case, graph, each in found if graph is None or ours(tool, graph) != each[tool]]


def present(tool: str) -> None:
    """Only who has the tool can ask it again; what it said is golden, and compared everywhere."""
    if not installed(tool):
        pytest.skip(f"{tool} is not installed: pip install -e '.[bench]'")  # its golden answers are compared anyway


def test_every_tool_has_a_preset_and_every_zoo_file_is_measured() -> None:
    assert list(OURS) == list(TOOLS)
    assert list(SAID["nets"]) == nets()
    assert all(type(said) is int for found in SAID["nets"].values() for said in found.values())


def test_the_versions_are_those_measured() -> None:
    stated = {tool: preset.version for tool, preset in OURS.items()}
    wanted = dict(line.split("==") for line in _lines("benchmarks/requirements.txt"))
    assert stated == {tool: SAID["versions"][tool] for tool in TOOLS} == {tool: wanted[tool] for tool in TOOLS}


def _lines(file: str) -> list[str]:
    return [line for line in (ROOT / file).read_text(encoding="utf-8").splitlines() if "==" in line]


@pytest.mark.parametrize("tool", TOOLS)
@pytest.mark.parametrize("name", share(SAID["nets"], 8))
def test_the_total_of_a_net_is_what_the_tool_said(name: str, tool: str) -> None:
    net = cnnshape.analyze(ROOT / name, flops=tool)
    assert net.total.flops == ours(tool, net.graph) == SAID["nets"][name][tool]


@pytest.mark.parametrize("tool", TOOLS)
def test_every_layer_is_counted_as_the_tool_did(tool: str) -> None:
    assert astray(tool) == []
    assert {case.op for case, found in layer_cases() if tool in found} == BUILTIN.keys() - {"Parameter"}


def _reasons() -> list[tuple[str, str, str]]:
    return [(tool, op, each.name) for tool, preset in OURS.items() for op in preset.table for each in preset.table[op]]


@pytest.mark.parametrize(("tool", "op", "reason"), _reasons())
def test_without_a_reason_a_layer_is_astray(tool: str, op: str, reason: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """No entry of a table is there for nothing, and one that is wrong by a unit is noticed."""
    table: Table = OURS[tool].table
    without = tuple(each for each in table[op] if each.name != reason)
    wrong = tuple(each._replace(amount=_one_more(each)) if each.name == reason else each for each in table[op])
    for faulty in (without, wrong):
        monkeypatch.setitem(table, op, faulty)
        assert op in {case.op for case in astray_of(tool, op)} or (faulty is wrong and _only_raises(table, op, reason))


def astray_of(tool: str, op: str) -> list[Case]:
    cases = [(Case(op, fields, tuple(map(tuple, xs))), found) for fields, xs, found in SAID["layers"][op]]
    asked = [(case, asked_of(case, tool), found) for case, found in cases if tool in found]
    return [case for case, graph, found in asked if graph is None or ours(tool, graph) != found[tool]]


def _one_more(difference: Difference) -> Any:
    def amount(facts: Any) -> int | None:
        found = difference.amount(facts)
        return None if found is None else found + 1

    return amount


def _only_raises(table: Table, op: str, reason: str) -> bool:
    return all(each.kind == "raises" for each in table[op] if each.name == reason)


@pytest.mark.parametrize("tool", TOOLS)
@pytest.mark.parametrize("name", ASKED_AGAIN)
def test_the_tool_itself_says_so_of_a_net(name: str, tool: str) -> None:
    present(tool)
    graph = cnnshape.analyze(ROOT / name, inputs=ASKED_AGAIN[name]).graph
    assert ours(tool, graph) == said(tool, graph)


@pytest.mark.parametrize("tool", TOOLS)
@pytest.mark.parametrize("name", ["specs/seeds/lenet5.yaml", "specs/zoo/mobilenet_v1.yaml", "specs/zoo/resnet50.yaml"])
def test_the_tool_says_the_same_of_a_net_that_is_written_by_hand(name: str, tool: str) -> None:
    """The form of the nets that we build is that of published code: these are written for the benchmark."""
    present(tool)
    by_hand = runpy.run_path(str(ROOT / "benchmarks" / "nets.py"))
    short = Path(name).stem
    with quiet():
        counted = TOOLS[tool](by_hand["built"](short, "cpu"), (torch.zeros(by_hand["SIZES"][short]),))
    assert counted == SAID["nets"][name][tool]


@pytest.mark.parametrize("op", BUILTIN)
@pytest.mark.parametrize("tool", TOOLS)
def test_the_tool_itself_says_so_of_a_layer(tool: str, op: str) -> None:
    present(tool)

    @settings(max_examples=max(settings().max_examples // 5, 4))
    @given(VALID[op])
    def check(case: Case) -> None:
        graph = asked_of(case, tool)
        if graph is not None:
            assert ours(tool, graph) == said(tool, graph)

    check()


def test_the_report_says_that_all_agree() -> None:
    assert "**120 of 120 totals" in (ROOT / "reports" / "tools.md").read_text(encoding="utf-8")


def test_a_larger_batch_is_so_many_samples_to_all_but_what_is_cut_to_whole_numbers() -> None:
    one, eight = (cnnshape.analyze(ROOT / "specs/zoo/unet.yaml", batch=batch) for batch in (1, 8))
    assert [ours(tool, eight.graph) for tool in TOOLS] == [8 * (ours(tool, one.graph) or 0) for tool in TOOLS]


BRANCHES: Final = {
    "cnnshape": 1,
    "inputs": {"left": [3, 9, 9], "right": [3, 5, 5]},
    "layers": {
        "conv": {"op": "Conv2d", "from": "left", "out_channels": 4, "kernel_size": 3, "padding": 1},
        "scale": "Scale",
        "crop": {"op": "CenterCrop", "from": ["scale", "right"]},
        "again": {"shares": "conv", "from": "right"},
        "sum": {"op": "Add", "from": ["crop", "again"]},
        "aux": {"op": "Conv2d", "from": "conv", "out_channels": 2, "kernel_size": 1},
    },
    "outputs": ["sum", "again"],
    "unused": ["aux"],
}


def test_a_net_for_torch_gives_its_outputs() -> None:
    graph = cnnshape.analyze(BRANCHES).graph
    net, all_values = to_torch(graph), module(graph)
    all_values.load_state_dict(net.state_dict())
    xs = [torch.rand(shape) for shape in graph.inputs.values()]
    with torch.no_grad():
        made, values = net(*xs), all_values(*xs)
    assert isinstance(made, tuple)
    assert len(made) == 2
    assert all(torch.equal(x, values[path]) for x, path in zip(made, ("sum", "again"), strict=True))
    assert [name for name, _ in net.named_children()] == ["conv", "scale", "crop", "sum", "aux"]


def test_a_net_for_torch_can_be_traced_and_runs_modules_only_as_modules() -> None:
    graph = cnnshape.analyze(BRANCHES).graph
    net, called = to_torch(graph), list[str]()
    for name, part in net.named_children():
        part.register_forward_hook(lambda *_, name=name: called.append(name))
    xs = tuple(torch.rand(shape) for shape in graph.inputs.values())
    net(*xs)
    assert called == ["conv", "conv"]  # the aux head is not run; sums, crops and learned factors are code
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of torch, that a trace holds sizes as constants
        trace: Any = torch.jit.trace
        traced = trace(net, xs)
    assert all(torch.equal(x, y) for x, y in zip(traced(*xs), net(*xs), strict=True))


def test_the_spec_of_shared_layers_shares_what_tools_count() -> None:
    net = cnnshape.analyze(Path(ROOT / "tests/oracle/recursive.yaml"))
    shared = {record.op for record in net if record.node.owner is not None}
    assert shared >= {"Conv2d", "ConvTranspose2d", "BatchNorm2d", "Linear", "ReLU"}
