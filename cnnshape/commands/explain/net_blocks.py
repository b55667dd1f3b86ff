"""The explanation of the figures of a net, as blocks."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

from cnnshape.core.bounds import spoken, worded
from cnnshape.render.document import Block, Code, Column, Heading, Paragraph, Section, Table, Text, marked
from cnnshape.render.shapes import shape
from cnnshape.render.units import count, percent

if TYPE_CHECKING:
    from cnnshape.commands.explain.totals import NetExplanation, Total

_MOST: Final = 10  # parts of a sum that are shown


def net_document(of: "NetExplanation") -> Iterator[Block]:
    """The explanation of figures of a net."""
    yield Heading(Code(of.net), f"batch {of.batch}, {of.dtype}")
    for total in of.totals:
        yield Section(total.header, [*_total(total)])


def _total(total: "Total") -> Iterator[Block]:
    yield Paragraph(marked(f"{_amount(total, total.value)}, {total.how}"))
    if total.parts:
        yield _made_of(total)
    yield Paragraph(marked(total.says), "counts")


def _amount(total: "Total", value: Any) -> str:
    if total.unit == "shape":
        shapes = value if value and isinstance(value[0], tuple) else (value,)
        return ", ".join(map(shape, shapes))
    if value is None:
        return "none"
    return spoken(f"{_plain(value)} {total.word}".rstrip(), total.bound)


def _plain(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else f"{value:,}"


def _made_of(total: "Total") -> Table:
    shown, rest = total.parts[:_MOST], total.parts[_MOST:]
    adds = total.metric not in ("output", "depth", "receptive_field", "receptive_field_global", "layers")
    names: list[Text] = [Code(each.path) for each in shown]
    values = [_value(each.value, each.bound) for each in shown]
    shares = [percent(each.value, total.value) for each in shown] if adds else []
    if rest:
        summed = total.metric not in ("output", "receptive_field", "receptive_field_global")
        more = sum(each.value for each in rest) if summed else 0
        names.append(f"{count(len(rest))} more")
        values.append(f"{more:,}" if summed else "")
        shares += [percent(more, total.value)] if adds else []
    unit = "shape" if total.unit == "shape" else total.word
    columns = [Column("", names, cut=True), Column(unit, values, right=True, keep=1)]
    return Table([*columns, Column("share", shares, right=True)] if adds else columns)


def _value(value: Any, bound: Any) -> str:
    return shape(value) if isinstance(value, tuple) else "?" if value is None else worded(_plain(value), bound)
