"""What somebody calls a net or a variant is a text in every format of every command, and never more."""

from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner

from cnnshape.cli import program
from tests.effort import share
from tests.render.readers import read

NAMES = [
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "</td></table>", "a|b", "`a` ``b", "*a* _b_ ~~c~~",
    "[a](http://x.y)", "https://evil.example/a", "www.evil.example", "ask @octocat", "me@evil.example", "# a", "- a",
    "1. a", "> a", "+ a", "= a", "***", "&lt;b&gt; &#64;x", "\\", "a\\", "\\input{evil}", "}\\evil{",
    "\\end{tabular}\\evil", "$\\evil$", "50 % {", "a & b # c ^ d ~ e", "--", "^^M\\evil", "=HYPERLINK(1)",
    "+1+cmd|' /C calc'!A0", "-2+3", "@SUM(1)", "\t=1", '"""\nimport os', "two\nlines", "a\r\nb", "\x1b[31mred",
    "a\x0cb", "a\u2028b", "\u202egnp.exe", "a\u200bb", "\u2066x", "\ufeffa", "網絡 é", "::error::pwned",
    "##[error]pwned", f"{'long ' * 15} ::error::pwned",
]  # fmt: skip
COMMANDS: dict[str, tuple[str, ...]] = {
    "report": ("net.yaml",),
    "compare": ("net.yaml", "net.yaml@b"),
    "conventions": ("net.yaml",),
    "diff": ("net.yaml", "other.yaml"),
    "check": ("net.yaml",),
    "sweep": ("net.yaml", "--variants"),
    "solve": ("net.yaml", "--vary", "width=2:4", "--maximize", "macs"),
    "formula": ("net.yaml",),
    "explain": ("net.yaml", "conv"),
}


def formats(command: str) -> list[str]:
    """The formats of a command, but for those that are not texts."""
    view = import_module(f"cnnshape.commands.{command}.view").VIEW
    return [name for name in view.formats if name != "parquet"]


def net(name: str, **more: Any) -> dict[str, Any]:
    layers = {
        "conv": {"op": "Conv2d", "out_channels": "width", "kernel_size": 3},
        "unused": {"op": "ReLU", "from": "input"},
        "act": {"op": "ReLU", "from": "conv"},
    }
    said = {
        "cnnshape": 1,
        "name": name,
        "description": name,
        "input": [3, 8, 8],
        "layers": layers,
        "unused": ["unused"],
    }
    return said | {"vars": {"width": 4}, "variants": {name: {"width": 5}, "b": {}}} | more


CASES = [
    (command, format)
    for command in COMMANDS
    if find_spec(f"cnnshape.commands.{command}.view")
    for format in formats(command)
]


@pytest.mark.parametrize(("command", "format"), CASES)
def test_a_name_is_a_text(command: str, format: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in share(NAMES, 3):
        limits = [
            {"metric": each, "max": most, "name": name, "message": name}
            for each, most in (("macs", "1 G"), ("params", "1 params"))
        ]
        budget = {"budget": limits} if command == "check" else {}
        Path("net.yaml").write_text(yaml.safe_dump(net(name, **budget), sort_keys=False))
        Path("other.yaml").write_text(yaml.safe_dump(net(name, vars={"width": 6}), sort_keys=False))
        result = CliRunner().invoke(program, [command, *COMMANDS[command], "--format", format])
        if "the text holds the character" in result.output:
            continue  # no spec may have such a name
        assert result.exit_code in (0, 1), result.output
        read(result.stdout, format)


def test_every_command_with_a_view_is_here() -> None:
    folders = {
        path.parent.name for path in Path(import_module("cnnshape.commands").__file__ or "").parent.glob("*/view.py")
    }
    assert folders - {"conv", "verify"} <= {*COMMANDS}


@pytest.mark.parametrize(
    ("format", "text"),
    [
        ("markdown", "<b>a</b>\n"), ("markdown", "see https://evil.example\n"), ("markdown", "ask @octocat\n"),
        ("html", "<!doctype html><p><b>x</b></p>\n"), ("latex", "\\evil\n"), ("latex", "a { b\n"),
        ("latex", "50 % a\n"), ("csv", "a\n=1\n"), ("text", "::error::x\n"), ("text", "a\x1b[31m\n"),
        ("json", '{"a": "\u202e"}\n'),
    ],
)  # fmt: skip
def test_the_readers_bite(format: str, text: str) -> None:
    with pytest.raises(AssertionError):
        read(text, format)
