"""Sizes that are stated and are not what the input has: whoever follows the hint gets a net in which they are right."""

import re
from itertools import combinations
from math import prod
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import cnnshape
from cnnshape.core.errors import CnnshapeError
from tests.graph.hints.following import lines, net, refused

STATED: dict[str, tuple[str, dict[str, Any]]] = {
    "Linear": ("in_features", {"out_features": 5}),
    "Conv1d": ("in_channels", {"out_channels": 5, "kernel_size": 1}),
    "Conv2d": ("in_channels", {"out_channels": 5, "kernel_size": 1}),
    "Conv3d": ("in_channels", {"out_channels": 5, "kernel_size": 1}),
    "ConvTranspose1d": ("in_channels", {"out_channels": 5, "kernel_size": 1}),
    "ConvTranspose2d": ("in_channels", {"out_channels": 5, "kernel_size": 1}),
    "BatchNorm1d": ("num_features", {}),
    "BatchNorm2d": ("num_features", {}),
    "InstanceNorm2d": ("num_features", {"track_running_stats": True}),
    "GroupNorm": ("num_channels", {"num_groups": 1}),
    "LayerNorm": ("normalized_shape", {}),
    "RMSNorm": ("normalized_shape", {}),
    "MultiheadAttention": ("embed_dim", {"num_heads": 1, "batch_first": True}),
    "PReLU": ("num_parameters", {}),
}
AXES = {"Conv1d": 2, "Conv2d": 3, "Conv3d": 4, "ConvTranspose1d": 2, "ConvTranspose2d": 3, "BatchNorm2d": 3,
        "InstanceNorm2d": 3, "MultiheadAttention": 2}  # fmt: skip


@st.composite
def mistakes(draw: st.DrawFn) -> tuple[str, dict[str, Any], list[int], int, bool]:
    """A layer, the sizes of its input, what it states, and whether that input is one of the net."""
    op = draw(st.sampled_from(sorted(STATED)))
    count = AXES.get(op) or draw(st.integers(1, 2 if op == "BatchNorm1d" else 4))
    sizes = draw(st.lists(st.integers(2, 9), min_size=count, max_size=count))
    products = [
        prod(sizes[axis] for axis in axes) for n in range(1, count + 1) for axes in combinations(range(count), n)
    ]
    value = draw(st.sampled_from(products) | st.integers(2, 60))
    return op, {"op": op, **STATED[op][1], STATED[op][0]: value}, sizes, value, draw(st.booleans())


def spec_of(layers: dict[str, Any], sizes: list[int], first: bool) -> dict[str, Any]:
    return net(layers if first else {"before": {"op": "ReLU"}, **layers}, *sizes)


def followed(hint: str, entry: dict[str, Any], sizes: list[int], first: bool) -> dict[str, Any]:
    """The net of a person who does what the hint says."""
    if match := re.search(r"(?:channels|features) (?:first|last): (\[[0-9, ]+\])", hint):
        return spec_of({"layer": entry}, [int(size) for size in match[1][1:-1].split(",")], first)
    given = re.search(r"`normalized_shape: (\[[0-9, ]+\])`", hint)
    if given:
        entry = {**entry, "normalized_shape": [int(size) for size in given[1][1:-1].split(",")]}
        return spec_of({"layer": entry}, sizes, first)
    chunks = [next(iter(line.values())) for line in lines(hint.partition(", or ")[0].partition("; after that")[0])]
    if "again after it" in hint:
        chunks *= 2
    split = len(chunks) // 2 if "after it" in hint else len(chunks)
    before = {f"b{place}": chunk for place, chunk in enumerate(chunks[:split])}
    after = {f"a{place}": chunk for place, chunk in enumerate(chunks[split:])}
    return spec_of({**before, "layer": entry, **after}, sizes, first)


@given(mistakes())
def test_a_hint_leads_to_what_is_stated(
    case: tuple[str, dict[str, Any], list[int], int, bool],
) -> None:
    op, entry, sizes, value, first = case
    try:
        cnnshape.analyze(spec_of({"layer": entry}, sizes, first))
    except CnnshapeError as error:
        problem = error.problems[0]
    else:
        assume(False)
    hint, key = problem.hint, STATED[op][0]
    elsewhere = len(sizes) > 1 and any(
        prod(sizes[axis] for axis in axes) == value
        for n in range(1, len(sizes) + 1)
        for axes in combinations(range(len(sizes)), n)
        if n == 1 or op == "Linear" or n == len(sizes)
    )
    assert not (elsewhere and hint.startswith("leave")), hint
    if hint.startswith("leave") or not hint:
        assert op == "PReLU" or len(sizes) == 1 or not (elsewhere or op == "Linear")
        return
    if (
        hint.startswith("state `embed_dim")
        or "the last axes of the input are" in hint
        or "; after that" in hint
        or "reads the last axis, which" in hint
    ):
        assert not elsewhere or op != "Linear"
        return
    built = cnnshape.analyze(followed(hint, entry, sizes, first))
    layer = built["layer"].node.facts
    if key != "normalized_shape":
        assert value in (layer.inputs[0][1], layer.inputs[0][-1])
    else:
        assert prod(layer.layer.__dict__[key]) == value


def test_a_missing_flatten() -> None:
    layers = {
        "conv": {"op": "Conv2d", "out_channels": 8, "kernel_size": 3},
        "fc": {"op": "Linear", "in_features": 5408, "out_features": 10},
    }
    assert refused(net(layers, 1, 28, 28)).hint == "5408 is 8 x 26 x 26: add a `Flatten` before `fc`"


