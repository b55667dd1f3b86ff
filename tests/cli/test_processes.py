"""Real processes: pipes that close, full disks, terminals, colours, and an environment that knows ASCII only."""

import os
import pty
import select
import signal
import subprocess
import sys
import time
from itertools import product
from pathlib import Path

import pytest

from cnnshape.render import render
from tests.effort import share
from tests.golden_files import GOLDEN
from tests.render.nets import analysed

CHAIN, BRANCHES = str(GOLDEN / "chain.yaml"), str(GOLDEN / "branches.yaml")
PROGRAM = [sys.executable, "-m", "cnnshape"]


def run(*words: str, **env: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run([*PROGRAM, *words], capture_output=True, env={**os.environ, **env})


def in_terminal(*words: str, columns: int = 80, **env: str) -> str:
    """What the program shows in a terminal so wide."""
    master, slave = pty.openpty()
    setting = {**os.environ, "COLUMNS": str(columns), "TERM": "xterm", **env}
    process = subprocess.Popen([*PROGRAM, *words], stdin=slave, stdout=slave, stderr=slave, env=setting)
    os.close(slave)
    shown = b""
    while select.select([master], [], [], 20)[0]:
        try:
            block = os.read(master, 65536)
        except OSError:
            break
        if not block:
            break
        shown += block
    process.wait()
    os.close(master)
    return shown.decode().replace("\r\n", "\n")


@pytest.fixture(scope="module")
def tall(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A net whose report is longer than a pipe holds."""
    file = tmp_path_factory.mktemp("tall") / "tall.yaml"
    layers = "".join(f"  layer{place}: {{op: Conv2d, out_channels: 4, kernel_size: 1}}\n" for place in range(1200))
    file.write_text(f"cnnshape: 1\ninput: [4, 8, 8]\nlayers:\n{layers}")
    return str(file)


def test_a_pipe_gets_the_full_width() -> None:
    ran = run("report", BRANCHES, COLUMNS="40")
    assert (ran.returncode, ran.stderr) == (0, b"")
    assert ran.stdout.decode() == render(analysed("branches"))


@pytest.mark.parametrize("columns", [60, 80, 132])
def test_a_terminal_gets_what_fits(columns: int) -> None:
    from cnnshape.commands.report.view import Options

    shown = in_terminal("report", BRANCHES, columns=columns)
    assert shown == render(analysed("branches"), "text", Options(width=columns))


def test_a_terminal_gets_markdown_as_it_is() -> None:
    assert in_terminal("report", CHAIN, "--format", "markdown", columns=40) == render(analysed("chain"), "markdown")


def test_colour_is_for_terminals_that_want_it() -> None:
    wrong = ("report", CHAIN, "--set", "widht=1")
    assert in_terminal(*wrong).startswith("\x1b[31;1merror:\x1b[0m the spec has no variable `widht`")
    assert "\x1b[36mhint:\x1b[0m" in in_terminal(*wrong)
    for plain in (in_terminal(*wrong, NO_COLOR="1"), in_terminal(*wrong, TERM="dumb"), run(*wrong).stderr.decode()):
        assert "\x1b" not in plain
        assert plain.startswith("error: the spec has no variable")
    assert "\x1b" not in in_terminal("report", CHAIN)


def test_a_reader_that_stops_reading_is_no_error(tall: str) -> None:
    env = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}  # which hides it
    process = subprocess.Popen([*PROGRAM, "report", tall], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=env)
    assert process.stdout is not None
    assert process.stderr is not None
    assert process.stdout.readline().startswith(b"tall: 1,200 layers")
    process.stdout.close()
    assert process.stderr.read() == b""
    process.stderr.close()
    assert process.wait() == 141


def test_a_full_disk_is_said() -> None:
    with open("/dev/full", "wb") as full:
        ran = subprocess.run([*PROGRAM, "report", CHAIN], stdout=full, stderr=subprocess.PIPE)
    assert ran.returncode == 2
    assert ran.stderr == b"error: the output cannot be written: no space left on device [output-failed]\n"


def test_a_closed_stdout_is_said() -> None:
    ran = subprocess.run(
        [
            sys.executable,
            "-c",
            "import os, sys; os.close(1); os.execv(sys.executable, sys.argv[1:])",
            *PROGRAM,
            "report",
            CHAIN,
        ],
        stderr=subprocess.PIPE,
    )
    assert ran.returncode == 2
    assert ran.stderr.startswith(b"error: standard output is closed [output-failed]\n")


@pytest.mark.parametrize("env", [{"LANG": "C", "LC_ALL": "C", "PYTHONUTF8": "0"}, {"PYTHONIOENCODING": "ascii"}])
def test_names_in_other_letters_come_out_whatever_the_locale(env: dict[str, str], tmp_path: Path) -> None:
    file = tmp_path / "net.yaml"
    file.write_text("cnnshape: 1\nname: 网络 é\ninput: [3, 8, 8]\nlayers: {act: ReLU}\n", encoding="utf-8")
    ran = run("report", str(file), **env)
    assert (ran.returncode, ran.stderr) == (0, b"")
    assert ran.stdout.decode("utf-8").startswith("网络 é: 1 layer")


INTERRUPTED = """
import os, signal, sys
import {module} as module
from cnnshape.__main__ import main
before = module.{name}
def interrupted(*words, **options):
    os.kill(os.getpid(), signal.SIGINT)
    return before(*words, **options)
module.{name} = interrupted
main()
"""


@pytest.mark.parametrize(("module", "name"), [("cnnshape.commands.report.cli", "analyze"), ("os", "replace")])
def test_an_interrupt_is_silent_and_leaves_no_half_file(module: str, name: str, tmp_path: Path) -> None:
    target = tmp_path / "out.txt"
    script = INTERRUPTED.format(module=module, name=name)
    words = [sys.executable, "-c", script, "report", CHAIN, "--output", str(target)]
    ran = subprocess.run(words, capture_output=True)
    assert (ran.stdout, ran.stderr) == (b"", b"")
    assert ran.returncode == -signal.SIGINT  # which a shell calls 130
    assert list(tmp_path.iterdir()) == ([target] if name == "replace" else [])
    assert name == "analyze" or target.read_text() == render(analysed("chain"))


def test_the_installed_script_is_the_same_program() -> None:
    script = Path(sys.executable).with_name("cnnshape")
    ran = subprocess.run([script, "report", CHAIN], capture_output=True)
    assert ran.stdout == run("report", CHAIN).stdout != b""


UNBUFFERED = [{}, {"PYTHONUNBUFFERED": "1"}]
BROKEN = {
    ">/dev/full": "error: the output cannot be written: no space left on device [output-failed]\n",
    ">&-": "error: standard output is closed [output-failed]\n",
    ">/dev/full 2>/dev/full": "", ">&- 2>&-": "", "<&- >&- 2>&-": "",
}  # fmt: skip
PRINTS = [
    "report {chain}",
    "--help",
    "--version",
    "report --help",
    "sweep {chain} --set width=4,6 --format csv",
    "sweep {chain} --set width=4,6 --format json",
]
WRONG = ["report", "report nix.yaml", "reprt", "report {chain} --nix", "sweep {chain} --set x=1,2"]


def shell(words: str, streams: str, **env: str) -> subprocess.CompletedProcess[str]:
    """A command line with some of its streams turned elsewhere."""
    line = f"exec {sys.executable} -m cnnshape {words.format(chain=CHAIN)} {streams}"
    env = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"} | env
    return subprocess.run(["bash", "-c", line], capture_output=True, text=True, env=env)


@pytest.mark.parametrize(("words", "streams", "env"), share(product(PRINTS, BROKEN, UNBUFFERED), 3))
def test_what_cannot_be_written_is_said(words: str, streams: str, env: dict[str, str]) -> None:
    ran = shell(words, streams, **env)
    assert (ran.returncode, ran.stdout) == (2, "")
    assert ran.stderr.startswith(BROKEN[streams])
    assert (ran.stderr == "") == (BROKEN[streams] == "")
    assert "Traceback" not in ran.stderr
    assert "Exception" not in ran.stderr


@pytest.mark.parametrize("streams", ["2>/dev/full", "2>&-"])
@pytest.mark.parametrize("words", [*WRONG, *PRINTS[:2]])
def test_nobody_hears_what_is_wrong(words: str, streams: str) -> None:
    ran = shell(words, streams)
    assert (ran.returncode, ran.stderr, ran.stdout == "") == ((2, "", True) if words in WRONG else (0, "", False))


@pytest.mark.parametrize("env", UNBUFFERED, ids=["buffered", "unbuffered"])
@pytest.mark.parametrize("form", ["text", "csv"])
def test_a_pipe_that_does_not_wait_gets_all_of_it(tall: str, form: str, env: dict[str, str]) -> None:
    whole = run("report", tall, "--format", form).stdout
    assert len(whole) > 70_000  # more than a pipe holds
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    words = [*PROGRAM, "report", tall, "--format", form]
    process = subprocess.Popen(words, stdout=writer, stderr=subprocess.PIPE, env={**os.environ, **env})
    os.close(writer)
    time.sleep(1)
    with open(reader, "rb") as stream:
        assert stream.read() == whole
    assert process.communicate()[1] == b""
    assert process.returncode == 0


@pytest.mark.parametrize("env", UNBUFFERED, ids=["buffered", "unbuffered"])
def test_a_disk_that_fills_up_on_the_way_is_said(tall: str, env: dict[str, str], tmp_path: Path) -> None:
    """A file may take a part of what is written and no more: that is no success."""
    target = tmp_path / "out.txt"
    script = "import resource, os, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000));"
    script += "os.execv(sys.executable, sys.argv[1:])"
    with target.open("wb") as file:
        ran = subprocess.run([sys.executable, "-c", script, *PROGRAM, "report", tall], stdout=file,
                             stderr=subprocess.PIPE, env={**os.environ, **env})  # fmt: skip
    assert (ran.returncode, ran.stderr) == (2, b"error: the output cannot be written: file too large [output-failed]\n")
    assert target.stat().st_size == 50_000


def test_a_spec_comes_from_standard_input() -> None:
    named, text = run("report", CHAIN), Path(CHAIN).read_bytes()
    for words in (("report", "-"), ("compare", "chain=-"), ("diff", "-", CHAIN), ("expand", "-")):
        ran = subprocess.run([*PROGRAM, *words], input=text, capture_output=True)
        assert (ran.returncode, ran.stderr) == (0, b"")
        if words[0] == "report":
            assert ran.stdout == named.stdout


STDIN = {
    ("cnnshape: 1\ninput: [1, 8, 8]\nlayers: {a: Relu}\n", "report", "-"):
        "error: `a`: there is no op `Relu` [unknown-name]\n  --> <stdin>:3:13\n",
    ("cnnshape: 1\ninput: [1]\ninclude: [x.yaml]\nlayers: {a: ReLU}\n", "report", "-"):
        "error: only a spec read from a file can `include` others [invalid-spec]\n  --> <stdin>:3:11\n",
    ("", "report", "-"): "error: the file is empty [invalid-yaml]\n  --> <stdin>\n",
    ("cnnshape: 1", "diff", "-", "-"): ("error: standard input holds one spec, and OLD and NEW are both `-`"
        " [invalid-usage]\n"),
    ("cnnshape: 1", "check", "-"): ("error: there is no such file [unreadable-file]\n"
        "  --> -\n\nhint: standard input is not read here\n"),
    ("cnnshape: 1", "compare", "x=-@wide"): ("error: `x=-@wide`: a spec from standard input takes no @VARIANT"
        " [invalid-usage]\n"),
}  # fmt: skip


@pytest.mark.parametrize("case", STDIN)
def test_what_is_wrong_with_standard_input_is_said(case: tuple[str, ...]) -> None:
    ran = subprocess.run([*PROGRAM, *case[1:]], input=case[0], capture_output=True, text=True)
    assert (ran.returncode, ran.stdout) == (2, "")
    assert ran.stderr.startswith(STDIN[case])


def test_a_standard_input_that_is_closed_or_has_no_end_is_said() -> None:
    assert shell("report -", "<&-").stderr.startswith("error: standard input is closed [invalid-usage]\n")
    assert shell("report -", "</dev/zero").stderr.startswith("error: the text is longer than 4 MB [unreadable-file]\n")


@pytest.mark.parametrize("command", ["report", "check", "compare", "sweep", "expand"])
def test_a_pipe_or_a_device_is_no_spec(command: str, tmp_path: Path) -> None:
    """It is not opened: that might wait for ever."""
    pipe, link = tmp_path / "pipe.yaml", tmp_path / "link.yaml"
    os.mkfifo(pipe)
    link.symlink_to("/dev/zero")
    more = ["--set", "w=1,2"] if command == "sweep" else []
    for file, word in ((pipe, "pipe"), (link, "device"), (Path("/dev/null"), "device")):
        ran = subprocess.run([*PROGRAM, command, file, *more], capture_output=True, text=True, timeout=30)
        assert (ran.returncode, ran.stdout) == (2, "")
        assert ran.stderr.startswith(f"error: this is a {word}, not a file [unreadable-file]\n  --> {file}\n")
