"""What the records and the sums say of one small net, every figure worked out by hand."""

import pickle
from math import isclose
from pathlib import Path
from typing import Any

import pytest

import cnnshape
from cnnshape.analysis.flop_conventions import CONVENTIONS, convention
from cnnshape.analysis.layer import Fans
from cnnshape.analysis.memory import INDEX_BYTES, ITEMSIZES, itemsize, rule
from cnnshape.analysis.result import Analysis
from cnnshape.core.errors import UsageError
from cnnshape.layers.base import Ops

LAYERS: dict[str, Any] = {
    "stem.conv": {"op": "Conv2d", "out_channels": 4, "kernel_size": 3, "padding": 1, "from": "image"},
    "stem.norm": "BatchNorm2d",
    "stem.pool": {"op": "MaxPool2d", "kernel_size": 2, "return_indices": True},
    "body.a.conv": {"op": "Conv2d", "out_channels": 4, "kernel_size": [3, 1], "padding": [1, 0], "bias": False},
    "body.b.conv": {"shares": "body.a.conv"},
    "body.b.norm": {"op": "BatchNorm2d", "trainable": False},
    "body.b.again": {"shares": "body.b.norm"},
    "side": {"op": "Conv2d", "out_channels": 2, "kernel_size": 1, "from": "other"},
    "join": {"op": "Concat", "from": ["body.b.again", "side"]},
    "flat": "Flatten",
    "aux": {"op": "Linear", "out_features": 5},
    "head": {"op": "Linear", "out_features": 10, "from": "flat"},
}
TOP: dict[str, Any] = {
    "cnnshape": 1,
    "name": "small",
    "inputs": {"image": [3, 8, 8], "other": [1, 4, 4]},
    "unused": ["aux"],
}


def small(**options: Any) -> Analysis:
    return cnnshape.analyze({**TOP, "layers": LAYERS}, **options)


def test_a_record_says_what_its_layer_is() -> None:
    net = small(batch=2)
    assert net.name == "small"
    record = net["join"]
    assert (record.path, record.op, record.inputs) == ("join", "Concat", ("body.b.again", "side"))
    assert record.output == (2, 6, 4, 4)
    assert net["stem.conv"].inputs == ("image",)
    assert [record.path for record in net] == [record.path for record in net.layers] == list(LAYERS)
    assert all(net[record.path] == record for record in net)
    assert net.outputs == {"head": (2, 10)}
    assert not any(hasattr(one, "__dict__") for one in (record, net.total)), "there are many"


def test_a_line_is_known_where_there_is_a_file(tmp_path: Any) -> None:
    spec = tmp_path / "net.yaml"
    spec.write_text("cnnshape: 1\ninput: [3]\nlayers:\n  a: ReLU\n  b: ReLU\n")
    assert [record.line for record in cnnshape.analyze(spec)] == [4, 5]
    assert small()["stem.conv"].line is None


def test_there_is_no_record_of_an_input() -> None:
    with pytest.raises(UsageError, match="`image` is an input"):
        small()["image"]


def test_there_is_no_record_of_an_unknown_layer() -> None:
    with pytest.raises(UsageError, match="there is no layer `haed`") as caught:
        small()["haed"]
    assert caught.value.problems[0].hint == "did you mean `head`?"


def test_shared_weights_are_counted_where_they_stand() -> None:
    net = small(dtype="float16")
    first, again = net["body.a.conv"], net["body.b.conv"]
    assert first.weights == {"weight": (4, 4, 3, 1)}
    assert (first.params, first.trainable_params, first.weight_bytes) == (48, 48, 96)
    assert again.weights == {}
    assert (again.params, again.trainable_params, again.weight_bytes) == (0, 0, 0)
    assert again.macs == first.macs == 16 * 4 * 4 * 3
    assert again.fans == first.fans == Fans(12, 12)


