"""Fields worked by hand: the counter-examples of the design, global parts, several inputs, axes that move."""

from fractions import Fraction
from typing import Any

import pytest

from cnnshape.analysis.receptive.fields import Field, summaries
from cnnshape.analysis.receptive.window import window
from cnnshape.graph.graph import Graph, Node
from cnnshape.layers import BUILTIN
from cnnshape.layers.facts import derive
from cnnshape.layers.registry import layer_type
from tests.analysis.endless import read
from tests.analysis.nets import Shape, Step, chain, graph
from tests.analysis.test_receptive import field, last_state, read_by


def check(found: Field, **expected: Any) -> None:
    assert {name: getattr(found, name) for name in expected} == expected


def test_position_zero_of_a_chain() -> None:
    conv = {"out_channels": 1, "kernel_size": 3, "padding": 1}
    found = field(chain((1, 1, 64), ("Conv1d", conv | {"stride": 2}), ("Conv1d", conv)))
    assert found == Field(7, Fraction(2), -3, Fraction(0), 7, None, 7, (Fraction(2),))


# ------------------------------------------------------------------ the counter-examples of the design


def test_nearest_then_a_window_has_phases() -> None:
    """Affine arithmetic says 4 for conv3 / 2 behind nearest 2; every output reads 2 or 3."""
    up, conv = ("Upsample", {"scale_factor": 2}), {"out_channels": 1, "kernel_size": 3}
    found = field(chain((1, 1, 16), up, ("Conv1d", conv), ("Conv1d", conv)))
    check(found, size=3, smallest=3, jump=Fraction(1, 2))
    strided = field(chain((1, 1, 16), up, ("Conv1d", conv), ("Conv1d", conv | {"stride": 2})))
    check(strided, size=3, jump=1)


def test_three_dilated_convolutions_have_holes() -> None:
    found = field(chain((1, 1, 64), *[("Conv1d", {"out_channels": 1, "kernel_size": 3, "dilation": 2})] * 3))
    assert (found.size, found.reads, found.has_holes) == (13, 7, True)


