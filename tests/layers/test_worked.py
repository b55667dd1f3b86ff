"""The cases of all families: `WORKED` and `REFUSED` of each file here."""

import pkgutil
from importlib import import_module
from typing import Any

import pytest

import tests.layers
from tests.layers.worked import Refused, Worked

_FILES = [import_module(f"tests.layers.{name}") for _, name, _ in pkgutil.iter_modules(tests.layers.__path__)]
_FAMILIES = [file for file in _FILES if hasattr(file, "WORKED")]
WORKED: list[Worked] = [case for family in _FAMILIES for case in family.WORKED]
REFUSED: list[Refused] = [case for family in _FAMILIES for case in getattr(family, "REFUSED", [])]


def by_op(cases: list[Any]) -> pytest.MarkDecorator:
    ops = [case.op for case in cases]
    return pytest.mark.parametrize(("op", "case"), list(zip(ops, cases, strict=True)), ids=ops)


@by_op(WORKED)
def test_worked(op: str, case: Worked) -> None:
    case.check()


@by_op(REFUSED)
def test_refused(op: str, case: Refused) -> None:
    case.check()
