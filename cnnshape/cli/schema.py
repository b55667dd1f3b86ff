"""``cnnshape schema``: the JSON Schema of specs, of files of blocks, or of reports."""

import json
from typing import Any, Final

import click

from cnnshape.cli.talk import put
from cnnshape.errors import Problem, UsageError

_WIDE: Final = 120


@click.command("schema")
@click.option("--blocks", is_flag=True, help="The schema of files of blocks, which specs include, instead.")
@click.option("--report", is_flag=True, help="The schema of `cnnshape report --format json` instead.")
@click.option("--output", type=click.Path(dir_okay=False), metavar="FILE", help="Write to a file, whole or not at all.")
def command(blocks: bool, report: bool, output: str | None) -> None:
    """Print the JSON Schema of the spec language, for completion and checks in editors."""
    if blocks and report:
        hint = "call it twice, with an `--output` each"
        raise UsageError(Problem("--blocks and --report ask for two schemas at once", hint=hint))
    if report:
        from cnnshape.render.json import report_schema

        found = report_schema()
    else:
        from cnnshape.schema import blocks_schema, spec_schema

        found = blocks_schema() if blocks else spec_schema()
    put(pretty(found) + "\n", output)


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
