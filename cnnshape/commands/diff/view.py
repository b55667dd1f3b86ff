"""How a diff shows itself: the figures before and after, what was done, and what follows from it."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

from cnnshape.analysis.metrics import METRICS
from cnnshape.commands.diff.data import data
from cnnshape.commands.diff.difference import Diff
from cnnshape.commands.diff.entry import Diffs, Entry, entries
from cnnshape.commands.diff.exact import exact
from cnnshape.commands.diff.rows import Options as Options
from cnnshape.commands.diff.rows import Row, Rows, affected, changes, outline, shapes, signed, totals
from cnnshape.render.document import (
    Block,
    Code,
    Column,
    Document,
    Heading,
    Paragraph,
    Quote,
    Table,
    Text,
    filled,
    listed,
    marked,
    spans,
    table_of,
)
from cnnshape.render.formats import View

if TYPE_CHECKING:
    from cnnshape.commands.diff.layout import Printed


def _both(*names: str) -> Text:
    """One name, or two where they are not the same."""
    return listed([Code(name) for name in dict.fromkeys(names) if name], " -> ")


def _heading(entry: Entry) -> Heading:
    names = _both(*("" if net is None else net.name for net in (entry.old, entry.new)))
    files = _both(entry.old_file, entry.new_file)
    if not names:
        return Heading(files or "network", outline(entry))
    return Heading([*spans(names), *([" (", *spans(files), ")"] if files else [])], outline(entry))


def _totals(entry: Entry, options: Options) -> Table:
    header = ["metric", "old", "new", "change", "%"]
    first, *columns = table_of(header, totals(entry, options), [False, True, True, True, True]).columns
    return filled(Table([first._replace(cut=True), *columns]))


def _column(found: Rows, place: int, key: str, options: Options) -> Column:
    """How much is added to a figure."""
    metric = METRICS[key]
    numbers = [row.figures[place] for row in found.rows]
    return Column(metric.header, ["" if n is None else signed(metric, n, options) for n in numbers], True, key)


def _table(found: Rows, options: Options) -> Iterator[Block]:
    """What was done, or what follows, and what is left out of it."""
    rows: Sequence[Row] = found.rows
    if rows:
        columns = [
            Column("change", [row.kind for row in rows], keep=1),
            Column("layer" if rows[0].kind else "affected", [_both(row.old, row.new) for row in rows], cut=True),
            Column("layers", [f"{row.layers:,}" if row.layers > 1 else "" for row in rows], True),
            Column("what", [row.what for row in rows], wraps=True),
            *[_column(found, place, key, options) for place, key in enumerate(options.figures)],
        ]
        yield filled(Table(columns))
    if found.more:
        yield Quote(marked(found.more))


def _blocks(entry: Entry, options: Options) -> Iterator[Block]:
    yield _heading(entry)
    if entry.diff is not None and not entry.changes:
        return
    yield _totals(entry, options)
    old, new = entry.total("output")
    if old != new:
        said = [Code(shapes(found)) for found in (old, new) if found is not None]
        yield Paragraph(listed(said, " -> "), "output")
    yield from _table(changes(entry, options), options)
    yield from _table(affected(entry, options), options)


def _document(found: Diff | Diffs, options: Options) -> Document:
    options.figures  # noqa: B018 - what is wrong with them is said before anything is shown
    shown = entries(found)
    if not shown and isinstance(found, Diffs) and found.base:
        return [Paragraph(["no spec is different from ", Code(found.base)])]
    return [block for entry in shown for block in _blocks(entry, options)]


def _data(found: Diff | Diffs, _: Options) -> "Printed":
    return data(found)


_EVERYTHING: Final = frozenset({"metrics", "all"})

VIEW: Final = View(_document, _data, exact, deaf={"json": _EVERYTHING, "csv": _EVERYTHING}, options=Options, width=80)
