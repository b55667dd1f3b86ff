"""From a spec to a graph: what reads what, settings, sharing, and what is left aside."""

import sys
from pathlib import Path
from typing import Any

import numpy
import pytest

import cnnshape
from cnnshape.core.errors import ShapeError, SpecError, UsageError
from cnnshape.graph.graph import Graph


def _build(layers: dict[str, Any], *, top: dict[str, Any] | None = None, **options: Any) -> Graph:
    top = {"input": [3, 32, 32]} if top is None else top
    return cnnshape.build(cnnshape.load({"cnnshape": 1, **top, "layers": layers}), **options)


CONV = {"op": "Conv2d", "out_channels": 8, "kernel_size": 3}


def test_a_layer_reads_the_one_before() -> None:
    graph = _build({"a": CONV, "b": "ReLU", "c": {"op": "Add", "from": ["a", "b"]}})
    assert [node.sources for node in graph.nodes] == [(0,), (1,), (1, 2)]
    assert graph.paths == ("input", "a", "b", "c")
    assert graph.outputs == (3,)


def test_equal_layers_are_one_object() -> None:
    graph = _build({"a": CONV, "b": {"op": "Conv2d", "kernel_size": 3, "out_channels": "4 * 2"}, "c": CONV})
    facts = [node.facts for node in graph.nodes]
    assert facts[0].layer is facts[2].layer
    assert facts[1] is facts[1]
    assert facts[1].layer == facts[0].layer


def test_several_inputs_and_outputs() -> None:
    top = {"inputs": {"left": [3, 8, 8], "right": [5, 8, 8]}, "outputs": ["cat", "act"]}
    layers = {"a": CONV, "b": {**CONV, "from": "right"}, "cat": {"op": "Concat", "from": ["a", "b"]}, "act": "ReLU"}
    graph = _build(layers, top=top)
    assert [node.sources for node in graph.nodes] == [(0,), (1,), (2, 3), (4,)]
    assert cnnshape.analyze(graph).outputs == {"cat": (1, 16, 6, 6), "act": (1, 16, 6, 6)}


def test_variables_in_any_order_and_settings_before_them() -> None:
    top = {"input": ["c", "res", "res"], "vars": {"wide": "2 * width", "width": 4, "res": 16, "c": 3}}
    layers = {"a": {"op": "Conv2d", "out_channels": "wide", "kernel_size": 3}}
    assert _build(layers, top=top).shapes[1] == (1, 8, 14, 14)
    assert _build(layers, top=top, settings={"width": 5}).shapes[1] == (1, 10, 14, 14)
    assert _build(layers, top=top, settings={"width": "3 + 4"}).shapes[1] == (1, 14, 14, 14)
    assert _build(layers, top=top, inputs={"input": (20, 20)}).shapes == ((1, 3, 20, 20), (1, 8, 18, 18))


def test_an_input_size_that_is_a_number_is_replaced() -> None:
    assert _build({"a": CONV}, inputs={"input": (10, 12)}).shapes[1] == (1, 8, 8, 10)
    assert _build({"a": CONV}, inputs={"input": (1, 10, 12)}).nodes[0].facts.weights["weight"] == (8, 1, 3, 3)


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"settings": {"widht": 3}}, "the spec has no variable `widht`"),
        ({"inputs": {"inptu": (3, 3)}}, "the net has no input `inptu`"),
        ({"inputs": {"input": (1, 2, 3, 4)}}, "input `input` has 3 axes without the batch, 4 are given"),
        ({"inputs": {"input": ()}}, "input `input` has 3 axes without the batch, 0 are given"),
        ({"inputs": {"input": (8, 9)}}, "`res` would be 9 and 8 at once|`res` would be 8 and 9 at once"),
        ({"batch": 0}, "batch=0 is not a whole number from 1 up"),
        ({"batch": True}, "batch=true is not a whole number from 1 up"),
    ],
)
def test_wrong_settings(options: dict[str, Any], sentence: str) -> None:
    with pytest.raises(UsageError, match=sentence):
        _build({"a": CONV}, top={"input": [3, "res", "res"], "vars": {"width": 4, "res": 8}}, **options)


def test_an_axis_that_is_an_expression_is_not_replaced() -> None:
    with pytest.raises(UsageError, match=r"axis 3 of input `input` is the expression `2 \* res`"):
        _build({"a": CONV}, top={"input": [3, "2 * res", "2 * res"], "vars": {"res": 8}}, inputs={"input": (8,)})


def test_batch_and_in_channels_are_known_to_expressions() -> None:
    layers = {
        "a": {"op": "Conv2d", "out_channels": "2 * in_channels", "kernel_size": 1},
        "flat": {"op": "Reshape", "shape": ["batch", -1]},
    }
    assert _build(layers, batch=4).shapes[2] == (4, 6 * 32 * 32)


