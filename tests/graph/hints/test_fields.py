"""Entries of other frameworks with their fields: what the hint proposes is built, and has the shape it has there."""

import re
from collections.abc import Callable, Iterator
from itertools import product
from typing import Any

import pytest
import torch

import cnnshape
from cnnshape.graph.hints.elsewhere import ACTIVATIONS, FIELDS, NOTES, SAME, STEPS
from cnnshape.graph.hints.names import instead
from cnnshape.layers import BUILTIN
from cnnshape.layers.registry import layer_type
from tests.effort import share
from tests.graph.hints.following import lines, net, refused, ticked
from tests.graph.hints.test_names import cases, proposed

SIZES = (8, 9, 12)
Entry = dict[str, Any]


def built(entry: Entry, sizes: tuple[int, ...] = SIZES) -> list[tuple[int, ...]]:
    """The outputs of the net in which the layers that a hint proposes are written for an entry."""
    hint = refused(net({"first": entry}, *sizes)).hint
    layers = {"first": {**entry, "op": ticked(hint)[0]}} if hint.startswith("did you mean") else proposed(hint)
    assert layers, hint
    read = {layer.get("from") for layer in layers.values()}
    ends = [name for name in layers if name not in read and layers[name]["op"] == "Slice"]
    return [*cnnshape.analyze(net(layers, *sizes, **({"outputs": ends} if ends else {}))).outputs.values()]


X = torch.zeros(1, *SIZES)
Made = Callable[[], Any]
TORCH: list[tuple[Entry, Made]] = [
    ({"op": "UpsamplingNearest2d", "size": [32, 30]}, lambda: torch.nn.UpsamplingNearest2d(size=(32, 30))(X)),
    ({"op": "UpsamplingNearest2d", "size": 32}, lambda: torch.nn.UpsamplingNearest2d(size=32)(X)),
    ({"op": "UpsamplingNearest2d", "scale_factor": 3}, lambda: torch.nn.UpsamplingNearest2d(scale_factor=3)(X)),
    ({"op": "UpsamplingBilinear2d", "size": 32}, lambda: torch.nn.UpsamplingBilinear2d(size=32)(X)),
    ({"op": "UpsamplingBilinear2d", "scale_factor": 2}, lambda: torch.nn.UpsamplingBilinear2d(scale_factor=2)(X)),
    ({"op": "interpolate", "size": 20}, lambda: torch.nn.functional.interpolate(X, size=20)),
    ({"op": "interpolate", "size": [20, 7], "mode": "bilinear", "align_corners": True},
     lambda: torch.nn.functional.interpolate(X, size=(20, 7), mode="bilinear", align_corners=True)),
    ({"op": "interpolate", "scale_factor": 2, "mode": "bicubic"},
     lambda: torch.nn.functional.interpolate(X, scale_factor=2, mode="bicubic")),
    ({"op": "View", "size": [1, 864]}, lambda: X.view(1, 864)),
    ({"op": "View", "size": [-1, 8, 108]}, lambda: X.view(-1, 8, 108)),
    ({"op": "Pad", "padding": [1, 2, 3, 4]}, lambda: torch.nn.functional.pad(X, (1, 2, 3, 4))),
    ({"op": "SpaceToDepth", "block_size": 3}, lambda: torch.nn.functional.pixel_unshuffle(X, 3)),
    ({"op": "DepthToSpace", "block_size": 2}, lambda: torch.nn.functional.pixel_shuffle(X, 2)),
    ({"op": "Narrow", "dim": 2, "start": 1, "end": 5}, lambda: X[:, :, 1:5]),
    ({"op": "GlobalAvgPool2d"}, lambda: torch.nn.AdaptiveAvgPool2d(1)(X)),
    *[({"op": "Split", key: held, **more}, lambda held=held, more=more: torch.split(X, held, **{"dim": 1, **more}))
      for key in ("split_size", "split_size_or_sections")
      for held, more in ((3, {}), (5, {"dim": 3}), (4, {"dim": 2}), ([2, 6], {}), ([1, 2, 5], {}))],
    *[({"op": "Chunk", "chunks": held, "dim": dim}, lambda held=held, dim=dim: torch.chunk(X, held, dim))
      for held, dim in product((2, 3, 4), (1, 2, 3))],
    *[({"op": "TensorSplit", "indices_or_sections": held, "dim": dim},
       lambda held=held, dim=dim: torch.tensor_split(X, held, dim))
      for held, dim in product((2, 3, 4, [2, 5]), (1, 2, 3))],
]  # fmt: skip


@pytest.mark.parametrize(("entry", "made"), TORCH, ids=lambda value: str(value)[:60] if isinstance(value, dict) else "")
def test_a_layer_has_the_shape_that_torch_gives(entry: Entry, made: Made) -> None:
    found = made()
    wanted = [found] if isinstance(found, torch.Tensor) else found
    assert built(entry) == [tuple(each.shape) for each in wanted]


