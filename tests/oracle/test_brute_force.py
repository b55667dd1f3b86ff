"""Work counted by loops, against the formulas: another derivation than that of the layers, and none of torch's."""

from collections.abc import Callable
from itertools import product
from math import prod
from typing import Any

import pytest
from hypothesis import given

from cnnshape.layers.base import Ops
from tests.oracle.counting import Clock, connected, pool_starts, shared, starts
from tests.strategies.all import VALID
from tests.strategies.case import Case

Count = Callable[..., Ops]


def conv(layer: Any, x: Any) -> Ops:
    """Every place of the kernel in the padded image, every tap, every pair of connected channels."""
    axes = zip(x[2:], layer.pads(), layer.kernel_size, layer.stride, layer.dilation, strict=True)
    places, taps = 1, 1
    for size, (before, after), k, s, d in axes:
        offsets = list(range(0, d * k, d))
        places *= len(starts(size, before, after, offsets[-1] + 1, s))
        taps *= len(offsets)
    macs = x[0] * places * taps * connected(x[1], layer.out_channels, layer.groups)
    return Ops(mac=macs, add=x[0] * places * layer.out_channels if layer.bias else 0)


def conv_transpose(layer: Any, x: Any) -> Ops:
    """Every input pixel goes to every tap of the kernel, whether it lands in the image or not."""
    sent, landed = 1, 1
    fields = (layer.kernel_size, layer.stride, layer.padding, layer.output_padding, layer.dilation)
    for size, k, s, p, a, d in zip(x[2:], *fields, strict=True):
        reached = [s * i + d * j for i in range(size) for j in range(k)]
        sent *= len(reached)
        landed *= len(range(p, max(reached) + 1 - p + a))
    macs = x[0] * sent * connected(x[1], layer.out_channels, layer.groups)
    return Ops(mac=macs, add=x[0] * landed * layer.out_channels if layer.bias else 0)


def linear(layer: Any, x: Any) -> Ops:
    clock = Clock()
    made = clock.array(prod(x[:-1]), x[-1]) @ clock.array(x[-1], layer.out_features)
    return Ops(mac=clock.products, add=made.size if layer.bias else 0)


def bilinear(layer: Any, a: Any, b: Any) -> Ops:
    rows, terms = prod(a[:-1]), 0
    for _row, _output, _left, _right in product(*map(range, (rows, layer.out_features, a[-1], b[-1]))):
        terms += 1
    return Ops(mac=terms, add=rows * layer.out_features if layer.bias else 0)


def matmul(layer: Any, a: Any, b: Any) -> Ops:
    clock = Clock()
    _ = clock.array(*a) @ clock.array(*b)
    return Ops(mac=clock.products)


def attention(layer: Any, *xs: Any) -> Ops:
    """The textbook: three projections, scores of every query with every key, weighted values, one projection."""
    query, key, value = xs if len(xs) == 3 else xs * 3
    clock, embed, heads = Clock(), query[2], layer.num_heads
    if not layer.batch_first:
        query, key, value = ((n, length, width) for length, n, width in (query, key, value))
    (n, length, _), source = query, key[1] + layer.add_bias_kv + layer.add_zero_attn
    for _sample in range(n):
        for rows, width in (query[1:], key[1:], value[1:]):
            _ = clock.array(rows, width) @ clock.array(width, embed)
        for _head in range(heads):
            scores = clock.array(length, embed // heads) @ clock.array(embed // heads, source)
            _ = scores @ clock.array(source, embed // heads)
        _ = clock.array(length, embed) @ clock.array(embed, embed)
    return Ops(mac=clock.products)


def windows(layer: Any, x: Any) -> tuple[int, int]:
    """How many windows a pool has, and how many elements stand in each, padding included."""
    count, taps = x[0] * x[1], 1
    for size, w in zip(x[2:], layer.windows(), strict=True):
        offsets = list(range(0, w.dilation * w.kernel, w.dilation))
        count *= len(pool_starts(size, w.padding, offsets[-1] + 1, w.stride, layer.ceil_mode))
        taps *= len(offsets)
    return count, taps


def max_pool(layer: Any, x: Any) -> Ops:
    count, taps = windows(layer, x)
    return Ops(compare=count * (taps - 1))


def avg_pool(layer: Any, x: Any) -> Ops:
    count, taps = windows(layer, x)
    return Ops(add=count * (taps - 1), div=count)


def adaptive(layer: Any, x: Any) -> tuple[int, int]:
    """How many steps from one element to the next there are in all windows, and how many windows."""
    axes = [shared(n, n if m is None else m) for n, m in zip(x[2:], layer.output_size, strict=True)]
    sizes = [prod(map(len, read)) for read in product(*axes)]
    return x[0] * x[1] * sum(size - 1 for size in sizes), x[0] * x[1] * len(sizes)


def adaptive_max(layer: Any, x: Any) -> Ops:
    return Ops(compare=adaptive(layer, x)[0])


def adaptive_avg(layer: Any, x: Any) -> Ops:
    steps, count = adaptive(layer, x)
    return Ops(add=steps, div=count)


def axes(kind: str, count: Count) -> dict[str, Count]:
    return {f"{kind}{n}d": count for n in (1, 2, 3)}


COUNTS: dict[str, Count] = {
    **axes("Conv", conv),
    **axes("ConvTranspose", conv_transpose),
    "Linear": linear,
    "Bilinear": bilinear,
    "MatMul": matmul,
    "MultiheadAttention": attention,
    **axes("MaxPool", max_pool),
    **axes("AvgPool", avg_pool),
    **axes("AdaptiveMaxPool", adaptive_max),
    **axes("AdaptiveAvgPool", adaptive_avg),
}


def assert_counted(case: Case, count: Count) -> None:
    """Fail where the formulas give another number than counting; of attention, only its MACs are counted here."""
    layer = case.layer()
    said, counted = layer.ops(*case.inputs), count(layer, *case.inputs)
    if case.op == "MultiheadAttention":
        said = Ops(mac=said.mac)
    assert said == counted, f"{case}: {said}, counted {counted}"


@pytest.mark.parametrize("op", COUNTS)
def test_counted(op: str) -> None:
    @given(VALID[op])
    def check(case: Case) -> None:
        assert_counted(case, COUNTS[op])

    check()
