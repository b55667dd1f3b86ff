"""The benchmark runs, as far as it needs no peers, and its report says what it ought to.  No time is judged here."""

import json
import subprocess
import sys
from pathlib import Path

from tests.places import ROOT


def test_a_quick_run_without_peers_writes_a_report(tmp_path: Path) -> None:
    output = tmp_path / "benchmark.md"
    flags = ["--quick", "--no-peers", "--nets", "lenet5", "--output", str(output)]
    ran = subprocess.run([sys.executable, "benchmarks/run.py", *flags], cwd=ROOT, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr
    text = output.read_text(encoding="utf-8")
    titles = [line for line in text.splitlines() if line.startswith("#")]
    assert titles == [
        "# Benchmark",
        "## In short",
        "## lenet5, 13 layers, input 1 x 1 x 32 x 32",
        "## Families in one process",
        "## A budget in one process",
        "## A sweep",
        "## Cold processes: reports",
        "## Cold processes: families",
        "## Growth",
    ]
    assert "does not run" not in text
    assert str(tmp_path) not in text
    assert str(ROOT) not in text
    for line in ("| cnnshape, from a graph | 1.00 |", "| `python -m cnnshape report specs/seeds/lenet5.yaml` |"):
        assert line in text
    raw = json.loads(output.with_suffix(".json").read_text(encoding="utf-8"))
    assert {(entry["said"]["macs"], entry["said"]["params"]) for entry in raw["contests"][0]["entries"]} == {
        (416_520, 61_706)
    }


def test_the_examples_of_the_helpers_hold() -> None:
    command = [sys.executable, "-m", "doctest", "figures.py", "measure.py"]
    ran = subprocess.run(command, cwd=ROOT / "benchmarks", capture_output=True, text=True)
    assert (ran.returncode, ran.stdout) == (0, "")
