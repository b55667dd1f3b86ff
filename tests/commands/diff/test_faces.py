"""Every face of a diff, byte by byte; the same figures in all of them, and nothing breaks out of any."""

import csv
import io
import json
import re
from collections.abc import Sequence
from typing import Any

import jsonschema
import pytest
from click.testing import CliRunner
from hypothesis import given

import cnnshape
from cnnshape.analysis.result import Analysis
from cnnshape.cli import program
from cnnshape.commands.diff.data import SUMMED
from cnnshape.commands.diff.entry import Diffs, Entry
from cnnshape.commands.diff.view import VIEW, Options
from cnnshape.commands.schema.printed import printed_schema
from cnnshape.render.formats import SCHEMA
from tests.commands.diff.edits import Net, edited
from tests.commands.diff.nets import NEW, OLD, conv, net
from tests.commands.diff.test_edits import analysed
from tests.golden_files import assert_golden
from tests.places import ZOO
from tests.render.strict import validator
from tests.render.test_markdown import table
from tests.strategies.specs import specs

ENDINGS = {"text": "txt", "markdown": "md", "html": "html", "latex": "tex", "json": "json", "csv": "csv"}


def render(entries: Sequence[Entry], form: str, options: Options | None = None) -> str:
    return VIEW.render(Diffs(entries), form, options)


def small() -> list[Entry]:
    import yaml

    old, new = (cnnshape.analyze(yaml.safe_load(text)) for text in (OLD, NEW))
    return [Entry(old, new, "main:net.yaml", "net.yaml", cnnshape.diff(old, new))]


def family() -> list[Entry]:
    old, new = (cnnshape.analyze(ZOO / "resnet.yaml", variant=f"resnet{n}") for n in (18, 50))
    return [Entry(old, new, "", "", cnnshape.diff(old, new)), Entry(None, old, "", "new.yaml"), Entry(new, None)]


CASES = {"diff": small, "diff_family": family}


@pytest.mark.parametrize("form", VIEW.formats)
@pytest.mark.parametrize("case", CASES)
def test_face(case: str, form: str, request: pytest.FixtureRequest) -> None:
    text = render(CASES[case](), form)
    assert_golden(request, f"{case}.{ENDINGS[form]}", text)
    assert render(CASES[case](), form) == text


@pytest.mark.parametrize("case", CASES)
def test_the_text_fits_a_terminal(case: str) -> None:
    for options in (Options(), Options(all=True), Options(metrics=("params",), units="exact")):
        assert max(map(len, render(CASES[case](), "text", options).splitlines())) <= 80


def test_a_long_list_is_cut_and_says_so() -> None:
    entries = family()[:1]
    text, whole = (render(entries, "text", Options(all=each or None)) for each in (False, True))
    assert "and 7 more changes: MACs 0, params 0; `--all` lists them" in text
    assert "and 5 more layers: MACs 0, params 0; `--all` lists them" in text
    assert "--all" not in whole
    assert len(whole) > len(text)


@given(edited(specs()))
def test_any_diff_has_every_face(case: tuple[Analysis, Net]) -> None:
    old, edits = case
    new = analysed(edits)
    diff = cnnshape.diff(old, new)
    entries = [Entry(old, new, "old.yaml", "new.yaml", diff)]
    faces = {form: render(entries, form) for form in VIEW.formats}
    assert max(map(len, faces["text"].splitlines())) <= 80
    data = json.loads(faces["json"])
    validator("diff").validate(data)
    rows = list(csv.DictReader(io.StringIO(faces["csv"])))
    rows = [row for row in rows if row["op_new"] not in ("input", "outputs")]
    for key in SUMMED:
        before, after = diff.totals[key]
        layers = data["diffs"][0]["layers"]
        change = sum((each["metrics"][key]["new"] or 0) - (each["metrics"][key]["old"] or 0) for each in layers)
        assert change == after - before
        assert sum(int(row[f"{key}_new"] or 0) - int(row[f"{key}_old"] or 0) for row in rows) == after - before
    for kind in {change.kind for change in diff.changes}:
        assert re.search(rf"^{kind} ", faces["text"], re.M)
        assert f"\n| {kind} " in faces["markdown"]


def test_the_schema_is_one_and_bites() -> None:
    schema = printed_schema("diff")
    jsonschema.Draft202012Validator.check_schema(schema)
    assert schema["properties"]["schema"]["const"] == SCHEMA
    judge = validator("diff")
    for case in CASES.values():
        judge.validate(json.loads(render(case(), "json")))
    judge.validate(json.loads(render((), "json")))
    good = json.loads(render(small(), "json"))
    (each,) = good["diffs"]
    for part in (good, each, each["changes"][0], each["layers"][0], each["layers"][0]["metrics"], each["totals"]):
        for key in list(part):
            held = part.pop(key)
            assert not judge.is_valid(good), key
            part[key] = held
        part["surprise"] = 1
        assert not judge.is_valid(good)
        del part["surprise"]
    for wrong in ({"kind": "gone"}, {"of": "net"}, {"old": 1}, {"layers": [{"old": "a"}]}):
        bad = json.loads(json.dumps(good))
        bad["diffs"][0]["changes"][0] |= wrong
        assert not judge.is_valid(bad)
    assert judge.is_valid(good)


