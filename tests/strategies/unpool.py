"""Max unpooling; the second input is the pool whose indices are read, of the same shape."""

from typing import Any

from hypothesis import strategies as st

from tests.strategies.case import Case
from tests.strategies.conv import KERNEL, image, per_axis, some, spread, visit, wild_image


def _geometry(fields: dict[str, Any], rank: int) -> list[tuple[int, int]]:
    """Per axis the stride, and the size of the output for one pixel of input."""
    kernel = fields["kernel_size"]
    stride = kernel if fields.get("stride") is None else fields["stride"]
    columns = (spread(column, rank) for column in (kernel, stride, fields.get("padding", 0)))
    return [(s, k - 2 * p) for k, s, p in zip(*columns, strict=True)]


@st.composite
def _valid(draw: st.DrawFn, rank: int) -> Case:
    """A legal unpooling layer; shrinks towards a kernel of one on one pixel."""
    fields: dict[str, Any] = {"kernel_size": draw(per_axis(1, KERNEL[rank], rank))}
    fields |= draw(some({"stride": st.none() | per_axis(1, 3, rank), "padding": per_axis(0, 2, rank)}))
    geometry = _geometry(fields, rank)
    x = draw(image(draw(st.integers(1, 4)), [max(1, 1 - (made - 1) // s) for s, made in geometry]))
    sizes = [s * (h - 1) + made for h, (s, made) in zip(x[2:], geometry, strict=True)]
    near = [st.integers(max(1, h - s + 1), h + s - 1) for h, (s, _) in zip(sizes, geometry, strict=True)]
    fields |= draw(some({"output_size": st.none() | st.tuples(*near).map(list)}))
    visit(
        {
            "output_size": fields.get("output_size") not in (None, sizes),
            "padding > 0": any(spread(fields.get("padding", 0), rank)),
            "stride is not the kernel": fields.get("stride") not in (None, fields["kernel_size"]),
        }
    )
    return Case(f"MaxUnpool{rank}d", fields, (x, x))


@st.composite
def _wild(draw: st.DrawFn, rank: int) -> Case:
    """An unpooling layer that may not fit: padding, output size, indices; shrinks towards a legal one."""
    fields: dict[str, Any] = {"kernel_size": draw(per_axis(1, KERNEL[rank], rank))}
    fields |= draw(some({"stride": st.none() | per_axis(1, 3, rank), "padding": per_axis(0, 2, rank)}))
    n, c, *space = draw(wild_image(draw(st.integers(1, 3)), rank))
    geometry = _geometry(fields, rank)
    sizes = [s * (h - 1) + made for h, (s, made) in zip(space, geometry, strict=False)]
    if draw(st.booleans()):
        near = [st.integers(max(1, h - s), max(1, h + s)) for h, (s, _) in zip(sizes, geometry, strict=True)]
        fields["output_size"] = draw(st.tuples(*near).map(list))
        fields |= draw(st.sampled_from([{}] * 9 + [{"output_size": [*fields["output_size"], 1]}]))
    else:  # torch lets an empty output through
        space[:rank] = [h + (size == 0) for h, size in zip(space, sizes, strict=False)]
    x = (n, c, *space)
    like = draw(st.sampled_from([x] * 9 + [(n + 1, *x[1:]), (n, c + 1, *space), (*x[:-1], x[-1] + 1), (*x, 1)]))
    return Case(f"MaxUnpool{rank}d", fields, (x, like))


VALID = {f"MaxUnpool{rank}d": _valid(rank) for rank in (1, 2, 3)}
WILD = {f"MaxUnpool{rank}d": _wild(rank) for rank in (1, 2, 3)}
