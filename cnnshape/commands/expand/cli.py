"""``cnnshape expand``: a net written out flat."""

from typing import Any

import click

from cnnshape.cli.options import analysis, built
from cnnshape.cli.terminal import format_of, put, refuse_same_file


@click.command("expand")
@built
@click.option("--output", type=click.Path(dir_okay=False), metavar="FILE", help="Write to a file, whole or not at all.")
def command(output: str | None, **settings: Any) -> None:
    """Print the net in the file SPEC as a spec without blocks, variables and repeats: a line for each layer.

    Its analysis is the same.
    """
    from cnnshape.commands.expand.expand import expanded

    refuse_same_file(output, settings["spec"])
    format_of(None, output, ["yaml"])
    put(expanded(analysis(**settings).graph), output)
