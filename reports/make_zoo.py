"""Writes ``zoo.json`` and ``zoo.md``: every net of ``specs/zoo`` with its figures, beside the published ones.

``python reports/make_zoo.py`` writes them, ``--check`` exits 1 where one of them is not what would be written.
"""

import json
import sys
from argparse import ArgumentParser
from collections.abc import Iterable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any, Final

from zoo_nets import ZOO, Net, comment, family
from zoo_published import TORCHVISION, Claim, Comparison, claims, sources

from cnnshape.render.markdown import escaped
from cnnshape.render.units import count, size

HERE: Final = Path(__file__).parent

INTRODUCTION: Final = """\
Written by `python reports/make_zoo.py`; do not edit.  Every net of [`specs/zoo`](../specs/zoo), analysed with
`cnnshape.analyze` at a batch of 1 in float32; [`zoo.json`](zoo.json) holds all figures exactly, and more of them.  What
each figure means stands in [Conventions](../docs/conventions.md).

* **Published** figures stand beside ours; the **difference** is ours less the published one.  A figure without a unit
  is exact: somebody's model, built and measured, or a paper's own exact figure.  A figure in k, M or G is rounded by
  its source; it agrees where the difference is at most half of its last digit.  Where a source leaves an op out, ours
  is without it, too.
* **Activations** are elements, and the **peak memory** is that of activations under the rule `separate`; both are
  rounded here.
* The **receptive field** is that of the last feature map on the way to the first output whose positions have windows of
  their own: the size of the window, the jump from one to the next, and the start of the first, in pixels; once where it
  is the same on all axes.  `+ global`: beside its window a position sees all of the image, through squeeze-and-excite
  or a pooled branch.  `188 to 204`: some windows are larger than others.
* The **depth** is the most convolutions and linear layers on one path to an output.
"""

Row = tuple[Net, Claim, dict[str, Comparison]]


def _table(head: list[str], rows: Iterable[list[str]], left: int = 1) -> Iterator[str]:
    """A Markdown table; the first ``left`` columns and a last one called ``source`` hold text, the others numbers."""
    yield "| " + " | ".join(head) + " |"
    text = [place < left or name == "source" for place, name in enumerate(head)]
    yield "|" + "|".join("---" if is_text else "---:" for is_text in text) + "|"
    yield from ("| " + " | ".join(row) + " |" for row in rows)
    yield ""


def _times(axes: Iterable[int]) -> str:
    return " x ".join(map(str, axes))


def _once(axes: list[Any]) -> str:
    """A figure of every axis, once where all are alike."""
    said = ["varies" if axis is None else str(axis) for axis in axes]
    return " x ".join(said[:1] if len(set(said)) == 1 else said)


def _sees(field: dict[str, Any]) -> list[str]:
    """Size, jump and start of a receptive field."""
    sizes = [
        most if least in (most, None) else f"{least} to {most}"
        for least, most in zip(field["smallest"], field["size"], strict=True)
    ]
    everywhere = " + global" if any(field["global"]) else ""
    return [_once(sizes) + everywhere, _once(field["jump"]), _once(field["start"])]


def _figures(nets: list[Net]) -> Iterator[str]:
    head = ["net", "input", "layers", "depth", "activations", "peak memory", "receptive field", "jump", "start"]
    rows = []
    for net in nets:
        figures = net.figures()
        counts = [f"{figures['layers']:,}", f"{figures['depth']:,}", count(figures["activations"])]
        counts.append(size(figures["peak_memory_bytes"]))
        rows.append([f"`{net.name}`", _times(net.input[1:]), *counts, *_sees(figures["receptive_field"])])
    yield from _table(head, rows, left=2)


def _signed(difference: Fraction) -> str:
    return f"{int(difference):+,}" if difference else "0"


def _cells(found: dict[str, Comparison], figure: str) -> list[str]:
    """Ours, the published figure, the difference."""
    if figure not in found:
        return ["", "", ""]
    ours, published = found[figure].ours, found[figure].published
    return [
        f"{ours:,}",
        published if isinstance(published, str) else f"{published:,}",
        _signed(found[figure].difference),
    ]


def _beside(rows: list[Row]) -> Iterator[str]:
    cells = []
    for net, claim, found in rows:
        if "params" in found or "macs" in found:
            name = f"`{net.name}`" + "".join(f" without `{op}`" for op in claim.leaves_out)
            source = claim.source + (f" `{claim.of}`" if claim.of else "")
            cells.append([name, *_cells(found, "params"), *_cells(found, "macs"), source])
    compared = ["published", "difference"]
    yield from _table(["net", "parameters", *compared, "MACs", *compared, "source"], cells)


def _remarks(rows: list[Row]) -> Iterator[str]:
    """What else is published of these nets, and why a figure differs."""
    said = []
    for net, claim, found in rows:
        for figure in ("depth", "receptive_field"):
            if figure in found:
                ours, published, difference = _cells(found, figure)
                text = f"{figure.replace('_', ' ')} {ours}, published {published}, difference {difference}"
                said.append(f"* `{net.name}`: {text} ({claim.source})")
        for figure, known in claim.apart.items():
            name = {"params": "parameters", "macs": "MACs"}[figure]
            said.append(f"* `{net.name}`: the {name} differ by {_signed(Fraction(known['by']))}, as {known['why']}")
    yield from [*said, ""] if said else []


