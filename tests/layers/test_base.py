"""What all layers have in common, and which layer has which mark."""

from typing import Any

import pytest
from pydantic import ValidationError

from cnnshape.core.dims import Shape
from cnnshape.core.errors import SpecError
from cnnshape.layers import BUILTIN
from cnnshape.layers.activation import ReLU
from cnnshape.layers.base import FREE, KINDS, Elementwise, Layer, Need, Ops, Tap, elements, pointwise, stated
from cnnshape.layers.conv import Conv1d, Conv2d, Conv3d
from cnnshape.layers.fields import described
from cnnshape.layers.index_maps import POINTWISE
from cnnshape.layers.linear import Linear
from cnnshape.layers.registry import layer_type


def per_axes(*names: str) -> set[str]:
    return {f"{name}{n}d" for name in names for n in (1, 2, 3)}


NOTHING_DONE = {"Identity", "Dropout", "AlphaDropout", "FeatureAlphaDropout", *per_axes("Dropout")}
ACTIVATIONS = {
    *("ReLU", "ReLU6", "LeakyReLU", "PReLU", "RReLU", "Hardtanh", "Hardsigmoid", "Hardswish", "Hardshrink"),
    *("Softshrink", "Threshold", "ELU", "SELU", "CELU", "GELU", "SiLU", "Mish", "Sigmoid", "LogSigmoid", "Tanh"),
    *("Tanhshrink", "Softplus", "Softsign"),
}
FUNCTIONS = {"Sqrt", "Exp", "Log", "Abs", "Neg", "Clamp"}
ARITHMETIC = {"Add", "Sub", "Mul", "Div", "Pow", "Maximum", "Scale"}
RESHAPES = {"Flatten", "Unflatten", "Reshape", "Squeeze", "Unsqueeze"}

MARKS = {
    "view": NOTHING_DONE | RESHAPES,
    "in_place": NOTHING_DONE | ACTIVATIONS | FUNCTIONS | ARITHMETIC | per_axes("BatchNorm"),
    "weighted": per_axes("Conv", "ConvTranspose") | {"Linear", "Bilinear"},
    "reads_indices": per_axes("MaxUnpool"),
    "batch_in": {"Reshape"},
    "torch_from_input": per_axes("Conv", "ConvTranspose", "BatchNorm", "InstanceNorm")
    | {"Linear", "Bilinear", "GroupNorm", "MultiheadAttention"},
}


@pytest.mark.parametrize("mark", MARKS)
def test_marks(mark: str) -> None:
    assert {op for op in BUILTIN if getattr(layer_type(op, BUILTIN), mark)} == MARKS[mark]


def test_a_layer_has_no_mark_by_default() -> None:
    assert (Layer.ranks, Layer.axes, Layer.torch_name, Layer.batch_in) == ((), "", "", "")
    assert not any(getattr(Layer, mark) for mark in MARKS)
    assert Elementwise.in_place


def test_the_sizes_of_channels_are_read_from_their_axis() -> None:
    assert Conv2d.torch_from_input == {"in_channels": 1}
    assert Linear.torch_from_input == {"in_features": -1}
    assert layer_type("MultiheadAttention", BUILTIN).torch_from_input == {"embed_dim": 2}


def test_the_names_of_the_spatial_axes() -> None:
    assert [kind.space() for kind in (ReLU, Conv1d, Conv2d, Conv3d)] == [[], ["L"], ["H", "W"], ["D", "H", "W"]]


def test_a_layer_is_frozen() -> None:
    conv: Any = Conv2d(out_channels=8, kernel_size=3)
    with pytest.raises(ValidationError, match="frozen"):
        conv.groups = 2
    assert conv.groups == 1


def test_equal_fields_make_equal_layers() -> None:
    conv = Conv2d(out_channels=8, kernel_size=3)
    assert conv == Conv2d(kernel_size=[3, 3], out_channels=8, stride=1)
    assert hash(conv) == hash(Conv2d(out_channels=8, kernel_size=[3, 3]))
    assert conv != Conv2d(out_channels=8, kernel_size=5)
    assert hash(conv) != hash(Conv2d(out_channels=8, kernel_size=5))
    other: object = Conv3d(out_channels=8, kernel_size=3)
    assert conv != other
    assert ReLU() != layer_type("ReLU6", BUILTIN)()
    assert hash(ReLU()) != hash(layer_type("ReLU6", BUILTIN)())