def test_a_layer_left_out_stands_for_its_input() -> None:
    layers = {
        "a": CONV,
        "b": {"op": "Softmax", "dim": 1, "when": "in_channels != 8"},
        "c": {"op": "Add", "from": ["a", "b"]},
    }
    graph = _build(layers)
    assert graph.paths == ("input", "a", "c")
    assert graph.nodes[1].sources == (1, 1)


def test_an_op_may_be_a_variable() -> None:
    graph = _build({"a": {"op": "act"}}, top={"input": [3], "vars": {"act": "Hardswish"}})
    assert graph.nodes[0].op == "Hardswish"
    assert _build({"a": {"op": "ReLU if 2 > 1 else Tanh"}}).nodes[0].op == "ReLU"


def test_shared_weights_count_once_and_work_twice() -> None:
    same = {"op": "Conv2d", "out_channels": 3, "kernel_size": 3, "padding": 1}
    once = cnnshape.analyze(_build({"a": same}))
    twice = cnnshape.analyze(_build({"a": same, "b": {"shares": "a"}, "c": {"shares": "b"}}))
    assert twice.total.params == once.total.params
    assert twice.total.macs == 3 * once.total.macs
    assert twice["c"].params == 0
    assert [node.owner for node in twice.graph.nodes] == [None, 1, 1]


def test_sharing_what_is_not_there() -> None:
    with pytest.raises(SpecError, match="`input` is an input, there are no weights to share"):
        _build({"a": {"shares": "input"}})
    with pytest.raises(SpecError, match="`a` is left out by its `when`"):
        _build({"z": "ReLU", "a": {"op": "ReLU", "when": False}, "b": {"shares": "a"}})
    with pytest.raises(SpecError, match="there is no layer `c`"):
        _build({"a": "ReLU", "b": {"shares": "c"}})
    with pytest.raises(SpecError, match="shares takes the name of a layer, not 3"):
        _build({"a": "ReLU", "b": {"shares": 3}})


def test_what_trains_and_what_does_not() -> None:
    total = cnnshape.analyze(_build({"a": {**CONV, "trainable": False}, "b": CONV})).total
    assert (total.params, total.trainable_params) == (224 + 584, 584)
    with pytest.raises(SpecError, match="trainable takes true or false, not 1"):
        _build({"a": {**CONV, "trainable": 1}})


def test_an_unused_layer_counts_in_parameters_and_nothing_else() -> None:
    layers = {"a": CONV, "aux": {**CONV, "from": "a"}, "b": {"op": "ReLU", "from": "a"}}
    analysis = cnnshape.analyze(_build(layers, top={"input": [3, 32, 32], "unused": ["aux"]}))
    assert analysis.total.params == 224 + 584
    assert analysis["aux"].macs == analysis["aux"].flops == analysis["aux"].activation_bytes == 0
    assert not analysis["aux"].node.live


def test_a_parameter_reads_nothing() -> None:
    layers = {"a": "ReLU", "p": {"op": "Parameter", "shape": [3, 1, 1]}, "m": {"op": "Mul", "from": ["a", "p"]}}
    assert _build(layers).nodes[1].sources == ()


def test_an_output_that_is_an_input() -> None:
    with pytest.raises(SpecError, match="the last layer stands for an input: nothing is computed"):
        _build({"a": {"op": "ReLU", "when": False}})
    with pytest.raises(SpecError, match="an input is named as an output"):
        _build({"a": {"op": "ReLU", "when": False}, "b": "ReLU"}, top={"input": [3], "outputs": ["a", "b"]})


def test_an_output_that_two_names_stand_for_is_one() -> None:
    graph = _build({"a": "ReLU", "b": {"op": "ReLU", "when": False}}, top={"input": [3], "outputs": ["b", "a"]})
    assert graph.outputs == (1,)


def test_unused_may_name_a_layer_that_is_left_out() -> None:
    layers = {"a": CONV, "aux": {**CONV, "when": "train"}, "head": {**CONV, "from": "a"}}
    for train in (True, False):
        top = {"input": [3, 9, 9], "vars": {"train": train}, "unused": ["aux"]}
        assert [node.path for node in _build(layers, top=top).nodes if node.live] == ["a", "head"]


def test_a_learned_tensor_is_shared() -> None:
    layers = {
        "p": {"op": "Parameter", "shape": [1, 3, 4, 4]},
        "q": {"shares": "p"},
        "add": {"op": "Add", "from": ["p", "q", "input"]},
    }
    graph = _build(layers, top={"input": [3, 4, 4]})
    assert [(node.sources, node.owner) for node in graph.nodes[:2]] == [((), None), ((), 1)]


