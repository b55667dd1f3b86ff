"""``cnnshape formula``: a figure of a net as a formula over its sizes."""

import click

from cnnshape.analysis.setup import Setup
from cnnshape.cli.options import COST, NET, SPEC, loaded, set_up
from cnnshape.cli.terminal import format_of, put, refuse_same_file
from cnnshape.commands.formula.view import VIEW


def _names(_: click.Context, __: click.Parameter, text: str | None) -> tuple[str, ...] | None:
    return None if text is None else tuple([name.strip() for name in text.split(",") if name.strip()])


@click.command("formula")
@SPEC
@set_up(NET, COST)
@click.option("--free", callback=_names, metavar="NAMES", help="Axes, N for the batch, variables: H,W by default.")
@click.option("--metric", default="macs", show_default=True, metavar="KEY", help="The figure, as `check` names it.")
@click.option("--layer", metavar="PATH", help="The figure of one layer.")
@click.option("--assume", multiple=True, metavar="CONDITION", help="What holds of the sizes: 'H % 32 == 0', 'H == W'.")
@click.option("--format", "format", type=click.Choice(VIEW.formats),
              help="Text, or what FILE's ending says.")  # fmt: skip
@click.option("--output", type=click.Path(dir_okay=False), metavar="FILE", help="Write to a file, whole or not at all.")
def command(
    spec: str, setup: Setup, free: tuple[str, ...] | None, metric: str, layer: str | None, assume: tuple[str, ...],
    format: str | None, output: str | None,
) -> None:  # fmt: skip
    """Write a figure of the net in the file SPEC as a formula over its sizes, and say for which sizes it holds.

    The formula is exact, with its floors; a second one is without them, for sizes that the strides divide. What is
    assumed of the sizes is either stated or follows from the net as it is set, by --input and --set.
    """
    from cnnshape.commands.formula.formula import formula

    refuse_same_file(output, spec)
    kind = format_of(format, output, VIEW.formats)
    form = formula(loaded(spec), free=free, metric=metric, layer=layer, assume=assume, setup=setup)
    put(VIEW.render(form, kind), output)
