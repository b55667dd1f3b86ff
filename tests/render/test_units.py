"""Rounding is honest: near, monotone, never to zero, and exact where it would hide a difference."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnnshape.render.units import Units, apart, count, percent, size, sizes_apart

COUNTS = st.one_of(st.integers(0, 20_000), st.integers(0, 10**13), st.integers(0, 10**30))
UNITS: tuple[Units, ...] = ("auto", "exact", "k", "M", "G")


def read(text: str, base: int) -> tuple[Fraction, Fraction]:
    """The number that a text shows, and the weight of its last digit."""
    number, _, letter = text.replace(",", "").partition(" ")
    power = " KMGTPE".index(letter.upper().removesuffix("IB").removesuffix("B") or " ")
    digits = len(number.partition(".")[2])
    unit = Fraction(base**power)
    return Fraction(number) * unit, unit / 10**digits


@given(n=COUNTS)
def test_count_is_off_by_half_a_digit_at_most(n: int) -> None:
    shown, digit = read(count(n), 1000)
    assert abs(shown - n) <= digit / 2


@given(n=COUNTS)
def test_size_is_off_by_half_a_digit_at_most(n: int) -> None:
    shown, digit = read(size(n), 1024)
    assert abs(shown - n) <= digit / 2


@given(n=COUNTS)
def test_scaled_numbers_have_three_digits_or_four(n: int) -> None:
    number = count(n).split(" ")[0].replace(".", "").replace(",", "")
    assert len(number) <= 4 or n >= 999 * 10**18


@given(a=COUNTS, b=COUNTS)
def test_count_is_monotone(a: int, b: int) -> None:
    low, high = sorted((a, b))
    assert read(count(low), 1000)[0] <= read(count(high), 1000)[0]


@pytest.mark.parametrize("units", UNITS)
@given(n=st.integers(1, 10**13))
def test_something_is_never_shown_as_nothing(units: Units, n: int) -> None:
    for shown in (count(n, units), size(n, units)):
        assert shown.startswith("<") or read(shown, 1000)[0] > 0


@given(n=COUNTS)
def test_exact_is_exact(n: int) -> None:
    assert int(count(n, "exact").replace(",", "")) == n
    assert int(size(n, "exact").removesuffix(" B").replace(",", "")) == n


@given(n=COUNTS)
def test_a_loss_is_written_with_a_sign(n: int) -> None:
    assert count(-n - 1) == "-" + count(n + 1)
    assert size(-n - 1) == "-" + size(n + 1)


@given(a=COUNTS, by=st.integers(-100, 100))
def test_what_differs_is_shown_apart(a: int, by: int) -> None:
    b = max(0, a + by)
    for one, other in (apart(a, b), sizes_apart(a, b)):
        assert (one == other) == (a == b)


@given(part=st.integers(0, 10**13), rest=st.integers(0, 10**13))
def test_percent_is_near_and_never_hides(part: int, rest: int) -> None:
    text = percent(part, part + rest)
    if text == "<0.1 %":
        assert 0 < Fraction(part, part + rest) < Fraction(1, 1000)
    elif part:
        assert abs(Fraction(text.removesuffix(" %")) - Fraction(100 * part, part + rest)) <= Fraction(1, 20)
    else:
        assert text == "0 %"


@pytest.mark.parametrize(
    ("n", "units", "expected"),
    [
        (0, "auto", "0"),
        (9_999, "auto", "9,999"),
        (10_000, "auto", "10.0 k"),
        (999_499, "auto", "999 k"),
        (999_500, "auto", "1.00 M"),
        (12, "M", "<0.001 M"),
        (0, "G", "0.000 G"),
        (10**25, "auto", "10,000,000 E"),
    ],
)
def test_counts_at_the_edges(n: int, units: Units, expected: str) -> None:
    assert count(n, units) == expected


@pytest.mark.parametrize(
    ("n", "expected"), [(1023, "1,023 B"), (1024, "1.00 KiB"), (1023 * 1024, "1,023 KiB"), (1024**2 - 1, "1.00 MiB")]
)
def test_sizes_at_the_edges(n: int, expected: str) -> None:
    assert size(n) == expected
