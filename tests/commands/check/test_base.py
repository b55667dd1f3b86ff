"""``cnnshape check --base REV``: increases are measured from where the branch left a revision."""

import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from cnnshape.cli import program

SPEC = """\
cnnshape: 1
input: [3, 32, 32]
vars: {width: 16}
layers:
  conv1: {op: Conv2d, out_channels: width, kernel_size: 3, padding: 1}
  conv2: {op: Conv2d, out_channels: 32, kernel_size: 3}
budget:
  - {metric: macs, max: 10 M, max_increase: 1 %}
"""


def git(*words: str) -> None:
    subprocess.run(["git", "-c", "user.name=a", "-c", "user.email=a@b.c", *words], check=True, capture_output=True)


@pytest.fixture
def branch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with a spec on main, and a branch that has left it."""
    monkeypatch.chdir(tmp_path)
    git("init", "-q", "-b", "main")
    (tmp_path / "net.yaml").write_text(SPEC)
    git("add", "net.yaml")
    git("commit", "-qm", "a net")
    git("checkout", "-qb", "wider")
    return tmp_path


def check(*words: str) -> Result:
    return CliRunner().invoke(program, ["check", *words])


def test_what_grew_since_the_branch_left_is_broken(branch: Path) -> None:
    assert check("net.yaml", "--base", "main").exit_code == 0
    (branch / "net.yaml").write_text(SPEC.replace("width: 16", "width: 24"))
    result = check("net.yaml", "--base", "main")
    assert result.exit_code == 1
    assert "2.29 M (50.0 %) more than the baseline's 4.59 M" in result.output
    assert "--> net.yaml:8:45" in result.output
    assert "conv2  +2.07 M" in result.output
    (branch / "deep").mkdir()
    assert check(str(branch / "net.yaml"), "--base", "main").exit_code == 1


def test_what_main_did_meanwhile_is_not_held_against_the_branch(branch: Path) -> None:
    git("checkout", "-q", "main")
    (branch / "net.yaml").write_text(SPEC.replace("width: 16", "width: 4"))
    git("commit", "-qam", "narrower")
    git("checkout", "-q", "wider")
    assert check("net.yaml", "--base", "main").exit_code == 0


def test_a_spec_that_is_new_is_broken_or_allowed(branch: Path) -> None:
    (branch / "new.yaml").write_text(SPEC.replace("width: 16", "width: 17"))
    git("mv", "net.yaml", "kept.yaml")
    (branch / "net.yaml").write_text(SPEC)
    result = check("new.yaml", "--base", "main")
    assert result.exit_code == 1
    assert (
        "macs: 4.88 M MACs, the spec is new, so there is nothing to measure `max_increase: 1 %` from" in result.output
    )
    assert "hint: if it is meant to be added, `--allow-new` lets it pass" in result.output
    assert "since `main`:\n  new  `new.yaml`\n" in result.output
    result = check("new.yaml", "--base", "main", "--allow-new")
    assert (result.exit_code, result.output.splitlines()[-1]) == (0, "2 limits on 1 net: 1 new and allowed, 1 holds")
    (branch / "new.yaml").write_text(SPEC.replace("max: 10 M", "max: 1 M"))
    assert check("new.yaml", "--base", "main", "--allow-new").exit_code == 1


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["net.yaml", "--base", "nope"], "git knows no revision `nope`"),
        (["net.yaml", "--base", "--help"], "`--help` is not a revision"),
        (["net.yaml", "--allow-new"], "--allow-new goes with --base only"),
        (["net.yaml", "--base", "main", "--update"], "--base does not go with --update"),
        (["net.yaml", "--base", "main", "--baseline", "b.yaml"], "--base does not go with --baseline"),
        (["../outside.yaml", "--base", "main"], "is not in this repository"),
    ],
)
def test_what_is_wrong_is_said(branch: Path, words: list[str], said: str) -> None:
    (branch.parent / "outside.yaml").write_text(SPEC)
    result = check(*words)
    assert result.exit_code == 2
    assert said in result.stderr
