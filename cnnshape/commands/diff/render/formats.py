"""What became of nets, for people and programs: text, Markdown, JSON and CSV."""

from collections.abc import Sequence
from importlib import import_module
from typing import Final, NamedTuple

from cnnshape.commands.diff.render.entry import Entry as Entry
from cnnshape.core.errors import Problem, UsageError, did_you_mean
from cnnshape.render.units import Units

FORMATS: Final = ("text", "markdown", "json", "csv")
"""The formats; JSON and CSV hold everything, exactly."""


class Options(NamedTuple):
    """What a reader chose, for text and Markdown."""

    metrics: tuple[str, ...] = ("macs", "params")
    """The figures whose change is said of each layer; the first one sorts."""
    units: Units | None = None
    """How counts and bytes are scaled."""
    everything: bool = False
    """List every change and every layer that is affected, not those with the largest change."""


PLAIN: Final = Options()


def render(entries: Sequence[Entry], format: str = "text", options: Options = PLAIN) -> str:
    """Diffs in one of `FORMATS`, ending in a newline.

    Raises `UsageError` for a format or metric that there is not, for a metric that does not add up over layers, and
    for an option that the format does not heed.
    """
    from cnnshape.commands.diff.difference import summed

    if format not in FORMATS:
        raise UsageError(Problem(f"there is no format `{format}`", hint=did_you_mean(format, FORMATS)))
    for name, stated, default in zip(Options._fields, options, PLAIN, strict=True):
        if stated != default and format in ("json", "csv"):
            name = "all" if name == "everything" else name
            raise UsageError(Problem(f"{name} does not go with the format {format}", hint="it holds everything"))
    for key in options.metrics:
        summed(key)
    text: str = import_module(f"cnnshape.commands.diff.render.{format}").render(entries, options)
    return text
