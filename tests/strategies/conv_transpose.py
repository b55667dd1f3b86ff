"""Transposed convolutions."""

from typing import Any

from hypothesis import strategies as st

from tests.strategies.case import Case
from tests.strategies.conv import KERNEL, image, per_axis, some, spread, visit, wild_image


def _geometry(fields: dict[str, Any], rank: int) -> list[tuple[int, int]]:
    """Per axis the stride, and the size of the output for one pixel of input."""
    names = {"kernel_size": 1, "stride": 1, "padding": 0, "output_padding": 0, "dilation": 1}
    columns = (spread(fields.get(name, default), rank) for name, default in names.items())
    return [(s, d * (k - 1) + 1 - 2 * p + a) for k, s, p, a, d in zip(*columns, strict=True)]


@st.composite
def _valid(draw: st.DrawFn, rank: int) -> Case:
    """A legal transposed convolution; shrinks towards one channel and a kernel of one on one pixel."""
    groups, a, b = draw(st.integers(1, 4)), draw(st.integers(1, 2)), draw(st.integers(1, 2))
    fields: dict[str, Any] = {"out_channels": groups * b, "kernel_size": draw(per_axis(1, KERNEL[rank], rank))}
    optional: dict[str, st.SearchStrategy[Any]] = {
        "in_channels": st.just(groups * a),
        "bias": st.booleans(),
        "stride": per_axis(1, 3, rank),
        "padding": per_axis(0, 2, rank),
        "dilation": per_axis(1, 2, rank),
        "padding_mode": st.just("zeros"),
    }
    fields |= draw(some(optional)) | ({"groups": groups} if groups > 1 else draw(some({"groups": st.just(1)})))
    stride, dilation = spread(fields.get("stride", 1), rank), spread(fields.get("dilation", 1), rank)
    bounds = [max(s, d) - 1 for s, d in zip(stride, dilation, strict=True)]
    extra = st.integers(0, min(bounds)) | st.tuples(*(st.integers(0, bound) for bound in bounds)).map(list)
    fields |= draw(some({"output_padding": extra}))
    least = [max(1, 1 - (made - 1) // s) for s, made in _geometry(fields, rank)]
    kernel = spread(fields["kernel_size"], rank)
    visit(
        {
            "groups > 1": groups > 1,
            "dilation > 1": max(dilation) > 1,
            "asymmetric kernel": len(set(kernel)) > 1,
            "output_padding > 0": any(spread(fields.get("output_padding", 0), rank)),
            "kernel below stride": any(k < s for k, s in zip(kernel, stride, strict=True)),
        }
    )
    return Case(f"ConvTranspose{rank}d", fields, (draw(image(groups * a, least)),))


@st.composite
def _wild(draw: st.DrawFn, rank: int) -> Case:
    """A transposed convolution that may not fit: groups, padding, output padding; shrinks towards a legal one."""
    channels = draw(st.integers(1, 6))
    fields: dict[str, Any] = {
        "out_channels": draw(st.integers(1, 6)),
        "kernel_size": draw(per_axis(1, KERNEL[rank], rank)),
    }
    optional: dict[str, st.SearchStrategy[Any]] = {
        "groups": st.integers(1, 3),
        "stride": per_axis(1, 2, rank),
        "padding": per_axis(0, 3, rank),
        "output_padding": per_axis(0, 2, rank),
        "dilation": per_axis(1, 2, rank),
    }
    blunders: list[dict[str, Any]] = [
        {"in_channels": channels + 1},
        {"groups": 0},
        {"kernel_size": 0},
        {"stride": 0},
        {"padding": -1},
        {"output_padding": -1},
        {"padding_mode": "reflect"},
    ]
    fields |= draw(some(optional))
    n, c, *space = draw(wild_image(channels, rank))
    geometry = _geometry(fields, rank)  # an empty output is let through by some of torch's kernels: one pixel more
    space[:rank] = [h + (s * (h - 1) + made == 0) for h, (s, made) in zip(space, geometry, strict=False)]
    fields |= draw(st.sampled_from([{}] * 20 + blunders))
    return Case(f"ConvTranspose{rank}d", fields, ((n, c, *space),))


VALID = {f"ConvTranspose{rank}d": _valid(rank) for rank in (1, 2, 3)}
WILD = {f"ConvTranspose{rank}d": _wild(rank) for rank in (1, 2, 3)}
