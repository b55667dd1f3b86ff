"""Peak memory on nets small enough to be worked out by hand.

Random nets are compared with a simulation and with real allocations in `tests/oracle`.
"""

from typing import Any

import pytest

import cnnshape
from cnnshape.analysis.memory import ITEMSIZES, itemsize, rule
from cnnshape.analysis.result import Analysis
from cnnshape.core.errors import UsageError


def _net(layers: dict[str, Any], **top: Any) -> Analysis:
    options = {key: top.pop(key) for key in ("dtype", "memory", "batch") if key in top}
    return cnnshape.analyze({"cnnshape": 1, "input": [2, 10], "layers": layers, **top}, **options)


def test_a_chain_holds_two_tensors() -> None:
    net = _net({"a": {"op": "Linear", "out_features": 30}, "b": {"op": "Linear", "out_features": 15}})
    assert net.peak_memory.step == "b"
    assert [(tensor.path, tensor.bytes) for tensor in net.peak_memory.tensors] == [("a", 240), ("b", 120)]
    assert net.peak_memory.bytes == 360


def test_a_skip_is_kept_until_it_is_added() -> None:
    layers = {"a": "ReLU", "b": "ReLU", "c": "ReLU", "add": {"op": "Add", "from": ["a", "c"]}}
    net = _net(layers)
    assert net.peak_memory.step == "c"  # a, b and c; at `add` it is a, c and add: the first of equals is named
    assert net.peak_memory.bytes == 3 * 80
    assert net.total.activation_bytes == 4 * 80


def test_a_view_shares_and_keeps_its_storage() -> None:
    layers = {
        "a": "ReLU",
        "flat": "Flatten",
        "b": "ReLU",
        "back": {"op": "Reshape", "shape": [1, 2, 10], "from": "flat"},
    }
    net = _net({**layers, "add": {"op": "Add", "from": ["back", "a"]}}, unused=["b"])
    assert net["flat"].activation_bytes == 0
    assert net.peak_memory.bytes == 2 * 80


def test_outputs_live_to_the_end() -> None:
    layers = {"a": "ReLU", "b": "ReLU", "c": "ReLU"}
    assert _net(layers).peak_memory.bytes == 2 * 80
    assert _net(layers, outputs=["a", "b", "c"]).peak_memory.bytes == 3 * 80


def test_the_input_lives_to_its_last_use() -> None:
    layers = {"a": "ReLU", "b": "ReLU", "c": {"op": "Add", "from": ["b", "input"]}}
    assert _net(layers).peak_memory.bytes == 3 * 80


def test_an_input_that_nothing_reads_is_not_there() -> None:
    net = cnnshape.analyze(
        {"cnnshape": 1, "inputs": {"x": [4], "y": [400]}, "layers": {"a": {"op": "ReLU", "from": "x"}}}
    )
    assert net.peak_memory.bytes == 32


def test_indices_are_int64_and_live_for_the_unpooling() -> None:
    layers: dict[str, Any] = {
        "pool": {"op": "MaxPool1d", "kernel_size": 2, "return_indices": True},
        "act": "ReLU",
        "up": {"op": "MaxUnpool1d", "kernel_size": 2, "from": ["act", "pool"]},
    }
    net = _net(layers, dtype="float16")
    assert net["pool"].activation_bytes == 10 * 2 + 10 * 8
    assert net["pool"].activation_elements == 20
    # at `up`: act 10, indices 10, up 20 elements; at `pool`: input 20, pool 10, indices 10
    assert net.peak_memory.bytes == max(10 * 2 + 10 * 8 + 20 * 2, 20 * 2 + 10 * 2 + 10 * 8)
    assert "pool (indices)" in [tensor.path for tensor in net.peak_memory.tensors]


def test_in_place_writes_over_what_nothing_reads_later() -> None:
    layers = {"a": {"op": "Linear", "out_features": 10}, "r": "ReLU", "b": {"op": "Linear", "out_features": 10}}
    assert _net(layers).peak_memory.bytes == 160
    assert _net(layers, memory="inplace").peak_memory.bytes == 160
    kept = {**layers, "add": {"op": "Add", "from": ["a", "b"]}}
    assert _net(kept).peak_memory.bytes == 240
    assert _net(kept, memory="inplace").peak_memory.bytes == 240  # `a` is read again: no reuse
    wide = {"a": {"op": "Linear", "out_features": 100}, "r": "ReLU", "s": "Sigmoid"}
    assert _net(wide).peak_memory.bytes == 1600
    assert _net(wide, memory="inplace").peak_memory.bytes == 880


