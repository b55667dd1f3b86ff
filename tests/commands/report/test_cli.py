"""``cnnshape report``: every option, every format, and what is said when something is wrong."""

import json
from pathlib import Path
from typing import Any, get_args

import click
import pytest
from click.testing import CliRunner, Result

import cnnshape
from cnnshape.analysis.flop_conventions import CONVENTIONS
from cnnshape.analysis.memory import Rule
from cnnshape.cli import program
from cnnshape.commands.report.cli import command
from cnnshape.commands.report.view import VIEW, Options
from cnnshape.render import render
from cnnshape.render.units import Units
from tests.golden_files import GOLDEN
from tests.render.nets import analysed

CHAIN, BRANCHES = str(GOLDEN / "chain.yaml"), str(GOLDEN / "branches.yaml")


def run(*words: str) -> Result:
    return CliRunner().invoke(program, ["report", *words])


def data(*words: str) -> Any:
    result = run(*words, "--format", "json")
    assert result.exit_code == 0, result.stderr
    return json.loads(result.stdout)


@pytest.mark.parametrize("form", VIEW.formats)
def test_it_prints_what_the_library_renders(form: str) -> None:
    result = run(CHAIN, "--format", form)
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == render(analysed("chain"), form)


def test_options_reach_the_renderer() -> None:
    words = ("--columns", "+fan_in,-rf", "--level", "1", "--units", "exact", "--sort", "macs", "--width", "90")
    options = Options(columns=("+fan_in", "-rf"), level=1, units="exact", sort="macs", width=90)
    assert run(BRANCHES, *words).stdout == render(analysed("branches"), "text", options)


def test_settings_reach_the_analysis() -> None:
    words = ("--batch", "4", "--dtype", "float16", "--set", "width=2*8", "--set", "classes=7", "--input", "32x36")
    expected = cnnshape.analyze(
        CHAIN, batch=4, dtype="float16", settings={"width": 16, "classes": 7}, inputs={"input": (32, 36)}
    )
    assert run(CHAIN, *words).stdout == render(expected)


def test_conventions_reach_the_analysis() -> None:
    result = data(CHAIN, "--flops", "full", "--memory", "inplace")["totals"]
    expected = cnnshape.analyze(CHAIN, flops="full", memory="inplace")
    assert result["flops"] == expected.total.flops != analysed("chain").total.flops
    assert result["peak_memory_bytes"] == expected.peak_memory.bytes != analysed("chain").peak_memory.bytes


def test_inputs_by_name() -> None:
    report = data(BRANCHES, "--input", "left=64x64", "--input", "right=64X64")
    assert report["inputs"] == {"left": [1, 3, 64, 64], "right": [1, 3, 64, 64]}
    assert data(CHAIN, "--input", "1x40x40")["inputs"] == {"input": [1, 1, 40, 40]}


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (
            ["--input", "64"],
            "--input gives 1 of the 2 sizes of `input`, which is 28 x 28 "
            "in the spec [invalid-usage]\n\nhint: write 64x64",
        ),
        (["--input", "64xa"], "--input takes sizes such as 224x224, not `64xa`"),
        (["--input", "64x"], "--input takes sizes such as 224x224, not `64x`"),
        (["--input", "eye=64x64"], "the net has no input `eye`"),
        (["--input", "8x8x8x8"], "4 are given"),
        (["--input", "40x40", "--input", "40x44"], "--input gives `input` twice"),
        (["--set", "width"], "--set takes VAR=VALUE, not `width`"),
        (["--set", "width=1", "--set", "width=2"], "--set gives `width` twice, 1 and 2"),
        (["--set", "widht=1"], "the spec has no variable `widht` [unknown-name]\n\nhint: did you mean `width`?"),
        (["--dtype", "float33"], "there is no dtype `float33`"),
        (["--batch", "0"], "batch=0 is not a whole number from 1 up"),
        (["--columns", "macz"], "there is no column `macz`"),
        (["--sort", "macz"], "there is no column `macz`"),
        (["--format", "json", "--sort", "macs"], "sort does not go with the format json"),
        (["--window", "conv1"], "--window takes PATH@y,x, not `conv1`"),
        (["--window", "conv1@0"], "`conv1` has 2 axes from axis 2 on, the position names 1"),
        (["--window", "conv1@0,99"], "`conv1` has positions 0 to 27"),
        (["--window", "conf1@0,0"], "there is no layer `conf1`"),
        (["--set", "width=0"], "`conv1`: out_channels=0 is below 1"),
        (["--input", "4x4"], "the kernel spans 5 on H"),
    ],
)
def test_what_is_wrong_is_said_in_a_sentence(words: list[str], sentence: str) -> None:
    result = run(CHAIN, *words)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith("error: ")
    assert sentence in result.stderr
    assert "\x1b" not in result.stderr


