"""What came of a check as text: a message for each broken limit, and a line that counts."""

from typing import TYPE_CHECKING

from cnnshape.commands.check.render.notes import NOTHING, block, skipped
from cnnshape.commands.check.render.words import limit, measured, problem, subject
from cnnshape.core.errors import SHOWN
from cnnshape.render.figures import apart
from cnnshape.render.names import printable
from cnnshape.render.text import aligned
from cnnshape.render.units import percent

if TYPE_CHECKING:
    from cnnshape.commands.check.records import Outcome, Report


def counted(n: int, word: str) -> str:
    """How many there are of something.

    >>> counted(1, "limit"), counted(1200, "net")
    ('1 limit', '1,200 nets')
    """
    return f"{n:,} {word}{'' if n == 1 else 's'}"


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


def _row(outcome: "Outcome") -> list[str]:
    metric, actual, bound = outcome.rule.metric, outcome.actual, outcome.bound
    if outcome.counts and isinstance(actual, int) and isinstance(bound, int):
        units = "exact" if outcome.kind == "equals" else apart(metric, actual, bound)
        used = percent(actual, bound) if outcome.kind in ("max", "max_increase") and bound else ""
        return [printable(outcome.net.name), subject(outcome), measured(outcome, units), limit(outcome), used]
    return [printable(outcome.net.name), subject(outcome), measured(outcome), limit(outcome), ""]


def render(report: "Report", *, verbose: bool = False) -> str:
    """For people: the broken limits, with ``verbose`` a table of those that hold, and how many there are."""
    broken = [*report.errors, *report.warnings]
    parts = [problem(each).render("error" if each.failed else "warning") for each in broken[:SHOWN]]
    if len(broken) > SHOWN:
        parts.append(f"and {counted(len(broken) - SHOWN, 'more broken limit')}; `--format json` lists all")
    if verbose and report.passed:
        rows = [["net", "figure of", "is", "limit", "used"], *map(_row, report.passed)]
        parts.append("\n".join(aligned(rows, (False, False, True, False, True))))
    parts += [block(report)] if report.notes else []
    parts += [skipped(report)] if verbose and report.skipped else []
    return "\n\n".join([*parts, verdict(report)]) + "\n"
