"""Sets of indices as runs, against Python's sets."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnnshape.analysis.receptive import index_sets as runs
from cnnshape.analysis.receptive.index_sets import NOTHING, UNKNOWN, WIDEST, Run, joined, moved, spread
from tests.analysis.view_reads import indices

SETS = st.frozensets(st.integers(-12, 12), max_size=8) | st.builds(
    lambda first, count, step: frozenset(range(first, first + count * step, step)),
    st.integers(-9, 9),
    st.integers(0, 7),
    st.integers(1, 5),
)


def run_of(members: frozenset[int]) -> Run:
    return joined(Run(index, index) for index in members)


@given(SETS)
def test_a_run_holds_its_members_and_counts_them(members: frozenset[int]) -> None:
    run = run_of(members)
    assert indices(run) == members
    assert run.reads == len(members)
    assert run.size == (max(members) - min(members) + 1 if members else 0)


@given(st.lists(SETS, max_size=4))
def test_the_union_is_that_of_sets(sets: list[frozenset[int]]) -> None:
    union = joined([run_of(members) for members in sets])
    assert union == run_of(frozenset().union(*sets))


@given(SETS, st.integers(1, 6), st.integers(-7, 7))
def test_copies_are_spread_as_sets_are(members: frozenset[int], count: int, shift: int) -> None:
    copies = frozenset(index + shift * copy for copy in range(count) for index in members)
    assert spread(run_of(members), count, shift) == run_of(copies)


@given(SETS, st.integers(-9, 9))
def test_a_moved_run_is_the_run_of_moved_members(members: frozenset[int], by: int) -> None:
    assert moved(run_of(members), by) == run_of(frozenset(index + by for index in members))


def test_wide_runs_take_no_mask() -> None:
    """Of what would take one, only the ends are known."""
    far = 10**12
    assert spread(Run(0, 2), far, 1) == Run(0, far + 1)
    assert spread(Run(0, 0), 3, far) == Run(0, 2 * far, far)
    wide = joined([Run(0, 1), Run(far, far)])
    assert (wide, wide.reads) == (Run(0, far, 1, UNKNOWN), None)
    assert spread(wide, 2, 5) == Run(0, far + 5, 1, UNKNOWN)
    assert joined([wide, Run(0, 3), NOTHING]) == wide
    assert joined([wide, Run(0, far)]) == Run(0, far)


def test_the_widest_mask_is_kept() -> None:
    assert joined([Run(0, 1), Run(WIDEST - 1, WIDEST - 1)]).reads == 3
    assert joined([Run(0, 1), Run(WIDEST, WIDEST)]).reads is None


def test_the_comparison_bites(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runs, "_repeated", lambda mask, count, shift: mask)
    assert joined([Run(0, 1), Run(3, 9, 3)]) != run_of(frozenset({0, 1, 3, 6, 9}))


def test_sets_wider_than_any_mask_stay_runs() -> None:
    far = 4 * WIDEST
    assert joined([Run(0, far, 2), Run(4, far // 2, 4)]) == Run(0, far, 2)
    assert spread(Run(0, far, 10), 10, 5) == Run(0, far + 45, 5)


def test_steps_that_do_not_divide_are_not_one_run() -> None:
    assert joined([Run(0, 9, 3), Run(3, 7, 2)]).reads == 6  # 0, 3, 5, 6, 7 and 9


def test_a_mask_that_is_evenly_spaced_becomes_a_run() -> None:
    assert runs._masked(3, 0b1001001) == Run(3, 9, 3)
    assert runs._masked(3, 0b1111) == Run(3, 6)
