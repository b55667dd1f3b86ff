"""``cnnshape schema``: schemas that are schemas, and that hold for what is in the repository."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from click.testing import CliRunner

from cnnshape.cli import program
from cnnshape.commands.schema.cli import _FLAGS, pretty
from cnnshape.commands.schema.schema import spec_schema
from tests.golden_files import GOLDEN


def schema(*words: str) -> Any:
    result = CliRunner().invoke(program, ["schema", *words])
    assert (result.exit_code, result.stderr) == (0, "")
    return json.loads(result.stdout)


PRINTED = {
    "--report": ("chain", "branches", "volume"),
    "--comparison": ("compare", "compare3"),
    "--diff": ("diff", "diff_family"),
    "--check": ("check.holds", "check.broken"),
    "--conventions": ("conventions",),
    "--conv": ("conv", "conv3d"),
    "--solution": ("solve.box", "solve.none", "solve.no_net", "solve.layer", "solve.nearest"),
    "--sweep": ("sweep", "sweep_variants"),
    "--formula": ("formula_resnet", "formula_shape", "formula_width", "formula_assumed"),
    "--explain": ("explain.conv", "explain.pool", "explain.net"),
    "--verify": ("verify",),
}
"""The golden files of what each command gives as JSON."""
ALL: list[list[str]] = [[], ["--blocks"], *([flag] for flag in PRINTED)]


@pytest.mark.parametrize("words", ALL)
def test_it_is_a_schema(words: list[str]) -> None:
    jsonschema.Draft202012Validator.check_schema(schema(*words))


def test_every_schema_is_tested() -> None:
    assert [f"--{name}" for name in _FLAGS] == ["--blocks", *PRINTED]


@pytest.mark.parametrize("flag", PRINTED)
def test_the_golden_files_meet_their_schema_and_no_other(flag: str) -> None:
    judge = jsonschema.Draft202012Validator(schema(flag))
    for other, names in PRINTED.items():
        for name in names:
            assert judge.is_valid(json.loads((GOLDEN / f"{name}.json").read_text())) == (flag == other), name


def test_the_golden_specs_meet_theirs() -> None:
    specs = jsonschema.Draft202012Validator(schema())
    for file in GOLDEN.glob("*.yaml"):
        specs.validate(yaml.safe_load(file.read_text()))


def test_one_schema_at_a_time() -> None:
    result = CliRunner().invoke(program, ["schema", "--report", "--comparison"])
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith("error: --report and --comparison ask for two schemas at once [invalid-usage]\n")


def test_it_writes_a_file(tmp_path: Path) -> None:
    file = tmp_path / "schema.json"
    assert schema("--report") == json.loads(CliRunner().invoke(program, ["schema", "--report"]).stdout)
    assert CliRunner().invoke(program, ["schema", "--report", "--output", str(file)]).stdout == ""
    assert json.loads(file.read_text()) == schema("--report")


def test_two_schemas_at_once_are_refused() -> None:
    result = CliRunner().invoke(program, ["schema", "--blocks", "--report"])
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == (
        "error: --blocks and --report ask for two schemas at once [invalid-usage]\n\n"
        "hint: call it twice, with an `--output` each\n"
    )


@pytest.mark.parametrize("words", [[], ["--blocks"], ["--report"], ["--conv"]])
def test_it_is_the_same_bytes_each_time_and_readable(words: list[str]) -> None:
    command = [sys.executable, "-m", "cnnshape", "schema", *words]
    texts = [
        subprocess.run(command, capture_output=True, check=True, env=os.environ | {"PYTHONHASHSEED": seed}).stdout
        for seed in ("1", "2")
    ]
    assert texts[0] == texts[1]
    assert texts[0].endswith(b"}\n")
    assert [line for line in texts[0].decode().splitlines() if len(line) > 300] == []


def test_pretty_json_is_the_same_data() -> None:
    found = spec_schema()
    assert json.loads(pretty(found)) == found
    assert pretty({"a": ["x" * 60, "y" * 60], "b": {}}) == (
        '{\n  "a": [\n    "' + "x" * 60 + '",\n    "' + "y" * 60 + '"\n  ],\n  "b": {}\n}'
    )
