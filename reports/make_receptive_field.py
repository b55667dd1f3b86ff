"""Writes ``receptive_field.md``: the receptive fields of published nets, and what cnnshape computes of them.

``python reports/make_receptive_field.py`` writes it, ``--check`` exits 1 where the file is not what would be written.
"""

import json
import sys
from argparse import ArgumentParser
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

import networkx
from typing_extensions import override

from cnnshape import Analysis, analyze, load

HERE: Final = Path(__file__).parent
SPECS: Final = HERE.parent / "specs" / "slim"
PUBLISHED: Final = HERE.parent / "tests" / "golden" / "receptive_field.json"
IMAGES: Final = (224, 321)

INTRODUCTION: Final = """\
Written by `python reports/make_receptive_field.py`; do not edit.  The nets are those of TF-slim, with specs in
`specs/slim`.  What is published was computed on TensorFlow's own graphs of them: the table of
[google-research/receptive_field](https://github.com/google-research/receptive_field), by the authors of Araujo, Norris
& Sim 2019, [Computing Receptive Fields of Convolutional Neural Networks](https://doi.org/10.23915/distill.00021).  What
is ours comes from `cnnshape.analyze`: size, jump, which they call effective stride, and the negative of start, which
they call effective padding.  Height and width are alike.  The image matters because SAME pads by its size: a window of
3 with stride 2 has a pixel in front of an odd image and none in front of an even one.
"""

MISALIGNED: Final = """\
A merge whose paths are centred on different places of the image shifts what is behind it, and widens it where neither
path holds the other.  TF-slim's ResNets take care to have none: a convolution with a stride is padded by hand, so that
it lies where the shortcut beside it lies, which takes every second pixel.  With SAME instead, `explicit: false` in
`specs/slim/resnet_v1.yaml`, the two part wherever an even image is halved, and the padding of what is behind is less by
what the merges are off, added up.  Ours is that net here, what is published is TF-slim's.
"""


class Triple(NamedTuple):
    """A receptive field along one axis, in pixels."""

    size: int | None
    stride: int | None
    padding: int | None

    @override
    def __str__(self) -> str:
        return f"{self.size} /{self.stride}, {self.padding}"


class Row(NamedTuple):
    """An end-point of a net for an image of one size."""

    net: str
    image: int
    end_point: str
    layer: str
    published: Triple
    ours: Triple
    merges: tuple[str, ...]
    """What is said of each misaligned merge that the layer sees."""

    @property
    def difference(self) -> str:
        """By how much ours is more than what is published; empty where they agree."""
        pairs = zip(Triple._fields, self.ours, self.published, strict=True)
        return ", ".join(
            f"{name} unknown" if ours is None or theirs is None else f"{name} {ours - theirs:+d}"
            for name, ours, theirs in pairs
            if ours != theirs
        )

    @property
    def why(self) -> str:
        """The misaligned merges, as a cell."""
        return "<br>".join(self.merges) or "none"


def _ours(analysis: Analysis, layer: str) -> Triple:
    """The field of a layer; nothing is known of it where the axes differ."""
    found = {(field.size, field.jump, field.start) for field in analysis[layer].receptive_field["input"]}
    if len(found) > 1:
        return Triple(None, None, None)
    size, jump, start = found.pop()
    whole = None if jump is None or jump.denominator > 1 else int(jump)
    return Triple(size, whole, None if start is None else -start)


def _merges(analysis: Analysis, layer: str, said: dict[str, str]) -> tuple[str, ...]:
    if not said:
        return ()
    before = networkx.ancestors(analysis.graph.to_networkx(), layer) | {layer}
    return tuple([text for path, text in said.items() if path in before])


def _said(analysis: Analysis) -> dict[str, str]:
    """By path, what the analysis says of each misaligned merge."""
    found: dict[str, str] = {}
    for finding in analysis.findings:
        if finding.id == "misaligned-merge":
            path = finding.problem.path
            found[path] = "; ".join(filter(None, [found.get(path), finding.text]))
    return found


