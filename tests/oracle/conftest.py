"""Tests that need torch, and some that plant faults."""

import pytest
import torch

from cnnshape.layers import BUILTIN
from cnnshape.layers.facts import arity
from cnnshape.layers.registry import layer_type

torch.set_num_threads(1)  # tensors are tiny here: a second thread costs more than it computes


@pytest.fixture(scope="session", autouse=True)
def _arities_are_known() -> None:
    """Read how many inputs each op takes before a fault is planted in its `output`: that is remembered for good."""
    for op in BUILTIN:
        arity(layer_type(op, BUILTIN))
