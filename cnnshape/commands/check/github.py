"""What came of a check as annotations of GitHub: a workflow command a line, beside the lines of a pull request.

GitHub shows at most ten errors and ten warnings of a step, so that the tenth says what the others are.

References: GitHub's "Workflow commands for GitHub Actions"; the runner's ``ActionCommand`` for what is escaped.
"""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final, Literal

from cnnshape.commands.check.summary import NOTHING, notes, since, verdict
from cnnshape.commands.check.words import heading, said
from cnnshape.core.errors import SHOWN
from cnnshape.render import text as lines
from cnnshape.render.document import message_of
from cnnshape.render.names import printable
from cnnshape.render.units import counted

if TYPE_CHECKING:
    from cnnshape.commands.check.records import Outcome, Report
    from cnnshape.core.errors import Mark, Problem

MOST: Final = 10
"""How many annotations of a level GitHub shows of one step."""

Level = Literal["error", "warning", "notice"]


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def command(level: Level, text: str, *, file: str = "", mark: "Mark | None" = None, title: str = "") -> str:
    r"""A line that GitHub reads as an annotation, whatever is in it.

    >>> command("error", "100 %\nof it", file="a,b.yaml", title="net: macs")
    '::error file=a%2Cb.yaml,title=net%3A macs::100 %25%0Aof it'
    """
    properties = {"file": printable(file)}
    if file and mark:
        properties |= {"line": str(mark.line), "col": str(mark.column)}
    properties["title"] = printable(title).strip()
    said = ",".join(f"{key}={_property(value)}" for key, value in properties.items() if value)
    return f"::{level} {said}::{_data(text)}" if said else f"::{level}::{_data(text)}"


def _capped(
    level: Level, commands: Sequence[str], headings: Sequence[str], what: str, most: int = MOST
) -> Iterator[str]:
    """The annotations of a level; the last for which there is room names the others."""
    if len(commands) <= most:
        yield from commands
        return
    yield from commands[: most - 1]
    left = headings[most - 1 :]
    named = "\n".join(left[:SHOWN])
    more = f"\nand {counted(len(left) - SHOWN, 'more')[:-1]}" if len(left) > SHOWN else ""
    yield command(level, named + more, title=counted(len(left), what))


def _annotations(level: Level, broken: "Sequence[Outcome]", most: int = MOST) -> Iterator[str]:
    commands = [
        command(level, said(each, bare=True), file=each.file, mark=each.mark, title=heading(each))
        for each in broken[:MOST]
    ]
    commands += [""] * (len(broken) - len(commands))
    yield from _capped(level, commands, [heading(each) for each in broken], "more broken limit", most)


def _alone(problem: "Problem") -> str:
    """A problem without its level, place and id, which an annotation shows otherwise."""
    return "\n".join(lines.message(message_of(problem._replace(id=""))._replace(level="", place="")))


def refused(problems: "Sequence[Problem]") -> str:
    """What is wrong with the files of a check, as annotations."""
    commands = [
        command("error", _alone(each), file=each.file, mark=each.mark, title=f"cnnshape: {each.id}")
        for each in problems
    ]
    headings = [printable(each.text) for each in problems]
    return "".join(f"{line}\n" for line in _capped("error", commands, headings, "more problem"))


def write(report: "Report", _: object = None) -> str:
    """For GitHub: an annotation for each broken limit, at the line that states it, and a line that counts."""
    less = [*_notes("warning", "checked less", report, alarming=True)]
    found = [*_annotations("error", report.errors), *less, *_annotations("warning", report.warnings, MOST - len(less))]
    found += _notes("notice", "different", report, alarming=False)
    if not report.outcomes:
        found.append(command("error", NOTHING, title="cnnshape"))
    return "\n".join([*found, verdict(report)]) + "\n"


def _notes(level: Level, what: str, report: "Report", *, alarming: bool) -> Iterator[str]:
    """One annotation for all notes of a kind: there is room for ten."""
    chosen = [each for each in report.notes if each.alarming is alarming]
    if chosen:
        yield command(level, "\n".join(lines.lines(notes(chosen))), title=f"{what} {since(report)}")
