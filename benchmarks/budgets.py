"""A check of all published nets against one budget of 200 rules, from the parsed data of their files to the report."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final

from measure import Times, interleaved, same, settle, visit

from cnnshape import check, load
from cnnshape.analysis.metrics import METRICS

RULES: Final = 200

_SELECTIONS: Final[tuple[Any, ...]] = (
    "*",
    "?*",
    "*[a-z0-9]",
    {"op": "*"},
    {"op": "[A-Z]*", "path": "*"},
    {"op": "*", "take": "max"},
    {"path": "*", "take": "max"},
    {"path": "[a-z0-9]*", "take": "max"},
    {"path": "*", "op": "*", "take": "max"},
)
"""Each selects something in every net."""


@dataclass(frozen=True)
class Checked:
    """A check of some nets."""

    rules: int
    specs: int
    nets: int
    limits: int
    time: Times


def rules() -> list[dict[str, Any]]:
    """A rule for every figure of a net, with a batch of one and of eight, and for figures of some of its layers."""
    figures = [metric for metric in METRICS.values() if metric.unit not in ("shape", "flag")]
    limits = {metric.key: f"{10**15} {metric.word}" for metric in figures}
    found: list[dict[str, Any]] = [
        {"metric": key, "max": limits[key], "batch": batch} for batch in (1, 8) for key in limits
    ]
    for selection in _SELECTIONS:
        found += ({"metric": each.key, "max": limits[each.key], "select": selection} for each in figures if each.layer)
    each = ({"metric": key, "max": limits[key], "select": {"path": "*", "take": "each"}} for key in limits)
    return [*found[: RULES - 2], *list(each)[2:4]]


def checked(paths: Sequence[Path], rounds: int, calls: int) -> Checked:
    """The check of these specs."""
    specs, budget = [load(path) for path in paths], rules()
    work = partial(check, *specs, rules=budget)
    report = work()
    assert report.ok
    settle()
    times = interleaved({"check": partial(visit, same(work), calls)}, rounds)
    return Checked(len(budget), len(specs), report.nets, len(report.outcomes), times["check"])
