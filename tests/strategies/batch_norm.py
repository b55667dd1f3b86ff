"""Batch and instance normalisation: every mode, and inputs that leave one value to a statistic."""

from typing import Any

from hypothesis import event
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from tests.strategies.case import Case
from tests.strategies.elementwise import shapes

RANKS = {
    "BatchNorm1d": (2, 3),
    "BatchNorm2d": (4, 4),
    "BatchNorm3d": (5, 5),
    "InstanceNorm1d": (3, 3),
    "InstanceNorm2d": (4, 4),
    "InstanceNorm3d": (5, 5),
}
_MODES: dict[str, SearchStrategy[Any]] = {
    "affine": st.booleans(),
    "bias": st.booleans(),
    "track_running_stats": st.booleans(),
    "momentum": st.none() | st.sampled_from([0.1, 0, 1]),
}


def _tracks(op: str, fields: dict[str, Any]) -> bool:
    return bool(fields.get("track_running_stats", op.startswith("Batch")))


@st.composite
def valid(draw: st.DrawFn, op: str) -> Case:
    """Any mode, with two values at least for a statistic of the input; shrinks towards defaults and a small input."""
    fields = draw(st.fixed_dictionaries({}, optional=_MODES | {"eps": st.sampled_from([1e-5, 1e-3])}))
    x = list(draw(shapes(*RANKS[op])))
    if not _tracks(op, fields):
        event("statistics of the input")
        grown = 0 if len(x) == 2 else len(x) - 1
        x[grown] += 1
    if draw(st.booleans()):
        fields["num_features"] = x[1]
    return Case(op, fields, (tuple(x),))


@st.composite
def wild(draw: st.DrawFn, op: str) -> Case:
    """Also wrong ranks, features, eps, and single values; shrinks towards defaults and a small input.

    Not drawn: one axis less than instance normalisation takes, where torch sees a sample without a batch, and wrong
    features where no tensor of torch holds them.
    """
    eps = st.sampled_from([-1e-5, 0, 1e-5])
    fields = draw(st.fixed_dictionaries({}, optional=_MODES | {"eps": eps}))
    low, high = RANKS[op]
    lowest = low - 1 if op.startswith("Batch") and low > 2 else low
    x = draw(st.one_of(shapes(low, high), shapes(lowest, high + 1), st.just((1, 3, *(1,) * (high - 2)))))
    if fields.get("affine", op.startswith("Batch")) or _tracks(op, fields):
        fields["num_features"] = x[1] + draw(st.sampled_from([0, 0, 0, 1]))
    return Case(op, fields, (x,))


VALID: dict[str, SearchStrategy[Case]] = {op: valid(op) for op in RANKS}
WILD: dict[str, SearchStrategy[Case]] = {op: wild(op) for op in RANKS}