def _in_short(rows: list[Row], nets: list[Net]) -> Iterator[str]:
    """How many nets and figures agree with what."""
    golden = {net["name"] for net in TORCHVISION["nets"]}
    agree = {net.name for net, claim, found in rows if claim.source == "torchvision" and _agrees(found)}
    yield f"* **{len(agree)} of {len(golden)}** nets agree to the unit with torchvision's models, built and measured:"
    yield "  in output shapes, parameters, buffers and MACs."
    if missing := sorted(golden - agree):
        yield f"  Not so, or not in the zoo: {', '.join(f'`{name}`' for name in missing)}."
    yield from _stated({net.name: net for net in nets})
    others = [
        comparison
        for _, claim, found in rows
        for figure, comparison in found.items()
        if claim.source != "torchvision" and figure != "input"
    ]
    loose = [each for each in others if isinstance(each.published, str)]
    exact = [each for each in others if not isinstance(each.published, str)]
    known = [each for each in exact if each.apart and each.difference == each.apart]
    yield f"* **{sum(each.agrees for each in exact)} of {len(exact)}** exact figures of the other nets, from other"
    yield "  implementations and from papers, agree to the unit" + (
        f"; {len(known)} differs, and it is said why." if known else "."
    )
    yield f"* **{sum(each.agrees for each in loose)} of {len(loose)}** rounded figures of papers agree within their"
    yield "  rounding."
    named = {claim.name for _, claim, _ in rows}
    without = ", ".join(f"`{net.name}`" for net in nets if net.name not in named)
    yield f"* Nets without a published figure: {without or 'none'}."
    yield ""


def _agrees(found: dict[str, Comparison]) -> bool:
    return all(figure.agrees for figure in found.values())


def _stated(nets: dict[str, Net]) -> Iterator[str]:
    """What torchvision states beside its weights: parameters, and MACs in G with three decimals."""
    stated = {net["name"]: net["published"] for net in TORCHVISION["nets"] if net["name"] in nets}
    params = {name: nets[name].analysis.total.params for name in stated}
    macs = [2 * abs(nets[name].analysis.total.macs - 10**9 * Fraction(str(stated[name]["gmacs"]))) for name in stated]
    differ = [name for name in stated if params[name] != stated[name]["num_params"]]
    yield "* What torchvision states of its weights agrees, too: the MACs, in G with three decimals, for"
    yield f"  {sum(twice <= 10**6 for twice in macs)} of {len(stated)}, the parameters for {len(stated) - len(differ)}."
    for name in differ:
        live = sum(record.params for record in nets[name].analysis if record.node.live)
        yield f"  `{name}` is stated with {stated[name]['num_params']:,}; without the layers that are not run, ours has"
        yield f"  {live:,}."


def _families(members: dict[Path, list[Net]], rows: list[Row]) -> Iterator[str]:
    cells = []
    for file, nets in members.items():
        mine = [found for net, claim, found in rows if net in nets]
        lines = len(file.read_text(encoding="utf-8").splitlines())
        agree = sum(map(_agrees, mine))
        link = f"[`{file.name}`](../specs/zoo/{file.name})"
        cells.append([_title(file), link, str(lines), str(len(nets)), f"{agree} of {len(mine)}"])
    yield from _table(["family", "spec", "lines", "nets", "sources that agree"], cells, left=2)


def _title(file: Path) -> str:
    return comment(file).partition(" (")[0]


def page(members: dict[Path, list[Net]]) -> str:
    """The whole of ``zoo.md``."""
    nets = [net for family in members.values() for net in family]
    said = claims()
    rows: list[Row] = [(net, claim, claim.beside(net)) for net in nets for claim in said.get(net.name, ())]
    lines = ["# The zoo", "", INTRODUCTION, "## In short", "", *_in_short(rows, nets), *_families(members, rows)]
    for file, mine in members.items():
        lines += [f"## {_title(file)}", "", escaped(comment(file)), "", *_figures(mine)]
        found = [row for row in rows if row[0] in mine]
        lines += [*_beside(found), *_remarks(found)] if found else []
    lines += ["## Sources", "", *(f"* **{name}**: {escaped(text)}" for name, text in sources().items())]
    return "\n".join(lines).rstrip() + "\n"


def data(members: dict[Path, list[Net]]) -> str:
    """The whole of ``zoo.json``: a line for each net."""
    rows = [json.dumps(net.figures(), ensure_ascii=False) for nets in members.values() for net in nets]
    return "[\n " + ",\n ".join(rows) + "\n]\n"


def main() -> int:
    """Write or check the files; the exit code."""
    parser = ArgumentParser(description="Write reports/zoo.json and reports/zoo.md.")
    parser.add_argument("--check", action="store_true", help="write nothing, exit 1 where a file is stale")
    check = parser.parse_args().check
    members = {file: family(file) for file in sorted(ZOO.glob("*.yaml"))}
    for name, text in (("zoo.json", data(members)), ("zoo.md", page(members))):
        target = HERE / name
        if not check:
            target.write_text(text, encoding="utf-8")
        elif not target.exists() or target.read_text(encoding="utf-8") != text:
            print(f"error: reports/{name} is stale\n\nhint: python reports/make_zoo.py", file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
