"""Activations that bend: any rank, every field; shrinks towards defaults and a small input."""

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from tests.strategies.case import Case
from tests.strategies.elementwise import NUMBERS, one_input, shapes

_SHAPES = shapes(1, 5)
_INPLACE = {"inplace": st.booleans()}
_NOT_ZERO = st.integers(1, 40).flatmap(lambda tenths: st.sampled_from([tenths / 10, -tenths / 10]))

VALID: dict[str, SearchStrategy[Case]] = {
    "ELU": one_input("ELU", _SHAPES, alpha=NUMBERS, **_INPLACE),
    "SELU": one_input("SELU", _SHAPES, **_INPLACE),
    "CELU": one_input("CELU", _SHAPES, alpha=_NOT_ZERO, **_INPLACE),
    "GELU": one_input("GELU", _SHAPES, approximate=st.sampled_from(["none", "tanh"])),
    "SiLU": one_input("SiLU", _SHAPES, **_INPLACE),
    "Mish": one_input("Mish", _SHAPES, **_INPLACE),
    "Sigmoid": one_input("Sigmoid", _SHAPES),
    "LogSigmoid": one_input("LogSigmoid", _SHAPES),
    "Tanh": one_input("Tanh", _SHAPES),
    "Tanhshrink": one_input("Tanhshrink", _SHAPES),
    "Softplus": one_input("Softplus", _SHAPES, beta=NUMBERS, threshold=NUMBERS),
    "Softsign": one_input("Softsign", _SHAPES),
}
WILD: dict[str, SearchStrategy[Case]] = VALID | {
    "CELU": one_input("CELU", _SHAPES, alpha=st.sampled_from([0.0, 0.5, -0.5])),
    "GELU": one_input("GELU", _SHAPES, approximate=st.sampled_from(["none", "tanh", "erf"])),
}
