"""What the fuzzer over commands once found stays fixed, a short run of it finds nothing, and its judge bites.

A file under ``found/`` holds a case and, as ``now``, what becomes of it; one that a run has just put there has no such
key and fails until it is mended.
"""

import json
from collections.abc import Callable
from itertools import product
from pathlib import Path

import click
import pytest

from cnnshape.cli import COMMANDS
from tests.effort import share
from tests.fuzz.commands import lines, run, sandbox
from tests.fuzz.commands.case import STREAMS, Case
from tests.fuzz.commands.cases import made
from tests.fuzz.commands.files import FAMILY
from tests.fuzz.commands.judge import Verdict, judged

PATIENT = 60.0  # no test depends on the speed of the machine

FILES = sorted(run.FOUND.glob("*.json"))


def of_family(*words: str, **more: str) -> Verdict:
    """What becomes of a line about a net that is right."""
    return judged(Case((words,), {"net.yaml": FAMILY}, **more), PATIENT)  # type: ignore[arg-type]  # names of streams


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_what_was_found_stays_fixed(file: Path) -> None:
    held = json.loads(file.read_text())
    verdict = judged(Case.of_json(held), PATIENT)
    assert verdict.now == held.get("now"), verdict.detail


def test_a_short_run_finds_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    few = ["--count", "60", "--seed", "11", "--jobs", "1", "--seconds", str(PATIENT)]
    code = run.main([*few, "--found", str(tmp_path)])
    assert code == 0, capsys.readouterr().out


def test_cases_depend_on_seed_and_number_alone() -> None:
    assert [made(3, number) for number in range(40)] == [made(3, number) for number in reversed(range(40))][::-1]
    assert made(3, 5) != made(4, 5)


def test_every_option_of_every_command_is_drawn() -> None:
    typed = {word.partition("=")[0] for number in range(9_000) for line in drawn(number) for word in line}
    options = {each.opts[-1] for name in COMMANDS for each in lines.parameters(name) if isinstance(each, click.Option)}
    assert options <= typed


def drawn(number: int) -> list[list[str]]:
    from random import Random

    from tests.fuzz.commands.values import Around

    random = Random(number)
    around = Around(["net.yaml"], ["conv"], ["width"], ["half"], ["input"])
    return [lines.line(random, lines.drawn_command(random), around)]


def test_a_new_option_is_drawn_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    @click.command("conv")
    @click.option("--new", metavar="SOMETHING")
    @click.option("--flag", is_flag=True)
    def command(new: str, flag: bool) -> None:
        pass

    monkeypatch.setattr(lines, "parameters", lambda name: tuple(command.params))
    typed = {word.partition("=")[0] for number in range(100) for line in drawn(number) for word in line}
    assert {"--new", "--flag"} <= typed


WAYS = {"file": "0", "stuck": "0", "terminal": "0", "full": "2", "closed": "2", "pipe": "141"}


@pytest.mark.parametrize(("way", "unbuffered"), share(product(STREAMS, [False, True]), 2))
def test_output_goes_where_a_case_says(way: str, unbuffered: bool) -> None:
    case = Case((("report", "net.yaml", "--columns", "+muls"),), {"net.yaml": FAMILY}, None, b"", way, way, unbuffered)
    verdict = judged(case, PATIENT)
    assert verdict.now == WAYS[way], verdict.detail


@pytest.mark.parametrize(("out", "err"), share(product(STREAMS, STREAMS), 5))
def test_a_message_goes_where_a_case_says(out: str, err: str) -> None:
    verdict = judged(Case((("report", "no.yaml"),), {}, None, b"", out, err), PATIENT)
    assert verdict.now == "2", verdict.detail


PLANTED: dict[str, tuple[str, Callable[..., object], tuple[str, ...], str]] = {}


def planted(target: str, found: str, *words: str) -> Callable[[Callable[..., object]], Callable[..., object]]:
    """Register a fault: what it replaces, what is found, and the line that shows it."""

    def register(fault: Callable[..., object]) -> Callable[..., object]:
        PLANTED[fault.__name__] = (target, fault, words, found)
        return fault

    return register


@planted(
    "cnnshape.commands.compare.comparison.compare",
    "KeyError at commands/compare/cli.command in compare",
    "compare",
    "net.yaml",
)
def raises(*_: object, **__: object) -> object:
    raise KeyError("H")


@planted("cnnshape.commands.sweep.cli._run", "exit 3 in sweep", "sweep", "net.yaml", "--set", "width=8,16")
def exits(*_: object, **__: object) -> object:
    raise SystemExit(3)


@planted("cnnshape.commands.explain.cli.put", "exit 2 without a message in explain", "explain", "net.yaml")
def says_nothing(*_: object, **__: object) -> object:
    raise SystemExit(2)


@planted("cnnshape.commands.formula.cli.put", "a file is left in formula", "formula", "net.yaml")
def leaves_a_draft(text: str, output: str | None) -> None:
    Path("out.txt.1.part").write_text(text)


@planted("cnnshape.commands.expand.cli.put", "writes over what it read in expand", "expand", "net.yaml")
def writes_over_the_spec(text: str, output: str | None) -> None:
    Path("net.yaml").write_text(text)


@planted("cnnshape.commands.report.cli.put", "exit 2 with output in report", "report", "net.yaml")
def stops_half_way(text: str, output: str | None) -> None:
    from cnnshape.core.errors import Problem, UsageError

    print(text[:100])
    raise UsageError(Problem("no more"))


@planted("cnnshape.commands.solve.cli.put", "private character '\\ue000' in solve", "solve", "net.yaml",
         "--vary", "width=8,16", "--maximize", "macs", "--where", "params < 1G")  # fmt: skip
def shows_a_mark(text: str, output: str | None) -> None:
    print(f"{text}\ue000")


@planted("cnnshape.commands.conventions.cli.put", "output that is not json: JSONDecodeError in conventions",
         "conventions", "net.yaml", "--format", "json")  # fmt: skip
def cuts(text: str, output: str | None) -> None:
    print(text[:-5])


@planted("cnnshape.commands.diff.cli.put", "waits for ever in diff", "diff", "net.yaml", "net.yaml")
def waits(text: str, output: str | None) -> None:
    Path("fifo").read_text()


@planted("cnnshape.commands.check.cli.put", "stopped, too slow in check", "check", "net.yaml", "--update")
def runs_for_ever(text: str, output: str | None) -> None:
    while True:
        pass


@planted("cnnshape.commands.conv.cli.put", "too much memory in conv", "conv", "--in", "8", "--out", "8",
         "--kernel", "3", "--size", "8x8")  # fmt: skip
def takes_all_memory(text: str, output: str | None) -> None:
    bytearray(10**10)


@planted("cnnshape.commands.schema.cli.put", "writes outside of its folder in schema", "schema")
def writes_elsewhere(text: str, output: str | None) -> None:
    Path("../x").write_text(text)


@pytest.mark.parametrize("name", PLANTED)
def test_the_judge_bites(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    target, fault, words, found = PLANTED[name]
    monkeypatch.setattr(sandbox, "STOPPED", 1)
    monkeypatch.setattr(sandbox, "IDLE", 1.5)
    assert of_family(*words).found == ""
    monkeypatch.setattr(target, fault)
    verdict = of_family(*words)
    assert verdict.found == found, verdict.detail
