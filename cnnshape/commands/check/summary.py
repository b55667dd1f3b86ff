"""What a check says of all limits, and beside them: the verdict, what is less or other than before, what globs skip."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from cnnshape.commands.check.words import place
from cnnshape.core.errors import SHOWN
from cnnshape.render import text
from cnnshape.render.document import Block, Code, Facts, Paragraph, Section, Text, marked, spans
from cnnshape.render.units import counted

if TYPE_CHECKING:
    from cnnshape.commands.check.records import Note, Report

NOTHING: Final = "no limit was checked"
"""What is wrong with a check that has no limits."""


def verdict(report: "Report") -> str:
    """One line about all limits.

    >>> from cnnshape.commands.check.records import Report
    >>> verdict(Report((), nets=2))
    '0 limits on 2 nets: no limit was checked'
    """
    whole = f"{counted(len(report.outcomes), 'limit')} on {counted(report.nets, 'net')}"
    if not report.outcomes:
        return f"{whole}: {NOTHING}"
    said = [f"{len(report.errors):,} broken"] if report.errors else []
    said += [counted(len(report.warnings), "warning")] if report.warnings else []
    said += [f"{len(report.new):,} new and allowed"] if report.new else []
    if not said:
        return f"{whole}: all hold"
    held = len(report.passed) - len(report.new)
    said.append(f"{held:,} {'holds' if held == 1 else 'hold'}")
    return f"{whole}: {', '.join(said)}"


def _since(report: "Report") -> Text:
    return ["since ", Code(report.since)] if report.since else "since the baseline"


def since(report: "Report") -> str:
    """What the notes compare with.

    >>> from cnnshape.commands.check.records import Report
    >>> since(Report((), since="main")), since(Report(()))
    ('since `main`', 'since the baseline')
    """
    return text.sentence(_since(report))


def _note(each: "Note") -> Text:
    where = place(each.file, each.mark)
    said = marked(each.text)
    return [*spans(said), " (", Code(where), ")"] if where else said


def notes(found: "Sequence[Note]") -> list[Block]:
    """The first `SHOWN` notes, and how many others there are."""
    if not found:
        return []
    shown = Facts([(each.kind, _note(each)) for each in found[:SHOWN]])
    more = len(found) - SHOWN
    return [shown, Paragraph(f"and {more:,} more")] if more > 0 else [shown]


def different(report: "Report") -> list[Block]:
    """All notes under a title; nothing if there are none."""
    return [Section([*spans(_since(report)), ":"], notes(report.notes))] if report.notes else []


def skipped(report: "Report") -> list[Block]:
    """The files that globs match and that are not specs; nothing if there are none."""
    found = Facts([(each.kind, Code(each.file)) for each in report.skipped])
    return [Section("skipped, as they are not specs:", [found])] if report.skipped else []
