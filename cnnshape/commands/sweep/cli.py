"""``cnnshape sweep``: the figures of a net for many values of its variables and sizes."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, Final

import click

from cnnshape.analysis.metrics import METRICS
from cnnshape.analysis.setup import Setup
from cnnshape.cli.terminal import format_of, put, refuse_read, refuse_same_file, room
from cnnshape.commands.sweep.options import knob_values, several_knobs
from cnnshape.commands.sweep.view import VIEW, Options
from cnnshape.core.errors import Problem, UsageError

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from cnnshape.commands.sweep.record import Sweep
    from cnnshape.commands.sweep.search import Search

_ROWS: Final = 1 << 16
"""Rows that are made into text at a time."""

_FORMATS: Final = (*VIEW.formats, "parquet")


@click.command("sweep", epilog=f"Figures: {', '.join(METRICS)}; of a layer macs@PATH; output[1] is an axis.")
@several_knobs
@click.option("--figures", metavar="KEYS", help="Columns, a,b,c or relative to params,macs,peak_memory: +a,-b.")
@click.option("--where", default="", metavar="COND", help='Keep points: "macs < 300M and params < 4M".')
@click.option("--pareto", default="", metavar="KEYS", help="Keep what no other point beats: macs,receptive_field:max.")
@click.option("--sort", default="", metavar="KEY", help="Sort by a column, largest first; KEY:min smallest first.")
@click.option("--top", type=click.IntRange(1), metavar="N", help="The first N that are nets.")
@click.option("--units", type=click.Choice(["auto", "exact", "k", "M", "G"]), help="Unit of counts; bytes follow.")
@click.option("--format", "format", type=click.Choice(_FORMATS), help="Text, or what FILE's ending says.")
@click.option("--output", type=click.Path(dir_okay=False), metavar="FILE", help="Write to a file, Parquet always.")
@click.option("--workers", type=click.IntRange(1), default=1, metavar="N", help="Processes that share the work.")
@click.option("--width", type=click.IntRange(1), metavar="N", help="Fit the text to N columns, not to the terminal.")
def command(
    spec: str, setup: Setup, figures: str | None, pareto: str, format: str | None, output: str | None, workers: int,
    units: Any, top: int | None, width: int | None, variants: bool, batch: str, variant: str | None,
    settings: tuple[str, ...], inputs: tuple[str, ...], yes: bool, **asked: Any,
) -> None:  # fmt: skip
    """Say the figures of the net in SPEC at every combination of some values.

    Values are written 16:128:8 (both ends are meant), 8:64:*2, or 8,16,32. --input 128:320:32 is for all sizes at once,
    128:320:32x224 for each of its own. A point that is no net says why. A Parquet or CSV file is written as points
    come; what an interrupt leaves of it can be read.
    """
    from cnnshape.commands.sweep.figures import DEFAULT, figure
    from cnnshape.commands.sweep.search import Search
    from cnnshape.core.selection import chosen

    refuse_same_file(output, spec)
    kind = format_of(format, output, _FORMATS)
    if kind == "parquet" and output is None:
        raise UsageError(Problem("a Parquet file goes to --output FILE", hint="--format csv goes to a pipe"))
    options = Options(units, room(width, kind, output))
    VIEW.check(kind, options)
    loaded, plan, setup = knob_values(spec, setup, batch, variant, settings, inputs, variants=variants, yes=yes)
    words = () if figures is None else figures.split(",")
    keys = chosen(words, DEFAULT, lambda word: figure(word).key, "figures")
    aims = [word.strip() for word in pareto.split(",") if word.strip()]
    search = Search.of(loaded, plan, figures=keys, pareto=aims, top=top, **asked, setup=setup)
    _run(search, kind, output, options._replace(rows=top), workers)


def _run(search: "Search", kind: str, output: str | None, options: Options, workers: int) -> None:
    """Do it and put it out, row by row where that can be."""
    from cnnshape.commands.sweep.streaming import progress, streamed, working
    from cnnshape.commands.sweep.writers import WRITERS

    refuse_read(output)
    with working(workers, len(search.plan)) as executor, progress(len(search.plan)) as told:
        if kind in WRITERS and not (search.pareto or search.sort or search.top):
            streamed(search, kind, output, lambda counted: _chunks(search, executor, counted), told)
            return
        found = search.collected(executor=executor, progress=told)
    if kind in WRITERS:
        streamed(search, kind, output, lambda counted: _whole(search, found, counted), told)
    else:
        put(VIEW.render(found, kind, options), output)


def _chunks(search: "Search", executor: "Executor | None", told: Callable[[int], None]) -> "Iterator[Sweep]":
    """Rows as they come; of a single chunk what is wrong is said before one is out."""
    from cnnshape.commands.sweep.run import CHUNK

    found = search.chunks(executor=executor, progress=told)
    yield from [*found] if len(search.plan) <= CHUNK else found


def _whole(search: "Search", found: "Sweep", told: Callable[[int], None]) -> "Iterator[Sweep]":
    """Rows that are all there, some at a time."""
    for start in range(0, max(len(found), 1), _ROWS):
        if start + _ROWS >= len(found):
            told(len(search.plan))
        yield found.take(slice(start, start + _ROWS))
