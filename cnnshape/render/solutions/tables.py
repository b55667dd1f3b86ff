"""How sentences and tables are set: as text fitted to a width, or as Markdown."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from cnnshape.render.markdown import code, escaped, pipes
from cnnshape.render.names import printable
from cnnshape.render.text import aligned, folded


class Style(NamedTuple):
    """One way to set them."""

    line: Callable[[str], list[str]]
    """A sentence."""
    table: Callable[[Sequence[Sequence[str]], Sequence[bool]], list[str]]
    """Rows of cells, the first one the header, and which columns stand to the right."""
    plain: Callable[[str], str]
    """A text from outside, as a part of a sentence."""
    code: Callable[[str], str]
    """A name or a condition."""


def text_style(width: int | None) -> Style:
    """For people who read it in a terminal."""
    return Style(lambda line: folded(line, "  ", width), aligned, printable, lambda name: f"`{printable(name)}`")


def markdown_style() -> Style:
    """For a pull request."""

    def table(rows: Sequence[Sequence[str]], right: Sequence[bool]) -> list[str]:
        return pipes([[escaped(cell) for cell in row] for row in rows], right)

    return Style(lambda line: [line], table, escaped, lambda name: code(printable(name)))
