"""How what conventions say of a net shows itself."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from cnnshape.commands.conventions.conventions import Reason, Saying, Sayings
from cnnshape.commands.report.summary import inputs, title
from cnnshape.render.document import Block, Code, Column, Document, Heading, Quote, Table, Text, marked, table_of
from cnnshape.render.formats import SCHEMA, View
from cnnshape.render.names import quoted
from cnnshape.render.units import Units, count, fitting, percent

if TYPE_CHECKING:
    from cnnshape.commands.conventions import layout

_RAISES: Final = "raises"


class Options(NamedTuple):
    """What a reader chose."""

    units: Units | None = None
    """How counts are scaled."""
    width: int | None = None
    """The most columns of text that a line may take."""


def signed(n: int, units: Units = "auto") -> str:
    """A difference.

    >>> signed(22_328_320), signed(-7), signed(0)
    ('+22.3 M', '-7', '0')
    """
    return f"{'+' if n > 0 else ''}{count(n, units)}"


def _share(saying: Saying) -> str:
    """The difference as a part of the MACs; nothing where there are none."""
    if not saying.macs:
        return ""
    part = percent(abs(saying.difference), saying.macs)
    sign = "+" if saying.difference > 0 else "-" if saying.difference else ""
    return part if part.startswith("<") else sign + part


def _name(saying: Saying) -> str:
    return " ".join(filter(None, [saying.convention.name, saying.version]))


def _figures(saying: Saying, units: Units) -> list[Text]:
    """What one says, how much more than our MACs that is, and what part of them."""
    total = saying.total
    if total is None:
        return [_name(saying), _RAISES, "", ""]
    said = f"{count(total, units)} {saying.convention.word}"
    return [_name(saying), said, signed(saying.difference, units), _share(saying)]


def _reasons(sayings: Sayings, units: Units) -> Table:
    """Where each departs from the MACs."""
    pairs = [(saying.convention.name, reason) for saying in sayings for reason in saying.reasons]
    names: list[Text] = [name if not at or pairs[at - 1][0] != name else "" for at, (name, _) in enumerate(pairs)]
    units = fitting(units, [reason.amount for _, reason in pairs])
    columns = [
        Column("convention", names),
        Column("difference", [_amount(reason, units) for _, reason in pairs], right=True),
        Column("layers", [f"{reason.layers:,}" for _, reason in pairs], right=True),
        Column("of what", [_named(reason) for _, reason in pairs], wraps=True),
    ]
    return Table(columns)


def _amount(reason: Reason, units: Units) -> str:
    return _RAISES if reason.kind == "raises" else signed(reason.amount, units)


def _named(reason: Reason) -> str:
    return f"{reason.name} (its own error)" if reason.kind == "error" else reason.name


def notes(sayings: Sayings) -> Iterator[str]:
    """Sentences on what the figures do not hold."""
    if any(reason.kind == "error" for saying in sayings for reason in saying.reasons):
        yield "a tool's own error is work that it counts twice, at the wrong place, or not at all"
    own = sorted({op for saying in sayings for op in saying.own})
    if own:
        yield f"no tool's table knows {' and '.join(map(quoted, own))}: its MACs are taken as ours"
    batch = sayings.net.graph.batch
    if batch > 1 and any(saying.convention.name == "ptflops" for saying in sayings):
        yield f"ptflops makes a batch of one itself: its figures are {batch} times what it says"
    if any(saying.total is None for saying in sayings):
        yield "a tool that raises says nothing of the net; its other differences are listed all the same"


_HEADER: Final = ("convention", "says", "difference", "of MACs")


def _document(sayings: Sayings, options: Options) -> Document:
    net, units = sayings.net, options.units or "auto"
    rest = f"{count(net.total.macs, units)} MACs, {inputs(net)}, batch {net.graph.batch}"
    figures = table_of(_HEADER, [_figures(saying, units) for saying in sayings], (False, True, True, True))
    reasons = _reasons(sayings, units)
    blocks: list[Block] = [Heading(Code(title(net)), rest), figures]
    return [*blocks, *([reasons] if reasons.rows else []), *(Quote(marked(each)) for each in notes(sayings))]


def _data(sayings: Sayings, _: Options) -> "layout.Printed":
    """Everything, exactly, a line for each convention."""
    net = sayings.net
    rows: list[layout.Convention] = [
        {
            "name": saying.convention.name,
            "version": saying.version,
            "word": saying.convention.word,
            "total": saying.total,
            "difference": saying.difference,
            "reasons": [_reason(reason) for reason in saying.reasons],
        }
        for saying in sayings
    ]
    return {
        "schema": SCHEMA,
        "name": net.name,
        "inputs": {name: list(axes) for name, axes in net.graph.inputs.items()},
        "batch": net.graph.batch,
        "macs": net.total.macs,
        "conventions": rows,
        "own_ops": sorted({op for saying in sayings for op in saying.own}),
    }


def _reason(reason: Reason) -> "layout.Reason":
    return {"name": reason.name, "amount": reason.amount, "kind": reason.kind, "layers": reason.layers}


_KEYS: Final = ("convention", "version", "word", "reason", "kind", "amount", "layers")


def _rows(saying: Saying, busy: int) -> Iterator[Sequence[Any]]:
    """Our MACs and a row for each reason, which add up to what it says."""
    head = (saying.convention.name, saying.version, saying.convention.word)
    yield *head, "MACs", None, saying.macs, busy
    for reason in saying.reasons:
        yield *head, reason.name, reason.kind, reason.amount, reason.layers


def _table(sayings: Sayings, _: Options) -> Table:
    busy = sum(1 for record in sayings.net if record.macs)
    rows = [row for saying in sayings for row in _rows(saying, busy)]
    return Table([Column(key, cells, key=key) for key, cells in zip(_KEYS, zip(*rows, strict=True), strict=True)])


VIEW: Final = View(_document, _data, _table, options=Options, width=80)
