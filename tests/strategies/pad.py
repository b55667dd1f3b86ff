"""Padding layers."""

from typing import Any

from hypothesis import strategies as st

from tests.strategies.case import Case
from tests.strategies.conv import image, visit, wild_image

KINDS = ("ZeroPad", "ConstantPad", "ReflectionPad", "ReplicationPad", "CircularPad")


@st.composite
def _margins(draw: st.DrawFn, kind: str, rank: int, most: int) -> int | list[int]:
    """One number or two per axis, negative ones crop; shrinks towards no padding."""
    one = st.integers(-2, most)
    if draw(st.booleans()):
        return draw(one)
    ends = st.tuples(one, one)
    if kind == "CircularPad":  # torch pads and crops one axis, at places from memory that it did not write
        ends = st.tuples(st.integers(0, most), st.integers(0, most)) | st.tuples(st.integers(-2, 0), st.integers(-2, 0))
    return [pad for _ in range(rank) for pad in draw(ends)]


def _pairs(padding: int | list[int], rank: int) -> list[tuple[int, int]]:
    """Before and after, per axis, the first axis first."""
    flat = [padding] * (2 * rank) if isinstance(padding, int) else padding
    return list(zip(flat[::2], flat[1::2], strict=True))[::-1]


def _least(kind: str, before: int, after: int) -> int:
    """The smallest axis that can be padded so."""
    least = max(1, 1 - before - after)
    if kind in ("ZeroPad", "ConstantPad"):
        return max(least, -min(before, 0) - min(after, 0))
    beyond = {"ReflectionPad": 1, "CircularPad": 0}
    return max(least, max(before, after) + beyond[kind]) if kind in beyond else least


@st.composite
def _valid(draw: st.DrawFn, kind: str, rank: int) -> Case:
    """A legal padding layer; shrinks towards no padding of one pixel."""
    fields: dict[str, Any] = {"padding": draw(_margins(kind, rank, 6 - rank))}
    if kind == "ConstantPad":
        fields["value"] = draw(st.sampled_from([0, 1, -2.5]))
    pairs = _pairs(fields["padding"], rank)
    x = draw(image(draw(st.integers(1, 4)), [_least(kind, before, after) for before, after in pairs]))
    visit(
        {
            "before is not after": any(before != after for before, after in pairs),
            "crops": any(min(pair) < 0 for pair in pairs),
            "pads and crops one axis": any(min(pair) < 0 < max(pair) for pair in pairs),
            "axes differ": len(set(pairs)) > 1,
        }
    )
    return Case(f"{kind}{rank}d", fields, (x,))


@st.composite
def _wild(draw: st.DrawFn, kind: str, rank: int) -> Case:
    """A padding layer that may not fit; shrinks towards no padding of one pixel."""
    padding = draw(_margins(kind, rank, 4))
    lax = kind in ("ZeroPad", "ConstantPad")  # torch pads the last axes of whatever it is given
    n, c, *space = draw(wild_image(draw(st.integers(1, 3)), rank, too_big=not lax))
    pairs = _pairs(padding, rank)
    space[:rank] = [h + (h + sum(pair) == 0) for h, pair in zip(space, pairs, strict=False)]  # it may be empty in torch
    odd = draw(st.sampled_from([0] * 15 + [1])) if isinstance(padding, list) else 0
    fields: dict[str, Any] = {"padding": padding + [0] * odd if isinstance(padding, list) else padding}
    if kind == "ConstantPad":
        fields["value"] = 1.5
    return Case(f"{kind}{rank}d", fields, ((n, c, *space),))


VALID = {f"{kind}{rank}d": _valid(kind, rank) for kind in KINDS for rank in (1, 2, 3)}
WILD = {f"{kind}{rank}d": _wild(kind, rank) for kind in KINDS for rank in (1, 2, 3)}
