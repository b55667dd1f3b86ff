"""Writes ``seeds.md``: what the source documents say, what cnnshape computes, and what torch measures.

``python reports/make_seeds.py`` writes it, ``--check`` exits 1 where the file is not what would be written.  A figure
that is computed and one that is measured are the same, or nothing is written and the exit code is 2.
"""

import sys
from argparse import ArgumentParser
from collections.abc import Iterable, Iterator
from functools import cached_property
from math import isclose, prod
from pathlib import Path
from typing import Final

from seed_claims import LAYERS, NETWORKS, Claim, Fact, Value
from seed_figures import COMPUTED, MEASURED
from seed_nets import NETS
from seed_torch import measure

from cnnshape import Analysis, analyze
from cnnshape.interop.torch_build import module

HERE: Final = Path(__file__).parent
SPECS: Final = HERE.parent / "specs" / "seeds"

INTRODUCTION: Final = """\
Written by `python reports/make_seeds.py`; do not edit.  Each row is a network or a claim of one of the five source
documents A to E, with a spec of the same name in `specs/seeds`.  What is computed comes from `cnnshape.analyze`.  What
torch measures comes from a forward pass under `FlopCounterMode`, which counts two FLOPs for a MAC, of modules that are
written by hand for the networks and built from the spec for single layers.  The two always agree, or this file would
not be written: the verdict is on the text.  Figures that the text leaves open stand beside those that it gives.
"""


class Disagreement(Exception):
    """What is computed is not what torch measures."""


def _computed(analysis: Analysis, path: str, figure: str) -> Value:
    if path:
        return COMPUTED[figure](analysis[path])
    totals: dict[str, Value] = {"parameters": analysis.total.params, "MACs": analysis.total.macs}
    return next(iter(analysis.outputs.values())) if figure == "output" else totals[figure]


class Row:
    """A claim with what is computed and measured of it."""

    def __init__(self, claim: Claim) -> None:
        self.claim = claim
        spec = claim.spec or claim.id
        self.analysis = analyze(SPECS / f"{spec}.yaml", batch=claim.batch)
        graph = self.analysis.graph
        if spec in NETS:
            net = NETS[spec]()
            parts = {name: part for name, part in net.named_modules() if name}
        else:
            net = built = module(graph, claim.device)
            parts = {node.path: built.part(node.path) for node in graph.nodes}
        self.measured = measure(net, parts, list(graph.inputs.values()), claim.device)

    def both(self, path: str, figure: str) -> tuple[Value, Value]:
        """A figure of one layer, computed and measured."""
        computed, measured = _computed(self.analysis, path, figure), MEASURED[figure](self.measured[path])
        if not _same(computed, measured):
            where = f"{self.claim.id}: {path or 'the net'}"
            raise Disagreement(f"{where}: {figure} is {_shown(computed)}, torch measures {_shown(measured)}")
        return computed, measured

    def pair(self, fact: Fact) -> tuple[Value, Value]:
        """A fact, computed and measured."""
        if "+" in fact.where:
            pairs = [self.both(path, fact.figure) for path in fact.where.split(" + ")]
            computed, measured = (
                sum(value for value in side if isinstance(value, int)) for side in zip(*pairs, strict=True)
            )
            return computed, measured
        found = {self.both(path, fact.figure) for path in fact.where.split() or [""]}
        if len(found) > 1:
            raise Disagreement(f"{self.claim.id}: {fact.where} differ in {fact.figure}: {found}")
        return found.pop()

    @cached_property
    def values(self) -> list[tuple[Value, Value]]:
        """Every fact, computed and measured."""
        return [self.pair(fact) for fact in self.claim.facts]

    @property
    def wrong(self) -> list[str]:
        """The facts in which the text errs, with what is right."""
        return [
            f"{_place(fact)}{_quantity(fact.figure, right)}, not {'about ' * fact.about}{_shown(fact.text)}"
            for fact, (right, _) in zip(self.claim.facts, self.values, strict=True)
            if fact.text is not None and not _holds(fact, right)
        ]

    @property
    def verdict(self) -> str:
        """Whether the text is right."""
        if self.wrong:
            return "**the text is wrong**: " + "; ".join(self.wrong)
        loose = any(fact.about for fact in self.claim.facts)
        return "agrees loosely" if loose else "agrees"

    def cells(self) -> list[str]:
        """The cells of the row."""
        sides = [self.cell([pair[side] for pair in self.values]) for side in (0, 1)]
        verdict = "; ".join(filter(None, [self.verdict, self.claim.remark]))
        return [self.claim.id, self.claim.source, self.claim.says, *sides, verdict]

    def cell(self, values: list[Value]) -> str:
        """All facts with these values, a line for each place."""
        lines: dict[str, list[str]] = {}
        for fact, value in zip(self.claim.facts, values, strict=True):
            lines.setdefault(_place(fact), []).append(_quantity(fact.figure, value))
        return "<br>".join(place + "; ".join(figures) for place, figures in lines.items())


def _same(a: Value, b: Value) -> bool:
    if isinstance(a, float) and isinstance(b, float):
        return isclose(a, b, rel_tol=1e-12)
    return type(a) is type(b) and a == b


def _holds(fact: Fact, right: Value) -> bool:
    if fact.about:
        assert isinstance(fact.text, int)
        assert isinstance(right, int)
        return 20 * abs(right - fact.text) <= right
    return fact.text is not None and _same(fact.text, right)


