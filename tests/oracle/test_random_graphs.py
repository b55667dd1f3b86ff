"""Whole nets that nobody thought of, against torch and against themselves."""

from typing import Any

import pytest
from hypothesis import event, given
from hypothesis import strategies as st

import cnnshape
from cnnshape.analysis.result import Analysis
from cnnshape.interop.torch_verify import verify
from tests.oracle.allocations import torch_peak
from tests.oracle.nets import nets


def assert_verified(analysis: Analysis, device: str) -> None:
    """Fail where torch differs, or where something else than an upper bound was left out."""
    found = verify(analysis, device)
    assert not found.mismatches, found.mismatches
    reasons = {"upper bound"} if device != "meta" else {"meta"}
    for left_out in found.unchecked:
        assert any(reason in left_out.why for reason in reasons), left_out
        event(left_out.figure if device == "meta" else "an upper bound")


@given(spec=nets(), batch=st.integers(1, 2))
def test_torch_agrees(spec: dict[str, Any], batch: int, device: str) -> None:
    assert_verified(cnnshape.analyze(spec, batch=batch), device)


@given(spec=nets())
def test_totals_are_sums(spec: dict[str, Any]) -> None:
    analysis = cnnshape.analyze(spec)
    for figure in ("params", "trainable_params", "buffers", "macs", "flops", "activation_bytes", "weight_bytes"):
        whole = getattr(analysis.total, figure)
        assert whole == sum(getattr(record, figure) for record in analysis), figure
        for parts in (analysis.by_op(), analysis.by_block(1), analysis.by_block(2)):
            assert whole == sum(getattr(part, figure) for part in parts.values()), figure


@pytest.fixture(scope="session")
def allocating(device: str) -> str:
    """Where memory is looked at: the device meta allocates nothing."""
    return "cpu" if device == "meta" else device


@given(spec=nets(), batch=st.integers(1, 2))
def test_peak_memory(spec: dict[str, Any], batch: int, allocating: str) -> None:
    analysis = cnnshape.analyze(spec, batch=batch)
    assert analysis.peak_memory.bytes == torch_peak(analysis.graph, allocating)
    assert analysis.peak_memory.bytes == sum(tensor.bytes for tensor in analysis.peak_memory.tensors)