def test_an_input_without_a_name_where_there_are_two() -> None:
    result = run(BRANCHES, "--input", "64x64")
    assert result.exit_code == 2
    assert "--input 64x64 does not say which input it is for" in result.stderr
    assert "inputs: `left`, `right`" in result.stderr


def test_a_window_is_exact_at_the_border() -> None:
    result = run(CHAIN, "--window", "conv2@0,9")
    assert result.stdout == "`conv2` at 0,9 reads\n  input: rows 0..11 of 28\n  input: columns 16..27 of 28\n"


def test_a_window_names_every_input_it_reads() -> None:
    both, one = (run(BRANCHES, "--window", f"{path}@0,0").stdout for path in ("down.conv", "stem.again"))
    assert both.split("\n")[1:3] == ["  left: rows 0..3 of 32", "  left: columns 0..4 of 48"]
    assert both.split("\n")[3:5] == ["  right: rows 0..3 of 32", "  right: columns 0..4 of 48"]
    assert one == "`stem.again` at 0,0 reads\n  right: rows 0..1 of 32\n  right: columns 0..2 of 48\n"


@pytest.mark.parametrize("file", ["nowhere.yaml", "."])
def test_a_file_that_cannot_be_read(file: str) -> None:
    result = run(file)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith("error: ")
    assert f"--> {file}" in result.stderr


@pytest.mark.parametrize(
    "text", ["", "[", "a: *b", "cnnshape: 1", "{" * 500, "\x00", "cnnshape: 2\ninput: [1]\nlayers: {a: ReLU}"]
)
def test_a_file_that_is_no_spec(text: str, tmp_path: Path) -> None:
    file = tmp_path / "net.yaml"
    file.write_text(text)
    result = run(str(file))
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith("error: ")
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize(
    ("name", "form"),
    [("r.md", "markdown"), ("r.json", "json"), ("r.CSV", "csv"), ("r.html", "html"), ("r.txt", "text"), ("r", "text")],
)
def test_the_ending_of_the_file_says_the_format(name: str, form: str, tmp_path: Path) -> None:
    result = run(CHAIN, "--output", str(tmp_path / name))
    assert (result.exit_code, result.stdout, result.stderr) == (0, "", "")
    assert (tmp_path / name).read_bytes().decode() == render(analysed("chain"), form)
    assert [file.name for file in tmp_path.iterdir()] == [name]


def test_a_stated_format_wins_over_the_ending(tmp_path: Path) -> None:
    run(CHAIN, "--output", str(tmp_path / "r.md"), "--format", "csv")
    assert (tmp_path / "r.md").read_text() == render(analysed("chain"), "csv")


def test_the_choices_are_those_of_the_library() -> None:
    choices = {option.name: option.type.choices for option in command.params if isinstance(option.type, click.Choice)}
    assert tuple(choices["flops"]) == tuple(CONVENTIONS)
    assert tuple(choices["memory"]) == get_args(Rule)
    assert tuple(choices["units"]) == get_args(Units)
    assert tuple(choices["format"]) == VIEW.formats


@pytest.mark.parametrize("option", ["columns=op", "level=1", "units=k", "sort=op", "format=json", "width=60"])
def test_a_window_has_no_table_to_shape(option: str) -> None:
    name, _, value = option.partition("=")
    result = run(CHAIN, "--window", f"{next(iter(analysed('chain'))).path}@0,0", f"--{name}", value)
    assert result.exit_code == 2
    assert f"--{name} does not go with --window" in result.stderr
