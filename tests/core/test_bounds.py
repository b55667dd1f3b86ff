"""What follows from a bound is what holds for every value that it allows."""

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnnshape.core.bounds import Bound, Demand, holds, values

MOST = 12
ENDLESS = 3 * MOST  # beyond every limit that is tried
BOUNDS: tuple[Bound | None, ...] = (None, *get_args(Bound))
MEETS = {"max": int.__le__, "min": int.__ge__, "equals": int.__eq__}


def allowed(value: int, bound: Bound | None) -> list[int]:
    """Every value that a bound allows, as far as limits go."""
    return [
        n for n in range(ENDLESS) if n == value or (bound == "upper" and n < value) or (bound == "lower" and n > value)
    ]


@pytest.mark.parametrize("bound", BOUNDS)
@pytest.mark.parametrize("demand", get_args(Demand))
def test_a_limit_holds_if_every_value_meets_it(demand: Demand, bound: Bound | None) -> None:
    for value in range(MOST):
        for limit in range(MOST):
            met = {bool(MEETS[demand](each, limit)) for each in allowed(value, bound)}
            assert holds(demand, limit, value, bound) is (met.pop() if len(met) == 1 else None)


@given(st.integers(0, MOST), st.sampled_from(BOUNDS))
def test_the_values_are_those_that_the_bound_allows(value: int, bound: Bound | None) -> None:
    found = values(value, bound)
    assert (found is None) == (bound == "lower")
    assert found is None or list(found) == allowed(value, bound)


@pytest.mark.parametrize("value", [False, True])
def test_what_may_be_false_is_decided_like_a_number(value: bool) -> None:
    assert holds("equals", value, value) is True
    assert holds("equals", not value, value) is False
    assert holds("equals", True, True, "upper") is None
    assert holds("equals", False, False, "upper") is True