def test_in_place_never_writes_over_an_input_of_the_net() -> None:
    assert _net({"a": "ReLU"}, memory="inplace").peak_memory.bytes == 160


def test_who_reads_indices_does_not_read_the_values_beside_them() -> None:
    """The values of `pool` are read by `r` alone, which may write over them."""
    layers = {
        "conv": {"op": "Conv2d", "out_channels": 4, "kernel_size": 1},
        "pool": {"op": "MaxPool2d", "kernel_size": 2, "stride": 1, "padding": 1, "return_indices": True},
        "r": "ReLU",
        "un": {"op": "MaxUnpool2d", "kernel_size": 2, "stride": 1, "padding": 1, "from": ["r", "pool"]},
    }
    spec = {"cnnshape": 1, "input": [4, 8, 8], "layers": layers}
    image, pooled = 4 * 64 * 4, 4 * 81 * 4
    peak = cnnshape.analyze(spec, memory="inplace").peak_memory
    assert (peak.bytes, peak.step) == (image + pooled + 2 * pooled, "pool")
    assert cnnshape.analyze(spec).peak_memory.bytes == 2 * pooled + 2 * pooled


def test_what_an_unpooling_reads_is_kept_for_it() -> None:
    layers = {
        "conv": {"op": "Conv2d", "out_channels": 4, "kernel_size": 1},
        "pool": {"op": "MaxPool2d", "kernel_size": 2, "stride": 1, "padding": 1, "return_indices": True},
        "r": "ReLU",
        "un": {"op": "MaxUnpool2d", "kernel_size": 2, "stride": 1, "padding": 1, "from": ["pool", "pool"]},
    }
    spec = {"cnnshape": 1, "input": [4, 8, 8], "outputs": ["r", "un"], "layers": layers}
    image, pooled = 4 * 64 * 4, 4 * 81 * 4
    peak = cnnshape.analyze(spec, memory="inplace").peak_memory
    assert (peak.bytes, peak.step) == (pooled + 2 * pooled + pooled + image, "un")


def test_in_place_waits_for_the_last_read() -> None:
    layers = {
        "z": {"op": "Linear", "out_features": 10},
        "a": {"op": "Linear", "out_features": 100},
        "r": "ReLU",
        "add": {"op": "Add", "from": ["a", "r"]},
    }
    peak = _net(layers, memory="inplace").peak_memory
    assert (peak.bytes, peak.step) == (2 * 800, "r")


def test_in_place_takes_a_storage_of_the_same_size() -> None:
    layers = {
        "b": {"op": "Linear", "out_features": 100},
        "a": {"op": "Linear", "out_features": 1},
        "add": {"op": "Add", "from": ["a", "b"]},
    }
    peak = _net(layers, memory="inplace").peak_memory
    assert (peak.bytes, peak.step) == (8 + 2 * 800, "add")


def test_a_net_that_needs_no_memory_names_its_first_layer() -> None:
    layers = {"p": {"op": "Parameter", "shape": [1, 2]}, "q": {"op": "Parameter", "shape": [1, 2]}}
    assert _net(layers, outputs=["p", "q"]).peak_memory == (0, "p", ())


def test_a_learned_tensor_is_no_activation() -> None:
    layers: dict[str, Any] = {
        "table": {"op": "Parameter", "shape": [1, 2, 10]},
        "view": {"op": "Flatten", "from": "table"},
        "back": {"op": "Unflatten", "dim": 1, "unflattened_size": [2, 10]},
        "add": {"op": "Add", "from": ["input", "back"]},
    }
    net = _net(layers)
    assert net.total.activation_elements == 20
    assert net.total.params == 20
    assert net.peak_memory.bytes == 160


@pytest.mark.parametrize("dtype", ITEMSIZES)
def test_bytes_follow_the_dtype(dtype: str) -> None:
    net = _net({"a": {"op": "Linear", "out_features": 30}, "bn": "BatchNorm1d"}, dtype=dtype, batch=3)
    item = ITEMSIZES[dtype]
    assert net.total.weight_bytes == net.total.params * item
    assert net.total.buffer_bytes == 4 * item + 8
    assert net.total.activation_bytes == 2 * 3 * 60 * item
    assert net.peak_memory.bytes == 2 * 3 * 60 * item


def test_unknown_names() -> None:
    with pytest.raises(UsageError, match="there is no dtype `float31`"):
        itemsize("float31")
    with pytest.raises(UsageError, match="there is no memory rule `reuse`"):
        rule("reuse")
