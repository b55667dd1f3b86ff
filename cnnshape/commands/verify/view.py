"""How a comparison with torch shows itself: a line for each layer, then the net, then the verdict."""

from typing import TYPE_CHECKING, Final

from cnnshape.interop.verification import Mismatch, Unchecked, Verification
from cnnshape.render.document import Block, Code, Column, Document, Paragraph, Table
from cnnshape.render.formats import SCHEMA, NoOptions, View
from cnnshape.render.units import layers

if TYPE_CHECKING:
    from cnnshape.commands.verify import layout


def _differs(mismatch: Mismatch) -> str:
    return f"mismatch: {mismatch.figure}: {mismatch.ours}, torch has {mismatch.torch}"


def _open(unchecked: Unchecked) -> str:
    return f"not checked: {unchecked.figure}: {unchecked.why}"


def _verdicts(found: Verification) -> dict[str, list[str]]:
    """What is to be said of each layer, and of the net under the empty path."""
    said: dict[str, list[str]] = {}
    for mismatch in found.mismatches:
        said.setdefault(mismatch.path, []).append(_differs(mismatch))
    for unchecked in found.unchecked:
        said.setdefault(unchecked.path, []).append(_open(unchecked))
    return said


def _summary(found: Verification) -> str:
    where = f"torch {found.torch} on {found.device}"
    if found.ok:
        text = f"agrees with {where}: {found.figures:,} figures of {layers(found.layers)}"
    else:
        text = f"differs from {where}: {len(found.mismatches):,} of {found.figures:,} figures"
    return text + (f", {len(found.unchecked):,} not checked" if found.unchecked else "")


def _document(found: Verification, _: NoOptions) -> Document:
    said = _verdicts(found)
    rows = []
    for path, op in found.ops.items():
        first, *more = said.get(path) or ["ok"]
        rows += [(Code(path), op, first), *(("", "", verdict) for verdict in more)]
    names, ops, verdicts = zip(*rows, strict=True) if rows else ((), (), ())
    table = Table([Column("layer", names), Column("op", ops), Column("verdict", verdicts)])
    net = [*said.get("", ()), *(f"counted in another form: {note}" for note in found.recounted)]
    blocks: list[Block] = [table, *map(Paragraph, net)]
    return [*blocks, Paragraph([Code(found.name), f" {_summary(found)}"])]


def _data(found: Verification, _: NoOptions) -> "layout.Printed":
    return {
        "schema": SCHEMA,
        "net": found.name,
        "ok": found.ok,
        "torch": found.torch,
        "device": found.device,
        "layers": found.layers,
        "figures": found.figures,
        "ops": dict(found.ops),
        "mismatches": [
            {"path": each.path, "figure": each.figure, "ours": each.ours, "torch": each.torch}
            for each in found.mismatches
        ],
        "unchecked": [{"path": each.path, "figure": each.figure, "why": each.why} for each in found.unchecked],
        "recounted": list(found.recounted),
    }


def _table(found: Verification, _: NoOptions) -> Table:
    """A row for each verdict, as in the text."""
    said = _verdicts(found)
    paths = [*found.ops, *([""] if "" in said else [])]
    rows = [(path, found.ops.get(path, ""), verdict) for path in paths for verdict in said.get(path) or ["ok"]]
    columns = zip(("path", "op", "verdict"), zip(*rows, strict=True) if rows else ((), (), ()), strict=True)
    return Table([Column(key, cells, key=key) for key, cells in columns])


VIEW: Final = View(_document, _data, _table)
