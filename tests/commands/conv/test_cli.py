"""`cnnshape conv`: its faces byte by byte, what it refuses, and specs that can be pasted."""

import csv
import io
import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import cnnshape
from cnnshape.cli import program
from tests.golden_files import assert_golden
from tests.render.test_markdown import table

SQUARE = ("--in", "128", "--out", "128", "--kernel", "3", "--size", "56x56")
VIDEO = ("--in", "6", "--out", "64", "--kernel", "3x5x5", "--size", "16x56x50", "--stride", "1x2x2", "--bias")
ENDINGS = {"text": "txt", "markdown": "md", "json": "json", "csv": "csv"}


def ran(*words: str) -> Result:
    return CliRunner().invoke(program, ["conv", *words])


@pytest.mark.parametrize("form", ENDINGS)
@pytest.mark.parametrize(("name", "words"), [("conv", SQUARE), ("conv3d", (*VIDEO, "--groups", "2,3"))])
def test_face(name: str, words: tuple[str, ...], form: str, request: pytest.FixtureRequest) -> None:
    result = ran(*words, "--format", form)
    assert result.exit_code == 0
    assert_golden(request, f"{name}.{ENDINGS[form]}", result.stdout)
    assert ran(*words, "--format", form).stdout == result.stdout


@pytest.mark.parametrize(
    "words",
    [SQUARE, VIDEO, (*SQUARE, "--groups", "3,5"), ("--in", "9", "--out", "9", "--kernel", "3", "--size", "100")],
)
def test_the_text_fits_a_terminal(words: tuple[str, ...]) -> None:
    text = ran(*words).stdout
    assert max(map(len, text.splitlines())) <= 80


def test_all_faces_say_the_same() -> None:
    data = json.loads(ran(*VIDEO, "--format", "json").stdout)
    rows = list(csv.DictReader(io.StringIO(ran(*VIDEO, "--format", "csv").stdout)))
    _, _, *pipes = table(ran(*VIDEO, "--format", "markdown", "--units", "exact").stdout)
    lines = ran(*VIDEO, "--units", "exact").stdout.splitlines()[5:]
    for entry, row, cells, line in zip(data["rows"], rows, pipes, lines, strict=False):
        assert [row["key"], row["params"], row["macs"]] == [entry["key"], str(entry["params"]), str(entry["macs"])]
        assert [cells[1], cells[3]] == [f"{entry['params']:,}", f"{entry['macs']:,}"]
        assert re.findall(r" +([\d,]+) +[\d.]+ +([\d,]+)", line)[-1] == (cells[1], cells[3])
        assert row["macs_formula"] == entry["macs_formula"]
        assert float(row["macs_ratio"]) == entry["macs_ratio"]
    assert len(data["rows"]) == len(rows)


def test_the_spec_of_a_row_is_a_spec(tmp_path: Path) -> None:
    for entry in json.loads(ran(*VIDEO, "--format", "json").stdout)["rows"]:
        file = tmp_path / f"{entry['key']}.yaml"
        assert ran(*VIDEO, "--spec", entry["key"], "--output", str(file)).exit_code == 0
        total = cnnshape.analyze(file).total
        assert (total.params, total.macs) == (entry["params"], entry["macs"])


def test_csv_says_on_stderr_what_is_left_out() -> None:
    result = ran(*SQUARE, "--groups", "3", "--format", "csv")
    assert result.stderr == (
        "left out: grouped, g=3 and shuffled grouped, g=3: 128 input channels do not split into groups=3\n"
    )
    assert ran(*SQUARE, "--groups", "3", "--format", "json").stderr == ""


WRONG = {
    ("--size", "56xx"): "error: --size takes numbers such as 56x56, not `56xx`",
    ("--size", "１"): "error: --size takes numbers such as 56x56, not `１`",
    ("--size", "9x9", "--groups", "a"): "error: --groups takes numbers such as 2,4,8, not `a`",
    ("--size", "1x1x1x1"): "error: size has 4 numbers, a convolution has 1, 2 or 3 axes of space",
    ("--size", "9x9", "--kernel", "3x3x3"): "error: kernel_size has 3 numbers, the input 2 axes of space",
    ("--size", "9", "--stride", "2x2"): "error: stride has 2 numbers, the input 1 axis of space",
    ("--size", "3x3", "--kernel", "7", "--padding", "0"): "error: the kernel spans 7 on H, the padded input has 3",
    ("--size", "0x9"): "error: size=0 is not a whole number from 1 up",
    ("--size", "9x9", "--stride", "0"): "error: stride=0 is not a whole number from 1 up",
    ("--size", "9x9", "--groups", "0"): "error: groups=0 is not a whole number from 1 up",
    ("--size", "9x9", "--format", "csv", "--units", "k"): "error: units does not go with the format csv",
    ("--size", "9x9", "--spec", "flat"): "error: there is no row `flat`",
    (
        "--size",
        "9",
        "--spec",
        "flattened",
    ): "error: `flattened` is left out: a kernel of 3 has no two axes to take apart",
    ("--size", "9x9", "--spec", "flattened", "--format", "json"): "error: --format does not go with --spec",
    (): "Usage: cnnshape conv [OPTIONS]",
    ("--size", "9x9", "--mid", "0"): "Usage: cnnshape conv [OPTIONS]",
}


@pytest.mark.parametrize("words", WRONG)
def test_what_is_wrong_is_said(words: tuple[str, ...]) -> None:
    result = ran("--in", "8", "--out", "8", "--kernel", "3", *words)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith(WRONG[words])
