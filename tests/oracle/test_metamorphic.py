"""Laws that hold between the figures of two cases, whatever the figures are."""

from typing import Any

import pytest
from hypothesis import event, given
from hypothesis import strategies as st

import cnnshape
from cnnshape.analysis.receptive.shapes import regrouping
from cnnshape.analysis.receptive.ways import Leg, is_identity, ways
from cnnshape.core.dims import Shape
from cnnshape.core.errors import CnnshapeError
from cnnshape.layers import BUILTIN
from cnnshape.layers.base import Layer
from cnnshape.layers.facts import Facts, derive
from cnnshape.layers.index_maps import POINTWISE
from cnnshape.layers.registry import layer_type
from cnnshape.layers.steps import Regroup, Row
from tests.oracle.nets import nets
from tests.strategies.all import VALID
from tests.strategies.case import Case

CONVS = [f"Conv{n}d" for n in (1, 2, 3)]
TRANSPOSED = [f"ConvTranspose{n}d" for n in (1, 2, 3)]


def facts(op: str, fields: dict[str, Any], *inputs: Shape) -> Facts:
    return derive(layer_type(op, BUILTIN)(**fields), inputs)


def keeps_batch(layer: Layer, inputs: tuple[Shape, ...]) -> bool:
    """Whether sample n of the output comes from sample n of every input and of nothing else."""
    try:
        two = derive(layer, tuple((2, *x[1:]) for x in inputs))  # one sample would not show what it is mixed with
    except (CnnshapeError, IndexError):
        return False
    kept = [way is not None and all(map(keeps_first, way)) for way in ways(two)]
    return bool(kept) and all(kept)


def keeps_first(leg: Leg) -> bool:
    """Whether axis 0 stays what it is."""
    step = leg.step
    if isinstance(step, Row):
        (out, reach), *others = leg.route.get(0, [(-1, POINTWISE)])
        return out == 0 and not others and leg.x[0] == leg.made[0] and is_identity(reach)
    if isinstance(step, Regroup) and step.axis == 0:
        return regrouping(leg.x[: step.axes], step.sizes).kept.get(0) == 0
    return step.axis > 0


@pytest.mark.parametrize("op", BUILTIN)
def test_twice_the_batch_is_twice_the_work(op: str) -> None:
    @given(VALID[op])
    def check(case: Case) -> None:
        layer, once = case.layer(), derive(case.layer(), case.inputs)
        assert all(count >= 0 for count in once.ops.kinds().values())
        if not keeps_batch(layer, case.inputs):
            event("the batch is mixed")
            return
        try:
            twice = derive(layer, tuple((2 * x[0], *x[1:]) for x in case.inputs))
        except CnnshapeError:
            event("the batch is stated")
            return
        assert twice.weights == once.weights
        assert twice.buffers == once.buffers
        if twice.output[0] == 2 * once.output[0]:
            event("the batch is doubled")
            assert twice.output[1:] == once.output[1:]
            assert twice.ops == once.ops + once.ops

    check()


@pytest.mark.parametrize("op", CONVS + TRANSPOSED)
def test_a_group_per_channel_divides_the_work_by_the_channels(op: str) -> None:
    @given(VALID[op])
    def check(case: Case) -> None:
        channels = case.inputs[0][1]
        fields = case.fields | {"out_channels": 2 * channels, "in_channels": channels}
        dense = facts(op, fields | {"groups": 1}, *case.inputs)
        apart = facts(op, fields | {"groups": channels}, *case.inputs)
        assert dense.output == apart.output
        assert dense.ops.mac == channels * apart.ops.mac
        assert dense.ops.add == apart.ops.add

    check()


@pytest.mark.parametrize("op", CONVS)
def test_same_padding_keeps_the_image(op: str) -> None:
    @given(VALID[op], st.sampled_from(["zeros", "replicate"]))
    def check(case: Case, mode: str) -> None:
        fields = case.fields | {"padding": "same", "stride": 1, "padding_mode": mode}
        assert facts(op, fields, *case.inputs).output[2:] == case.inputs[0][2:]

    check()


