"""`cnnshape check --summary` and what the formats for a review say of a budget that cannot be checked."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import cnnshape
from cnnshape.cli import program
from cnnshape.commands.check.view import VIEW
from tests.commands.check.nets import write

RULE = {"metric": "macs", "max": "15 MMACs"}


def ran(*words: str) -> Result:
    return CliRunner().invoke(program, ["check", *words])


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    write(tmp_path / "small.yaml", RULE, width=17)
    return tmp_path


@pytest.mark.parametrize("format", VIEW.formats)
def test_the_summary_is_beside_every_format(format: str) -> None:
    result = ran("small.yaml", "--format", format, "--summary", "summary.md")
    report = cnnshape.check("small.yaml")
    assert (result.exit_code, result.stdout, result.stderr) == (1, VIEW.render(report, format), "")
    assert Path("summary.md").read_text() == VIEW.render(report, "markdown")


def test_the_summary_and_the_output_are_both_written() -> None:
    assert ran("small.yaml", "--summary", "summary.md", "--format", "sarif", "--output", "a.sarif").stdout == ""
    assert Path("summary.md").exists()
    assert Path("a.sarif").exists()


def test_a_budget_that_cannot_be_checked() -> None:
    Path("small.yaml").write_text("cnnshape: 1\nlayers: {}\n")
    result = ran("small.yaml", "--format", "github", "--summary", "summary.md")
    assert result.exit_code == 2
    assert result.stdout.startswith("::error file=small.yaml,")
    said = Path("summary.md").read_text()
    assert said.startswith("**cnnshape check**: the budget cannot be checked\n\n**error**: ")
    assert result.stderr.partition(" [")[0].removeprefix("error: ") in said
    assert ran("small.yaml", "--format", "junit").stdout == ""


def test_no_summary_over_the_spec() -> None:
    before = Path("small.yaml").read_text()
    result = ran("small.yaml", "--summary", "small.yaml")
    assert (result.exit_code, Path("small.yaml").read_text()) == (2, before)
    assert result.stderr.startswith("error: --summary is the spec itself, `small.yaml`")
