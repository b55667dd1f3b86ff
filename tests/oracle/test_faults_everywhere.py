"""A fault planted in every body of three facts: one that ints do not share is seen by the three arithmetics alone, one
that all share by torch or by counting one by one."""

from collections.abc import Callable
from itertools import product
from typing import Any

import pytest

from cnnshape.core.dims import Open
from cnnshape.layers import BUILTIN
from cnnshape.layers.base import Layer, Ops
from cnnshape.layers.registry import layer_type
from tests.effort import share
from tests.oracle.compare import assert_same, caught
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


def _bodies() -> list[tuple[str, str]]:
    """An op and a fact for every body of the three facts: ops that share one share what can be wrong with it."""
    found: dict[Any, tuple[str, str]] = {}
    for op, fact in product(BUILTIN, WRONG):
        body = getattr(layer_type(op, BUILTIN), fact)
        if body is not getattr(Layer, fact):
            found.setdefault((fact, body), (op, fact))
    return list(found.values())


BODIES = share(_bodies(), 2)


def _plant(op: str, fact: str, monkeypatch: pytest.MonkeyPatch, *, everywhere: bool) -> None:
    kind = layer_type(op, BUILTIN)
    monkeypatch.setattr(kind, fact, planted(getattr(kind, fact), fact, everywhere=everywhere))


@pytest.mark.parametrize(("op", "fact"), BODIES)
def test_a_fault_of_open_numbers_is_seen_by_the_three_arithmetics(
    op: str, fact: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    _plant(op, fact, monkeypatch, everywhere=False)
    assert caught(VALID[op], lambda case: assert_columns_agree(case, case))
    assert caught(VALID[op], assert_letters_agree)


@pytest.mark.parametrize(("op", "fact"), BODIES)
def test_a_fault_that_all_share_is_seen_by_torch(op: str, fact: str, monkeypatch: pytest.MonkeyPatch) -> None:
    _plant(op, fact, monkeypatch, everywhere=True)
    counted = op in COUNTS and caught(VALID[op], lambda case: assert_counted(case, COUNTS[op]))
    assert counted or caught(VALID[op], assert_same)
