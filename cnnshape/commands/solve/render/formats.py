"""The answers of `cnnshape.solve` and `cnnshape.solve_layer` as text, Markdown and JSON."""

from typing import Final

from cnnshape.commands.solve.layer import Choices
from cnnshape.commands.solve.record import Solution
from cnnshape.commands.solve.render.data import choices_json, solution_json
from cnnshape.commands.solve.render.people import choices_lines, solution_lines
from cnnshape.commands.solve.render.tables import markdown_style, text_style
from cnnshape.render.units import Units, in_units

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
