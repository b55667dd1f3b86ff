"""The cells of a sweep that is shown to people: knobs as they are, figures in units, equal knobs in one column."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any, Final, NamedTuple

from cnnshape.commands.sweep.figures import Figure
from cnnshape.commands.sweep.record import Sweep
from cnnshape.commands.sweep.values import Values, exported
from cnnshape.core.bounds import worded
from cnnshape.core.text import shown
from cnnshape.render.figures import bare
from cnnshape.render.names import printable, wide
from cnnshape.render.receptive_fields import everywhere
from cnnshape.render.shapes import shape
from cnnshape.render.units import Units

MOST_ROWS: Final = 50
"""Rows that a person is shown where nobody asks for a number."""

MOST_REASONS: Final = 5


class Options(NamedTuple):
    """How a sweep is shown."""

    units: Units | None = None
    width: int | None = None
    rows: int | None = None
    """How many rows people see; the first `MOST_ROWS` otherwise."""


class Shown(NamedTuple):
    """What is shown: some rows of a sweep over so many points."""

    sweep: Sweep
    points: int


class Column(NamedTuple):
    """One column as people see it."""

    header: str
    cells: list[str]
    right: bool = True


def fitted(columns: Sequence[Column], width: int | None) -> tuple[list[Column], list[str]]:
    """The columns that there is room for, from the left, and the headers of the others."""
    kept: list[Column] = []
    used = 0
    for column in columns:
        used += max(map(wide, [column.header, *column.cells])) + (2 if kept else 0)
        if width is not None and used > width and kept:
            break
        kept.append(column)
    return kept, [column.header for column in columns[len(kept) :]]


def _same(one: Values, other: Values) -> bool:
    return one is other or (one.distinct == other.distinct and bool((one.codes == other.codes).all()))


def knobs(sweep: Sweep) -> list[tuple[str, Values]]:
    """The knobs, those that are everywhere alike under one header: ``H = W``."""
    found: list[tuple[str, Values]] = []
    for name, values in sweep.knobs.items():
        place = next((at for at, (_, known) in enumerate(found) if _same(known, values)), None)
        if place is None or len(values.distinct) < 2:
            found.append((name, values))
        else:
            found[place] = (f"{found[place][0]} = {name}", values)
    return found


def knob(value: Any) -> str:
    """The value of a knob as people write it.

    >>> from fractions import Fraction
    >>> knob(Fraction(5, 4)), knob([1, 2]), knob("resnet50")
    ('1.25', '[1, 2]', 'resnet50')
    """
    return printable(value if isinstance(value, str) else shown(exported(value)))


def figure(of: Figure, value: Any, units: Units) -> str:
    """A figure as people read it."""
    return ", ".join(map(shape, value)) if of.is_shape else bare(of.metric, int(value), units)


def marked(sweep: Sweep, of: Figure, units: Units) -> list[str]:
    """A column of figures as people read them, with their bounds; nothing where a row has none."""
    column, there = sweep.columns[of.key], sweep.has(of.key)
    cells = [figure(of, value, units) if has else "" for value, has in zip(column, there, strict=True)]
    if not of.bounded:
        return cells
    cells = [worded(cell, bound) if cell else "" for cell, bound in zip(cells, sweep.bounds(of.key), strict=True)]
    return [everywhere(cell) if whole else cell for cell, whole in zip(cells, sweep.whole(of.key), strict=True)]


def columns(sweep: Sweep, units: Units) -> Iterator[Column]:
    """The columns: knobs that differ, then figures; nothing where a row has none."""
    for name, values in knobs(sweep):
        if len(values.distinct) == 1 < len(sweep):
            continue  # said above the table
        held = [knob(value) for value in values.distinct]
        yield Column(name, [held[code] for code in values.codes], values.numeric)
    for of in sweep.figures:
        yield Column(_header(of), marked(sweep, of, units), not of.is_shape)


def _header(of: Figure) -> str:
    """What a figure is called: the header of its metric, and the layer that it is of."""
    name = of.metric.header if of.axis is None else f"{of.metric.header}[{of.axis}]"
    return f"{name} @ {of.path}" if of.path else name


def ranges(sweep: Sweep) -> str:
    """Which values each knob has: ``width 16 to 128; H = W 224``."""
    return "; ".join(f"{name} {span(values)}" for name, values in knobs(sweep)) if len(sweep) else ""


def span(values: Values) -> str:
    """Which values a knob has, in short."""
    first, last = knob(values.distinct[0]), knob(values.distinct[-1])
    few = [knob(value) for value in values.distinct]
    return ", ".join(few) if len(few) <= 4 else f"{first} to {last}" if values.numeric else f"{len(few)} values"


def refusals(sweep: Sweep) -> list[tuple[int, str, str]]:
    """Why points are no nets, the most frequent first: how many, what is said of the first of them, and where it is."""
    counts: Counter[str] = Counter()
    first: dict[str, int] = {}
    for sentence, rows in sweep.reasons.rows():
        counts[sentence] += len(rows)
        first[sentence] = min(first.get(sentence, len(sweep)), int(rows[0]))
    found = []
    for sentence, count in sorted(counts.items(), key=lambda pair: (-pair[1], first[pair[0]])):
        row = first[sentence]
        at = "first at " if count > 1 else "at "
        at += ", ".join(f"{name} = {knob(values.distinct[values.codes[row]])}" for name, values in knobs(sweep))
        found.append((count, sweep.reason(row), at))
    return found
