"""The points of a sweep: grids and lists, cut anywhere, and the texts that stand for values."""

import sys
from fractions import Fraction
from itertools import product
from typing import Any

import numpy
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnnshape.commands.sweep.plans import Grid, Listed, Plan, listed
from cnnshape.core.errors import UsageError

VALUES = st.lists(st.integers(-5, 5) | st.sampled_from(("ReLU", "SiLU")), min_size=1, max_size=4)
NAMES = ("a", "b", "c")


def rows(plan: Plan, start: int, stop: int) -> list[tuple[Any, ...]]:
    held = plan.slice(start, stop)
    assert tuple(held) == plan.names
    return list(zip(*(values.column().tolist() for values in held.values()), strict=True))


@given(st.lists(VALUES, min_size=1, max_size=3), st.data())
def test_a_grid_is_every_combination(several: list[list[Any]], data: st.DataObject) -> None:
    plan = Grid([((name,), values) for name, values in zip(NAMES, several, strict=False)])
    points = list(product(*several))
    start = data.draw(st.integers(0, len(points)))
    stop = data.draw(st.integers(start, len(points)))
    assert len(plan) == len(points)
    assert rows(plan, start, stop) == points[start:stop]


def test_knobs_of_a_group_change_together() -> None:
    plan = Grid([(("H", "W"), [4, 8]), (("k",), [1, 3])])
    assert plan.names == ("H", "W", "k")
    assert rows(plan, 0, 4) == [(4, 4, 1), (4, 4, 3), (8, 8, 1), (8, 8, 3)]


@given(st.lists(st.tuples(st.integers(), st.sampled_from("xyz")).map(list), min_size=1, max_size=6), st.data())
def test_lists_stand_side_by_side(points: list[list[Any]], data: st.DataObject) -> None:
    one, other = ([point[place] for point in points] for place in (0, 1))
    one = [value % 2**62 for value in one]
    plan = Listed({"a": one, "b": other, "c": 7})
    start = data.draw(st.integers(0, len(points)))
    stop = data.draw(st.integers(start, len(points)))
    assert len(plan) == len(points)
    assert rows(plan, start, stop) == list(zip(one, other, [7] * len(points), strict=True))[start:stop]


@pytest.mark.parametrize("size", [1, 2, 5, 6, 100])
def test_chunks_are_all_points_in_order(size: int) -> None:
    plan = Grid([(("a",), [1, 2]), (("b",), ["x", "y", "z"])])
    held = [tuple(values.column().tolist() for values in chunk.values()) for chunk in plan.chunks(size)]
    assert [len(chunk[0]) for chunk in held[:-1]] == [size] * (len(held) - 1)
    found = [point for chunk in held for point in zip(*chunk, strict=True)]
    assert found == list(product([1, 2], "xyz"))


def test_a_grid_is_never_held() -> None:
    plan = Grid([((name,), range(10_000)) for name in NAMES])
    assert len(plan) == 10**12
    assert rows(plan, 10**12 - 1, 10**12) == [(9999, 9999, 9999)]


def test_more_points_than_can_be_counted_are_refused() -> None:
    plan = Grid([((name,), range(10**5)) for name in "abcd"])
    with pytest.raises(UsageError) as refused:
        len(plan)
    assert refused.value.problems[0].text == (
        f"there are 100,000,000,000,000,000,000 points, and the most is {sys.maxsize:,}"
    )


def test_lists_of_different_lengths_are_refused() -> None:
    with pytest.raises(UsageError) as refused:
        Listed({"a": [1, 2], "b": [1, 2, 3]})
    assert str(refused.value) == (
        "error: the knobs have different numbers of values: `a` 2, `b` 3 [invalid-usage]\n\n"
        "hint: grid=True takes every combination of them"
    )


LISTED: dict[str, list[Any]] = {
    "8": [8],
    "1:3": [1, 2, 3],
    "16:40:8": [16, 24, 32, 40],
    "16:41:8": [16, 24, 32, 40],
    "8:64:*2": [8, 16, 32, 64],
    "8:20:*1.5": [8, 12, 18],
    "0.5:1.5:.25": [Fraction(1, 2), Fraction(3, 4), 1, Fraction(5, 4), Fraction(3, 2)],
    "-1:1": [-1, 0, 1],
    "1e3,2": [1000, 2],
    "5,5": [5, 5],
    " 1 , 2:3 ": [1, 2, 3],
    "ReLU,SiLU": ["ReLU", "SiLU"],
    "true,false": [True, False],
    "[1, 2],[3, (4)]": ["[1, 2]", "[3, (4)]"],
    "2 * k,max(a, b)": ["2 * k", "max(a, b)"],
}


@pytest.mark.parametrize("text", LISTED)
def test_a_text_stands_for_values(text: str) -> None:
    found = [*listed(text, "x")]
    assert found == LISTED[text]
    assert list(map(type, found)) == list(map(type, LISTED[text]))


RANGE, UP = "`x` takes FIRST:LAST:STEP, which `{}` is not", "the first value is the smallest"
WRONG = {
    "": "`x` takes values such as 16:128:8 or 8,16,32, not ``",
    "1,,2": "`x` takes values such as 16:128:8 or 8,16,32, not `1,,2`",
    **{
        text: RANGE.format(text)
        for text in ("8:", ":8", "1:2:3:4", "8:16:-2", "a:b", "8:4", "8:16:0", "4:8:*1", "0:8:*2")
    },
    "1:9:0.0000001": "`x` would have more than 10,000,000 values",
    "1:1000:*1.0000001": "`x` would have more than 10,000,000 values",
    "1:2:*1.0001": "`x` has values of more than 12 decimals in `1:2:*1.0001`",
    "1:1e99": "`x`: `1e99` is refused: the exponent of a number is at most 30",
    "[1,2": "`x`: a bracket of `[1,2` has no other",
    "1),2": "`x`: a bracket of `1),2` has no other",
}


@pytest.mark.parametrize("text", WRONG)
def test_a_text_that_stands_for_none(text: str) -> None:
    with pytest.raises(UsageError) as refused:
        listed(text, "x")
    assert refused.value.problems[0].text == WRONG[text]


def test_a_range_of_numpy_is_a_list() -> None:
    assert rows(Listed({"a": numpy.arange(3), "b": range(3)}), 0, 3) == [(0, 0), (1, 1), (2, 2)]
