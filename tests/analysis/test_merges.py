"""Merges of what does not lie at the same place: U-Nets with every pair of down- and upsampling."""

from fractions import Fraction
from typing import Any

import pytest

from cnnshape.analysis.receptive.fields import summaries
from cnnshape.analysis.receptive.misalignment import Side, misaligned
from cnnshape.analysis.receptive.propagation import Walk
from cnnshape.graph.build import build
from cnnshape.graph.graph import Graph
from tests.analysis.nets import Step, chain, graph

Layer = tuple[str, dict[str, Any]]


def conv(op: str, k: int, s: int = 1, p: int = 0, **more: int) -> Layer:
    return op, {"out_channels": 1, "kernel_size": k, "stride": s, "padding": p, **more}


POOL: Layer = ("MaxPool1d", {"kernel_size": 2})
CONV3, CONV4 = conv("Conv1d", 3, 2, 1), conv("Conv1d", 4, 2, 1)
UP2, UP3 = conv("ConvTranspose1d", 2, 2), conv("ConvTranspose1d", 3, 2, 1, output_padding=1)
UP4 = conv("ConvTranspose1d", 4, 2, 1)
NEAREST: Layer = ("Upsample", {"scale_factor": 2})
LINEAR: Layer = ("Upsample", {"scale_factor": 2, "mode": "linear"})
CORNERS: Layer = ("Upsample", {"scale_factor": 2, "mode": "linear", "align_corners": True})
TO_SKIP: Layer = ("Upsample", {"mode": "linear"})
CORNERS_TO_SKIP: Layer = ("Upsample", {"mode": "linear", "align_corners": True})


def unet(size: int, down: Layer, up: Layer, depth: int = 4) -> Graph:
    """Two convolutions at each level, four levels down and up."""
    steps: list[Step] = []

    def put(layer: Layer, *sources: int) -> int:
        steps.append(Step(*layer, sources))
        return len(steps)

    def double(source: int) -> int:
        return put(conv("Conv1d", 3, p=1), put(conv("Conv1d", 3, p=1), source))

    skips, last = [], 0
    for _ in range(depth):
        skips.append(double(last))
        last = put(down, skips[-1])
    last = double(last)
    for skip in reversed(skips):
        sized = up[0] == "Upsample" and "scale_factor" not in up[1]
        last = put(up, last, skip) if sized else put(up, last)
        last = double(put(("Concat", {"dim": 1}), last, skip))
    return graph((1, 1, size), *steps)


@pytest.mark.parametrize(
    ("size", "down", "up"),
    [
        (256, POOL, UP2),
        (256, POOL, NEAREST),
        (256, POOL, LINEAR),
        (256, CONV3, UP3),
        (225, CONV3, CORNERS_TO_SKIP),
        (256, CONV4, UP4),
    ],
)
def test_aligned(size: int, down: Layer, up: Layer) -> None:
    net = unet(size, down, up)
    assert misaligned(net) == ()
    found = summaries(net)[-1]["x"][0]
    assert (found.jump, found.meet) == (Fraction(1), "")


@pytest.mark.parametrize("up", [UP2, UP4])
def test_offset(up: Layer) -> None:
    merges = misaligned(unet(256, CONV3, up))
    assert [merge.kind for merge in merges] == ["centre"] * 4
    assert [merge.offset for merge in merges] == [-4, -6, -7, Fraction(-15, 2)]
    assert merges[0].sentence == "`v15` is centred 4 px left of `v11`"
    assert merges[3].sentence == "`v27` is centred 7.5 px left of `v2`"
    eight = (Fraction(8),)
    assert merges[0][:4] == ("v16", "x", 2, "centre")
    assert merges[0].sides == (Side("v15", eight, Fraction(-4)), Side("v11", eight, Fraction(0)))


def test_drift_of_aligned_corners() -> None:
    merges = misaligned(unet(512, POOL, CORNERS))
    assert [merge.kind for merge in merges] == ["jump"] * 4
    assert [side.jumps for side in merges[0].sides] == [(Fraction(496, 63),), (Fraction(8),)]
    assert merges[0].sentence == "`v15` and `v11` drift by 0.13 px per step, 8 px across the 64 outputs"


def test_drift_of_odd_sizes() -> None:
    net = unet(225, CONV3, TO_SKIP)
    merges = misaligned(net)
    assert [side.jumps for side in merges[0].sides] == [(Fraction(240, 29),), (Fraction(8),)]
    found = summaries(net)[-1]["x"][0]
    assert (found.size, found.jump, found.meet) == (267, None, "v16")


def test_a_u_net_has_phases() -> None:
    """Folklore says 188, which is the smallest of them."""
    found = summaries(unet(256, POOL, UP2))[-1]["x"][0]
    assert (found.smallest, found.size, found.start) == (188, 204, -94)


