"""The program itself: help, version, commands that there are not, and what it may not import."""

import subprocess
import sys

import pytest
from click.testing import CliRunner

import cnnshape
from cnnshape.cli import COMMANDS, program
from tests.golden_files import GOLDEN

CHAIN = str(GOLDEN / "chain.yaml")
CONV = ("--in", "8", "--out", "8", "--kernel", "3", "--size", "9x9")


def test_help_names_every_command() -> None:
    result = CliRunner().invoke(program, ["--help"])
    assert result.exit_code == 0
    for name, says in COMMANDS.items():
        assert name in result.stdout
        assert says.split()[0] in result.stdout


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help(name: str) -> None:
    result = CliRunner().invoke(program, [name, "-h"])
    assert result.exit_code == 0
    assert result.stdout.startswith(f"Usage: cnnshape {name}")


def test_version() -> None:
    assert CliRunner().invoke(program, ["--version"]).stdout == f"cnnshape {cnnshape.__version__}\n"


def test_a_command_that_is_not_there() -> None:
    result = CliRunner().invoke(program, ["reprt"])
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == "error: there is no command `reprt` [unknown-name]\n\nhint: did you mean `report`?\n"


@pytest.mark.parametrize(
    "words", [["--nix"], ["report"], ["report", CHAIN, "--nix"], ["report", CHAIN, "--level", "0"]]
)
def test_wrong_usage(words: list[str]) -> None:
    result = CliRunner().invoke(program, words)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "Usage: cnnshape" in result.stderr


@pytest.mark.parametrize("odd", ["\x1b[31m", "\u2028", "\u202e", "a\rb", "\x85", "\ue000"])
@pytest.mark.parametrize(
    "words", [["--{}"], ["report", "--{}"], ["report", CHAIN, "x", "{}"], ["report", CHAIN, "--format", "{}"], ["{}"]]
)
def test_usage_errors_hold_no_control_characters(words: list[str], odd: str) -> None:
    result = CliRunner().invoke(program, [word.format(odd) for word in words])
    assert result.exit_code == 2
    assert all(character.isprintable() or character == "\n" for character in result.stderr)


@pytest.mark.parametrize("odd", ["\0", "a\0b", "\ud800"])
@pytest.mark.parametrize("option", ["--output", "--summary", "--format", "--nix", ""])
def test_words_that_no_system_hands_over_are_refused(option: str, odd: str) -> None:
    result = CliRunner().invoke(program, ["check", CHAIN, *([option] if option else []), odd])
    assert (result.exit_code, result.stdout) == (2, "")
    assert "contains a NUL or a lone surrogate" in result.stderr
    assert not result.exception or isinstance(result.exception, SystemExit)


def test_bytes_that_are_not_utf8_may_name_a_file() -> None:
    result = CliRunner().invoke(program, ["report", "\udcff.yaml"])
    assert result.exit_code == 2
    assert "there is no such file" in result.stderr


LOADED = """
import sys
from cnnshape.__main__ import main
sys.argv = ["cnnshape", *sys.argv[1:]]
try:
    main()
finally:
    print(*sorted({name.partition(".")[0] for name in sys.modules} | set(sys.modules)), file=sys.stderr)
"""


def loaded(*words: str) -> set[str]:
    """The modules that a cold process has read when it is done."""
    ran = subprocess.run([sys.executable, "-c", LOADED, *words], capture_output=True, text=True)
    assert ran.returncode == 0
    return set(ran.stderr.split())


def test_no_cycles_are_looked_for_when_it_is_over() -> None:
    code = LOADED.replace("print(*", "import gc; print(gc.get_freeze_count() > 10_000) or print(*")
    ran = subprocess.run([sys.executable, "-c", code, "report", CHAIN], capture_output=True, text=True)
    assert ran.stdout.endswith("True\n")


HEAVY = {"torch", "numpy", "sympy", "networkx", "pandas", "onnx", "cnnshape.render.layouts"}


@pytest.mark.parametrize(
    "words",
    [
        ("report", CHAIN),
        ("report", CHAIN, "--format", "json"),
        ("report", CHAIN, "--format", "html"),
        ("conv", *CONV),
        ("conv", *CONV, "--format", "json"),
        ("conv", *CONV, "--spec", "flattened"),
        ("--help",),
    ],
)
def test_a_cold_process_reads_nothing_heavy(words: tuple[str, ...]) -> None:
    assert loaded(*words) & HEAVY == set()


def test_a_command_is_read_when_it_runs() -> None:
    assert not {
        "cnnshape.commands.report.cli",
        "cnnshape.commands.verify.cli",
        "cnnshape.commands.schema.cli",
    } & loaded("--help")


def test_the_check_would_notice() -> None:
    assert "numpy" in loaded("sweep", CHAIN, "--batch", "1,2")
