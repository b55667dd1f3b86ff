"""Texts of a spec in what others read or run: Python, LaTeX, logs, spreadsheets.  None of them becomes code."""

import ast
import csv
import io
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner, Result
from hypothesis import example, given, settings
from hypothesis import strategies as st

from cnnshape.cli import program
from cnnshape.commands.formula.formula import formula
from cnnshape.render import render
from cnnshape.render.latex import literal, plain
from cnnshape.render.names import cell

RUN = '"""\nimport os; os.environ["PWNED"] = "1"\n"""'
NAMES = [
    RUN, RUN.replace("\n", ";"), "\\", '\\"""', 'a"""', '"' * 7, "'''", "\\N{BULLET}", "\\u0041\\x41", "{x!r}",
    "a\x0cb", "two\nlines\\input{evil}", "a\r\\evil", "a\u2028\\evil", "a\x85\\evil",
    "\\end{aligned}\\evil{%", "}\\evil", "^^M\\evil", "$\\evil$", "-->x<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>", "`$(touch evil)`", "é 网络", "\udcff\ud800", "::error::pwned", "x ::error::pwned",
    "##[error]pwned", f"{'long ' * 15} ::error::pwned", "%0A::error::", "=HYPERLINK(1)", "+1+cmd|' /C calc'!A0", "-2+3",
    "@SUM(1)", "\t=1",
]  # fmt: skip
TEXTS = st.one_of(
    st.sampled_from(NAMES),
    st.text(max_size=30),
    st.text(alphabet="\"'\\\n\r`%${}^~_#&<>|=+-@:; a\x00\x1b", max_size=40),
)
WORDS = st.sampled_from(
    [
        "class",
        "lambda",
        "None",
        "gcd",
        "match",
        "_",
        "__import__",
        "macs",
        "print",
        "os",
        "def",
        "H",
        "W",
        "a_H",
        "size",
    ]
)
INPUTS = st.from_regex(re.compile(r"[A-Za-z0-9_][A-Za-z0-9_./:+-]{0,6}", re.ASCII), fullmatch=True)
FORMATS = ("text", "latex", "markdown", "python")


@st.composite
def nets(draw: st.DrawFn) -> tuple[dict[str, Any], list[str]]:
    """A net with texts and names as odd as they may be, and what is free in it."""
    variables = draw(st.lists(WORDS, min_size=1, max_size=3, unique=True))
    inputs = draw(st.lists(INPUTS, min_size=1, max_size=3, unique=True))
    layers: dict[str, Any] = {
        f"c{place}": {"op": "Conv1d", "from": name, "out_channels": variables[-1], "kernel_size": 2, "stride": 2}
        for place, name in enumerate(inputs)
    }
    joined = draw(INPUTS.filter(lambda name: name not in inputs and name not in layers))
    layers[joined] = {"op": "Concat", "dim": 2, "from": [*layers]}
    axes = {name: [draw(st.sampled_from([2, variables[0]])), draw(st.integers(2, 9))] for name in inputs}
    net = {"cnnshape": 1, "name": draw(TEXTS), "inputs": axes, "vars": dict.fromkeys(variables, 4), "layers": layers}
    letters = [f"{name}.L" for name in inputs] if len(inputs) > 1 else ["L"]
    free = [*dict.fromkeys([variables[-1], *(letters if not {"L"} & {*variables} else [])])]
    return net, free


@settings(max_examples=2 * settings().max_examples)
@given(nets(), st.sampled_from(["macs", "output", "peak_memory", "flops.full"]))
def test_python_is_one_function_that_says_what_a_report_says(drawn: Any, metric: str) -> None:
    net, free = drawn
    form = formula(net, free=free, metric=metric)
    text = render(form, "python")
    module = ast.parse(text)
    *heads, function = module.body
    assert isinstance(function, ast.FunctionDef)
    assert [ast.unparse(head) for head in heads] in ([], ["from math import gcd"])
    docstring, returned = function.body
    assert isinstance(docstring, ast.Expr)
    assert isinstance(docstring.value, ast.Constant)
    assert isinstance(returned, ast.Return)
    called = {
        each.func.id for each in ast.walk(returned) if isinstance(each, ast.Call) and isinstance(each.func, ast.Name)
    }
    assert called <= {"max", "min", "gcd"}
    known: dict[str, Any] = {}
    exec(compile(module, "formula", "exec", dont_inherit=True), known)
    names = [arg.arg for arg in function.args.args]
    for more in (0, 1, 3):
        sizes = {name: size + more for name, size in form.point.items()}
        assert known[function.name](*sizes.values()) == form(**sizes), names


