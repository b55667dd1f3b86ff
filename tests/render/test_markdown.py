"""The Markdown is a table on GitHub: as many cells in every row, and names that cannot break out of theirs."""

import re

import pytest

from cnnshape.analysis.result import Analysis
from cnnshape.commands.report.view import VIEW, Options
from cnnshape.render.markdown import code
from tests.render.nets import ALL, NETS, analysed, hostile

PLAIN = Options()


def render(analysis: Analysis, options: Options = PLAIN) -> str:
    return VIEW.render(analysis, "markdown", options)


def cells(line: str) -> list[str]:
    """The cells of a row as GitHub splits it: at every bar without a backslash, code or not."""
    assert line.startswith("|")
    assert line.endswith("|")
    return [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]


def table(text: str) -> list[list[str]]:
    return [cells(line) for line in text.split("\n") if line.startswith("|")]


@pytest.mark.parametrize("net", ALL)
@pytest.mark.parametrize("columns", [None, ("+inputs", "+weight_shapes", "+shares", "+kernel_size")])
def test_every_row_has_as_many_cells(net: str, columns: tuple[str, ...] | None) -> None:
    header, rule, *rows = table(render(analysed(net), Options(columns=columns)))
    assert all(re.fullmatch(":?-+:?", cell) for cell in rule)
    assert {len(row) for row in rows} == {len(header)} == {len(rule)}
    assert len(rows) == len(analysed(net).layers) + 1


@pytest.mark.parametrize("net", NETS)
def test_the_columns_sum_to_the_totals(net: str) -> None:
    header, _, *rows, total = table(render(analysed(net), Options(units="exact")))
    for name in ("params", "MACs"):
        place = header.index(name)
        numbers = [int(row[place].replace(",", "")) for row in rows]
        assert f"**{sum(numbers):,}**" == total[place]


def test_hostile_names_stay_in_their_cells() -> None:
    text = render(hostile())
    outside = re.sub(r"(?<!`)(`+)(?!`).*?(?<!`)\1(?!`)", "", text)  # what is not in a code span
    assert not re.search(r"(?<!\\)<", outside)
    assert "\x1b" not in text


@pytest.mark.parametrize("name", ["a", "`", "``", "a`b", "`a", "a``b`", " a "])
def test_code_spans_hold(name: str) -> None:
    span = code(name)
    fence = re.match("`+", span)
    assert fence is not None
    inner = span[len(fence[0]) : -len(fence[0])]
    assert fence[0] not in re.findall("`+", inner)
    assert inner.strip() == name.strip()
