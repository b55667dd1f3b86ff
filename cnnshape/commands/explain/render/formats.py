"""Explanations as text, Markdown and LaTeX."""

import re
from collections.abc import Callable, Iterator, Sequence
from textwrap import wrap
from typing import TYPE_CHECKING, Final

from cnnshape.commands.explain.records import Explanation
from cnnshape.commands.explain.render.blocks import Block, Equation, Formula, Note, Table, Title
from cnnshape.commands.explain.render.layer import layer_blocks
from cnnshape.commands.explain.render.net import net_blocks
from cnnshape.core.errors import Problem, UsageError, did_you_mean
from cnnshape.render.latex import plain
from cnnshape.render.names import printable, wide
from cnnshape.render.text import aligned

if TYPE_CHECKING:
    from cnnshape.commands.explain.totals import NetExplanation

_WIDTH: Final = 80


def _blocks(of: "Explanation | NetExplanation") -> Iterator[Block]:
    return layer_blocks(of) if isinstance(of, Explanation) else net_blocks(of)


def _broken(text: str, room: int) -> list[str]:
    """A formula on as many lines as it needs: broken before a sign outside of parentheses, else wherever it must be."""
    depth, start, pieces = 0, 0, []
    for place, sign in enumerate(text):
        depth += {"(": 1, ")": -1}.get(sign, 0)
        if depth == 0 and text[place : place + 3] in (" + ", " - "):
            pieces.append(text[start:place])
            start = place + 1
    lines: list[str] = []
    for piece in [*pieces, text[start:]]:
        fine = [piece] if len(piece) <= room else re.split(r" (?=[-+*/<>=] |[A-Za-z(])", piece)
        for each in fine:
            if lines and len(lines[-1]) + 1 + len(each) <= room:
                lines[-1] += f" {each}"
            else:
                lines.append(each)
    return lines


def _equation(block: Equation) -> Iterator[str]:
    name = block.name("text")
    for place, side in enumerate(block.sides):
        head = f"  {name} = " if not place else f"  {' ' * len(name)} = "
        last = block.unit if place == len(block.sides) - 1 else ""
        first, *rest = _broken(side("text") + last, _WIDTH - len(head))
        yield head + first
        yield from (f"{' ' * len(head)}{line}" for line in rest)


def _cells(rows: Sequence[Sequence[str | Formula]]) -> list[list[str]]:
    return [[cell if isinstance(cell, str) else cell("text") for cell in row] for row in rows]


def _fitted(block: Table) -> Iterator[str]:
    """A table in lines; where it is too wide, the last column of a row goes on below."""
    cells = _cells(block.rows)
    last = len(cells[0]) - 1
    fixed = [max(wide(row[place]) for row in cells) for place in range(last)]
    room = _WIDTH - 2 - sum(fixed) - 2 * last
    if max(wide(row[-1]) for row in cells) > room >= 20:
        spread = []
        for row in cells:
            first, *rest = wrap(row[-1], room, break_long_words=False, break_on_hyphens=False) or [""]
            spread += [[*row[:-1], first], *([*[""] * last, line] for line in rest)]
        cells = spread
    lines = aligned(cells, block.right)
    if max(map(wide, lines)) > _WIDTH - 2:
        for row in cells[1:]:
            yield from (
                f"  {'  ' * (at > 0)}{line}" for at, cell in enumerate(row) for line in _broken(cell, _WIDTH - 4)
            )
        return
    for place, line in enumerate(lines):
        if any(cells[0][1:]) or place > 1:
            yield f"  {line}"


def _sentence(block: Note) -> Iterator[str]:
    text = block.text if isinstance(block.text, str) else block.text("text")
    label = f"{block.label}: " if block.label else ""
    lines = wrap(label + text, _WIDTH - 2, subsequent_indent="  ", break_long_words=False, break_on_hyphens=False)
    if block.apart:
        yield ""
    yield from (line if block.apart else f"  {line}" for line in lines)


