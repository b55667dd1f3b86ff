"""Files are there whole or not at all, and nothing else is touched."""

import errno
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from cnnshape.cli import program
from cnnshape.cli.terminal import put
from cnnshape.core.errors import UsageError
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
    assert (
        result.stderr
        == f"error: `{tmp_path}/no/report.md` cannot be written: no such file or directory [output-failed]\n"
    )


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
    assert str(caught.value) == f"error: `{file}` cannot be written: no space left on device [output-failed]"
    assert file.read_text() == "before"
    assert list(tmp_path.iterdir()) == [file]


def test_another_refusal_of_the_system_is_a_message(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*words: object, **options: object) -> str:
        raise PermissionError(errno.EACCES, "Permission denied", "/some/file")

    monkeypatch.setattr("cnnshape.commands.report.cli.analyze", refused)
    result = CliRunner().invoke(program, ["report", CHAIN])
    assert (result.exit_code, result.stderr) == (2, "error: `/some/file`: permission denied [output-failed]\n")


def test_a_device_is_written_to_and_not_replaced() -> None:
    put("text\n", os.devnull)
    assert stat.S_ISCHR(os.stat(os.devnull).st_mode)


SWEEP, SOLVE = ("--set", "width=4,6"), ("--vary", "width=4,6", "--maximize", "params")
WRITERS: dict[str, tuple[str, ...]] = {
    "report": (), "explain": (), "expand": (), "formula": (), "conventions": (), "compare": (), "sweep": SWEEP,
    "solve": SOLVE,
}  # fmt: skip
LIB = "cnnshape: 1\nblocks:\n  unit:\n    layers: {act: ReLU}\n"
SPEC = (
    "cnnshape: 1\ninput: [1, 28, 28]\nvars: {width: 6}\ninclude: [lib.txt]\n"
    "layers:\n  conv: {op: Conv2d, out_channels: width, kernel_size: 3}\n  unit: {block: unit}\n"
)
BUDGET = "cnnshape: 1\nspecs: net.txt\nbudget:\n  - {metric: macs, max_increase: 1%}\n"
ALONE = "cnnshape: 1\nspecs: net.txt\nbudget:\n  - {metric: macs, max: 1 G}\n"
BASELINE = "cnnshape: 1\nbaseline: {}\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Files that every command may read, under names that each may write."""
    monkeypatch.chdir(tmp_path)
    files = {"net.txt": SPEC, "lib.txt": LIB, "budget.txt": BUDGET, "base.txt": BASELINE, "alone.txt": ALONE}
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    (tmp_path / "sub").mkdir()
    (tmp_path / "soft.txt").symlink_to("lib.txt")
    os.link("lib.txt", "hard.txt")
    os.link("net.txt", "net2.txt")
    return tmp_path


