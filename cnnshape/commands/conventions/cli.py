"""``cnnshape conventions``: what each convention and each tool says of a net, and why."""

from typing import Any

import click

from cnnshape.analysis import analyze
from cnnshape.analysis.setup import Setup
from cnnshape.cli.options import NET, SPEC, loaded, set_up
from cnnshape.cli.terminal import format_of, put, refuse_same_file, say
from cnnshape.commands.conventions.view import VIEW, Options, notes


@click.command("conventions")
@SPEC
@set_up(NET)
@click.option("--convention", "names", multiple=True, metavar="NAME", help="Only this one; may be given again.")
@click.option("--units", type=click.Choice(["auto", "exact", "k", "M", "G"]), help="Unit of counts.")
@click.option("--format", "format", type=click.Choice(VIEW.formats), help="Text, or what FILE's ending says.")
@click.option("--output", type=click.Path(dir_okay=False), metavar="FILE", help="Write to a file, whole or not at all.")
def command(
    spec: str, setup: Setup, names: tuple[str, ...], units: Any, format: str | None, output: str | None
) -> None:
    """Say what each convention of FLOPs makes of the net in the file SPEC, and what fvcore, ptflops, thop and
    torchinfo would print.

    The difference to the MACs is taken apart by kind of operation.  What a tool counts wrongly is marked.
    """
    from cnnshape.commands.conventions.conventions import compare_conventions

    refuse_same_file(output, spec)
    kind = format_of(format, output, VIEW.formats)
    net = analyze(loaded(spec), setup=setup)
    sayings = compare_conventions(net, tuple(dict.fromkeys(names)) or None)
    put(VIEW.render(sayings, kind, Options(units)), output)
    if kind == "csv":  # which has no room for sentences
        for line in notes(sayings):
            say(line)
