"""The report as aligned text: as wide as it likes in a pipe, fitted to the terminal, never wrapped."""

import re
from collections.abc import Sequence

from cnnshape.analysis.result import Analysis
from cnnshape.render import PLAIN, Options
from cnnshape.render.columns import column
from cnnshape.render.names import shortened, wide
from cnnshape.render.summary import brief, facts, setting, title
from cnnshape.render.table import Table, table

_LEAST_PATH = 16  # a path is cut to this before a column is left out
_GAP = "  "


def aligned(rows: Sequence[Sequence[str]], right: Sequence[bool], *, sums: bool = False) -> list[str]:
    """Lines of cells under each other; the first row is the header, and with ``sums`` the last one is set apart."""
    widths, columns = [], []
    for cells, to_right in zip(zip(*rows, strict=True), right, strict=True):
        wides = {cell: wide(cell) for cell in cells}
        widths.append(width := max(wides.values()))
        rooms = {cell: " " * (width - its) for cell, its in wides.items()}
        columns.append([rooms[cell] + cell if to_right else cell + rooms[cell] for cell in cells])
    lines = [_GAP.join(cells).rstrip() for cells in zip(*columns, strict=True)]
    rule = _GAP.join("-" * width for width in widths)
    return [lines[0], rule, *lines[1:-1], rule, lines[-1]] if sums else [lines[0], rule, *lines[1:]]


class _Fit:
    """Which columns are shown, and how wide paths may be, so that no line is longer than ``width``."""

    def __init__(self, found: Table, options: Options) -> None:
        header = [each.header for each in found.columns]
        self.rows = [list(row) for row in (header, *found.cells, found.total)]
        self.columns = found.columns
        self.shown = list(range(len(found.columns)))
        self.path = next((place for place, each in enumerate(found.columns) if each.key == "path"), None)
        if options.width is not None:
            asked = {column(word.lstrip("+-")).key for word in options.columns or () if not word.startswith("-")}
            self._fit(options.width, asked)

    def _fit(self, width: int, asked: set[str]) -> None:
        spare = sorted(self.shown, key=lambda p: (self.columns[p].key in asked, self.columns[p].keep, -p))
        spare = [place for place in spare if place != self.path]
        dropped: list[int] = []
        while (over := self._width() - width) > 0 and not self._cut(over, _LEAST_PATH if len(spare) > 1 else 1):
            if len(spare) <= 1:
                return
            dropped.append(spare.pop(0))
            self.shown.remove(dropped[-1])
        for place in reversed(dropped):  # a wide column that went later may have made room for this one
            self.shown = sorted([*self.shown, place])
            if self._width() > width:
                self.shown.remove(place)

    def _width(self) -> int:
        """How wide the table is."""
        widths = [max(wide(row[place]) for row in self.rows) for place in self.shown]
        return sum(widths) + len(_GAP) * (len(widths) - 1)

    def _cut(self, over: int, least: int) -> bool:
        """Shorten paths by so much, if they stay longer than ``least`` and different from each other."""
        if self.path is None:
            return False
        full = [row[self.path] for row in self.rows]
        room = max(map(wide, full)) - over
        if room < least:
            return False
        short = [shortened(path, room) for path in full]
        if len(set(short)) < len(set(full)) and least > 1:
            return False
        for row, path in zip(self.rows, short, strict=True):
            row[self.path] = path
        return True

    def lines(self) -> list[str]:
        rows = [[row[place] for place in self.shown] for row in self.rows]
        return aligned(rows, [self.columns[place].kind.right for place in self.shown], sums=True)

    def left_out(self) -> list[str]:
        return [each.header for place, each in enumerate(self.columns) if place not in self.shown]


def folded(text: str, indent: str, width: int | None) -> list[str]:
    """A text on as many lines as it needs, broken behind commas and semicolons only."""
    if width is None or wide(text) <= width:
        return [text]
    lines: list[str] = []
    for piece in re.split(r"(?<=[,;]) (?![^(]*\))", text):
        if lines and wide(lines[-1]) + 1 + wide(piece) <= width:
            lines[-1] += f" {piece}"
        else:
            lines.append(indent + piece if lines else piece)
    return lines


def render(analysis: Analysis, options: Options = PLAIN) -> str:
    """The report for people who read it in a terminal."""
    fit = _Fit(table(analysis, options), options)
    lines = folded(f"{title(analysis)}: {setting(analysis)}", "  ", options.width)
    lines += ["", *fit.lines(), ""]
    for fact in facts(analysis):
        lines += folded(f"{fact.label:<17}{fact.text}", " " * 17, options.width)
    found = brief(analysis)
    if found:
        lines.append("")
        for finding in found:
            lines += folded(f"warning: {finding.text}", "  ", options.width)
    if fit.left_out():
        lines += ["", f"left out to fit {options.width} columns: {', '.join(fit.left_out())}"]
    return "\n".join(lines) + "\n"
