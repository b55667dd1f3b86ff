"""Sizes of real nets and far beyond, on torch's meta device, which computes shapes and counts without data."""

import pytest
from hypothesis import event, given
from hypothesis import strategies as st

from cnnshape.layers import BUILTIN
from tests.oracle.compare import assert_same, refusal
from tests.strategies.all import VALID
from tests.strategies.case import Case

LARGE = [
    Case("Conv2d", {"out_channels": 4096, "kernel_size": 11, "stride": 4, "padding": 2}, ((256, 2048, 4000, 3999),)),
    Case("Conv2d", {"out_channels": 3072, "kernel_size": [7, 1], "groups": 1024, "bias": False}, ((8, 3072, 999, 2),)),
    Case("Conv3d", {"out_channels": 512, "kernel_size": 3, "dilation": 9, "padding": 9}, ((64, 512, 128, 512, 512),)),
    Case("ConvTranspose2d", {"out_channels": 512, "kernel_size": 4, "stride": 32}, ((64, 4096, 1000, 777),)),
    Case("Linear", {"out_features": 250_000}, ((65_536, 12_288),)),
    Case("Bilinear", {"out_features": 1000}, ((512, 4096), (512, 2048))),
    Case("MatMul", {}, ((64, 1, 8192, 4096), (128, 4096, 8192))),
    Case("MatMul", {}, ((64, 8192, 4096), (4096,))),
    Case("MultiheadAttention", {"num_heads": 96, "batch_first": True}, ((32, 8192, 12_288),)),
    Case("MaxPool2d", {"kernel_size": 3, "stride": 2, "padding": 1, "ceil_mode": True}, ((128, 64, 44_444, 3_333),)),
    Case("AdaptiveAvgPool2d", {"output_size": [777, 1]}, ((64, 2048, 10_000, 9_999),)),
    Case("Upsample", {"scale_factor": 2.5, "mode": "bicubic"}, ((16, 512, 3333, 1111),)),
    Case("PixelShuffle", {"upscale_factor": 16}, ((16, 16_384, 999, 1001),)),
    Case("Unfold", {"kernel_size": 16, "stride": 16}, ((256, 3, 4096, 4096),)),
    Case("Concat", {"dim": 1}, ((256, 4096, 999, 999), (256, 1, 999, 999))),
    Case("Flatten", {}, ((1024, 4096, 512, 512),)),
]
"""Tensors of up to 10^12 elements and work of up to 10^17 MACs."""


@pytest.mark.parametrize("case", LARGE, ids=lambda case: case.op)
def test_named(case: Case) -> None:
    assert_same(case, "meta")


@st.composite
def stretched(draw: st.DrawFn, op: str) -> Case:
    """A small legal case with a large batch and a large image, as far as it is still legal."""
    case = draw(VALID[op])
    batch, extra = draw(st.integers(1, 500)), draw(st.lists(st.integers(0, 2000), min_size=3, max_size=3))
    space = [[size + more for size, more in zip(x[2:], extra, strict=False)] for x in case.inputs]
    wide = tuple((x[0] * batch, *x[1:2], *more) for x, more in zip(case.inputs, space, strict=True) if x)
    deep = tuple((x[0] * batch, *x[1:]) for x in case.inputs if x)
    for larger, name in ((wide, "larger images"), (deep, "a larger batch")):
        found = case._replace(inputs=tuple(larger))
        if case.inputs and not refusal(found):
            event(name)
            return found
    return case


@pytest.mark.parametrize("op", BUILTIN)
def test_stretched(op: str) -> None:
    @given(stretched(op))
    def check(case: Case) -> None:
        assert_same(case, "meta")

    check()
