"""Writes ``comparison.md``: all nets of ``specs/zoo`` side by side, then each family beside its first member.

``python reports/make_comparison.py`` writes it, ``--check`` exits 1 where the file is not what would be written.
"""

import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from cnnshape import Comparison, compare, load
from cnnshape.commands.compare.view import Options
from cnnshape.render import render

ROOT: Final = Path(__file__).parents[1]
TARGET: Final = ROOT / "reports" / "comparison.md"
BASELINE: Final = "resnet.yaml@resnet50"

INTRODUCTION: Final = """\
# The zoo side by side

Written by `python reports/make_comparison.py`; do not edit.  Every net of [`specs/zoo`](../specs/zoo), as
[`cnnshape compare`](../docs/compare.md) puts them into a table, at a batch of 1 in float32.  What each figure means
stands in [Conventions](../docs/conventions.md); exact figures, beside the published ones, in [The zoo](zoo.md).

RF is the size of the receptive field of the last feature map, along its longest axis; depth is the most convolutions
and linear layers on one path.  No two figures of a column that differ read the same: those that would have more digits.
"""

EVERYTHING: Final = f"""\
## All nets

From the one with the most MACs down, with ratios to `{BASELINE}`.

    cnnshape compare specs/zoo/*.yaml --variants --baseline {BASELINE} --ratio --sort macs --format markdown
"""

FAMILIES: Final = """\
## Families

Each beside its first member, with the heaviest layers.

    cnnshape compare specs/zoo/FAMILY.yaml --variants --baseline FIRST --heaviest 3 --format markdown
"""


def _table(found: Comparison, options: Options) -> str:
    return render(found, "markdown", options)


def _families(files: list[Path]) -> Iterator[str]:
    for file in files:
        spec = load(file)
        if len(spec.variants) > 1:
            found = compare(str(file), variants=True, baseline=next(iter(spec.variants)))
            yield f"### {spec.name}\n\n{_table(found, Options(heaviest=3))}"


def page() -> str:
    """The whole of ``comparison.md``."""
    files = sorted((ROOT / "specs" / "zoo").glob("*.yaml"))
    every = compare(*map(str, files), variants=True, baseline=BASELINE)
    table = _table(every, Options(sort="macs", ratio=True))
    return "\n".join([INTRODUCTION, EVERYTHING, table, FAMILIES, *_families(files)])


def main() -> int:
    """Write or check the file; the exit code."""
    parser = ArgumentParser(description="Write reports/comparison.md.")
    parser.add_argument("--check", action="store_true", help="write nothing, exit 1 where the file is stale")
    text = page()
    if not parser.parse_args().check:
        TARGET.write_text(text, encoding="utf-8")
    elif not TARGET.exists() or TARGET.read_text(encoding="utf-8") != text:
        print("error: reports/comparison.md is stale\n\nhint: python reports/make_comparison.py", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
