"""Faults planted on purpose: each must be caught by the very comparison that the other tests make."""

from collections.abc import Callable
from typing import Any, NamedTuple

import pytest
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

import cnnshape
from cnnshape.analysis import memory
from cnnshape.analysis.layer import LayerRecord
from cnnshape.layers import conv as conv_module
from cnnshape.layers.activation import PReLU
from cnnshape.layers.adaptive_pool import _AdaptivePool
from cnnshape.layers.attention import MultiheadAttention as Attention
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
from tests.oracle.compare import assert_same, assert_same_reads, assert_same_refusal, caught
from tests.oracle.nets import nets
from tests.oracle.test_brute_force import COUNTS, assert_counted
from tests.oracle.test_random_graphs import assert_verified
from tests.oracle.test_reads import looked_at
from tests.oracle.test_three_arithmetics import assert_columns_agree, assert_letters_agree
from tests.strategies.all import VALID, WILD


def same_net(spec: dict[str, Any]) -> None:
    assert_verified(cnnshape.analyze(spec), "cpu")


def same_memory(spec: dict[str, Any]) -> None:
    analysis = cnnshape.analyze(spec)
    assert analysis.peak_memory.bytes == torch_peak(analysis.graph)


class Seen(NamedTuple):
    """What a fault shows in: drawn examples, and the comparison that fails for one of them."""

    drawn: SearchStrategy[Any]
    compare: Callable[[Any], None]


def figures(op: str) -> Seen:
    return Seen(VALID[op], assert_same)


def refusals(op: str) -> Seen:
    return Seen(WILD[op], assert_same_refusal)


def reading(op: str) -> Seen:
    return Seen(looked_at(op), lambda drawn: assert_same_reads(*drawn))


def counts(op: str) -> Seen:
    return Seen(VALID[op], lambda case: assert_counted(case, COUNTS[op]))


def letters(op: str) -> Seen:
    return Seen(VALID[op], assert_letters_agree)


def columns(op: str) -> Seen:
    return Seen(st.tuples(VALID[op], VALID[op]), lambda cases: assert_columns_agree(*cases))


WHOLE, MEMORY = Seen(nets(), same_net), Seen(nets(), same_memory)


class Fault(NamedTuple):
    """A wrong fact, and the test that must not pass with it."""

    name: str
    owner: Any
    fact: str
    wrong: Callable[[Any], Any]
    """Makes the wrong fact of the right one."""
    seen: Seen


always, constant, reads, scaled, without = faults.always, faults.constant, faults.reads, faults.scaled, faults.without

FAULTS = [
    Fault("the span is one too large", _Conv, "spans", faults.one_too_large, figures("Conv2d")),
    Fault("the bias of a convolution is forgotten", _Conv, "weights", without("bias"), figures("Conv2d")),
    Fault("the groups of a weight are forgotten", _Conv, "weights", faults.ungrouped, figures("Conv2d")),
    Fault("height and width are swapped", _Conv, "output", faults.swapped, figures("Conv2d")),
    Fault("a multiply-accumulate counts two", _Conv, "ops", scaled(2), figures("Conv2d")),
    Fault("a convolution takes everything", _Conv, "needs", always(()), refusals("Conv2d")),
    Fault("a convolution reads with jump 1", _Conv, "taps", reads(stride=1), reading("Conv2d")),
    Fault("a convolution reads without padding", _Conv, "taps", reads(padding=0), reading("Conv2d")),
    Fault("a mirror is taken for zeros", _Conv, "taps", reads(padding_mode="zeros"), reading("Conv2d")),
    Fault("the odd pixel of same padding lies before", _Conv, "pads", faults.odd_one_before, reading("Conv2d")),
    Fault("groups are compared as Python does", conv_module, "divides", faults.as_python_compares, letters("Conv2d")),
    Fault("a size is that of the first row", _Conv, "output", faults.first_row, columns("Conv2d")),
    Fault("transposed work is per output", _ConvTranspose, "ops", faults.per_output, figures("ConvTranspose2d")),
    Fault("output padding is ignored", _ConvTranspose, "output", faults.no_extra, figures("ConvTranspose2d")),
    Fault("holes are not seen", TransposedWindow, "taps", faults.no_holes, reading("ConvTranspose2d")),
    Fault("ceil_mode is ignored", SlidingWindow, "made", faults.floored, figures("MaxPool2d")),
    Fault("the dilation of a pool is ignored", _MaxPool, "windows", faults.undilated, figures("MaxPool2d")),
    Fault("indices are forgotten", _MaxPool, "indices", always(None), figures("MaxPool2d")),
    Fault("a pool compares k times", _MaxPool, "ops", faults.one_tap_more, counts("MaxPool2d")),
    Fault("a mean adds nothing", _AvgPool, "ops", always(Ops()), counts("AvgPool2d")),
    Fault("adaptive windows are disjoint", Adaptive, "taps", faults.one_index, reading("AdaptiveAvgPool2d")),
    Fault("adaptive windows share nothing", _AdaptivePool, "read", faults.once_each, counts("AdaptiveAvgPool2d")),
    Fault("buffers are forgotten", _ChannelNorm, "buffers", always({}), figures("BatchNorm2d")),
    Fault("a counter is forgotten", _ChannelNorm, "buffers", without("num_batches_tracked"), figures("BatchNorm2d")),
    Fault("one value has a variance", _BatchNorm, "needs", always(()), refusals("BatchNorm1d")),
    Fault("a slope per channel is one slope", PReLU, "weights", always({"weight": (1,)}), figures("PReLU")),
    Fault("stated features are not looked at", Linear, "needs", always(()), refusals("Linear")),
    Fault("one factor of a form is forgotten", Bilinear, "ops", faults.per_left, figures("Bilinear")),
    Fault("a matrix counts its outputs", MatMul, "ops", faults.per_element, figures("MatMul")),
    Fault("a projection is forgotten", Attention, "weights", without("out_proj.weight"), figures("MultiheadAttention")),
    Fault("attention costs its scores only", Attention, "ops", scaled(0), counts("MultiheadAttention")),
    Fault("a factor rounds up", Upsample, "output", faults.rounded_up, figures("Upsample")),
    Fault("only the first is joined", Concat, "output", faults.first_only, figures("Concat")),
    Fault(
        "channels respond alone", LocalResponseNorm, "taps", reads(kernel=1, padding=0), reading("LocalResponseNorm")
    ),
    Fault("a view is a copy", Flatten, "view", constant(False), MEMORY),
    Fault("indices have four bytes", memory, "INDEX_BYTES", constant(4), MEMORY),
    Fault("a shared weight counts twice", LayerRecord, "params", constant(property(faults.unshared)), WHOLE),
    Fault("a layer that nothing reads works", LayerRecord, "macs", constant(property(faults.undead)), WHOLE),
    Fault("a net reads with jump 1", _Conv, "taps", reads(stride=1), WHOLE),
]


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name.replace(" ", "-"))
def test_caught(fault: Fault, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fault.owner, fault.fact, fault.wrong(getattr(fault.owner, fault.fact)))
    assert caught(*fault.seen, examples=1000)