def test_buffers_are_counted_where_they_stand_and_counters_are_int64() -> None:
    net = small(dtype="float16")
    norm, again = net["body.b.norm"], net["body.b.again"]
    assert (norm.params, norm.trainable_params) == (8, 0)
    assert (norm.buffers, norm.buffer_bytes) == (4 + 4 + 1, 8 * 2 + 8)
    assert (again.buffers, again.buffer_bytes) == (0, 0)


def test_fans_are_those_of_the_first_matrix() -> None:
    net = small()
    assert net["stem.conv"].fans == Fans(fan_in=27, fan_out=36)
    assert net["head"].fans == Fans(fan_in=96, fan_out=10)
    assert net["stem.norm"].fans is None
    assert net["flat"].fans is None


def test_a_fan_gives_the_usual_initialisations() -> None:
    fans = Fans(fan_in=50, fan_out=150)
    assert isclose(fans.xavier_std, 0.1)
    assert isclose(fans.xavier_bound, 0.03**0.5)
    assert isclose(fans.he_std, 0.2)
    assert isclose(fans.he_bound, 0.12**0.5)


def test_a_layer_that_reaches_no_output_has_weights_and_does_no_work() -> None:
    aux = small()["aux"]
    assert (aux.params, aux.fans) == (96 * 5 + 5, Fans(96, 5))
    assert aux.ops == Ops()
    assert (aux.macs, aux.flops, aux.activation_elements, aux.activation_bytes) == (0, 0, 0, 0)


def test_activations_are_what_owns_storage() -> None:
    net = small(batch=2, dtype="int8")
    pool = net["stem.pool"]
    assert pool.activation_elements == 2 * 64 + 2 * 64  # values and indices
    assert pool.activation_bytes == 2 * 64 + 8 * 2 * 64
    assert (net["flat"].activation_elements, net["flat"].activation_bytes) == (0, 0)


STEM = {"params": 112 + 8, "buffers": 9, "macs": 64 * 4 * 27}
BODY = {"params": 48 + 8, "buffers": 9, "macs": 2 * 768}
SIDE = {"params": 4, "buffers": 0, "macs": 32}
HEAD = {"params": 970, "buffers": 0, "macs": 960}
AUX = {"params": 485, "buffers": 0, "macs": 0}


def test_totals() -> None:
    total = small().total
    assert total.layers == 12
    assert total.params == sum(part["params"] for part in (STEM, BODY, SIDE, HEAD, AUX))
    assert total.trainable_params == total.params - 8
    assert total.weight_bytes == 4 * total.params
    assert (total.buffers, total.buffer_bytes) == (18, 16 * 4 + 2 * 8)
    assert total.macs == total.ops.mac == sum(part["macs"] for part in (STEM, BODY, SIDE, HEAD, AUX))
    assert total.flops == 2 * total.macs
    assert total.ops.compare == 64 * 3
    assert total.conv_activations == 256 + 64 + 64 + 32 + 10
    assert total.activation_elements == 256 + 256 + (64 + 64) + 64 + 64 + 64 + 64 + 32 + 96 + 10
    assert total.activation_bytes == 4 * total.activation_elements + 4 * 64


def test_flops_under_the_full_convention() -> None:
    net = small(flops="full")
    norm = net["stem.norm"].ops
    assert net["stem.norm"].flops == norm.add + norm.mul == 512
    assert net.total.flops == net.total.macs + sum(net.total.ops.kinds().values())
    assert net.convention is CONVENTIONS["full"]


def test_sums_by_op() -> None:
    groups = small().by_op()
    assert list(groups) == ["Conv2d", "BatchNorm2d", "MaxPool2d", "Concat", "Flatten", "Linear"]
    assert (groups["Conv2d"].layers, groups["Conv2d"].params) == (4, 112 + 48 + 4)
    assert groups["Linear"].params == 970 + 485


