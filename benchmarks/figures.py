"""Figures as text, and tables of them."""

from collections.abc import Iterable, Iterator, Sequence
from textwrap import fill


def paragraph(text: str) -> str:
    """Prose in lines of 120 columns."""
    return fill(text, 120, break_long_words=False, break_on_hyphens=False)


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    r"""A table of Markdown: the first column is text, the others are numbers.

    >>> print(*table(["", "ms"], [["x|y", "1.2"]]), sep="\n")
    |  | ms |
    | --- | ---: |
    | x/y | 1.2 |
    """
    yield _row(head)
    yield _row(["---", *["---:"] * (len(head) - 1)])
    yield from map(_row, rows)


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cell.replace('|', '/') for cell in cells)} |"


def ms(seconds: float) -> str:
    """Milliseconds with three digits that count.

    >>> ms(0.0012345), ms(0.2), ms(12.3456)
    ('1.23', '200', '12,346')
    """
    value = seconds * 1e3
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def ratio(value: float) -> str:
    """How many times; two digits behind the point where it is small.

    >>> ratio(1.234), ratio(12.34), ratio(123.4)
    ('1.23', '12.3', '123')
    """
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def mb(size: int) -> str:
    """Megabytes.

    >>> mb(2_500_000), mb(90_000)
    ('2.5', '0.09')
    """
    return f"{size / 1e6:,.1f}" if size >= 1e6 else f"{size / 1e6:.2f}"


def off(value: int, right: int | None) -> str:
    """How far a figure is off; ``exact`` where it is not.

    >>> off(100, 100), off(102, 100), off(99_000, 100_000), off(10_000_001, 10_000_000)
    ('exact', '+2.0%', '-1.0%', '+1')
    """
    if right is None:
        return "not compared"
    if value == right:
        return "exact"
    part = (value - right) / right * 100
    return f"{part:+.1f}%" if abs(part) >= 0.1 else f"{part:+.3f}%" if abs(part) >= 0.001 else f"{value - right:+,}"