def _place(fact: Fact) -> str:
    if not fact.where:
        return ""
    paths, plus = fact.where.split(" + "), " + " in fact.where
    return (" + " if plus else ", ").join(f"`{path}`" for path in (paths if plus else fact.where.split())) + ": "


def _shown(value: Value | None) -> str:
    if isinstance(value, tuple):
        return " x ".join(map(str, value))
    return f"{value:.6g}" if isinstance(value, float) else f"{value:,}"


def _quantity(figure: str, value: Value) -> str:
    """A figure with its name: counts in front of it, shapes and ratios behind."""
    if figure in ("values", "weights", "parameters", "buffer elements", "MACs"):
        return f"{_shown(value)} {figure[:-1] if value == 1 else figure}"
    return f"{figure} {_shown(value)}"


def _table(head: list[str], rows: list[list[str]], right: str = "") -> Iterator[str]:
    yield "| " + " | ".join(head) + " |"
    yield "|" + "|".join("---:" if name in right.split(", ") else "---" for name in head) + "|"
    yield from ("| " + " | ".join(row) + " |" for row in rows)
    yield ""


def _claims(rows: Iterable[Row]) -> Iterator[str]:
    head = ["id", "source", "what the text says", "what is computed", "what torch measures", "verdict"]
    yield from _table(head, [row.cells() for row in rows])


def _mlp(row: Row) -> Iterator[str]:
    analysis, total, peak = row.analysis, row.analysis.total, row.analysis.peak_memory
    figures = ("output", "parameters", "MACs")
    rows = [
        [f"`{record.path}`", record.op, *(_shown(row.both(record.path, figure)[0]) for figure in figures)]
        for record in analysis
    ]
    yield from _table(["layer", "op", *figures], rows, "parameters, MACs")
    (shape,) = analysis.graph.inputs.values()
    yield f"{total.params} parameters, {total.trainable_params} of them trained; {total.macs} MACs.  In float32:"
    yield ""
    yield f"* the input has {prod(shape) * analysis.item} bytes, the parameters {total.weight_bytes};"
    yield f"* the outputs of all layers have {total.activation_bytes} bytes;"
    yield f"* at most {peak.bytes} bytes of activations are needed at one time, at `{peak.step}`."
    yield ""


def _initialisation(*named: Row) -> Iterator[str]:
    figures = ("fan-in", "fan-out", "Xavier std", "Xavier bound", "He std", "He bound")
    rows = [
        [row.claim.id, f"`{record.path}`", *(_shown(row.both(record.path, figure)[0]) for figure in figures)]
        for row in named
        for record in row.analysis
        if record.weights
    ]
    yield from _table(["spec", "layer", *figures], rows, ", ".join(figures))


def _digits(row: Row) -> Iterator[str]:
    said = {
        fact.where: ("about " * fact.about + _shown(fact.text), _holds(fact, right))
        for fact, (right, _) in zip(row.claim.facts, row.values, strict=True)
    }
    (shape,) = row.analysis.graph.inputs.values()
    rows = [["`input`", "", _shown(shape), _shown(prod(shape)), "0", "", ""]]
    for record in row.analysis:
        text, holds = said.get(record.path, ("", True))
        figures = [_shown(row.both(record.path, figure)[0]) for figure in ("output", "values", "parameters")]
        rows.append([f"`{record.path}`", record.op, *figures, text, "" if holds else "**wrong**"])
    head = ["layer", "op", "output", "values", "parameters", "the text", "verdict"]
    yield from _table(head, rows, "values, parameters")


def report() -> str:
    """The whole file."""
    rows = {claim.id: Row(claim) for claim in (*NETWORKS, *LAYERS)}
    wrong = [row for row in rows.values() if row.wrong]
    lines = [
        "# The systems of the source documents",
        "",
        INTRODUCTION,
        f"Of {len(rows)} rows the text is wrong in {len(wrong)}:",
        "",
        *(f"* {row.claim.id} (document {row.claim.source}): {'; '.join(row.wrong)}" for row in wrong),
        "",
        "## Networks",
        "",
        *_claims(rows[claim.id] for claim in NETWORKS),
        "## Layers and claims",
        "",
        *_claims(rows[claim.id] for claim in LAYERS),
        "## The layers of `mlp`, at a batch of 5",
        "",
        *_mlp(rows["mlp"]),
        "## Initialisation",
        "",
        "The spread of the random weights, computed from the fans; torch hands the same numbers to its sampler.",
        "",
        *_initialisation(rows["mlp"], rows["initialisation"]),
        "## The activation sizes of `digits`",
        "",
        *_digits(rows["activation-sizes"]),
    ]
    return "\n".join(lines).rstrip() + "\n"


def main() -> int:
    """Write or check the file; the exit code."""
    parser = ArgumentParser(description="Write reports/seeds.md.")
    parser.add_argument("--check", action="store_true", help="write nothing, exit 1 where the file is stale")
    target = HERE / "seeds.md"
    check = parser.parse_args().check
    try:
        text = report()
    except Disagreement as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    if not check:
        target.write_text(text, encoding="utf-8")
    elif not target.exists() or target.read_text(encoding="utf-8") != text:
        print("error: reports/seeds.md is stale\n\nhint: python reports/make_seeds.py", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
