"""``cnnshape verify``: a line for each layer, a verdict, and an exit code that a script can use."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import cnnshape.interop.torch_verify
from cnnshape.cli import program
from cnnshape.graph.graph import Graph
from cnnshape.interop.verification import Mismatch, Unchecked, Verification
from cnnshape.render import render
from tests.golden_files import GOLDEN, assert_golden
from tests.render.nets import analysed


def run(*words: str) -> Result:
    return CliRunner().invoke(program, ["verify", *words])


@pytest.mark.parametrize("net", ["chain", "branches", "volume"])
def test_the_golden_nets_agree_with_torch(net: str) -> None:
    result = run(str(GOLDEN / f"{net}.yaml"))
    assert (result.exit_code, result.stderr) == (0, "")
    lines = result.stdout.split("\n")
    verdicts = {line.split()[0]: line.split()[2] for line in lines[2 : 2 + len(analysed(net).layers)]}
    assert verdicts == {record.path: "ok" for record in analysed(net).layers}
    assert lines[-2].startswith(f"`{net}` agrees with torch ")


def test_on_meta_it_says_what_is_not_checked() -> None:
    result = run(str(GOLDEN / "chain.yaml"), "--device", "meta", "--input", "64x64")
    assert result.exit_code == 0
    assert "not checked: receptive field" in result.stdout


def test_settings_are_heeded_and_what_is_wrong_is_said() -> None:
    assert "agrees" in run(str(GOLDEN / "chain.yaml"), "--set", "width=3", "--batch", "2").stdout
    result = run(str(GOLDEN / "chain.yaml"), "--set", "width=0")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "out_channels=0 is below 1" in result.stderr


FOUND = Verification(
    name="chain",
    ops={record.path: record.op for record in analysed("chain")},
    torch="9.9",
    device="cpu",
    layers=9,
    figures=60,
    mismatches=(Mismatch("fc", "MACs", "3,000", "3,001"), Mismatch("", "MACs", "1", "2")),
    unchecked=(Unchecked("fc", "output", "a reason"), Unchecked("", "receptive field", "no values")),
    recounted=("Bilinear: its counter does not see it",),
)


def test_a_mismatch_is_shown_and_exits_with_1(monkeypatch: pytest.MonkeyPatch) -> None:
    def differs(net: Graph, device: str = "cpu") -> Verification:
        return FOUND

    monkeypatch.setattr(cnnshape.interop.torch_verify, "verify", differs)
    result = run(str(GOLDEN / "chain.yaml"))
    assert result.exit_code == 1
    assert result.stdout == render(FOUND)
    assert [line for line in result.stdout.split("\n") if line][-7:] == [
        "flatten  Flatten      ok",
        "fc       Linear       mismatch: MACs: 3,000, torch has 3,001",
        "                      not checked: output: a reason",
        "mismatch: MACs: 1, torch has 2",
        "not checked: receptive field: no values",
        "counted in another form: Bilinear: its counter does not see it",
        "`chain` differs from torch 9.9 on cpu: 2 of 60 figures, 2 not checked",
    ]


@pytest.mark.parametrize("format", ["json", "csv"])
def test_a_program_reads_the_same(format: str, request: pytest.FixtureRequest) -> None:
    assert_golden(request, f"verify.{format}", render(FOUND, format))


def test_a_device_that_torch_does_not_have_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuses(net: Graph, device: str = "cpu") -> Verification:
        raise AssertionError("Torch not compiled with CUDA enabled\nmore")

    monkeypatch.setattr(cnnshape.interop.torch_verify, "verify", refuses)
    result = run(str(GOLDEN / "chain.yaml"), "--device", "cuda")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith(
        "error: torch does not run the net on cuda: Torch not compiled with CUDA enabled [invalid-usage]\n"
    )
    assert "hint: `--device meta`" in result.stderr


def test_without_torch_it_says_how_to_get_it(tmp_path: Path) -> None:
    (tmp_path / "torch.py").write_text("raise ModuleNotFoundError(\"No module named 'torch'\", name='torch')\n")
    words = [sys.executable, "-m", "cnnshape", "verify", str(GOLDEN / "chain.yaml")]
    ran = subprocess.run(words, capture_output=True, text=True, env={**os.environ, "PYTHONPATH": str(tmp_path)})
    assert (ran.returncode, ran.stdout) == (2, "")
    assert "torch, which is not installed" in ran.stderr
    assert "hint: pip install 'cnnshape[torch]'" in ran.stderr
    assert "Traceback" not in ran.stderr
