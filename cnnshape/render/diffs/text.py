"""Diffs as text, 80 columns wide; no line starts with a name, so that none can be taken for a command."""

from collections.abc import Iterator, Sequence
from textwrap import wrap
from typing import Final

from cnnshape.metrics import METRICS
from cnnshape.render.diffs import Options
from cnnshape.render.diffs.entry import Entry
from cnnshape.render.diffs.rows import Row, Rows, Words, affected, changes, outline, shapes, signed, totals
from cnnshape.render.names import quoted, shortened, wide
from cnnshape.render.text import aligned

_WIDTH: Final = 80
_LEAST: Final = 24  # to which names are cut before what is said of them is


def _title(entry: Entry) -> Iterator[str]:
    """Which nets, and where they stand."""
    names = [quoted(net.name) for net in (entry.old, entry.new) if net]
    files = [quoted(file) for file in (entry.old_file, entry.new_file) if file]
    for said in (names, files):
        if said:
            yield from wrap(" -> ".join(dict.fromkeys(said)), _WIDTH, subsequent_indent="  ")


def _words(said: Words) -> str:
    return f"{said.name} {said.old} -> {said.new}" if said.old or said.new else said.name


def _name(row: Row, room: int) -> str:
    """Where it was done: one name, or two."""
    if not (row.old and row.new) or row.old == row.new:
        return shortened(row.new or row.old, room)
    whole = f"{row.old} -> {row.new}"
    if wide(whole) <= room:
        return whole
    half = (room - 4) // 2
    return f"{shortened(row.old, half)} -> {shortened(row.new, half)}"


def _table(found: Rows, header: tuple[str, str, str, str], options: Options) -> list[str]:
    """Rows under each other; what is said of one may take several lines."""
    figures = [_figures(row, options) for row in found.rows]
    said = [list(map(_words, row.what)) or [""] for row in found.rows]
    counts = [f"{row.layers:,}" if row.layers > 1 else "" for row in found.rows]
    metrics = [METRICS[key].header for key in options.metrics]
    columns = [(header[0], *(row.kind for row in found.rows)), (header[2] if any(counts) else "", *counts)]
    columns += zip(*[metrics, *figures], strict=True)
    free = _WIDTH - sum(max(map(wide, column)) + 2 for column in columns if any(column)) - 2
    names = [_name(row, max(_LEAST, free - max(wide(line) for lines in said for line in lines))) for row in found.rows]
    room = max(16, free - max(map(wide, [header[1], *names])))
    rows = [[*header, *metrics]]
    for row, name, count, lines, numbers in zip(found.rows, names, counts, said, figures, strict=True):
        first, *others = [part for line in lines for part in _broken(line, room)]
        rows.append([row.kind, name, count, first, *numbers])
        rows += [["", "", "", line, *("" for _ in numbers)] for line in others]
    kept = [place for place in range(len(rows[0])) if any(row[place] for row in rows[1:])]
    right = [place not in (0, 1, 3) for place in kept]
    lines = aligned([[row[place] for place in kept] for row in rows], right)
    return [*lines, *(wrap(found.more, _WIDTH) if found.more else [])]


def _broken(line: str, room: int) -> list[str]:
    """A sentence on several lines, the first break before what is new."""
    if wide(line) <= room:
        return [line]
    old, arrow, new = line.partition(" -> ")
    lines = wrap(old, room)
    return [*lines, *wrap(f"-> {new}", room, initial_indent="  ", subsequent_indent="  ")] if arrow else lines


def _figures(row: Row, options: Options) -> list[str]:
    pairs = zip(options.metrics, row.figures, strict=True)
    return ["" if n is None else signed(METRICS[key], n, options) for key, n in pairs]


def _outputs(entry: Entry) -> Iterator[str]:
    """The shapes that come out, where they are others."""
    old, new = entry.total("output")
    if old != new:
        said = " -> ".join(shapes(found) for found in (old, new) if found is not None)
        yield from ["", *wrap(f"output {said}", _WIDTH, subsequent_indent="  ")]


def _lines(entry: Entry, options: Options) -> Iterator[str]:
    yield from _title(entry)
    yield outline(entry)
    if entry.diff and not entry.changes:
        return
    header = ["", *(word if there else "" for word, there in (("old", entry.old), ("new", entry.new))), "change", ""]
    rows = [header, *totals(entry, options)]
    kept = [place for place in range(5) if place == 0 or any(row[place] not in ("", "-") for row in rows[1:])]
    yield ""
    yield from aligned([[row[place] for place in kept] for row in rows], [place > 0 for place in kept])
    yield from _outputs(entry)
    done, follow = changes(entry, options), affected(entry, options)
    if done.rows:
        yield from ["", *_table(done, ("change", "layer", "layers", "what"), options)]
    if follow.rows:
        yield from ["", *_table(follow, ("", "affected", "layers", "what"), options)]


def render(entries: Sequence[Entry], options: Options) -> str:
    """For people who read it in a terminal."""
    return "\n\n".join("\n".join(_lines(entry, options)) for entry in entries) + "\n"
