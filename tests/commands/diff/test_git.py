"""`cnnshape diff` in real git repositories: revisions, branches, and nothing that a repository names is run."""

import json
import os
import stat
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from cnnshape.cli import program
from tests.commands.diff.nets import NEW, OLD, SAID, commit, git, repository

BLOCK = OLD.partition("blocks:\n")[2].partition("layers:\n  stem")[0]
WITH_BLOCKS = OLD.replace(f"blocks:\n{BLOCK}", "include: [blocks/unit.yaml]\n")
UNIT = f"cnnshape: 1\nblocks:\n{BLOCK}"


def ran(*words: str) -> Result:
    return CliRunner().invoke(program, ["diff", *words], catch_exceptions=False)


def diffs(*words: str) -> list[dict[str, Any]]:
    result = ran(*words, "--format", "json")
    assert (result.exit_code, result.stderr) == (0, "")
    found: list[dict[str, Any]] = json.loads(result.stdout)["diffs"]
    return found


def files(found: list[dict[str, Any]]) -> list[tuple[str | None, str | None]]:
    def name(net: dict[str, Any] | None) -> str | None:
        return net["file"] if net else None

    return [(name(each["old"]), name(each["new"])) for each in found]


def changes(each: dict[str, Any]) -> list[tuple[str, str, str, dict[str, Any]]]:
    return [
        (one["kind"], one["old"] or "", one["new"] or "", {k: (v["old"], v["new"]) for k, v in one["fields"].items()})
        for one in each["changes"]
    ]


@pytest.fixture
def repo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    folder = repository(tmp_path / "repo", {"specs/net.yaml": OLD, "notes.txt": "none of ours", "ci.yaml": "a: 1\n"})
    monkeypatch.chdir(folder)
    return folder


def test_between_two_revisions(repo: Path) -> None:
    commit(repo, {"specs/net.yaml": NEW})
    (each,) = diffs("main:specs/net.yaml", "HEAD:specs/net.yaml")
    assert changes(each) == SAID
    assert files([each]) == [("main:specs/net.yaml", "HEAD:specs/net.yaml")]
    assert each["layers"][0]["path"] == {"old": None, "new": "norm"}
    assert changes(diffs("main:specs/net.yaml", "specs/net.yaml")[0]) == SAID
    (repo / "specs/net.yaml").write_text(OLD)
    assert changes(diffs("main:specs/net.yaml", "specs/net.yaml")[0]) == []


