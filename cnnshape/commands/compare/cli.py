"""``cnnshape compare``: nets side by side."""

from typing import TYPE_CHECKING, Any

import click

from cnnshape.analysis.metrics import METRICS
from cnnshape.analysis.setup import Setup
from cnnshape.cli.options import COST, SEVERAL, STDIN, loaded, set_up
from cnnshape.cli.terminal import format_of, put, refuse_same_file, room
from cnnshape.commands.compare.view import VIEW, Options
from cnnshape.core.errors import Problem, UsageError

if TYPE_CHECKING:
    from cnnshape.spec.document import Spec


def _source(text: str) -> "str | tuple[str, Spec]":
    """What a word names; ``-`` or ``NAME=-`` is the spec of standard input."""
    from cnnshape.commands.compare.operands import Operand

    operand = Operand.read(text)
    if operand.file != STDIN:
        return text
    if operand.variant is not None:
        raise UsageError(Problem(f"`{text}`: a spec from standard input takes no @VARIANT", hint="name a file"))
    return operand.name, loaded(STDIN)


@click.command("compare", epilog=f"Metrics: {', '.join(METRICS)}.")
@click.argument("nets", nargs=-1, metavar="[NAME=]FILE[@VARIANT]...")
@click.option("--variants", is_flag=True, help="All variants of each FILE that is given without one.")
@click.option("--baseline", metavar="NAME", help="Say how far the nets are from this one; of two, from the first.")
@click.option("--metrics", metavar="KEYS", help="Metrics, a,b,c or relative to the default: +a,-b.")
@click.option("--sort", metavar="KEY", help="Sort by a metric, largest first; as they are given otherwise.")
@click.option("--ratio", is_flag=True, help="Say changes as x1.33, not as differences.")
@click.option("--heaviest", type=click.IntRange(0), metavar="N", help="Name N layers of each net; 3 of up to 5 nets.")
@set_up(SEVERAL, COST)
@click.option("--units", type=click.Choice(["auto", "exact", "k", "M", "G"]), help="Unit of counts; bytes follow.")
@click.option("--format", "format", type=click.Choice(VIEW.formats), help="Text, or what OUT's ending says.")
@click.option("--output", type=click.Path(dir_okay=False), metavar="OUT", help="Write to a file, whole or not at all.")
@click.option("--width", type=click.IntRange(1), metavar="N", help="Fit the text to N columns, not to the terminal.")
def command(
    nets: tuple[str, ...], setup: Setup, metrics: str | None, ratio: bool, format: str | None, output: str | None,
    width: int | None, sort: str | None, heaviest: int | None, units: Any, variants: bool, baseline: str | None,
) -> None:  # fmt: skip
    """Put the figures of nets side by side, and how far they are from those of a baseline.

    --set and --input hold for every net. The heaviest layers of each net stand below the table, by their MACs.
    """
    from cnnshape.commands.compare.comparison import compare
    from cnnshape.commands.compare.operands import Operand

    for text in nets:
        refuse_same_file(output, Operand.read(text).file)

    kind = format_of(format, output, VIEW.formats)
    options = Options(sort, heaviest, ratio or None, units, room(width, kind, output))
    sources = [_source(text) for text in nets]
    words = () if metrics is None else metrics.split(",")
    found = compare(*sources, variants=variants, baseline=baseline, metrics=words, setup=setup)
    put(VIEW.render(found, kind, options), output)
