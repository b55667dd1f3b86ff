"""The fields of a layer have torch's names and defaults, so that a spec may leave out what a program leaves out."""

import inspect
from typing import Any

import pytest
import torch

from cnnshape.layers import BUILTIN
from cnnshape.layers.base import Layer
from cnnshape.layers.registry import layer_type

MODULES = [op for op in BUILTIN if layer_type(op, BUILTIN).torch_name]

LEFT_OUT = {"self", "device", "dtype", "args", "kwargs", "min_value", "max_value"}
"""Arguments that no figure depends on, of any module; the last two are old names that torch warns of."""

NEEDED = {"unflattened_size": [1]}
"""What a field without a default takes, where that is not 1."""

OF_THE_CALL = {"MaxUnpool1d": {"output_size"}, "MaxUnpool2d": {"output_size"}, "MaxUnpool3d": {"output_size"}}
"""Fields that in torch are arguments of the call and not of the constructor."""


def signature(op: str) -> dict[str, Any]:
    """The arguments of torch's constructor that have a default."""
    found = inspect.signature(getattr(torch.nn, layer_type(op, BUILTIN).torch_name).__init__).parameters
    return {name: given.default for name, given in found.items() if given.default is not inspect.Parameter.empty}


def _kept(kind: type[Layer], name: str, value: Any) -> Any:
    """What a field keeps of a value, whatever the others are."""
    values = {key: NEEDED.get(key, 1) for key, field in kind.model_fields.items() if field.is_required()}
    return getattr(kind(**values | {name: value}), name)


@pytest.mark.parametrize("op", MODULES)
def test_defaults_are_torchs(op: str) -> None:
    kind, theirs = layer_type(op, BUILTIN), signature(op)
    ours = {name: field for name, field in kind.model_fields.items() if name in theirs and not field.is_required()}
    kept: dict[str, Any] = {name: _kept(kind, name, theirs[name]) for name, field in ours.items()}
    assert {name: field.default for name, field in ours.items()} == kept


@pytest.mark.parametrize("op", MODULES)
def test_fields_are_torchs(op: str) -> None:
    kind = layer_type(op, BUILTIN)
    named = set(inspect.signature(getattr(torch.nn, kind.torch_name).__init__).parameters)
    assert set(kind.model_fields) == named - LEFT_OUT | OF_THE_CALL.get(op, set())
