"""The formats of a check for other programs: byte by byte, against their schemas, and with names that mean no good.

Each format is read by a parser that is not ours: cmark-gfm, which is GitHub's, for Markdown, junitparser for JUnit, the
schema of OASIS for SARIF; workflow commands by a reader written here after the runner's rules.
"""

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, NamedTuple, get_args
from urllib.parse import unquote
from xml.etree import ElementTree as ET

import cmarkgfm
import junitparser
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sarif_kit.validate import validation_errors
from typing_extensions import override

import cnnshape
from cnnshape.analysis.metrics import metric
from cnnshape.analysis.setup import Setup
from cnnshape.commands.check import Outcome, Report, Rule, github, update
from cnnshape.commands.check.github import MOST
from cnnshape.commands.check.records import (
    NOTE_KINDS,
    Contributor,
    Kind,
    Limit,
    Net,
    New,
    Note,
    Select,
    Skipped,
)
from cnnshape.commands.check.summary import NOTHING, since
from cnnshape.commands.check.view import ROWS, VIEW, refused
from cnnshape.commands.check.words import heading, limit, said, sentence, subject
from cnnshape.core.errors import SHOWN, Mark, Problem
from cnnshape.render import markdown
from cnnshape.render.names import printable
from cnnshape.spec.yaml.marks import Marks
from cnnshape.spec.yaml.source import Source
from tests.commands.check.nets import net, write
from tests.golden_files import assert_golden

RULES: list[dict[str, Any]] = [
    {"metric": "macs", "max": "15 MMACs", "max_increase": "1 %"},
    {"metric": "weight_bytes", "max": "64 kB", "variant": "*"},
    {"metric": "peak_memory", "max": "256 KiB", "dtype": "int8", "batch": 4, "level": "warn"},
    {"metric": "params", "select": {"op": "Conv2d", "take": "each"}, "max": "9248 params", "name": "no fat layers"},
    {"metric": "output", "equals": [1, 10]},
    {"metric": "params", "equals": "14,666 params", "message": "the published figure"},
]
GOLDEN = {
    "markdown": "md",
    "html": "html",
    "latex": "tex",
    "github": "github.txt",
    "junit": "junit.xml",
    "sarif": "sarif",
}


def found(folder: Path, width: int) -> Report:
    """What comes of the net, with the baseline of a net of width 16."""
    write(folder / "small.yaml", *RULES)
    for file, text in update("small.yaml").files.items():
        (folder / file).write_text(text)
    write(folder / "small.yaml", *RULES, width=width)
    return cnnshape.check("small.yaml")


