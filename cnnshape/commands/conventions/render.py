"""What each convention says of a net: as text, Markdown, JSON and CSV."""

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from textwrap import wrap
from typing import TYPE_CHECKING, Any, Final

from cnnshape.analysis.result import Analysis
from cnnshape.commands.report.summary import title
from cnnshape.render.names import printable, quoted
from cnnshape.render.shapes import shape
from cnnshape.render.text import aligned, folded
from cnnshape.render.units import Units, count, in_units, layers, percent

if TYPE_CHECKING:
    from cnnshape.commands.conventions.conventions import Reason, Saying

SCHEMA: Final = 1
"""The version of the JSON; it goes up when a key changes its meaning or goes away."""

_WIDTH: Final = 80
_HEADER: Final = ("convention", "says", "difference", "of MACs")
_RIGHT: Final = (False, True, True, True)
_RAISES: Final = "raises"
_WRONG: Final = "an error of the tool's own: counted twice, at the wrong place, or not at all"

Sayings = Sequence["Saying"]


def _setting(net: Analysis) -> str:
    """What goes in."""
    inputs = [f"{printable(name)} {shape(axes)}" for name, axes in net.graph.inputs.items()]
    return ", ".join([*inputs, f"batch {net.graph.batch}"])


def signed(n: int, units: Units = "auto") -> str:
    """A difference.

    >>> signed(22_328_320), signed(-7), signed(0)
    ('+22.3 M', '-7', '0')
    """
    return f"{'+' if n > 0 else ''}{count(n, units)}"


def _share(saying: "Saying") -> str:
    """The difference as a part of the MACs; nothing where there are none."""
    if not saying.macs:
        return ""
    part = percent(abs(saying.difference), saying.macs)
    sign = "+" if saying.difference > 0 else "-" if saying.difference else ""
    return part if part.startswith("<") else sign + part


def _name(saying: "Saying") -> str:
    return " ".join(filter(None, [saying.convention.name, saying.version]))


def _figures(sayings: Sayings, units: Units) -> Iterator[list[str]]:
    """What each says, how much more than our MACs that is, and what part of them."""
    for saying in sayings:
        total = saying.total
        if total is None:
            yield [_name(saying), _RAISES, "", ""]
            continue
        said = f"{count(total, units)} {saying.convention.word}"
        yield [_name(saying), said, signed(saying.difference, units), _share(saying)]


def _amount(reason: "Reason", units: Units) -> str:
    return _RAISES if reason.kind == "raises" else signed(reason.amount, units)


def notes(net: Analysis, sayings: Sayings) -> Iterator[str]:
    """Sentences on what the figures do not hold."""
    own = sorted({op for saying in sayings for op in saying.own})
    if own:
        yield f"no tool's table knows {' and '.join(map(quoted, own))}: its MACs are taken as ours"
    if net.graph.batch > 1 and any(saying.convention.name == "ptflops" for saying in sayings):
        yield f"ptflops makes a batch of one itself: its figures are {net.graph.batch} times what it says"
    if any(saying.total is None for saying in sayings):
        yield "a tool that raises says nothing of the net; its other differences are listed all the same"


def _text(net: Analysis, sayings: Sayings, units: Units) -> str:
    """For people who read it in a terminal."""
    macs = f"{count(net.total.macs, units)} MACs"
    lines = folded(f"{title(net)}: {macs}, {_setting(net)}", "  ", _WIDTH)
    lines += ["", *aligned([_HEADER, *_figures(sayings, units)], _RIGHT)]
    cells = [[_amount(reason, units), layers(reason.layers)] for saying in sayings for reason in saying.reasons]
    first, second = (max((len(cell[place]) for cell in cells), default=0) for place in (0, 1))
    for saying in sayings:
        if saying.reasons:
            lines += ["", saying.convention.name]
        for reason in saying.reasons:
            mark = "!" if reason.kind == "error" else " "
            head = f"  {_amount(reason, units):>{first}}  {layers(reason.layers):>{second}} {mark} "
            lines += wrap(reason.name, _WIDTH, initial_indent=head, subsequent_indent=" " * len(head))
    said = [f"! {_WRONG}"] if any(reason.kind == "error" for each in sayings for reason in each.reasons) else []
    for sentence in [*said, *notes(net, sayings)]:
        lines += ["", *wrap(sentence, _WIDTH, subsequent_indent="  ")]
    return "\n".join(lines) + "\n"


def _markdown(net: Analysis, sayings: Sayings, units: Units) -> str:
    """For a pull request or a paper's draft."""
    from tabulate import tabulate  # only Markdown pays for its import

    from cnnshape.render.markdown import escaped

    def pipes(header: Sequence[str], rows: list[list[str]], right: Sequence[bool]) -> str:
        sides = ["right" if each else "left" for each in right]
        return tabulate(rows, headers=header, tablefmt="pipe", colalign=sides, disable_numparse=True)

    reasons = [
        [each.convention.name, _amount(reason, units), f"{reason.layers:,}", reason.name, _error(reason)]
        for each in sayings
        for reason in each.reasons
    ]
    header = ("convention", "difference", "layers", "of what", "")
    blocks = [
        f"**{escaped(title(net))}**: {count(net.total.macs, units)} MACs, {escaped(_setting(net))}",
        pipes(_HEADER, list(_figures(sayings, units)), _RIGHT),
        *([pipes(header, reasons, (False, True, True, False, False))] if reasons else []),
        *(f"> {line}" for line in notes(net, sayings)),
    ]
    return "\n\n".join(blocks) + "\n"


def _error(reason: "Reason") -> str:
    return "its own error" if reason.kind == "error" else ""


def _json(net: Analysis, sayings: Sayings, units: Units) -> str:
    """For a program: everything, exactly, a line for each convention."""
    from cnnshape.render.json import write as document

    rows = [
        {
            "name": saying.convention.name,
            "version": saying.version,
            "word": saying.convention.word,
            "total": saying.total,
            "difference": saying.difference,
            "reasons": [reason._asdict() for reason in saying.reasons],
        }
        for saying in sayings
    ]
    inputs = {name: list(axes) for name, axes in net.graph.inputs.items()}
    known: dict[str, Any] = {"schema": SCHEMA, "name": net.name, "inputs": inputs, "batch": net.graph.batch}
    own = sorted({op for saying in sayings for op in saying.own})
    return document(known | {"macs": net.total.macs, "conventions": rows, "own_ops": own})


def _csv(net: Analysis, sayings: Sayings, units: Units) -> str:
    """For a spreadsheet: for each convention our MACs and a row for each reason, which add up to what it says."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["convention", "version", "word", "reason", "kind", "amount", "layers"])
    for saying in sayings:
        head = (saying.convention.name, saying.version or "", saying.convention.word)
        writer.writerow([*head, "MACs", "", saying.macs, sum(1 for record in net if record.macs)])
        for reason in saying.reasons:
            writer.writerow([*head, reason.name, reason.kind, reason.amount, reason.layers])
    return out.getvalue()


FORMATS: Final[dict[str, Callable[[Analysis, Sayings, Units], str]]] = {
    "text": _text,
    "markdown": _markdown,
    "json": _json,
    "csv": _csv,
}
"""The formats; JSON and CSV are always exact."""


def render(net: Analysis, sayings: Sayings, format: str = "text", units: Units | None = None) -> str:
    """What conventions say of a net in one of `FORMATS`, ending in a newline.

    Raises `UsageError` for a format that there is not, and for units where figures are exact.
    """
    asked = in_units(format, FORMATS, units)
    return FORMATS[format](net, sayings, asked)
