"""Resizing: by a size, by a factor, to the size of a second input."""

from fractions import Fraction
from typing import Any

from hypothesis import event
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from tests.strategies.case import Case

_MODES = {3: ["nearest", "nearest-exact", "linear"], 4: ["nearest", "nearest-exact", "bilinear", "bicubic"],
          5: ["nearest", "nearest-exact", "trilinear"]}  # fmt: skip
_ALL = ["nearest", "nearest-exact", "linear", "bilinear", "bicubic", "trilinear"]
_FACTORS: list[Any] = [1, 2, 3, 1.5, 0.5, 0.7, 1.1, 1.25, Fraction(2, 3), Fraction(4, 3), 1.4142135623730951, 0.3]
# Sizes whose product with the factor is a whole number, and falls short of it in doubles.
_SHORT: list[tuple[int, Any]] = [(100, 0.29), (50, 0.58), (100, 1.15), (49, Fraction(1, 49)), (98, Fraction(1, 49))]


def _space(draw: st.DrawFn, rank: int) -> list[int]:
    return draw(st.lists(st.integers(1, 12 if rank < 5 else 5), min_size=rank - 2, max_size=rank - 2))


@st.composite
def upsample(draw: st.DrawFn) -> Case:
    """Every mode with each way to say the size, factors that round badly; shrinks towards nearest by 1 of one pixel."""
    rank = draw(st.integers(3, 5))
    mode = draw(st.sampled_from(_MODES[rank]))
    space = _space(draw, rank)
    fields: dict[str, Any] = {"mode": mode} if mode != "nearest" or draw(st.booleans()) else {}
    if mode not in ("nearest", "nearest-exact"):
        fields |= draw(st.fixed_dictionaries({}, optional={"align_corners": st.sampled_from([None, False, True])}))
    how = draw(st.sampled_from(["scale_factor", "size", "like"]))
    event(f"set by {how}")
    head = (draw(st.integers(1, 2)), draw(st.integers(1, 4)))
    if how == "size":
        fields["size"] = draw(st.integers(1, 9) | st.lists(st.integers(1, 9), min_size=rank - 2, max_size=rank - 2))
    if how == "like":
        return Case("Upsample", fields, ((*head, *space), (1, 1, *_space(draw, rank))))
    if how == "scale_factor":
        factors = [
            factor if factor * size >= 1 else 1 for size in space for factor in [draw(st.sampled_from(_FACTORS))]
        ]
        alone = draw(st.booleans())
        if alone:
            factors = [factors[0] if factors[0] * min(space) >= 1 else 2]
        if rank == 3 and draw(st.booleans()):
            event("the product falls short in doubles")
            space[0], factors[0] = draw(st.sampled_from(_SHORT[:3] + _SHORT[4:]))
        fields["scale_factor"] = factors[0] if alone else factors
        fields |= draw(st.fixed_dictionaries({}, optional={"recompute_scale_factor": st.booleans()}))
    return Case("Upsample", fields, ((*head, *space),))


@st.composite
def wild_upsample(draw: st.DrawFn) -> Case:
    """Any mode on any rank, both sizes or none, lists of another length; shrinks towards a layer without a size."""
    rank = draw(st.sampled_from([3, 4, 5, 3, 4, 5, 2, 6]))
    space = tuple(_space(draw, rank))
    optional: dict[str, SearchStrategy[Any]] = {
        "mode": st.sampled_from(_ALL),
        "align_corners": st.sampled_from([None, False, True]),
        "recompute_scale_factor": st.sampled_from([None, False, True]),
    }
    fields = draw(st.fixed_dictionaries({}, optional=optional))
    if draw(st.integers(0, 3)):
        fields["mode"] = draw(st.sampled_from(_MODES.get(rank, _ALL)))
    how = draw(st.sampled_from(["scale_factor", "size", "scale_factor", "size", "both", "neither"]))
    if how in ("size", "both"):
        fields["size"] = draw(st.integers(0, 9) | st.lists(st.integers(0, 9), min_size=1, max_size=4))
    if how in ("scale_factor", "both"):
        factor = st.sampled_from([*_FACTORS, -1, 0.05])
        fields["scale_factor"] = draw(factor | st.lists(factor, min_size=1, max_size=4))
    if rank == 3 and how == "scale_factor" and draw(st.booleans()):
        size, fields["scale_factor"] = draw(st.sampled_from(_SHORT))
        space = (size,)
    return Case("Upsample", fields, ((1, 2, *space),))


VALID: dict[str, SearchStrategy[Case]] = {"Upsample": upsample()}
WILD: dict[str, SearchStrategy[Case]] = {"Upsample": wild_upsample()}