@pytest.mark.parametrize("format", GOLDEN)
@pytest.mark.parametrize(("state", "width"), [("holds", 16), ("broken", 17)])
def test_golden(
    format: str, state: str, width: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    monkeypatch.chdir(tmp_path)
    text = VIEW.render(found(tmp_path, width), format)
    assert_golden(request, f"check.{state}.{GOLDEN[format]}", text)
    if format in READERS:
        READERS[format](found(tmp_path, width), text)


def test_every_format_has_a_golden_file_and_a_reader() -> None:
    assert {*VIEW.formats} == {*GOLDEN, "text", "json"} == {*READERS, "text", "json", "html", "latex"}


class Command(NamedTuple):
    """A workflow command, as GitHub's runner reads it from a line of a log."""

    name: str
    properties: dict[str, str]
    text: str


_ESCAPED = {"%3A": ":", "%2C": ",", "%0D": "\r", "%0A": "\n", "%25": "%"}


def _unescaped(text: str, *escapes: str) -> str:
    return re.sub("|".join(escapes), lambda found: _ESCAPED[found[0]], text)


def commands(log: str) -> Iterator[Command]:
    """The commands in a log: ``::name key=value,key=value::text`` on a line of its own, else ``##[name]`` anywhere."""
    for line in re.split(r"\r\n|\r|\n", log):
        match = re.match(r"\s*::(?P<name>[\w-]+)(?: (?P<properties>.*?))?::(?P<text>.*)", line)
        if match:
            pairs = [pair.partition("=") for pair in (match["properties"] or "").split(",") if pair]
            properties = {key: _unescaped(value, *_ESCAPED) for key, _, value in pairs}
            yield Command(match["name"], properties, _unescaped(match["text"], "%0D", "%0A", "%25"))
        elif "##[" in line:
            yield Command("##[", {}, line)


def test_the_reader_of_commands_finds_what_breaks_out() -> None:
    assert list(commands("all is well\n  ::error file=a%2Cb,line=3::50 %25%0Anext\n##[warning]\n::debug::x")) == [
        Command("error", {"file": "a,b", "line": "3"}, "50 %\nnext"),
        Command("##[", {}, "##[warning]"),
        Command("debug", {}, "x"),
    ]


def told_as_annotations(report: Report, read: list[Command]) -> None:
    """The annotations beside those of limits: what is checked less, what is different, and that there is nothing."""
    for name, what, alarming in (("warning", "checked less", True), ("notice", "different", False)):
        chosen = [each for each in report.notes if each.alarming is alarming]
        shown = [each for each in read if each.properties.get("title") == f"{what} {since(report)}"]
        assert [each.name for each in shown] == [name] * bool(chosen)
        assert not chosen or chosen[0].kind in shown[0].text.splitlines()[0]
        for each in shown:
            read.remove(each)
    if not report.outcomes:
        assert read.pop() == Command("error", {"title": "cnnshape"}, NOTHING)


def reads_as_annotations(report: Report, text: str) -> None:
    read = list(commands(text))
    lines = len(read)
    assert Counter(each.name for each in read)["warning"] <= MOST
    told_as_annotations(report, read)
    less = any(each.alarming for each in report.notes)
    for name, broken, most in (("error", report.errors, MOST), ("warning", report.warnings, MOST - less)):
        shown = [each for each in read if each.name == name]
        assert len(shown) == min(len(broken), most)
        whole = broken if len(broken) <= most else broken[: most - 1]
        for command, outcome in zip(shown, whole, strict=False):
            place = {"file": printable(outcome.file)} if outcome.file else {}
            if outcome.mark and outcome.file:
                place |= {"line": str(outcome.mark.line), "col": str(outcome.mark.column)}
            title = printable(heading(outcome)).strip()  # two colons may meet only here
            assert command == Command(name, place | ({"title": title} if title else {}), said(outcome, bare=True))
        if len(broken) > most:
            assert heading(broken[most - 1]) in shown[-1].text
            assert shown[-1].properties["title"] == f"{len(broken) - most + 1} more broken limits"
    assert len(read) == min(len(report.errors), MOST) + min(len(report.warnings), MOST - less)
    assert len(text.splitlines()) == lines + 1


def reads_as_junit(report: Report, text: str) -> None:
    suites = junitparser.JUnitXml.fromstring(text.encode())
    nothing = not report.outcomes
    counted = (suites.tests, suites.failures, suites.errors)
    assert counted == (len(report.outcomes) + nothing, len(report.errors), nothing)
    cases = [case for suite in suites for case in suite]
    expected = Counter((sentence(each), each.failed) for each in report.outcomes)
    read: Counter[tuple[str, bool]] = Counter()
    for case in cases:
        if case.result:
            (failure,) = case.result
            if nothing:
                assert (type(failure), failure.message) == (junitparser.Error, NOTHING)
                continue
            if isinstance(failure, junitparser.Skipped):
                assert failure.message in {sentence(each) for each in report.new}
                continue
            assert failure.message in failure.text or len(failure.message) > 500
            read[failure.message, True] += 1
    assert read == Counter({key: n for key, n in expected.items() if key[1]})
    for suite in suites:
        names = [case.name for case in suite]
        assert len(names) == len(set(names)) == suite.tests
        assert sum(len(case.result) for case in suite) == suite.failures + suite.errors + suite.skipped
    tags = Counter(element.tag for element in ET.fromstring(text.encode()).iter())
    held = len(report.outcomes) - len(report.errors) - len(report.new)
    beside = bool(nothing or report.notes)
    if report.notes:
        *_, last = ET.fromstring(text.encode())
        assert all(each.kind in last.findtext("system-out", "") for each in report.notes)
    nets = {(printable(each.net.name or each.net.spec), printable(each.net.spec)) for each in report.outcomes}
    counts = {
        "testsuite": len(nets) + beside, "testcase": len(cases), "failure": len(report.errors), "error": nothing,
        "system-out": held + bool(report.notes), "skipped": len(report.new),
    }  # fmt: skip
    assert tags == Counter({"testsuites": 1} | {tag: n for tag, n in counts.items() if n})


def reads_as_sarif(report: Report, text: str) -> None:
    log = json.loads(text)
    assert validation_errors(log) == []
    (run,) = log["runs"]
    results = run["results"]
    levels = ["error"] * (not report.outcomes) + ["warning" if each.alarming else "note" for each in report.notes]
    (invocation,) = run.get("invocations", [{"executionSuccessful": True, "toolExecutionNotifications": []}])
    assert [each["level"] for each in invocation["toolExecutionNotifications"]] == levels
    assert invocation["executionSuccessful"] is bool(report.outcomes)
    assert [each["level"] for each in results] == ["error" if each.failed else "warning" for each in report.broken]
    for result, outcome in zip(results, report.broken, strict=True):
        assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"]
        assert "](" not in result["message"]["text"]
        assert not re.search("[{}]", re.sub(r"\{\{|\}\}", "", result["message"]["text"]))  # no place to fill in
        (location,) = result["locations"]
        if outcome.file:
            uri = location["physicalLocation"]["artifactLocation"]["uri"]
            assert uri.isascii()
            assert re.fullmatch(r"[\w.~:/%-]*", uri)
            if all(not 0xD800 <= ord(c) < 0xE000 for c in outcome.file) and not outcome.file.startswith("/"):
                assert unquote(uri).split("/") == _normal(outcome.file)
        if outcome.mark and outcome.file:
            region = location["physicalLocation"]["region"]
            assert (region["startLine"], region["startColumn"]) == outcome.mark


def _normal(file: str) -> list[str]:
    parts = [part for part in file.split("/") if part not in ("", ".")]
    return parts or ["."]


class _Page(HTMLParser):
    """The tags of a page, the texts of the cells of its tables, and all of its text."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: Counter[str] = Counter()
        self.rows: list[list[str]] = []
        self.text = ""
        self.inside = ""

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[tag] += 1
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th"):
            self.rows[-1].append("")
            self.inside = tag

    @override
    def handle_endtag(self, tag: str) -> None:
        if tag == self.inside:
            self.inside = ""

    @override
    def handle_data(self, data: str) -> None:
        self.text += data
        if self.inside:
            self.rows[-1][-1] += data


def page(text: str) -> _Page:
    options = cmarkgfm.cmark.Options.CMARK_OPT_UNSAFE
    read = _Page()
    read.feed(cmarkgfm.github_flavored_markdown_to_html(text, options))
    read.close()
    return read


_TAGS = {
    "p", "strong", "code", "details", "summary", "table", "thead", "tbody", "tr", "th", "td", "h4", "ul", "li",
}  # fmt: skip


def _plain(text: str) -> str:
    """A name as a cell shows it, without what its neighbourhood needs."""
    return " ".join(printable(text).replace("\\|", "\\ |").split())


def reads_as_markdown(report: Report, text: str) -> None:
    read = page(text)
    assert set(read.tags) <= _TAGS
    shown = min(len(report.outcomes), ROWS)
    messages = [*report.errors, *report.warnings][:SHOWN]
    assert read.tags["details"] == read.tags["summary"] == bool(messages)
    assert read.tags["table"] == bool(shown) + sum(bool(each.contributors) for each in messages)
    header = read.rows[0] if shown else []
    ordered = [*report.errors, *report.warnings, *report.passed]
    for row, outcome in zip(read.rows[1 : shown + 1], ordered, strict=False):
        cells = dict(zip(header, row, strict=True))
        state = "new" if outcome in report.new else "holds" if outcome.ok else "error"
        assert cells[""] == ("warning" if not outcome.ok and not outcome.failed else state)
        names = {"net": outcome.net.name or outcome.net.spec, "figure of": subject(outcome), "limit": limit(outcome)}
        for column, name in names.items():
            assert "…" in cells.get(column, "") or cells.get(column, "").strip() == _plain(name)
    assert {len(row) for row in read.rows[shown + bool(shown) :]} <= {4}
    bold = sum(not each.ok for each in ordered[:shown]) + 2 * len(messages) + min(len(report.notes), SHOWN)
    assert read.tags["strong"] == 1 + bold
    assert all(each.kind in read.text for each in report.notes[:SHOWN])
    assert len(text.encode("utf-8", errors="backslashreplace")) < 2**20


READERS: dict[str, Callable[[Report, str], None]] = {
    "markdown": reads_as_markdown,
    "github": reads_as_annotations,
    "junit": reads_as_junit,
    "sarif": reads_as_sarif,
}

EVIL = (
    "\n::error::", "::error file=a::", "##[error]", "%0A::error::", "\x1b[31m", "|", "\\|", "\\", "`", "```\n", "~~~",
    "<script>", "</details>", "<!--", "]]>", "&lt;", "\0", "\r", "\u202e", "\u2028", "\ufffe", "\ud800", "@team",
    "https://example.org/", "[a](https://example.org)", "![](x)", "{0}", "{", "}", "*", "_", "#1", " ", ",", ":", "=",
    '"', "'", "a", "a@b.org", "\U0001f600", "网", "a" * 400,
)  # fmt: skip
TEXTS = st.lists(st.sampled_from(EVIL) | st.text(max_size=3), max_size=6).map("".join)
NAMES = TEXTS.map(lambda text: text[:1000])
METRICS = ("macs", "peak_memory", "depth")
MARKS = st.none() | st.builds(Mark, st.integers(1, 9999), st.integers(1, 999))


@st.composite
def outcomes(draw: st.DrawFn) -> Outcome:
    few = st.sampled_from(draw(st.lists(NAMES, min_size=1, max_size=4)))  # each name anew would take long to draw
    kind: Kind = draw(st.sampled_from(["max", "min", "equals", "max_increase"]))
    said = Limit(kind, 5, draw(few))
    text = "\n" * draw(st.integers(0, 9)) + f"budget: [{{{kind}: 5}}]"
    source = Source(draw(few), draw(st.sampled_from([None, Marks(text)])))
    setup = Setup(batch=draw(st.integers(1, 3)), settings={draw(few): draw(few)})
    rule = Rule(
        metric(draw(st.sampled_from(METRICS))), draw(st.sampled_from([Select(), Select(op="Conv2d", take="each")])),
        (said,), setup, level=draw(st.sampled_from(["error", "warn"])), message=draw(few), name=draw(few),
        source=source, at=("budget", 0),
    )  # fmt: skip
    of = Net(draw(few), draw(few), setup)
    actual, bound = draw(st.integers(0, 10**13)), draw(st.integers(0, 10**13))
    ok = {"max": actual <= bound, "min": actual >= bound, "equals": actual == bound}.get(kind, actual <= bound)
    layers = st.builds(
        Contributor, few.map("a{}".format), st.integers(0, 99), st.none() | st.integers(0, 99), few, MARKS
    )
    made = tuple(draw(st.lists(layers, max_size=2))) if actual and not ok else ()  # a share of nothing there is not
    base = draw(st.none() | st.integers(0, 10**13)) if kind == "max_increase" else None
    new: New = draw(st.sampled_from(["", *get_args(New)])) if kind == "max_increase" and base is None else ""
    path = draw(st.just("") | few)
    if new:
        ok = draw(st.booleans()) or not actual
        return Outcome(rule, said, of, actual, 0, ok, path, contributors=() if ok else made, new=new)
    return Outcome(rule, said, of, actual, bound, ok, path, base, contributors=made)


NOTES = st.builds(Note, st.sampled_from(NOTE_KINDS), NAMES, NAMES, MARKS)
REPORTS = st.builds(
    Report,
    st.lists(outcomes(), max_size=2).map(tuple),
    st.integers(0, 9),
    since=NAMES,
    notes=st.lists(NOTES, max_size=2).map(tuple),
    skipped=st.lists(st.builds(Skipped, NAMES, st.just("blocks")), max_size=1).map(tuple),
)


@pytest.mark.parametrize("format", READERS)
@given(report=REPORTS)
def test_names_that_mean_no_good_break_out_of_no_format(format: str, report: Report) -> None:
    text = VIEW.render(report, format)
    assert all(c.isprintable() or c in "\n\u00a0" for c in text)
    READERS[format](report, text)
    assert format == "github" or not any(line.lstrip().startswith("::") for line in text.splitlines())


@pytest.mark.parametrize("format", READERS)
@pytest.mark.parametrize("copies", [MOST, MOST + 1, 150])
def test_many_broken_limits(format: str, copies: int) -> None:
    rule = {"metric": "macs", "max": "1 MACs", "name": "|`<b>\n" * 160, "message": "]]>" * 300}
    report = cnnshape.check(net(name="`\n" * 90), rules=[rule] * copies + [rule | {"level": "warn"}] * copies)
    READERS[format](report, VIEW.render(report, format))


def test_what_is_wrong_with_the_files_is_an_annotation() -> None:
    problems = [Problem(f"wrong {n}", file="a,b.yaml", mark=Mark(n, 2), id="dead-layer") for n in range(1, 13)]
    read = list(commands(github.refused(problems)))
    assert len(read) == MOST
    assert read[0] == Command(
        "error", {"file": "a,b.yaml", "line": "1", "col": "2", "title": "cnnshape: dead-layer"}, "wrong 1"
    )
    assert (read[-1].properties, read[-1].text) == ({"title": "3 more problems"}, "wrong 10\nwrong 11\nwrong 12")


PROBLEMS = st.builds(Problem, NAMES, NAMES, NAMES, MARKS, st.lists(NAMES, max_size=2).map(tuple), NAMES)


@given(st.lists(PROBLEMS, min_size=1, max_size=12))
def test_what_is_wrong_with_the_files_breaks_out_of_no_format(problems: list[Problem]) -> None:
    assert [each.name for each in commands(github.refused(problems))] == ["error"] * min(MOST, len(problems))
    read = page(markdown.write(refused(problems)))
    assert set(read.tags) <= {"p", "strong", "code"}
    assert read.tags["strong"] == 1 + sum(1 + bool(each.hint) for each in problems)


def test_a_fence_in_a_message_opens_no_block() -> None:
    read = page(markdown.write(refused([Problem("wrong", evidence=("```", "<b>", "```"))])))
    assert set(read.tags) == {"p", "strong"}
