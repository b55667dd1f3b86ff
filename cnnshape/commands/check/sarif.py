"""What came of a check as SARIF 2.1.0, which code scanning reads: a result for each broken limit, at its line.

References: OASIS, Static Analysis Results Interchange Format (SARIF) Version 2.1.0 Plus Errata 01.
"""

from hashlib import sha256
from pathlib import PurePath
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from cnnshape.commands.check.data import plain
from cnnshape.commands.check.summary import NOTHING
from cnnshape.commands.check.words import limit, net, said, subject
from cnnshape.core.version import VERSION
from cnnshape.render import json
from cnnshape.render.names import printable

if TYPE_CHECKING:
    from cnnshape.commands.check.records import Contributor, Note, Outcome, Report
    from cnnshape.core.errors import Mark

SCHEMA: Final = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_HOME: Final = "https://github.com/cnnshape/cnnshape"
_SAYS: Final = {
    "max": "at most the limit",
    "min": "at least the limit",
    "equals": "exactly the limit",
    "max_increase": "at most so much more than the baseline",
}


def _text(text: str) -> dict[str, str]:
    """A plain text message, in which no reader finds links or places to fill in that nobody meant."""
    text = "\n".join(map(printable, text.split("\n")))
    return {"text": text.replace("](", "] (").replace("{", "{{").replace("}", "}}")}


def _uri(file: str) -> str:
    """A file as a URI, relative where the call names it so."""
    path = PurePath(file)
    whole = path.is_absolute()
    found = quote(path.as_posix(), safe="/:" if whole else "/", errors="backslashreplace")
    return f"file:///{found.lstrip('/')}" if whole else found


def _physical(file: str, mark: "Mark | None") -> dict[str, Any]:
    place: dict[str, Any] = {"artifactLocation": {"uri": _uri(file)}}
    if mark:
        place["region"] = {"startLine": mark.line, "startColumn": mark.column}
    return place


def _related(each: "Contributor") -> dict[str, Any]:
    return {"message": _text(each.path), "physicalLocation": _physical(each.file, each.mark)}


def _location(outcome: "Outcome") -> dict[str, Any]:
    found: dict[str, Any] = {"physicalLocation": _physical(outcome.file, outcome.mark)} if outcome.file else {}
    name = printable(net(outcome) + (f": {outcome.path}" if outcome.path else ""))
    return found | {"logicalLocations": [{"fullyQualifiedName": name, "kind": "module"}]}


def _id(outcome: "Outcome") -> str:
    return f"{outcome.rule.metric.key}/{outcome.kind}"


def _fingerprint(outcome: "Outcome") -> str:
    """What stays the same while lines move and figures change."""
    parts = (outcome.net.spec, outcome.net.name, subject(outcome), limit(outcome).partition(":")[0])
    return sha256(repr(parts).encode()).hexdigest()[:32]


def _result(outcome: "Outcome", ids: list[str]) -> dict[str, Any]:
    found = {
        "ruleId": _id(outcome),
        "ruleIndex": ids.index(_id(outcome)),
        "level": "error" if outcome.failed else "warning",
        "message": _text(f"{net(outcome)}: {said(outcome, bare=True)}"),
        "locations": [_location(outcome)],
        "partialFingerprints": {"cnnshapeLimit/v1": _fingerprint(outcome)},
        "properties": {
            "actual": plain(outcome.actual),
            "actual_bound": outcome.actual_bound,
            "bound": plain(outcome.bound),
            "baseline": outcome.baseline,
            "overshoot": outcome.overshoot,
        },
    }
    related: list[dict[str, Any]] = []
    for each in outcome.contributors:
        if each.file and each.mark and (place := _related(each)) not in related:
            related.append(place)
    return found | ({"relatedLocations": related} if related else {})


def _told(level: str, note: "Note") -> dict[str, Any]:
    """A note as what the tool tells about its run: it is no finding of its own."""
    place = [{"physicalLocation": _physical(note.file, note.mark)}] if note.file else []
    return {"level": level, "message": _text(f"{note.kind}: {note.text}")} | ({"locations": place} if place else {})


def write(report: "Report", _: object = None) -> str:
    """For code scanning; the same bytes for the same report."""
    rules = {_id(each): each for each in report.broken}
    ids = list(rules)
    described = [
        {"id": id_, "shortDescription": {"text": f"{each.rule.metric.says}: {_SAYS[each.kind]}"}}
        for id_, each in rules.items()
    ]
    driver = {"name": "cnnshape", "version": VERSION, "informationUri": _HOME, "rules": described}
    run: dict[str, Any] = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [_result(each, ids) for each in report.broken],
    }
    told = [_told("warning" if each.alarming else "note", each) for each in report.notes]
    if not report.outcomes:
        told.insert(0, {"level": "error", "message": _text(NOTHING)})
    if told:
        run["invocations"] = [{"executionSuccessful": bool(report.outcomes), "toolExecutionNotifications": told}]
    return json.write({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]})
