"""`cnnshape.formula`: what can be free, what can be assumed, and what is refused."""

from typing import Any

import pytest

import cnnshape
from cnnshape.commands.formula.formula import Divided, formula
from cnnshape.core.errors import ShapeError, SpecError, UsageError
from cnnshape.interop.sympy_terms import to_sympy
from tests.commands.formula.nets import padded_unet

CONV = {"op": "Conv2d", "out_channels": "width", "kernel_size": 3, "stride": 2}
NET: dict[str, Any] = {
    "cnnshape": 1,
    "name": "net",
    "input": [3, 33, 40],
    "vars": {"width": 8, "part": 1.5, "act": "ReLU"},
    "layers": {"conv": CONV, "act": {"op": "act"}},
}
SQUARE = {**NET, "input": [3, "size", "size"], "vars": {**NET["vars"], "size": 32}}


def test_the_general_and_the_divided_form() -> None:
    form = formula(NET)
    assert (form.point, form(H=33, W=40), form(H=3, W=4)) == ({"H": 33, "W": 40}, 65664, 216)
    assert isinstance(form.divided, Divided)
    assert form.divided.steps == {"H": (2, "h", 3), "W": (2, "w", 0)}
    assert form.divided(H=33, W=40) == 65664
    with pytest.raises(UsageError, match=r"H=32 is not 2 h \+ 3"):
        form.divided(H=32, W=40)
    assert repr(form) == "ClosedForm(net: macs over H, W)"
    assert repr(formula(NET, layer="act", metric="muls")) == "ClosedForm(net: muls of `act` over H, W)"


def test_one_variable_has_several_names() -> None:
    form = formula(SQUARE)
    assert form.point == {"size": 32}
    assert form(H=32) == form(size=32, W=32) == cnnshape.analyze(SQUARE).total.macs
    with pytest.raises(UsageError, match="`size` would be 32 and 33 at once"):
        form(H=32, W=33)


def test_settings_say_where_the_form_is_looked_at() -> None:
    form = formula(NET, free=["width", "H"], settings={"width": 20}, inputs={"input": (20, 21)})
    assert form.point == {"width": 20, "H": 20}
    assert form(width=4, H=9) == cnnshape.analyze(NET, settings={"width": 4}, inputs={"input": (9, 21)}).total.macs


@pytest.mark.parametrize(
    ("assume", "point"),
    [
        (["H % 32 == 0"], {"H": 32, "W": 40}),
        (["H % 32 == 0", "W >= 64"], {"H": 32, "W": 64}),
        (["H == W"], {"H": 40, "W": 40}),
        (["H == W", "H % 32 == 0"], {"H": 64, "W": 64}),
        (["H >= 10 and W >= 10"], {"H": 33, "W": 40}),
        (["H == 48"], {"H": 48, "W": 40}),
    ],
)
def test_a_point_as_assumed(assume: list[str], point: dict[str, int]) -> None:
    form = formula(NET, assume=assume)
    assert form.point == point
    assert form(**point) == cnnshape.analyze(NET, inputs={"input": (point["H"], point["W"])}).total.macs


def test_what_is_assumed_is_held() -> None:
    form = formula(NET, assume=["H % 32 == 0", "H == W"])
    assert form.divided is not None
    assert form.divided.steps == {"H": (32, "h", 0)}
    assert form(H=64) == form(W=64) == form(H=64, W=64)
    with pytest.raises(UsageError, match="the form does not hold at H=48, W=48"):
        form(H=48)
    with pytest.raises(UsageError, match="the form does not hold at H=64, W=32"):
        form(H=64, W=32)


def test_sizes_that_hang_on_each_other() -> None:
    form = formula("specs/seeds/lenet5.yaml")
    assert [(name, sizes.words()) for name, sizes in form.alone.items() if sizes] == [
        ("H", "32 to 35"),
        ("W", "32 to 35"),
    ]
    assert form.smallest is None
    assert form(H=35, W=32) == cnnshape.analyze("specs/seeds/lenet5.yaml", inputs={"input": (35, 32)}).total.macs
    with pytest.raises(UsageError, match="the form does not hold at H=36, W=32"):
        form(H=36, W=32)


