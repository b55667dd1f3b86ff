"""The best point against exhaustive search: over sweeps of zoo nets, and over single reports."""

from itertools import product
from random import Random
from typing import Any

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from cnnshape import UsageError, analyze, solve, sweep
from cnnshape.analysis.metrics import METRICS
from cnnshape.core.errors import CnnshapeError
from tests.places import ZOO

Knobs = dict[str, list[Any]]

NETS: dict[str, dict[str, list[Any]]] = {
    "resnet.yaml": {
        "width": [*range(4, 40)],
        "H": [*range(8, 80)],
        "variant": ["resnet18", "resnet50"],
        "N": [1, 2, 3],
    },
    "mobilenet_v2.yaml": {"w": ["0.1", "0.25", "0.5", "0.75", "1", "1.4"], "H": [*range(1, 70)], "W": [31, 32, 64, 97]},
    "unet.yaml": {"H": [*range(180, 300, 3)], "W": [*range(180, 300, 7)], "N": [1, 4]},
    "vgg.yaml": {"H": [*range(16, 90)], "classes": [1, 10, 100, 1000], "bn": ["true", "false"]},
    "densenet.yaml": {"growth": [*range(1, 40)], "H": [*range(20, 70, 5)]},
    "shufflenet_v1.yaml": {"g": [1, 2, 3, 4], "c": [*range(24, 100, 4)], "H": [32, 64]},
    "wavenet.yaml": {"c": [*range(1, 40)], "skip": [1, 16, 17, 256], "L": [6000, 8000]},
}
FIGURES = ("params", "macs", "peak_memory", "activation_bytes", "flops.thop", "layers", "depth", "weight_bytes")


def brute_force(
    net: Any, knobs: Knobs, figures: list[str], met: list[tuple[str, str, int]], key: str, most: bool
) -> Any:
    """The first best point, and its figures, by looking at all."""
    found = sweep(net, knobs, figures=figures, grid=True)
    best: Any = None
    for row in found.rows():
        if row["reason"] is not None or any(row[name] is None for name in figures):
            continue
        if not all(row[name] <= n if sign == "<=" else row[name] > n for name, sign, n in met):
            continue
        worth = row[key] if most else -row[key]
        if best is None or worth > best[0]:
            best = worth, {name: row[name] for name in knobs}, {name: row[name] for name in figures}
    return best


@st.composite
def problems(draw: st.DrawFn) -> tuple[str, Knobs, list[tuple[str, str, int]], str, bool]:
    """A net, some values of some knobs, limits near what the net has, and what is to be largest or smallest."""
    net = draw(st.sampled_from(sorted(NETS)))
    names = draw(st.lists(st.sampled_from(sorted(NETS[net])), min_size=1, max_size=3, unique=True))
    knobs = {}
    for name in names:
        values = NETS[net][name]
        few = draw(st.lists(st.sampled_from(values), min_size=2, max_size=5, unique=True))
        knobs[name] = draw(st.sampled_from([values if len(names) == 1 else values[:12], values[::3], few]))
    figures = draw(st.lists(st.sampled_from(FIGURES), max_size=2, unique=True))
    random = Random(draw(st.integers(0, 10**6)))
    table = sweep(
        ZOO / net, {name: [random.choice(of) for _ in range(4)] for name, of in knobs.items()}, figures=figures
    )
    met = []
    for name in figures:
        known = [row[name] for row in table.rows() if row["reason"] is None]
        limit = random.choice(known) + random.choice((-1, 0, 1)) if known else 10**6
        met.append((name, random.choice(("<=", "<=", ">")), max(limit, 0)))
    return (
        net,
        knobs,
        met,
        draw(st.sampled_from([*FIGURES[:4], *[n for n in names if n not in ("variant", "bn")]])),
        draw(st.booleans()),
    )


def numbers(knobs: Knobs) -> Knobs:
    """The values in the order in which they are tried."""
    from fractions import Fraction

    def of(name: str, values: list[Any]) -> list[Any]:
        return sorted({Fraction(value) for value in values}) if name == "w" else values

    found = {name: of(name, values) for name, values in knobs.items()}
    return {n: v if isinstance(v[0], str) else sorted(v) for n, v in found.items()}


