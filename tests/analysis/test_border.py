"""What one output position reads, borders included: against torch at every position, and cases worked by hand."""

from itertools import product
from typing import Any

import pytest
import torch
from hypothesis import event, given
from torch.nn import functional

from cnnshape.analysis.receptive import window as border
from cnnshape.analysis.receptive.landing import landed
from cnnshape.analysis.receptive.window import MOST_BOXES, window
from cnnshape.core.errors import UsageError
from cnnshape.layers.index_maps import Adaptive, Interpolate, Nearest, Shift, TransposedWindow, Window
from tests.analysis.nets import Net, Step, chain, graph, support
from tests.analysis.random_nets import nets

pytestmark = pytest.mark.filterwarnings("ignore:Using padding='same'")

Sets = tuple[frozenset[int], ...]


def differences(net: Net) -> list[tuple[tuple[int, ...], Sets, Sets]]:
    """Position, what we say and what torch says, where the two differ."""
    drawn, read, space = net.graph(), support(net), net.shape[2:]
    found = []
    for position in product(*[range(size) for size in read.shape[1:]]):
        index: Any = (slice(None), *position)
        pixels = read[index].reshape(space).nonzero().tolist()
        theirs = tuple(frozenset(pixel[axis] for pixel in pixels) for axis in range(len(space)))
        ours = window(drawn, len(net.steps), position).get("x", (frozenset(),) * len(space))
        if ours != theirs:
            found.append((position, ours, theirs))
    return found


@given(nets(axes=1))
def test_every_position_reads_what_torch_reads(net: Net) -> None:
    for step in net.steps:
        event(step.op)
    assert differences(net) == []


@given(nets(axes=2, most=5))
def test_every_position_on_two_axes_reads_what_torch_reads(net: Net) -> None:
    assert differences(net) == []


def conv(kernel: int, stride: int = 1, padding: int = 0, dilation: int = 1, **more: Any) -> tuple[str, dict[str, Any]]:
    fields = {"kernel_size": kernel, "stride": stride, "padding": padding, "dilation": dilation}
    return "Conv1d", {"out_channels": 1, **fields, **more}


def read_at(size: int, y: int, *layers: tuple[str, dict[str, Any]]) -> set[int]:
    """What position ``y`` behind some layers reads of an image; torch says the same."""
    steps = tuple(Step(op, fields, (place,)) for place, (op, fields) in enumerate(layers))
    net = Net((1, 1, size), steps)
    assert differences(net) == []
    (found,) = window(net.graph(), len(steps), (y,))["x"]
    return set(found)


def test_the_border_is_met_at_every_layer() -> None:
    """Clipping [2, 8] to the image alone would say that column 7 is read; no window of the first layer reaches it."""
    assert read_at(8, 2, conv(3, 2), conv(3, 1, 1)) == {2, 3, 4, 5, 6}


def test_the_first_index_of_a_dilated_window_is_not_monotone_at_the_border() -> None:
    layer = conv(3, dilation=2, padding=1)
    assert (read_at(8, 0, layer), read_at(8, 1, layer)) == ({1, 3}, {0, 2, 4})


def test_a_position_between_transposed_taps_reads_nothing() -> None:
    gaps = ("ConvTranspose1d", {"out_channels": 1, "kernel_size": 1, "stride": 2})
    assert read_at(8, 1, gaps, conv(2, dilation=2)) == set()


def test_a_reflected_window_reads_more_than_its_visible_part() -> None:
    """Cutting [-3, 1] at the border would say [0, 1]."""
    assert read_at(8, 0, ("ReflectionPad1d", {"padding": 3}), conv(5)) == {0, 1, 2, 3}


def test_equal_sizes_are_copied_by_linear_and_not_by_nearest() -> None:
    linear, nearest = (("Upsample", {"scale_factor": 1.25, "mode": mode}) for mode in ("linear", "nearest"))
    assert [read_at(3, y, linear) for y in range(3)] == [{0}, {1}, {2}]
    assert [read_at(3, y, nearest) for y in range(3)] == [{0}, {0}, {1}]


