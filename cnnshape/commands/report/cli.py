"""``cnnshape report``: what every layer of a net puts out, holds, computes and sees."""

from typing import Any

import click

from cnnshape.analysis import analyze
from cnnshape.analysis.setup import Setup
from cnnshape.cli.options import COST, NET, SPEC, loaded, set_up
from cnnshape.cli.terminal import format_of, put, refuse_same_file, room
from cnnshape.commands.report.columns import COLUMNS
from cnnshape.commands.report.view import VIEW, Options
from cnnshape.core.errors import Problem, UsageError


def _position(text: str) -> tuple[str, tuple[int | None, ...]]:
    path, at, numbers = text.rpartition("@")
    parts = [part.strip() for part in numbers.split(",")]
    if not at or not all(part == "*" or (part.isascii() and part.isdigit() and len(part) < 13) for part in parts):
        hint = "`--window layer1.conv@0,0` asks for the first row and column of its output"
        raise UsageError(Problem(f"--window takes PATH@y,x, not `{text}`", hint=hint))
    return path, tuple(None if part == "*" else int(part) for part in parts)


@click.command("report", epilog=f"Columns: {', '.join(COLUMNS)}.")
@SPEC
@set_up(NET, COST)
@click.option("--columns", metavar="KEYS", help="Columns, a,b,c or relative to the default: +a,-b.")
@click.option("--level", type=click.IntRange(1), metavar="N", help="Roll up to blocks: N parts of the path.")
@click.option("--units", type=click.Choice(["auto", "exact", "k", "M", "G"]), help="Unit of counts; bytes follow.")
@click.option("--sort", metavar="KEY", help="Sort by a column, largest first; the file's order otherwise.")
@click.option("--format", "format", type=click.Choice(list(VIEW.formats)), help="Text, or what FILE's ending says.")
@click.option("--output", type=click.Path(dir_okay=False), metavar="FILE", help="Write to a file, whole or not at all.")
@click.option("--width", type=click.IntRange(1), metavar="N", help="Fit the text to N columns, not to the terminal.")
@click.option("--window", metavar="PATH@y,x", help="Say which pixels one position reads, borders included; * is all.")
def command(
    spec: str, setup: Setup, columns: str | None, level: int | None, units: Any, sort: str | None, format: str | None,
    output: str | None, width: int | None, window: str | None,
) -> None:  # fmt: skip
    """Say what every layer of the net in the file SPEC puts out, holds, computes and sees.

    Numbers are exact; the text scales them (--units exact does not).  A receptive field of `35 /8 @-15` is 35 pixels
    wide, moves by 8 from output to output, and starts at -15, in the padding.
    """
    refuse_same_file(output, spec)
    shaping = {"columns": columns, "level": level, "units": units, "sort": sort, "format": format, "width": width}
    kind = format_of(format, output, VIEW.formats if window is None else ["text"])
    words = tuple(columns.split(",")) if columns is not None else None
    options = Options(columns=words, level=level, units=units, sort=sort, width=room(width, kind, output))
    if window is None:
        put(VIEW.render(analyze(loaded(spec), setup=setup), kind, options), output)
        return
    from cnnshape.commands.report.window import render as render_window

    for name, stated in shaping.items():
        if stated is not None:
            raise UsageError(Problem(f"--{name} does not go with --window", hint="what is read is said in a few lines"))
    path, position = _position(window)
    put(render_window(analyze(loaded(spec), setup=setup), path, position), output)
