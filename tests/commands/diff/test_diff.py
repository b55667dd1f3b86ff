"""Diffs of small nets, each worked by hand."""

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest

import cnnshape
from cnnshape.analysis.result import Analysis
from cnnshape.graph.graph import Graph
from tests.commands.diff.nets import NEW, OLD, SAID, conv, net
from tests.places import ZOO
from tests.work import calls

Said = tuple[str, str, str, dict[str, Any]]


def said(old: Any, new: Any) -> list[Said]:
    return [(each.kind, each.old, each.new, dict(each.fields)) for each in cnnshape.diff(old, new).changes]


def files(tmp_path: Path) -> tuple[Path, Path]:
    (tmp_path / "old.yaml").write_text(OLD)
    (tmp_path / "new.yaml").write_text(NEW)
    return tmp_path / "old.yaml", tmp_path / "new.yaml"


def test_each_edit_is_said_as_what_it_is(tmp_path: Path) -> None:
    old, new = files(tmp_path)
    assert said(old, new) == SAID
    diff = cnnshape.diff(old, new)
    assert [pair.path for pair in diff.affected] == ["layer2.bn", "layer2.act", "gap", "flatten", "fc"]
    assert diff.totals["layers"] == (16, 16)
    # the convolution gains 16 channels of 16 x 9, its norm 16 of 2, the head 16 x 10; the new norm has 16 of 2
    assert [pair.change("params") for pair in diff.contributors("params")] == [16 * 16 * 9, 160, 32, 32]
    assert diff.totals["params"][1] - diff.totals["params"][0] == 16 * 16 * 9 + 160 + 64


def test_the_same_is_no_difference(tmp_path: Path) -> None:
    old, _ = files(tmp_path)
    diff = cnnshape.diff(old, cnnshape.analyze(old))
    assert (bool(diff), diff.changes, diff.affected, len(diff.layers)) == (False, (), (), 16)
    assert repr(diff) == "Diff(small to small: 0 changes)"


CHAIN = {"a": conv(8), "b": "BatchNorm2d", "c": "ReLU", "d": conv(8), "e": "Sigmoid", "f": conv(4)}


def without(*names: str) -> dict[str, Any]:
    return {name: entry for name, entry in CHAIN.items() if name not in names}


BRANCH = without("e", "f")
SUM = {"c": {"op": "Add", "from": ["m", "q"]}}
STILL = {"p": "Tanh", "q": "SiLU", "r": "Mish", "s": "GELU"}

