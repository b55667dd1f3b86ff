"""``cnnshape explain``: where a figure comes from, step by step."""

import click

from cnnshape.analysis import analyze
from cnnshape.analysis.setup import Setup
from cnnshape.cli.options import COST, NET, SPEC, loaded, set_up
from cnnshape.cli.terminal import format_of, put, refuse_same_file
from cnnshape.commands.explain.view import VIEW


@click.command("explain")
@SPEC
@set_up(NET, COST)
@click.argument("layer", required=False)
@click.option("--metric", "metrics", multiple=True, metavar="KEY", help="Only this figure; may be given again.")
@click.option("--format", "format", type=click.Choice(VIEW.formats),
              help="Text, or what FILE's ending says.")  # fmt: skip
@click.option("--output", type=click.Path(dir_okay=False), metavar="FILE", help="Write to a file, whole or not at all.")
def command(
    spec: str, setup: Setup, layer: str | None, metrics: tuple[str, ...], format: str | None, output: str | None
) -> None:
    """Say how the figures of LAYER come about: the formula, the values that go in and where they stand, the result.

    Without LAYER, say what the figures of the whole net in the file SPEC are made of.
    """
    from cnnshape.commands.explain.explain import explanation, net_explanation

    refuse_same_file(output, spec)
    kind = format_of(format, output, VIEW.formats)
    net = analyze(loaded(spec), setup=setup)
    asked = metrics or None
    found = net_explanation(net, asked) if layer is None else explanation(net, layer, asked)
    put(VIEW.render(found, kind), output)