def _text(of: "Explanation | NetExplanation") -> str:
    """For people who read it in a terminal."""
    lines: list[str] = []
    for block in _blocks(of):
        if isinstance(block, Title):
            lines += ["", block.text] if block.level > 1 else wrap(block.text, _WIDTH, break_long_words=False)
        elif isinstance(block, Equation):
            lines += _equation(block)
        elif isinstance(block, Table):
            lines += _fitted(block)
        else:
            lines += _sentence(block)
    return "\n".join(map(printable, lines)) + "\n"  # a name may be broken where a command of a log would start


def _markdown(of: "Explanation | NetExplanation") -> str:
    """For a pull request or a page: formulas between dollars, as GitHub renders them."""
    from tabulate import tabulate  # only Markdown pays for its import

    from cnnshape.render.markdown import marked

    def cell(each: str | Formula) -> str:
        return marked(each) if isinstance(each, str) else each("markdown")

    found: list[str] = []
    for block in _blocks(of):
        if isinstance(block, Title):
            found.append(f"{'#' * (block.level + 1)} {marked(block.text)}")
        elif isinstance(block, Equation):
            found.append("\n".join(["```math", *_aligned(block), "```"]))
        elif isinstance(block, Table):
            rows = [[cell(each) for each in row] for row in block.rows]
            sides = ["right" if each else "left" for each in block.right]
            found.append(tabulate(rows[1:], rows[0], tablefmt="pipe", colalign=sides, disable_numparse=True))
        else:
            said = marked(block.text) if isinstance(block.text, str) else block.text("markdown")
            found.append(f"**{block.label}**: {said}" if block.label else said)
    return "\n\n".join(found) + "\n"


def _aligned(block: Equation) -> Iterator[str]:
    """An equation as LaTeX that stands in a formula by itself."""
    yield r"\begin{aligned}"
    for place, side in enumerate(block.sides):
        name = block.name("latex") if not place else ""
        last = place == len(block.sides) - 1
        unit = rf" \ \text{{{plain(block.unit.strip())}}}" if block.unit and last else ""
        yield f"{name} &= {side('latex')}{unit}" + ("" if last else r" \\")
    yield r"\end{aligned}"


def _latex(of: "Explanation | NetExplanation") -> str:
    """For a paper: a fragment that needs ``amsmath`` and nothing else."""

    def cell(each: str | Formula) -> str:
        return plain(each) if isinstance(each, str) else f"${each('latex')}$"

    found: list[str] = []
    for block in _blocks(of):
        if isinstance(block, Title):
            found.append(rf"\{'sub' * (block.level - 1)}section*{{{plain(block.text)}}}")
        elif isinstance(block, Equation):
            found.append("\n".join([r"\[", *_aligned(block), r"\]"]))
        elif isinstance(block, Table):
            rows = [" & ".join(map(cell, row)) + r" \\" for row in block.rows]
            sides = "".join("r" if each else "l" for each in block.right)
            found.append("\n".join([rf"\begin{{tabular}}{{{sides}}}", rows[0], r"\hline", *rows[1:], r"\end{tabular}"]))
        else:
            said = plain(block.text) if isinstance(block.text, str) else f"${block.text('latex')}$"
            found.append(rf"\textbf{{{block.label}}}: {said}" if block.label else said)
    return "\n\n".join(found) + "\n"


FORMATS: Final[dict[str, Callable[["Explanation | NetExplanation"], str]]] = {
    "text": _text,
    "markdown": _markdown,
    "latex": _latex,
}
"""The formats."""


def render(of: "Explanation | NetExplanation", format: str = "text") -> str:
    """An explanation in one of `FORMATS`, ending in a newline; raises `UsageError` for another format."""
    if format not in FORMATS:
        raise UsageError(Problem(f"there is no format `{format}`", hint=did_you_mean(format, FORMATS)))
    return FORMATS[format](of)


def as_text(of: "Explanation | NetExplanation") -> str:
    """An explanation as ``print`` shows it."""
    return render(of, "text")
