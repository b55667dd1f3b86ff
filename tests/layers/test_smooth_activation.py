"""Activations that bend, counted by hand on 24 elements."""

import pytest

from cnnshape.core.errors import SpecError
from tests.layers.worked import Refused, Worked
from tests.strategies.case import Case

X = (2, 3, 4)

WORKED = [
    Worked("ELU", {"alpha": 2}, (X,), X, "2 (exp(x) - 1)", ops={"compare": 24, "exp": 24, "add": 24, "mul": 24}),
    Worked("SELU", {}, (X,), X, "a b (exp(x) - 1)", ops={"compare": 24, "exp": 24, "add": 24, "mul": 48}),
    Worked(
        "CELU",
        {"alpha": -2},
        (X,),
        X,
        "a (exp(x / a) - 1)",
        ops={"compare": 24, "div": 24, "exp": 24, "add": 24, "mul": 24},
    ),
    Worked("GELU", {}, (X,), X, "0.5 x (1 + erf(x c)): 3 products", ops={"exp": 24, "add": 24, "mul": 72}),
    Worked(
        "GELU",
        {"approximate": "tanh"},
        (X,),
        X,
        "0.5 x (1 + tanh(a (x + b x x x))): 6 products",
        ops={"exp": 24, "add": 48, "mul": 144},
    ),
    Worked("SiLU", {}, (X,), X, "x / (1 + exp(-x))", ops={"exp": 24, "add": 24, "div": 24}),
    Worked("Mish", {}, (X,), X, "x tanh(log(1 + exp(x)))", ops={"exp": 72, "add": 24, "mul": 24}),
    Worked("Sigmoid", {}, (X,), X, "1 / (1 + exp(-x))", ops={"exp": 24, "add": 24, "div": 24}),
    Worked("LogSigmoid", {}, (X,), X, "-log(1 + exp(-x))", ops={"exp": 48, "add": 24}),
    Worked("Tanh", {}, (X,), X, "one function", ops={"exp": 24}),
    Worked("Tanhshrink", {}, (X,), X, "x - tanh(x)", ops={"exp": 24, "add": 24}),
    Worked(
        "Softplus",
        {"beta": 2, "threshold": 10},
        (X,),
        X,
        "log(1 + exp(b x)) / b unless b x > 10",
        ops={"mul": 24, "compare": 24, "exp": 48, "add": 24, "div": 24},
    ),
    Worked("Softsign", {}, (X,), X, "x / (1 + max(x, -x))", ops={"compare": 24, "add": 24, "div": 24}),
]

REFUSED = [Refused("CELU", {"alpha": 0}, (X,), "alpha=0 divides by zero")]


def test_gelu_knows_two_ways() -> None:
    with pytest.raises(SpecError, match="approximate takes 'none' or 'tanh', not 'erf'"):
        Case("GELU", {"approximate": "erf"}, (X,)).layer()
