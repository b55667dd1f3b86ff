"""What a check says beside its limits: what is weaker than it was, unchecked, renamed or new, and what globs skip."""

from typing import TYPE_CHECKING, Final

from cnnshape.core.errors import SHOWN
from cnnshape.render.names import printable, quoted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnnshape.commands.check.records import Note, Report

NOTHING: Final = "no limit was checked"
"""What is wrong with a check that has no limits."""


def since(report: "Report") -> str:
    """What the notes compare with.

    >>> from cnnshape.commands.check.records import Report
    >>> since(Report((), since="main")), since(Report(()))
    ('since `main`', 'since the baseline')
    """
    return f"since {quoted(report.since)}" if report.since else "since the baseline"


def lines(notes: "Sequence[Note]") -> list[str]:
    """A line for each note, at most `SHOWN`, and one that counts the others.

    >>> from cnnshape.commands.check.records import Note
    >>> lines([Note("weaker", "`macs`: `max: 1 G` is gone for `a.yaml`"), Note("new", "`b.yaml`")])
    ['weaker  `macs`: `max: 1 G` is gone for `a.yaml`', 'new     `b.yaml`']
    """
    width = max([len(each.kind) for each in notes[:SHOWN]], default=0)
    found = []
    for each in notes[:SHOWN]:
        place = f" ({printable(each.file)}:{each.mark.line})" if each.mark and each.file else ""
        found.append(f"{each.kind:{width}}  {printable(each.text)}{place}")
    return found + ([f"and {len(notes) - SHOWN:,} more"] if len(notes) > SHOWN else [])


def block(report: "Report") -> str:
    """All notes under a heading; empty if there are none."""
    return "\n".join([f"{since(report)}:", *(f"  {line}" for line in lines(report.notes))]) if report.notes else ""


def skipped(report: "Report") -> str:
    """The files that globs match and that are not specs; empty if there are none."""
    if not report.skipped:
        return ""
    width = max(len(each.kind) for each in report.skipped)
    found = [f"  {each.kind:{width}}  {printable(each.file)}" for each in report.skipped]
    return "\n".join(["skipped, as they are not specs:", *found])
