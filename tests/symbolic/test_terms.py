"""Terms: whatever a formula does with them comes to what it does with ints, within the bounds that they state."""

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnnshape.core import dims
from cnnshape.spec.expressions import compile
from cnnshape.symbolic import Claim, Space, Term
from cnnshape.symbolic.evaluation import value
from cnnshape.symbolic.rationals import Ratio
from cnnshape.symbolic.vectorised import Program
from tests.symbolic.formulas import NAMES, TREES, worked_out

HIGH = 40
POINTS = st.fixed_dictionaries({name: st.integers(1, HIGH) for name in NAMES})


def undecided(what: Any) -> Any:
    raise AssertionError(f"{what} is asked for")


def space() -> Space:
    return Space(undecided, undecided)


def variables(where: Space) -> dict[str, Any]:
    return {name: where.variable(name, 1, HIGH) for name in NAMES}


@given(TREES, st.lists(POINTS, min_size=1, max_size=5))
def test_a_formula_on_terms_is_that_on_ints(tree: Any, points: list[dict[str, int]]) -> None:
    term = worked_out(tree, variables(space()))
    ints = [worked_out(tree, point) for point in points]
    assert [value(term, point) for point in points] == ints
    if isinstance(term, Term):
        assert all(term.low <= plain <= term.high for plain in ints)
    columns = {name: np.array([point[name] for point in points]) for name in NAMES}
    assert np.broadcast_to(Program([term]).run(columns)[0], len(points)).tolist() == ints


def test_the_comparison_would_notice() -> None:
    height = variables(space())["H"]
    assert value((height + 1) // 2, {"H": 7}) != 7 // 2


def test_equal_terms_are_one_object() -> None:
    where = space()
    height, width = variables(where)["H"], variables(where)["W"]
    assert (height + 3) - 3 is height
    assert height * width is width * height
    assert (height + 2 - 3) // 1 + 1 is height
    assert height // 2 // 2 is height // 4
    assert (2 * height) // 2 is height
    assert (6 * height + 4) // 4 is height + (height + 2) // 2 or (6 * height + 4) // 4 is (3 * height + 2) // 2
    assert height * width // width is height
    assert (4 * height + 3) % 4 == 3
    assert height - height == 0
    assert dims.gcd(4 * height, 2) == 2


def test_bounds_decide_what_they_can() -> None:
    height = space().variable("H", 8, 64)
    assert (height >= 8) is True
    assert (height > 64) is False
    assert dims.equal(height, 100) is False
    assert dims.equal(2 * height, 17) is False
    assert isinstance(height > 8, Claim)
    assert dims.maximum(height, 4) is height
    assert dims.minimum(height, 100) is height
    assert height // 65 == 0


def test_a_variable_of_one_value_is_known() -> None:
    assert space().variable("H", 7, 7) == 7


def test_who_decides_is_asked_once() -> None:
    asked: list[Claim] = []

    def decide(claim: Claim) -> bool:
        asked.append(claim)
        return True

    where = Space(decide, undecided)
    height = where.variable("H", 1, 9)
    assert bool(height > 3)
    assert bool(height >= 4)
    assert len(asked) == 1


@given(POINTS, st.fractions(-9, 9, max_denominator=12), st.fractions(-9, 9, max_denominator=12).filter(bool))
def test_ratios_are_fractions(point: dict[str, int], a: Fraction, b: Fraction) -> None:
    height, width = variables(space())["H"], variables(space())["W"]
    del width
    x, known = height * a + b, point["H"] * a + b
    claims = {"at": x >= 3, "above": x > b, "below": x < 4 * b, "equal": dims.equal(x, known)}
    assert {name: value(claim, point) for name, claim in claims.items()} == {
        "at": known >= 3, "above": known > b, "below": known < 4 * b, "equal": True
    }  # fmt: skip
    assert value(x // b, point) == known // b
    assert value(-x // 1, point) == -known // 1
    for found, plain in ((x / b, known / b), (b / (height * b), b / (point["H"] * b)), (x % b, known % b)):
        top, bottom = (found.top, found.bottom) if isinstance(found, Ratio) else (found, 1)
        assert Fraction(value(top, point), value(bottom, point)) == plain


@given(st.lists(st.integers(1, 2**40), min_size=1, max_size=4), st.integers(1, 2**40))
def test_what_leaves_64_bits_is_exact(heights: list[int], factor: int) -> None:
    height = space().variable("H", 1, 2**41)
    wide = height * height * factor + height
    terms = [wide, wide // factor, wide // 2**70, dims.maximum(wide, 2**66), wide % 7]
    found = Program(terms).run({"H": np.array(heights)})
    exact = [h * h * factor + h for h in heights]
    rows = ([n, n // factor, n // 2**70, max(n, 2**66), n % 7] for n in exact)
    assert [np.broadcast_to(column, len(heights)).tolist() for column in found] == [*map(list, zip(*rows, strict=True))]


def test_marks_in_a_text_become_values() -> None:
    where = space()
    height = where.variable("H", 1, 99999)
    text = f"the input has {height:,}, half of it {height // 2}"
    assert "has 5" not in text
    assert where.filled(text, lambda node: value(node, {"H": 5000})) == "the input has 5,000, half of it 2500"


@pytest.mark.parametrize("name", ["gcd", "minimum", "maximum", "equal", "both", "either"])
def test_an_open_number_of_another_kind_has_to_say(name: str) -> None:
    with pytest.raises(NotImplementedError):
        getattr(dims, name)(dims.Open(), 1)


def test_what_is_rounded_up_is_one_term_however_it_is_written() -> None:
    height = variables(space())["H"]
    assert dims.ceil_div(height, 3) is (height + 2) // 3
    assert dims.ceil_div(dims.ceil_div(height, 2), 2) is (height + 3) // 4
    assert -((3 - 2 * height) // 5) is (2 * height + 1) // 5


def test_an_open_number_is_divided_in_an_expression() -> None:
    height = variables(space())["H"]
    assert compile("ceil(H / 4)")({"H": height}) is (height + 3) // 4
    assert value(compile("floor(10 / H)")({"H": height}), {"H": 3}) == 3
