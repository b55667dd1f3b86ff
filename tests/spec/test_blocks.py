"""Blocks, repeats, conditions, variants, shared blocks and includes."""

import sys
import tracemalloc
from pathlib import Path
from typing import Any

import pytest
import yaml

import cnnshape
from cnnshape.commands.expand.expand import expanded
from cnnshape.core.errors import CnnshapeError, ShapeError, SpecError, UsageError
from cnnshape.graph.graph import Graph

CONV = {"op": "Conv2d", "out_channels": "c", "kernel_size": "k", "padding": "k // 2"}
UNIT: dict[str, Any] = {
    "vars": {"c": "required", "k": 3},
    "layers": {"conv": CONV, "act": "ReLU"},
}


def built(layers: dict[str, Any], blocks: dict[str, Any] | None = None, **top: Any) -> Graph:
    options = {key: top.pop(key) for key in ("variant", "settings", "inputs", "batch") if key in top}
    spec = {"cnnshape": 1, "input": [3, 8, 8], "blocks": blocks or {"unit": UNIT}, "layers": layers, **top}
    return cnnshape.build(spec, **options)


def paths(graph: Graph) -> list[str]:
    return [node.path for node in graph.nodes]


def channels(graph: Graph) -> list[int]:
    return [node.facts.output[1] for node in graph.nodes if node.op == "Conv2d"]


def test_a_call_makes_the_layers_of_a_block() -> None:
    graph = built({"stem": {"block": "unit", "c": 4}, "out": "Sigmoid"})
    assert paths(graph) == ["stem.conv", "stem.act", "out"]
    assert [node.sources for node in graph.nodes] == [(0,), (1,), (2,)]
    assert graph.shapes[-1] == (1, 4, 8, 8)


def test_the_copies_of_a_repeat_read_one_another() -> None:
    graph = built({"stage": {"block": "unit", "repeat": 3, "c": "4 * (i + 1)", "first": {"c": 7, "k": 1}}})
    assert paths(graph)[::2] == ["stage.0.conv", "stage.1.conv", "stage.2.conv"]
    assert channels(graph) == [7, 8, 12]
    assert [vars(node.facts.layer)["kernel_size"] for node in graph.nodes[::2]] == [(1, 1), (3, 3), (3, 3)]


@pytest.mark.parametrize("left_out", [{"repeat": 0}, {"when": False}])
def test_a_call_that_is_left_out_passes_its_input_on(left_out: dict[str, Any]) -> None:
    graph = built({"a": {"block": "unit", "c": 4}, "b": {"block": "unit", "c": 5, **left_out}, "c": "ReLU"})
    assert paths(graph) == ["a.conv", "a.act", "c"]
    assert graph.nodes[-1].sources == (2,)


def test_a_call_freezes_all_that_is_in_it() -> None:
    blocks = {"unit": UNIT, "pair": {"layers": {"a": {"block": "unit", "c": 4}, "b": {"block": "unit", "c": 5}}}}
    layers = {
        "frozen": {"block": "pair", "trainable": False},
        "again": {"shares": "frozen.a", "from": "input"},
        "free": {"block": "pair", "from": "input", "trainable": True},
        "sum": {"op": "Add", "from": ["frozen.a", "again"]},
    }
    graph = built(layers, blocks, outputs=["frozen", "free", "sum"])
    assert {node.path: node.trainable for node in graph.nodes if node.op == "Conv2d"} == {
        "frozen.a.conv": False,
        "frozen.b.conv": False,
        "again.conv": False,
        "free.a.conv": True,
        "free.b.conv": True,
    }
    assert cnnshape.build(yaml.safe_load(expanded(graph))).nodes[0].trainable is False


def test_the_name_of_a_shared_block_may_stand_in_an_expression() -> None:
    layers = {"a": {"block": "std/depthwise if 1 / 2 else std/grouped", "when": "1 / 2"}}
    assert paths(built(layers)) == ["a.conv", "a.bn", "a.act"]


def test_a_repeat_of_one_has_an_index() -> None:
    assert paths(built({"a": {"block": "unit", "c": 4, "repeat": 1}})) == ["a.0.conv", "a.0.act"]


