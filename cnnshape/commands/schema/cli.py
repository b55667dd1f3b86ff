"""``cnnshape schema``: the JSON Schema of specs, of files of blocks, or of what a command gives as JSON."""

import json
from typing import Any, Final

import click

from cnnshape.cli.terminal import format_of, put
from cnnshape.commands.schema.printed import printed_schema
from cnnshape.core.errors import Problem, UsageError

_WIDE: Final = 120

_COMMANDS: Final = {
    "report": "report", "comparison": "compare", "diff": "diff", "check": "check", "conventions": "conventions",
    "conv": "conv", "solution": "solve", "sweep": "sweep", "formula": "formula", "explain": "explain",
    "verify": "verify",
}  # fmt: skip
"""The flags for schemas of JSON, and the commands that print it."""

_FLAGS: Final = {
    "blocks": "files of blocks, which specs include",
    **{flag: f"`cnnshape {command} --format json`" for flag, command in _COMMANDS.items()},
}
"""What the schema of each flag is of."""


def _flags(command: Any) -> Any:
    """Give a command its flags."""
    for name, what in reversed(_FLAGS.items()):
        command = click.option(f"--{name}", is_flag=True, help=f"The schema of {what} instead.")(command)
    return command


@click.command("schema")
@_flags
@click.option("--output", type=click.Path(dir_okay=False), metavar="FILE", help="Write to a file, whole or not at all.")
def command(output: str | None, **flags: bool) -> None:
    """Print the JSON Schema of the spec language, for completion and checks in editors."""
    format_of(None, output, ["json"])
    asked = [name for name in _FLAGS if flags.get(name)]
    if len(asked) > 1:
        hint = "call it twice, with an `--output` each"
        raise UsageError(Problem(f"--{asked[0]} and --{asked[1]} ask for two schemas at once", hint=hint))
    put(pretty(_schema(asked[0] if asked else "")) + "\n", output)


def _schema(flag: str) -> dict[str, Any]:
    if flag in _COMMANDS:
        return printed_schema(_COMMANDS[flag])
    from cnnshape.commands.schema.schema import blocks_schema, spec_schema

    return blocks_schema() if flag else spec_schema()


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