CASES: dict[str, tuple[Any, Any, list[Said]]] = {
    "another op": (CHAIN, CHAIN | {"c": "SiLU"}, [("changed", "c", "c", {"op": ("ReLU", "SiLU")})]),
    "fields of another op": (
        CHAIN,
        CHAIN | {"c": {"op": "LeakyReLU", "negative_slope": 0.25}},
        [("changed", "c", "c", {"op": ("ReLU", "LeakyReLU"), "negative_slope": (None, 0.25)})],
    ),
    "sizes per axis": (
        CHAIN,
        CHAIN | {"d": conv(8, padding_mode="reflect", stride=[1, 2])},
        [("changed", "d", "d", {"stride": (1, (1, 2)), "padding_mode": ("zeros", "reflect")})],
    ),
    "the same width in many": (
        CHAIN,
        CHAIN | {"a": conv(16), "d": conv(16)},
        [("changed", "*", "*", {"out_channels": (8, 16)})],
    ),
    "frozen": (CHAIN, CHAIN | {"d": conv(8, trainable=False)}, [("changed", "d", "d", {"trainable": (True, False)})]),
    "moved": (
        CHAIN,
        {"b": "BatchNorm2d", "c": "ReLU", "d": conv(8), "a": conv(8), "e": "Sigmoid", "f": conv(4)},
        [("moved", "a", "a", {"from": (("input",), ("d",))})],
    ),
    "renamed and nothing else": (
        CHAIN,
        {f"x_{name}": entry for name, entry in CHAIN.items()},
        [("renamed", name, f"x_{name}", {}) for name in CHAIN],
    ),
    "put into a block": (
        CHAIN,
        {f"net.{name}": entry for name, entry in CHAIN.items()},
        [("renamed", "*", "net.*", {})],
    ),
    "one of two equal ones removed": (
        {"a": conv(8), "r1": "ReLU", "b": conv(8), "r2": "ReLU", "c": conv(8)},
        {"a": conv(8), "b": conv(8), "act": "ReLU", "c": conv(8)},
        [("removed", "r1", "", {}), ("renamed", "r2", "act", {})],
    ),
    "a skip from elsewhere": (
        BRANCH | {"s": {"op": "Add", "from": ["d", "a"]}},
        BRANCH | {"s": {"op": "Add", "from": ["d", "b"]}},
        [("changed", "s", "s", {"from": (("d", "a"), ("d", "b"))})],
    ),
    "a longer branch is no other source": (
        BRANCH | {"s": {"op": "Add", "from": ["d", "a"]}},
        BRANCH | {"n": {"op": "Tanh", "from": "a"}, "s": {"op": "Add", "from": ["d", "n"]}},
        [("added", "", "n", {})],
    ),
    "one more to add": (
        BRANCH | {"s": {"op": "Add", "from": ["d", "a"]}},
        BRANCH | {"s": {"op": "Add", "from": ["d", "a", "b"]}},
        [("changed", "s", "s", {"from": (("d", "a"), ("d", "a", "b"))})],
    ),
    "turned round": (
        CHAIN | {"s": {"op": "Concat", "from": ["d", "f"]}},
        CHAIN | {"s": {"op": "Concat", "from": ["f", "d"]}},
        [("changed", "s", "s", {"from": (("d", "f"), ("f", "d"))})],
    ),
    "weights of its own": (
        {"a": conv(3), "b": {"shares": "a"}, "c": "ReLU"},
        {"a": conv(3), "b": conv(3), "c": "ReLU"},
        [("changed", "b", "b", {"shares": ("a", None)})],
    ),
    "what is shared is changed once": (
        {"a": conv(3), "b": {"shares": "a"}, "c": "ReLU"},
        {"a": conv(3, bias=False), "b": {"shares": "a"}, "c": "ReLU"},
        [("changed", "a", "a", {"bias": (True, False)})],
    ),
    "a block for another": (
        {"a": conv(8), "x.conv": conv(8), "x.bn": "BatchNorm2d", "x.act": "ReLU", "z": conv(4)},
        {"a": conv(8), "y.dw": conv(8, 5), "y.bn1": "BatchNorm2d", "y.pw": conv(8, 1), "y.bn2": "BatchNorm2d",
         "y.gate": "SiLU", "y.act": "ReLU", "z": conv(4)},
        [("removed", "x", "", {}), ("added", "", "y", {})],
    ),
    "a block renamed and widened": (
        {"a": conv(8), "x.conv": conv(8), "x.bn": "BatchNorm2d", "x.act": "ReLU", "z": conv(4)},
        {"a": conv(8), "y.conv": conv(16), "y.bn": "BatchNorm2d", "y.act": "ReLU", "z": conv(4)},
        [("renamed", "x", "y", {}), ("changed", "x.conv", "y.conv", {"out_channels": (8, 16)})],
    ),
    "a block that moves": (
        {"x.conv": conv(3), "x.bn": "BatchNorm2d", "p": "Tanh", "q": "SiLU", "r": "Mish"},
        {"p": "Tanh", "q": "SiLU", "r": "Mish", "x.conv": conv(3), "x.bn": "BatchNorm2d"},
        [("moved", "x", "x", {"from": (("input",), ("r",))})],
    ),
    "a block renamed, moved and widened": (
        {"x.conv": conv(8), "x.bn": "BatchNorm2d", "x.act": "ReLU"} | STILL,
        STILL | {"y.conv": conv(16), "y.bn": "BatchNorm2d", "y.act": "ReLU"},
        [
            ("renamed", "x", "y", {}),
            ("moved", "x", "y", {"from": (("input",), ("s",))}),
            ("changed", "x.conv", "y.conv", {"out_channels": (8, 16)}),
        ],
    ),
    "a block of one layer renamed and widened": (
        {"a": conv(8), "x.conv": conv(8), "z": conv(4)},
        {"a": conv(8), "y.conv": conv(16), "z": conv(4)},
        [("renamed", "x.conv", "y.conv", {}), ("changed", "x.conv", "y.conv", {"out_channels": (8, 16)})],
    ),
    "the one that reads the same is the same": (
        {"a": conv(8), "b": "Tanh", "r1": {"op": "ReLU", "from": "a"}, "r2": {"op": "ReLU", "from": "b"},
         "c": {"op": "Concat", "from": ["r1", "r2"]}},
        {"a": conv(8), "b": "Tanh", "act": {"op": "ReLU", "from": "b"}, "c": {"op": "Concat", "from": ["a", "act"]}},
        [("removed", "r1", "", {}), ("renamed", "r2", "act", {})],
    ),
    "the one with the same weights is the same": (
        {"a": conv(3), "b": conv(3), "s1": {"shares": "a", "from": "b"}, "s2": {"shares": "b", "from": "b"},
         "c": {"op": "Concat", "from": ["s1", "s2"]}},
        {"a": conv(3), "b": conv(3), "t": {"shares": "b", "from": "b"}, "c": {"op": "Concat", "from": ["b", "t"]}},
        [("removed", "s1", "", {}), ("renamed", "s2", "t", {})],
    ),
    "renamed between two that came": (
        {"a": conv(8), "r": "ReLU", "b": conv(8)},
        {"a": conv(8), "n": "Tanh", "act": "ReLU", "m": "SiLU", "b": conv(8)},
        [("added", "", "n", {}), ("renamed", "r", "act", {}), ("added", "", "m", {})],
    ),
    "who reads what moved reads the same": (
        {"s": conv(8), "t": "Tanh", "m": {"op": "ReLU", "from": "s"}, "k": {"op": "SiLU", "from": "t"}, "l": "Mish",
         "c": {"op": "Add", "from": ["m", "l"]}},
        {"s": conv(8), "t": "Tanh", "k": {"op": "SiLU", "from": "t"}, "l": "Mish", "m": {"op": "ReLU", "from": "t"},
         "c": {"op": "Add", "from": ["m", "l"]}},
        [("moved", "m", "m", {"from": (("s",), ("t",))})],
    ),
    "what went behind what moved is said where it was": (
        {"a": conv(8), "m": "Tanh", "r": "ReLU", "p": "SiLU", "q": "Mish"},
        {"a": conv(8), "p": "SiLU", "q": "Mish", "m": "Tanh"},
        [("removed", "r", "", {}), ("moved", "m", "m", {"from": (("a",), ("q",))})],
    ),
    "moved in the file only": (
        {"a": conv(8), "m": "Tanh", "p": {"op": "SiLU", "from": "a"}, "q": "Mish"} | SUM,
        {"a": conv(8), "p": "SiLU", "q": "Mish", "m": {"op": "Tanh", "from": "a"}} | SUM,
        [("moved", "m", "m", {})],
    ),
    "the same name for a layer in many blocks": (
        {f"b{n}.{name}": entry for n in range(3) for name, entry in (("conv", conv(8)), ("act", "ReLU"))},
        {f"b{n}.{name}": entry for n in range(3) for name, entry in (("conv", conv(8)), ("relu", "ReLU"))},
        [("renamed", "*.act", "*.relu", {})],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_a_case_worked_by_hand(name: str) -> None:
    old, new, expected = CASES[name]
    assert said(net(old), net(new)) == expected


def test_what_moved_and_changed_counts_once() -> None:
    old = net({"a": conv(4), "b": "Tanh", "c": "SiLU", "d": "Mish", "e": conv(2)})
    new = net({"b": "Tanh", "c": "SiLU", "d": "Mish", "a": conv(6), "e": conv(2)})
    diff = cnnshape.diff(old, new)
    assert [(each.kind, each.change("params")) for each in diff.changes] == [("moved", 0), ("changed", 2 * 28)]
    assert [(pair.path, pair.change("params")) for pair in diff.affected if pair.change("params")] == [("e", 36)]
    assert diff.totals["params"] == (112 + 74, 168 + 110)


def test_inputs_and_outputs() -> None:
    one = {"cnnshape": 1, "layers": CHAIN}
    assert said(one | {"input": [3, 16, 16]}, one | {"input": [3, 32, 16]}) == [
        ("changed", "input", "input", {"size": ((3, 16, 16), (3, 32, 16))})
    ]
    first = {"inputs": {"image": [3, 16, 16]}}
    assert said(one | {"input": [3, 16, 16]}, one | first) == [("renamed", "input", "image", {})]
    second = one | {"inputs": {"image": [3, 16, 16], "mask": [3, 16, 16]}}
    assert said(one | first, second) == [("added", "", "mask", {})]
    assert said(second, one | first) == [("removed", "mask", "", {})]
    heads = one | {"input": [3, 16, 16], "outputs": ["f"]}
    assert said(heads, heads | {"outputs": ["f", "a"]}) == [
        ("changed", "outputs", "outputs", {"from": (("f",), ("f", "a"))})
    ]
    assert said(net(without("f")), net(CHAIN)) == [("added", "", "f", {})]


def test_a_layer_with_the_name_of_an_input() -> None:
    assert said(
        {"cnnshape": 1, "inputs": {"x": [3, 8, 8], "a": [3, 8, 8]}, "layers": {"s": {"op": "Add", "from": ["x", "a"]}}},
        {"cnnshape": 1, "inputs": {"x": [3, 8, 8]}, "layers": {"a": "ReLU", "s": {"op": "Add", "from": ["x", "a"]}}},
    ) == [("removed", "a", "", {}), ("added", "", "a", {})]


def test_analyses_under_other_settings_are_refused() -> None:
    old = cnnshape.analyze(net(CHAIN))
    with pytest.raises(cnnshape.UsageError, match="the old net is analysed with batch=1, the new one with batch=2"):
        cnnshape.diff(old, cnnshape.analyze(net(CHAIN), batch=2))
    with pytest.raises(cnnshape.UsageError, match="dtype=float32"):
        cnnshape.diff(old, cnnshape.analyze(net(CHAIN), dtype="int8"))
    with pytest.raises(cnnshape.UsageError, match="`depth` is of a net as a whole, no layer has a part of it"):
        cnnshape.diff(old, old).contributors("depth")


def renamed(analysis: Analysis, old: str, new: str) -> Analysis:
    nodes = tuple(node._replace(path=node.path.replace(old, new)) for node in analysis.graph.nodes)
    graph: Graph = replace(analysis.graph, nodes=nodes)
    return cnnshape.analyze(graph)


def test_a_large_net_takes_no_time() -> None:
    old, new = (cnnshape.analyze(ZOO / "efficientnet.yaml", variant=f"efficientnet_b{n}") for n in (6, 7))
    cases = {"wider": (old, new), "renamed": (new, renamed(new, "stage", "s")), "flat": (new, renamed(new, ".", "_"))}
    for name, (a, b) in cases.items():
        assert cnnshape.diff(a, b)
        assert calls(partial(cnnshape.diff, a, b)) < 300_000, name
    assert [(each.kind, each.old, each.new) for each in cnnshape.diff(*cases["renamed"]).changes] == [
        ("renamed", f"stage{n}", f"s{n}") for n in range(1, 8)
    ]
    assert {each.kind for each in cnnshape.diff(*cases["flat"]).changes} == {"renamed"}


def test_many_equal_layers_take_no_time() -> None:
    many = {f"a{n}": ("ReLU", "Tanh")[n * n % 7 % 2] for n in range(3000)}
    other = {f"b{n}": ("ReLU", "Tanh")[n * n % 5 % 2] for n in range(3000)}
    assert cnnshape.diff(net(many), net(other))
    assert calls(lambda: cnnshape.diff(net(many), net(other))) < 3_000_000


def test_a_deeper_member_of_a_family_is_blocks_added() -> None:
    old, new = (cnnshape.analyze(ZOO / "resnet.yaml", variant=f"resnet{n}") for n in (18, 34))
    diff = cnnshape.diff(old, new)
    assert {(each.kind, len(each.pairs)) for each in diff.changes} == {("added", 7)}
    assert [each.new for each in diff.changes] == [
        *("layer1.2", "layer2.2", "layer2.3", "layer3.2", "layer3.3", "layer3.4", "layer3.5", "layer4.2")
    ]
    assert diff.affected == ()