def test_sums_by_block() -> None:
    net = small()
    groups = net.by_block()
    assert list(groups) == ["stem", "body", "side", "join", "flat", "aux", "head"]
    found = [{figure: getattr(groups[block], figure) for figure in STEM} for block in groups]
    nothing = {"params": 0, "buffers": 0, "macs": 0}
    assert found == [STEM, BODY, SIDE, nothing, nothing, AUX, HEAD]
    deeper = net.by_block(2)
    assert list(deeper)[:5] == ["stem.conv", "stem.norm", "stem.pool", "body.a", "body.b"]
    assert deeper["body.b"].layers == 3


def test_depth_counts_what_has_a_matrix_on_the_longest_path() -> None:
    assert small().depth == 4  # three convolutions and the head; the side and aux are on no longer path
    layers = {"a": "ReLU", "b": {"op": "Scale", "dim": 1}}
    assert cnnshape.analyze({"cnnshape": 1, "input": [3], "layers": layers}).depth == 0
    layers = {"p": {"op": "Parameter", "shape": [1, 3]}, "add": {"op": "Add", "from": ["p", "input"]}}
    assert cnnshape.analyze({"cnnshape": 1, "input": [3], "layers": layers}).depth == 0


def test_depth_is_that_of_the_deepest_output() -> None:
    lin = {"op": "Linear", "out_features": 3}
    spec = {
        "cnnshape": 1,
        "input": [3],
        "outputs": ["b", "c"],
        "layers": {"a": lin, "b": lin, "c": {**lin, "from": "a"}},
    }
    assert cnnshape.analyze(spec).depth == 2
    assert cnnshape.analyze({**spec, "outputs": ["a"], "unused": ["b", "c"]}).depth == 1


def test_fields_by_input() -> None:
    net = small()
    assert list(net["stem.conv"].receptive_field) == ["image"]
    assert list(net["join"].receptive_field) == ["image", "other"]
    assert [field.size for field in net["body.b.conv"].receptive_field["image"]] == [12, 4]
    assert net.misaligned == ()


def test_a_window_is_cut_at_the_border() -> None:
    net = small()
    assert net.window("stem.conv", (0, 3)) == {"image": (frozenset({0, 1}), frozenset({2, 3, 4}))}
    assert net.window("side", (1, 2)) == {"other": (frozenset({1}), frozenset({2}))}


@pytest.mark.parametrize(
    ("call", "sentence", "hint"),
    [
        (lambda: itemsize("float31"), "there is no dtype `float31`", "did you mean `float32`?"),
        (lambda: rule("inplaec"), "there is no memory rule `inplaec`", "did you mean `inplace`?"),
        (lambda: convention("torhc"), "there is no FLOP convention `torhc`", "did you mean `torch`?"),
        (lambda: small(dtype="float31"), "there is no dtype `float31`", "did you mean `float32`?"),
        (lambda: small(memory="inplaec"), "there is no memory rule `inplaec`", "did you mean `inplace`?"),
        (lambda: small(flops="torhc"), "there is no FLOP convention `torhc`", "did you mean `torch`?"),
    ],
)
def test_names_that_there_are_not(call: Any, sentence: str, hint: str) -> None:
    with pytest.raises(UsageError) as caught:
        call()
    assert [(problem.text, problem.hint) for problem in caught.value.problems] == [(sentence, hint)]


def test_a_graph_is_analysed_as_it_is() -> None:
    net = small(batch=3, dtype="float64")
    again = cnnshape.analyze(net.graph, dtype="float64", flops="full", memory="inplace")
    assert again.graph is net.graph
    assert (again.dtype, again.item, again.memory) == ("float64", 8, "inplace")
    assert again.total.params == net.total.params
    assert again.peak_memory.bytes < net.peak_memory.bytes


def test_bytes_of_an_element() -> None:
    sizes = {"float64": 8, "float32": 4, "float16": 2, "bfloat16": 2, "float8": 1}
    sizes |= {"int64": 8, "int32": 4, "int16": 2, "int8": 1, "uint8": 1}
    assert {name: itemsize(name) for name in ITEMSIZES} == sizes
    assert INDEX_BYTES == 8


