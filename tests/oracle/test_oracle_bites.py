"""Faults planted on purpose: each must be caught by the very comparison that the other tests make."""

from collections.abc import Callable
from typing import Any, NamedTuple

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

import cnnshape
from cnnshape.analysis import memory
from cnnshape.analysis.layer import LayerRecord
from cnnshape.core.errors import CnnshapeError
from cnnshape.layers import conv as conv_module
from cnnshape.layers.activation import PReLU
from cnnshape.layers.adaptive_pool import _AdaptivePool
from cnnshape.layers.attention import MultiheadAttention
from cnnshape.layers.base import Ops
from cnnshape.layers.batch_norm import _BatchNorm, _ChannelNorm
from cnnshape.layers.conv import _Conv
from cnnshape.layers.conv_transpose import _ConvTranspose
from cnnshape.layers.index_maps import Adaptive, TransposedWindow
from cnnshape.layers.linear import Bilinear, Linear
from cnnshape.layers.matmul import MatMul
from cnnshape.layers.merge import Concat
from cnnshape.layers.norm import LocalResponseNorm
from cnnshape.layers.pool import _AvgPool, _MaxPool
from cnnshape.layers.reshape import Flatten
from cnnshape.layers.sliding import SlidingWindow
from cnnshape.layers.upsample import Upsample
from tests.oracle import faults
from tests.oracle.allocations import torch_peak
from tests.oracle.compare import assert_same, assert_same_reads, assert_same_refusal
from tests.oracle.nets import nets
from tests.oracle.test_brute_force import COUNTS, assert_counted
from tests.oracle.test_random_graphs import assert_verified
from tests.oracle.test_reads import looked_at
from tests.oracle.test_three_arithmetics import assert_columns_agree, assert_letters_agree
from tests.strategies.all import VALID, WILD
from tests.strategies.case import Case


def same_reads(drawn: tuple[Case, list[tuple[int, ...]]]) -> None:
    assert_same_reads(*drawn)


def same_net(spec: dict[str, Any]) -> None:
    assert_verified(cnnshape.analyze(spec), "cpu")


def same_memory(spec: dict[str, Any]) -> None:
    analysis = cnnshape.analyze(spec)
    assert analysis.peak_memory.bytes == torch_peak(analysis.graph)


def same_count(case: Case) -> None:
    assert_counted(case, COUNTS[case.op])


def same_columns(cases: tuple[Case, Case]) -> None:
    assert_columns_agree(*cases)


class Fault(NamedTuple):
    """A wrong fact, and the test that must not pass with it."""

    name: str
    owner: Any
    fact: str
    wrong: Callable[[Any], Any]
    """Makes the wrong fact of the right one."""
    drawn: SearchStrategy[Any]
    compare: Callable[[Any], None]


CONV, POOL, NETS = VALID["Conv2d"], VALID["MaxPool2d"], nets()

