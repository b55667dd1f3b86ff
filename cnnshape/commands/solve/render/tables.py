"""How sentences and tables are set: as text fitted to a width, or as Markdown."""

from collections.abc import Callable, Sequence
from textwrap import wrap
from typing import NamedTuple

from cnnshape.render.fitting import aligned, folded
from cnnshape.render.markdown import code, escaped, pipes
from cnnshape.render.names import printable, wide


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
    width: int | None
    """How wide a table may be."""


def text_style(width: int | None) -> Style:
    """For people who read it in a terminal."""

    def line(text: str) -> list[str]:
        """Broken behind commas, or between any words where a condition is too long for that."""
        lines = folded(text, "  ", width)
        if width is None or max(map(wide, lines)) <= width:
            return lines
        return wrap(text, max(width, 3), subsequent_indent="  ", break_long_words=False, break_on_hyphens=False)

    return Style(line, aligned, printable, lambda name: f"`{printable(name)}`", width)


def markdown_style() -> Style:
    """For a pull request."""

    def table(rows: Sequence[Sequence[str]], right: Sequence[bool]) -> list[str]:
        return pipes([[escaped(cell) for cell in row] for row in rows], right)

    return Style(lambda line: [line], table, escaped, lambda name: code(printable(name)), None)
