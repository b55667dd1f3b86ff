"""Max, average and power-average pooling."""

from typing import Any

from hypothesis import strategies as st

from tests.strategies.case import Case
from tests.strategies.conv import KERNEL, image, per_axis, some, spread, visit, wild_image

WINDOW: dict[str, tuple[str, ...]] = {"MaxPool": ("padding", "dilation"), "AvgPool": ("padding",), "LPPool": ()}


def _modes(kind: str, rank: int) -> dict[str, st.SearchStrategy[Any]]:
    """The optional fields that say nothing about the window."""
    if kind == "MaxPool":
        return {"ceil_mode": st.booleans(), "return_indices": st.booleans()}
    if kind == "AvgPool":
        override = {"divisor_override": st.none() | st.integers(1, 9)} if rank > 1 else {}
        return {"ceil_mode": st.booleans(), "count_include_pad": st.booleans()} | override
    return {"ceil_mode": st.booleans()}


def _kernel(kind: str, rank: int) -> st.SearchStrategy[int | list[int]]:
    """A kernel; that of LPPool1d cannot be a list."""
    return st.integers(1, 5) if (kind, rank) == ("LPPool", 1) else per_axis(1, KERNEL[rank], rank)


def _windows(fields: dict[str, Any], rank: int) -> list[tuple[int, int, int, int]]:
    """Kernel, stride, padding and dilation per axis."""
    kernel = fields["kernel_size"]
    stride = kernel if fields.get("stride") is None else fields["stride"]
    columns = (kernel, stride, fields.get("padding", 0), fields.get("dilation", 1))
    return list(zip(*(spread(column, rank) for column in columns), strict=True))


@st.composite
def _valid(draw: st.DrawFn, kind: str, rank: int) -> Case:
    """A legal pooling layer; shrinks towards a kernel of one on one pixel."""
    fields: dict[str, Any] = {"norm_type": draw(st.sampled_from([2, 1, 3, 0.5, -1.5]))} if kind == "LPPool" else {}
    fields["kernel_size"] = draw(_kernel(kind, rank))
    half = [k // 2 for k in spread(fields["kernel_size"], rank)]
    choices: dict[str, st.SearchStrategy[Any]] = {
        "padding": st.integers(0, min(half)) | st.tuples(*(st.integers(0, most) for most in half)).map(list),
        "dilation": per_axis(1, 3 if rank < 3 else 2, rank),
    }
    window = {"stride": st.none() | per_axis(1, 4, rank)} | {name: choices[name] for name in WINDOW[kind]}
    fields |= draw(some(window | _modes(kind, rank)))
    ceil, windows = fields.get("ceil_mode", False), _windows(fields, rank)
    least = [max(1, d * (k - 1) + 1 - 2 * p - (s - 1 if ceil else 0)) for k, s, p, d in windows]
    if rank == 3 and kind != "MaxPool":
        least = [max(size, k) for size, (k, _, _, _) in zip(least, windows, strict=True)]
    x = draw(image(draw(st.integers(1, 4)), least))
    spans = [d * (k - 1) + 1 for k, _, _, d in windows]
    axes = list(zip(x[2:], windows, spans, strict=True))
    rests = [(h + 2 * p - e) % s for h, (_, s, p, _), e in axes]
    behind = [s + p >= e + rest > e for (_, (_, s, p, _), e), rest in zip(axes, rests, strict=True)]
    visit(
        {
            "dilation > 1": any(d > 1 for _, _, _, d in windows),
            "asymmetric kernel": len({k for k, _, _, _ in windows}) > 1,
            "padding > 0": any(p for _, _, p, _ in windows),
            "windows overlap": any(k > s for k, s, _, _ in windows),
            "ceil with a rest": ceil and any(rests),
            "ceil leaves out a window": ceil and any(behind),
            "kernel beyond the image": any(h < e for h, _, e in axes),
        }
    )
    return Case(f"{kind}{rank}d", fields, (x,))


@st.composite
def _wild(draw: st.DrawFn, kind: str, rank: int) -> Case:
    """A pooling layer that may not fit; shrinks towards a kernel of one on one pixel."""
    fields: dict[str, Any] = {"norm_type": draw(st.sampled_from([2, 0.5]))} if kind == "LPPool" else {}
    fields["kernel_size"] = draw(_kernel(kind, rank))
    choices = {"padding": per_axis(0, 2, rank), "dilation": per_axis(1, 2, rank)}
    window = {"stride": st.none() | per_axis(1, 3, rank)} | {name: choices[name] for name in WINDOW[kind]}
    blunders: list[dict[str, Any]] = [{"kernel_size": 0}, {"stride": 0}, *({name: -1} for name in WINDOW[kind])]
    if kind == "LPPool":
        blunders.append({"norm_type": 0})
    if kind == "AvgPool" and rank > 1:
        blunders.append({"divisor_override": 0})
    fields |= draw(some(window | _modes(kind, rank))) | draw(st.sampled_from([{}] * 15 + blunders))
    return Case(f"{kind}{rank}d", fields, (draw(wild_image(draw(st.integers(1, 3)), rank)),))


VALID = {f"{kind}{rank}d": _valid(kind, rank) for kind in WINDOW for rank in (1, 2, 3)}
WILD = {f"{kind}{rank}d": _wild(kind, rank) for kind in WINDOW for rank in (1, 2, 3)}