@given(problems())
@settings(max_examples=max(settings().max_examples // 5, 5))
def test_the_answer_is_that_of_exhaustive_search(problem: Any) -> None:
    net, knobs, met, key, most = problem
    knobs = numbers(knobs)
    where = " and ".join(f"{name} {sign} {limit}" for name, sign, limit in met)
    aim: dict[str, Any] = {"maximize" if most else "minimize": key}
    found = solve(ZOO / net, knobs, where=where, **aim)
    figures = list(dict.fromkeys([*(name for name, _, _ in met), *([key] if key in METRICS else [])]))
    right = brute_force(ZOO / net, knobs, figures or ["params"], met, key, most)
    event(f"{found.method}, {'an answer' if found else 'none'}")
    if right is None:
        assert found.point is None
        return
    assert found.point is not None
    said = {name: float(value) if name == "w" else value for name, value in found.point.items()}
    assert (said, {name: found.figures[name] for name in figures}) == (
        {n: right[1][n] for n in said},
        {n: right[2][n] for n in figures},
    )
    for each in found.neighbours:
        point = {**right[1], **dict.fromkeys(each.names, each.value)}
        there = brute_force(ZOO / net, {n: [v] for n, v in point.items()}, figures or ["params"], met, key, most)
        assert each.allowed is (there is not None), each


NET = {
    "cnnshape": 1,
    "input": [3, 20, 20],
    "vars": {"a": 4, "k": 3, "g": 1},
    "layers": {
        "one": {"op": "Conv2d", "out_channels": "a", "kernel_size": "k", "groups": "g"},
        "two": {"op": "Conv2d", "when": "a > 6", "out_channels": "max(a // 2, 3)", "kernel_size": 3, "stride": "1+a%2"},
        "pool": {"op": "MaxPool2d", "kernel_size": 2},
    },
}  # fmt: skip


@pytest.mark.parametrize("key", ["params", "macs", "receptive_field", "peak_memory", "a"])
@pytest.mark.parametrize("most", [True, False])
@pytest.mark.parametrize("limit", [300, 20_000, 10**6])
def test_against_single_reports(key: str, most: bool, limit: int) -> None:
    """A net whose figures jump up and down, point by point."""
    knobs = {"a": [*range(1, 13)], "k": [1, 2, 3, 5, 8], "g": [1, 3]}
    best: Any = None
    for a, k, g in product(*knobs.values()):
        try:
            net = analyze(NET, settings={"a": a, "k": k, "g": g})
        except CnnshapeError:
            continue
        value = {"a": a}.get(key) if key == "a" else METRICS[key].net(net)
        if net.total.macs > limit or value is None:
            continue
        worth = value if most else -value
        if best is None or worth > best[0]:
            best = worth, {"a": a, "k": k, "g": g}
    aim: dict[str, Any] = {"maximize" if most else "minimize": key}
    found = solve(NET, knobs, where=f"macs <= {limit}", **aim)
    assert found.point == (best and best[1])


def test_a_hundred_million_points_take_a_few_looks() -> None:
    found = solve(NET, a=range(8, 10_008), H=range(20, 10_020), where="macs <= 1 G", maximize="a", settings={"k": 3})
    assert found.points == 10**8
    assert found.looked < 10**6
    assert found.method == "bisection"
    assert found.figures["macs"] <= 10**9
    more = next(each for each in found.neighbours if each.names == ("a",) and each.value > found.point["a"])  # type: ignore[index]  # there is one
    assert more.stops == ("macs <= 1 G",)


def test_conditions_that_are_no_list_are_met_too() -> None:
    where = "macs < 10 k or params > 1 k"
    found = solve(NET, a=range(1, 60), where=where, minimize="a")
    assert found.method == "every point"
    assert found.point == {"a": 1}
    found = solve(NET, a=range(8, 60), where="not params < 1000", minimize="a")
    assert found.figures["params"] >= 1000


def test_knobs_that_are_turned_together() -> None:
    found = solve(NET, {"H": range(10, 60)}, together=[("H", "W")], where="macs < 100 k", maximize="activation_bytes")
    assert found.point is not None
    assert found.point["H"] == found.point["W"]


def test_what_holds_nowhere_comes_with_what_comes_closest() -> None:
    found = solve(NET, a=range(4, 9), where="macs <= 10 and params < 1 M", maximize="params")
    assert not found
    assert [(each.condition, each.point) for each in found.closest] == [("macs <= 10", {"a": 4})]


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ({"a": [1, 2]}, "the largest or the smallest"),
        ({"a": [1, 2], "maximize": "params", "minimize": "macs"}, "the largest or the smallest"),
        ({"a": [1, 2], "maximize": "fast"}, "neither a figure nor a knob `fast`"),
        ({"b": [1, 2], "maximize": "params"}, "neither a variable nor an axis `b`"),
        ({"a": [1, 2], "maximize": "output"}, "is a shape"),
        ({"a": [1, 2], "maximize": "params", "where": "macs <"}, "macs <"),
        ({"a": [1, 2], "maximize": "params", "where": "fast < 3"}, "`fast` is neither a figure nor a knob"),
        ({"maximize": "params"}, "no knob has values"),
        ({"a": [], "maximize": "params"}, "`a` has no values"),
    ],
)
def test_questions_that_are_none(asked: dict[str, Any], says: str) -> None:
    with pytest.raises(UsageError, match=says):
        solve(NET, **asked)
