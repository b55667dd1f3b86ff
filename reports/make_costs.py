"""Writes ``docs/costs.md``: what is counted for each op, from the docstrings of the layers.

``python reports/make_costs.py`` writes it, ``--check`` exits 1 where the file is not what would be written.
"""

import re
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Final

from cnnshape.layers import BUILTIN
from cnnshape.layers.registry import layer_type

TARGET: Final = Path(__file__).parents[1] / "docs" / "costs.md"

INTRODUCTION: Final = """\
# What is counted for each op

Written by `python reports/make_costs.py` from the docstrings of the layers; do not edit.  What a MAC, an add, a mul, a
div, a compare, an exp and a sqrt are, and how many FLOPs each of them is, stands in [Conventions](conventions.md).
Letters are those of the papers: N samples, C channels in, K out, H and W pixels, k kernel, s stride, p padding,
d dilation, g groups.

| op | what is counted in one forward pass |
|---|---|
"""

_COST: Final = re.compile(r"^ *Cost(?P<how>[^:\n]*): (?P<what>.*?)(?=\n *\n|\Z)", re.M | re.S)


def cost(op: str) -> str:
    """The cost of an op in words; raises `LookupError` where no docstring of its classes says it."""
    for kind in layer_type(op, BUILTIN).__mro__:
        if found := _COST.search(kind.__dict__.get("__doc__") or ""):
            words = f"{found['how'].strip()}: {found['what']}" if found["how"] else found["what"]
            return re.sub(r"\s+", " ", words.replace("``", "`").replace("|", "\\|")).strip()
    raise LookupError(f"the docstring of {op} does not say what it costs")


def page() -> str:
    """The whole file: neighbours of the same cost in one row."""
    rows: list[tuple[list[str], str]] = []
    for op in BUILTIN:
        said = cost(op)
        if rows and rows[-1][1] == said:
            rows[-1][0].append(op)
        else:
            rows.append(([op], said))
    return INTRODUCTION + "".join(f"| {', '.join(f'`{op}`' for op in ops)} | {said} |\n" for ops, said in rows)


def main() -> int:
    """Write or check the file; the exit code."""
    parser = ArgumentParser(description="Write docs/costs.md.")
    parser.add_argument("--check", action="store_true", help="write nothing, exit 1 where the file is stale")
    if not parser.parse_args().check:
        TARGET.write_text(page(), encoding="utf-8")
    elif not TARGET.exists() or TARGET.read_text(encoding="utf-8") != page():
        print("error: docs/costs.md is stale\n\nhint: python reports/make_costs.py", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