def test_what_is_no_size_of_the_form() -> None:
    form = formula(NET)
    for sizes, sentence in [
        ({"H": 33}, "the form is over `W`, which is not given"),
        ({"H": 33, "W": 40, "width": 8}, "`width` is not free in the form"),
        ({"H": 0, "W": 40}, "H=0 is not a whole number from 1 up"),
        ({"H": 33, "W": 2}, "the form does not hold at H=33, W=2"),
        ({"H": 10**12, "W": 10**12}, "the form does not hold at"),
    ]:
        with pytest.raises(UsageError, match=sentence):
            form(**sizes)


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"metric": "mcas"}, "there is no metric `mcas`"),
        ({"metric": "receptive_field"}, "`receptive_field` has no closed form"),
        ({"metric": "peak_memory", "layer": "conv"}, "`peak_memory` belongs to the net as a whole"),
        ({"layer": "cnov"}, "there is no layer `cnov`"),
        ({"free": []}, "nothing is free in the form"),
        ({"free": ["Q"]}, "the net has neither a variable nor an axis `Q`"),
        ({"free": ["part"]}, "`part` is 3/2 in the net, and only whole numbers from 1 up can be free"),
        ({"free": ["act"]}, "`act` is .*ReLU.* in the net"),
        ({"assume": ["width > 3"]}, "the assumption `width > 3` is over `width`, which is not free"),
        ({"assume": ["H + W"]}, "`H \\+ W` is not a condition"),
        ({"assume": ["H > W", "H < W"]}, "no sizes near H=33, W=40 are as assumed"),
    ],
)
def test_refused(options: dict[str, Any], sentence: str) -> None:
    with pytest.raises(UsageError, match=sentence):
        formula(NET, **options)


def test_assumptions_under_which_no_net_is_built() -> None:
    with pytest.raises(ShapeError, match="padded input has 1"):
        formula(NET, assume=["H == 1"])


def test_several_inputs() -> None:
    two = {
        "cnnshape": 1,
        "inputs": {"a": [1, 8, 8], "b": [1, 8, 8]},
        "layers": {"add": {"op": "Add", "from": ["a", "b"]}},
    }
    form = formula(two, free=["a.H", "b.H"], metric="activation_elements")
    assert form(**{"a.H": 8, "b.H": 8}) == 64
    assert not form.holds(**{"a.H": 8, "b.H": 9})


def test_sympy() -> None:
    expression = formula(padded_unet(1)).sympy()
    assert str(expression.factor()) == str(to_sympy(formula(padded_unet(1)).value).factor())
    assert sorted(symbol.name for symbol in expression.free_symbols) == ["H", "W"]


TWO: dict[str, Any] = {
    "cnnshape": 1,
    "inputs": {"left": [1, 8, 8], "right": [1, 8, 8]},
    "layers": {"add": {"op": "Add", "from": ["left", "right"]}},
}
BOTH = ("left.H", "right.H")


@pytest.mark.parametrize(
    ("free", "assume", "said"),
    [
        (BOTH, "left.H == right.H", {"left.H": 8, "right.H": 8}),
        (BOTH, "left.H % 5 == 0 and right.H == 1", {"left.H": 10, "right.H": 1}),
        (BOTH, "left.H > .5", {"left.H": 8, "right.H": 8}),
        (BOTH, "H == 3", "the assumption `H == 3` is over `H`, which is not free"),
        (BOTH, "H == Q", "is over `H`, which is not free"),
        (BOTH, "left.H == Q", "the assumption `left.H == Q` is over `Q`, which is not free"),
        (BOTH, "left.H == left.W", "is over `left.W`, which is not free"),
        (BOTH, "left.H.x > 3", "is over `left.H.x`, which is not free"),
        (BOTH, "left.H > 3 and Q > 2", "is over `Q`, which is not free"),
        (BOTH, "left.H", "`left.H` is not a condition"),
        (BOTH, "left.H / 0 > 2", r"`8 / 0` divides by zero \(column 8 of `left.H / 0 > 2`\)"),
        (BOTH, "left.H ==", r"a value is missing at the end \(column 10 of `left.H ==`\)"),
        (BOTH, "", "the expression is empty"),
        (BOTH, "left.H > 8 and left.H < 7", "no sizes near left.H=8, right.H=8 are as assumed"),
        (None, "left.H == right.H", "is over `right.H`, which is not free"),
    ],
)
def test_assumptions_over_several_inputs(free: Any, assume: str, said: Any) -> None:
    if isinstance(said, dict):
        assert formula(TWO, free=free, metric="activation_elements", assume=[assume]).point == said
        return
    with pytest.raises(UsageError, match=said):
        formula(TWO, free=free, assume=[assume])


def test_a_net_that_is_set_to_sizes_that_are_not_legal() -> None:
    unet = formula(padded_unet(2), inputs={"input": (30, 27)})
    assert (unet.point, unet.smallest) == ({"H": 28, "W": 28}, {"H": 4, "W": 4})
    assert unet.refused is not None
    assert (unet.refused.sizes, unet.refused.problem.path) == ({"H": 30, "W": 27}, "up1.cat")
    lenet = formula("specs/seeds/lenet5.yaml", inputs={"input": (224, 224)})
    assert [sizes and sizes.words() for sizes in lenet.sizes.values()] == ["16 to 19, 32 to 35, 112 to 115"] * 2
    wide = {**NET, "layers": {**NET["layers"], "fc": {"op": "Linear", "in_features": 18, "out_features": 1}}}
    assert formula(wide).point == {"H": 33, "W": 38}
    with pytest.raises(SpecError, match="there is no op"):
        formula({**NET, "layers": {"conv": CONV, "act": {"op": "Rel"}}}, inputs={"input": (2, 2)})
