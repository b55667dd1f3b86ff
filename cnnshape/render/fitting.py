"""Texts and tables as lines of text: aligned, and fitted to a width."""

import re
from collections.abc import Iterator, Sequence
from textwrap import wrap
from typing import Final

from cnnshape.render.breaking import broken
from cnnshape.render.document import (
    Code,
    Column,
    Formula,
    Span,
    Strong,
    Table,
    Text,
    spans,
)
from cnnshape.render.names import printable, shortened, wide

_LEAST_NAME: Final = 16  # a name is cut to this before a column is left out
LEAST_WRAPPED: Final = 20  # a sentence in a cell goes on below where it has so much room
GAP: Final = "  "
_ARROW: Final = " -> "
INDENT: Final = "  "
_WHOLE: Final = re.compile(r"\([\d, ]+\)|(?<!\S)\S{1,6} -> \S{1,6}(?!\S)|-> (?=\S)")
"""Shapes, and an arrow with what follows: no line is broken in them."""

_KEPT: Final = "\0"  # a space at which no line is broken
USUAL: Final = 80  # how wide equations and the sentences of a section are where nobody says


# ------------------------------------------------------------------ texts


def _plain(span: Span, quote: str) -> str:
    if isinstance(span, str):
        return span
    if isinstance(span, Code):
        return f"{quote}{span.text.replace('`', chr(39)) if quote else span.text}{quote}"
    if isinstance(span, Strong):
        return _plain(span.text, quote)
    return span.write("text") if isinstance(span, Formula) else span.text


def sentence(text: Text) -> str:
    """A text with its names in backticks."""
    return printable("".join([_plain(span, "`") for span in spans(text)]))


def cell(text: Text) -> str:
    """A text with its names as they are."""
    if isinstance(text, str):
        return printable(text)
    return printable("".join([_plain(span, "") for span in spans(text)]))


def folded(text: str, indent: str, width: int | None) -> list[str]:
    """A text on as many lines as it needs, broken behind commas and semicolons, and between words where it must be."""
    if width is None or wide(text) <= width:
        return [text]
    lines: list[str] = []
    for piece in re.split(r"(?<=[,;]) (?![^(]*\))", text):
        if lines and wide(lines[-1]) + 1 + wide(piece) <= width:
            lines[-1] += f" {piece}"
        else:
            lines += wrapped(indent + piece if lines else piece, indent, width)
    return lines


def wrapped(text: str, indent: str, width: int) -> list[str]:
    """A text on as many lines as it needs, broken between words."""
    if wide(text) <= width:
        return [text]
    room = max(width, len(indent) + 1)
    whole = _WHOLE.sub(lambda found: found[0].replace(" ", _KEPT), text)
    lines = wrap(whole, room, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)
    lines = [line.replace(_KEPT, " ") for line in lines]
    return list(map(printable, lines)) or [text]  # a line may begin where a log would see a command


# ------------------------------------------------------------------ tables


def aligned(rows: Sequence[Sequence[str]], right: Sequence[bool], *, sums: bool = False) -> list[str]:
    """Lines of cells under each other; the first row is the header, and with ``sums`` the last one is set apart."""
    widths, columns = [], []
    for cells, to_right in zip(zip(*rows, strict=True), right, strict=True):
        wides = {text: wide(text) for text in set(cells)}
        widths.append(width := max(wides.values()))
        rooms = {text: " " * (width - its) for text, its in wides.items()}
        columns.append([rooms[text] + text if to_right else text + rooms[text] for text in cells])
    lines = [GAP.join(cells).rstrip() for cells in zip(*columns, strict=True)]
    rule = GAP.join("-" * width for width in widths)
    return [lines[0], rule, *lines[1:-1], rule, lines[-1]] if sums else [lines[0], rule, *lines[1:]]


def _cells(column: Column, *, totals: bool) -> list[str]:
    """The header, the cells, and the total of a column."""
    said, known = sentence if column.wraps else cell, dict[int, str]()  # equal cells of a report are the same object
    cells = [known.get(id(each)) or known.setdefault(id(each), said(each)) for each in column.cells]
    return [cell(column.header), *cells, *([said(column.total)] if totals else [])]


