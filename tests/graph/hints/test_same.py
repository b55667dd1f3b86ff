"""``padding: same`` where torch has none: what the hint says is built, and makes the pixels that TensorFlow makes."""

import re
from math import prod
from typing import Any

import pytest
import torch
from hypothesis import example, given
from hypothesis import strategies as st

import cnnshape
from cnnshape.layers import BUILTIN
from cnnshape.layers.registry import layer_type
from tests.graph.hints.following import lines, net, refused

AXES = st.integers(1, 3)


def fixed(entry: dict[str, Any], hint: str, name: str = "layer") -> dict[str, Any]:
    """The layers of a net that follows a hint."""
    plain = {key: held for key, held in entry.items() if key != "padding"}
    own = hint.partition(": write `")[2].partition("`")[0]
    for key, held in re.findall(r"(\w+): (\[[^\]]*\]|[^,]+)", own):
        plain[key] = [int(each) for each in held[1:-1].split(",")] if held[0] == "[" else _word(held)
    found = [held for line in lines(hint.partition("; for its exact pixels")[0]) for held in line.values()]
    if not found:
        return {name: plain}
    return {name: plain, "pad": found[0]} if "after it" in hint else {"pad": found[0], name: plain}


def _word(text: str) -> Any:
    return {"true": True, "false": False}[text] if text in ("true", "false") else int(text)


def by_torch(layers: dict[str, Any], x: torch.Tensor) -> torch.Tensor:
    """What a net of padding and pooling layers makes of an image."""
    for entry in layers.values():
        fields = {key: held for key, held in entry.items() if key != "op"}
        if "value" in fields:
            fields["value"] = float(fields["value"])
        fields = {key: tuple(held) if isinstance(held, list) else held for key, held in fields.items()}
        x = getattr(torch.nn, entry["op"])(**fields)(x)
    return x


