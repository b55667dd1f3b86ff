"""What does nothing in inference: no work, no tensors, the input's own storage."""

import pytest

from cnnshape.layers import BUILTIN
from cnnshape.layers.registry import layer_type
from tests.layers.worked import Refused, Worked

DROPOUTS = ("Dropout", "Dropout1d", "Dropout2d", "Dropout3d", "AlphaDropout", "FeatureAlphaDropout")
X = (2, 3, 4)

WORKED = [
    Worked("Identity", {}, (X,), X, "the input"),
    *(Worked(op, {"p": 1, "inplace": True}, (X,), X, "drops nothing in inference") for op in DROPOUTS),
]

P = "p is a number from 0 to 1"
REFUSED = [
    *(Refused(op, {"p": 1.5}, (X,), "p=1.5 is not a probability", P) for op in DROPOUTS),
    Refused("Dropout", {"p": -0.1}, (X,), "p=-0.1 is not a probability", P),
]


@pytest.mark.parametrize("op", ["Identity", *DROPOUTS])
def test_is_a_view(op: str) -> None:
    assert layer_type(op, BUILTIN).view
