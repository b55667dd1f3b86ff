"""Every layer against torch: shapes, names and shapes of all tensors, MACs, and what is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnnshape.layers import BUILTIN
from tests.oracle.compare import assert_same, assert_same_refusal, refusal, torch_refusal
from tests.strategies.all import VALID, WILD
from tests.strategies.case import Case


@pytest.fixture(scope="session")
def judging(device: str) -> str:
    """Where refusals are looked for: without data, on the device meta, torch does not check all."""
    return "cpu" if device == "meta" else device


@pytest.mark.parametrize("op", BUILTIN)
def test_figures(op: str, device: str) -> None:
    @given(VALID[op])
    def check(case: Case) -> None:
        assert_same(case, device)

    check()


@pytest.mark.parametrize("op", BUILTIN)
def test_refusals(op: str, judging: str) -> None:
    @given(st.one_of(WILD[op], VALID[op]))
    def check(case: Case) -> None:
        assert_same_refusal(case, judging)

    check()


def test_what_the_counter_hides_is_seen() -> None:
    """Under `FlopCounterMode` torch 2.13 gives a tensor of size 0 here, where it refuses to by itself."""
    assert "greater than 0" in torch_refusal(Case("Upsample", {"scale_factor": 0.5}, ((1, 2, 1),)))


NO_BATCH = "a sample without a batch: shapes here are full, batch first"
EMPTY = "nothing is left, and there is no layer for nothing"

STRICTER = [
    (Case("Conv2d", {"out_channels": 1, "kernel_size": 1}, ((4, 4, 4),)), NO_BATCH),
    (Case("ConvTranspose2d", {"out_channels": 1, "kernel_size": 1}, ((4, 4, 4),)), NO_BATCH),
    (Case("MaxPool2d", {"kernel_size": 2}, ((4, 4, 4),)), NO_BATCH),
    (Case("AdaptiveAvgPool2d", {"output_size": 2}, ((4, 4, 4),)), NO_BATCH),
    (Case("AdaptiveAvgPool2d", {"output_size": 1}, ((1, 1, 1, 1, 2),)), "torch takes the mean of the last two axes"),
    (Case("InstanceNorm2d", {}, ((4, 4, 4),)), NO_BATCH),
    (Case("Softmax2d", {}, ((4, 4, 4),)), NO_BATCH),
    (Case("PixelShuffle", {"upscale_factor": 2}, ((4, 4, 4),)), NO_BATCH),
    (Case("Unfold", {"kernel_size": 2}, ((4, 4, 4),)), NO_BATCH),
    (Case("Fold", {"output_size": 3, "kernel_size": 2}, ((4, 4),)), NO_BATCH),
    (Case("ReflectionPad2d", {"padding": 1}, ((4, 4, 4),)), NO_BATCH),
    (Case("ZeroPad2d", {"padding": 1}, ((4, 4, 4, 4, 4),)), "torch pads the last axes of whatever it is given"),
    (Case("MultiheadAttention", {"embed_dim": 4, "num_heads": 2}, ((4, 4),)), NO_BATCH),
    (Case("Linear", {"out_features": 2}, ((4,),)), NO_BATCH),
    (Case("Slice", {"dim": 1, "start": 4}, ((1, 4),)), EMPTY),
    (Case("ZeroPad1d", {"padding": -2}, ((1, 1, 4),)), EMPTY),
    (Case("Squeeze", {"dim": 1}, ((1, 4),)), "torch keeps the axis: how many axes there are would depend on a size"),
    (
        Case("Conv1d", {"out_channels": 1, "kernel_size": 1, "padding": -1, "padding_mode": "reflect"}, ((1, 1, 4),)),
        "torch crops, in this mode only",
    ),
    (Case("InstanceNorm1d", {"num_features": 3}, ((1, 4, 4),)), "torch warns: no tensor of it has the three channels"),
]
"""Cases that torch takes and that are refused here, with the reason."""


@pytest.mark.parametrize(("case", "why"), STRICTER, ids=lambda value: value.op if isinstance(value, Case) else None)
def test_stricter_on_purpose(case: Case, why: str, judging: str) -> None:
    assert refusal(case), f"no longer refused, where {why}"
    assert not torch_refusal(case, judging), f"torch refuses it too, where {why}"