def padded(x: torch.Tensor, kernel: int, stride: int, dilation: int, value: float) -> torch.Tensor:
    """An image padded as TensorFlow defines SAME, written again from its documentation."""
    pads: list[int] = []
    for size in reversed(x.shape[2:]):
        effective = (kernel - 1) * dilation + 1
        rest = size % stride
        total = max(effective - stride, 0) if rest == 0 else max(effective - rest, 0)
        pads += [total // 2, total - total // 2]
    return torch.nn.functional.pad(x, pads, value=value)


SIZES = st.integers(1, 24)


@given(axes=AXES, size=SIZES, kernel=st.integers(1, 7), stride=st.integers(2, 4), dilation=st.integers(1, 3))
@example(2, 224, 7, 2, 1)
def test_a_convolution_with_a_stride(axes: int, size: int, kernel: int, stride: int, dilation: int) -> None:
    entry = {"op": f"Conv{axes}d", "out_channels": 1, "kernel_size": kernel, "stride": stride, "dilation": dilation}
    sizes = [size + more for more in range(axes)]
    hint = refused(net({"layer": {**entry, "padding": "same"}}, 1, *sizes)).hint
    layers = fixed(entry, hint)
    assert list(cnnshape.analyze(net(layers, 1, *sizes)).graph.shapes[-1][2:]) == [-(-n // stride) for n in sizes]
    image = torch.arange(1.0, 1 + torch.Size(sizes).numel()).reshape(1, 1, *sizes)
    weight = torch.rand(1, 1, *[kernel] * axes)
    convolve = getattr(torch.nn.functional, f"conv{axes}d")
    before = by_torch({key: each for key, each in layers.items() if key == "pad"}, image)
    wanted = convolve(padded(image, kernel, stride, dilation, 0), weight, stride=stride, dilation=dilation)
    torch.testing.assert_close(convolve(before, weight, stride=stride, dilation=dilation), wanted)


@given(axes=AXES, size=SIZES, kernel=st.integers(1, 7), stride=st.integers(1, 4), dilation=st.integers(1, 3))
@example(2, 32, 3, 2, 1)
@example(1, 9, 2, 1, 1)
def test_max_pooling(axes: int, size: int, kernel: int, stride: int, dilation: int) -> None:
    entry = {"op": f"MaxPool{axes}d", "kernel_size": kernel, "stride": stride, "dilation": dilation}
    sizes = [size + more for more in range(axes)]
    hint = refused(net({"layer": {**entry, "padding": "same"}}, 1, *sizes)).hint
    layers = fixed(entry, hint)
    assert list(cnnshape.analyze(net(layers, 1, *sizes)).graph.shapes[-1][2:]) == [-(-n // stride) for n in sizes]
    image = -torch.rand(1, 1, *sizes) - 1
    pool = getattr(torch.nn.functional, f"max_pool{axes}d")
    wanted = pool(padded(image, kernel, stride, dilation, -1e30), kernel, stride, dilation=dilation)
    torch.testing.assert_close(by_torch(layers, image).clamp(min=-1e30), wanted)  # a window may hold padding alone


@given(axes=AXES, size=st.integers(4, 24), kernel=st.integers(1, 4), stride=st.integers(1, 4))
@example(2, 9, 3, 2)
def test_average_pooling(axes: int, size: int, kernel: int, stride: int) -> None:
    entry = {"op": f"AvgPool{axes}d", "kernel_size": kernel, "stride": stride}
    sizes = [size + more for more in range(axes)]
    hint = refused(net({"layer": {**entry, "padding": "same"}}, 1, *sizes)).hint
    layers = fixed(entry, hint)
    assert list(cnnshape.analyze(net(layers, 1, *sizes)).graph.shapes[-1][2:]) == [-(-n // stride) for n in sizes]
    if "pad" in layers:
        return  # an even kernel with stride 1: torch has no mean that leaves the padding out on one side only
    image = torch.rand(1, 1, *sizes)
    pool = getattr(torch.nn.functional, f"avg_pool{axes}d")
    sums = pool(padded(image, kernel, stride, 1, 0), kernel, stride)
    counts = pool(padded(torch.ones_like(image), kernel, stride, 1, 0), kernel, stride)
    torch.testing.assert_close(by_torch(layers, image), sums / counts)


@given(axes=AXES, size=SIZES, kernel=st.integers(1, 7), stride=st.integers(1, 4), dilation=st.integers(1, 3))
@example(2, 64, 3, 2, 1)
@example(2, 64, 5, 2, 1)
@example(1, 8, 4, 1, 1)
def test_a_transposed_convolution(axes: int, size: int, kernel: int, stride: int, dilation: int) -> None:
    op = f"ConvTranspose{axes}d"
    entry = {"op": op, "out_channels": 1, "kernel_size": kernel, "stride": stride, "dilation": dilation}
    sizes = [size + more for more in range(axes)]
    hint = refused(net({"layer": {**entry, "padding": "same"}}, 1, *sizes)).hint
    built = cnnshape.analyze(net(fixed(entry, hint), 1, *sizes))
    assert list(built.graph.shapes[-1][2:]) == [n * stride for n in sizes]
    if "its exact pixels" in hint:
        crop = next(iter(lines(hint.partition("; for its exact pixels")[2])[0].values()))
        built = cnnshape.analyze(net({"layer": entry, "crop": crop}, 1, *sizes))
        assert list(built.graph.shapes[-1][2:]) == [n * stride for n in sizes]
        image = torch.rand(1, 1, *sizes)
        weight = torch.rand(1, 1, *[kernel] * axes)
        transposed = getattr(torch.nn.functional, f"conv_transpose{axes}d")
        made = by_torch({"crop": crop}, transposed(image, weight, stride=stride, dilation=dilation))
        torch.testing.assert_close(made, gradient(image, weight, stride, dilation))


def gradient(image: torch.Tensor, weight: torch.Tensor, stride: int, dilation: int) -> torch.Tensor:
    """What TensorFlow's transposed convolution is defined as: the gradient of the one with SAME and this stride."""
    source = torch.zeros(1, 1, *[n * stride for n in image.shape[2:]], requires_grad=True)
    convolve = getattr(torch.nn.functional, f"conv{image.dim() - 2}d")
    made = convolve(padded(source, weight.shape[-1], stride, dilation, 0), weight, stride=stride, dilation=dilation)
    made.backward(image)
    assert source.grad is not None
    return source.grad


@given(axes=AXES, size=SIZES, kernel=st.integers(1, 7), stride=st.integers(1, 4))
def test_pooling_by_a_norm(axes: int, size: int, kernel: int, stride: int) -> None:
    entry = {"op": f"LPPool{axes}d", "norm_type": 2, "kernel_size": kernel, "stride": stride}
    sizes = [size + 7 + more for more in range(axes)]
    problem = refused(net({"layer": {**entry, "padding": "same"}}, 1, *sizes))
    assert problem.text == f"LPPool{axes}d has no padding `same`"
    built = cnnshape.analyze(net(fixed(entry, problem.hint), 1, *sizes))
    assert list(built.graph.shapes[-1][2:]) == [-(-n // stride) for n in sizes]


@pytest.mark.parametrize("op", ["MaxPool2d", "AvgPool2d", "ConvTranspose2d"])
def test_valid_pads_nothing(op: str) -> None:
    more = {"out_channels": 2} if op.startswith("Conv") else {}
    problem = refused(net({"layer": {"op": op, "kernel_size": 3, "padding": "valid", **more}}, 1, 8, 8))
    assert problem.hint == "leave out `padding`, `valid` pads nothing"


def test_a_padding_layer_that_pads_nothing_is_left_out() -> None:
    problem = refused(net({"pad": {"op": "ZeroPad2d", "padding": "valid"}}, 1, 8, 8))
    assert problem.hint == "leave out the layer, `valid` pads nothing"


NEEDED: dict[str, Any] = {
    "kernel_size": 3, "out_channels": 2, "norm_type": 2, "output_size": 5, "value": 0, "stride": 2, "dilation": 1,
}  # fmt: skip
PADDED = [
    op
    for op in BUILTIN
    if not {"padding", "kernel_size"}.isdisjoint(layer_type(op, BUILTIN).model_fields) and "Conv" not in op[:4]
]
SLIDING = ("MaxPool", "AvgPool", "LPPool", "Unfold")


@pytest.mark.parametrize("stride", [1, 2, 3])
@pytest.mark.parametrize("op", PADDED)
def test_every_op_with_padding_gets_a_line_that_is_right_or_none(op: str, stride: int) -> None:
    kind = layer_type(op, BUILTIN)
    entry = {"op": op} | {key: held for key, held in NEEDED.items() if key in kind.model_fields}
    if "stride" in kind.model_fields:
        entry["stride"] = stride
    sizes = [9, 14, 9][: kind.ranks[0] - 2]
    layer = {**entry, "padding": "same"}
    spec = net({"layer": layer}, 2, *sizes)
    if op.startswith("MaxUnpool"):
        pool = {"op": op.replace("Unpool", "Pool"), "kernel_size": 3, "stride": stride, "return_indices": True}
        spec = net({"pool": pool, "layer": {**layer, "from": ["pool", "pool"]}}, 2, *sizes)
    hint = refused(spec).hint
    for line in lines(hint):
        assert {held["op"] for held in line.values()} <= set(BUILTIN)
    if not op.startswith(SLIDING):
        assert hint == "state the padding as a number"
        return
    made = cnnshape.analyze(net(fixed(entry, hint), 2, *sizes)).graph.shapes[-1]
    steps = [-(-size // stride) for size in sizes]
    assert made == ((1, 2 * 9, prod(steps)) if op == "Unfold" else (1, 2, *steps))


def test_a_word_in_capitals_is_that_word() -> None:
    conv = {"op": "Conv2d", "out_channels": 2, "kernel_size": 3, "padding": "SAME"}
    assert refused(net({"layer": conv}, 1, 8, 8)).hint == "did you mean `same`?"
    pool = {"op": "MaxPool2d", "kernel_size": 2, "padding": "SAME"}
    assert refused(net({"layer": pool}, 1, 8, 8)).hint == (
        "TensorFlow's SAME makes 4 x 4 of 8 x 8 and pads nothing here: leave out `padding`"
    )


def test_a_causal_convolution_pads_before() -> None:
    entry = {"op": "Conv1d", "out_channels": 2, "kernel_size": 3, "dilation": 4}
    hint = refused(net({"layer": {**entry, "padding": "causal"}}, 1, 32)).hint
    (pad,) = lines(hint)[0].values()
    assert pad == {"op": "ZeroPad1d", "padding": [8, 0]}
    assert cnnshape.analyze(net({"pad": pad, "layer": entry}, 1, 32)).graph.shapes[-1] == (1, 2, 32)


def test_without_a_shape_the_hint_says_what_can_be_said() -> None:
    spec = net({"bad": "Conf2d", "layer": {"op": "MaxPool2d", "kernel_size": 3, "padding": "same"}}, 1, 8, 8)
    with pytest.raises(cnnshape.core.errors.SpecError) as caught:
        cnnshape.analyze(spec)
    assert caught.value.problems[1].hint == "state the padding as a number"


def test_the_kind_of_padding_is_kept() -> None:
    entry = {"op": "Conv2d", "out_channels": 1, "kernel_size": 4, "stride": 2, "padding_mode": "reflect"}
    hint = refused(net({"layer": {**entry, "padding": "same"}}, 1, 8, 8)).hint
    assert "`{op: ReflectionPad2d, padding: [1, 1, 1, 1]}`" in hint
