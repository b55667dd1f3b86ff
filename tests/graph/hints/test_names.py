"""Names of other frameworks: each hint is followed, and what it says is built."""

from collections.abc import Iterator
from typing import Any

import pytest

import cnnshape
from cnnshape.graph.hints.elsewhere import FIELDS, NOTES, NOTHING, SAME, STEPS
from cnnshape.graph.hints.names import instead, names
from cnnshape.layers import BUILTIN
from cnnshape.layers.registry import layer_type
from tests.graph.hints.following import lines, net, refused

SHAPES = {1: (16, 12), 2: (16, 12, 12), 3: (16, 6, 6, 6)}
TOKENS = {
    *("bmm", "mm", "batchmatmul", "batchdot", "dot", "einsum", "attention", "selfattention", "multiheadselfattention"),
    *("scaleddotproductattention", "sdpa"),
}
IMAGES = {
    *("upsamplingbilinear", "upsamplebilinear", "resizebilinear", "resizebicubic", "upsamplebicubic", "depthtospace"),
    *("subpixel", "subpixelconv", "spacetodepth", "reorg", "focus", "layernorm#", "convbnact", "convbnrelu", "mbconv"),
    *("convnormactivation", "convnormact", "squeezeexcite", "squeezeexcitation", "selayer", "seblock", "semodule"),
    "invertedresidual",
}


def cases() -> Iterator[tuple[str, int]]:
    for name in [*names(), "chunk", "split"]:
        yield from ((name, axes) for axes in ((1,) if name in TOKENS else (2,) if name in IMAGES else (1, 2, 3)))


def followed(hint: str, axes: int, *, square: bool) -> cnnshape.Analysis:
    """A net with the layers of a hint behind inputs of the names that a form reads."""
    sizes = (12, 12) if square else SHAPES[axes]
    inputs = {name: list(sizes) for name in ("x", "a", "b", "q", "k", "v")}
    pool = {"op": f"MaxPool{axes}d", "kernel_size": 2, "return_indices": True, "from": "x"}
    start = {"pool": pool, "small": {"op": f"MaxPool{axes}d", "kernel_size": 2, "from": "x"}}
    made: dict[str, Any] = {} if square else start
    chain = proposed(hint)
    assert chain, hint
    first = next(iter(chain.values()))
    first.setdefault("from", "x")
    if first.get("op", "").startswith("MaxUnpool"):
        first["from"] = ["small", "pool"]
    made |= chain
    return cnnshape.analyze({"cnnshape": 1, "inputs": inputs, "layers": made, "outputs": _outputs(made)})


def proposed(hint: str) -> dict[str, Any]:
    """The layers that a hint says to write, without what its notes say of other ways."""
    first = hint.partition("; ")[0] if hint.startswith("write ") else hint
    return {name: entry for line in lines(first) for name, entry in line.items()}


def _outputs(layers: dict[str, Any]) -> list[str]:
    """All layers that nothing reads."""
    read: set[str] = set()
    for before, entry in zip([None, *layers], layers.values(), strict=False):
        stated = entry.get("from", before)
        read.update(stated if isinstance(stated, list) else [stated])
    return [name for name in layers if name not in read]


@pytest.mark.parametrize(("name", "axes"), list(cases()))
def test_what_the_table_says_is_built(name: str, axes: int) -> None:
    square = name in TOKENS
    x = (1, 12, 12) if square else (1, *SHAPES[axes])
    word = "LayerNorm2d" if name == "layernorm#" else name
    hint = instead(word, BUILTIN, x, {"op": word})
    assert "did you mean" not in hint
    if not lines(hint):
        assert hint == NOTES[next(names for names in NOTES if name in names.split())]
        return
    built = followed(hint, axes, square=square)
    for node in built.graph.nodes:
        assert node.op[-2:] not in {"1d", "2d", "3d"} or int(node.op[-2]) == axes


WANTED = {
    "Dense": "write `flat: Flatten`, `fc: {op: Linear, out_features: 10}`",
    "GlobalAvgPool2d": "write `{op: AdaptiveAvgPool2d, output_size: 1}`",
    "GlobalAveragePooling2D": "write `{op: Mean, dim: [2, 3]}`",
    "ZeroPadding2D": "write `{op: ZeroPad2d, padding: 1}`",
    "BatchNormalization": "write `BatchNorm2d`",
    "Swish": "write `SiLU`",
    "DepthwiseConv2d": "write `{op: Conv2d, out_channels: in_channels, kernel_size: 3, groups: in_channels}`",
    "SeparableConv2D": "write `dw: {op: Conv2d, out_channels: in_channels, kernel_size: 3, groups: in_channels, "
    "bias: false}`, `pw: {op: Conv2d, out_channels: 8, kernel_size: 1}`",
    "Interpolate": "write `{op: Upsample, scale_factor: 2}`",
    "UpsamplingBilinear2d": "write `{op: Upsample, scale_factor: 2, mode: bilinear, align_corners: true}`",
    "UpsamplingNearest2d": "write `{op: Upsample, scale_factor: 2}`",
    "View": "write `{op: Reshape, shape: [batch, -1]}`",
    "BMM": "write `{op: MatMul, from: [a, b]}`",
    "Chunk": "write `part0: {op: Slice, from: input, dim: 1, end: 8}`, "
    "`part1: {op: Slice, from: input, dim: 1, start: 8}`",
    "Multiply": "write `{op: Mul, from: [a, b]}`",
    "Conv2DTranspose": "did you mean `ConvTranspose2d`?",
    "Conv": "did you mean `Conv2d`?",
    "Norm": "write `square: {op: Pow, value: 2}`, `sum: {op: Sum, dim: 1}`, `root: Sqrt`",
    "DeformConv2d": "`{op: Conv2d, out_channels: 8, kernel_size: 3}` has its shapes, weights and MACs",
}