def test_indices_count_pixels_of_the_image_that_was_pooled() -> None:
    pool = {"op": "MaxPool2d", "kernel_size": 2, "return_indices": True}
    layers = {"pool": pool, "un": {"op": "MaxUnpool2d", "kernel_size": 2, "from": ["pool", "pool"]}}
    with pytest.raises(ShapeError, match=r"image of \[9, 9\], here the output has \[8, 8\]") as caught:
        _build(layers, top={"input": [3, 9, 9]})
    assert caught.value.problems[0].hint == "state `output_size: [9, 9]`"
    layers["un"]["output_size"] = [9, 9]
    assert _build(layers, top={"input": [3, 9, 9]}).shapes[-1] == (1, 3, 9, 9)


def test_a_batch_that_is_written_out_is_named() -> None:
    with pytest.raises(ShapeError, match="the sizes of an input are stated without the batch"):
        _build({"a": CONV}, top={"input": [1, 3, 9, 9]})


@pytest.mark.parametrize("op", ["nn.Conv2d", "torch.nn.Conv2d"])
def test_an_op_is_named_without_its_module(op: str) -> None:
    with pytest.raises(SpecError, match="did you mean `Conv2d`") as caught:
        _build({"a": {**CONV, "op": op}})
    assert caught.value.problems[0].text == f"there is no op `{op}`"


def test_integers_of_numpy_are_integers() -> None:
    four = numpy.int64(4)
    layers = {"a": {"op": "Conv2d", "out_channels": four, "kernel_size": "k"}}
    top = {"input": [3, numpy.int32(9), 9], "vars": {"k": 1}}
    graph = _build(layers, top=top, batch=four, settings={"k": numpy.int64(3)}, inputs={"input": numpy.array([16, 8])})
    assert graph.shapes == ((4, 3, 16, 8), (4, 4, 14, 6))
    assert cnnshape.load({"cnnshape": 1, "input": [3], "layers": {"a": "ReLU"}, "meta": numpy.float64(0.5)}).meta == 0.5
    with pytest.raises(UsageError, match="batch=true is not"):
        _build(layers, top=top, batch=True)


@pytest.mark.parametrize("sizes", [64, "64", None])
def test_sizes_are_a_list(sizes: Any) -> None:
    with pytest.raises(UsageError, match="input `input` takes a list of sizes"):
        _build({"a": "ReLU"}, inputs={"input": sizes})


def test_a_setting_and_an_input_may_say_the_same() -> None:
    top = {"input": [3, "n"], "vars": {"n": 8}}
    assert _build({"a": "ReLU"}, top=top, settings={"n": "60"}, inputs={"input": (60,)}).shapes[0] == (1, 3, 60)
    with pytest.raises(UsageError, match="`n` would be '61' and 60 at once"):
        _build({"a": "ReLU"}, top=top, settings={"n": "61"}, inputs={"input": (60,)})


def test_too_many_layers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.modules["cnnshape.graph.assembly"], "MOST_LAYERS", 2)
    with pytest.raises(SpecError, match="a net has at most 2 layers"):
        _build({"a": "ReLU", "b": "ReLU", "c": "ReLU"})


def test_only_shapes_wrong_is_a_shape_error() -> None:
    with pytest.raises(ShapeError):
        _build({"a": {**CONV, "kernel_size": 40}})
    with pytest.raises(SpecError):
        _build({"a": {**CONV, "kernel_size": 40}, "b": "Rely"})


def test_load_takes_python_values() -> None:
    layers = {
        "a": {"op": "Upsample", "scale_factor": 1.5},
        "b": {"op": "Conv2d", "out_channels": 2, "kernel_size": (3, 1)},
    }
    assert _build(layers).shapes[2] == (1, 2, 46, 48)
    with pytest.raises(SpecError, match=r"`layers\.a\.x` is a set, which a spec cannot hold"):
        _build({"a": {"op": "ReLU", "x": {1}}})
    with pytest.raises(SpecError, match="is a float, which a spec cannot hold"):
        _build({"a": {"op": "Dropout", "p": float("nan")}})


def test_lines_are_those_of_the_file(tmp_path: Path) -> None:
    file = tmp_path / "net.yaml"
    file.write_text("cnnshape: 1\ninput: [3, 8, 8]\nlayers:\n  a: ReLU\n\n  b:\n    op: ReLU\n")
    analysis = cnnshape.analyze(file)
    assert [record.line for record in analysis] == [4, 6]
    assert analysis.name == "net"


def test_a_graph_for_networkx() -> None:
    found = _build({"a": CONV, "b": {"op": "Add", "from": ["a", "a"]}}).to_networkx()
    assert list(found.edges(data="place")) == [("input", "a", 0), ("a", "b", 1)]
    assert found.nodes["a"] == {"op": "Conv2d", "output": (1, 8, 30, 30)}


def test_a_net_of_very_many_layers_is_taken_from_a_mapping() -> None:
    layers = {
        f"a{place}": {"op": "Conv1d", "out_channels": 1, "kernel_size": 1, "bias": False} for place in range(70_000)
    }
    assert len(_build(layers, top={"input": [1, 1]}).nodes) == 70_000
