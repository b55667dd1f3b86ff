"""The CSV reads back: a row for each layer, exact numbers, every column."""

import csv
import io

import pytest

from cnnshape.analysis.result import Analysis
from cnnshape.commands.report.columns import COLUMNS
from cnnshape.commands.report.view import VIEW, Options
from cnnshape.render.names import cell, printable
from tests.render.nets import HOSTILE, NETS, analysed, hostile

PLAIN = Options()


def render(analysis: Analysis, options: Options = PLAIN) -> str:
    return VIEW.render(analysis, "csv", options)


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


@pytest.mark.parametrize("net", NETS)
def test_a_row_for_each_layer_that_sums_to_the_totals(net: str) -> None:
    found = rows(render(analysed(net)))
    assert list(found[0]) == list(COLUMNS)
    assert [row["path"] for row in found] == [record.path for record in analysed(net).layers]
    total = analysed(net).total
    for name in ("params", "macs", "flops", "activation_bytes", "weight_bytes", "buffers"):
        assert sum(int(row[name]) for row in found) == getattr(total, name)
    assert sum(int(row["compares"]) for row in found) == total.ops.compare
    assert sum(float(row["macs_percent"]) for row in found) == pytest.approx(100, abs=1e-4)


def test_names_come_back_on_one_line() -> None:
    assert [row["path"] for row in rows(render(hostile()))] == [cell(printable(name)) for name in HOSTILE]


def test_columns_level_and_sort_are_heeded() -> None:
    options = Options(columns=("path", "macs"), level=1, sort="macs")
    assert render(analysed("branches"), options).split("\n")[:3] == ["path,macs", "stem,276480", "down,221184"]


def test_measured_numbers_keep_every_digit() -> None:
    record = analysed("chain")["fc"]
    assert record.fans is not None
    row = rows(render(analysed("chain")))[-1]
    assert float(row["he_std"]) == record.fans.he_std
