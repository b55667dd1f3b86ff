"""Every op has all that an op needs; what is missing fails by name."""

import re
from collections.abc import Iterator
from inspect import getdoc, isabstract

import pytest
import torch

from cnnshape.interop.torch_linear import LINEAR, STAND_INS
from cnnshape.interop.torch_ops import CALLS, HOLDERS
from cnnshape.interop.torch_ops import FUNCTIONS as CODE
from cnnshape.interop.torch_run import BLIND_SPOTS
from cnnshape.interop.torch_table import FUNCTIONS
from cnnshape.layers import BUILTIN, REFUSED
from cnnshape.layers.base import Elementwise, Layer
from cnnshape.layers.registry import layer_type
from tests.layers.test_worked import WORKED
from tests.strategies.all import VALID, WILD


def documented(kind: type[Layer]) -> str:
    """The docstrings of a class and of the partial bases that it is made of."""
    bases = [base for base in kind.__mro__ if issubclass(base, Layer) and base not in (Layer, Elementwise)]
    return "\n".join(base.__doc__ or "" for base in bases)


def missing(op: str) -> Iterator[str]:
    """What an op lacks."""
    kind = layer_type(op, BUILTIN)
    worked = [case for case in WORKED if case.op == op]
    has = {
        "legal cases in tests/strategies": op in VALID,
        "cases in tests/strategies that may be illegal": op in WILD,
        "a worked case in tests/layers": worked,
        "a reason for each worked case": all(case.why for case in worked),
        "its name as the name of its class": kind.__name__ == op,
        "a docstring of its own": getdoc(kind),
        "the decorator `final`": getattr(kind, "__final__", False),
        "all that is abstract": not isabstract(kind),
        "a stand-in in torch_linear": op in STAND_INS or op in LINEAR or issubclass(kind, Elementwise),
    }
    if kind.torch_name:
        has["the module of torch that it names"] = hasattr(torch.nn, kind.torch_name)
        has["one counterpart: a module of torch or a function"] = op not in {*FUNCTIONS, *CODE, *HOLDERS}
    else:
        has["a row in torch_table"] = op in {*FUNCTIONS, *CODE, *HOLDERS}
    for part in ("Shapes", "Cost", "References"):
        has[f"{part} in its docstring"] = re.search(rf"^ *{part}\b.*:", documented(kind), re.MULTILINE)
    yield from (what for what, there in has.items() if not there)


@pytest.mark.parametrize("op", BUILTIN)
def test_nothing_is_missing(op: str) -> None:
    assert list(missing(op)) == []


def test_tables_name_ops_that_there_are() -> None:
    by_op = (VALID, WILD, STAND_INS, LINEAR, CALLS, CODE, FUNCTIONS, HOLDERS, BLIND_SPOTS)
    assert [op for table in by_op for op in table if op not in BUILTIN] == []


def test_no_op_is_refused_and_known() -> None:
    assert not set(BUILTIN) & set(REFUSED)
