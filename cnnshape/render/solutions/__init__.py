"""The answers of `cnnshape.solve` and `cnnshape.solve_layer` as text, Markdown and JSON."""

from typing import Final

from cnnshape.render.solutions.data import choices_json, solution_json
from cnnshape.render.solutions.people import choices_lines, solution_lines
from cnnshape.render.solutions.tables import markdown_style, text_style
from cnnshape.render.units import Units, in_units
from cnnshape.solving.layer import Choices
from cnnshape.solving.record import Solution

FORMATS: Final = ("text", "markdown", "json")


def render(
    answer: Solution | Choices, format: str = "text", units: Units | None = None, width: int | None = None
) -> str:
    """An answer in one of `FORMATS`, ending in a newline.

    Raises `UsageError` for a format that there is not, and for units where figures are exact.
    """
    chosen = in_units(format, FORMATS, units)
    if format == "json":
        return choices_json(answer) if isinstance(answer, Choices) else solution_json(answer)
    style = text_style(width) if format == "text" else markdown_style()
    lines = choices_lines(answer, style) if isinstance(answer, Choices) else solution_lines(answer, style, chosen)
    return "\n".join(lines) + "\n"