@pytest.mark.parametrize(("size", "made"), [(14, 46), (2, 41), (9, 111)])
@pytest.mark.parametrize("mode", ["nearest", "nearest-exact"])
def test_ties_of_nearest_are_those_of_the_forward_pass(size: int, made: int, mode: str) -> None:
    """The backward pass of torch disagrees with its forward pass at 14 to 46 and 2 to 41, float32 at 9 to 111."""
    assert len(read_at(size, made - 1, ("Upsample", {"size": made, "mode": mode}))) == 1


@pytest.mark.parametrize("align_corners", [False, True])
def test_cubic_resizing_reads_what_torch_reads(align_corners: bool) -> None:
    """Its weights are negative in part, so it stands alone: in a chain they might cancel."""
    for size, made in product(range(1, 9), range(1, 13)):
        image = torch.eye(size, dtype=torch.float64).reshape(size, 1, size, 1)
        resized = functional.interpolate(image, (made, 1), mode="bicubic", align_corners=align_corners)
        weights = resized.reshape(size, made).abs() > 1e-13
        reach = Interpolate(size, made, align_corners, order=2)
        for y in range(made):
            assert landed(reach, [y], size) == set(weights[:, y].nonzero().flatten().tolist())


def test_rows_and_columns_are_read_together() -> None:
    """One side reads padding only, so it reads no column either: a union of products is not the product of unions."""
    pad = {"padding": [0, 0, 2, 0]}
    steps = (
        Step("ZeroPad2d", pad, (0,)),
        Step("Slice", {"dim": 2, "start": 0, "end": 4}, (1,)),
        Step("Roll", {"shifts": 1, "dims": 3}, (0,)),
        Step("Add", {}, (2, 3)),
    )
    net = Net((1, 1, 4, 3), steps)
    assert differences(net) == []
    assert window(net.graph(), 4, (0, 1))["x"] == (frozenset({0}), frozenset({0}))


def test_many_boxes_are_put_into_one() -> None:
    """Diagonal steps: more of them than the boxes that are kept apart."""
    steps, last = [], 0
    for at in range(MOST_BOXES + 2):
        steps.append(Step("Roll", {"shifts": [at, at], "dims": [2, 3]}, (0,)))
        steps.append(Step("Add", {}, (len(steps), last)) if last else Step("ReLU", {}, (1,)))
        last = len(steps)
    net = graph((1, 1, 80, 80), *steps)
    read = window(net, last, (79, 79))
    high, wide = read["x"]
    assert high == wide == set(range(79 - MOST_BOXES - 1, 80))
    assert not read.exact


def test_statistics_can_be_left_aside() -> None:
    net = chain((1, 1, 9), conv(3), ("GroupNorm", {"num_channels": 1, "num_groups": 1}))
    assert window(net, 2, (4,)) == {"x": (frozenset(range(9)),)}
    assert window(net, 2, (4,), statistics=False) == {"x": (frozenset({4, 5, 6}),)}


def test_a_slice_of_a_concatenation_reads_its_side_only() -> None:
    steps = (
        Step(*conv(3, padding=1), (0,)),
        Step("Concat", {"dim": 1}, (0, 1)),
        Step("Slice", {"dim": 1, "end": 1}, (2,)),
    )
    assert window(graph((1, 1, 9), *steps), 3, (4,)) == {"x": (frozenset({4}),)}


def test_an_input_reads_itself() -> None:
    net = chain((1, 3, 4, 5), ("ReLU", {}))
    assert window(net, 0, (1, 2)) == {"x": (frozenset({1}), frozenset({2}))}
    assert window(chain((1, 3), ("ReLU", {})), 1, ()) == {"x": ()}


@pytest.mark.parametrize(
    ("position", "text"),
    [
        ((1,), "`v1` has 2 axes from axis 2 on, the position names 1"),
        ((1, 5), "`v1` has positions 0 to 4 on axis 3, not 5"),
        ((-1, 0), "`v1` has positions 0 to 3 on axis 2, not -1"),
    ],
)
def test_a_position_that_is_not_there_is_refused(position: tuple[int, ...], text: str) -> None:
    net = chain((1, 3, 4, 5), ("ReLU", {}))
    with pytest.raises(UsageError) as caught:
        window(net, 1, position)
    assert caught.value.problems[0].text == text


