"""`cnnshape check --update`: what can refuse does so before anything is written, and updates do not undo each other."""

import errno
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from cnnshape.cli import program, replacing
from cnnshape.commands.check.baseline import read
from cnnshape.core.errors import UsageError
from tests.commands.check.nets import write

BASELINE = "cnnshape.baseline.yaml"
RULE = {"metric": "macs", "max_increase": 0}


def ran(*words: str) -> Result:
    return CliRunner().invoke(program, ["check", *words], catch_exceptions=False)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    write(tmp_path / "small.yaml", RULE)
    return tmp_path


def left(folder: Path) -> list[str]:
    return sorted(file.name for file in folder.iterdir() if file.suffix != ".yaml")


REFUSED: dict[str, tuple[str, ...]] = {
    "the options do not go together": ("--verbose", "--format", "json"),
    "the output has no folder": ("--output", "nowhere/out.txt"),
    "the summary has no folder": ("--summary", "nowhere/out.md"),
    "the output is the spec": ("--output", "small.yaml"),
    "one baseline has no folder": ("--baseline", "nowhere/base.yaml"),
    "the baseline is a folder": ("--baseline", "folder"),
    "the baseline is the spec": ("--baseline", "small.yaml"),
    "another budget cannot be checked": ("other/wrong.yaml",),
    "the other baseline cannot be read": ("other/small.yaml",),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_refuses_does_before_a_baseline_is_written(folder: Path, what: str) -> None:
    (folder / "folder").mkdir()
    (folder / "other").mkdir()
    (folder / "other" / BASELINE).write_text("cnnshape: 1\n<<<<<<< HEAD\nbaseline: {}\n")
    write(folder / "other/small.yaml", RULE)
    write(folder / "other/wrong.yaml", {"metric": "macs", "max_increase": 0, "select": "nothing"})
    before = {file: file.read_text() for file in folder.rglob("*.yaml")}
    result = ran("small.yaml", *REFUSED[what], "--update")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith("error: ")
    assert {file: file.read_text() for file in folder.rglob("*") if file.is_file()} == before


def test_what_cannot_be_told_is_not_written(folder: Path) -> None:
    """On a full disk the baseline stays, nothing is left beside it, and the summary says what was found."""
    result = ran("small.yaml", "--update", "--output", "/dev/full", "--summary", "said.md")
    assert result.exit_code == 2
    assert "`/dev/full` cannot be written: no space left on device" in result.output
    assert not (folder / BASELINE).exists()
    assert left(folder) == ["said.md"]
    assert "cannot be checked" not in (folder / "said.md").read_text()


def test_a_folder_that_cannot_be_written(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "access", lambda *_: False)  # whoever runs the tests may be root
    result = ran("small.yaml", "--update")
    assert (result.exit_code, result.stderr) == (
        2,
        f"error: `{BASELINE}` cannot be written: permission denied [output-failed]\n",
    )
    assert not Path(BASELINE).exists()


@pytest.mark.parametrize("fails", ["first", "second"])
def test_a_disk_that_is_full_leaves_all_baselines(folder: Path, fails: str, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "other").mkdir()
    files = [write(folder / name, RULE) for name in ("small.yaml", "other/small.yaml")]
    assert ran(*files, "--update").exit_code == 0
    before = [Path(file).parent.joinpath(BASELINE).read_text() for file in files]
    for file in files:
        write(Path(file), RULE, width=8)
    calls = iter([False, True] if fails == "second" else [True, True])

    def full(_: int) -> None:
        if next(calls):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    result = ran(*files, "--update")
    assert result.exit_code == 2
    assert "cannot be written: no space left on device" in result.stderr
    assert [Path(file).parent.joinpath(BASELINE).read_text() for file in files] == before
    assert left(folder) + left(folder / "other") == ["other"]


START = """
import sys, time
sys.modules[{without!r}] = None
import cnnshape.commands.check
from cnnshape.__main__ import main
if {stops}:
    cnnshape.commands.check.update = lambda *_, **__: print("locked", flush=True) or time.sleep(60)
sys.exit(main())
"""


def update(baseline: str, *nets: str, without: str = "", stops: bool = False) -> subprocess.Popen[bytes]:
    """A process of its own that updates a baseline; ``without`` names a module that it does not have."""
    run = START.format(without=without, stops=stops)
    words = [sys.executable, "-c", run, "check", *nets, "--update", "--baseline", baseline]
    return subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


@pytest.mark.parametrize("without", ["", "fcntl"])
def test_updates_at_once_are_all_in_it(folder: Path, without: str) -> None:
    nets = [write(folder / f"net{n}.yaml", RULE, width=n + 1) for n in range(6)]
    processes = [update("all.yaml", net, without=without) for net in nets]
    for process in processes:
        _, said = process.communicate(timeout=120)
        assert (process.returncode, said) == (0, b"`all.yaml`: 1 new\n")
    assert [*read("all.yaml")] == [f"net{n}.yaml" for n in range(6)]
    assert left(folder) == []


def test_an_update_waits_for_another(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with replacing.locked(["all.yaml"]):
        process = update("all.yaml", "small.yaml")
        time.sleep(1.5)
        assert process.poll() is None
        Path("all.yaml").write_text("cnnshape: 1\nbaseline: {gone.yaml: {as stated: {'macs, total': 3}}}\n")
        Path("gone.yaml").write_text("")
    assert process.wait(60) == 0
    process.communicate()
    assert [*read("all.yaml")] == ["gone.yaml", "small.yaml"]


@pytest.mark.parametrize("without", ["", "fcntl"])
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_an_update_that_is_ended_leaves_nothing(folder: Path, without: str, number: signal.Signals) -> None:
    process = update("all.yaml", "small.yaml", without=without, stops=True)
    assert process.stdout
    assert process.stdout.readline() == b"locked\n"
    assert left(folder) == ([replacing.LOCK] if without else [])
    process.send_signal(number)
    process.communicate(timeout=60)
    assert process.returncode != 0
    assert left(folder) == []
    assert not Path("all.yaml").exists()


def _nobody(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk that has no locks."""

    def refused(*_: object) -> None:
        raise OSError(errno.ENOLCK, "no locks available")

    monkeypatch.setattr("fcntl.flock", refused)


def _other(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No patience with somebody who holds the lock for ever."""
    monkeypatch.setattr(replacing, "_PATIENCE", 0.2)


@pytest.mark.parametrize("disk", [_nobody, None])
def test_who_waits_in_vain_is_told(
    folder: Path, disk: Callable[[Path, pytest.MonkeyPatch], None] | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    _other(folder, monkeypatch)
    if disk:
        disk(folder, monkeypatch)
    with replacing.locked(["a.yaml"]):
        assert left(folder) == ([replacing.LOCK] if disk else [])
        with pytest.raises(UsageError, match="another update has locked"), replacing.locked(["b.yaml"]):
            pass
    assert left(folder) == []
    assert ran("small.yaml", "--update").exit_code == 0
    assert left(folder) == []


def test_a_link_stays_a_link_and_rights_stay(folder: Path) -> None:
    (folder / "real").mkdir()
    (folder / BASELINE).symlink_to("real/base.yaml")
    assert ran("small.yaml", "--update").exit_code == 0
    (folder / "real/base.yaml").chmod(0o640)
    write(folder / "small.yaml", RULE, width=8)
    assert ran("small.yaml", "--update").exit_code == 0
    assert (folder / BASELINE).is_symlink()
    assert (folder / "real/base.yaml").stat().st_mode & 0o777 == 0o640
    assert left(folder / "real") == []


def test_figures_of_a_spec_that_is_gone_are_dropped(folder: Path) -> None:
    write(folder / "other.yaml", RULE)
    assert ran("small.yaml", "other.yaml", "--update").exit_code == 0
    (folder / "other.yaml").unlink()
    result = ran("small.yaml")
    assert result.exit_code == 0
    assert result.stdout == (
        "since the baseline:\n  unchecked  `other.yaml`, which `cnnshape.baseline.yaml` has figures of, is gone\n\n"
        "1 limit on 1 net: all hold\n"
    )
    assert ran("small.yaml", "--update").stderr == "`cnnshape.baseline.yaml`: 1 dropped\n"
    assert [*read(BASELINE)] == ["small.yaml"]
