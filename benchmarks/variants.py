"""ResNet-50 at many sizes and widths: one sweep, a loop over single reports, and the peers at some of the points.

As a program it sweeps a number of points chunk by chunk and keeps none of them: what memory that takes.
"""

import sys
import warnings
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from random import Random
from typing import Any, Final

from measure import Count, Times, interleaved, once, settle

from cnnshape import Analysis, analyze, load, sweep

SPEC: Final = Path("specs/zoo/resnet.yaml")
VARIANT: Final = "resnet50"
POINTS: Final = 100_000
FIGURES: Final = ("params", "macs", "peak_memory")
SAMPLED: Final = 40  # points of a loop over single reports
COUNTED: Final = 2  # points that a peer counts in a turn

GRID: Final = "sweep, every combination"
DRAWN: Final = "sweep, points drawn at random"
LOOP: Final = "single reports in a loop"


@dataclass(frozen=True)
class Contestant:
    """Who says the figures of the points, and what one point takes."""

    name: str
    per_point: Times
    exact: bool | None = None
    """Whether a peer's MACs and parameters are right; None of ours, which a test holds to single reports."""
    error: str = ""


@dataclass(frozen=True)
class Variants:
    """A sweep beside loops over its points."""

    points: int
    contestants: list[Contestant]
    streamed: int = 0
    """Points of a sweep that is written as it comes."""
    seconds: float = 0.0
    memory: int = 0
    """The most resident memory of its process, in bytes."""


Point = dict[str, int]


def grid(points: int) -> dict[str, range]:
    """About so many combinations of H, W and width."""
    side = round((points / 40) ** 0.5)
    return {"H": range(64, 64 + 6 * side, 6), "W": range(64, 64 + 6 * side, 6), "width": range(16, 176, 4)}


def drawn(points: int) -> list[Point]:
    """So many points at random from where the grid lies."""
    random = Random(points)
    return [
        {"H": random.randrange(64, 364), "W": random.randrange(64, 364), "width": random.randrange(16, 176)}
        for _ in range(points)
    ]


def _report(spec: Any, point: Point) -> Analysis:
    sizes = {"input": (point["H"], point["W"])}
    return analyze(spec, variant=VARIANT, settings={"width": point["width"]}, inputs=sizes)


def _loop(spec: Any, points: list[Point]) -> None:
    for point in points:
        found = _report(spec, point)
        _ = found.total.params, found.total.macs, found.peak_memory.bytes


def variants(points: int, rounds: int, *, peers: bool) -> Variants:
    """The times of all, in turn, per point."""
    spec, listed = load(SPEC), drawn(points)
    knobs = {name: [point[name] for point in listed] for name in listed[0]}
    combined = grid(points)
    count = len(combined["H"]) * len(combined["W"]) * len(combined["width"])
    sample = listed[:SAMPLED]
    work: dict[str, tuple[Callable[[], Callable[[], object]], int]] = {
        GRID: (lambda: partial(sweep, spec, combined, variant=VARIANT, figures=FIGURES, grid=True), count),
        DRAWN: (lambda: partial(sweep, spec, knobs, variant=VARIANT, figures=FIGURES), points),
        LOOP: (lambda: partial(_loop, spec, sample), len(sample)),
    }
    exact: dict[str, bool] = {}
    errors: dict[str, str] = {}
    if peers:
        _peers(spec, listed[:COUNTED], work, exact, errors)
    settle()
    visits = {name: partial(_visit, prepare, each) for name, (prepare, each) in work.items()}
    times = interleaved(visits, rounds)
    found = [Contestant(name, each, exact.get(name)) for name, each in times.items()]
    return Variants(points, [*found, *(Contestant(name, Times([]), error=said) for name, said in errors.items())])


def _visit(prepare: Callable[[], Callable[[], object]], points: int) -> list[float]:
    return [once(prepare()) / points]


def _peers(
    spec: Any, points: list[Point], work: dict[str, Any], exact: dict[str, bool], errors: dict[str, str]
) -> None:
    """Each peer counts nets that are built for it, off the clock; its first call shows whether it runs."""
    from peers import DEVICES, PEERS, one_line

    from cnnshape.interop.torch_net import to_torch

    warnings.simplefilter("ignore")  # of the peers, about the future of torch
    reports = [_report(spec, point) for point in points]
    right = [Count(report.total.macs, report.total.params) for report in reports]
    for device in DEVICES:
        nets = [to_torch(report.graph).eval().to(device) for report in reports]
        sizes = [(1, 3, point["H"], point["W"]) for point in points]
        for peer in PEERS:
            name = f"{peer} on {device}"
            prepare = partial(_counting, peer, nets, sizes, device)
            try:
                said = prepare()()
            except Exception as error:  # whatever it is, the report says it
                errors[name] = one_line(error)
            else:
                exact[name] = said == right
                work[name] = (prepare, len(points))


def _counting(peer: str, nets: list[Any], sizes: list[Any], device: str) -> Callable[[], list[Count]]:
    from peers import count

    fresh = [deepcopy(net) for net in nets]
    return lambda: [count(peer, net, size, device) for net, size in zip(fresh, sizes, strict=True)]


STREAMED: Final = (250, 200, 200)


def streamed(points: int) -> dict[str, range]:
    """Some ten million combinations, or fewer of the same kind."""
    side = max(2, round((points / STREAMED[0]) ** 0.5))
    return {"width": range(1, 1 + STREAMED[0]), "H": range(32, 32 + side), "W": range(32, 32 + side)}


def main(points: int) -> None:
    """Sweep and keep nothing."""
    from cnnshape.commands.sweep.plans import Grid
    from cnnshape.commands.sweep.search import Search

    plan = Grid([((name,), values) for name, values in streamed(points).items()])
    valid = 0
    for found in Search.of(SPEC, plan, variant=VARIANT, figures=FIGURES).chunks():
        valid += int(found.valid.sum())
    print(valid)


if __name__ == "__main__":
    main(int(sys.argv[1]))
