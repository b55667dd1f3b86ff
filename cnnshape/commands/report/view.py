"""How an analysis shows itself."""

from typing import TYPE_CHECKING, Final

from cnnshape.analysis.findings import brief
from cnnshape.analysis.result import Analysis
from cnnshape.commands.report.data import data
from cnnshape.commands.report.summary import facts, setting, title
from cnnshape.commands.report.table import Options as Options
from cnnshape.commands.report.table import exact, table
from cnnshape.render.document import Block, Code, Document, Facts, Findings, Heading, marked
from cnnshape.render.formats import View

if TYPE_CHECKING:
    from cnnshape.commands.report.layout import Printed


def _document(analysis: Analysis, options: Options) -> Document:
    """The table of layers, between what the net is and what it comes to."""
    found: list[Block] = [Heading(Code(title(analysis)), setting(analysis)), table(analysis, options)]
    found.append(Facts([(fact.label, marked(fact.text)) for fact in facts(analysis)]))
    if findings := brief(analysis):
        found.append(Findings([(each.id, marked(each.text)) for each in findings]))
    return found


def _data(analysis: Analysis, _: Options) -> "Printed":
    return data(analysis)


_EVERYTHING: Final = frozenset({"columns", "level", "sort"})

VIEW: Final = View(_document, _data, exact, deaf={"json": _EVERYTHING}, options=Options)
