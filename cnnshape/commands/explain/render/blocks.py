"""What an explanation is a sequence of, before it takes a format: titles, equations, tables and sentences."""

from collections.abc import Callable
from typing import NamedTuple, TypeAlias

from cnnshape.render.notation import Notation

Formula: TypeAlias = Callable[[Notation], str]
"""What writes a formula in a notation."""


class Title(NamedTuple):
    """A heading: of the whole, or of a part."""

    text: str
    level: int = 2


class Equation(NamedTuple):
    """A name and what it equals, step by step."""

    name: Formula
    sides: tuple[Formula, ...]
    unit: str = ""


class Table(NamedTuple):
    """Rows of cells, the first of them the header; a cell is a text or a formula."""

    rows: list[list[str | Formula]]
    right: tuple[bool, ...]


class Note(NamedTuple):
    """A sentence, with a word before it where it has one."""

    label: str
    text: "str | Formula"
    apart: bool = False
    """Whether it belongs to the whole, and not to the part that it stands in."""


Block: TypeAlias = Title | Equation | Table | Note