def test_a_layer_shows_what_was_said() -> None:
    assert repr(Conv2d(out_channels=8, kernel_size=3)) == "Conv2d(out_channels=8, kernel_size=(3, 3))"
    said = repr(Conv1d(out_channels=8, kernel_size=3, bias=False, padding="same"))
    assert said == "Conv1d(out_channels=8, bias=False, kernel_size=(3,), padding='same')"
    assert repr(ReLU()) == str(ReLU()) == "ReLU()"


def test_an_unchecked_copy_leaves_the_layer_alone() -> None:
    conv = Conv2d(out_channels=8, kernel_size=3)
    copy: Any = conv.model_copy(update={"out_channels": "any"})
    assert type(copy) is Conv2d
    assert [copy.out_channels, copy.kernel_size] == ["any", (3, 3)]
    assert conv.out_channels == 8


def test_facts_that_a_layer_does_not_state_are_empty() -> None:
    x = (2, 3, 4)
    relu = ReLU()
    assert list(relu.needs(x)) == []
    assert (relu.weights(x), relu.buffers(x), relu.indices(x)) == ({}, {}, None)
    assert relu.output(x) == x
    assert relu.taps(x) == (pointwise(x),) == ((Tap(0, POINTWISE), Tap(1, POINTWISE), Tap(2, POINTWISE)),)


def test_operations_add_up_by_kind() -> None:
    one, other = Ops(1, 2, 3, 4, 5, 6, 7), Ops(10, 20, 30, 40, 50, 60, 70)
    assert one + other == Ops(11, 22, 33, 44, 55, 66, 77)
    assert one + FREE == one
    assert list(one.kinds().items()) == list(zip(KINDS, range(1, 8), strict=True))
    assert KINDS == ("mac", "add", "mul", "div", "compare", "exp", "sqrt")
    assert set(FREE.kinds().values()) == {0}
    assert not hasattr(FREE, "__dict__"), "there is one for each layer"
    frozen: Any = one
    with pytest.raises(AttributeError):
        frozen.mac = 2


def test_a_hint_is_a_template_or_made_when_it_is_shown() -> None:
    assert Need(False, "{a} is not {b}", {"a": 1, "b": 2}, "take {b}").advice == "take 2"
    assert Need(False, "no", hint=lambda: "made late {a}").advice == "made late {a}"
    assert Need(False, "{a} is not {b}", {"a": 1, "b": 2}).sentence == "1 is not 2"
    assert Need(True, "no").advice == ""


def test_a_stated_size_is_compared_with_what_is_found() -> None:
    assert list(stated("in_channels", None, 3)) == []
    assert [need.ok for need in stated("in_channels", 3, 3)] == [True]
    (need,) = stated("in_channels", 4, 3)
    assert not need.ok
    assert need.sentence == "in_channels=4 is stated and the input has 3"
    assert need.advice == "leave in_channels out: it is read from the input"


def test_elements() -> None:
    shape: Shape = (2, 3, 4)
    assert elements(shape) == 24
    assert elements(()) == 1


def test_fields_are_inherited_and_defaults_with_them() -> None:
    fields = Conv2d.model_fields
    assert list(fields)[:2] == ["in_channels", "out_channels"]
    assert {name for name, field in fields.items() if field.is_required()} == {"out_channels", "kernel_size"}
    assert (fields["groups"].default, fields["bias"].default) == (1, True)
    assert "torch_name" not in fields


@pytest.mark.parametrize("op", BUILTIN)
def test_every_field_is_described_where_it_is_first_declared(op: str) -> None:
    kind = layer_type(op, BUILTIN)
    assert [name for name in kind.model_fields if not described(kind, name)] == []


def test_every_field_that_is_wrong_is_a_problem_of_its_own() -> None:
    with pytest.raises(SpecError) as caught:
        layer_type("Conv2d", BUILTIN)(kernel_size=0, stride="two", colour=3)
    assert {problem.text for problem in caught.value.problems} == {
        "Conv2d needs `out_channels`: a whole number from 1 up",
        "kernel_size=0 is below 1",
        "stride takes a whole number or a list of 2, not 'two'",
        "Conv2d has no field `colour`",
    }
