"""The report as GitHub Markdown: a pipe table and a short list, the same bytes for the same net."""

import re
from collections.abc import Sequence

from cnnshape.analysis.result import Analysis
from cnnshape.render import PLAIN, Options
from cnnshape.render.columns import FIELD, NAMES, TEXT, WEIGHTS, Column
from cnnshape.render.names import wide
from cnnshape.render.summary import brief, facts, setting, title
from cnnshape.render.table import table

_SPECIAL = re.compile(r"([\\`*_\[\]<>|~&@])")


def escaped(text: str) -> str:
    r"""A text that Markdown shows as it stands, on one line.

    >>> print(escaped("a|b<i>"))
    a\|b\<i\>
    """
    return _SPECIAL.sub(r"\\\1", " ".join(text.split()))


def code(text: str) -> str:
    r"""A name in a code span that holds in a table, whatever is in the name.

    >>> print(code("a|b"), code("a`b"))
    `a\|b` ``a`b``
    """
    text = " ".join(text.split())
    if not text:
        return ""
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    fence = "`" * (longest + 1)
    room = " " if text[0] == "`" or text[-1] == "`" else ""
    return f"{fence}{room}{text}{room}{fence}".replace("|", "\\|")


def marked(text: str) -> str:
    r"""A sentence whose names in backticks are code, and the rest is shown as it stands.

    >>> print(marked("at `a_b`: 2 * 3"))
    at `a_b`: 2 \* 3
    """
    return "".join(code(part) if at % 2 else _spaced(part) for at, part in enumerate(text.split("`")))


def _spaced(text: str) -> str:
    """A part of a sentence, escaped, with the spaces that it has at its ends."""
    found = escaped(text)
    ends = (" " * text.startswith(" "), " " * text.endswith(" ")) if found else (" " * bool(text), "")
    return f"{ends[0]}{found}{ends[1]}"


def pipes(rows: Sequence[Sequence[str]], right: Sequence[bool]) -> list[str]:
    """A Markdown table.  Not by `tabulate`, whose spaces depend on which other packages are installed."""
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


def _cell(column: Column, cell: str) -> str:
    """Names and receptive fields as code: `@0` would call somebody of that name."""
    return code(cell) if column.key != "op" and column.kind in (TEXT, NAMES, WEIGHTS, FIELD) else escaped(cell)


def render(analysis: Analysis, options: Options = PLAIN) -> str:
    """The report for a pull request."""
    from tabulate import tabulate  # only Markdown pays for its import

    found = table(analysis, options)
    rows = [[_cell(*pair) for pair in zip(found.columns, row, strict=True)] for row in found.cells]
    total = [f"**{cell}**" if cell else "" for cell in found.total]
    pipes = tabulate(
        [*rows, total],
        headers=[each.header for each in found.columns],
        tablefmt="pipe",
        colalign=["right" if each.kind.right else "left" for each in found.columns],
        disable_numparse=True,
    )
    lines = [f"**{escaped(title(analysis))}**: {escaped(setting(analysis))}", "", pipes, ""]
    lines += [f"- **{fact.label}**: {fact.text}" for fact in facts(analysis)]
    warnings = [f"> **{finding.kind}**: {finding.text}" for finding in brief(analysis)]
    if warnings:
        lines += ["", "\n>\n".join(warnings)]
    return "\n".join(lines) + "\n"
