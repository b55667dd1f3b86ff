"""Diffs as text, 80 columns wide.

Where it runs in a GitHub workflow, a line that starts with ``::`` or holds ``##[`` is a command: no text that somebody
chose freely stands at the start of a line, and none is broken where it might.
"""

from collections.abc import Iterator, Sequence
from textwrap import wrap
from typing import Final

from cnnshape.analysis.metrics import METRICS
from cnnshape.commands.diff.render.entry import Entry
from cnnshape.commands.diff.render.formats import Options
from cnnshape.commands.diff.render.rows import Row, Rows, Words, affected, changes, outline, shapes, signed, totals
from cnnshape.render.names import printable, quoted, shortened, wide
from cnnshape.render.text import aligned

_WIDTH: Final = 80
_LEAST: Final = 24  # to which names are cut before what is said of them is


def _title(entry: Entry) -> Iterator[str]:
    """Which nets, and where they stand."""
    names = [net.name for net in (entry.old, entry.new) if net is not None]
    files = [file for file in (entry.old_file, entry.new_file) if file]
    for said in filter(None, (names, files)):
        room = _WIDTH - len("  -> ``")
        short = [quoted(shortened(printable(name), room).replace("##[", "## [")) for name in dict.fromkeys(said)]
        whole = " -> ".join(short)
        yield from [whole] if wide(whole) <= _WIDTH else [short[0], *(f"  -> {name}" for name in short[1:])]


def _short(path: str) -> str:
    """The path of an output, in a column of names."""
    return quoted(shortened(printable(path), _LEAST))


def _whole(said: Words) -> str:
    """What is said, on one line."""
    return f"{said.name} {said.old} -> {said.new}" if said.old or said.new else said.name


def _broken(said: Words, room: int) -> list[str]:
    """The same on as many lines as it needs: broken before what is new, and between the names of a list."""
    if wide(_whole(said)) <= room:
        return [_whole(said)]
    old, new = [word.split(", ") if said.name == "from" else [word] for word in (said.old, said.new)]
    lines = [f"{said.name} {old[0]}", *(f"  {word}" for word in old[1:])]
    lines += [f"-> {new[0]}", *(f"  {word}" for word in new[1:])]
    return [shortened(line, room) for line in lines] if said.old or said.new else [shortened(said.name, room)]


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
    said = [row.what or (Words(""),) for row in found.rows]
    counts = [f"{row.layers:,}" if row.layers > 1 else "" for row in found.rows]
    metrics = [METRICS[key].header for key in options.metrics]
    columns = [(header[0], *(row.kind for row in found.rows)), (header[2] if any(counts) else "", *counts)]
    columns += zip(*[metrics, *figures], strict=True)
    free = _WIDTH - sum(max(map(wide, column)) + 2 for column in columns if any(column)) - 2
    names = [
        _name(row, max(_LEAST, free - max(wide(_whole(one)) for words in said for one in words))) for row in found.rows
    ]
    room = max(16, free - max(map(wide, [header[1], *names])))
    rows = [[*header, *metrics]]
    for row, name, count, words, numbers in zip(found.rows, names, counts, said, figures, strict=True):
        first, *others = [line for one in words for line in _broken(one, room)]
        rows.append([row.kind, name, count, first, *numbers])
        rows += [["", "", "", line, *("" for _ in numbers)] for line in others]
    kept = [place for place in range(len(rows[0])) if any(row[place] for row in rows[1:])]
    right = [place not in (0, 1, 3) for place in kept]
    lines = aligned([[row[place] for place in kept] for row in rows], right)
    return [*lines, *(wrap(found.more, _WIDTH) if found.more else [])]


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
    if entry.diff is not None and not entry.changes:
        return
    header = [
        "",
        *("" if there is None else word for word, there in (("old", entry.old), ("new", entry.new))),
        "change",
        "",
    ]
    rows = [header, *totals(entry, options, _short)]
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
