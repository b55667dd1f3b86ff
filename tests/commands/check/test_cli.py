"""`cnnshape check`: its faces byte by byte, its exit status, its baseline, and names that mean no good."""

import json
import os
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

import cnnshape
from cnnshape.cli import program
from cnnshape.commands.check.view import VIEW
from cnnshape.commands.check.words import message, sentence
from cnnshape.core.errors import SHOWN
from cnnshape.render.document import Code, spans
from cnnshape.render.text import sentence as sentence_of
from tests.commands.check.nets import net, write
from tests.golden_files import assert_golden

RULES: list[dict[str, Any]] = [
    {"metric": "macs", "max": "15 MMACs", "max_increase": "1 %"},
    {"metric": "weight_bytes", "max": "64 kB", "variant": "*"},
    {"metric": "peak_memory", "max": "256 KiB", "dtype": "int8", "batch": 4, "level": "warn"},
    {"metric": "params", "select": {"op": "Conv2d", "take": "each"}, "max": "9248 params", "name": "no fat layers"},
    {"metric": "output", "equals": [1, 10]},
    {"metric": "receptive_field", "min": 7},
    {"metric": "params", "equals": "14,666 params", "message": "the published figure"},
]
BASELINE = "cnnshape.baseline.yaml"


def ran(*words: str) -> Result:
    return CliRunner().invoke(program, ["check", *words])


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the net and its baseline, where commands run."""
    monkeypatch.chdir(tmp_path)
    write(tmp_path / "small.yaml", *RULES)
    assert ran("small.yaml", "--update").exit_code == 0
    return tmp_path


def test_what_holds(folder: Path, request: pytest.FixtureRequest) -> None:
    result = ran("small.yaml")
    assert (result.exit_code, result.stdout) == (0, "10 limits on 3 nets: all hold\n")
    assert_golden(request, "check.holds.txt", ran("small.yaml", "--verbose").stdout)
    assert_golden(request, "check.holds.json", ran("small.yaml", "--format", "json").stdout)


def test_what_is_broken(folder: Path, request: pytest.FixtureRequest) -> None:
    write(folder / "small.yaml", *RULES, width=17)
    result = ran("small.yaml")
    assert (result.exit_code, result.stderr) == (1, "")
    assert_golden(request, "check.broken.txt", result.stdout)
    for form, words in (("json", ("--format", "json")), ("verbose.txt", ("--verbose",))):
        found = ran("small.yaml", *words)
        assert found.exit_code == 1
        assert_golden(request, f"check.broken.{form}", found.stdout)


def test_the_json_holds_every_limit_exactly(folder: Path) -> None:
    write(folder / "small.yaml", *RULES, width=17)
    data = json.loads(ran("small.yaml", "--format", "json").stdout)
    report = cnnshape.check("small.yaml")
    assert (data["ok"], data["broken"], data["warnings"]) == (False, len(report.errors), len(report.warnings))
    for row, outcome in zip(data["outcomes"], report.outcomes, strict=True):
        assert (row["ok"], row["overshoot"], row["baseline"]) == (outcome.ok, outcome.overshoot, outcome.baseline)
        if isinstance(row["actual"], int):
            assert row["ok"] == (
                row["actual"] >= row["bound"] if row["kind"] == "min" else
                row["actual"] == row["bound"] if row["kind"] == "equals" else row["actual"] <= row["bound"]
            )  # fmt: skip
        line = Path(row["file"]).read_text().splitlines()[row["line"] - 1]
        assert line[row["column"] - 1 :].replace("'", "").startswith(row["limit"])
        assert row["text"] == sentence(outcome)


def test_warnings_do_not_fail(folder: Path) -> None:
    write(folder / "small.yaml", {"metric": "macs", "max": "1 MACs", "level": "warn"})
    result = ran("small.yaml")
    assert (result.exit_code, result.stdout.splitlines()[0].partition(":")[0]) == (0, "warning")
    assert result.stdout.splitlines()[-1] == "1 limit on 1 net: 1 warning, 0 hold"


def test_many_broken_limits_are_counted(folder: Path) -> None:
    write(folder / "small.yaml", *([{"metric": "macs", "max": "1 MACs"}] * (SHOWN + 3)))
    said = ran("small.yaml").stdout
    assert said.count("error:") == SHOWN
    assert "and 3 more broken limits; `--format json` lists all" in said


def test_rounding_hides_nothing(folder: Path) -> None:
    (outcome,) = cnnshape.check("small.yaml", rules=[{"metric": "macs", "max": "14,598,463 MACs"}]).outcomes
    assert sentence(outcome) == "macs: 14,598,464 MACs, above `max: 14,598,463 MACs` by 1 (<0.1 %)"
    (outcome,) = cnnshape.check("small.yaml", rules=[{"metric": "weight_bytes", "max": "58.66 kB"}]).outcomes
    assert sentence(outcome) == "weight_bytes: 58,664 B, above `max: 58.66 kB` (58,660 B) by 4 B (<0.1 %)"


def test_update_says_what_it_did(folder: Path) -> None:
    before = Path(BASELINE).read_text()
    write(folder / "small.yaml", *RULES, width=17)
    result = ran("small.yaml", "--update")
    assert (result.exit_code, Path(BASELINE).read_text()) == (1, before)
    assert result.stderr.splitlines()[0] == "`cnnshape.baseline.yaml`: unchanged"
    assert "7 figures would rise and stay as they were: macs, total of small.yaml;" in result.stderr
    write(folder / "small.yaml", *RULES, width=15)
    assert ran("small.yaml", "--update").stderr == "`cnnshape.baseline.yaml`: 4 lowered, 4 layer figures lowered\n"
    write(folder / "small.yaml", *RULES, width=16)
    assert (
        ran("small.yaml", "--update", "--allow-increase").stderr
        == "`cnnshape.baseline.yaml`: 4 raised, 4 layer figures raised\n"
    )
    assert Path(BASELINE).read_text() == before


def test_update_says_what_it_did_to_layers(folder: Path) -> None:
    each = {"metric": "macs", "select": {"op": "Conv2d", "take": "each"}, "max_increase": 0}
    net, word = folder / "each.yaml", "`each.baseline.yaml`"
    update = ("each.yaml", "--update", "--baseline", "each.baseline.yaml")

    def said(*more: str, width: int, rules: tuple[Any, ...] = (each,)) -> str:
        write(net, *rules, width=width, variants={})
        before = Path("each.baseline.yaml").read_text() if Path("each.baseline.yaml").exists() else ""
        first = ran(*update, *more).stderr.splitlines()[0]
        assert ("unchanged" in first) is (Path("each.baseline.yaml").read_text() == before)
        return first

    assert said(width=16) == f"{word}: 4 layer figures new"
    assert said(width=16) == f"{word}: unchanged"
    assert said(width=15) == f"{word}: 4 layer figures lowered"
    assert said(width=16) == f"{word}: unchanged"
    assert said("--allow-increase", width=16) == f"{word}: 4 layer figures raised"
    both = (each, {"metric": "params", "max_increase": 0})
    assert said(width=16, rules=both) == f"{word}: 1 new"
    assert said(width=15, rules=both) == f"{word}: 1 lowered, 4 layer figures lowered"


def test_an_interrupted_update_leaves_the_old_file(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = Path(BASELINE).read_text()
    write(folder / "small.yaml", *RULES, width=8)

    def interrupted(source: str, target: str) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "replace", interrupted)
    assert ran("small.yaml", "--update").exit_code == 130
    assert Path(BASELINE).read_text() == before
    assert sorted(file.name for file in folder.iterdir()) == [BASELINE, "small.yaml"]


def test_a_wrong_budget_leaves_the_old_file(folder: Path) -> None:
    before = Path(BASELINE).read_text()
    write(folder / "small.yaml", *RULES, {"metric": "macs", "max": "1 G", "select": "nothing"}, width=8)
    assert ran("small.yaml", "--update").exit_code == 2
    assert Path(BASELINE).read_text() == before


def test_the_budget_of_the_folder(folder: Path) -> None:
    assert ran().stderr == (
        "error: there is no `budget.yaml` here, and no file is named [invalid-usage]\n\n"
        "hint: name a spec with a `budget`, or the file of a budget\n"
    )
    (folder / "budget.yaml").write_text("cnnshape: 1\nspecs: small.yaml\nbudget: [{metric: macs, max: 1 G}]\n")
    assert ran().stdout == "1 limit on 1 net: all hold\n"


WRONG = {
    ("small.yaml", "--allow-increase"): "error: --allow-increase goes with --update only",
    ("small.yaml", "--verbose", "--format", "json"): "error: verbose does not go with the format json",
    ("small.yaml", "--baseline", "no.yaml"): "error: there is no such file",
    ("small.yaml", "--output", "small.yaml"): "error: --output is the spec itself, `small.yaml`",
    ("small.yaml", "--baseline", "small.yaml", "--update"): "error: --baseline is the spec itself, `small.yaml`",
    ("small.yaml", "--baseline", "small.yaml"): "error: a baseline is a mapping with `cnnshape: 1` and "
    "`baseline:`, this file is none",
    ("no.yaml",): "error: there is no such file",
}


@pytest.mark.parametrize("words", WRONG)
def test_what_is_wrong_is_said(folder: Path, words: tuple[str, ...]) -> None:
    before = (folder / "small.yaml").read_text()
    result = ran(*words)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith(WRONG[words])
    assert (folder / "small.yaml").read_text() == before


def test_a_format_that_there_is_not() -> None:
    with pytest.raises(cnnshape.UsageError, match="there is no format `texts`"):
        VIEW.render(cnnshape.Report(()), "texts")


HOSTILE = "a`b\x1b[31m\n::error::\u202e"


def test_names_that_mean_no_good(folder: Path) -> None:
    rule = {"metric": "macs", "max": "1 MACs", "name": HOSTILE, "message": HOSTILE, "set": {"width": 2}}
    spec = net(name=HOSTILE)
    report = cnnshape.check(spec, rules=[rule, {**rule, "level": "warn", "name": ""}])
    said = VIEW.render(report)
    assert all(c.isprintable() or c == "\n" for c in said)
    assert said.splitlines()[0].startswith(
        r"error: `a'b\x1b[31m\n::error::\u202e`: a`b\x1b[31m\n::error::\u202e (set width=2): "
    )
    said = VIEW.render(report, "json")
    assert "\x1b" not in said
    assert [json.loads(said)["outcomes"][0][key] for key in ("rule", "net")] == [HOSTILE, HOSTILE]
    assert not any(line.startswith("::") for line in said.splitlines())


def test_lines_fit_a_terminal(folder: Path) -> None:
    write(folder / "small.yaml", *RULES, width=17)
    lines = ran("small.yaml").stdout.splitlines()
    assert max(len(line) for line in lines if line.startswith("  ")) <= 80


def test_a_message_is_a_problem_at_its_place(folder: Path) -> None:
    write(folder / "small.yaml", {"metric": "macs", "max": "1 MACs"})
    (outcome,) = cnnshape.check("small.yaml").outcomes
    found = message(outcome)
    line = (folder / "small.yaml").read_text().splitlines().index("- {metric: macs, max: 1 MACs}") + 1
    assert (found.level, spans(found.text)[0], found.place) == ("error", Code("small"), f"small.yaml:{line}:23")
    assert sentence_of(found.hint) == f"look at `body.1.conv` first, or raise `max` in line {line}"
