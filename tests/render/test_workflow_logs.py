"""No name starts a command of a GitHub workflow where what we print goes to its log."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from cnnshape.cli import program

SPEC = """\
cnnshape: 1
name: "{name}"
description: "{name}"
input: [3, 8, 8]
vars: {{width: 4}}
variants: {{"{name}": {{width: 5}}, b: {{}}}}
layers:
  conv: {{op: Conv2d, out_channels: width, kernel_size: 3}}
budget:
  - {{metric: macs, max: 1 G, name: "{name}", message: "{name}"}}
  - {{metric: params, max: 1 params, name: "{name}", message: "{name}"}}
"""
COMMANDS = (
    ["report"],
    ["report", "--format", "markdown"],
    ["compare"],
    ["diff", "net.yaml"],
    ["conventions"],
    ["check", "--verbose"],
    ["check", "--format", "markdown"],
    ["check", "--format", "junit"],
    ["check", "--format", "sarif"],
    *(["formula", "--format", each] for each in ("text", "latex", "markdown", "html", "json", "python")),
    *(["explain", "--format", each] for each in ("text", "markdown", "html", "latex", "json")),
    *(["sweep", "--set", "width=2:4", "--format", each] for each in ("text", "markdown", "json", "csv")),
    *(["sweep", "--variants", "--format", each] for each in ("text", "markdown", "json", "csv")),
    *(["solve", "--vary", "width=2:4", "--maximize", "macs", "--format", each] for each in ("text", "json", "csv")),
    *(["report", "--format", each] for each in ("json", "csv", "html")),
    *(["compare", "--format", each] for each in ("markdown", "json", "csv")),
    *(["diff", "net.yaml", "--format", each] for each in ("markdown", "json", "csv")),
    *(["conventions", "--format", each] for each in ("markdown", "json", "csv")),
    ["expand"],
)


NAMES = ["::error::pwned", "  ::error::pwned", "##[error]pwned", "x ##[error]pwned"]
NAMES += [f"{'long ' * length}::error::pwned" for length in (14, 15, 16, 23)]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_no_line_is_a_command(words: list[str], name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "net.yaml").write_text(SPEC.format(name=name), encoding="utf-8")
    result = CliRunner().invoke(program, [*words, "net.yaml"])
    assert result.exit_code in (0, 1), result.output
    for line in result.output.splitlines():
        assert not line.lstrip().startswith("::")
        assert "##[" not in line
