"""How a term goes with a variable: whatever is said holds at every value."""

from itertools import pairwise
from typing import Any

from hypothesis import event, given
from hypothesis import strategies as st

from cnnshape.symbolic.evaluation import value
from cnnshape.symbolic.monotonicity import Trend, trend
from tests.symbolic.formulas import NAMES, TREES, worked_out
from tests.symbolic.test_terms import HIGH, POINTS, space, variables


def ways(term: Any, name: str, point: dict[str, int]) -> set[Trend]:
    """The ways in which a term really goes between neighbouring values of a variable."""
    values = [value(term, {**point, name: at}) for at in range(1, HIGH + 1)]
    steps = [b - a for a, b in pairwise(values)]
    return {Trend.UP if step > 0 else Trend.DOWN for step in steps if step}


@given(TREES, POINTS, st.sampled_from(NAMES))
def test_a_trend_is_never_wrong(tree: Any, point: dict[str, int], name: str) -> None:
    term = worked_out(tree, variables(space()))
    said = trend(term, name)
    event(said.name)
    if said is not Trend.UNKNOWN:
        assert ways(term, name, point) <= {said}, f"{said} is said of {tree} and {name}"


def test_the_comparison_bites() -> None:
    height = variables(space())["H"]
    assert ways(height % 5, "H", dict.fromkeys(NAMES, 1)) == {Trend.UP, Trend.DOWN}
    assert ways(7 - height, "H", dict.fromkeys(NAMES, 1)) == {Trend.DOWN}


def test_what_nets_are_made_of_is_known() -> None:
    height, width = variables(space())["H"], variables(space())["W"]
    conv = (height + 2 - 3) // 2 + 1
    assert trend(conv * ((width - 1) // 2 + 1) * 64, "H") is Trend.UP
    assert trend(100 - conv, "H") is Trend.DOWN
    assert trend(conv, "W") is Trend.SAME
    assert trend(height // width, "W") is Trend.DOWN
