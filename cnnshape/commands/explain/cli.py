"""``cnnshape explain``: where a figure comes from, step by step."""

from typing import Any, Final

import click

from cnnshape.cli.options import analysed, analysis
from cnnshape.cli.terminal import format_of, put, refuse_same_file

_FORMATS: Final = ("text", "markdown", "latex")


@click.command("explain")
@analysed
@click.argument("layer", required=False)
@click.option("--metric", "metrics", multiple=True, metavar="KEY", help="Only this figure; may be given again.")
@click.option("--format", "format", type=click.Choice(_FORMATS),
              help="Text, or what FILE's ending says.")  # fmt: skip
@click.option("--output", type=click.Path(dir_okay=False), metavar="FILE", help="Write to a file, whole or not at all.")
def command(
    layer: str | None, metrics: tuple[str, ...], format: str | None, output: str | None, **settings: Any
) -> None:
    """Say how the figures of LAYER come about: the formula, the values that go in and where they stand, the result.

    Without LAYER, say what the figures of the whole net in the file SPEC are made of.
    """
    from cnnshape.commands.explain.explain import explanation, net_explanation
    from cnnshape.commands.explain.render.formats import render

    refuse_same_file(output, settings["spec"])
    kind = format_of(format, output, _FORMATS)
    net = analysis(**settings)
    asked = metrics or None
    put(render(net_explanation(net, asked) if layer is None else explanation(net, layer, asked), kind), output)
