"""Writes ``tools.md``: what fvcore, ptflops, thop and torchinfo say of the zoo, and what their conventions here say.

``python reports/make_tools.py`` writes it, ``--check`` exits 1 where the file is not what would be written.  What the
tools said is measured by ``python -m tests.oracle.measure_tools``.
"""

import json
import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, NamedTuple

from cnnshape import Saying, analyze, compare_conventions
from cnnshape.render.units import percent

ROOT: Final = Path(__file__).parents[1]
FILE: Final = ROOT / "reports" / "tools.md"
SAID: Final[dict[str, Any]] = json.loads((ROOT / "tests" / "golden" / "tools.json").read_text(encoding="utf-8"))
TOOLS: Final = [tool for tool in SAID["versions"] if tool != "torch"]

INTRODUCTION: Final = """\
Written by `python reports/make_tools.py`; do not edit.  Each tool was run on the nets as modules of torch {torch} on a
CPU: {tools}.
[docs/conventions.md](../docs/conventions.md#what-other-tools-count) says how they were asked and what they count;
`cnnshape conventions` takes any net apart in the same way.
"""

ERRORS: Final = """\
What a tool counts twice, at the wrong place or not at all is a term of its own in its convention, with its size.  For
each, the net of these where it is the largest part of the MACs.
"""


class Row(NamedTuple):
    """A net, and what is said of it."""

    file: str
    macs: int
    measured: dict[str, int]
    sayings: dict[str, Saying]

    @property
    def astray(self) -> list[str]:
        """The tools that say something else than their conventions here."""
        return [tool for tool in TOOLS if self.sayings[tool].total != self.measured[tool]]


def rows() -> list[Row]:
    """A row for each net that was measured."""
    found = []
    for file, measured in SAID["nets"].items():
        net = analyze(ROOT / file)
        sayings = {saying.convention.name: saying for saying in compare_conventions(net, TOOLS)}
        found.append(Row(file, net.total.macs, measured, sayings))
    return found


def _totals(found: list[Row]) -> Iterator[str]:
    yield f"| net | MACs | {' | '.join(TOOLS)} | apart |"
    yield f"|---|---:|{'---:|' * len(TOOLS)}---|"
    for row in found:
        said = " | ".join(f"{row.measured[tool]:,}" for tool in TOOLS)
        yield f"| `{row.file}` | {row.macs:,} | {said} | {', '.join(row.astray) or 'none'} |"


def _errors(found: list[Row]) -> Iterator[str]:
    yield "| tool | its own error | nets | largest in | layers | amount | of MACs |"
    yield "|---|---|---:|---|---:|---:|---:|"
    for tool in TOOLS:
        errors: dict[str, list[tuple[int, int, Row]]] = {}
        for row in found:
            for reason in row.sayings[tool].reasons:
                if reason.kind == "error":
                    errors.setdefault(reason.name, []).append((reason.amount, reason.layers, row))
        for name, cases in sorted(errors.items()):
            amount, layers, row = max(cases, key=lambda case: (abs(case[0]) / case[2].macs, case[2].file))
            share = percent(abs(amount), row.macs)
            yield f"| {tool} | {name} | {len(cases)} | `{row.file}` | {layers} | {amount:+,} | {share} |"


def report(found: list[Row]) -> str:
    """The file as text."""
    tools = ", ".join(f"{tool} {SAID['versions'][tool]}" for tool in TOOLS)
    astray = sum(len(row.astray) for row in found)
    compared = len(found) * len(TOOLS)
    parts = [
        "# What other tools say of the zoo",
        INTRODUCTION.format(torch=SAID["versions"]["torch"], tools=tools).rstrip(),
        f"**{compared - astray} of {compared} totals are those of the convention of the tool's name, to the unit.** "
        "`apart` names the tools whose are not.",
        "\n".join(_totals(found)),
        "## The tools' own errors",
        ERRORS.rstrip(),
        "\n".join(_errors(found)),
    ]
    return "\n\n".join(parts) + "\n"


def main() -> int:
    """Write the file, or check it."""
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="exit 1 where the file is not up to date")
    text = report(rows())
    if not parser.parse_args().check:
        FILE.write_text(text, encoding="utf-8")
        return 0
    if FILE.read_text(encoding="utf-8") == text:
        return 0
    print(f"{FILE.name} is out of date: python reports/make_tools.py", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
