"""How a sweep shows itself."""

from typing import TYPE_CHECKING, Final, NamedTuple

from cnnshape.commands.sweep.cells import columns, knob, knobs, refusals, span
from cnnshape.commands.sweep.data import rows, table, whole
from cnnshape.render.document import (
    Block,
    Code,
    Document,
    Heading,
    Items,
    Paragraph,
    Table,
    Text,
    listed,
    marked,
    spans,
)  # fmt: skip
from cnnshape.render.formats import View
from cnnshape.render.units import Units

if TYPE_CHECKING:
    from cnnshape.commands.sweep.layout import Printed
    from cnnshape.commands.sweep.record import Sweep

_MOST_ROWS: Final = 50  # that a person is shown where nobody asks for a number
_MOST_REASONS: Final = 5


class Options(NamedTuple):
    """What a reader chose."""

    units: Units | None = None
    """How counts and bytes are scaled."""
    width: int | None = None
    """The most columns of text that a line may take."""
    rows: int | None = None
    """How many rows people see; the first 50 otherwise."""


def _points(sweep: "Sweep") -> int:
    return max(sweep.points, len(sweep))


def _setting(sweep: "Sweep") -> Text:
    """How many points there were, how many rows are left, and which values each knob has."""
    points = f"{_points(sweep):,} point{'s' if _points(sweep) != 1 else ''}"
    if len(sweep) < _points(sweep):
        points += f", {len(sweep):,} kept"
    refused = len(sweep) - int(sweep.valid.sum())
    points = f"{points}, {refused:,} of them no nets" if refused else points
    if sweep.undecided:
        points += f", {sweep.undecided:,} left out as undecided: some values that their bounds allow meet the condition"
    said: list[Text] = [points]
    said += [[Code(name), f" {span(values)}"] for name, values in knobs(sweep)] if len(sweep) else []
    return listed(said, "; ")


def _refusals(sweep: "Sweep") -> list[tuple[Text, Text]]:
    """What is said of the points that are no nets, and of how many."""
    found = refusals(sweep)
    items: list[tuple[Text, Text]] = []
    for count, row in found[:_MOST_REASONS]:
        point = [Code(f"{name} = {knob(values.distinct[values.codes[row]])}") for name, values in knobs(sweep)]
        at = "; first at " if count > 1 else "; at "
        items.append((f"{count:,}", [*spans(marked(sweep.reason(row))), at, *spans(listed(point))]))
    more = len(found) - _MOST_REASONS
    return [*items, ("", f"and {more:,} other reasons")] if more > 0 else items


def _document(sweep: "Sweep", options: Options) -> Document:
    """The points that are nets, and why others are none."""
    valid = sweep.valid.nonzero()[0]
    kept = valid[: options.rows or _MOST_ROWS]
    found: list[Block] = [Heading(Code(sweep.net), _setting(sweep))]
    if len(kept):
        found.append(Table([*columns(sweep.take(kept), options.units or "auto")]))
    if more := len(valid) - len(kept):
        found.append(Paragraph(marked(f"and {more:,} more: `--top N` shows so many, `--format csv` all")))
    refused = _refusals(sweep)
    return [*found, Items("no nets", refused)] if refused else found


def _data(sweep: "Sweep", _: Options) -> "Printed":
    return whole(sweep.net, _points(sweep), sweep.figures, [*rows(sweep)], sweep.undecided)


def _table(sweep: "Sweep", _: Options) -> Table:
    return table(sweep)


_ALL: Final = frozenset({"rows"})

VIEW: Final = View(_document, _data, _table, deaf={"json": _ALL, "csv": _ALL}, options=Options)