def test_a_drift_is_said_where_it_begins() -> None:
    """Behind the merge both sides of a residual block have both jumps."""
    steps = (
        Step(*POOL, (0,)),
        Step(*CORNERS, (1,)),
        Step("Add", {}, (2, 0)),
        Step(*conv("Conv1d", 3, p=1), (3,)),
        Step("Add", {}, (4, 3)),
    )
    assert [merge.path for merge in misaligned(graph((1, 1, 16), *steps))] == ["v3"]


def test_rows_are_above_and_columns_left() -> None:
    steps = (
        Step("Conv2d", {"out_channels": 1, "kernel_size": 2, "padding": "same"}, (0,)),
        Step("Add", {}, (0, 1)),
    )
    sentences = [merge.sentence for merge in misaligned(graph((1, 1, 8, 8), *steps))]
    assert sentences == ["`x` is centred 0.5 px above `v1`", "`x` is centred 0.5 px left of `v1`"]


def test_the_sides_furthest_apart_are_named() -> None:
    """Three sides, the first of them in the middle."""
    steps = (
        Step("ReplicationPad1d", {"padding": [2, 0]}, (0,)),
        Step("Slice", {"dim": 2, "end": 8}, (1,)),
        Step("Roll", {"shifts": -3, "dims": 2}, (0,)),
        Step("Concat", {"dim": 1}, (0, 2, 3)),
    )
    (merge,) = misaligned(graph((1, 1, 8), *steps))
    assert merge.sentence == "`v2` is centred 5 px left of `v3`"


def test_a_gate_and_a_sequence_of_pieces_are_no_findings() -> None:
    """A global side has no place; pieces put end to end along the axis are apart because the layer says so."""
    steps = (
        Step("AdaptiveAvgPool1d", {"output_size": 1}, (0,)),
        Step("Mul", {}, (0, 1)),
        Step("Slice", {"dim": 2, "end": 2}, (2,)),
        Step("Concat", {"dim": 2}, (3, 2)),
    )
    assert misaligned(graph((1, 1, 8), *steps)) == ()
    assert misaligned(chain((1, 1, 8), conv("Conv1d", 2))) == ()


def test_pieces_are_compared_where_they_lie_over_one_another() -> None:
    """Pieces of x at other places are added to pieces of y, not to x; moved by a pixel in its place, x is off."""
    layers = {
        "one": {"op": "Concat", "dim": 2, "from": ["x", "y", "y"]},
        "two": {"op": "Concat", "dim": 2, "from": ["y", "x", "y"]},
        "moved": {"op": "Roll", "from": "x", "shifts": 1, "dims": 2},
        "three": {"op": "Concat", "dim": 2, "from": ["moved", "y", "y"]},
        "sum": {"op": "Add", "from": ["one", "two", "one"]},
        "off": {"op": "Add", "from": ["one", "three"]},
        "all": {"op": "Add", "from": ["sum", "off"]},
    }
    net = build({"cnnshape": 1, "inputs": {"x": [1, 8], "y": [1, 8]}, "layers": layers})
    found = [(merge.path, merge.input, merge.kind, int(merge.offset)) for merge in misaligned(net)]
    assert ("off", "x", "centre", 1) in found
    assert "sum" not in [path for path, *_ in found]


def test_fields_and_merges_take_one_walk(monkeypatch: pytest.MonkeyPatch) -> None:
    window = {"op": "Conv2d", "out_channels": 2, "kernel_size": 3}
    layers = {
        "a": {**window, "from": "x"},
        "b": {**window, "padding": 1, "from": "x"},
        "far": {"op": "AdaptiveAvgPool2d", "output_size": 1},
        "gate": {"op": "Mul", "from": ["b", "far"]},
        "crop": {"op": "ZeroPad2d", "padding": [-1, -1, -2, 0]},
        "sum": {"op": "Add", "from": ["a", "crop"]},
        "end": {"op": "Concat", "from": ["sum", "y"]},
    }
    net = build({"cnnshape": 1, "inputs": {"x": [1, 9, 13], "y": [1, 7, 11]}, "layers": layers})
    fields, merges = summaries(net), misaligned(net)
    assert [merge.path for merge in merges] == ["sum"]
    axes: list[tuple[int, int]] = []
    readings = Walk._readings

    def counted(walk: Walk, number: int, axis: int, *others: Any) -> Any:
        axes.append((number, axis))
        return readings(walk, number, axis, *others)

    monkeypatch.setattr(Walk, "_readings", counted)
    walk = Walk(net)
    for _ in range(2):
        assert summaries(net, walk) == fields
        assert misaligned(net, walk) == merges
    assert axes == [(0, 2), (0, 3), (1, 2), (1, 3)]