def rows(net: str, published: dict[str, Any], **settings: Any) -> Iterator[Row]:
    """Every end-point of a net that is published, for each image."""
    spec = load(SPECS / f"{published['spec']}.yaml")
    for image in IMAGES:
        analysis = analyze(
            spec,
            variant=net if spec.variants else None,
            settings=settings,
            inputs={"input": (image, image)},
        )
        said = _said(analysis)
        for name, point in published["end_points"].items():
            layer = point["layer"]
            theirs = Triple(*point[str(image)])
            yield Row(net, image, name, layer, theirs, _ours(analysis, layer), _merges(analysis, layer, said))


def _table(head: Sequence[str], cells: list[list[str]], right: int) -> Iterator[str]:
    """A table whose last ``right`` columns, but for words, are numbers."""
    yield "| " + " | ".join(head) + " |"
    yield "|" + "|".join("---:" if place >= len(head) - right else "---" for place in range(len(head))) + "|"
    yield from ("| " + " | ".join(row) + " |" for row in cells)
    yield ""


def _lines(found: Sequence[Row]) -> Iterator[str]:
    head = ("net", "image", "end-point", "layer", "published", "ours", "difference", "misaligned merges before it")
    cells = [
        [
            f"`{row.net}`",
            str(row.image),
            f"`{row.end_point}`",
            f"`{row.layer}`",
            str(row.published),
            str(row.ours),
            row.difference or "none",
            row.why,
        ]
        for row in found
    ]
    yield from _table(head, cells, 0)


def _counts(found: Sequence[Row]) -> Iterator[str]:
    cells = []
    for net in dict.fromkeys(row.net for row in found):
        mine = [[row for row in found if (row.net, row.image) == (net, image)] for image in IMAGES]
        agree = [str(sum(not row.difference for row in some)) for some in mine]
        cells.append([f"`{net}`", str(len(mine[0])), *agree])
    yield from _table(["net", "end-points", *(f"agree at {image}" for image in IMAGES)], cells, 3)


def report(published: dict[str, Any]) -> str:
    """The whole file, beside what is published of the nets."""
    found = [row for net, facts in published.items() for row in rows(net, facts)]
    ends = {net: list(facts["end_points"])[-1] for net, facts in published.items()}
    wrong = [row for row in found if row.difference]
    resnets = {net: facts for net, facts in published.items() if facts["spec"] == "resnet_v1"}
    same = [row for net, facts in resnets.items() for row in rows(net, facts, explicit=False)]
    lines = [
        "# Receptive fields of published nets",
        "",
        INTRODUCTION,
        f"Of {len(found)} fields, of {len(published)} nets at {len(IMAGES)} sizes of the image, "
        f"{len(found) - len(wrong)} agree in size, stride and padding, and "
        f"{len([row for row in found if row.merges]) or 'none'} lie behind a misaligned merge.",
        "",
        "## The last end-point",
        "",
        "Each cell is size /stride, padding.",
        "",
        *_lines([row for row in found if row.end_point == ends[row.net]]),
        "## All end-points",
        "",
        *_counts(found),
        *(["## What differs", "", *_lines(wrong)] if wrong else []),
        "## What a misaligned merge changes",
        "",
        MISALIGNED,
        *_lines([row for row in same if row.end_point == ends[row.net]]),
    ]
    return "\n".join(lines).rstrip() + "\n"


def main() -> int:
    """Write or check the file; the exit code."""
    parser = ArgumentParser(description="Write reports/receptive_field.md.")
    parser.add_argument("--check", action="store_true", help="write nothing, exit 1 where the file is stale")
    target = HERE / "receptive_field.md"
    check = parser.parse_args().check
    text = report(json.loads(PUBLISHED.read_text(encoding="utf-8"))["nets"])
    if not check:
        target.write_text(text, encoding="utf-8")
    elif not target.exists() or target.read_text(encoding="utf-8") != text:
        print(
            "error: reports/receptive_field.md is stale\n\nhint: python reports/make_receptive_field.py",
            file=sys.stderr,
        )
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