def test_paths_lead_into_blocks_before() -> None:
    layers = {
        "a": {"block": "unit", "c": 4, "repeat": 2},
        "b": {"op": "Add", "from": ["a", "a.0", "a.1.conv", "a.0.act"]},
    }
    assert built(layers).nodes[-1].sources == (4, 2, 3, 2)


def test_a_path_leads_to_no_input_of_a_block() -> None:
    with pytest.raises(SpecError, match=r"there is no layer `a\.input` before this one"):
        built({"a": {"block": "unit", "c": 4}, "b": {"op": "Add", "from": ["a", "a.input"]}})


def test_a_block_does_not_see_the_layers_around_it() -> None:
    block = {"layers": {"add": {"op": "Add", "from": ["input", "before"]}}}
    with pytest.raises(SpecError, match="there is no layer `before` before this one"):
        built({"before": "ReLU", "a": {"block": "sum", "from": "before"}}, {"sum": block})


def test_a_block_does_not_see_the_variables_around_it() -> None:
    block = {"layers": {"conv": {"op": "Conv2d", "out_channels": "width", "kernel_size": 1}}}
    with pytest.raises(SpecError, match="there is no variable `width`"):
        built({"a": {"block": "unit"}}, {"unit": block}, vars={"width": 4})


def test_a_block_of_several_inputs() -> None:
    block = {"inputs": ["below", "skip"], "layers": {"cat": {"op": "Concat", "from": ["skip", "below"]}}}
    layers = {
        "a": {**CONV, "out_channels": 4, "kernel_size": 1, "padding": 0},
        "up": {"block": "up", "from": ["a", "input"]},
    }
    assert built(layers, {"up": block}).nodes[-1].sources == (0, 1)
    with pytest.raises(SpecError, match="block `up` reads `below`, `skip`, `from` gives 1"):
        built({"up": {"block": "up"}}, {"up": block})


def test_in_channels_are_those_of_the_entry() -> None:
    block = {
        "vars": {"c": "2 * in_channels"},
        "layers": {
            "a": {**CONV, "out_channels": "c", "kernel_size": 1, "padding": 0},
            "b": {**CONV, "out_channels": "in_channels + c", "kernel_size": 1, "padding": 0},
        },
    }
    assert channels(built({"x": {"block": "twice", "repeat": 2}}, {"twice": block})) == [6, 12, 24, 48]


def test_an_op_and_a_block_may_be_a_variable() -> None:
    blocks = {
        "unit": {"vars": {"act": "ReLU"}, "layers": {"act": {"op": "act"}}},
        "other": {"vars": {"act": "ReLU"}, "layers": {"a": {"op": "act"}, "b": {"op": "act"}}},
    }
    layers = {"x": {"block": "kind", "repeat": 2, "act": "Sigmoid if i == 1 else ReLU"}}
    graph = built(layers, blocks, vars={"kind": "unit"})
    assert [node.op for node in graph.nodes] == ["ReLU", "Sigmoid"]
    assert len(built(layers, blocks, vars={"kind": "unit"}, settings={"kind": "other"}).nodes) == 4


def test_a_variable_may_have_the_name_of_a_block_or_an_op() -> None:
    blocks = {"se": {"vars": {"ReLU": 1}, "layers": {"a": {"op": "Conv2d", "out_channels": "ReLU", "kernel_size": 1}}}}
    graph = built({"x": {"block": "se", "when": "se", "ReLU": "se + 1"}}, blocks, vars={"se": 4})
    assert channels(graph) == [5]


def test_a_block_is_shared_with_all_its_layers() -> None:
    layers: dict[str, Any] = {"a": {"block": "unit", "c": 3, "repeat": 2}, "b": {"shares": "a"}, "c": {"shares": "b"}}
    graph = built(layers)
    assert paths(graph)[4:] == [f"{name}.{i}.{layer}" for name in "bc" for i in (0, 1) for layer in ("conv", "act")]
    assert [node.owner for node in graph.nodes] == [None] * 4 + [1, 2, 3, 4] * 2
    analysis = cnnshape.analyze(graph)
    assert analysis.total.params == 2 * (9 * 9 + 3)
    assert analysis["c.1.conv"].macs == analysis["a.1.conv"].macs


