"""Axes that are followed just as the first one, against each followed by itself."""

from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import Phase, given, reject, settings
from hypothesis import strategies as st

from cnnshape.analysis.receptive import propagation as walk
from cnnshape.analysis.receptive import twins
from cnnshape.analysis.receptive.field import Field
from cnnshape.analysis.receptive.fields import Figures, summaries
from cnnshape.analysis.receptive.misalignment import misaligned
from cnnshape.analysis.receptive.propagation import Walk
from cnnshape.core.errors import ShapeError
from cnnshape.graph.build import build
from cnnshape.graph.graph import Graph

Fields = list[dict[str, list[Field]]]


def one_by_one(net: Graph) -> Fields:
    """The fields of all that the layers make, every axis of every input by itself."""
    own = Walk(net)
    seen, figures = own.seen()[len(net.inputs) :], Figures(own)
    found: Fields = [{name: [] for number, name in enumerate(net.inputs) if bits >> number & 1} for bits in seen]
    for number, name, axis in own.origins():
        for mine, reading in zip(found, own.readings(number, axis), strict=True):
            if name in mine:
                mine[name].append(figures.of(reading))
    return found


def at_once(net: Graph) -> Fields:
    return [{name: list(fields) for name, fields in mine.items()} for mine in summaries(net)[len(net.inputs) :]]


POOL: dict[str, Any] = {"op": "AdaptiveAvgPool2d", "output_size": 8}

WINDOWS: dict[str, Any] = {
    "pool": POOL,
    "last": {"op": "Permute", "dims": [0, 2, 3, 1]},
    "rolled": {"op": "Roll", "shifts": [-1, -1], "dims": [1, 2]},
    "cut": {"op": "Reshape", "shape": ["batch", 2, 4, 2, 4, 2]},
    "windows": {"op": "Permute", "dims": [0, 1, 3, 2, 4, 5]},
    "tokens": {"op": "Reshape", "shape": ["4 * batch", 16, 2]},
    "attention": {"op": "MultiheadAttention", "num_heads": 1, "batch_first": True},
    "apart": {"op": "Reshape", "shape": ["batch", 2, 2, 4, 4, 2]},
    "back": {"op": "Permute", "dims": [0, 1, 3, 2, 4, 5]},
    "map": {"op": "Reshape", "shape": ["batch", 8, 8, 2]},
    "unrolled": {"op": "Roll", "shifts": [1, 1], "dims": [1, 2]},
    "sum": {"op": "Add", "from": ["last", "unrolled"]},
    "first": {"op": "Permute", "dims": [0, 3, 1, 2]},
    "conv": {"op": "Conv2d", "out_channels": 2, "kernel_size": 3, "padding": 1},
}
"""Rows and columns in windows, which attend to themselves and go back."""

TOKENS: dict[str, Any] = {
    "pool": POOL,
    "flat": {"op": "Flatten", "start_dim": 2},
    "tokens": {"op": "Transpose", "dim0": 1, "dim1": 2},
    "norm": {"op": "LayerNorm", "normalized_shape": [2]},
    "attention": {"op": "MultiheadAttention", "num_heads": 1, "batch_first": True},
    "sum": {"op": "Add", "from": ["tokens", "attention"]},
    "turned": {"op": "Transpose", "dim0": 1, "dim1": 2},
    "map": {"op": "Unflatten", "dim": 2, "unflattened_size": [8, -1]},
    "conv": {"op": "Conv2d", "out_channels": 2, "kernel_size": 3, "padding": 1},
}


@st.composite
def square(draw: st.DrawFn) -> Graph:
    """A net that mostly treats rows as columns, and now and then does not."""
    layers: dict[str, dict[str, Any]] = {}
    size = draw(st.sampled_from([[2, 16, 16], [2, 16, 16], [2, 16, 12]]))
    for number in range(draw(st.integers(1, 6))):
        last, name = next(reversed(layers), "input"), f"l{number}"
        kind = draw(st.sampled_from(["conv", "conv", "pool", "wide", "turn", "there and back", "add", "rows", "up"]))
        window = {
            "kernel_size": draw(st.sampled_from([3, 3, [3, 1], [1, 3]])),
            "stride": draw(st.sampled_from([1, 1, 2])),
        }
        if kind == "conv":
            layers[name] = {
                "op": "Conv2d",
                "out_channels": 2,
                "padding": "same" if window["stride"] == 1 else 1,
                **window,
            }
        elif kind == "pool":
            layers[name] = {"op": "AvgPool2d", "kernel_size": 2, "stride": draw(st.sampled_from([1, 2, [1, 2]]))}
        elif kind == "wide":
            layers[name] = {"op": "AdaptiveAvgPool2d", "output_size": draw(st.sampled_from([1, 4, [1, 4]]))}
        elif kind == "turn":
            layers[name] = {"op": "Transpose", "dim0": 2, "dim1": 3}
        elif kind == "there and back":
            layers[f"{name}.last"] = {"op": "Permute", "dims": [0, 2, 3, 1]}
            layers[f"{name}.norm"] = {"op": "ReLU"}
            layers[name] = {"op": "Permute", "dims": [0, 3, 1, 2]}
        elif kind == "add":
            layers[f"{name}.side"] = {
                "op": "Conv2d",
                "out_channels": 2,
                "padding": "same",
                "kernel_size": 3,
                "from": last,
            }
            layers[name] = {"op": "Add", "from": [last, f"{name}.side"]}
        elif kind == "rows":
            layers[name] = {"op": "Mean", "dim": draw(st.sampled_from([2, 3, [2, 3]])), "keepdim": True}
        else:
            layers[name] = {"op": "Upsample", "scale_factor": draw(st.sampled_from([2, [2, 1]]))}
    if draw(st.booleans()):
        layers |= draw(st.sampled_from([WINDOWS, WINDOWS, TOKENS, {"flat": "Flatten"}]))
    try:
        return build({"cnnshape": 1, "input": size, "layers": layers})
    except ShapeError:
        reject()


@given(square())
def test_fields_are_those_of_each_axis_by_itself(net: Graph) -> None:
    assert at_once(net) == one_by_one(net)
    with patch.object(walk, "fits", lambda *_: False):
        every = misaligned(net)
    assert misaligned(net) == every


WRONG: list[tuple[Any, str, Any]] = [
    (twins, "_read_alike", lambda *_: True),
    (walk, "renamed", lambda state, _: state),
    (twins, "_are_level", lambda _: True),
]


@pytest.mark.parametrize("wrong", WRONG)
def test_the_test_above_bites(wrong: tuple[Any, str, Any]) -> None:
    @settings(max_examples=500, phases=[Phase.generate])
    @given(square())
    def check(net: Graph) -> None:
        assert at_once(net) == one_by_one(net)

    with patch.object(*wrong), pytest.raises(AssertionError):
        check()
