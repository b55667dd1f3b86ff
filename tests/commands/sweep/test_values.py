"""One knob at all points, beside a plain list of its values."""

from fractions import Fraction
from typing import Any

import numpy
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnnshape.commands.sweep.values import Values
from cnnshape.core.errors import CnnshapeError, UsageError

LISTS = (
    st.lists(st.integers(-(2**62), 2**62), min_size=1)
    | st.lists(st.fractions(max_denominator=16, min_value=-9, max_value=9), min_size=1)
    | st.lists(st.sampled_from((True, False, 1, 0, "ReLU", "SiLU", "1")), min_size=1)
    | st.lists(st.lists(st.integers(0, 3), max_size=2), min_size=1)
)


def plainly(values: Values) -> list[Any]:
    return [values.distinct[code] for code in values.codes]


def same(found: list[Any], right: list[Any]) -> bool:
    return found == right and list(map(type, found)) == list(map(type, right))


def whole(value: Any) -> Any:
    return value.numerator if isinstance(value, Fraction) and value.denominator == 1 else value


@given(LISTS, st.data())
def test_some_points_of_a_list(held: list[Any], data: st.DataObject) -> None:
    values = Values.of("x", held)
    right = list(map(whole, held))
    assert same(list(map(whole, plainly(values))), right)
    which = data.draw(st.lists(st.integers(0, len(held) - 1)))
    taken = values.take(numpy.array(which, dtype=int))
    assert list(map(whole, plainly(taken))) == [right[place] for place in which]
    assert sorted(set(taken.codes.tolist())) == list(range(len(taken.distinct)))  # none that is at no point
    mask = numpy.array(data.draw(st.lists(st.booleans(), min_size=len(held), max_size=len(held))))
    assert list(map(whole, plainly(values.take(mask)))) == [x for x, kept in zip(right, mask, strict=True) if kept]


@given(st.lists(LISTS, min_size=1, max_size=3))
def test_points_one_after_the_other(several: list[list[Any]]) -> None:
    found = Values.joined([Values.of("x", held) for held in several])
    assert same(list(map(whole, plainly(found))), [whole(value) for held in several for value in held])


@given(LISTS)
def test_the_column_is_the_list(held: list[Any]) -> None:
    values = Values.of("x", held)
    assert values.column().tolist() == [float(x) if isinstance(x, Fraction) else x for x in held]
    if values.tops is not None:
        assert [Fraction(int(top), values.bottom) for top in values.tops[values.codes]] == held


def test_numbers_of_every_kind() -> None:
    assert Values.of("x", numpy.array([3, 1, 3], dtype=numpy.uint8)).distinct == (1, 3)
    assert plainly(Values.of("x", [0.5, 1, 2.0])) == [Fraction(1, 2), 1, 2]
    assert plainly(Values.of("x", numpy.array([True, False]))) == [True, False]
    assert plainly(Values.of("x", numpy.array(["a", "b", "a"]))) == ["a", "b", "a"]
    assert plainly(Values.of("x", (n for n in (2, 4)))) == [2, 4]
    assert plainly(Values.of("x", "ReLU")) == ["ReLU"]


def test_large_numbers_stay_what_they_are() -> None:
    """An array would make floats of them."""
    assert plainly(Values.of("x", [2**60 + 1, 0.5])) == [2**60 + 1, Fraction(1, 2)]
    assert plainly(Values.of("x", [2**63, -1])) == [2**63, -1]
    assert plainly(Values.of("x", [10**30, 1])) == [10**30, 1]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ([], "`x` has no values"),
        (numpy.zeros((2, 2)), "`x` is an array of 2 axes and type float64"),
        (numpy.zeros((2, 2), dtype=bool), "`x` is an array of 2 axes and type bool"),
    ],
)
def test_what_is_no_list_of_values(wrong: Any, said: str) -> None:
    with pytest.raises(UsageError) as refused:
        Values.of("x", wrong)
    assert refused.value.problems[0].text == said


@pytest.mark.parametrize("wrong", [[1.0, float("nan")], numpy.array([numpy.inf]), [object()], [1j]])
def test_what_is_no_value(wrong: Any) -> None:
    with pytest.raises(CnnshapeError, match="`x` is a"):
        Values.of("x", wrong)