def test_channels_last() -> None:
    conv = {"op": "Conv2d", "in_channels": 3, "out_channels": 8, "kernel_size": 3}
    assert refused(net({"conv": conv}, 224, 224, 3)).hint == "channels first: [3, 224, 224]"
    inside = refused(net({"r": "ReLU", "conv": conv}, 224, 200, 3)).hint
    assert inside == "the last axis has 3: put `{op: Permute, dims: [0, 3, 1, 2]}` before it, for channels come first"


@given(
    st.integers(1, 4),
    st.lists(st.integers(5, 40), min_size=2, max_size=3),
    st.lists(st.sampled_from(["pool", "relu", "drop"]), max_size=3),
)
def test_channels_last_after_layers_that_keep_the_first_axis(
    channels: int, space: list[int], before: list[str]
) -> None:
    axes = len(space)
    kinds = {"pool": {"op": f"MaxPool{axes}d", "kernel_size": 3, "stride": 2, "padding": 1}}
    steps: dict[str, Any] = {f"{kind}{place}": kinds.get(kind, "ReLU") for place, kind in enumerate(before)}
    conv = {"op": f"Conv{axes}d", "in_channels": channels, "out_channels": 8, "kernel_size": 1}
    layers = {**steps, "conv": conv}
    assume(space[0] not in (channels, 1))
    hint = refused(net(layers, *space, channels)).hint
    assert not hint.startswith("leave"), hint
    if "`input` is" in hint:
        assert hint == f"channels first: `input` is {[channels, *space]}"
        cnnshape.analyze(net(layers, channels, *space))


def test_groups_of_channels_last() -> None:
    conv = {"op": "Conv2d", "out_channels": 6, "kernel_size": 3, "groups": 3}
    assert refused(net({"conv": conv}, 32, 32, 3)).hint == "channels first: [3, 32, 32]"


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (512, "`flat` is 512 x 7 x 7, and 512 are its channels: put `{op: AdaptiveAvgPool2d, output_size: 1}`"),
        (2048, "2048 is 512 x 2 x 2, of another input size: leave in_features out, or put"),
        (1050, "leave in_features out: it is read from the input"),
    ],
)
def test_what_was_flattened(value: int, words: str) -> None:
    fc = {"op": "Linear", "in_features": value, "out_features": 10}
    assert refused(net({"flat": "Flatten", "fc": fc}, 512, 7, 7)).hint.startswith(words)


def test_features_that_nothing_explains_are_never_left_out() -> None:
    fc = {"op": "Linear", "in_features": 5000, "out_features": 10}
    hint = refused(net({"fc": fc}, 8, 26, 26)).hint
    assert "leave" not in hint
    assert hint.endswith("state `in_features: 26` for that, or add a `Flatten` before `fc` to read all 5,408")


def test_features_of_a_bilinear_layer() -> None:
    spec = {"cnnshape": 1, "inputs": {"a": [3], "b": [5]}}
    layer = {"op": "Bilinear", "from": ["a", "b"], "in1_features": 5, "in2_features": 3, "out_features": 2}
    assert refused({**spec, "layers": {"c": layer}}).hint == "that is the size of the other input: `from: [b, a]`"
    assert cnnshape.analyze({**spec, "layers": {"c": {**layer, "from": ["b", "a"]}}}).outputs == {"c": (1, 2)}


def test_keys_and_values_of_attention() -> None:
    inputs = {"q": [7, 16], "kv": [32, 9]}
    entry = {"op": "MultiheadAttention", "num_heads": 2, "batch_first": True, "from": ["q", "kv", "kv"], "kdim": 32}
    hint = refused({"cnnshape": 1, "inputs": inputs, "layers": {"att": entry}}).hint
    assert hint == "axis 1 has 32: add `{op: Transpose, dim0: 1, dim1: 2}` before `att`"
    plain = {**entry, "kdim": 10}
    hint = refused({"cnnshape": 1, "inputs": inputs, "layers": {"att": plain}}).hint
    assert hint == "state `kdim: 9`, the last axis of `kv`"


def test_a_reshape_that_does_not_fit_each_sample() -> None:
    problem = refused(net({"v": {"op": "Reshape", "shape": [-1, 256]}}, 16, 5, 5))
    assert problem.hint == "a sample has 16 x 5 x 5: a `Flatten` keeps the batch and makes (batch, 400)"


@pytest.mark.parametrize(
    ("op", "sizes", "hint"),
    [
        ("Conv2d", (1, 3, 32, 32), "the sizes of an input are stated without the batch: [3, 32, 32]"),
        ("Conv2d", (32, 32), "the sizes of an input start with its channels: [1, 32, 32]"),
        ("Conv1d", (3, 32, 32), "`Conv2d` takes 4 axes; the sizes of an input are stated without the batch: [32, 32]"),
        ("MaxPool3d", (3, 32, 32), "the sizes of an input start with its channels: [1, 3, 32, 32]"),
    ],
)
def test_the_number_of_axes(op: str, sizes: tuple[int, ...], hint: str) -> None:
    entry = {"op": op, "kernel_size": 3, **({"out_channels": 2} if op.startswith("Conv") else {})}
    assert refused(net({"layer": entry}, *sizes)).hint == hint
