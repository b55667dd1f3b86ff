"""Every op has all that an op needs; what is missing fails by name."""

import pkgutil
import re
from importlib import import_module
from inspect import getdoc, isabstract

import pytest
import torch

import tests.layers
from cnnshape.interop.torch_linear import LINEAR, STAND_INS
from cnnshape.interop.torch_ops import CALLS, FROM_INPUTS, FUNCTIONS, HOLDERS, WRITTEN
from cnnshape.interop.torch_run import BLIND_SPOTS
from cnnshape.layers import BUILTIN, REFUSED
from cnnshape.layers.base import Elementwise, Layer
from cnnshape.layers.registry import layer_type
from tests.layers.worked import Worked
from tests.strategies.all import VALID, WILD

_FAMILIES = [import_module(f"tests.layers.{name}") for _, name, _ in pkgutil.iter_modules(tests.layers.__path__)]
WORKED: list[Worked] = [case for family in _FAMILIES for case in getattr(family, "WORKED", [])]


def documented(kind: type[Layer]) -> str:
    """The docstrings of a class and of the partial bases that it is made of."""
    bases = [base for base in kind.__mro__ if issubclass(base, Layer) and base not in (Layer, Elementwise)]
    return "\n".join(base.__doc__ or "" for base in bases)


@pytest.mark.parametrize("op", BUILTIN)
def test_strategies(op: str) -> None:
    assert op in VALID, f"tests/strategies has no legal cases of {op}"
    assert op in WILD, f"tests/strategies has no cases of {op} that may be illegal"


@pytest.mark.parametrize("op", BUILTIN)
def test_worked_by_hand(op: str) -> None:
    assert any(case.op == op for case in WORKED), f"tests/layers has no worked case of {op}"
    assert all(case.why for case in WORKED if case.op == op), f"a worked case of {op} does not say why"


@pytest.mark.parametrize("op", BUILTIN)
@pytest.mark.parametrize("part", ["Shapes", "Cost", "References"])
def test_docstring(op: str, part: str) -> None:
    found = re.search(rf"^ *{part}\b.*:", documented(layer_type(op, BUILTIN)), re.MULTILINE)
    assert found, f"the docstring of {op} has no {part}"


@pytest.mark.parametrize("op", BUILTIN)
def test_class(op: str) -> None:
    kind = layer_type(op, BUILTIN)
    assert kind.__name__ == op
    assert getdoc(kind), f"{op} has no docstring"
    assert getattr(kind, "__final__", False), f"{op} is not final"
    assert not isabstract(kind), f"{op} is abstract"


@pytest.mark.parametrize("op", BUILTIN)
def test_torch_counterpart(op: str) -> None:
    name = layer_type(op, BUILTIN).torch_name
    if name:
        assert hasattr(torch.nn, name), f"torch.nn has no {name}"
        assert op not in FUNCTIONS, f"{op} is a module of torch and a function too"
    else:
        assert op in FUNCTIONS or op in HOLDERS, f"torch_ops does not know {op}"


@pytest.mark.parametrize("op", BUILTIN)
def test_linear_stand_in(op: str) -> None:
    elementwise = issubclass(layer_type(op, BUILTIN), Elementwise)
    assert op in STAND_INS or op in LINEAR or elementwise, f"torch_linear has no stand-in for {op}"


def test_tables_name_ops_that_there_are() -> None:
    by_op = (VALID, WILD, STAND_INS, LINEAR, CALLS, FROM_INPUTS, FUNCTIONS, HOLDERS, WRITTEN, BLIND_SPOTS)
    assert [op for table in by_op for op in table if op not in BUILTIN] == []


def test_no_op_is_refused_and_known() -> None:
    assert not set(BUILTIN) & set(REFUSED)
