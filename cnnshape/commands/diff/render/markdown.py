"""Diffs as GitHub Markdown, for a pull request: the same bytes for the same nets."""

from collections.abc import Iterator, Sequence

from cnnshape.analysis.metrics import METRICS
from cnnshape.commands.diff.render.entry import Entry
from cnnshape.commands.diff.render.formats import Options
from cnnshape.commands.diff.render.rows import Row, Rows, Words, affected, changes, outline, shapes, signed, totals
from cnnshape.render.markdown import code
from cnnshape.render.names import printable


def _pipes(rows: list[list[str]], right: list[bool]) -> str:
    from tabulate import tabulate  # only Markdown pays for its import

    kept = [place for place in range(len(right)) if any(row[place] for row in rows[1:])]
    shown = [[row[place] for place in kept] for row in rows]
    sides = ["right" if right[place] else "left" for place in kept]
    return tabulate(shown[1:], headers=shown[0], tablefmt="pipe", colalign=sides, disable_numparse=True)


def _both(old: str, new: str) -> str:
    """One name, or two where they are not the same."""
    return " -> ".join(code(name) for name in dict.fromkeys((printable(old), printable(new))) if name)


def _words(said: Words) -> str:
    return f"{code(said.name)} {code(said.old)} -> {code(said.new)}" if said.old or said.new else said.name


def _cells(row: Row, options: Options) -> list[str]:
    figures = zip(options.metrics, row.figures, strict=True)
    numbers = ["" if n is None else signed(METRICS[key], n, options) for key, n in figures]
    count = f"{row.layers:,}" if row.layers > 1 else ""
    return [row.kind, _both(row.old, row.new), count, "; ".join(map(_words, row.what)), *numbers]


def _table(found: Rows, options: Options) -> Iterator[str]:
    if found.rows:
        name = "layer" if found.rows[0].kind else "affected"
        header = ["change", name, "layers", "what", *(METRICS[key].header for key in options.metrics)]
        right = [False, False, True, False, *(True for _ in options.metrics)]
        yield _pipes([header, *(_cells(row, options) for row in found.rows)], right)
    if found.more:
        yield f"> {found.more}"


def _parts(entry: Entry, options: Options) -> Iterator[str]:
    names = _both(*("" if net is None else net.name for net in (entry.old, entry.new)))
    files = _both(entry.old_file, entry.new_file)
    yield f"**{names}**{f' ({files})' if files else ''}: {outline(entry)}"
    if entry.diff is not None and not entry.changes:
        return
    header = ["metric", "old", "new", "change", "%"]
    found = totals(entry, options, lambda path: code(printable(path)))
    rows = [[cell if cell != "-" else "" for cell in row] for row in found]
    rows = [[*row[:4], row[4].removesuffix(" %")] for row in rows]
    yield _pipes([header, *rows], [False, True, True, True, True])
    old, new = entry.total("output")
    if old != new:
        yield f"Output {' -> '.join(code(shapes(found)) for found in (old, new) if found is not None)}."
    yield from _table(changes(entry, options), options)
    yield from _table(affected(entry, options), options)


def render(entries: Sequence[Entry], options: Options) -> str:
    """For a reviewer."""
    return "\n\n".join(part for entry in entries for part in _parts(entry, options)) + "\n"
