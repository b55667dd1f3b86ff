"""A sweep as text, Markdown, JSON and CSV."""

from collections.abc import Callable
from typing import Final

from cnnshape.commands.sweep.record import Sweep
from cnnshape.commands.sweep.render.cells import Options as Options
from cnnshape.commands.sweep.render.cells import Shown
from cnnshape.commands.sweep.render.data import csv_text, json_text
from cnnshape.commands.sweep.render.people import markdown, text
from cnnshape.render.units import in_units

FORMATS: Final[dict[str, Callable[[Shown, Options], str]]] = {
    "text": text,
    "markdown": markdown,
    "json": lambda shown, _: json_text(shown),
    "csv": lambda shown, _: csv_text(shown.sweep),
}
"""The formats; JSON and CSV are exact and hold every row."""

PLAIN: Final = Options()


def render(sweep: Sweep, format: str = "text", options: Options = PLAIN, *, points: int | None = None) -> str:
    """A sweep in one of `FORMATS`, ending in a newline; ``points`` says how many there were before some were kept.

    Raises `UsageError` for a format that there is not, and for units where figures are exact.
    """
    in_units(format, FORMATS, options.units)
    return FORMATS[format](Shown(sweep, len(sweep) if points is None else points), options)
