"""The same formulas on ints, on the columns of a sweep and on the letters of a closed form: all three must agree.

A column holds two cases of the same modes, so that an element that takes its neighbour's value is found.  Taps are left
out: receptive fields are computed on ints only.
"""

from typing import Any

import numpy as np
import pytest
from hypothesis import event, given, settings

from cnnshape.core.errors import CnnshapeError
from cnnshape.layers import BUILTIN
from cnnshape.symbolic.vectorised import Program
from cnnshape.testing import open_numbers
from cnnshape.testing.open_numbers import amounts, figures, letter, sizes, traced
from tests.oracle.compare import refusal
from tests.strategies.all import VALID, WILD
from tests.strategies.case import Case


def modes(case: Case) -> list[Any]:
    """What must be equal in two cases for one column to hold both: all but the amounts."""
    layer = case.layer()
    rest = [(name, getattr(layer, name)) for name in type(layer).model_fields if name not in amounts(layer)]
    lengths = [(name, len(value)) for name, value in amounts(layer).items() if isinstance(value, tuple)]
    return [rest, lengths, list(sizes(layer, case.inputs))]


def assert_columns_agree(one: Case, other: Case) -> None:
    """Fail where a column of two cases holds other figures than the two; one case twice where their modes differ."""
    alike = modes(one) == modes(other)
    event("two cases in a column" if alike else "one case twice")
    other = other if alike else one
    apart = [dict(figures(case.layer(), case.inputs)) for case in (one, other)]
    first, second = (sizes(case.layer(), case.inputs) for case in (one, other))
    together = traced(one.layer(), one.inputs, second)
    assert together.keys() == apart[0].keys() == apart[1].keys(), one
    columns = {letter(at): np.array([first[at], second[at]]) for at in first}
    for (name, _), column in zip(together.items(), Program(list(together.values())).run(columns), strict=True):
        found = np.broadcast_to(np.asarray(column), 2).tolist()
        assert found == [apart[0][name], apart[1][name]], f"{name} of {one} and {other}: {found}"


def assert_letters_agree(case: Case) -> None:
    """Fail where a formula, with the numbers put in, gives another figure than the numbers."""
    open_numbers.assert_letters_agree(case.layer(), case.inputs)


@pytest.mark.parametrize("op", BUILTIN)
def test_columns(op: str) -> None:
    @given(VALID[op], VALID[op])
    def check(one: Case, other: Case) -> None:
        assert_columns_agree(one, other)

    check()


def assert_masks_agree(one: Case, other: Case) -> None:
    """Fail where a column's mask of legal variants is not what the variants say one by one."""
    first, second = (sizes(case.layer(), case.inputs) for case in (one, other))
    columns = {letter(at): np.array([first[at], second[at]]) for at in first}
    mask = np.array([True, True])
    for name, claim in traced(one.layer(), one.inputs, second).items():
        if name.startswith("need "):
            with np.errstate(divide="ignore"):
                mask = mask & np.asarray(Program([claim]).run(columns)[0])
    assert mask.tolist() == [not refusal(one), not refusal(other)], f"{one} and {other}: {mask}"


@pytest.mark.parametrize("op", BUILTIN)
def test_masks(op: str) -> None:
    @given(VALID[op], WILD[op])
    def check(one: Case, other: Case) -> None:
        try:
            alike = modes(one) == modes(other)
        except CnnshapeError:
            alike = False  # no sweep holds a value that the field does not take
        event("a column with a case that may be illegal" if alike else "of other modes")
        if alike:
            assert_masks_agree(one, other)

    check()


@pytest.mark.parametrize("op", BUILTIN)
def test_letters(op: str) -> None:
    @settings(max_examples=max(settings().max_examples // 5, 5))
    @given(VALID[op])
    def check(case: Case) -> None:
        assert_letters_agree(case)

    check()