# ------------------------------------------------------------------ the comparison with torch bites

PROBES = [
    Net((1, 1, 9), (Step(*conv(3, 2, 1), (0,)), Step(*conv(3, 1, 2, 2), (1,)))),
    Net((1, 1, 5), (Step("ConvTranspose1d", {"out_channels": 1, "kernel_size": 2, "stride": 3, "dilation": 2}, (0,)),)),
    Net((1, 1, 6), (Step(*conv(3, 1, 2, padding_mode="reflect"), (0,)), Step(*conv(3), (1,)))),
    Net((1, 1, 5), (Step("Upsample", {"size": 7, "mode": "linear"}, (0,)), Step("ReLU", {}, (1,)))),
    Net((1, 1, 5), (Step("Upsample", {"size": 7, "mode": "nearest-exact"}, (0,)),)),
    Net((1, 1, 7), (Step("AdaptiveAvgPool1d", {"output_size": 3}, (0,)),)),
    Net((1, 1, 7), (Step("ReflectionPad1d", {"padding": [2, 1]}, (0,)),)),
]


def clipped_at_the_end(reach: Any, outputs: Any, size: int, *_: object) -> set[int]:
    found: set[int] = set()
    for y in outputs:
        first, last, step = reach.taps(y)
        found.update(range(first, last + 1, step))
    return {min(max(index, 0), size - 1) for index in found}


FAULTS: dict[str, tuple[Any, str, Any]] = {
    "a span one too long": (
        Window,
        "taps",
        lambda w, y: (w.stride * y - w.padding, w.stride * y - w.padding + w.dilation * w.kernel, w.dilation),
    ),
    "a jump forgotten": (Window, "taps", lambda w, y: (y - w.padding, y - w.padding + w.kernel - 1, 1)),
    "a padding of the wrong sign": (
        Window,
        "taps",
        lambda w, y: (w.stride * y + w.padding, w.stride * y + w.padding + w.dilation * (w.kernel - 1), w.dilation),
    ),
    "a dilation forgotten": (
        Window,
        "taps",
        lambda w, y: (w.stride * y - w.padding, w.stride * y - w.padding + w.dilation * (w.kernel - 1), 1),
    ),
    "gaps taken for windows": (
        TransposedWindow,
        "taps",
        lambda w, y: (-((w.dilation * (w.kernel - 1) - y) // w.stride), y // w.stride, 1),
    ),
    "half a pixel forgotten": (Interpolate, "taps", lambda w, y: (y * w.size // w.out, y * w.size // w.out + 1, 1)),
    "nearest rounded down": (Nearest, "taps", lambda w, y: (y * w.down // w.up, y * w.down // w.up, 1)),
    "adaptive windows of one length": (
        Adaptive,
        "taps",
        lambda w, y: (y * w.size // w.out, y * w.size // w.out + w.size // w.out - 1, 1),
    ),
    "a mirror that repeats the border": (Shift, "outside", property(lambda w: "replicate")),
    "padding read as pixels": (border, "landed", clipped_at_the_end),
}


def test_the_probes_agree() -> None:
    assert [differences(net) for net in PROBES] == [[]] * len(PROBES)


@pytest.mark.parametrize("fault", FAULTS)
def test_the_comparison_with_torch_bites(fault: str, monkeypatch: pytest.MonkeyPatch) -> None:
    place, name, wrong = FAULTS[fault]
    monkeypatch.setattr(place, name, wrong)
    assert any(differences(net) for net in PROBES)


@pytest.mark.parametrize("position", [0, (0.5,), ("a",), None])
def test_a_position_is_a_list_of_whole_numbers(position: Any) -> None:
    with pytest.raises(UsageError, match="a position is a list of whole numbers"):
        window(chain((1, 1, 9), conv(3)), 1, position)
