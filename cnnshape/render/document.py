"""What a result says, before it takes a format: blocks of texts, which every backend sets in its own way.

A command makes a document from its records; ``text``, ``markdown``, ``html`` and ``latex`` write any document, and
``csv`` a table.  Nothing in a document is escaped: what a name may hold that means something to a format is the
business of the backend of that format, and of nobody else.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final, Literal, NamedTuple, TypeAlias

from cnnshape.core.errors import Problem
from cnnshape.render.notation import Notation

# ------------------------------------------------------------------ texts


class Code(NamedTuple):
    """A name, a path or an expression: what somebody else wrote, set as code."""

    text: str


class Strong(NamedTuple):
    """A name or a text that stands out."""

    text: "str | Code"


class Formula(NamedTuple):
    """What writes a formula in a notation."""

    write: Callable[[Notation], str]


Span: TypeAlias = str | Code | Strong | Formula
Text: TypeAlias = Span | list[Span]
"""A text of one piece, or of several one after another."""


def spans(text: Text) -> Sequence[Span]:
    """The pieces of a text."""
    return text if isinstance(text, list) else (text,)


def marked(text: str) -> Text:
    """A sentence whose names stand in backticks.

    >>> marked("at `conv1`, line 3")
    ['at ', Code(text='conv1'), ', line 3']
    """
    if "`" not in text:
        return text
    parts: list[Span] = [Code(part) if at % 2 else part for at, part in enumerate(text.split("`"))]
    return [part for part in parts if part]


def listed(texts: Iterable[Text], between: str = ", ") -> Text:
    """Texts one after another, with a comma between two.

    >>> listed(["a", Code("b")])
    ['a', ', ', Code(text='b')]
    """
    found: list[Span] = []
    for text in texts:
        found += [between] if found else []
        found += spans(text)
    return found


# ------------------------------------------------------------------ blocks


class Heading(NamedTuple):
    """The first line: what the document is about, and under which settings."""

    subject: Text
    rest: Text = ""


class Paragraph(NamedTuple):
    """A sentence, with a word before it where it has one."""

    text: Text
    label: str = ""


class Quote(NamedTuple):
    """A remark on what stands before it."""

    text: Text


class Column(NamedTuple):
    """One column of a table: a cell for each row."""

    header: str
    cells: Sequence[Any]
    """Each a `Text`; for a spreadsheet a number, a text or None."""
    right: bool = False
    """Whether its cells stand to the right, as numbers do."""
    key: str = ""
    """What a program calls it; columns with one key are left out together."""
    keep: int = 0
    """The higher, the later it is left out where there is little room."""
    total: Text = ""
    """What stands in its last row, if the table has totals."""
    cut: bool = False
    """Whether its cells are names, which may be cut in the middle."""
    wraps: bool = False
    """Whether its cells are sentences, which may go on in a line below."""
    says: str = ""
    """What it means."""
    values: Sequence[int] | None = None
    """The numbers that its cells show, where they may be compared with each other."""
    exact: Callable[[int], str] = str
    """Such a number without rounding."""


class Table(NamedTuple):
    """Columns beside each other."""

    columns: Sequence[Column]
    totals: bool = False
    """Whether the columns have totals, as a last row."""
    headless: bool = False
    """Whether it is understood without the names of its columns."""
    narrower: "Sequence[Block]" = ()
    """What is shown in its place where it is too wide."""

    @property
    def rows(self) -> list[tuple[Any, ...]]:
        """Its cells row by row, without header and totals."""
        return list(zip(*[column.cells for column in self.columns], strict=True))


class Facts(NamedTuple):
    """What holds of the whole: a name and a value a line."""

    items: Sequence[tuple[str, Text]]


class Items(NamedTuple):
    """A list under a line of its own."""

    title: Text
    items: Sequence[tuple[Text, Text]]
    """What each is about, and what is said of it; the first may be empty."""


class Findings(NamedTuple):
    """What a reader should look at: an id and a sentence each."""

    items: Sequence[tuple[str, Text]]


class Message(NamedTuple):
    """Something to look at: what it is and where, what shows it, and what to do."""

    level: str
    """``error`` or ``warning``; empty for who shows it otherwise."""
    text: Text
    place: str = ""
    """File, line and column."""
    evidence: Sequence[Text] = ()
    table: Table | None = None
    """More evidence, under the last of these sentences."""
    hint: Text = ""


def message_of(problem: Problem, level: str = "error") -> Message:
    """A problem as a block.

    >>> from cnnshape.core.errors import Mark
    >>> message_of(Problem("no such `op`", file="net.yaml", mark=Mark(3, 5))).place
    'net.yaml:3:5'
    """
    subject: list[Span] = [Code(problem.path), ": "] if problem.path else []
    place = ":".join([problem.file, *map(str, problem.mark or ())]) if problem.file else ""
    evidence = [marked(line) for line in problem.shown]
    id = f" [{problem.id}]" if problem.id else ""
    return Message(level, [*subject, *spans(marked(problem.text)), id], place, evidence, hint=marked(problem.hint))


class Equation(NamedTuple):
    """A name and what it equals, step by step."""

    name: Span
    sides: Sequence[Formula]
    unit: str = ""


class Section(NamedTuple):
    """Blocks under a title."""

    title: Text
    blocks: "Sequence[Block]"
    folded: bool = False
    """Whether a page shows no more than its title before a reader asks for it."""


Block: TypeAlias = Heading | Paragraph | Quote | Table | Facts | Items | Findings | Message | Equation | Section

Medium: TypeAlias = Literal["page", "terminal"]


class Only(NamedTuple):
    """Blocks for one medium: a page is read from its first line, a terminal from its last."""

    medium: Medium
    blocks: Sequence[Block]


Document: TypeAlias = Sequence[Block | Only]


def blocks_for(medium: Medium, document: Document) -> list[Block]:
    """The blocks of a document that a medium shows.

    >>> blocks_for("page", [Quote("a"), Only("terminal", [Quote("b")]), Only("page", [Quote("c")])])
    [Quote(text='a'), Quote(text='c')]
    """
    found: list[Block] = []
    for block in document:
        if not isinstance(block, Only):
            found.append(block)
        elif block.medium == medium:
            found += block.blocks
    return found


_NOTHING: Final[tuple[Any, ...]] = ("", [], Code(""))


def table_of(header: Sequence[str], rows: Iterable[Sequence[Any]], right: Sequence[bool], **more: Any) -> Table:
    """A table from its rows.

    >>> table_of(["net", "MACs"], [["a", 1], ["b", 2]], [False, True]).columns[1].cells
    (1, 2)
    """
    columns = list(zip(*rows, strict=True)) or [()] * len(header)
    return Table([Column(*each) for each in zip(header, columns, right, strict=True)], **more)


def filled(table: Table) -> Table:
    """A table without the columns that have nothing in any row.

    >>> [column.header for column in filled(table_of(["a", "b"], [["", 1], [Code(""), 2]], [False, True])).columns]
    ['b']
    """
    return table._replace(columns=[each for each in table.columns if any(text not in _NOTHING for text in each.cells)])
