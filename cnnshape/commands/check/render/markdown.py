"""What came of a check as GitHub Markdown, for a comment or the summary of a job."""

import re
from typing import TYPE_CHECKING, Final

from cnnshape.commands.check.render.notes import lines, since
from cnnshape.commands.check.render.parts import net
from cnnshape.commands.check.render.text import counted, verdict
from cnnshape.commands.check.render.words import limit, measured, problem, subject
from cnnshape.core.errors import SHOWN
from cnnshape.render.figures import apart, bare
from cnnshape.render.markdown import code
from cnnshape.render.names import printable, shortened
from cnnshape.render.units import Units, percent

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnnshape.commands.check.records import Outcome, Report
    from cnnshape.core.errors import Problem

ROWS: Final = 100
"""How many limits the table shows, broken ones first: GitHub takes a summary of less than a MiB."""

_CELL = 120  # columns that a name may take
_HEADERS = ("", "net", "figure of", "is", "limit", "of it", "beyond", "where")
_RIGHT = frozenset({"is", "of it", "beyond"})


def _name(text: str) -> str:
    r"""A name in a cell; a backslash before a pipe would be read in two ways.

    >>> print(_name("a|b"), _name("a\\|b"))
    `a\|b` `a\ \|b`
    """
    return code(shortened(printable(text), _CELL).replace("\\|", "\\ |"))


def _units(outcome: "Outcome") -> Units:
    if outcome.kind == "equals" or not isinstance(outcome.actual, int) or not isinstance(outcome.bound, int):
        return "exact"
    return apart(outcome.rule.metric, outcome.actual, outcome.bound)


def _row(outcome: "Outcome") -> list[str]:
    metric, actual, bound, mark = outcome.rule.metric, outcome.actual, outcome.bound, outcome.mark
    of = beyond = ""
    if outcome.counts and isinstance(actual, int) and isinstance(bound, int) and bound:
        of = percent(actual, bound)
        beyond = bare(metric, outcome.overshoot) if outcome.overshoot else ""
    state = "**error**" if outcome.failed else "holds" if outcome.ok else "**warning**"
    state = "new" if outcome.allowed else state
    place = f"{outcome.file}:{mark.line}" if mark else ""
    is_ = shortened(measured(outcome, _units(outcome)), _CELL)
    return [state, _name(net(outcome)), _name(subject(outcome)), is_, _name(limit(outcome)), of, beyond, _name(place)]


def _fenced(text: str) -> str:
    """A block of text that nothing in it ends."""
    fence = "`" * max(3, 1 + max((len(run) for run in re.findall("`+", text)), default=0))
    return f"{fence}text\n{text}\n{fence}"


def _details(broken: "Sequence[Outcome]") -> str:
    """The messages, folded."""
    said = [problem(each).render("error" if each.failed else "warning") for each in broken[:SHOWN]]
    if len(broken) > SHOWN:
        said.append(f"and {counted(len(broken) - SHOWN, 'more broken limit')}")
    head = "<details><summary>Which layers, and what to do</summary>"
    return "\n\n".join([head, _fenced("\n\n".join(said)), "</details>"])


def refused(problems: "Sequence[Problem]") -> str:
    """What is wrong with the files of a check."""
    said = [each.render() for each in problems[:SHOWN]]
    if len(problems) > SHOWN:
        said.append(f"and {counted(len(problems) - SHOWN, 'more problem')}")
    return "\n\n".join(["**cnnshape check**: the budget cannot be checked", _fenced("\n\n".join(said))]) + "\n"


def render(report: "Report") -> str:
    """For a pull request: a table of the limits, broken ones first, and the messages behind it."""
    from tabulate import tabulate  # only Markdown pays for its import

    broken = [*report.errors, *report.warnings]
    found = [*broken, *report.passed]
    parts = [f"**cnnshape check**: {verdict(report)}"]
    if found:
        align = ["right" if header in _RIGHT else "left" for header in _HEADERS]
        rows = [_row(each) for each in found[:ROWS]]
        parts.append(tabulate(rows, headers=_HEADERS, tablefmt="pipe", colalign=align, disable_numparse=True))
    if len(found) > ROWS:
        parts.append(f"and {counted(len(found) - ROWS, 'more limit')}")
    if broken:
        parts.append(_details(broken))
    if report.notes:
        parts += [f"**{since(report)[0].upper()}{since(report)[1:]}**", _fenced("\n".join(lines(report.notes)))]
    return "\n\n".join(parts) + "\n"
