"""Files are there whole or not at all, and nothing else is touched."""

import errno
import os
import stat
from pathlib import Path

import pytest
from click.testing import CliRunner

from cnnshape.cli import program
from cnnshape.cli.talk import put
from cnnshape.errors import UsageError
from tests.golden_files import GOLDEN

CHAIN = str(GOLDEN / "chain.yaml")


def test_an_interrupted_run_leaves_what_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "report.md"
    file.write_text("before")

    def interrupted(source: str, target: str) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "replace", interrupted)
    result = CliRunner().invoke(program, ["report", CHAIN, "--output", str(file)])
    assert (result.exit_code, result.stdout, result.stderr) == (130, "", "")
    assert file.read_text() == "before"
    assert list(tmp_path.iterdir()) == [file]


def test_a_wrong_spec_leaves_what_was_there(tmp_path: Path) -> None:
    file = tmp_path / "report.md"
    file.write_text("before")
    result = CliRunner().invoke(program, ["report", CHAIN, "--set", "width=0", "--output", str(file)])
    assert result.exit_code == 2
    assert file.read_text() == "before"


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    result = CliRunner().invoke(program, ["report", CHAIN, "--output", str(tmp_path / "no" / "report.md")])
    assert result.exit_code == 2
    assert result.stderr == f"error: `{tmp_path}/no/report.md` cannot be written: no such file or directory\n"


def test_permissions_and_links_stay(tmp_path: Path) -> None:
    file, link = tmp_path / "real.txt", tmp_path / "link.txt"
    file.write_text("before")
    file.chmod(0o640)
    link.symlink_to(file)
    put("after\n", str(link))
    assert link.is_symlink()
    assert file.read_text() == "after\n"
    assert stat.S_IMODE(file.stat().st_mode) == 0o640


def test_a_new_file_has_the_permissions_of_the_user(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        put("text\n", str(tmp_path / "new.txt"))
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "new.txt").stat().st_mode) == 0o640


def test_what_is_no_text_is_escaped(tmp_path: Path) -> None:
    put("a lone \ud800\n", str(tmp_path / "new.txt"))
    assert (tmp_path / "new.txt").read_bytes() == b"a lone \\ud800\n"


def test_a_full_disk_leaves_what_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(source: str, target: str) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    file = tmp_path / "report.txt"
    file.write_text("before")
    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(UsageError) as caught:
        put("after", str(file))
    assert str(caught.value) == f"error: `{file}` cannot be written: no space left on device"
    assert file.read_text() == "before"
    assert list(tmp_path.iterdir()) == [file]


def test_another_refusal_of_the_system_is_a_message(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*words: object) -> str:
        raise PermissionError(errno.EACCES, "Permission denied", "/some/file")

    monkeypatch.setattr("cnnshape.cli.report.render", refused)
    result = CliRunner().invoke(program, ["report", CHAIN])
    assert (result.exit_code, result.stderr) == (2, "error: `/some/file`: permission denied\n")


def test_a_device_is_written_to_and_not_replaced() -> None:
    put("text\n", os.devnull)
    assert stat.S_ISCHR(os.stat(os.devnull).st_mode)
