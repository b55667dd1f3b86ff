"""No name starts a command of a GitHub workflow where what we print goes to its log."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from cnnshape.cli import program

SPEC = """\
cnnshape: 1
name: "{name}"
input: [3, 8, 8]
layers:
  conv: {{op: Conv2d, out_channels: 4, kernel_size: 3}}
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
)


@pytest.mark.parametrize("name", ["::error::pwned", "  ::error::pwned", "##[error]pwned", "x ##[error]pwned"])
@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_no_line_is_a_command(words: list[str], name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "net.yaml").write_text(SPEC.format(name=name), encoding="utf-8")
    result = CliRunner().invoke(program, [*words, "net.yaml"])
    assert result.exit_code in (0, 1), result.output
    assert "pwned" in result.output
    for line in result.output.splitlines():
        assert not line.lstrip().startswith("::")
        assert "##[" not in line
