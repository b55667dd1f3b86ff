"""Convolutions, and what the strategies of all windows share."""

from typing import Any

from hypothesis import event
from hypothesis import strategies as st

from tests.strategies.case import Case

KERNEL = {1: 5, 2: 4, 3: 3}  # by number of spatial axes: the largest kernel
EXTRA = {1: 8, 2: 4, 3: 2}  # and by how much an axis exceeds the least that is legal


def per_axis(low: int, high: int, rank: int) -> st.SearchStrategy[int | list[int]]:
    """One number for all axes, or a list; shrinks towards one number, the lowest."""
    one = st.integers(low, high)
    return one | st.lists(one, min_size=rank, max_size=rank)


def spread(value: int | list[int], rank: int) -> list[int]:
    return [value] * rank if isinstance(value, int) else value


@st.composite
def some(draw: st.DrawFn, fields: dict[str, st.SearchStrategy[Any]]) -> dict[str, Any]:
    """About two of three fields, the others left to their defaults; shrinks towards none."""
    return {name: draw(values) for name, values in fields.items() if draw(st.sampled_from([False, True, True]))}


@st.composite
def image(draw: st.DrawFn, channels: int, least: list[int]) -> tuple[int, ...]:
    """A batch of images no smaller than `least`; shrinks towards one image of that size."""
    extra = st.integers(0, EXTRA[len(least)])
    return (draw(st.integers(1, 3)), channels, *(size + draw(extra) for size in least))


@st.composite
def wild_image(draw: st.DrawFn, channels: int, rank: int, too_big: bool = True) -> tuple[int, ...]:
    """A small batch of images, now and then with an axis too many; shrinks towards one pixel."""
    space = draw(st.lists(st.integers(1, 7 - rank), min_size=rank, max_size=rank))
    spare = draw(st.sampled_from([()] * 15 + [(2,)])) if too_big else ()
    return (draw(st.integers(1, 2)), channels, *space, *spare)


def visit(regions: dict[str, bool]) -> None:
    """Tells hypothesis which of the hard regions a case lies in."""
    for name, inside in regions.items():
        if inside:
            event(name)


@st.composite
def _valid(draw: st.DrawFn, rank: int) -> Case:
    """A legal convolution; shrinks towards one channel and a kernel of one on one pixel."""
    groups, a, b = draw(st.integers(1, 4)), draw(st.integers(1, 2)), draw(st.integers(1, 2))
    fields: dict[str, Any] = {"out_channels": groups * b, "kernel_size": draw(per_axis(1, KERNEL[rank], rank))}
    optional: dict[str, st.SearchStrategy[Any]] = {
        "in_channels": st.just(groups * a),
        "bias": st.booleans(),
        "padding": per_axis(0, 3, rank) | st.sampled_from(["same", "valid"]),
        "dilation": per_axis(1, 3 if rank < 3 else 2, rank),
        "padding_mode": st.sampled_from(["zeros", "reflect", "replicate", "circular"]),
    }
    fields |= draw(some(optional)) | ({"groups": groups} if groups > 1 else draw(some({"groups": st.just(1)})))
    padding, mode = fields.get("padding", 0), fields.get("padding_mode", "zeros")
    fields |= draw(some({"stride": st.just(1) if padding == "same" else per_axis(1, 3, rank)}))
    kernel, dilation = spread(fields["kernel_size"], rank), spread(fields.get("dilation", 1), rank)
    spans = [d * (k - 1) + 1 for k, d in zip(kernel, dilation, strict=True)]
    if padding == "same":
        pads = [span - 1 for span in spans]
    else:
        pads = [2 * p for p in spread(0 if padding == "valid" else padding, rank)]
    beyond = {"reflect": 1, "circular": 0}
    least = [max(1, span - pad) for span, pad in zip(spans, pads, strict=True)]
    if mode in beyond:
        least = [max(size, pad - pad // 2 + beyond[mode]) for size, pad in zip(least, pads, strict=True)]
    x = draw(image(groups * a, least))
    axes = zip(x[2:], pads, spans, spread(fields.get("stride", 1), rank), strict=True)
    visit(
        {
            "groups > 1": groups > 1,
            "dilation > 1": max(dilation) > 1,
            "asymmetric kernel": len(set(kernel)) > 1,
            f"padding={padding}": isinstance(padding, str),
            f"padding_mode={mode}": mode != "zeros" and max(pads) > 0,
            "stride leaves a rest": any((h + pad - e) % s for h, pad, e, s in axes),
        }
    )
    return Case(f"Conv{rank}d", fields, (x,))


@st.composite
def _wild(draw: st.DrawFn, rank: int) -> Case:
    """A convolution that may not fit: groups, kernel, padding; shrinks towards a legal one on one pixel."""
    channels = draw(st.integers(1, 6))
    fields: dict[str, Any] = {
        "out_channels": draw(st.integers(1, 6)),
        "kernel_size": draw(per_axis(1, KERNEL[rank], rank)),
    }
    optional: dict[str, st.SearchStrategy[Any]] = {
        "groups": st.integers(1, 3),
        "stride": per_axis(1, 2, rank),
        "padding": per_axis(0, 3, rank) | st.sampled_from(["same", "valid"]),
        "dilation": per_axis(1, 2, rank),
        "padding_mode": st.sampled_from(["zeros", "reflect", "replicate", "circular"]),
    }
    blunders: list[dict[str, Any]] = [
        {"in_channels": channels + 1},
        {"groups": 0},
        {"kernel_size": 0},
        {"stride": 0},
        {"dilation": 0},
        {"padding": -1, "padding_mode": "zeros"},  # in the other modes torch crops
        {"padding": "full"},
        {"padding_mode": "mirror"},
    ]
    fields |= draw(some(optional)) | draw(st.sampled_from([{}] * 20 + blunders))
    return Case(f"Conv{rank}d", fields, (draw(wild_image(channels, rank)),))


VALID = {f"Conv{rank}d": _valid(rank) for rank in (1, 2, 3)}
WILD = {f"Conv{rank}d": _wild(rank) for rank in (1, 2, 3)}