def test_a_path_from_here(repo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    commit(repo, {"specs/net.yaml": NEW})
    monkeypatch.chdir(repo / "specs")
    assert changes(diffs("HEAD~1:./net.yaml", "net.yaml")[0]) == SAID
    assert files(diffs("--base", "main")) == [("main:specs/net.yaml", "net.yaml")]
    result = ran("HEAD:net.yaml", "net.yaml")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "error: there is no such file in HEAD [unreadable-file]\n  --> HEAD:net.yaml" in result.stderr
    assert "did you mean `specs/net.yaml`?" in result.stderr


def test_what_a_branch_changes(repo: Path) -> None:
    assert diffs("--base", "main") == []
    assert ran("--base", "main").stdout == "no spec is different from `main`\n"
    assert ran("--base", "main", "--format", "csv").stdout.count("\n") == 1
    commit(repo, {"specs/net.yaml": NEW, "ci.yaml": "a: 2\n", "other.yaml": OLD.replace("16", "8")})
    git(repo, "checkout", "-q", "main")
    commit(repo, {"specs/late.yaml": OLD})  # what others do behind the fork is none of the branch's
    git(repo, "checkout", "-q", "work")
    found = diffs("--base", "main")
    assert files(found) == [(None, "other.yaml"), ("main:specs/net.yaml", "specs/net.yaml")]
    assert changes(found[1]) == SAID
    assert found[0]["changes"] == []
    assert {kind for layer in found[0]["layers"] for kind in layer["kinds"]} == {"added"}
    assert files(diffs("--base", "main", "specs")) == [("main:specs/net.yaml", "specs/net.yaml")]
    assert files(diffs("--base", "main", "other.yaml")) == [(None, "other.yaml")]
    assert diffs("--base", "main", "nowhere") == []


def test_what_is_not_committed_counts(repo: Path) -> None:
    (repo / "specs/net.yaml").write_text(NEW)
    (repo / "fresh.yaml").write_text(OLD)
    (repo / "ignored.yaml").write_text(OLD)
    (repo / ".gitignore").write_text("ignored.yaml\n")
    assert files(diffs("--base", "HEAD")) == [(None, "fresh.yaml"), ("HEAD:specs/net.yaml", "specs/net.yaml")]


def test_specs_that_come_go_and_get_another_name(repo: Path) -> None:
    commit(repo, {"gone.yaml": OLD.replace("Linear", "Linear").replace("out_features: 10", "out_features: 7")})
    git(repo, "branch", "-f", "main")
    commit(repo, {"specs/net.yaml": None, "specs/small.yaml": NEW, "gone.yaml": None})
    found = diffs("--base", "main")
    assert files(found) == [("main:gone.yaml", None), ("main:specs/net.yaml", "specs/small.yaml")]
    assert changes(found[1]) == SAID
    text = ran("--base", "main").stdout
    assert "(main:gone.yaml): the spec is gone: 16 layers\n" in text


def test_what_the_old_spec_includes_is_read_where_it_is(repo: Path) -> None:
    commit(repo, {"specs/net.yaml": WITH_BLOCKS, "specs/blocks/unit.yaml": UNIT})
    git(repo, "branch", "-f", "main")
    commit(repo, {"specs/blocks/unit.yaml": UNIT.replace("kernel_size: 3", "kernel_size: 5")})
    (each,) = diffs("--base", "main")
    assert files([each]) == [("main:specs/net.yaml", "specs/net.yaml")]
    assert changes(each) == [("changed", "**.conv", "**.conv", {"kernel_size": (3, 5)})]
    commit(repo, {"specs/blocks/unit.yaml": None, "specs/net.yaml": OLD})
    assert changes(diffs("HEAD~1:specs/net.yaml", "specs/net.yaml")[0])[0][3] == {"kernel_size": (5, 3)}


@pytest.mark.parametrize(
    "name", ["unit.yaml", "unit.yml", "unit.YAML", "unit.inc", "unit", "unit.txt", "deep/er/unit.blocks", "a b.ünit"]
)
@pytest.mark.parametrize("linked", [False, True])
def test_a_changed_include_counts_whatever_its_ending(repo: Path, name: str, linked: bool) -> None:
    file = repo / "specs/shared" / name
    commit(repo, {"specs/net.yaml": WITH_BLOCKS.replace("blocks/unit.yaml", f'"shared/{name}"')})
    if linked:
        file.parent.mkdir(parents=True)
        file.symlink_to(os.path.relpath(repo / "specs/as" / name, file.parent))
        file = repo / "specs/as" / name
    commit(repo, {str(file.relative_to(repo)): UNIT})
    git(repo, "branch", "-f", "main")
    assert diffs("--base", "main") == []
    file.write_text(UNIT.replace("kernel_size: 3", "kernel_size: 5"))
    (each,) = diffs("--base", "main")
    assert files([each]) == [("main:specs/net.yaml", "specs/net.yaml")]
    assert changes(each) == [("changed", "**.conv", "**.conv", {"kernel_size": (3, 5)})]
    file.unlink()
    assert ran("--base", "main").exit_code == 2


def test_a_spec_of_another_ending_counts_when_it_is_named(repo: Path) -> None:
    commit(repo, {"net.spec": OLD})
    git(repo, "branch", "-f", "main")
    commit(repo, {"net.spec": NEW})
    assert diffs("--base", "main") == []
    (each,) = diffs("--base", "main", "net.spec")
    assert changes(each) == SAID


@pytest.mark.parametrize("name", ["../net.yaml", "/etc/passwd", "blocks/../../out.yaml", "blocks/link.yaml", "absent"])
def test_an_old_spec_includes_nothing_from_elsewhere(repo: Path, name: str) -> None:
    (repo / "specs/blocks").mkdir()
    (repo / "specs/blocks/link.yaml").symlink_to(repo / "out.yaml")
    commit(repo, {"specs/net.yaml": WITH_BLOCKS.replace("blocks/unit.yaml", name), "out.yaml": UNIT})
    result = ran("HEAD:specs/net.yaml", "specs/net.yaml")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "--> HEAD:specs/net.yaml:5:11" in result.stderr


def test_a_link_of_a_revision_is_not_followed(repo: Path) -> None:
    (repo / "link.yaml").symlink_to("/etc/passwd")
    commit(repo, {})
    result = ran("HEAD:link.yaml", "specs/net.yaml")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "this is a link, and those of a revision are not followed" in result.stderr
    assert diffs("--base", "main") == []


def test_a_broken_spec_is_said_and_the_others_are_shown(repo: Path) -> None:
    commit(repo, {"specs/net.yaml": NEW, "a.yaml": OLD, "b.yaml": OLD.replace("width: 16", "width: 16]")})
    git(repo, "branch", "-f", "main")
    broken = OLD.replace("Linear", "Linaer")
    commit(repo, {"specs/net.yaml": OLD, "a.yaml": broken, "b.yaml": OLD})
    result = ran("--base", "main")
    assert result.exit_code == 2
    assert "error: `fc`: there is no op `Linaer` [unknown-name]\n  --> a.yaml:" in result.stderr
    assert "--> main:b.yaml:4:" in result.stderr
    assert "main:specs/net.yaml -> specs/net.yaml" in result.stdout
    assert "a.yaml" not in result.stdout
    result = ran("main:a.yaml", "a.yaml", "--format", "json")
    assert (result.exit_code, result.stdout) == (2, "")


def test_the_exit_status_on_demand(repo: Path) -> None:
    commit(repo, {"specs/net.yaml": NEW})
    assert ran("--base", "main", "--exit-code").exit_code == 1
    assert ran("main:specs/net.yaml", "specs/net.yaml", "--exit-code").exit_code == 1
    assert ran("HEAD:specs/net.yaml", "specs/net.yaml", "--exit-code").exit_code == 0
    assert ran("--base", "HEAD", "--exit-code").exit_code == 0


REFUSED = {
    ("--base=--output=x",): "error: `--output=x` is not a revision",
    ("--base", "nowhere"): "error: git knows no revision `nowhere`",
    ("--base", ""): "error: `` is not a revision",
    ("--output=x:specs/net.yaml", "specs/net.yaml"): "error: `--output=x` is not a revision",
    ("HEAD:specs", "specs/net.yaml"): "error: this is a directory, not a file",
    ("HEAD:", "specs/net.yaml"): "error: there is no such file",
    ("specs/net.yaml",): "error: diff takes OLD and NEW, not 1 file",
    (): "error: diff takes OLD and NEW, not 0 files",
    ("main:specs/net.yaml", "specs/net.yaml", "--metrics", "depth"): "error: `depth` is of a net as a whole, no layer "
    "has a part of it",
    ("main:specs/net.yaml", "specs/net.yaml", "--metrics", "mac"): "error: there is no metric `mac`",
    ("main:specs/net.yaml", "specs/net.yaml", "--all", "--format", "csv"): "error: all does not go with the format csv",
    ("main:specs/net.yaml", "specs/net.yaml", "--set", "depth=3"): "error: the spec has no variable `depth`",
}


@pytest.mark.parametrize("words", REFUSED)
def test_what_is_refused(repo: Path, words: tuple[str, ...]) -> None:
    if words and words[0].startswith("--output=x:"):
        words = ("--", *words)
    result = ran(*words)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.splitlines()[0].rpartition(" [")[0] == REFUSED[words[1:] if words[:1] == ("--",) else words]
    assert not (repo / "x").exists()


def test_a_history_without_a_common_commit(repo: Path) -> None:
    git(repo, "checkout", "-q", "--orphan", "alone")
    commit(repo, {"specs/net.yaml": NEW})
    result = ran("--base", "main")
    assert result.exit_code == 2
    assert "error: git knows no commit that `main` and this branch have in common" in result.stderr


def test_outside_of_a_repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    result = ran("--base", "main")
    assert result.exit_code == 2
    assert result.stderr.startswith("error: git rev-parse: fatal: not a git repository")


def test_without_git(repo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(repo))
    result = ran("--base", "main")
    assert result.exit_code == 2
    assert result.stderr.startswith("error: there is no git on this machine")


def test_nothing_that_a_repository_names_is_run(repo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    trap, sprung = repo / "trap.sh", repo / "sprung"
    trap.write_text(f"#!/bin/sh\ntouch '{sprung}'\ncat\n")
    trap.chmod(trap.stat().st_mode | stat.S_IXUSR)
    commit(repo, {".gitattributes": "*.yaml diff=trap filter=trap merge=trap\n"})
    for key in ("diff.external", "core.fsmonitor", "core.pager", "pager.diff", "core.sshCommand", "core.editor"):
        git(repo, "config", key, str(trap))
    for key in ("diff.trap.textconv", "diff.trap.command", "filter.trap.clean", "filter.trap.smudge"):
        git(repo, "config", key, str(trap))
    git(repo, "config", "alias.cat-file", f"!{trap}")
    git(repo, "config", "core.hooksPath", str(repo))
    (repo / "post-index-change").symlink_to(trap)
    for name in ("GIT_EXTERNAL_DIFF", "GIT_PAGER", "GIT_SSH_COMMAND", "GIT_ASKPASS", "GIT_EDITOR"):
        monkeypatch.setenv(name, str(trap))
    (repo / "specs/net.yaml").write_text(NEW)
    assert changes(diffs("--base", "main", "specs")[0]) == SAID
    assert changes(diffs("main:specs/net.yaml", "specs/net.yaml")[0]) == SAID
    assert not sprung.exists()
    git(repo, "add", "specs/net.yaml")  # the trap works: git itself runs the filter
    assert sprung.exists()


def test_other_line_ends_are_no_difference(repo: Path) -> None:
    (repo / "specs/net.yaml").write_bytes(OLD.replace("\n", "\r\n").encode())
    assert diffs("--base", "main") == []


def test_other_names_of_objects(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    git(tmp_path, "init", "-q", "-b", "main", "--object-format=sha256")
    commit(tmp_path, {"net.yaml": OLD, "same.yaml": OLD})
    (tmp_path / "net.yaml").write_text(NEW)
    monkeypatch.chdir(tmp_path)
    assert files(diffs("--base", "main")) == [("main:net.yaml", "net.yaml")]


def test_a_name_of_any_letters(repo: Path) -> None:
    commit(repo, {"über net\n::error::.yaml": OLD})
    git(repo, "branch", "-f", "main")
    commit(repo, {"über net\n::error::.yaml": NEW})
    text = ran("--base", "main").stdout
    assert "main:über net\\n::error::.yaml" in text
    assert not any(line.lstrip().startswith("::") for line in text.splitlines())
