"""A fault planted in each fact of each layer: one that ints do not share is seen by the three arithmetics alone, one
that all share by torch or by counting one by one."""

from collections.abc import Callable
from itertools import product
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from cnnshape.core.dims import Open
from cnnshape.core.errors import CnnshapeError
from cnnshape.layers import BUILTIN
from cnnshape.layers.base import Layer, Ops
from cnnshape.layers.registry import layer_type
from tests.effort import share
from tests.oracle.compare import assert_same
from tests.oracle.test_brute_force import COUNTS, assert_counted
from tests.oracle.test_three_arithmetics import assert_columns_agree, assert_letters_agree
from tests.strategies.all import VALID

Fact = Callable[..., Any]


def _larger(shape: Any) -> Any:
    """A shape whose last axis is one larger; a single number as a list of one."""
    return (*shape[:-1], shape[-1] + 1) if shape else (1,)


def _more(ops: Ops) -> Ops:
    return ops._replace(mac=ops.mac + 1)


def _weights(found: dict[str, Any]) -> dict[str, Any]:
    return {name: _larger(shape) for name, shape in found.items()}


WRONG: dict[str, Callable[[Any], Any]] = {"output": _larger, "ops": _more, "weights": _weights}
"""What the fact says instead."""


def planted(right: Fact, fact: str, *, everywhere: bool) -> Fact:
    """The wrong fact, for open numbers alone or for all."""

    def wrong(self: Any, *xs: Any) -> Any:
        numbers = [size for x in xs if x is not None for size in x]
        numbers += [part for value in vars(self).values() for part in (value if isinstance(value, tuple) else (value,))]
        found = right(self, *xs)
        return WRONG[fact](found) if everywhere or any(isinstance(n, Open) for n in numbers) else found

    return wrong


def caught(drawn: st.SearchStrategy[Any], compare: Callable[[Any], None]) -> bool:
    """Whether a comparison fails for one of some examples."""

    @settings(max_examples=200, phases=[Phase.generate], derandomize=True, report_multiple_bugs=False)
    @given(drawn)
    def search(example: Any) -> None:
        compare(example)

    try:
        search()
    except (AssertionError, CnnshapeError):
        return True
    return False


def _plant(op: str, fact: str, monkeypatch: pytest.MonkeyPatch, *, everywhere: bool) -> bool:
    """Put the fault there; False where the layer has nothing of the kind to get wrong."""
    kind = layer_type(op, BUILTIN)
    if fact == "weights" and not any("weights" in vars(base) for base in kind.__mro__ if base is not Layer):
        return False
    monkeypatch.setattr(kind, fact, planted(getattr(kind, fact), fact, everywhere=everywhere))
    return True


@pytest.mark.parametrize(("op", "fact"), share(product(BUILTIN, WRONG), 4))
def test_a_fault_of_open_numbers_is_seen_by_the_three_arithmetics(
    op: str, fact: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if _plant(op, fact, monkeypatch, everywhere=False):
        assert caught(VALID[op], lambda case: assert_columns_agree(case, case))
        assert caught(VALID[op], assert_letters_agree)


@pytest.mark.parametrize(("op", "fact"), share(product(BUILTIN, WRONG), 4))
def test_a_fault_that_all_share_is_seen_by_torch(op: str, fact: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if _plant(op, fact, monkeypatch, everywhere=True):
        counted = op in COUNTS and caught(VALID[op], lambda case: assert_counted(case, COUNTS[op]))
        assert counted or caught(VALID[op], assert_same)
