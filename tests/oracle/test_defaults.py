"""The fields of a layer have torch's names and defaults, so that a spec may leave out what a program leaves out."""

import inspect
from typing import Any

import pytest
import torch
from pydantic_core import SchemaValidator

from cnnshape.layers import BUILTIN
from cnnshape.layers.fields import core
from cnnshape.layers.registry import layer_type

MODULES = [op for op in BUILTIN if layer_type(op, BUILTIN).torch_name]

LEFT_OUT = {"self", "device", "dtype", "args", "kwargs", "min_value", "max_value"}
"""Arguments that no figure depends on, of any module; the last two are old names that torch warns of."""

OF_THE_CALL = {"MaxUnpool1d": {"output_size"}, "MaxUnpool2d": {"output_size"}, "MaxUnpool3d": {"output_size"}}
"""Fields that in torch are arguments of the call and not of the constructor."""


def signature(op: str) -> dict[str, Any]:
    """The arguments of torch's constructor that have a default."""
    found = inspect.signature(getattr(torch.nn, layer_type(op, BUILTIN).torch_name).__init__).parameters
    return {name: given.default for name, given in found.items() if given.default is not inspect.Parameter.empty}


@pytest.mark.parametrize("op", MODULES)
def test_defaults_are_torchs(op: str) -> None:
    kind, theirs = layer_type(op, BUILTIN), signature(op)
    ours = {name: default for name, default in kind.defaults.items() if name in theirs}
    kept = {name: SchemaValidator(core(kind.annotations[name]).schema).validate_python(theirs[name]) for name in ours}
    assert ours == kept


@pytest.mark.parametrize("op", MODULES)
def test_fields_are_torchs(op: str) -> None:
    kind = layer_type(op, BUILTIN)
    named = set(inspect.signature(getattr(torch.nn, kind.torch_name).__init__).parameters)
    assert set(kind.annotations) == named - LEFT_OUT | OF_THE_CALL.get(op, set())