@pytest.mark.parametrize("word", WANTED)
def test_what_a_newcomer_writes(word: str) -> None:
    problem = refused(net({"first": {"op": word}}, 16, 8, 8))
    assert problem.text == f"there is no op `{word}`"
    assert problem.hint.startswith(WANTED[word])


KERAS = [
    ({"op": "Dense", "units": 7}, (16,), (7,)),
    ({"op": "Conv2D", "filters": 7, "kernel_size": 3, "strides": 2}, (3, 9, 9), (7, 4, 4)),
    ({"op": "Conv2DTranspose", "filters": 7, "kernel_size": 3, "strides": 2}, (3, 9, 9), (7, 19, 19)),
    ({"op": "DepthwiseConv2D", "kernel_size": 3, "depth_multiplier": 2}, (3, 9, 9), (6, 7, 7)),
    ({"op": "SeparableConv2D", "filters": 7, "kernel_size": 5, "strides": 2}, (3, 9, 9), (7, 3, 3)),
    ({"op": "MaxPooling2D", "pool_size": 3, "strides": 1}, (3, 9, 9), (3, 7, 7)),
    ({"op": "UpSampling2D", "size": 3}, (3, 9, 9), (3, 27, 27)),
    ({"op": "Interpolate", "size": 20, "mode": "bilinear"}, (3, 9, 9), (3, 20, 20)),
    ({"op": "tf.keras.layers.GlobalAveragePooling1D"}, (3, 9), (3,)),
    ({"op": "nn.LazyConv2d", "out_channels": 4, "kernel_size": 3}, (3, 9, 9), (4, 7, 7)),
    ({"op": "Split", "dim": 2, "chunks": 3}, (3, 9, 9), (3, 3, 9)),
    ({"op": "DeformConv2d", "out_channels": 4, "kernel_size": 3, "padding": 1}, (3, 9, 9), (4, 9, 9)),
]


@pytest.mark.parametrize(("entry", "sizes", "made"), KERAS, ids=lambda value: str(value)[:40])
def test_the_fields_of_an_entry_are_kept(entry: dict[str, Any], sizes: tuple[int, ...], made: tuple[int, ...]) -> None:
    hint = refused(net({"first": entry}, *sizes)).hint
    layers = proposed(hint)
    if hint.startswith("did you mean"):
        layers = {"first": {**entry, "op": hint.split("`")[1]}}
    built = cnnshape.analyze(net(layers, *sizes, outputs=_outputs(layers)))
    assert built.graph.shapes[-1] == (1, *made)


@pytest.mark.parametrize("word", ["Con3d", "conv3", "BatchNorm3", "MaxPol3d", "Convv1d", "AvgPool1D", "batch_norm1d"])
def test_the_nearest_name_has_the_axes_of_the_input(word: str) -> None:
    hint = refused(net({"first": {"op": word}}, 3, 8, 8)).hint
    assert "2d`" in hint
    assert "3d`" not in hint
    assert "1d`" not in hint


@pytest.mark.parametrize("word", NOTHING.split())
def test_no_other_op_is_named_for_one_that_there_is_not(word: str) -> None:
    assert refused(net({"first": {"op": word.title()}}, 3, 8, 8)).hint == ""


def test_a_name_is_in_one_table_once() -> None:
    single = [name for table in (SAME, STEPS) for key in table for name in key.split()]
    assert len(single) == len(set(single))
    own = {op.lower() for op in BUILTIN}
    assert own.isdisjoint(single)


def test_fields_of_other_frameworks_are_fields_here() -> None:
    fields = {field for op in BUILTIN for field in layer_type(op, BUILTIN).model_fields}
    assert set(FIELDS.values()) <= fields
    assert set(FIELDS).isdisjoint({"kernel_size", "stride", "padding"})


def test_an_op_in_a_variable_is_looked_up_too() -> None:
    spec = net({"act": {"op": "act"}}, 3, 8, 8, vars={"act": "Swish"})
    assert refused(spec).hint == "write `SiLU`"


def test_a_field_of_another_framework_is_named() -> None:
    conv = {"op": "Conv2d", "filters": 8, "kernel_size": 3}
    assert refused(net({"conv": conv}, 3, 8, 8)).text == "Conv2d needs `out_channels`: a whole number from 1 up"
    strides = {"op": "Conv2d", "out_channels": 8, "kernel_size": 3, "strides": 2}
    assert refused(net({"conv": strides}, 3, 8, 8)).hint == "did you mean `stride`?"