def test_a_strided_pointwise_convolution_leaves_holes() -> None:
    one, three = ({"out_channels": 1, "kernel_size": k, "stride": 3 - k // 2} for k in (1, 3))
    found = field(chain((1, 1, 64), ("Conv1d", one | {"stride": 2}), ("Conv1d", three | {"stride": 1})))
    assert (found.size, found.reads) == (5, 3)


def test_a_position_between_transposed_taps_reads_nothing() -> None:
    """Transposed k1 s2, then conv k2 d2: odd outputs read gaps only, where an interval says one pixel."""
    gaps = ("ConvTranspose1d", {"out_channels": 1, "kernel_size": 1, "stride": 2})
    net = chain((1, 1, 16), gaps, ("Conv1d", {"out_channels": 1, "kernel_size": 2, "dilation": 2}))
    state = last_state(net)
    assert [read_by(state, y) for y in (0, 1, 2)] == [{0, 1}, frozenset(), {1, 2}]
    assert (field(net).size, field(net).smallest) == (2, 0)


def test_the_first_index_of_a_dilated_transposed_window_is_not_monotone() -> None:
    """Transposed s2 d3 k2: outputs 0 to 3 begin at 0, -1, 1, 0."""
    gaps = {"out_channels": 1, "kernel_size": 2, "stride": 2, "dilation": 3}
    state = last_state(chain((1, 1, 16), ("ConvTranspose1d", gaps)))
    assert [min(read_by(state, y) or ()) for y in range(4)] == [0, -1, 1, 0]


def test_a_long_period_leaves_the_jump_only() -> None:
    """Three odd resizes with valid convolutions between repeat after 2,542,500 outputs."""
    layers: list[tuple[str, dict[str, object]]] = []
    for size in (113, 150, 223):
        layers += [("Upsample", {"size": size, "mode": "linear"}), ("Conv1d", {"out_channels": 1, "kernel_size": 3})]
    found = field(chain((1, 1, 100), *layers))
    jump = Fraction(100, 113) * Fraction(111, 150) * Fraction(148, 223)
    check(found, size=9, bound="upper", start=None, centre=None, reads=None, smallest=None, jump=jump, is_global=False)


def test_a_deep_chain_is_a_loop() -> None:
    conv = {"out_channels": 1, "kernel_size": 3, "padding": 2, "dilation": 2}
    net = chain((1, 1, 16), *[("Conv1d", conv)] * 3000)
    check(field(net), size=12001, reads=6001, start=-6000)
    assert window(net, 3000, (3,)) == {"x": (frozenset(range(1, 16, 2)),)}


# ------------------------------------------------------------------ global parts, several inputs, other axes


def excited(shape: tuple[int, ...] = (1, 1, 32)) -> Graph:
    """Two convolutions with squeeze and excite between them."""
    conv = {"out_channels": 1, "kernel_size": 3, "padding": 1}
    steps = [
        Step("Conv1d", conv | {"stride": 2}, (0,)),
        Step("AdaptiveAvgPool1d", {"output_size": 1}, (1,)),
        Step("Sigmoid", {}, (2,)),
        Step("Mul", {}, (1, 3)),
        Step("Conv1d", conv, (4,)),
        Step("Conv1d", conv, (5,)),
    ]
    return graph(shape, *steps)


def test_squeeze_and_excite_is_kept_beside_the_window() -> None:
    found = field(excited())
    check(found, size=11, jump=2, start=-5, whole=(-1, 31), via="v2", is_global=False)


def test_a_global_field_has_the_extent_of_the_whole() -> None:
    found = summaries(excited())[3]["x"][0]
    assert found == Field(33, Fraction(0), -1, Fraction(15), 33, (-1, 31), 33, (), "v2")
    assert found.is_global


@pytest.mark.parametrize(
    "norm",
    [
        ("GroupNorm", {"num_groups": 1, "num_channels": 1}),
        ("InstanceNorm1d", {"num_features": 1}),
        ("BatchNorm1d", {"track_running_stats": False}),
    ],
)
def test_statistics_of_the_image_are_beside_the_window(norm: tuple[str, dict[str, object]]) -> None:
    found = field(chain((1, 1, 20), ("Conv1d", {"out_channels": 1, "kernel_size": 3}), norm))
    check(found, size=3, jump=1, whole=(0, 19), via="v2")


@pytest.mark.parametrize("op", ["InstanceNorm1d", "BatchNorm1d"])
def test_statistics_of_training_leave_the_window_alone(op: str) -> None:
    norm = (op, {"track_running_stats": True})
    found = field(chain((1, 1, 20), ("Conv1d", {"out_channels": 1, "kernel_size": 3}), norm))
    check(found, size=3, jump=1, whole=None, via="")


def test_statistics_of_each_channel_leave_an_image_axis_in_its_place_alone() -> None:
    net = chain((1, 2, 20), ("Permute", {"dims": [0, 2, 1]}), ("InstanceNorm1d", {}))
    check(field(net), size=1, jump=1, whole=None, via="")


def test_a_linear_layer_over_a_flattened_image_reads_it_whole() -> None:
    net = chain((1, 3, 8, 6), ("Flatten", {}), ("Linear", {"out_features": 2}))
    assert [(found.whole, found.via) for found in summaries(net)[-1]["x"]] == [((0, 7), "v2"), ((0, 5), "v2")]


def test_a_window_follows_its_axis_through_a_permutation() -> None:
    """Channels last and back, as ConvNeXt has it, with H and W exchanged on the way."""
    net = chain(
        (1, 2, 20, 30),
        ("Conv2d", {"out_channels": 4, "kernel_size": [3, 5]}),
        ("Permute", {"dims": [0, 3, 2, 1]}),
        ("LayerNorm", {"normalized_shape": [4]}),
        ("Permute", {"dims": [0, 3, 1, 2]}),
        ("Conv2d", {"out_channels": 1, "kernel_size": [2, 1], "stride": [2, 1]}),
    )
    high, wide = summaries(net)[-1]["x"]
    check(high, size=3, jump=1)
    check(wide, size=6, jump=2)


def test_an_axis_that_becomes_two_has_no_one_window() -> None:
    steps = (Step("Transpose", {"dim0": 2, "dim1": 3}, (0,)), Step("Add", {}, (0, 1)))
    found = field(graph((1, 1, 8, 8), *steps))
    check(found, size=8, jump=None, jumps=(1,), meet="")


def test_a_long_chain_has_the_work_that_its_links_need(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cnnshape.analysis.receptive.work.WORK", 0)
    net = chain((1, 1, 60), *[("Conv1d", {"out_channels": 1, "kernel_size": 2})] * 50)
    check(field(net), size=51, jump=1)


def test_fields_are_per_input() -> None:
    conv = derive_node("conv", "Conv1d", {"out_channels": 4, "kernel_size": 5}, ((1, 1, 24),), (0,))
    dense = derive_node("dense", "Linear", {"out_features": 4}, ((1, 7),), (1,))
    whole = derive_node("whole", "Unsqueeze", {"dim": 2}, ((1, 4),), (4,))
    add = derive_node("add", "Add", {}, ((1, 4, 20), (1, 4, 1)), (3, 5))
    net = Graph("net", {"x": (1, 1, 24), "y": (1, 7), "z": (1, 1, 3)}, (conv, dense, whole, add), (6,))
    found = summaries(net)
    assert [sorted(fields) for fields in found] == [["x"], ["y"], ["z"], ["x"], ["y"], ["y"], ["x", "y"]]
    assert (found[6]["x"][0].size, found[6]["y"]) == (5, ())
    assert found[0]["x"] == (Field(1, Fraction(1), 0, Fraction(0), 1, None, 1, (Fraction(1),)),)


def derive_node(
    path: str, op: str, fields: dict[str, object], shapes: tuple[Shape, ...], sources: tuple[int, ...]
) -> Node:
    return Node(path, op, derive(layer_type(op, BUILTIN)(**fields), shapes), sources)


def test_a_parameter_has_no_field_and_adds_none() -> None:
    weight = derive_node("w", "Parameter", {"shape": [1, 1, 9]}, (), ())
    net = Graph("net", {"x": (1, 1, 9)}, (weight, derive_node("add", "Add", {}, ((1, 1, 9),) * 2, (0, 1))), (2,))
    found = summaries(net)
    assert found[1] == {}
    assert found[2]["x"][0].size == 1


def test_an_input_of_which_only_the_size_is_taken_is_not_seen() -> None:
    """A decoder resized to a skip connection, and a crop, do not look into it."""
    shapes = ((1, 1, 4, 4), (1, 1, 9, 9))
    for op, mine, other in (("Upsample", 0, 1), ("CenterCrop", 1, 0)):
        node = derive_node("to", op, {}, (shapes[mine], shapes[other]), (mine, other))
        assert list(summaries(Graph("net", dict(zip("xy", shapes, strict=True)), (node,), (2,)))[2]) == ["xy"[mine]]


def test_drifting_paths_have_the_size_of_the_real_outputs() -> None:
    """Corners aligned from 8 to 16 pixels, against the image itself."""
    steps = (
        Step("AvgPool1d", {"kernel_size": 2}, (0,)),
        Step("Upsample", {"size": 16, "mode": "linear", "align_corners": True}, (1,)),
        Step("Concat", {"dim": 1}, (2, 0)),
        Step("ReLU", {}, (3,)),
    )
    net = graph((1, 1, 16), *steps)
    found = field(net)
    hulls = [read(net, 4, y).local for y in range(16)]
    assert found.size == max(max(s) - min(s) + 1 for s in hulls)
    check(found, jump=None, centre=None, jumps=(Fraction(14, 15), Fraction(1)), meet="v3")


def test_drifting_paths_are_widest_at_an_end() -> None:
    """With more outputs than a table holds, only the first and the last of every phase are looked at."""
    steps = (
        Step("Slice", {"dim": 2, "end": 5000}, (0,)),
        Step("Slice", {"dim": 2, "step": 2}, (0,)),
        Step("Add", {}, (1, 2)),
    )
    found = field(graph((1, 1, 10_000), *steps))
    check(found, size=5000, reads=None, start=0, jumps=(1, 2))


def test_paths_meet_where_they_drift_not_where_one_is_global() -> None:
    steps = (
        Step("AdaptiveAvgPool1d", {"output_size": 1}, (0,)),
        Step("Mul", {}, (0, 1)),
        Step("AvgPool1d", {"kernel_size": 2}, (2,)),
        Step("Upsample", {"size": 16, "mode": "linear", "align_corners": True}, (3,)),
        Step("Add", {}, (4, 2)),
    )
    check(field(graph((1, 1, 16), *steps)), jump=None, meet="v5", via="v1")