def test_the_command_prints_the_schema() -> None:
    said = CliRunner().invoke(program, ["schema", "--diff"])
    assert json.loads(said.stdout) == printed_schema("diff")
    assert CliRunner().invoke(program, ["schema", "--diff", "--report"]).exit_code == 2


HOSTILE = [
    "two\nlines",
    "::error file=x::pwned",
    "a\r\n::set-output name=x::y",
    "\x1b[31mred\x1b[0m \x9b2J",
    "a|b | c",
    "<script>alert(1)</script> <img src=x>",
    "`code` ``` @someone #1 [link](http://x)",
    "**bold** --- \\| ~~no~~",
    "=1+cmd|'/c calc'!A0",
    "\u202eright to left \u2028 \u200b",
    "-->",
    '"quoted", and\ttabs',
    "##[error]pwned",
    "long " * 12 + "::error::pwned " * 9,
]  # fmt: skip


def hostile(name: str) -> list[Entry]:
    """A diff in which every free text is this one: names of nets and files."""
    old, new = (cnnshape.analyze(net({"a": conv(n), "b": "ReLU"}, name=name)) for n in (4, 8))
    return [Entry(old, new, name, f"new {name}", cnnshape.diff(old, new)), Entry(None, new, "", name)]


def calm() -> list[Entry]:
    return hostile("calm")


@pytest.mark.parametrize("name", HOSTILE)
def test_no_name_breaks_out_of_text(name: str) -> None:
    text, quiet = render(hostile(name), "text"), render(calm(), "text")
    assert all(c.isprintable() or c == "\n" for c in text)
    for line in text.splitlines():
        assert not line.lstrip().startswith("::")
        assert "##[" not in line
    for block, calm_block in zip(text.split("\n\n"), quiet.split("\n\n"), strict=True):
        assert block == calm_block or calm_block.startswith("calm")


@pytest.mark.parametrize("name", HOSTILE)
def test_no_name_breaks_out_of_markdown(name: str) -> None:
    text, quiet = render(hostile(name), "markdown"), render(calm(), "markdown")
    assert len(text.splitlines()) == len(quiet.splitlines())
    assert all(c.isprintable() or c in "\n\u00a0" for c in text)
    for line, other in zip(text.splitlines(), quiet.splitlines(), strict=True):
        if line != other:
            assert line.startswith("**`")
            outside = re.sub(r"(`+)(?!`).*?(?<!`)\1(?!`)", "", line)
            assert not set("<>|@[#") & set(outside.replace("-\\>", "")), outside
    assert table(text) == table(quiet)


@pytest.mark.parametrize("name", HOSTILE)
def test_no_name_breaks_out_of_json_and_csv(name: str) -> None:
    data = json.loads(render(hostile(name), "json"))
    validator("diff").validate(data)
    assert data["diffs"][0]["old"] == {"name": name, "file": name}
    assert not any(line.lstrip().startswith("::") for line in render(hostile(name), "json").splitlines())
    rows = list(csv.reader(io.StringIO(render(hostile(name), "csv"))))
    assert len({len(row) for row in rows}) == 1
    assert len(rows) == len(list(csv.reader(io.StringIO(render(calm(), "csv")))))
    assert not any(row[0][:1] in ("=", "+", "-", "@") for row in rows)


def test_a_value_of_a_field_breaks_out_of_nothing() -> None:
    old, new = (cnnshape.analyze(net({"a": conv(4)})) for _ in range(2))
    (pair,) = cnnshape.diff(old, new).layers
    change: Any = cnnshape.diff(old, cnnshape.analyze(net({"a": conv(5)}))).changes[0]
    for name in HOSTILE:
        evil = change._replace(fields={"mode": (name, (name, name))}, pairs=(pair,))
        diff = type(cnnshape.diff(old, new))(old, new, (pair,), (evil,))
        text = render([Entry(old, new, diff=diff)], "text")
        assert all(c.isprintable() or c == "\n" for c in text)
        assert not any(line.lstrip().startswith("::") for line in text.splitlines())
        header, _, *rows = [
            line for line in render([Entry(old, new, diff=diff)], "markdown").splitlines() if "|" in line
        ][-3:]
        assert [len(re.findall(r"(?<!\\)\|", row)) for row in rows] == [len(re.findall(r"\|", header))]
