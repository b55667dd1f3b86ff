"""Whatever a branch does, a check against its base exits with 0 only if nothing is heavier than it may be.

And where it says nothing else, what the rules of the base allow holds, too: no rule got weaker and no net was left out.
"""

import json
import os
import shutil
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import event, given, settings
from hypothesis import strategies as st

from cnnshape.cli import program
from tests.commands.check.repositories import Files, Refused, branches, heavier, write
from tests.commands.diff.nets import git

ALARMS = ("weaker", "unchecked", "unread")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("guarded")


def repository(folder: Path, before: Files, after: Files, state: str) -> Path:
    repo = folder / "repo"
    shutil.rmtree(repo, ignore_errors=True)
    repo.mkdir()
    git(repo, "init", "-q", "-b", "main")
    for name, files in (("main", before), ("work", after)):
        write(repo, files)
        if name == "main" or state != "written":
            git(repo, "add", "-A")
        if name == "main" or state == "committed":
            git(repo, "commit", "-qm", name, "--allow-empty")
            git(repo, "branch", "-f", "base", "HEAD") if name == "main" else None
    return repo


def checked(repo: Path) -> tuple[int, dict[str, Any] | None]:
    """The exit status, and what the check tells; None where it refuses."""
    here = os.getcwd()
    os.chdir(repo)
    try:
        result = CliRunner().invoke(program, ["check", "--base", "base", "--format", "json"], catch_exceptions=False)
    finally:
        os.chdir(here)
    return result.exit_code, json.loads(result.stdout) if result.stdout else None


@settings(max_examples=max(settings().max_examples // 2, 5))  # each makes a repository
@given(branch=branches(), state=st.sampled_from(["committed", "staged", "written"]))
def test_heavier_is_never_silent(folder: Path, branch: tuple[Files, Files, list[str]], state: str) -> None:
    before, after, done = branch
    status, told = checked(repository(folder, before, after, state))
    notes = told["notes"] if told else []
    renamed = dict(note["text"].strip("`").split("` was `") for note in notes if note["kind"] == "renamed")
    assert all(old in before and old not in after and new not in before for new, old in renamed.items())
    for name in done:
        event(name)
    try:
        broken = heavier(after, before, after, renamed)
    except Refused:
        event("refused")
        assert status == 2
        return
    event(f"heavier {broken}")
    assert status == broken
    if status == 0 and not renamed and not any(note["kind"] in ALARMS for note in notes):
        event("silent")
        assert not heavier(before, before, after, {})