def held(folder: Path) -> dict[str, bytes]:
    return {str(file): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


SPELLINGS = ("net.txt", "./net.txt", "sub/../net.txt", "net2.txt", "lib.txt", "sub/../lib.txt", "soft.txt", "hard.txt")


@pytest.mark.parametrize("name", SPELLINGS)
@pytest.mark.parametrize("command", WRITERS)
def test_a_file_that_is_read_is_not_written_over(command: str, name: str, folder: Path) -> None:
    before = held(folder)
    words = [command, "net.txt", *WRITERS[command], "--output", name]
    result = CliRunner().invoke(program, words)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith("error: --output ")
    assert name in result.stderr
    assert held(folder) == before


@pytest.mark.parametrize("option", ["--output", "--summary"])
@pytest.mark.parametrize("name", [*SPELLINGS, "budget.txt", "base.txt", "sub/../base.txt"])
def test_a_check_writes_over_nothing_that_it_reads(name: str, option: str, folder: Path) -> None:
    update = ["check", "budget.txt", "--baseline", "base.txt", "--update", "--output", "new.txt"]
    assert CliRunner().invoke(program, update).exit_code == 0
    (folder / "new.txt").unlink()
    before = held(folder)
    for more in ((), ("--output", "new.txt") if option == "--summary" else ("--summary", "new.md")):
        words = ["check", "budget.txt", "--baseline", "base.txt", option, name, *more]
        result = CliRunner().invoke(program, words)
        assert (result.exit_code, result.stdout) == (2, "")
        assert result.stderr.startswith(f"error: {option} ")
        assert held(folder) == before


@pytest.mark.parametrize("other", ["out.md", "./out.md", "sub/../out.md", "link.md"])
@pytest.mark.parametrize("there", [True, False])
def test_a_summary_and_an_output_are_two_files(other: str, there: bool, folder: Path) -> None:
    (folder / "link.md").symlink_to("out.md")
    if there:
        (folder / "out.md").write_text("before")
    before = held(folder)
    result = CliRunner().invoke(program, ["check", "budget.txt", "--output", "out.md", "--summary", other])
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith("error: --summary and --output are the same file, `out.md` [invalid-usage]\n")
    assert held(folder) == before


def test_what_comes_from_standard_input_is_not_written_over(folder: Path) -> None:
    (folder / "chain.txt").write_text(Path(CHAIN).read_text())
    before = held(folder)
    words = [sys.executable, "-m", "cnnshape", "expand", "-", "--output", "chain.txt"]
    with open("chain.txt", "rb") as source:
        ran = subprocess.run(words, stdin=source, capture_output=True)
    assert (ran.returncode, ran.stdout) == (2, b"")
    assert ran.stderr.startswith(
        b"error: --output would overwrite `chain.txt`, which this command reads [invalid-usage]\n"
    )
    assert held(folder) == before


CONV = ("--in", "8", "--out", "8", "--kernel", "3", "--size", "9x9")
CALLS: dict[str, tuple[str, ...]] = {
    **{command: (command, "net.txt", *words) for command, words in WRITERS.items()},
    "schema": ("schema",), "conv": ("conv", *CONV), "spec": ("conv", *CONV, "--spec", "standard"),
    "diff": ("diff", "net.txt", "net2.txt"), "check": ("check", "alone.txt"),
    "window": ("report", "net.txt", "--window", "conv@0,0"), "verify": ("verify", "net.txt", "--device", "meta"),
}  # fmt: skip
TEXT, DOCUMENTS = {"", ".txt"}, {"", ".txt", ".md", ".html", ".htm", ".tex"}
TABLES = {*DOCUMENTS, ".json", ".csv"}
ENDINGS: dict[str, set[str]] = {
    "report": TABLES, "explain": {*DOCUMENTS, ".json"}, "expand": {*TEXT, ".yaml", ".yml"},
    "formula": {*DOCUMENTS, ".json", ".py"}, "conventions": TABLES, "compare": TABLES, "diff": TABLES, "conv": TABLES,
    "sweep": {*TABLES, ".parquet"}, "solve": TABLES, "schema": {*TEXT, ".json"},
    "spec": {*TEXT, ".yaml", ".yml"}, "check": {*DOCUMENTS, ".json", ".sarif", ".xml"},
    "window": TEXT, "verify": TABLES,
}  # fmt: skip

FORMS = {
    "": "text", ".txt": "text", ".md": "markdown", ".json": "json", ".csv": "csv", ".html": "html", ".htm": "html",
    ".tex": "latex", ".py": "python", ".sarif": "sarif", ".xml": "junit",
}  # fmt: skip
PLAIN = ("expand", "schema", "spec", "window")
"""What has one format."""


@pytest.mark.parametrize("command", CALLS)
def test_an_ending_says_the_format_or_is_refused(command: str, folder: Path) -> None:
    before = held(folder)
    for ending in (".pdf", ".xlsx", ".PNG", ".v2", *{each for known in ENDINGS.values() for each in known}):
        result = CliRunner().invoke(program, [*CALLS[command], "--output", f"o{ending}"])
        if ending in ENDINGS[command]:
            assert "no format" not in result.stderr
            assert result.exit_code == 0
            if ending != ".parquet":  # and what is written is what is printed in that format
                form = () if command in PLAIN else ("--format", FORMS[ending.lower()])
                printed = CliRunner().invoke(program, [*CALLS[command], *form]).stdout
                assert (folder / f"o{ending}").read_text() == printed
            (folder / f"o{ending}").unlink()
            continue
        assert (result.exit_code, result.stdout) == (2, "")
        assert result.stderr.startswith(
            f"error: --output `o{ending}`: no format is written as `{ending.lower()}` [invalid-usage]\n"
        )
        assert held(folder) == before


def test_a_format_that_is_stated_goes_into_any_file(folder: Path) -> None:
    assert CliRunner().invoke(program, ["report", "net.txt", "--format", "csv", "--output", "o.dat"]).exit_code == 0
    assert (folder / "o.dat").read_text().startswith("path,")


ENDED = """
import os, signal
before = os.replace
def replace(*words):
    os.kill(os.getpid(), signal.{name})
    before(*words)
os.replace = replace
from cnnshape.__main__ import main
main()
"""


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])
@pytest.mark.parametrize("words", [("report",), ("sweep", *SWEEP, "--format", "csv")])
def test_no_draft_is_left(words: tuple[str, ...], name: str, folder: Path) -> None:
    command, *more = words
    script = [sys.executable, "-c", ENDED.format(name=name), command, "net.txt", *more, "--output", "o.txt"]
    before = {*held(folder)}
    ran = subprocess.run(script, capture_output=True)
    assert b"Traceback" not in ran.stderr
    assert {*held(folder)} - before <= {str(folder / "o.txt")}


def test_a_draft_of_somebody_else_is_in_nobodys_way(tmp_path: Path) -> None:
    file = tmp_path / ("n" * 250 + ".txt")
    put("one\n", str(file))
    put("two\n", str(file))
    assert file.read_text() == "two\n"
    assert list(tmp_path.iterdir()) == [file]
