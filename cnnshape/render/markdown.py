"""Documents as GitHub Markdown: the same bytes for the same document, whatever else is installed."""

import re
from collections.abc import Iterator, Sequence
from html import escape
from typing import Final

from cnnshape.render.document import (
    Block,
    Code,
    Column,
    Document,
    Equation,
    Facts,
    Findings,
    Formula,
    Heading,
    Items,
    Message,
    Paragraph,
    Quote,
    Section,
    Span,
    Strong,
    Table,
    Text,
    blocks_for,
    spans,
)
from cnnshape.render.latex import steps
from cnnshape.render.names import capital, printable, wide
from cnnshape.render.text import cell

_SPECIAL: Final = re.compile(r"([\\`*_\[\]<>|~&$])")
_LINKED: Final = re.compile(r"(\S*(?:@\S|://|www\.)\S*)", re.I)
"""What GitHub takes for a link, or for somebody's name."""

_OPENING: Final = re.compile(r"(#{1,6}(?= |$)|[-+=](?= |$)|={2,}$|-{2,}$|\d+[.)](?= |$)|:{3})")
"""What would make another block of a line that starts so."""


def escaped(text: str) -> str:
    r"""A text that Markdown shows as it stands, on one line.

    >>> print(escaped("a|b<i>"), escaped("ask @octocat"))
    a\|b\<i\> ask `@octocat`
    """
    parts = _LINKED.split(" ".join(printable(text).split()))
    return "".join(code(part) if at % 2 else _SPECIAL.sub(r"\\\1", part) for at, part in enumerate(parts))


def code(text: str) -> str:
    r"""A name in a code span that holds in a table, whatever is in the name.

    A backslash in front of a pipe gets a space behind it: readers of Markdown do not agree what the two are in a table.

    >>> print(code("a|b"), code("a`b"))
    `a\|b` ``a`b``
    """
    text = " ".join(printable(text).replace("\\|", "\\ |").split())
    if not text:
        return ""
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    fence = "`" * (longest + 1)
    room = " " if text[0] == "`" or text[-1] == "`" else ""
    return f"{fence}{room}{text}{room}{fence}".replace("|", "\\|")


def inline(text: Text) -> str:
    r"""A text within a line.

    >>> print(inline(["at ", Code("a_b"), ": 2 * 3"]))
    at `a_b`: 2 \* 3
    """
    return "".join(map(_span, spans(text)))


def _span(span: Span) -> str:
    if isinstance(span, str):
        return _spaced(span)
    if isinstance(span, Code):
        return code(span.text)
    if isinstance(span, Strong):
        return f"**{_span(span.text)}**" if _span(span.text) else ""
    return span.write("markdown") if isinstance(span, Formula) else escaped(span.text)


def _spaced(text: str) -> str:
    """A part of a sentence, escaped, with the spaces that it has at its ends."""
    found = escaped(text)
    ends = (" " * text.startswith(" "), " " * text.endswith(" ")) if found else (" " * bool(text), "")
    return f"{ends[0]}{found}{ends[1]}"


def _line(text: Text) -> str:
    """A text that begins a line."""
    return _OPENING.sub(r"\\\1", found, count=1) if _OPENING.match(found := inline(text).lstrip()) else found


def pipes(rows: Sequence[Sequence[str]], right: Sequence[bool]) -> list[str]:
    """A Markdown table, the first row its header."""
    widths = [max(3, *map(wide, cells)) for cells in zip(*rows, strict=True)]
    lines = []
    for row in rows:
        parts = zip(row, widths, right, strict=True)
        cells = [" " * (width - wide(cell)) + cell if to_right else cell + " " * (width - wide(cell))
                 for cell, width, to_right in parts]  # fmt: skip
        lines.append(f"| {' | '.join(cells)} |")
    rule = ["-" * (width + 1) + ":" if to_right else ":" + "-" * (width + 1)
            for width, to_right in zip(widths, right, strict=True)]  # fmt: skip
    return [lines[0], f"|{'|'.join(rule)}|", *lines[1:]]


def _cell(column: Column, text: Text) -> str:
    """A text in a cell; a number breaks in front of a bracket only, so that no unit stands on a line of its own."""
    found = inline(text)
    return re.sub(r" (?!\()", "\u00a0", found) if column.right else found


def _table(table: Table) -> Iterator[str]:
    columns = table.columns
    rows = [[escaped(each.header) for each in columns], *(list(map(_cell, columns, row)) for row in table.rows)]
    if table.totals:
        rows.append([f"**{cell}**" if (cell := _cell(each, each.total)) else "" for each in columns])
    yield "\n".join(pipes(rows, [each.right for each in columns]))


def _block(block: Block, level: int) -> Iterator[str]:
    if isinstance(block, Table):
        yield from _table(block)
    elif isinstance(block, Heading):
        subject, rest = inline(block.subject), inline(block.rest)
        yield f"**{subject}**: {rest}" if rest else f"**{subject}**"
    elif isinstance(block, Paragraph):
        yield f"**{escaped(block.label)}**: {inline(block.text)}" if block.label else _line(block.text)
    elif isinstance(block, Quote):
        yield f"> {_line(block.text)}"
    elif isinstance(block, Facts):
        yield "\n".join([f"- **{escaped(label)}**: {inline(text)}" for label, text in block.items])
    elif isinstance(block, Items):
        yield f"{capital(_line(block.title))}:"
        yield "\n".join(
            [f"- {inline(label)}: {inline(text)}" if label else f"- {_line(text)}" for label, text in block.items]
        )
    elif isinstance(block, Findings):
        yield "\n>\n".join([f"> **{escaped(name)}**: {inline(text)}" for name, text in block.items])
    elif isinstance(block, Message):
        yield from _message(block)
    elif isinstance(block, Equation):
        yield "\n".join(["```math", *steps(block), "```"])
    else:
        yield from _section(block, level)


def _message(block: Message) -> Iterator[str]:
    place = f", at {code(block.place)}" if block.place else ""
    yield f"**{escaped(block.level)}**: {inline(block.text)}{place}"
    yield from (capital(_line(each)) for each in block.evidence)
    if block.table is not None:
        yield from _table(block.table)
    if block.hint:
        yield f"**hint**: {inline(block.hint)}"


def _section(section: Section, level: int) -> Iterator[str]:
    folded = section.folded
    title = f"<summary>{escape(cell(section.title))}</summary>" if folded else inline(section.title)
    yield f"<details>{title}" if folded else f"{'#' * level} {title}"
    for block in section.blocks:
        yield from _block(block, level + 1)
    if folded:
        yield "</details>"


def write(document: Document) -> str:
    """A document for a pull request or a page that is committed."""
    return "\n\n".join([part for block in blocks_for("page", document) for part in _block(block, 4)]) + "\n"
