"""How what came of a check shows itself: the limits, the messages of those that are broken, and a verdict."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

from cnnshape.commands.check.data import data
from cnnshape.commands.check.records import Outcome, Report
from cnnshape.commands.check.summary import different, skipped, verdict
from cnnshape.commands.check.words import limit, measured, message, net, place, subject
from cnnshape.core.errors import SHOWN, Problem
from cnnshape.render.document import (
    Block,
    Code,
    Document,
    Heading,
    Only,
    Paragraph,
    Section,
    Strong,
    Table,
    Text,
    filled,
    marked,
    message_of,
    table_of,
)
from cnnshape.render.figures import apart, bare
from cnnshape.render.formats import View
from cnnshape.render.names import shortened
from cnnshape.render.units import Units, counted, percent

if TYPE_CHECKING:
    from cnnshape.commands.check.layout import Printed

ROWS: Final = 100
"""How many limits the table of a page shows, broken ones first: GitHub takes a summary of less than a MiB."""

_CELL: Final = 120  # columns that a name may take
_HEADER: Final = ("", "net", "figure of", "is", "limit", "of it", "beyond", "where")
_RIGHT: Final = ("is", "of it", "beyond")


class Options(NamedTuple):
    """What a reader chose."""

    verbose: bool | None = None
    """Show every limit that holds, too, and which files were skipped."""
    width: int | None = None
    """The most columns of text that a line of a table may take."""


def _name(text: str) -> Code:
    return Code(shortened(text, _CELL))


def _units(outcome: Outcome) -> Units:
    if outcome.kind == "equals" or not isinstance(outcome.actual, int) or not isinstance(outcome.bound, int):
        return "exact"
    return apart(outcome.rule.metric, outcome.actual, outcome.bound)


def _state(outcome: Outcome) -> Text:
    if outcome.ok:
        return "new" if outcome.allowed else "holds"
    return Strong("error" if outcome.failed else "warning")


def _row(outcome: Outcome) -> list[Text]:
    metric, actual, bound = outcome.rule.metric, outcome.actual, outcome.bound
    of = beyond = ""
    if outcome.counts and isinstance(actual, int) and isinstance(bound, int) and bound:
        of = percent(actual, bound)
        beyond = bare(metric, outcome.overshoot) if outcome.overshoot else ""
    names = [_name(each) for each in (net(outcome), subject(outcome), limit(outcome))]
    is_ = shortened(measured(outcome, _units(outcome)), _CELL)
    where = _name(place(outcome.file, outcome.mark))
    return [_state(outcome), *names[:2], is_, names[2], of, beyond, where]


def _limits(found: Sequence[Outcome], most: int | None = None) -> list[Block]:
    """A table of limits, and how many more there are."""
    if not found:
        return []
    table = filled(table_of(_HEADER, [_row(each) for each in found[:most]], [name in _RIGHT for name in _HEADER]))
    columns = [each._replace(cut=each.header == "figure of") for each in table.columns]
    shown: list[Block] = [Table(columns)]
    more = 0 if most is None else len(found) - most
    return [*shown, Paragraph(f"and {counted(more, 'more limit')}")] if more > 0 else shown


def _messages(broken: Sequence[Outcome]) -> list[Block]:
    shown: list[Block] = [message(each) for each in broken[:SHOWN]]
    more = len(broken) - SHOWN
    if more > 0:
        shown.append(Paragraph(marked(f"and {counted(more, 'more broken limit')}; `--format json` lists all")))
    return shown


def _document(report: Report, options: Options) -> Document:
    """On a page the verdict, all limits and the messages, folded; in a terminal the verdict comes last."""
    broken = [*report.errors, *report.warnings]
    messages = _messages(broken)
    page: list[Block] = [Heading("cnnshape check", verdict(report))]
    page += _limits([*broken, *report.passed], None if options.verbose else ROWS)
    page += [Section("Which layers, and what to do", messages, folded=True)] if messages else []
    terminal = [*messages, *(_limits(report.passed) if options.verbose else [])]
    beside = [*different(report), *(skipped(report) if options.verbose else [])]
    return [Only("page", page), Only("terminal", terminal), *beside, Only("terminal", [Paragraph(verdict(report))])]


def refused(problems: Sequence[Problem]) -> Document:
    """What is wrong with the files of a check."""
    said: list[Block] = [message_of(each) for each in problems[:SHOWN]]
    more = len(problems) - SHOWN
    said += [Paragraph(f"and {counted(more, 'more problem')}")] if more > 0 else []
    return [Heading("cnnshape check", "the budget cannot be checked"), *said]


def _data(report: Report, _: Options) -> "Printed":
    return data(report)


_OWN: Final = ("github", "junit", "sarif")

VIEW: Final = View(
    _document,
    _data,
    own={name: f"cnnshape.commands.check.{name}" for name in _OWN},
    deaf=dict.fromkeys(("json", *_OWN), frozenset({"verbose", "width"})),
    options=Options,
)
