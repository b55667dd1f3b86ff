"""``cnnshape schema``: the JSON Schema of specs, of files of blocks, or of what a command gives as JSON."""

import json
from importlib import import_module
from typing import Any, Final

import click

from cnnshape.cli.talk import format_of, put
from cnnshape.errors import Problem, UsageError

_WIDE: Final = 120

_SCHEMAS: Final = {
    "spec": ("schema", "spec_schema", ""),
    "blocks": ("schema", "blocks_schema", "files of blocks, which specs include"),
    "report": ("render.json", "report_schema", "`cnnshape report --format json`"),
    "comparison": ("render.comparison", "comparison_schema", "`cnnshape compare --format json`"),
    "diff": ("render.diffs.json", "diff_schema", "`cnnshape diff --format json`"),
    "check": ("render.check_json", "check_schema", "`cnnshape check --format json`"),
    "conventions": ("render.conventions", "conventions_schema", "`cnnshape conventions --format json`"),
    "conv": ("render.conv", "conv_schema", "`cnnshape conv --format json`"),
    "solution": ("render.solutions.data", "solution_schema", "`cnnshape solve --format json`"),
    "sweep": ("render.sweeps.data", "sweep_schema", "`cnnshape sweep --format json`"),
}
"""The module and function that give each schema, and what it is the schema of."""


def _flags(command: Any) -> Any:
    """Give a command a flag for each schema but the first."""
    for name, (_, _, what) in reversed(_SCHEMAS.items()):
        if what:
            command = click.option(f"--{name}", is_flag=True, help=f"The schema of {what} instead.")(command)
    return command


@click.command("schema")
@_flags
@click.option("--output", type=click.Path(dir_okay=False), metavar="FILE", help="Write to a file, whole or not at all.")
def command(output: str | None, **flags: bool) -> None:
    """Print the JSON Schema of the spec language, for completion and checks in editors."""
    format_of(None, output, ["json"])
    asked = [name for name in _SCHEMAS if flags.get(name)]
    if len(asked) > 1:
        hint = "call it twice, with an `--output` each"
        raise UsageError(Problem(f"--{asked[0]} and --{asked[1]} ask for two schemas at once", hint=hint))
    module, function, _ = _SCHEMAS[asked[0] if asked else "spec"]
    put(pretty(getattr(import_module(f"cnnshape.{module}"), function)()) + "\n", output)


def pretty(value: Any, indent: str = "") -> str:
    """JSON with a line for whatever fits into one.

    >>> print(pretty({"type": "object", "required": ["op"]}))
    {"type": "object", "required": ["op"]}
    """
    line = json.dumps(value)
    if len(indent) + len(line) <= _WIDE or not isinstance(value, dict | list) or not value:
        return line
    inner = indent + "  "
    if isinstance(value, list):
        return _lines("[", [pretty(item, inner) for item in value], "]", inner, indent)
    return _lines("{", [f"{json.dumps(key)}: {pretty(held, inner)}" for key, held in value.items()], "}", inner, indent)


def _lines(opening: str, items: list[str], closing: str, inner: str, indent: str) -> str:
    return opening + "\n" + ",\n".join(inner + item for item in items) + "\n" + indent + closing