@pytest.mark.parametrize("n", [1, 2, 3])
def test_a_transposed_convolution_undoes_the_shape(n: int) -> None:
    """With the remainder of the floor as output padding, it gives back the image that the convolution had."""

    @given(VALID[f"Conv{n}d"])
    def check(case: Case) -> None:
        layer: Any = case.layer()
        if isinstance(layer.padding, str):
            event("padding in words")
            return
        (x,) = case.inputs
        made = derive(layer, case.inputs)
        axes = zip(x[2:], layer.padding, layer.spans(), layer.stride, strict=True)
        shared: dict[str, Any] = {
            name: list(getattr(layer, name)) for name in ("kernel_size", "stride", "padding", "dilation")
        }
        shared |= {"out_channels": x[1], "groups": layer.groups, "bias": layer.bias}
        rest = [(h + 2 * p - e) % s for h, p, e, s in axes]
        back = facts(f"ConvTranspose{n}d", shared | {"output_padding": rest}, made.output)
        assert back.output == x
        assert back.ops.mac == made.ops.mac
        assert back.weights["weight"] == made.weights["weight"]

    check()


@pytest.mark.parametrize("op", ["Add", "Mul", "Maximum", "Concat"])
def test_the_order_of_a_commutative_merge_is_irrelevant(op: str) -> None:
    @given(VALID[op], st.randoms())
    def check(case: Case, random: Any) -> None:
        mixed = random.sample(case.inputs, len(case.inputs))
        one, other = facts(op, case.fields, *case.inputs), facts(op, case.fields, *mixed)
        assert one.output == other.output
        assert one.ops == other.ops

    check()


@given(VALID["Conv2d"])
def test_a_convolution_of_one_pixel_is_a_linear_layer(case: Case) -> None:
    n, c, h, w = case.inputs[0]
    bias = case.fields.get("bias", True)
    conv = facts("Conv2d", {"out_channels": 5, "kernel_size": 1, "bias": bias}, case.inputs[0])
    linear = facts("Linear", {"out_features": 5, "bias": bias}, (n, h, w, c))
    assert conv.ops == linear.ops
    assert conv.params == linear.params


def renamed(spec: dict[str, Any], new: dict[str, str]) -> dict[str, Any]:
    """The same net with other names of layers."""
    layers = {}
    for name, entry in spec["layers"].items():
        named = dict(entry)
        if "from" in entry:
            named["from"] = [new.get(source, source) for source in entry["from"]]
        if "shares" in entry:
            named["shares"] = new[entry["shares"]]
        layers[new[name]] = named
    ends = {key: [new[name] for name in spec[key]] for key in ("outputs", "unused")}
    return spec | {"layers": layers} | ends


@given(nets())
def test_names_change_nothing_but_names(spec: dict[str, Any]) -> None:
    new = {name: f"other.{number}" for number, name in enumerate(reversed(spec["layers"]))}
    one, other = cnnshape.analyze(spec), cnnshape.analyze(renamed(spec, new))
    for mine, theirs in zip(one, other, strict=True):
        assert new[mine.path] == theirs.path
        assert mine.node.facts == theirs.node.facts
        for name, fields in mine.receptive_field.items():
            called = [field._replace(via=new.get(field.via, ""), meet=new.get(field.meet, "")) for field in fields]
            assert called == list(theirs.receptive_field[name])
    assert one.total.params == other.total.params
    assert one.depth == other.depth
    assert one.peak_memory.bytes == other.peak_memory.bytes
    assert new.get(one.peak_memory.step) == other.peak_memory.step


@given(nets())
def test_a_batch_leaves_receptive_fields_and_weights(spec: dict[str, Any]) -> None:
    one, three = cnnshape.analyze(spec), cnnshape.analyze(spec, batch=3)
    assert one.total.params == three.total.params
    assert one.total.buffers == three.total.buffers
    assert one.total.activation_elements * 3 == three.total.activation_elements
    for mine, theirs in zip(one, three, strict=True):
        assert mine.receptive_field == theirs.receptive_field