def test_a_learned_tensor_is_no_activation() -> None:
    layers = {"p": {"op": "Parameter", "shape": [1, 3]}, "add": {"op": "Add", "from": ["p", "input"]}}
    net = cnnshape.analyze({"cnnshape": 1, "input": [3], "outputs": ["p", "add"], "layers": layers})
    assert net["p"].activation_elements == net["p"].activation_bytes == 0
    assert [tensor.path for tensor in net.peak_memory.tensors] == ["input", "add"]
    assert net.total.activation_bytes == 12


def test_analyses_and_records_show_what_they_are() -> None:
    net = small(batch=2, dtype="float16")
    assert repr(net) == "Analysis(small: 12 layers, batch=2, dtype=float16)"
    assert repr(net["stem.conv"]) == "LayerRecord(stem.conv: Conv2d, output=(2, 4, 8, 8), params=112, macs=13,824)"


@pytest.mark.parametrize("before", [0, 1, 2, 3])
def test_indices_are_kept_until_they_are_read(before: int) -> None:
    pool = {"op": "MaxPool1d", "kernel_size": 2, "return_indices": True}
    layers: dict[str, Any] = {f"act{n}": "ReLU" for n in range(before)}
    layers |= {"pool": pool, "mid": "ReLU", "back": {"op": "MaxUnpool1d", "kernel_size": 2, "from": ["mid", "pool"]}}
    net = cnnshape.analyze({"cnnshape": 1, "input": [1, 8], "layers": layers})
    assert (net.peak_memory.step, net.peak_memory.bytes) == ("pool", 32 + 16 + 4 * 8)


def test_an_analysis_goes_to_another_process(tmp_path: Path) -> None:
    file = tmp_path / "net.yaml"
    file.write_text("cnnshape: 1\ninput: [3, 9]\nlayers: {conv: {op: Conv1d, out_channels: 2, kernel_size: 3}}\n")
    net = cnnshape.analyze(file)
    known = net["conv"].receptive_field, net.misaligned, net["conv"].line
    again = pickle.loads(pickle.dumps(net))
    assert (again["conv"].receptive_field, again.misaligned, again["conv"].line) == known


def test_a_net_holds_its_layers() -> None:
    net = cnnshape.analyze({"cnnshape": 1, "input": [3], "layers": {"a": "ReLU", "b": "ReLU"}})
    assert len(net) == 2
    assert "a" in net
    assert not {"input", "c", 0} & {name for name in ("input", "c", 0) if name in net}
    assert repr(net.total) == "Totals(2 layers, params=0, macs=0)"
    wrong: Any = 0
    with pytest.raises(UsageError, match="there is no layer `0`"):
        net[wrong]


def test_blocks_have_a_level() -> None:
    net = cnnshape.analyze({"cnnshape": 1, "input": [3], "layers": {"a": "ReLU"}})
    with pytest.raises(UsageError, match="level=0 is not"):
        net.by_block(0)


def test_a_graph_has_its_batch_already() -> None:
    graph = cnnshape.build({"cnnshape": 1, "input": [3], "layers": {"a": "ReLU"}}, batch=4)
    assert cnnshape.analyze(graph, batch=4).outputs == cnnshape.analyze(graph).outputs == {"a": (4, 3)}
    beside: list[dict[str, Any]]
    beside = [{"batch": 2}, {"settings": {"n": 1}}, {"inputs": {"input": (1,)}}, {"registry": {}}]
    for options in beside:
        with pytest.raises(UsageError, match="a graph has its batch, settings, inputs and layers already"):
            cnnshape.analyze(graph, **options)


@pytest.mark.parametrize("wrong", [{"dtype": None}, {"flops": 2}, {"memory": ["inplace"]}, {"settings": {3: 3}}])
def test_an_argument_of_the_wrong_type_is_a_clear_error(wrong: dict[str, Any]) -> None:
    with pytest.raises(UsageError):
        cnnshape.analyze({"cnnshape": 1, "input": [3], "vars": {"n": 1}, "layers": {"a": "ReLU"}}, **wrong)
