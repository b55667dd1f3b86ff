"""The faces of an analysis: text, Markdown, JSON, CSV and HTML, each a function from analysis and options to text."""

from importlib import import_module
from typing import TYPE_CHECKING, Final, NamedTuple

from cnnshape.core.errors import Problem, UsageError, did_you_mean

if TYPE_CHECKING:
    from cnnshape.analysis.result import Analysis
    from cnnshape.render.units import Units

FORMATS: Final[dict[str, frozenset[str]]] = {
    "text": frozenset({"columns", "level", "units", "sort", "width"}),
    "markdown": frozenset({"columns", "level", "units", "sort"}),
    "json": frozenset(),
    "csv": frozenset({"columns", "level", "sort"}),
    "html": frozenset({"columns", "level", "units", "sort"}),
}
"""The formats, and which options each heeds: JSON always holds everything, and CSV is always exact."""


class Options(NamedTuple):
    """What a reader chose; None leaves it to the format."""

    columns: tuple[str, ...] | None = None
    """Keys of columns, or changes to the default as ``+fan_in`` and ``-rf``."""
    level: int | None = None
    """Roll layers up to blocks by this many parts of their path."""
    units: "Units | None" = None
    """How counts and bytes are scaled."""
    sort: str | None = None
    """The column by which rows are sorted, numbers from the largest down; the order of the file otherwise."""
    width: int | None = None
    """The most columns of text that a line may take."""


PLAIN: Final = Options()


def render(analysis: "Analysis", format: str = "text", options: Options = PLAIN) -> str:
    """An analysis in one of `FORMATS`, ending in a newline.

    Raises `UsageError` for a format, column or sort key that there is not, and for an option that the format does
    not heed.
    """
    if format not in FORMATS:
        raise UsageError(Problem(f"there is no format `{format}`", hint=did_you_mean(format, FORMATS)))
    for name in Options._fields:
        if name not in FORMATS[format] and getattr(options, name) is not None:
            heeding = ", ".join(known for known, heeds in FORMATS.items() if name in heeds)
            raise UsageError(Problem(f"{name} does not go with the format {format}", hint=f"it goes with {heeding}"))
    if options.level is not None and options.level < 1:
        raise UsageError(Problem(f"level={options.level} is not a whole number from 1 up"))
    text: str = import_module(f"cnnshape.render.{format}").render(analysis, options)
    return text
