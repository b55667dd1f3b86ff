"""Ops that are refused by name: the reason is true."""

import pytest
import torch

from cnnshape.layers import BUILTIN, REFUSED
from tests.graph.hints.following import net, refused

X = torch.tensor([[3.0, 0.0, 1.0, 2.0]])
Y = torch.tensor([[0.0, 0.0, 0.0, 2.0]])


@pytest.mark.parametrize(("op", "function"), [
    ("Nonzero", torch.nonzero),
    ("Unique", torch.unique),
    ("MaskedSelect", lambda x: torch.masked_select(x, x > 0)),
])  # fmt: skip
def test_a_shape_that_hangs_on_values(op: str, function: object) -> None:
    assert callable(function)
    assert function(X).shape != function(Y).shape
    assert "its output shape depends on the values of its input" in REFUSED[op]


def test_shapes_that_do_not_hang_on_values() -> None:
    several = torch.topk(X, 2)
    assert len(several) == 2
    assert several.values.shape == torch.topk(Y, 2).values.shape
    assert torch.where(X > 0, X, Y).shape == torch.where(Y > 0, X, Y).shape
    for op in ("TopK", "Where", "RoIAlign", "RoIPool", "RNN", "LSTM", "GRU", "RNNCell", "LSTMCell", "GRUCell"):
        assert "output shape" not in REFUSED[op]
    assert "values and their positions" in REFUSED["TopK"]
    assert "mask" in REFUSED["Where"]


def test_recurrent_layers_return_a_sequence_and_a_state() -> None:
    for kind in (torch.nn.RNN, torch.nn.LSTM, torch.nn.GRU):
        sequence, state = kind(4, 3, batch_first=True)(torch.zeros(2, 5, 4))
        assert sequence.shape == (2, 5, 3)
        assert "a sequence and a state" in REFUSED[kind.__name__]
        assert state is not None
    for cell in (torch.nn.RNNCell, torch.nn.GRUCell):
        assert cell(4, 3)(torch.zeros(2, 4)).shape == (2, 3)
        assert "once for each step" in REFUSED[cell.__name__]


def test_no_layer_here_makes_a_mask() -> None:
    assert {"Greater", "Equal", "Less", "Eq", "Gt", "Lt"}.isdisjoint(BUILTIN)


@pytest.mark.parametrize("op", REFUSED)
def test_each_is_said(op: str) -> None:
    problem = refused(net({"a": {"op": op}}, 3, 8))
    assert problem.text == f"`{op}` is refused: {REFUSED[op]}"
    assert op not in BUILTIN
