"""Pareto fronts and orders, beside what compares every pair."""

from collections.abc import Sequence
from typing import Any

import numpy
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnnshape.commands.sweep import fronts
from cnnshape.commands.sweep.figures import figures
from cnnshape.commands.sweep.fronts import Aim, front, ordered, pareto
from cnnshape.commands.sweep.reasons import Reason, Reasons
from cnnshape.commands.sweep.record import Sweep
from cnnshape.commands.sweep.values import Values
from cnnshape.core.errors import UsageError

KEYS = ("params", "macs", "peak_memory", "depth")
TABLES = st.integers(1, 4).flatmap(
    lambda axes: st.lists(st.lists(st.integers(-3, 3), min_size=axes, max_size=axes), max_size=40)
)


def unbeaten(rows: Sequence[Sequence[int]]) -> list[int]:
    """The definition: no other row is nowhere larger and smaller somewhere."""
    return [
        place
        for place, row in enumerate(rows)
        if not any(other != row and all(a <= b for a, b in zip(other, row, strict=True)) for other in rows)
    ]


def swept(rows: Sequence[Sequence[int]], refused: Sequence[int] = ()) -> Sweep:
    """A sweep that has found these figures."""
    of = figures(KEYS[: len(rows[0])] if rows else KEYS[:1])
    reasons = Reasons.none(len(rows))
    if refused:
        reasons.add(numpy.array(refused), Reason("no"))
    table = numpy.array(rows, dtype=numpy.int64).reshape(len(rows), len(of))
    knob = Values.of("n", range(len(rows) or 1)).take(slice(len(rows)))
    return Sweep("net", {"n": knob}, of, {each.key: table[:, at] for at, each in enumerate(of)}, {}, reasons)


@given(TABLES, st.sampled_from((1, 3, 1024)))
def test_a_front_is_what_no_other_row_beats(rows: list[list[int]], block: int) -> None:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(fronts, "_BLOCK", block)
        table = numpy.array(rows, dtype=numpy.int64).reshape(len(rows), len(rows[0]) if rows else 1)
        assert front(table).tolist() == unbeaten(rows)


@given(TABLES.filter(bool), st.data())
def test_aims_point_either_way_and_refused_points_do_not_count(rows: list[list[int]], data: st.DataObject) -> None:
    size = len(rows[0])
    signs = data.draw(st.lists(st.sampled_from((1, -1)), min_size=size, max_size=size))
    refused = data.draw(st.lists(st.integers(0, len(rows) - 1), unique=True))
    aims = [Aim(key, sign < 0) for key, sign in zip(KEYS, signs, strict=False)]
    found = pareto(swept(rows, refused), aims)
    there = [place for place in range(len(rows)) if place not in refused]
    costs = [[sign * value for sign, value in zip(signs, rows[place], strict=True)] for place in there]
    assert found["n"].tolist() == [there[place] for place in unbeaten(costs)]


@given(TABLES.filter(bool), st.integers(1, 10))
def test_a_running_front_is_that_of_all_at_once(rows: list[list[int]], size: int) -> None:
    aims = [Aim(key, False) for key in KEYS[: len(rows[0])]]
    whole, kept = swept(rows), list[Sweep]()
    for start in range(0, len(rows), size):
        kept = [pareto(Sweep.joined([*kept, whole.take(slice(start, start + size))]), aims)]
    assert kept[0]["n"].tolist() == pareto(whole, aims)["n"].tolist()


@given(TABLES.filter(bool), st.booleans(), st.none() | st.integers(1, 9), st.data())
def test_an_order_is_that_of_sorted(rows: list[list[int]], most: bool, top: int | None, data: st.DataObject) -> None:
    refused = data.draw(st.lists(st.integers(0, len(rows) - 1), unique=True))
    there = [place for place in range(len(rows)) if place not in refused]
    right = sorted(there, key=lambda place: -rows[place][0] if most else rows[place][0])
    assert ordered(swept(rows, refused), Aim("params", most), top)["n"].tolist() == right[:top]


def test_a_missing_figure_is_in_no_order() -> None:
    found = swept([[1], [2], [0]])
    gappy = Sweep(found.net, found.knobs, found.figures, found.columns, {"params": found["n"] == 2}, found.reasons)
    assert ordered(gappy, Aim("params", False))["n"].tolist() == [0, 1]
    assert pareto(gappy, [Aim("params", False)])["n"].tolist() == [0]


@pytest.mark.parametrize(
    ("word", "right"),
    [("macs", ("macs", False)), ("macs:max", ("macs", True)), ("macs@a.b:min", ("macs@a.b", False))],
)
def test_an_aim_is_read(word: str, right: Any) -> None:
    assert Aim.read(word) == right


@pytest.mark.parametrize("word", ["macs:", "macs:big", "macs:min:max"])
def test_an_aim_that_is_none(word: str) -> None:
    with pytest.raises(UsageError, match="ends in"):
        Aim.read(word)
