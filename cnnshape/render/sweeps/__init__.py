"""A sweep as text, Markdown, JSON and CSV."""

from collections.abc import Callable
from typing import Final

from cnnshape.render.sweeps.cells import Options as Options
from cnnshape.render.sweeps.cells import Shown
from cnnshape.render.sweeps.data import csv_text, json_text
from cnnshape.render.sweeps.people import markdown, text
from cnnshape.render.units import in_units
from cnnshape.sweeps.record import Sweep

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