def _shorter(text: str, width: int) -> str:
    """A name cut to a width, or both of two with an arrow between them."""
    pair = text.split(_ARROW)
    if wide(text) <= width or len(pair) != 2:
        return shortened(text, width)
    return _ARROW.join([shortened(name, max(1, (width - len(_ARROW)) // 2)) for name in pair])


class _Fit:
    """Which columns of a table are shown, and how wide names may be, so that no line is longer than ``width``."""

    def __init__(self, table: Table, width: int | None) -> None:
        self.columns = table.columns
        self.cells = [_cells(each, totals=table.totals) for each in table.columns]
        self.widths = [max(map(wide, set(cells))) for cells in self.cells]
        self.shown = list(range(len(self.columns)))
        self.name = next((place for place, each in enumerate(self.columns) if each.cut), None)
        self.width = width

    def over(self) -> int:
        """By how much the table is too wide."""
        if self.width is None:
            return 0
        return sum([self.widths[place] for place in self.shown]) + len(GAP) * (len(self.shown) - 1) - self.width

    def fit(self) -> None:
        """Cut names, and leave out what is needed least; then bring back what there is room for after all."""
        dropped: list[list[int]] = []
        spare = self._groups()
        while (over := self.over()) > 0 and not self.cut(over, _LEAST_NAME if len(spare) > 1 else 1):
            if len(spare) <= 1:
                return
            dropped.append(spare.pop(0))
            self.shown = [place for place in self.shown if place not in dropped[-1]]
        for group in reversed(dropped):  # a wide column that went later may have made room for this one
            before, self.shown = self.shown, sorted([*self.shown, *group])
            if self.over() > 0:
                self.shown = before

    def _groups(self) -> list[list[int]]:
        """The columns that go together, those that go first first: names go last of all."""
        groups: dict[str, list[int]] = {}
        for place, each in enumerate(self.columns):
            if place != self.name:
                groups.setdefault(each.key or str(place), []).append(place)
        return sorted(groups.values(), key=lambda group: (self.columns[group[0]].keep, -group[0]))

    def cut(self, over: int, least: int) -> bool:
        """Shorten names by so much, if they stay longer than ``least`` and different from each other."""
        if self.name is None:
            return False
        full = self.cells[self.name]
        room = self.widths[self.name] - over
        if room < least:
            return False
        short = [_shorter(name, room) for name in full]
        if len(set(short)) < len(set(full)) and least > 1:
            return False
        self.cells[self.name], self.widths[self.name] = short, max(map(wide, short))
        return True

    def rows(self) -> list[tuple[str, ...]]:
        """What is shown, the header first."""
        return list(zip(*[self.cells[place] for place in self.shown], strict=True))

    def right(self) -> list[bool]:
        """Which of the columns stand to the right."""
        return [self.columns[place].right for place in self.shown]

    def left_out(self) -> list[str]:
        """The headers of what is not shown; of columns that belong together the first one's."""
        out = [group[0] for group in self._groups() if group[0] not in self.shown]
        return [self.cells[place][0] for place in sorted(out)]

    def widest(self) -> int:
        """The widest column of sentences."""
        return max([at for at, each in enumerate(self.columns) if each.wraps], key=self.widths.__getitem__)

    def spreads(self, *, cuts: bool) -> bool:
        """Whether there is room for its sentences to go on below; names may be cut for that."""
        wanted = min(LEAST_WRAPPED, self.widths[self.widest()])
        if cuts and (missing := wanted - self.room()) > 0:
            self.cut(missing, 1)
        return self.room() >= wanted

    def room(self) -> int:
        """What is left for that column, where its sentences go on below."""
        return self.widths[self.widest()] - self.over()


def fits(table: Table, width: int | None) -> bool:
    """Whether a table is no wider than ``width`` with all of its names and columns."""
    fit = _Fit(table, width)
    return fit.over() <= 0 or (any(each.wraps for each in table.columns) and fit.spreads(cuts=False))


def table_lines(table: Table, width: int | None) -> Iterator[str]:
    """A table no wider than ``width``, if that can be done."""
    if table.headless:
        table = table._replace(columns=[each._replace(header="") for each in table.columns])
    fit = _Fit(table, width)
    if fit.over() > 0 and any(each.wraps for each in table.columns):
        yield from _spread(fit) if fit.spreads(cuts=True) else _one_by_one(fit)
        return
    fit.fit()
    found = aligned(fit.rows(), fit.right(), sums=table.totals)
    yield from found[2:] if table.headless else found
    if left_out := fit.left_out():
        yield ""
        yield from folded(f"left out to fit {width} columns: {', '.join(left_out)}", INDENT, width)


def _one_by_one(fit: _Fit) -> Iterator[str]:
    """A table whose rows go over as many lines as they have cells."""
    for row in fit.rows()[1:]:
        for place, text in enumerate(filter(None, row)):
            indent = INDENT * (place > 0)
            yield from (f"{indent}{line}" for line in broken(text, (fit.width or USUAL) - len(INDENT)))


def _spread(fit: _Fit) -> Iterator[str]:
    """A table whose widest sentences go on below."""
    at, room = fit.widest(), fit.room()
    formulas = any(isinstance(each, Formula) for each in fit.columns[at].cells)
    spread = []
    for row in fit.rows():
        found = broken(row[at], room) if formulas else wrapped(row[at], "", room)
        first, *rest = found if formulas else [shortened(line, room) for line in found]
        spread.append([*row[:at], first, *row[at + 1 :]])
        spread += [[line if place == at else "" for place in range(len(row))] for line in rest]
    yield from aligned(spread, fit.right())
