"""Legal sizes: sets from claims, beyond doubt, and what is said of them."""

from itertools import islice
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnnshape.commands.formula.domains import Unknown, atomic, legal_sizes
from cnnshape.commands.formula.expansion import undecided
from cnnshape.commands.formula.integer_sets import Sizes, patterned
from cnnshape.core import dims
from cnnshape.symbolic import Claim, Space
from cnnshape.symbolic.evaluation import value
from tests.symbolic.formulas import TREES, worked_out

TALL = 400


def height() -> Any:
    return Space(undecided, undecided).variable("H", 1, 10**12)


@given(TREES, st.integers(-3, 9), st.booleans(), st.integers(1, 60))
def test_a_set_is_what_its_claims_say(tree: Any, least: int, is_equal: bool, point: int) -> None:
    h = height()
    term = worked_out(tree, {"H": h, "W": 7, "width": 2 * h + 1})
    claim = dims.equal(term, least) if is_equal else term >= least
    if not isinstance(claim, Claim):
        return  # bounds know it
    holds = bool(value(claim, {"H": point}))
    try:
        sizes = legal_sizes("H", list(atomic(claim, holds)))
    except Unknown:
        return
    assert [h for h in range(1, TALL) if h in sizes] == [h for h in range(1, TALL) if value(claim, {"H": h}) == holds]


@given(st.lists(st.booleans(), min_size=1, max_size=8), st.lists(st.booleans(), max_size=12), st.integers(0, 5))
def test_a_pattern_is_found(pattern: list[bool], early: list[bool], later: int) -> None:
    def legal(size: int) -> bool:
        return early[size - 1] if size <= len(early) else pattern[size % len(pattern)]

    sizes = patterned(legal, 1, len(early) + 1 + later, len(pattern))
    assert [size for size in range(1, 60) if size in sizes] == [size for size in range(1, 60) if legal(size)]
    own = iter(sizes)
    wanted = [size for size in range(1, 30) if legal(size)]
    assert [next(own) for _ in wanted] == wanted


@pytest.mark.parametrize(
    ("claims", "words"),
    [
        (lambda h: [h >= 33], "every size from 33"),
        (lambda h: [(h + 1) // 2 // 2 >= 7, h // 3 >= 9], "every size from 27"),
        (lambda h: [dims.divides(16, h)], "multiples of 16 from 16"),
        (lambda h: [dims.divides(16, h), h > 99], "multiples of 16 from 112"),
        (lambda h: [dims.divides(16, h + 4)], "12, 28, 44, 60, ... (every 16th size)"),
        (lambda h: [dims.equal(h // 4, 8)], "32 to 35"),
        (lambda h: [dims.equal((h - 40) * (h - 50), 0)], "40, 50"),
        (lambda h: [dims.either(dims.equal(h, 3), h >= 9)], "3, then every size from 9"),
        (lambda h: [h % 6 >= 3], "3, 4, 5, 9, ... (3 of every 6 sizes)"),
        (lambda h: [h * h - 30 * h >= 5], "every size from 31"),
    ],
)
def test_in_words(claims: Any, words: str) -> None:
    assumed = [part for claim in claims(height()) for part in atomic(claim, True)]
    assert legal_sizes("H", assumed).words() == words


def test_a_set_that_starts_too_far_away_is_not_described() -> None:
    h = height()
    with pytest.raises(Unknown):
        legal_sizes("H", list(atomic(h % 7919 >= h % 7907, True)))
    with pytest.raises(Unknown):
        legal_sizes("H", list(atomic(dims.equal(dims.gcd(h, h + 6), 1), True)))


def test_the_size_that_shows_a_gap() -> None:
    assert Sizes((), 16, 16, (0,)).gap() == 17
    assert Sizes((), 33, 1, (0,)).gap() == 32
    assert Sizes((), 1, 1, (0,)).gap() is None


@given(st.sets(st.integers(1, 40), max_size=6), st.lists(st.booleans(), min_size=1, max_size=6), st.integers(1, 80))
def test_sizes_around_one(early: set[int], pattern: list[bool], size: int) -> None:
    residues = tuple(place for place, is_legal in enumerate(pattern) if is_legal)
    sizes = Sizes(tuple(sorted(early)), 41, len(pattern), residues)
    legal = [each for each in range(1, 400) if each in sizes]
    assert bool(sizes) == bool(legal)
    found = [*islice(sizes.around(size), 20)]
    assert found == sorted(legal, key=lambda each: (abs(each - size), each))[:20]
