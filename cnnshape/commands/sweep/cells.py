"""The cells of a sweep that is shown to people: knobs as they are, figures in units, equal knobs in one column."""

from collections import Counter
from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, Any

from cnnshape.commands.sweep.figures import Figure
from cnnshape.core.bounds import worded
from cnnshape.core.text import shown
from cnnshape.render.document import Code, Column
from cnnshape.render.figures import bare
from cnnshape.render.receptive_fields import everywhere
from cnnshape.render.shapes import shape
from cnnshape.render.units import Units, fitting
from cnnshape.spec.knobs import exported

if TYPE_CHECKING:
    from cnnshape.commands.sweep.record import Sweep
    from cnnshape.commands.sweep.values import Values


def _same(one: "Values", other: "Values") -> bool:
    return one is other or (one.distinct == other.distinct and bool((one.codes == other.codes).all()))


def knobs(sweep: "Sweep") -> "list[tuple[str, Values]]":
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
    return value if isinstance(value, str) else shown(exported(value))


def _figure(of: Figure, value: Any, units: Units) -> str:
    """A figure as people read it; nothing where there is none."""
    if value is None:
        return ""
    return ", ".join(map(shape, value)) if of.is_shape else bare(of.metric, value, units)


def _cells(sweep: "Sweep", of: Figure, units: Units) -> list[str]:
    """A column of figures as people read them, with their bounds."""
    values = sweep.values(of.key)
    if of.unit in ("count", "bytes"):
        there = [value for value in values if value is not None]
        units = fitting(units, there, 1024 if of.unit == "bytes" else 1000)
    cells = [_figure(of, value, units) for value in values]
    if not of.bounded:
        return cells
    cells = [worded(cell, bound) if cell else "" for cell, bound in zip(cells, sweep.bounds(of.key), strict=True)]
    return [everywhere(cell) if whole else cell for cell, whole in zip(cells, sweep.whole(of.key), strict=True)]


_KNOB = 1  # knobs are left out after all figures


def columns(sweep: "Sweep", units: Units) -> Iterator[Column]:
    """The columns: knobs that differ, then figures; nothing where a row has none."""
    for name, values in knobs(sweep):
        if len(values.distinct) == 1 < len(sweep):
            continue  # said above the table
        held = [knob(value) if values.numeric else Code(knob(value)) for value in values.distinct]
        yield Column(name, [held[code] for code in values.codes], values.numeric, keep=_KNOB)
    for of in sweep.figures:
        column = Column(_header(of), _cells(sweep, of, units), not of.is_shape, says=of.metric.says)
        if of.unit not in ("shape", "flag") and sweep.has(of.key).all():
            exact = partial(bare, of.metric, units="exact")
            column = column._replace(values=sweep.values(of.key), exact=exact)
        yield column


def _header(of: Figure) -> str:
    """What a figure is called: the header of its metric, and the layer that it is of."""
    name = of.metric.header if of.axis is None else f"{of.metric.header}[{of.axis}]"
    return f"{name} @ {of.path}" if of.path else name


_FEW = 4  # values that are listed


def span(values: "Values") -> str:
    """Which values a knob has, in short."""
    first, last = knob(values.distinct[0]), knob(values.distinct[-1])
    if len(values.distinct) <= _FEW:
        return ", ".join(map(knob, values.distinct))
    return f"{first} to {last}" if values.numeric else f"{len(values.distinct)} values"


def refusals(sweep: "Sweep") -> list[tuple[int, int]]:
    """Why points are no nets, the most frequent first: how many, and the first of them."""
    counts: Counter[str] = Counter()
    first: dict[str, int] = {}
    for sentence, rows in sweep.reasons.rows():
        counts[sentence] += len(rows)
        first[sentence] = min(first.get(sentence, len(sweep)), int(rows[0]))
    return sorted([(counts[sentence], row) for sentence, row in first.items()], key=lambda pair: (-pair[0], pair[1]))