@pytest.mark.parametrize("name", NAMES)
def test_importing_a_formula_does_nothing(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PWNED", raising=False)
    layers = {"conv": {"op": "Conv2d", "out_channels": 4, "kernel_size": 3}}
    form = formula({"cnnshape": 1, "name": name, "input": [3, 8, 8], "layers": layers}, inputs={"input": (1, 1)})
    known: dict[str, Any] = {}
    exec(render(form, "python"), known)
    assert "PWNED" not in __import__("os").environ
    assert known["macs"](8, 9) == form(H=8, W=9)
    assert known["macs"].__doc__.isprintable() or "\n" in known["macs"].__doc__


@settings(max_examples=2 * settings().max_examples)
@given(TEXTS)
@example("\\end{aligned}\\evil{%")
def test_the_name_of_a_net_stays_a_name_in_latex(name: str) -> None:
    layers = {"conv": {"op": "Conv2d", "out_channels": 4, "kernel_size": 3}}
    form, usual = (formula({"cnnshape": 1, "name": each, "input": [3, 8, 8], "layers": layers}) for each in (name, "x"))
    known = rf"\texttt{{{literal(form.name)}}}" if form.name else ""
    shown = render(form, "latex")
    assert shown == render(usual, "latex").replace(r"\texttt{x}", known)
    assert not set(shown) & set("\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029")


@given(st.text(alphabet="\\{}$&#^_~%`ab \n", max_size=20))
def test_no_text_of_latex_is_a_command(text: str) -> None:
    shown = plain(text)
    known = r"\\(text(backslash|less|greater|bar|asciigrave)\{\}|\^\{\}|~\{\}|texttt\{|[&%$#_{}])|-\{\}"
    left = re.sub(known, "", shown)
    assert not set(left) & set("\\$&#_^~%")
    assert left.count("{") == 0
    assert left.count("}") == shown.count("\\texttt{")


@given(TEXTS)
@example("=1+1")
def test_no_cell_is_a_formula(text: str) -> None:
    shown = cell(text)
    assert shown in (text, f"'{text}")
    is_number = re.fullmatch(r"[-+]?[0-9]+(\.[0-9]+)?", shown)
    assert is_number or shown[:1] not in ("=", "+", "-", "@", "\t", "\r")


def ran(*words: str) -> Result:
    result = CliRunner().invoke(program, [*words])
    assert result.exception is None or isinstance(result.exception, SystemExit), (words, result.exception)
    assert result.exit_code in (0, 1), result.output
    return result


CSVS = (
    ("compare", "net.yaml"),
    ("sweep", "net.yaml", "--variants"),
    ("diff", "net.yaml", "other.yaml"),
    ("report", "net.yaml"),
    ("conventions", "net.yaml"),
)


@pytest.mark.parametrize("words", CSVS, ids=" ".join)
@pytest.mark.parametrize("name", NAMES[-6:])
def test_no_csv_holds_a_formula(
    words: tuple[str, ...], name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    net: dict[str, Any] = {
        "cnnshape": 1, "name": name, "input": [3, 8, 8],
        "vars": {"width": 4}, "variants": {name: {"width": 5}, "b": {}},
        "layers": {"conv": {"op": "Conv2d", "out_channels": "width", "kernel_size": 3}},
    }  # fmt: skip
    Path("net.yaml").write_text(yaml.safe_dump(net, sort_keys=False))
    Path("other.yaml").write_text(yaml.safe_dump({**net, "vars": {"width": 6}}, sort_keys=False))
    for row in csv.reader(io.StringIO(ran(*words, "--format", "csv").stdout)):
        for each in row:
            assert cell(each) == each or re.fullmatch(r"[-+0-9. x]+", each), each
