"""What came of a check as JUnit XML, which every CI reads: a suite for each net, a case for each limit.

A limit of level ``warn`` that is broken is a case that passes, with the message in its output: JUnit has no warnings.

References: the schema ``junit-10.xsd`` of Jenkins' xUnit plugin.
"""

from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from cnnshape.commands.check.summary import NOTHING, different
from cnnshape.commands.check.words import limit, net, said, sentence, subject
from cnnshape.render import text
from cnnshape.render.names import printable

if TYPE_CHECKING:
    from cnnshape.commands.check.records import Outcome, Report


def _case(suite: ET.Element, outcome: "Outcome", name: str) -> None:
    case = ET.SubElement(suite, "testcase", name=name, classname=suite.attrib["name"])
    if outcome.failed:
        failure = ET.SubElement(case, "failure", message=sentence(outcome), type=outcome.kind)
        failure.text = said(outcome)
    elif outcome.allowed:
        ET.SubElement(case, "skipped", message=sentence(outcome))
    else:
        out = ET.SubElement(case, "system-out")
        out.text = sentence(outcome) if outcome.ok else said(outcome)


def _suite(suites: ET.Element, name: str, file: str, outcomes: "list[Outcome]") -> None:
    failures = sum(each.failed for each in outcomes)
    new = sum(each.allowed for each in outcomes)
    counts = {"tests": len(outcomes), "failures": failures, "errors": 0, "skipped": new}
    about = {"name": name} | {key: str(n) for key, n in counts.items()}
    suite = ET.SubElement(suites, "testsuite", about | ({"file": file} if file else {}))
    used: dict[str, int] = {}
    for outcome in outcomes:
        name = printable(f"{subject(outcome)}: {limit(outcome)}")
        used[name] = used.get(name, 0) + 1
        _case(suite, outcome, name if used[name] == 1 else f"{name} #{used[name]}")


def _beside(suites: ET.Element, report: "Report") -> None:
    """A suite for what belongs to no net: that there are no limits, and what is different since a revision."""
    nothing = str(int(not report.outcomes))
    about = {"name": "cnnshape check", "tests": nothing, "failures": "0", "errors": nothing, "skipped": "0"}
    suite = ET.SubElement(suites, "testsuite", about)
    if not report.outcomes:
        case = ET.SubElement(suite, "testcase", name="limits", classname="cnnshape check")
        ET.SubElement(case, "error", message=NOTHING, type="no limits")
    if report.notes:
        ET.SubElement(suite, "system-out").text = "\n".join(text.lines(different(report)))


def write(report: "Report", _: object = None) -> str:
    """For a CI server; the same bytes for the same report, as no time is in it."""
    nothing = not report.outcomes
    counts = {"tests": len(report.outcomes) + nothing, "failures": len(report.errors), "errors": int(nothing)}
    suites = ET.Element("testsuites", {"name": "cnnshape check"} | {key: str(n) for key, n in counts.items()})
    nets: dict[tuple[str, str], list[Outcome]] = {}
    for each in report.outcomes:
        nets.setdefault((printable(net(each)), printable(each.net.spec)), []).append(each)
    for (name, file), outcomes in nets.items():
        _suite(suites, name, file, outcomes)
    if nothing or report.notes:
        _beside(suites, report)
    ET.indent(suites)
    written: bytes = ET.tostring(suites, encoding="utf-8", xml_declaration=True)
    return written.decode() + "\n"
