"""Whatever an entry holds, looking for a better hint never fails by itself, and a hint is one line."""

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import cnnshape
from cnnshape.core.errors import CnnshapeError
from cnnshape.graph.hints.elsewhere import FIELDS
from cnnshape.graph.hints.names import names
from cnnshape.layers import BUILTIN
from cnnshape.layers.registry import layer_type
from tests.graph.hints.following import net

OPS = st.sampled_from([*BUILTIN, *names(), "chunk", "activation", "nn.Conv2d(3, 8, 3)", "Conv2d 3", "x.y.Dense", "a b"])
ODD = st.sampled_from(
    ["same", "valid", "causal", "(3, 3)", "no", "2 ** i", "3x3", "x[", "in_channels / 2", "nn.Conv2d('\\d')", "a" * 400,
     "(" * 90, "", "1e30", "batch", "$last", "area", "é", "((1, 2), 3)", "f(**k)", "\u2028"]
)  # fmt: skip
SCALARS = st.none() | st.booleans() | st.integers(-3, 70) | st.sampled_from([Fraction(17, 2), 10**40, 10**12]) | ODD
VALUES = SCALARS | st.lists(SCALARS, max_size=5)
MORE = st.sampled_from(
    [*FIELDS, "3", "from", "when", "size", "dim", "chunks", "padding", "depth_multiplier", "activation"]
)


@st.composite
def entries(draw: st.DrawFn) -> dict[str, Any]:
    op = draw(OPS)
    fields = sorted(layer_type(op, BUILTIN).model_fields) if op in BUILTIN else []
    keys = draw(st.lists(st.sampled_from(fields) | MORE if fields else MORE, max_size=6, unique=True))
    return {"op": op, **{key: draw(VALUES) for key in keys}}


@given(entries(), st.lists(st.integers(1, 40), min_size=1, max_size=5), st.booleans())
def test_an_error_is_one_of_ours(entry: dict[str, Any], sizes: list[int], second: bool) -> None:
    layers = {"act": "ReLU", "layer": entry} if second else {"layer": entry}
    for hint in hints(net(layers, *sizes)):
        assert "\n" not in hint
        assert "$" not in hint or "$" in repr(entry)
        assert "#d" not in hint


def hints(spec: dict[str, Any]) -> list[str]:
    """The hints for all that is wrong with a net."""
    try:
        cnnshape.analyze(spec)
    except CnnshapeError as error:
        return [problem.hint for problem in error.problems]
    return []


@pytest.mark.parametrize("rank", [9, 40, 63])
def test_many_axes_take_no_time(rank: int) -> None:
    with pytest.raises(CnnshapeError):
        cnnshape.analyze(net({"fc": {"op": "Linear", "in_features": 7, "out_features": 2}}, *[2] * rank))
