"""The pages under docs say what is so: every spec in them is analysed, every session in them is run.

A fenced ``yaml`` block that starts with ``cnnshape:``, or with a comment, is a spec; sessions behind it find its
analysis as ``net`` and its file as ``net.yaml``.  A ``yaml refused`` block is one that is refused; the ``text`` block
behind it is the message.  A block ``yaml NAME.yaml`` is a file of that name for what comes behind it, ``yaml is
NAME.yaml`` shows one that a command has written, and ``console exits N`` is a command that exits with a status that is
not 0.
"""

import doctest
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from click.testing import CliRunner

import cnnshape
from cnnshape.analysis.flop_conventions import CONVENTIONS, Tool
from cnnshape.cli import program
from cnnshape.layers import BUILTIN
from tests.places import ROOT

PAGES = sorted((ROOT / "docs").rglob("*.md"))

_FENCE = re.compile(r"^```(?P<info>[^\n`]*)\n(?P<text>.*?)^```$", re.M | re.S)


class Block(NamedTuple):
    """A fenced block of a page."""

    info: str
    text: str
    line: int


def blocks(page: Path) -> Iterator[Block]:
    text = page.read_text(encoding="utf-8")
    for found in _FENCE.finditer(text):
        yield Block(found["info"], found["text"], text.count("\n", 0, found.start()) + 2)


def named(block: Block) -> Path | None:
    """The file that a block is or shows."""
    kind, _, name = block.info.partition(" ")
    return Path(name.removeprefix("is ")) if kind == "yaml" and name.endswith(".yaml") else None


def write(block: Block) -> None:
    """Put the file that a block is or shows where what comes behind it finds it."""
    if file := named(block):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(block.text, encoding="utf-8")


def session(block: Block, page: Path, known: dict[str, Any]) -> str:
    """What goes wrong in a session at the prompt; nothing where all is as the page says."""
    runner = doctest.DocTestRunner(verbose=False)
    test = doctest.DocTestParser().get_doctest(block.text, known, page.name, str(page), block.line - 1)
    said: list[str] = []
    runner.run(test, out=said.append, clear_globs=False)
    known.update(test.globs)
    return "".join(said)


def refusal(spec: str) -> str:
    with pytest.raises(cnnshape.CnnshapeError) as refused:
        cnnshape.analyze(spec)
    return str(refused.value)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_the_examples_of_a_page_hold(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    known: dict[str, Any] = {"cnnshape": cnnshape}
    message = ""
    for block in blocks(page):
        if message:
            assert (block.info, block.text) == ("text", message + "\n"), f"{page.name}:{block.line}"
            message = ""
            continue
        write(block)
        if block.info in ("yaml", "yaml refused") and block.text.startswith(("cnnshape:", "# ")):
            Path("net.yaml").write_text(block.text, encoding="utf-8")
            if block.info == "yaml":
                known["net"] = cnnshape.analyze("net.yaml")
            else:
                message = refusal("net.yaml")
        elif block.info == "python":
            assert session(block, page, known) == "", f"{page.name}:{block.line}"
    assert not message, f"{page.name} ends behind a spec that is refused"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_the_commands_of_a_page_say_what_it_shows(
    page: Path, request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for block in blocks(page):
        kind, _, status = block.info.partition(" exits ")
        if block.info.startswith("yaml is "):
            file = named(block)
            assert file
            shown_anew(page, block.text, file.read_text(encoding="utf-8"), request, block.line)
        else:
            write(block)
        if block.info == "yaml" and block.text.startswith("cnnshape:"):
            Path("net.yaml").write_text(block.text, encoding="utf-8")
        if kind == "console":
            line, _, shown = block.text.partition("\n")
            program_name, *words = shlex.split(line.removeprefix("$ "))
            assert program_name == "cnnshape"
            result = CliRunner().invoke(program, words)
            said = result.output
            assert result.exit_code == int(status or 0), f"{page.name}:{block.line}"
            shown_anew(page, f"{line}\n{shown}", f"{line}\n{said}", request, block.line)


def shown_anew(page: Path, shown: str, said: str, request: pytest.FixtureRequest, place: int) -> None:
    """What a page shows is what is said; with ``--update-golden`` it is from now on."""
    if request.config.getoption("--update-golden"):
        text = page.read_text(encoding="utf-8")
        page.write_text(text.replace(f"{shown}```", f"{said}```", 1), encoding="utf-8")
    else:
        assert said == shown, f"{page.name}:{place}"


def test_a_wrong_session_is_noticed() -> None:
    assert "Expected" in session(Block("python", ">>> 1 + 1\n3\n", 1), PAGES[0], {})


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    for link in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
        assert (page.parent / link).exists(), link


def _tools() -> str:
    """The table of what tools count, from those of the code; ops for one, two and three axes are one name."""
    rows = ["| tool | what it counts beside our MACs | of | |", "|---|---|---|---|"]
    for convention in CONVENTIONS.values():
        if not isinstance(convention, Tool):
            continue
        reasons: dict[tuple[str, str], list[str]] = {}
        for op, differences in convention.table.items():
            for name, _, kind in differences:
                ops = reasons.setdefault((name, kind), [])
                family = re.sub(r"\dd$", "Nd", op)
                whole = all(family.replace("Nd", f"{axes}d") in convention.table for axes in (1, 2, 3))
                shown = f"`{family if whole else op}`"
                ops += [] if shown in ops else [shown]
        for (name, known), ops in reasons.items():
            marked = known.replace("rule", "")
            rows.append(f"| {convention.name} {convention.version} | {name} | {', '.join(ops)} | {marked} |")
    return "\n".join(rows) + "\n"


def test_the_table_of_tools_is_that_of_the_code(request: pytest.FixtureRequest) -> None:
    page = ROOT / "docs" / "conventions.md"
    text = page.read_text(encoding="utf-8")
    head, rest = text.split("<!-- tools -->\n")
    shown, tail = rest.split("<!-- /tools -->\n")
    if request.config.getoption("--update-golden"):
        page.write_text(f"{head}<!-- tools -->\n{_tools()}<!-- /tools -->\n{tail}", encoding="utf-8")
    else:
        assert shown == _tools()


def test_macs_are_said_of_the_ops_that_have_them() -> None:
    pages = {name: (ROOT / "docs" / name).read_text(encoding="utf-8") for name in ("conventions.md", "costs.md")}
    table = pages["conventions.md"].partition("| op | MACs |")[2].partition("\n\n")[0]
    rows = [line for line in pages["costs.md"].splitlines() if "MAC" in line.rpartition(" | ")[2]]
    counted = {op for row in rows for op in re.findall(r"`(\w+)`", row.partition(" | ")[0])} & BUILTIN.keys()
    assert (
        set(re.findall(r"`(\w+)`", "\n".join(line.split("|")[1] for line in table.splitlines() if "`" in line)))
        == counted
    )
