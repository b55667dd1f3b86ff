"""``cnnshape expand``: a net written out flat."""

import click

from cnnshape.analysis import analyze
from cnnshape.analysis.setup import Setup
from cnnshape.cli.options import NET, SPEC, loaded, set_up
from cnnshape.cli.terminal import format_of, put, refuse_same_file


@click.command("expand")
@SPEC
@set_up(NET)
@click.option("--output", type=click.Path(dir_okay=False), metavar="FILE", help="Write to a file, whole or not at all.")
def command(spec: str, setup: Setup, output: str | None) -> None:
    """Print the net in the file SPEC as a spec without blocks, variables and repeats: a line for each layer.

    Its analysis is the same.
    """
    from cnnshape.commands.expand.expand import expanded

    refuse_same_file(output, spec)
    format_of(None, output, ["yaml"])
    put(expanded(analyze(loaded(spec), setup=setup).graph), output)