def test_a_layer_inside_a_block_is_shared_by_its_path() -> None:
    layers = {"a": {"block": "unit", "c": 3}, "b": {"shares": "a.conv"}, "c": {"block": "unit", "c": 3}}
    assert [node.owner for node in built(layers).nodes] == [None, None, 1, None, None]


def test_a_shared_block_fits_its_input() -> None:
    layers = {"a": {"block": "unit", "c": 4}, "b": {"shares": "a"}}
    with pytest.raises(ShapeError, match=r"`a\.conv` has weight"):
        built(layers)


def test_variants_are_settings_with_a_name() -> None:
    top: dict[str, Any] = {
        "vars": {"c": 4, "n": 1},
        "variants": {"deep": {"n": 3}, "plain": {}, "wide": {"c": "8 * n"}},
    }
    layers = {"a": {"block": "unit", "c": "c", "repeat": "n"}}
    assert channels(built(layers, **top)) == channels(built(layers, **top, variant="plain")) == [4]
    assert channels(built(layers, **top, variant="deep")) == [4, 4, 4]
    assert channels(built(layers, **top, variant="wide", settings={"n": 2})) == [16, 16]
    with pytest.raises(UsageError, match="there is no variant `dep`") as caught:
        built(layers, **top, variant="dep")
    assert caught.value.problems[0].hint == "did you mean `deep`?"


def test_an_input_size_stands_over_a_variant() -> None:
    top: dict[str, Any] = {"input": [3, "r", "r"], "vars": {"r": 8}, "variants": {"large": {"r": 16}}}
    layers = {"a": "ReLU"}
    assert built(layers, **top, variant="large").shapes[0] == (1, 3, 16, 16)
    assert built(layers, **top, variant="large", inputs={"input": (9, 9)}).shapes[0] == (1, 3, 9, 9)


WRONG: list[tuple[dict[str, Any], dict[str, Any], str]] = [
    ({"a": {"block": "unt", "c": 1}}, {}, "there is no block `unt`"),
    ({"a": {"block": 3}}, {}, "block takes the name of a block, not 3"),
    ({"a": {"block": "unit"}}, {}, "block `unit` needs `c`"),
    ({"a": {"block": "unit", "repeat": 2, "first": {"c": 1}}}, {}, "block `unit` needs `c`"),
    ({"a": {"block": "unit", "c": 1, "d": 2}}, {}, "block `unit` has no variable `d`"),
    ({"a": {"block": "unit", "c": 1, "repeat": 2, "first": {"d": 2}}}, {}, "block `unit` has no variable `d`"),
    ({"a": {"block": "unit", "c": 1, "first": {"k": 1}}}, {}, "`first` goes with `repeat` only"),
    ({"a": {"block": "unit", "c": 1, "repeat": 2, "first": 3}}, {}, "first takes a mapping"),
    ({"a": {"block": "unit", "c": 1, "op": "ReLU"}}, {}, "`op` does not go with `block`"),
    ({"a": {"block": "unit", "c": 1, "repeat": -1}}, {}, "repeat takes a whole number from 0 up, not -1"),
    ({"a": {"block": "unit", "c": 1, "repeat": "1 / 2"}}, {}, "repeat takes a whole number from 0 up, not 0.5"),
    ({"a": {"block": "unit", "c": "q"}}, {}, "there is no variable `q`"),
    ({"a": {"block": "unit", "c": 1, "repeat": "q"}}, {}, "there is no variable `q`"),
    ({"a": {"block": "unit", "c": "i"}}, {}, "there is no variable `i`"),
    ({"a": {"block": "b"}}, {"b": {"layers": {"x": {"block": "b"}}}}, "block `b` calls itself"),
    (
        {"a": {"block": "b"}},
        {"b": {"layers": {"x": {"block": "c"}}}, "c": {"layers": {"y": {"block": "b"}}}},
        "block `b` calls itself",
    ),
    ({"a": "ReLU"}, {"b": {"layer": {}}}, "block `b` has no field `layer`"),
    ({"a": "ReLU"}, {"b": {}}, "block `b` needs `layers`"),
    ({"a": "ReLU"}, {"ReLU": UNIT}, "`ReLU` is the name of an op or a word"),
    ({"a": "ReLU"}, {"b c": UNIT}, "`b c` cannot be the name of a block"),
    ({"a": "ReLU"}, {"b": {**UNIT, "vars": {"repeat": 1}}}, "`repeat` is a word of the language"),
    ({"a": "ReLU"}, {"b": {**UNIT, "inputs": ["x", "x"]}}, "two inputs have the same name"),
    ({"a": "ReLU"}, {"b": {"layers": {"input": "ReLU"}}}, "`input` is the name of an input and of a layer"),
    ({"a": {"block": "b"}}, {"b": {"vars": {"n": "m", "m": "n"}, "layers": {"x": "ReLU"}}}, "go round in a circle"),
    ({"a": {"block": "unit", "c": 1}, "b": {"block": "unit", "c": 2, "from": "q"}}, {}, "there is no layer `q`"),
    ({"a": {"block": "unit", "c": 1, "repeat": 2, "when": "i > 0"}}, {}, "there is no variable `i`"),
    ({"a": "unit"}, {}, "write `{block: unit}`"),
    ({"a": {"block": "ReLU"}}, {}, "write `{op: ReLU}`"),
    (
        {"a": {"block": "unit", "c": 3, "when": False}, "b": {"op": "ReLU", "from": "a.conv"}},
        {},
        "`a` is left out by its `when` or `repeat`, so that nothing is in it",
    ),
    ({"a": {"op": "ReLU", "repeat": 2}}, {}, "`repeat` goes with `block` only"),
]