def kept(size: int, kernel: int, stride: int, dilation: int, padding: str) -> int:
    """The output size that Keras documents for a window."""
    return -(-size // stride) if padding == "same" else -(-(size - dilation * (kernel - 1)) // stride)


def windows() -> Iterator[tuple[Entry, tuple[int, ...], tuple[int, ...]]]:
    """Keras' layers with a window: the entry, the input, and the output."""
    for axes, kernel, stride, dilation, padding, activation in product(
        (1, 2, 3), (2, 3), (1, 2), (1, 2), ("same", "valid"), (None, "relu")
    ):
        sizes = (4, *(9, 12, 10)[:axes])
        space = tuple(kept(size, kernel, stride, dilation, padding) for size in sizes[1:])
        conv = {
            "kernel_size": kernel,
            "strides": stride,
            "padding": padding,
            "use_bias": False,
            "activation": activation,
        }
        if stride == 1 or dilation == 1:
            conv |= {"dilation_rate": dilation} if dilation > 1 else {}
            yield {"op": f"Conv{axes}D", "filters": 7, **conv}, sizes, (7, *space)
            yield {"op": f"SeparableConv{axes}D", "filters": 7, "depth_multiplier": 2, **conv}, sizes, (7, *space)
            yield {"op": f"DepthwiseConv{axes}D", "depth_multiplier": 3, **conv}, sizes, (12, *space)
        if dilation == 1:
            spread = tuple(size * stride + (max(kernel - stride, 0) if padding == "valid" else 0) for size in sizes[1:])
            yield {"op": f"Conv{axes}DTranspose", "filters": 7, **conv}, sizes, (7, *spread)
            pool = {"pool_size": kernel, "strides": stride, "padding": padding}
            yield {"op": f"MaxPooling{axes}D", **pool}, sizes, (4, *space)
            yield {"op": f"AveragePooling{axes}D", **pool}, sizes, (4, *space)


@pytest.mark.parametrize(("entry", "sizes", "made"), share(windows(), 3), ids=str)
def test_a_window_has_the_shape_that_keras_gives(entry: Entry, sizes: tuple[int, ...], made: tuple[int, ...]) -> None:
    assert built({key: held for key, held in entry.items() if held is not None}, sizes) == [(1, *made)]


KERAS: list[tuple[Entry, tuple[int, ...], tuple[int, ...]]] = [
    ({"op": "UpSampling2D", "size": 2, "interpolation": "bilinear"}, SIZES, (8, 18, 24)),
    ({"op": "UpSampling2D", "size": [2, 3]}, SIZES, (8, 18, 36)),
    ({"op": "UpSampling1D", "size": 2}, (8, 9), (8, 18)),
    ({"op": "GlobalAveragePooling2D", "keepdims": True}, SIZES, (8, 1, 1)),
    ({"op": "GlobalMaxPooling2D", "keepdims": False}, SIZES, (8,)),
    ({"op": "Cropping2D", "cropping": [[1, 1], [2, 3]]}, SIZES, (8, 7, 7)),
    ({"op": "Cropping2D", "cropping": [1, 2]}, SIZES, (8, 7, 8)),
    ({"op": "Cropping1D", "cropping": [1, 2]}, (8, 9), (8, 6)),
    ({"op": "ZeroPadding2D", "padding": [[1, 1], [2, 3]]}, SIZES, (8, 11, 17)),
    ({"op": "ZeroPadding2D", "padding": [1, 2]}, SIZES, (8, 11, 16)),
    ({"op": "ZeroPadding1D", "padding": [1, 2]}, (8, 9), (8, 12)),
    ({"op": "ZeroPadding3D", "padding": [1, [2, 3], 0]}, (2, 4, 5, 6), (2, 6, 10, 6)),
    ({"op": "Conv1D", "filters": 3, "kernel_size": 3, "dilation_rate": 4, "padding": "causal"}, (8, 20), (3, 20)),
    ({"op": "Dense", "units": 64, "activation": "relu"}, SIZES, (64,)),
    ({"op": "Dense", "units": 64, "activation": "softmax"}, (8,), (64,)),
]


@pytest.mark.parametrize(("entry", "sizes", "made"), KERAS, ids=str)
def test_a_layer_has_the_shape_that_keras_gives(entry: Entry, sizes: tuple[int, ...], made: tuple[int, ...]) -> None:
    assert built(entry, sizes) == [(1, *made)]


def test_features_of_an_image_read_all_of_it() -> None:
    hint = refused(net({"fc": {"op": "Dense", "units": 64}}, 8, 16, 16)).hint
    flat, whole, each = (next(iter(line.values())) for line in lines(hint))
    assert cnnshape.analyze(net({"a": flat, "b": whole}, 8, 16, 16)).total.params == 8 * 16 * 16 * 64 + 64
    assert cnnshape.analyze(net({"a": each}, 8, 16, 16)).outputs == {"a": (1, 64, 16, 16)}


@pytest.mark.parametrize("word", sorted(ACTIVATIONS))
def test_an_activation_is_a_layer_of_its_own(word: str) -> None:
    for entry in ({"op": "Dense", "units": 3, "activation": word}, {"op": "Activation", "activation": word}):
        assert built(entry, (8,))
    assert "activation" in refused(net({"a": {"op": "Dense", "units": 3, "activation": "mine"}}, 8)).hint


VALUES: dict[str, list[Any]] = {
    **{name: [3, [2, 2], [[1, 1], [2, 2]], "same", {"a": 1}] for name in FIELDS},
    **{name: [3, [2, 2], [[1, 1], [2, 2]], "same"] for name in set(FIELDS.values()) | {"cropping", "size", "split"}},
    "axis": [1, -1, [1, 2]],
    "activation": ["relu", "mine", 3],
    "interpolation": ["bilinear", "lanczos", 3],
    "data_format": ["channels_last"],
    "name": ["conv"],
    "use_bias": [False, "no"],
    "kernel_initializer": ["he_normal"],
    "trainable": [False],
    "depth_multiplier": [2, [1]],
}


def forms() -> Iterator[tuple[str, int]]:
    """One of the names that the tables have for the same thing, with a number of axes."""
    first = {key.split()[0] for table in (SAME, STEPS, NOTES) for key in table} | {"chunk", "split"}
    known = dict(cases())  # the last number of axes
    yield from ((name, min(known[name], 2)) for name in sorted(first) if name in known)


@pytest.mark.parametrize(("name", "axes"), share(forms(), 3))
def test_a_field_is_in_the_lines_or_named(name: str, axes: int) -> None:
    word = "LayerNorm2d" if name == "layernorm#" else name
    x = (1, 16, *(12, 12, 12)[:axes])
    for key, values in VALUES.items():
        for value in values:
            hint = instead(word, BUILTIN, x, {"op": word, key: value})
            for line in lines(hint):
                for entry in line.values():
                    assert "block" in entry or entry["op"] in BUILTIN, hint
            layers = proposed(hint) if hint.startswith("write ") else {}
            if not layers:
                continue
            assert f"`{key}`" in hint or is_in(key, value, layers), hint
            for entry in layers.values():
                assert_legal(entry, hint)


def is_in(key: str, value: Any, layers: dict[str, Entry]) -> bool:
    """Whether layers say what a field says."""
    held = [each for entry in layers.values() for each in entry.items()]
    if key in ("activation", "function"):
        return len(layers) > 1 or "op" in next(iter(layers.values()))
    if value in ([[1, 1], [2, 2]], [2, 2], 3) and {"padding", "cropping"} & {key, FIELDS.get(key)}:
        return any(each[0] == "padding" for each in held)
    if value == "same":
        return True  # in numbers, which other tests compare
    if key in ("depth_multiplier", "interpolation"):
        return any(str(value) in str(each) for _, each in held)
    if key in ("split_size", "split", "chunks", "size", "block_size"):
        return any(
            each[0] in ("end", "size", "scale_factor", "downscale_factor", "upscale_factor", "shape") for each in held
        )
    return (FIELDS.get(key, key), False if value == "no" else value) in held


def assert_legal(entry: Entry, hint: str) -> None:
    """Every field of an entry exists and takes its value; what is over variables is left out."""
    if "op" not in entry:
        return
    kind = layer_type(entry["op"], BUILTIN)
    plain = {key: held for key, held in entry.items() if key not in ("op", "from")}
    assert set(plain) <= set(kind.model_fields), hint
    numbers = {key: 1 if isinstance(held, str) and "in_channels" in held else held for key, held in plain.items()}
    if entry["op"] != "Reshape" and "value" not in numbers:
        kind(**{key: held for key, held in numbers.items() if not re.search("end|start", key)} | {
            key: 1 for key in numbers if re.search("end|start", key)})  # fmt: skip


def test_no_module_of_torch_is_taken_for_another_one() -> None:
    for name in dir(torch.nn):
        if name in BUILTIN or not isinstance(getattr(torch.nn, name), type):
            continue
        hint = instead(name, BUILTIN, (1, 8, 9, 9), {"op": name})
        if hint.startswith("did you mean"):
            meant = hint.split("`")[1]
            assert name.removeprefix("Lazy")[:-2] in meant, (name, hint)
