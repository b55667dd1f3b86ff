"""What the fuzzer once found stays fixed, and a short run of it finds nothing.

A file under ``found/`` opens with what becomes of it now; one that a run has just put there has no such line and fails
until it is mended.  A JSON beside it holds what else was handed over.
"""

import json
from pathlib import Path

import pytest

from tests.fuzz import run
from tests.fuzz.cases import Case, made
from tests.fuzz.judge import judged

PATIENT = 60.0  # no test hangs on the speed of the machine

FILES = sorted(run.FOUND.glob("*.yaml"))


def _case(file: Path) -> Case:
    beside = file.with_suffix(".json")
    handed = json.loads(beside.read_text()) if beside.exists() else {}
    return Case(file.read_bytes(), handed.get("options", {}), handed.get("mapping", False))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_what_was_found_stays_fixed(file: Path) -> None:
    verdict = judged(_case(file), PATIENT)
    first = file.read_bytes().partition(b"\n")[0].decode(errors="replace")
    assert f"# {verdict.kind} {verdict.what}".rstrip() == first, verdict.detail


def test_a_short_run_finds_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    few = ["--count", "50", "--seed", "28", "--cli", "4", "--jobs", "1", "--seconds", str(PATIENT)]
    code = run.main([*few, "--found", str(tmp_path)])
    assert code == 0, capsys.readouterr().out


def test_cases_hang_on_seed_and_number_alone() -> None:
    assert [made(3, number) for number in range(40)] == [made(3, number) for number in reversed(range(40))][::-1]
    assert made(3, 5) != made(4, 5)


def test_the_judge_bites(monkeypatch: pytest.MonkeyPatch) -> None:
    case = Case(b"cnnshape: 1\ninput: [3, 8]\nlayers: {conv: {op: Conv1d, out_channels: 2, kernel_size: 3}}\n")
    assert judged(case).kind == "accepted"
    monkeypatch.setattr("cnnshape.layers.conv.Conv1d.output", lambda layer, x: x[5])
    assert judged(case).what == "IndexError in facts._facts"