@pytest.mark.parametrize(("layers", "blocks", "said"), WRONG, ids=[said for *_, said in WRONG])
def test_what_is_wrong_is_said(layers: dict[str, Any], blocks: dict[str, Any], said: str) -> None:
    with pytest.raises(CnnshapeError) as caught:
        built(layers, blocks or None)
    assert said in str(caught.value)


def test_a_net_has_a_bound_of_copies(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.modules["cnnshape.graph.assembly"], "MOST_LAYERS", 50)
    empty = {"layers": {"x": {"op": "ReLU", "when": False}}}
    with pytest.raises(SpecError, match="at most 50 layers and copies of blocks"):
        built({"a": {"block": "b", "repeat": 10**9}, "c": "ReLU"}, {"b": empty})
    with pytest.raises(SpecError, match="at most 50 layers and copies of blocks"):
        built({"a": {"block": "unit", "repeat": 10**9, "c": 3}})


def test_a_copy_holds_little() -> None:
    built({"a": {"block": "unit", "repeat": 2, "c": 3}})  # what is imported and kept for good
    tracemalloc.start()
    graph = built({"a": {"block": "unit", "repeat": 2000, "c": 3}})
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(graph.nodes) == 4000
    assert most < 2000 * 2500, "a copy keeps its variables, and of what all may name no copy of its own"


def test_blocks_in_blocks_have_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    blocks: dict[str, Any] = {f"b{n}": {"layers": {"x": {"block": f"b{n + 1}"}}} for n in range(99)}
    blocks["b99"] = {"layers": {"x": "ReLU"}}
    with pytest.raises(SpecError, match="blocks in blocks are at most"):
        built({"a": {"block": "b0"}}, blocks)
    assert len(built({"a": {"block": "b70"}}, blocks).nodes) == 1


FILE = """\
cnnshape: 1
input: [8, 4, 4]
blocks:
  unit:
    vars: {c: required, g: 1}
    layers:
      conv: {op: Conv2d, out_channels: c, kernel_size: 1, groups: g}
      act: Relu
layers:
  a: {block: unit, c: 8}
  b: {block: unit, c: 8, g: 3, repeat: 2}
"""


def test_a_message_names_the_line_in_the_block_and_the_one_that_uses_it(tmp_path: Path) -> None:
    file = tmp_path / "net.yaml"
    file.write_text(FILE)
    with pytest.raises(SpecError) as caught:
        cnnshape.analyze(file)
    (first,) = caught.value.problems
    assert (first.mark, first.path) == ((8, 12), "a.act")
    assert first.evidence == (f"in block `unit`, used by `a` at {file}:10:3",)
    file.write_text(FILE.replace("Relu", "ReLU"))
    with pytest.raises(ShapeError) as misfit:
        cnnshape.analyze(file)
    (problem,) = misfit.value.problems
    assert (problem.mark, problem.path) == ((7, 7), "b.0.conv")
    assert problem.evidence[-1] == f"in block `unit`, used by `b` at {file}:11:3"