FAULTS = [
    Fault("the span is one too large", _Conv, "spans", faults.one_too_large, CONV, assert_same),
    Fault("the bias of a convolution is forgotten", _Conv, "weights", faults.without("bias"), CONV, assert_same),
    Fault("the groups of a weight are forgotten", _Conv, "weights", faults.ungrouped, CONV, assert_same),
    Fault("height and width are swapped", _Conv, "output", faults.swapped, CONV, assert_same),
    Fault("a multiply-accumulate counts two", _Conv, "ops", faults.scaled(2), CONV, assert_same),
    Fault("a convolution takes everything", _Conv, "needs", faults.always(()), WILD["Conv2d"], assert_same_refusal),
    Fault("a convolution reads with jump 1", _Conv, "taps", faults.reads(stride=1), looked_at("Conv2d"), same_reads),
    Fault(
        "a convolution reads without padding", _Conv, "taps", faults.reads(padding=0), looked_at("Conv2d"), same_reads
    ),
    Fault(
        "a mirror is taken for zeros",
        _Conv,
        "taps",
        faults.reads(padding_mode="zeros"),
        looked_at("Conv2d"),
        same_reads,
    ),
    Fault(
        "the odd pixel of same padding lies before",
        _Conv,
        "pads",
        faults.odd_one_before,
        looked_at("Conv2d"),
        same_reads,
    ),
    Fault(
        "groups are compared as Python does",
        conv_module,
        "divides",
        faults.as_python_compares,
        CONV,
        assert_letters_agree,
    ),
    Fault("a size is that of the first row", _Conv, "output", faults.first_row, st.tuples(CONV, CONV), same_columns),
    Fault(
        "transposed work is counted per output",
        _ConvTranspose,
        "ops",
        faults.per_output,
        VALID["ConvTranspose2d"],
        assert_same,
    ),
    Fault(
        "output padding is ignored", _ConvTranspose, "output", faults.no_extra, VALID["ConvTranspose2d"], assert_same
    ),
    Fault("holes are not seen", TransposedWindow, "taps", faults.no_holes, looked_at("ConvTranspose2d"), same_reads),
    Fault("ceil_mode is ignored", SlidingWindow, "made", faults.floored, POOL, assert_same),
    Fault("the dilation of a pool is ignored", _MaxPool, "windows", faults.undilated, POOL, assert_same),
    Fault("indices are forgotten", _MaxPool, "indices", faults.always(None), POOL, assert_same),
    Fault("a pool compares k times", _MaxPool, "ops", faults.one_tap_more, POOL, same_count),
    Fault("a mean adds nothing", _AvgPool, "ops", faults.always(Ops()), VALID["AvgPool2d"], same_count),
    Fault(
        "adaptive windows are disjoint", Adaptive, "taps", faults.one_index, looked_at("AdaptiveAvgPool2d"), same_reads
    ),
    Fault(
        "adaptive windows share nothing",
        _AdaptivePool,
        "read",
        faults.once_each,
        VALID["AdaptiveAvgPool2d"],
        same_count,
    ),
    Fault("buffers are forgotten", _ChannelNorm, "buffers", faults.always({}), VALID["BatchNorm2d"], assert_same),
    Fault(
        "the counter is forgotten",
        _ChannelNorm,
        "buffers",
        faults.without("num_batches_tracked"),
        VALID["BatchNorm2d"],
        assert_same,
    ),
    Fault("one value has a variance", _BatchNorm, "needs", faults.always(()), WILD["BatchNorm1d"], assert_same_refusal),
    Fault(
        "a slope per channel is one slope",
        PReLU,
        "weights",
        faults.always({"weight": (1,)}),
        VALID["PReLU"],
        assert_same,
    ),
    Fault("stated features are not looked at", Linear, "needs", faults.always(()), WILD["Linear"], assert_same_refusal),
    Fault("one factor of a form is forgotten", Bilinear, "ops", faults.per_left, VALID["Bilinear"], assert_same),
    Fault("a matrix counts its outputs", MatMul, "ops", faults.per_element, VALID["MatMul"], assert_same),
    Fault(
        "the projection out is forgotten",
        MultiheadAttention,
        "weights",
        faults.without("out_proj.weight"),
        VALID["MultiheadAttention"],
        assert_same,
    ),
    Fault(
        "attention costs its scores only",
        MultiheadAttention,
        "ops",
        faults.scaled(0),
        VALID["MultiheadAttention"],
        same_count,
    ),
    Fault("a factor rounds up", Upsample, "output", faults.rounded_up, VALID["Upsample"], assert_same),
    Fault("only the first is joined", Concat, "output", faults.first_only, VALID["Concat"], assert_same),
    Fault(
        "a response reads its own channel",
        LocalResponseNorm,
        "taps",
        faults.reads(kernel=1, padding=0),
        looked_at("LocalResponseNorm"),
        same_reads,
    ),
    Fault("a view is a copy", Flatten, "view", faults.constant(False), NETS, same_memory),
    Fault("indices have four bytes", memory, "INDEX_BYTES", faults.constant(4), NETS, same_memory),
    Fault(
        "a shared weight counts twice",
        LayerRecord,
        "params",
        faults.constant(property(faults.unshared)),
        NETS,
        same_net,
    ),
    Fault(
        "a layer that nothing reads works",
        LayerRecord,
        "macs",
        faults.constant(property(faults.undead)),
        NETS,
        same_net,
    ),
    Fault("a net reads with jump 1", _Conv, "taps", faults.reads(stride=1), NETS, same_net),
]


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name.replace(" ", "-"))
def test_caught(fault: Fault, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fault.owner, fault.fact, fault.wrong(getattr(fault.owner, fault.fact)))

    @settings(max_examples=1000, phases=[Phase.generate], derandomize=True, report_multiple_bugs=False)
    @given(fault.drawn)
    def search(example: Any) -> None:
        fault.compare(example)

    with pytest.raises((AssertionError, CnnshapeError)):
        search()
