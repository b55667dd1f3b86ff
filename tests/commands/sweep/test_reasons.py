"""Why points are not valid, beside a plain list of sentences."""

import numpy
from hypothesis import given
from hypothesis import strategies as st

from cnnshape.commands.sweep.reasons import Reason, Reasons

SENTENCES = st.sampled_from(("", "", "out", "{0} is too much", "{0:,} of {1}"))


@st.composite
def drawn(draw: st.DrawFn) -> tuple[Reasons, list[str]]:
    """Reasons, and what they say of each point."""
    kinds = draw(st.lists(SENTENCES, max_size=12))
    found, said = Reasons.none(len(kinds)), [""] * len(kinds)
    for kind in sorted(set(kinds) - {""}):
        rows = numpy.flatnonzero([kind == other for other in kinds])
        columns = tuple(rows * 1000 + place for place in range(kind.count("{")))
        found.add(rows, Reason(kind, columns))
        for row in rows.tolist():
            said[row] = kind.format(row * 1000, row * 1000 + 1)
    return found, said


def assert_says(found: Reasons, said: list[str]) -> None:
    assert list(found) == [found.at(row) for row in range(len(said))] == said
    assert found.valid.tolist() == [not each for each in said]
    listed = [(text, row) for text, rows in found.rows() for row in rows.tolist()]
    assert sorted(row for _, row in listed) == [row for row, each in enumerate(said) if each]


@given(drawn(), st.data())
def test_some_points(pair: tuple[Reasons, list[str]], data: st.DataObject) -> None:
    found, said = pair
    assert_says(found, said)
    which = data.draw(st.lists(st.integers(0, len(said) - 1))) if said else []
    taken = found.take(numpy.array(which, dtype=int))
    assert_says(taken, [said[row] for row in which])
    assert_says(taken.take(slice(1, None)), [said[row] for row in which][1:])
    assert_says(found, said)  # and it is as it was


@given(st.lists(drawn(), min_size=1, max_size=3))
def test_points_one_after_the_other(several: list[tuple[Reasons, list[str]]]) -> None:
    joined = Reasons.joined([found for found, _ in several])
    assert_says(joined, [each for _, said in several for each in said])


def test_a_later_reason_takes_the_place_of_another() -> None:
    found = Reasons.none(2)
    found.add(numpy.array([0, 1]), Reason("one of {0}", (numpy.array([5, 6]),)))
    found.add(numpy.array([0]), Reason("another"))
    assert list(found) == ["another", "one of 6"]
