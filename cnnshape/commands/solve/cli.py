"""``cnnshape solve``: the largest or smallest net under some conditions, or how a layer gives an output."""

from dataclasses import replace
from typing import Any, Final

import click

from cnnshape.analysis.metrics import METRICS
from cnnshape.analysis.setup import Setup
from cnnshape.cli.options import loaded, sizes, values
from cnnshape.cli.terminal import FINDINGS, format_of, put, refuse_same_file, room
from cnnshape.commands.solve.view import VIEW, Options
from cnnshape.commands.sweep.options import knob_values, several_knobs
from cnnshape.core.errors import Problem, UsageError
from cnnshape.render import render

_VARY: Final = "--vary KNOB=VALUES"
_NOTHING: Final = Problem(
    "there is nothing to choose from", hint="give something several values: --vary width=8:256:8, --input 128:320:32"
)


@click.command("solve", epilog=f"Figures: {', '.join(METRICS)}; of a layer macs@PATH; output[1] is an axis.")
@several_knobs
@click.option("--vary", multiple=True, metavar="KNOB=VALUES", help="Values of a variable, of H, W or N, of a field.")
@click.option("--where", default="", metavar="COND", help='Conditions: "macs <= 300M and peak_memory <= 512KiB".')
@click.option("--maximize", default="", metavar="KEY", help="The figure or knob that is to be largest.")
@click.option("--minimize", default="", metavar="KEY", help="The figure or knob that is to be smallest.")
@click.option("--layer", metavar="PATH", help="Ask for the fields of this layer instead.")
@click.option("--output-size", metavar="HxW", help="With --layer: what it puts out.")
@click.option("--receptive-field", type=click.IntRange(1), metavar="N", help="With --layer: what it sees.")
@click.option("--units", type=click.Choice(["auto", "exact", "k", "M", "G"]), help="Unit of counts; bytes follow.")
@click.option("--format", "format", type=click.Choice(VIEW.formats), help="Text, or FILE's ending.")
@click.option("--output", type=click.Path(dir_okay=False), metavar="FILE", help="Write to a file, whole or not at all.")
@click.option("--width", type=click.IntRange(1), metavar="N", help="Fit the text to N columns, not to the terminal.")
def command(
    spec: str, layer: str | None, format: str | None, output: str | None, width: int | None, units: Any,
    output_size: str | None, receptive_field: int | None, **given: Any,
) -> None:  # fmt: skip
    """Say at which values the net in SPEC is largest, or smallest, of all that meet some conditions.

    Values are written 8:256:8 (both ends are meant), 8:64:*2, or 8,16,32. The answer is exact and comes with the next
    values and what stops them. With --layer: which stride, dilation, padding or kernel give what is asked of one layer.
    Exit status 1 where there is no answer.
    """
    refuse_same_file(output, spec)
    kind = format_of(format, output, VIEW.formats)
    options = Options(units, room(width, kind, output))
    VIEW.check(kind, options)
    if layer is None and (output_size or receptive_field):
        text = "--output-size and --receptive-field are asked of a layer"
        raise UsageError(Problem(text, hint="name it with --layer"))
    answer = _net(spec, **given) if layer is None else _layer(spec, layer, output_size, receptive_field, **given)
    put(render(answer, kind, options), output)
    if not answer:
        click.get_current_context().exit(FINDINGS)


def _net(
    spec: str, setup: Setup, vary: tuple[str, ...], settings: tuple[str, ...], inputs: tuple[str, ...], batch: str,
    variant: str | None, variants: bool, yes: bool, **asked: Any,
) -> Any:  # fmt: skip
    from cnnshape.commands.solve.solve import solve

    for name in values(vary, _VARY).keys() & values(settings).keys():
        raise UsageError(Problem(f"--vary and --set both give `{name}`", hint="give one of them"))
    read, plan, setup = knob_values(
        spec, setup, batch, variant, (*vary, *settings), inputs, variants=variants, nothing=_NOTHING, yes=yes
    )
    knobs = {names[0]: values for names, values in plan.groups}
    return solve(read, knobs, together=[names for names, _ in plan.groups], **asked, setup=setup)


def _layer(
    spec: str, path: str, output_size: str | None, receptive_field: int | None, setup: Setup, vary: tuple[str, ...],
    settings: tuple[str, ...], inputs: tuple[str, ...], batch: str, variant: str | None, variants: bool, where: str,
    maximize: str, minimize: str, yes: bool,
) -> Any:  # fmt: skip
    from cnnshape.commands.solve.layer import solve_layer
    from cnnshape.commands.sweep.plans import listed

    for name, stated in (("where", where), ("maximize", maximize), ("minimize", minimize), ("variants", variants)):
        if stated:
            hint = "--variant names one" if name == "variants" else "--output-size says what it puts out"
            raise UsageError(Problem(f"--{name} does not go with --layer", hint=hint))
    if not batch.isascii() or not batch.isdigit():
        raise UsageError(Problem(f"--batch takes one number beside --layer, not `{batch}`"))
    read = loaded(spec)
    return solve_layer(
        read, path, output=_sizes(output_size), receptive_field=receptive_field,
        vary={name: listed(text, name) for name, text in values(vary, _VARY).items()} or None,
        setup=replace(setup, batch=int(batch), variant=variant, settings=values(settings), inputs=sizes(inputs, read)),
    )  # fmt: skip


def _sizes(text: str | None) -> tuple[int, ...] | None:
    if text is None:
        return None
    parts = text.lower().split("x")
    if not all(part.isascii() and part.isdigit() and len(part) < 13 for part in parts):
        raise UsageError(Problem(f"--output-size takes sizes such as 28x28, not `{text}`"))
    return tuple(map(int, parts))