def test_blocks_of_other_files(tmp_path: Path) -> None:
    (tmp_path / "lib").mkdir()
    (tmp_path / "lib" / "units.yaml").write_text(
        FILE.partition("layers:\n  a")[0].replace("input: [8, 4, 4]\n", "").replace("Relu", "ReLU")
    )
    net = tmp_path / "net.yaml"
    net.write_text("cnnshape: 1\ninput: [3, 4, 4]\ninclude: [lib/units.yaml]\nlayers: {a: {block: unit, c: 2}}\n")
    assert paths(cnnshape.build(net)) == ["a.conv", "a.act"]
    outside = tmp_path / "lib" / "net.yaml"
    outside.write_text("cnnshape: 1\ninput: [3]\ninclude: [../net.yaml]\nlayers: {a: ReLU}\n")
    with pytest.raises(SpecError, match="is not in the folder of the spec or below"):
        cnnshape.load(outside)
    outside.write_text("cnnshape: 1\ninput: [3]\ninclude: [no.yaml]\nlayers: {a: ReLU}\n")
    with pytest.raises(SpecError, match="there is no file"):
        cnnshape.load(outside)
    outside.write_text("cnnshape: 1\ninput: [3]\ninclude: [net2.yaml]\nlayers: {a: ReLU}\n")
    (tmp_path / "lib" / "net2.yaml").write_text(outside.read_text())
    with pytest.raises(SpecError, match="a file of blocks has no field `input`"):
        cnnshape.load(outside)
    outside.write_text(
        "cnnshape: 1\ninput: [3, 4, 4]\ninclude: [units.yaml]\nblocks: {unit: {layers: {x: ReLU}}}\nlayers: {a: ReLU}\n"
    )
    with pytest.raises(SpecError, match=r"the block `unit` is in .*units\.yaml, too"):
        cnnshape.load(outside)
    with pytest.raises(SpecError, match="only a spec read from a file can `include` others"):
        cnnshape.load({"cnnshape": 1, "input": [3], "include": ["a.yaml"], "layers": {"a": "ReLU"}})


def test_no_two_layers_have_one_path() -> None:
    with pytest.raises(SpecError, match=r"`x\.conv` is the path of something in a block already"):
        built({"x": {"block": "unit", "c": 3}, "x.conv": "ReLU"})
    with pytest.raises(SpecError, match=r"`x\.1` is the path of something in a block already"):
        built({"x": {"block": "unit", "c": 3, "repeat": 2}, "x.1": "ReLU"})


AUX = {"unit": UNIT, "pair": {"layers": {"a": "ReLU", "b": "Sigmoid"}}}


@pytest.mark.parametrize("unused", [["aux"], ["aux.conv", "aux.act"]])
def test_unused_names_a_block_or_what_is_in_it(unused: list[str]) -> None:
    layers = {"stem": "ReLU", "aux": {"block": "unit", "c": 2}, "head": {"op": "ReLU", "from": "stem"}}
    graph = built(layers, AUX, unused=unused)
    assert [node.path for node in graph.nodes if not node.live] == ["aux.conv", "aux.act"]


def test_a_layer_in_a_block_may_be_unused() -> None:
    graph = built({"s": {"block": "pair"}}, AUX, outputs="s.a", unused=["s.b"])
    assert [node.live for node in graph.nodes] == [True, False]
    with pytest.raises(SpecError, match="`s` reaches an output and is not unused"):
        built({"s": {"block": "pair"}}, AUX, unused=["s"])
    with pytest.raises(SpecError, match=r"there is no layer `s\.c`"):
        built({"s": {"block": "pair"}}, AUX, unused=["s.c"])
    with pytest.raises(SpecError, match=r"`s`: `s\.b` in it reaches no output"):
        built({"s": {"block": "pair"}}, AUX, outputs="s.a")


def test_a_block_is_no_layer() -> None:
    net = cnnshape.analyze(built({"s": {"block": "pair"}}, AUX))
    with pytest.raises(UsageError, match=r"it is a block, its last layer is `s\.b`"):
        net["s"]


def test_required_is_for_blocks() -> None:
    with pytest.raises(SpecError, match="`required` is for the variables of a block"):
        built({"a": "ReLU"}, vars={"c": "required"})
