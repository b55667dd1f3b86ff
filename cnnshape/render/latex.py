"""Documents as LaTeX for a paper: a fragment, in which nothing of a text is a command.

It needs ``booktabs`` and ``amsmath``, and ``longtable`` where a table goes over several pages.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from cnnshape.render.breaking import cut
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
    marked,
    spans,
)
from cnnshape.render.names import capital, printable

_LITERAL: Final = {
    **{sign: f"\\{sign}" for sign in "&%$#_{}"}, "\\": r"\textbackslash{}", "^": r"\^{}", "~": r"\~{}",
    "<": r"\textless{}", ">": r"\textgreater{}", "|": r"\textbar{}", "`": r"\textasciigrave{}",
}  # fmt: skip
_SPECIAL: Final = re.compile("[" + re.escape("".join(_LITERAL)) + "]|-(?=-)")

_LONG: Final = 40
"""A table of more rows goes over several pages."""

_LONG_SIDE: Final = 80
"""A side of an equation that has more letters takes several lines."""


def literal(text: str) -> str:
    r"""A text as LaTeX shows it, character by character.

    >>> print(literal("50 % of out_channels"))
    50 \% of out\_channels
    """
    return _SPECIAL.sub(lambda found: _LITERAL.get(found[0], "-{}"), printable(text))


def plain(text: str) -> str:
    r"""A sentence as LaTeX shows it, its names in backticks as code.

    >>> print(plain("out_channels of `a`, 5 %"))
    out\_channels of \texttt{a}, 5 \%
    """
    return inline(marked(text))


def inline(text: Text) -> str:
    """A text within a paragraph or a cell."""
    return "".join(map(_span, spans(text)))


def _span(span: Span) -> str:
    if isinstance(span, str):
        return literal(span)
    if isinstance(span, Code):
        return rf"\texttt{{{literal(span.text)}}}" if span.text else ""
    if isinstance(span, Strong):
        return rf"\textbf{{{_span(span.text)}}}"
    return f"${span.write('latex')}$" if isinstance(span, Formula) else literal(span.text)


def _cell(text: Text) -> str:
    """A text in a cell; one that begins with a bracket would be an argument of the line before."""
    found = inline(text)
    return f"{{}}{found}" if found.startswith(("[", "*")) else found


def _row(cells: Sequence[str]) -> str:
    return f"{' & '.join(cells)} \\\\"


def _aligned(column: Column) -> str:
    return "r" if column.right else "p{0.5\\linewidth}" if column.wraps else "l"


def _table(table: Table) -> Iterator[str]:
    if table.narrower:  # a page is narrow
        for block in table.narrower:
            yield from _block(block, 1)
        return
    columns, rows = table.columns, table.rows
    environment = "longtable" if len(rows) > _LONG else "tabular"
    head = [] if table.headless else [_row([_cell(each.header) for each in columns]), r"\midrule"]
    foot = [r"\midrule", _row([_cell(each.total) for each in columns])] if table.totals else []
    first = [r"\toprule", *head, *([r"\endhead"] if environment == "longtable" else [])]
    body = [_row(list(map(_cell, row))) for row in rows]
    opening = rf"\begin{{{environment}}}{{{''.join(map(_aligned, columns))}}}"
    yield "\n".join([opening, *first, *body, *foot, r"\bottomrule", rf"\end{{{environment}}}"])


def _name(name: Span) -> str:
    """The name of an equation, within a formula."""
    if isinstance(name, Formula):
        return name.write("latex")
    return rf"\text{{{literal(name)}}}" if isinstance(name, str) else _span(name)


def _side(side: Formula) -> str:
    """A side of an equation; a long one has a line for each part."""
    expression = side.write("latex")
    lines = cut(expression) if len(side.write("text")) > _LONG_SIDE else [expression]
    return " \\\\\n  &\\quad ".join(lines)


def steps(block: Equation) -> Iterator[str]:
    """An equation as LaTeX that stands in a formula by itself."""
    unit = rf" \ \text{{{literal(block.unit.strip())}}}" if block.unit else ""
    names = [_name(block.name), *[""] * (len(block.sides) - 1)]
    lines = [f"{name} &= {_side(side)}" for name, side in zip(names, block.sides, strict=True)]
    yield from [r"\begin{aligned}", " \\\\\n".join(lines) + unit, r"\end{aligned}"]


def _list(items: Sequence[str]) -> str:
    return "\n".join([r"\begin{itemize}", *items, r"\end{itemize}"])


def _described(label: str, text: str) -> str:
    return rf"\item {label}: {text}" if label else rf"\item {{}}{text}"


def _block(block: Block, level: int) -> Iterator[str]:
    if isinstance(block, Table):
        yield from _table(block)
    elif isinstance(block, Heading):
        subject, rest = inline(block.subject), inline(block.rest)
        yield rf"\noindent\textbf{{{subject}}}" + (f": {rest}" if rest else "")
    elif isinstance(block, Paragraph):
        yield rf"\textbf{{{literal(block.label)}}}: {inline(block.text)}" if block.label else inline(block.text)
    elif isinstance(block, Quote):
        yield inline(block.text)
    elif isinstance(block, Facts):
        yield _list([_described(literal(label), inline(text)) for label, text in block.items])
    elif isinstance(block, Items):
        yield f"{capital(inline(block.title))}:"
        yield _list([_described(inline(label), inline(text)) for label, text in block.items])
    elif isinstance(block, Findings):
        yield _list([_described(literal(name), inline(text)) for name, text in block.items])
    elif isinstance(block, Message):
        yield from _message(block)
    elif isinstance(block, Equation):
        yield "\n".join([r"\[", *steps(block), r"\]"])
    else:
        yield from _section(block, level)


def _message(block: Message) -> Iterator[str]:
    place = rf", at \texttt{{{literal(block.place)}}}" if block.place else ""
    yield rf"\noindent\textbf{{{literal(block.level)}}}: {inline(block.text)}{place}"
    yield from (capital(inline(each)) for each in block.evidence)
    if block.table is not None:
        yield from _table(block.table)
    if block.hint:
        yield rf"\textbf{{hint}}: {inline(block.hint)}"


def _section(section: Section, level: int) -> Iterator[str]:
    yield rf"\{'sub' * level}section*{{{inline(section.title)}}}"
    for block in section.blocks:
        yield from _block(block, min(level + 1, 2))


def write(document: Document) -> str:
    """A document for a paper."""
    return "\n\n".join([part for block in blocks_for("page", document) for part in _block(block, 1)]) + "\n"
