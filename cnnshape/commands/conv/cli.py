"""``cnnshape conv``: one convolution and the other ways to build it."""

from collections.abc import Callable
from typing import Any

import click

from cnnshape.cli.terminal import format_of, put, say
from cnnshape.commands.conv.view import VIEW, Options, left_out, spec
from cnnshape.core.errors import Problem, UsageError


def _numbers(sign: str, example: str) -> Callable[[click.Context, click.Parameter, str | None], tuple[int, ...] | None]:
    """What reads whole numbers with a sign between them."""

    def read(_: click.Context, option: click.Parameter, text: str | None) -> tuple[int, ...] | None:
        if text is None:
            return None
        parts = [part.strip() for part in text.lower().split(sign)]
        if not all(part.isascii() and part.isdigit() and len(part) < 13 for part in parts):
            raise UsageError(Problem(f"{option.opts[0]} takes numbers such as {example}, not `{text}`"))
        return tuple(map(int, parts))

    return read


_AXES = _numbers("x", "3 or 3x5")
_CHANNELS = click.IntRange(1)


@click.command("conv")
@click.option("--in", "in_channels", type=_CHANNELS, required=True, metavar="C", help="Channels that go in.")
@click.option("--out", "out_channels", type=_CHANNELS, required=True, metavar="K", help="Channels that come out.")
@click.option("--kernel", "kernel_size", callback=_AXES, required=True, metavar="k", help="Its size: 3, or 3x5.")
@click.option("--size", callback=_numbers("x", "56x56"), required=True, metavar="HxW", help="Input, of 1 to 3 axes.")
@click.option("--stride", callback=_AXES, default="1", show_default=True, metavar="N", help="Stride.")
@click.option("--padding", callback=_AXES, metavar="N", help="Padding, half the kernel by default.")
@click.option("--dilation", callback=_AXES, default="1", show_default=True, metavar="N", help="Dilation.")
@click.option("--bias", is_flag=True, help="Give every convolution a bias.")
@click.option("--groups", callback=_numbers(",", "2,4,8"), metavar="G,G", help="Groups to compare, not 2,4,8,16,32.")
@click.option("--mid", type=_CHANNELS, metavar="M", help="Channels in the bottleneck, a quarter of K by default.")
@click.option("--units", type=click.Choice(["auto", "exact", "k", "M", "G"]), help="Unit of counts.")
@click.option("--format", "format", type=click.Choice(VIEW.formats), help="Text, or what FILE's ending says.")
@click.option("--output", type=click.Path(dir_okay=False), metavar="FILE", help="Write to a file, whole or not at all.")
@click.option("--spec", "row", metavar="ROW", help="Print the spec of a row instead, such as depthwise_separable.")
def command(output: str | None, format: str | None, units: Any, row: str | None, **given: Any) -> None:
    """Compare the ways to build one convolution: grouped, depthwise, separable, flattened, shuffled, bottlenecked.

    For each the table says parameters and MACs with their ratio to the standard convolution, the receptive field, the
    output, and the formulas. All figures are summed over the layers of a spec, which --spec prints.
    """
    from cnnshape.commands.conv.conv import compare_conv

    if row is not None:
        for name, stated in (("format", format), ("units", units)):
            if stated is not None:
                raise UsageError(Problem(f"--{name} does not go with --spec", hint="a spec is YAML, with exact sizes"))
        format_of(None, output, ["yaml"])
        put(spec(compare_conv(**given)[row]), output)
        return
    kind = format_of(format, output, VIEW.formats)
    ways = compare_conv(**given)
    put(VIEW.render(ways, kind, Options(units)), output)
    if kind == "csv":  # which has no room for sentences
        for line in left_out(ways):
            say(line)
