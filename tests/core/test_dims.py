"""The helpers of formulas on ints; `tests/symbolic` compares open numbers with these."""

from math import gcd

from hypothesis import given
from hypothesis import strategies as st

from cnnshape.core import dims

NUMBERS = st.integers(1, 10**6)


@given(NUMBERS, NUMBERS)
def test_two_numbers(x: int, y: int) -> None:
    assert dims.ceil_div(x, y) * y - x in range(y)
    assert dims.minimum(x, y) == min(x, y)
    assert dims.maximum(x, y) == max(x, y)
    assert dims.equal(x, y) is (x == y)
    assert dims.divides(x, x * y) is True
    assert dims.divides(x + y, x) is False
    assert dims.gcd(x, y) == gcd(x, y)


@given(st.booleans(), st.booleans(), NUMBERS, NUMBERS)
def test_truths(p: bool, q: bool, x: int, y: int) -> None:
    assert dims.both(p, q) is (p and q)
    assert dims.either(p, q) is (p or q)
    assert dims.where(p, x, y) == (x if p else y)


def test_products() -> None:
    assert dims.prod(()) == 1
    assert dims.prod([3, 2, 7]) == 42


def test_shapes() -> None:
    assert dims.same((1, 2), (1, 2)) is True
    assert dims.same((1, 2), (1, 3)) is False
    assert dims.same((1,), (1, 1)) is False


def test_what_is_known_is_settled() -> None:
    assert dims.settled(3) == 3
    assert dims.settled("same") == "same"
