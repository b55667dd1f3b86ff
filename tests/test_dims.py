"""The helpers of polymorphic integers give the same on ints, arrays and symbols."""

import numpy as np
import sympy
from hypothesis import given
from hypothesis import strategies as st

from cnnshape import dims

NUMBERS = st.integers(1, 10**6)
a, b = sympy.symbols("a b", integer=True, positive=True)


@given(NUMBERS, NUMBERS)
def test_two_numbers_in_three_arithmetics(x: int, y: int) -> None:
    for helper in (dims.ceil_div, dims.minimum, dims.maximum, dims.equal, dims.divides, dims.gcd):
        plain = helper(x, y)
        array = helper(np.array([x, y]), np.array([y, x]))
        assert array[0] == plain
        assert array[1] == helper(y, x)
        symbol = helper(a, b).subs({a: x, b: y})
        assert symbol == plain or bool(symbol) == plain


@given(st.booleans(), st.booleans(), NUMBERS, NUMBERS)
def test_truths_in_three_arithmetics(p: bool, q: bool, x: int, y: int) -> None:
    arrays = np.array([p, q]), np.array([q, p])
    u, v = (a < 2, b < 2)
    truth = {a: 1 if p else 2, b: 1 if q else 2}
    for helper, plain in ((dims.both, p and q), (dims.either, p or q)):
        assert helper(p, q) is plain
        assert helper(*arrays)[0] == plain
        assert bool(helper(u, v).subs(truth)) is plain
        assert bool(sympy.sympify(helper(u, q)).subs(truth)) is plain
    assert dims.where(p, x, y) == (x if p else y)
    assert list(dims.where(arrays[0], x, y)) == [x if p else y, x if q else y]
    assert dims.where(u, x, y).subs(truth) == (x if p else y)


def test_products() -> None:
    assert dims.prod(()) == 1
    assert dims.prod([a, 2, b]) == 2 * a * b
    assert list(dims.prod((np.array([1, 2]), 3))) == [3, 6]


def test_kinds_of_values() -> None:
    assert dims.is_symbol(a)
    assert not dims.is_symbol(3)
    assert not dims.is_symbol(np.array([1]))
