"""What a comparison with torch found, as text: a line for each layer, then the net, then the verdict."""

from typing import TYPE_CHECKING

from cnnshape.analysis.result import Analysis
from cnnshape.render.names import printable
from cnnshape.render.text import aligned
from cnnshape.render.units import layers

if TYPE_CHECKING:
    from cnnshape.interop.verification import Mismatch, Unchecked, Verification


def _differs(mismatch: "Mismatch") -> str:
    return f"mismatch: {mismatch.figure}: {mismatch.ours}, torch has {mismatch.torch}"


def _open(unchecked: "Unchecked") -> str:
    return f"not checked: {unchecked.figure}: {unchecked.why}"


def _verdicts(found: "Verification") -> dict[str, list[str]]:
    """What is to be said of each layer, and of the net under the empty path."""
    said: dict[str, list[str]] = {}
    for mismatch in found.mismatches:
        said.setdefault(mismatch.path, []).append(_differs(mismatch))
    for unchecked in found.unchecked:
        said.setdefault(unchecked.path, []).append(_open(unchecked))
    return said


def _summary(found: "Verification") -> str:
    where = f"torch {found.torch} on {found.device}"
    if found.ok:
        text = f"{found.name} agrees with {where}: {found.figures:,} figures of {layers(found.layers)}"
    else:
        text = f"{found.name} differs from {where}: {len(found.mismatches):,} of {found.figures:,} figures"
    return text + (f", {len(found.unchecked):,} not checked" if found.unchecked else "")


def render(analysis: Analysis, found: "Verification") -> str:
    """The comparison for people."""
    said = _verdicts(found)
    rows = [("layer", "op", "verdict")]
    for record in analysis.layers:
        first, *more = said.get(record.path) or ["ok"]
        rows += [(record.path, record.op, first), *(("", "", verdict) for verdict in more)]
    lines = aligned([[printable(cell) for cell in row] for row in rows], [False] * 3)
    net = [*said.get("", ()), *(f"counted in another form: {note}" for note in found.recounted)]
    return "\n".join([*lines, "", *map(printable, net), printable(_summary(found))]) + "\n"
