"""The explanation of the figures of a net, as blocks."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

from cnnshape.commands.explain.render.blocks import Block, Formula, Note, Table, Title
from cnnshape.core.bounds import spoken, worded
from cnnshape.render.names import printable
from cnnshape.render.shapes import shape
from cnnshape.render.units import count, percent

if TYPE_CHECKING:
    from cnnshape.commands.explain.totals import NetExplanation, Total

_MOST: Final = 10  # parts of a sum that are shown


def net_blocks(of: "NetExplanation") -> Iterator[Block]:
    """The explanation of figures of a net."""
    yield Title(f"{printable(of.net)}: batch {of.batch}, {of.dtype}", 1)
    for total in of.totals:
        yield Title(total.header)
        yield Note("", f"{_amount(total, total.value)}, {total.how}")
        yield from _made_of(total)
        yield Note("counts", total.says)


def _amount(total: "Total", value: Any) -> str:
    if total.unit == "shape":
        shapes = value if value and isinstance(value[0], tuple) else (value,)
        return ", ".join(map(shape, shapes))
    if value is None:
        return "none"
    return spoken(f"{_plain(value)} {total.word}".rstrip(), total.bound)


def _plain(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else f"{value:,}"


def _made_of(total: "Total") -> Iterator[Block]:
    shown, rest = total.parts[:_MOST], total.parts[_MOST:]
    adds = total.metric not in ("output", "depth", "receptive_field", "receptive_field_global", "layers")
    unit = "shape" if total.unit == "shape" else total.word
    rows: list[list[str | Formula]] = [["", unit, *(["share"] if adds else [])]]
    for path, value, bound in shown:
        share = [percent(value, total.value)] if adds else []
        said = shape(value) if isinstance(value, tuple) else "?" if value is None else worded(_plain(value), bound)
        rows.append([printable(path), said, *share])
    if rest:
        summed = total.metric not in ("output", "receptive_field", "receptive_field_global")
        more = sum(each.value for each in rest) if summed else 0
        share = [percent(more, total.value)] if adds else []
        rows.append([f"{count(len(rest))} more", f"{more:,}" if summed else "", *share])
    if len(rows) > 1:
        yield Table(rows, (False, True, True)[: len(rows[0])])
