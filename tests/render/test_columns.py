"""The columns as data: each one works on every net, and the words that choose them say what is wrong."""

import pytest

from cnnshape.commands.report.columns import COLUMNS, DEFAULT, chosen
from cnnshape.commands.report.table import table
from cnnshape.commands.report.view import VIEW, Options
from cnnshape.core.errors import UsageError
from cnnshape.render import render
from tests.render.nets import NETS, analysed


def paths(net: str, options: Options) -> list[str]:
    """The layers of a table, in its order."""
    return [cell.text for cell in table(analysed(net), options).columns[0].cells]


@pytest.mark.parametrize("net", NETS)
@pytest.mark.parametrize("key", COLUMNS)
def test_every_column_works_on_every_net_and_sorts(net: str, key: str) -> None:
    for level in (None, 1):
        options = Options(columns=("path", key), sort=key, level=level)
        for form in VIEW.formats:
            if VIEW.heeds(form, "columns"):
                assert render(analysed(net), form, options)
        assert sorted(paths(net, options)) == sorted(paths(net, Options(level=level)))


@pytest.mark.parametrize("net", NETS)
@pytest.mark.parametrize("level", [None, 1, 2, 9])
def test_columns_sum_to_the_totals(net: str, level: int | None) -> None:
    summing = tuple(key for key, column in COLUMNS.items() if column.sums)
    found = table(analysed(net), Options(columns=("path", *summing), units="exact", level=level))
    total = analysed(net).total
    for column in found.columns[1:]:
        cells = [int(cell.removesuffix(" B").replace(",", "")) for cell in column.cells]
        assert cells == column.values
        assert isinstance(column.total, str)
        assert sum(cells) == int(column.total.removesuffix(" B").replace(",", "")) == COLUMNS[column.key].get(total)


def test_a_list_and_changes() -> None:
    assert [column.key for column in chosen(())] == list(DEFAULT)
    assert [column.key for column in chosen(["path", " MACs "])] == ["path", "macs"]
    assert [column.key for column in chosen(["+line", "-rf"])] == [*DEFAULT[:-1], "line"]
    assert [column.key for column in chosen(["path", "path"])] == ["path"]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["macz"], "there is no column `macz`"),
        (["+path", "macs"], "`macs` has no sign while `+path` has"),
        ([f"-{key}" for key in DEFAULT], "no column is left"),
        (["+"], "there is no column ``"),
    ],
)
def test_words_that_are_refused(words: list[str], sentence: str) -> None:
    with pytest.raises(UsageError) as caught:
        chosen(words)
    assert sentence in caught.value.problems[0].text


def test_numbers_are_sorted_down_and_names_up() -> None:
    macs = table(analysed("branches"), Options(columns=["macs"], sort="macs")).columns[0].values
    assert macs is not None
    assert list(macs) == sorted(macs, reverse=True)
    found = paths("branches", Options(sort="path"))
    assert found == sorted(found)


def test_rows_without_a_value_come_last_in_their_order() -> None:
    assert paths("chain", Options(sort="fan_in")) == [
        "fc",
        "conv2",
        "conv1",
        "bn1",
        "act1",
        "pool1",
        "act2",
        "pool2",
        "flatten",
    ]


@pytest.mark.parametrize(
    ("form", "options", "sentence"),
    [
        ("pdf", Options(), "there is no format `pdf`"),
        ("json", Options(level=1), "level does not go with the format json"),
        ("csv", Options(units="k"), "units does not go with the format csv"),
        ("html", Options(width=80), "width does not go with the format html"),
        ("text", Options(level=0), "level=0 is not a whole number from 1 up"),
    ],
)
def test_options_that_a_format_does_not_heed_are_refused(form: str, options: Options, sentence: str) -> None:
    with pytest.raises(UsageError) as caught:
        render(analysed("chain"), form, options)
    assert caught.value.problems[0].text == sentence
