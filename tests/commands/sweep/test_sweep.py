"""`cnnshape.sweep`: one build for each structure, the same figures however the points are cut, and what is refused."""

import os
import pickle
from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from importlib import import_module
from typing import Any

import numpy
import pytest

import cnnshape
from cnnshape import Sweep, sweep
from cnnshape.analysis.result import Analysis
from cnnshape.commands.sweep.parts import Job
from cnnshape.commands.sweep.plans import Grid
from cnnshape.commands.sweep.search import Search
from tests.commands.sweep.compare import assert_points_agree
from tests.golden_files import GOLDEN

FAMILY, CHAIN = str(GOLDEN / "family.yaml"), str(GOLDEN / "chain.yaml")
WIDE: dict[str, Any] = {"variant": ["deep", "plain", "flat"], "width": range(4, 20), "k": [1, 2, 3, 5]}
FIGURES = ["params", "macs", "output", "receptive_field", "macs@body.2.conv"]


@pytest.fixture
def built(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The values at which nets have been built."""
    seen: list[Any] = []
    before = Job.build

    def build(job: Job, values: Any) -> Analysis:
        found = before(job, values)
        seen.append(values)
        return found

    monkeypatch.setattr(Job, "build", build)
    return seen


def layered(**layers: Any) -> dict[str, Any]:
    return {"cnnshape": 1, "input": [4, 32, 32], "vars": {"n": 2, "w": 8, "op": "ReLU"}, "layers": layers}


CONV = {"op": "Conv2d", "out_channels": "w", "kernel_size": 3}
STRUCTURES: dict[str, tuple[dict[str, Any], dict[str, Any], int]] = {
    "one": (layered(a=CONV), {"w": range(1, 100), "H": range(3, 9)}, 1),
    "repeat": (
        layered(a=CONV, b={"block": "std/conv_bn_act", "repeat": "n", "c": "w"}),
        {"n": [0, 1, 2, 3], "w": [4, 8, 9]},
        4,
    ),
    "when": (layered(a=CONV, b={**CONV, "when": "w > 20"}), {"w": range(1, 40), "H": [8, 9]}, 2),
    "op": (layered(a=CONV, b={"op": "op"}), {"op": ["ReLU", "SiLU"], "w": range(1, 40)}, 2),
    "same": (
        layered(a={**CONV, "padding": "same"}, b={"op": "Add", "from": ["a", "input"]}),
        {"w": [4], "H": range(1, 90)},
        1,
    ),
    "pooled": (
        layered(a={"op": "MaxPool2d", "kernel_size": 2, "ceil_mode": True}),
        {"H": range(2, 90), "N": [1, 7]},
        1,
    ),
}


@pytest.mark.parametrize("name", STRUCTURES)
def test_each_structure_is_built_once(name: str, built: list[Any]) -> None:
    net, knobs, structures = STRUCTURES[name]
    found = sweep(net, knobs, grid=True, figures=["params", "macs"])
    assert found.valid.all()
    assert len(built) == structures
    points = [
        dict(zip(found.knobs, row, strict=True)) for row in zip(*(found[k].tolist() for k in found.knobs), strict=True)
    ]
    assert_points_agree(found, net, points, range(0, len(points), 7))


def test_a_mistake_that_only_some_points_make_parts_them(built: list[Any]) -> None:
    found = sweep(layered(a={**CONV, "groups": 2}), w=range(1, 9))
    assert found.valid.tolist() == [False, True] * 4
    assert [found.reason(row) for row in (0, 2)] == [
        f"`a`: out_channels={w} does not split into groups=2" for w in (1, 3)
    ]
    assert len(built) == 1


def test_expressions_divide() -> None:
    net = layered(a={**CONV, "out_channels": "w / 2"}, b={**CONV, "out_channels": "12 / w * 8"})
    points = [{"w": w} for w in (2, 3, 4, 6, 8, 100)]
    found = sweep(net, w=[point["w"] for point in points])
    assert found.valid.sum() == 4
    assert_points_agree(found, net, points, range(6))


@pytest.mark.parametrize("first", ["n", "1 / n", "n / 3", "-n"])
def test_expressions_with_too_many_digits_are_refused_where_a_report_refuses(first: str) -> None:
    squares = {f"v{place}": f"v{place - 1} * v{place - 1}" for place in range(1, 200)}
    net = {**layered(a={"op": "ReLU"}), "vars": {"n": 1, "v0": first, **squares}}
    values = [1, 2, 3, 6, 10**6]
    found = sweep(net, {"n": values}, figures=["macs"])
    assert_points_agree(found, net, [{"n": n} for n in values], range(len(values)))
    assert found.valid.sum() == 1


def rows(found: Sweep) -> list[dict[str, Any]]:
    return list(found.rows())


@pytest.fixture(scope="module")
def whole() -> Sweep:
    return sweep(FAMILY, WIDE, grid=True, figures=FIGURES)


@pytest.mark.parametrize("chunk", [1, 5, 16, 191, 192, 10_000])
def test_chunks_of_any_size_give_the_same(chunk: int, whole: Sweep) -> None:
    found = sweep(FAMILY, WIDE, grid=True, figures=FIGURES, chunk=chunk)
    assert rows(found) == rows(whole)
    assert 0 < whole.valid.sum() < len(whole) == 192


@pytest.mark.parametrize("chunk", [7, 10_000])
def test_questions_over_chunks_are_those_over_all(chunk: int, whole: Sweep) -> None:
    asked: dict[str, Any] = {"where": "variant != flat and macs < 4M", "pareto": ["macs", "receptive_field:max"]}
    found = sweep(FAMILY, WIDE, grid=True, figures=FIGURES, chunk=chunk, **asked, sort="params:min", top=5)
    kept = [row for row in rows(whole) if not row["reason"] and row["variant"] != "flat" and row["macs"] < 4_000_000]
    best = [
        row for row in kept
        if not any(
            one["macs"] <= row["macs"] and one["receptive_field"] >= row["receptive_field"]
            and (one["macs"], one["receptive_field"]) != (row["macs"], row["receptive_field"]) for one in kept
        )
    ]  # fmt: skip
    assert len(best) > 5
    assert rows(found) == sorted(best, key=lambda row: int(row["params"]))[:5]


@pytest.fixture(params=["processes", "dask"])
def executor(request: pytest.FixtureRequest) -> Iterator[Executor]:
    if request.param == "processes":
        from multiprocessing import get_context

        with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
            yield pool
        return
    distributed: Any = import_module("distributed")  # typed by half

    with (
        distributed.LocalCluster(n_workers=1, threads_per_worker=2, processes=False, dashboard_address=None) as cluster,
        distributed.Client(cluster) as client,
    ):
        yield client.get_executor()


def test_an_executor_gives_the_same(executor: Executor, whole: Sweep) -> None:
    told: list[int] = []
    found = sweep(FAMILY, WIDE, grid=True, figures=FIGURES, executor=executor, chunk=50, progress=told.append)
    assert rows(found) == rows(whole)
    assert told == [50, 100, 150, 192]


def test_an_error_in_an_executor_is_that_of_here() -> None:
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(2) as pool, pytest.raises(cnnshape.UsageError, match="batch=0 is not a whole number"):
        sweep(FAMILY, width=range(4, 20), batch=0, executor=pool, chunk=3)


def test_a_worker_that_dies_is_said() -> None:
    from cnnshape.commands.sweep import run

    with ProcessPoolExecutor(1) as pool, pytest.MonkeyPatch.context() as patched:
        patched.setattr(run, "swept", _dies)
        with pytest.raises(
            cnnshape.UsageError, match="a worker process ended after 0 of 2 points; the next is width = 4"
        ):
            sweep(FAMILY, width=[4, 6], executor=pool)


def _dies(*_: Any) -> None:
    os._exit(1)


def test_a_layer_of_some_variants_is_missing_in_others(whole: Sweep) -> None:
    there = whole.has("macs@body.2.conv")
    assert (there == (whole.valid & (whole["variant"] == "deep"))).all()
    assert {row["macs@body.2.conv"] is None for row in rows(whole) if not row["reason"]} == {True, False}
    kept = sweep(FAMILY, WIDE, grid=True, where="macs@body.2.conv >= 0")
    assert set(kept["variant"]) == {"deep"}


@pytest.mark.parametrize(
    ("figure", "said"),
    [
        (
            "macs@body.7.conv",
            "error: no point of the sweep has a layer `body.7.conv` [unknown-name]\n\nhint: did you mean",
        ),
        ("macs@body.0", "hint: it is a block, its last layer is `body.0.act`"),
        ("output[7]", "error: `output[7]`: no point of the sweep has an axis 7 there"),
        ("output[7]@fc", "error: `output[7]@fc`: no point of the sweep has an axis 7 there"),
        ("macs@", "error: `macs@` is not a figure"),
        ("macs[1]", "error: `macs[1]` asks for an axis of `macs`, which is a number"),
        ("peak_memory@fc", "error: `peak_memory` is a figure of a net, not of a layer"),
        ("mac", "error: there is no metric `mac` [unknown-name]\n\nhint: did you mean `macs`?"),
    ],
)
def test_a_figure_that_no_point_has(figure: str, said: str) -> None:
    with pytest.raises(cnnshape.UsageError) as refused:
        sweep(FAMILY, width=[4, 6], figures=["macs", figure], chunk=1)
    assert said in str(refused.value)


def test_a_figure_beyond_64_bits_is_refused_with_the_number() -> None:
    net = layered(a={**CONV, "kernel_size": 1}, b={"op": "Conv2d", "out_channels": "w", "kernel_size": 1})
    net["input"] = [1, 1, 1]
    widths, sizes = [2**9, 10**6, 10**6, 10**6], [10**6, 1, 3 * 10**3, 10**6]
    found = sweep(net, w=widths, H=sizes, W=sizes, figures=["params", "macs"])
    exact = [h * h * w * (1 + w) for w, h in zip(widths, sizes, strict=True)]
    assert found.valid.tolist() == [value < 2**63 for value in exact]
    assert [value for value, ok in zip(found["macs"].tolist(), found.valid, strict=True) if ok] == [
        value for value in exact if value < 2**63
    ]
    assert any(value >= 2**63 for value in exact)
    for row in numpy.flatnonzero(~found.valid):
        points = [{"w": w, "H": h, "W": h} for w, h in zip(widths, sizes, strict=True)]
        assert_points_agree(found, net, points, [int(row)])


@pytest.mark.parametrize("over", [-1, 0, 1])
def test_at_the_end_of_64_bits(over: int) -> None:
    """``2**63 - 1`` is 7 * 7 * 73 * 127 * 337 * 92737 * 649657: the last figure that a column holds, and the next."""
    one, other, more = 7 * 7 * 73 * 127, 337 * 649657, 92737
    net = {"cnnshape": 1, "input": [1, 1, 1], "vars": {"w": 1},
           "layers": {"a": {"op": "Conv2d", "out_channels": "w", "kernel_size": 1, "bias": False}}}  # fmt: skip
    found = sweep(net, w=[1, one], H=[1, other], W=[1, more + over], figures=["macs"])
    right = one * other * (more + over)
    assert (right == 2**63 - 1) is (over == 0)
    points = [{"w": 1, "H": 1, "W": 1}, {"w": one, "H": other, "W": more + over}]
    assert_points_agree(found, net, points, [0, 1])
    if found.valid[1]:
        assert found["macs"][1] == right


def test_frames_and_arrow_tables_hold_the_same(whole: Sweep) -> None:
    frame, table = whole.frame(), whole.arrow()
    assert list(frame.columns) == [*whole.keys(), "valid", "reason"]
    assert set(frame.columns) - {*whole.knobs, *FIGURES, "valid", "reason"} == {"receptive_field_bound"}
    held = table.to_pylist()
    assert len(frame) == len(held) == len(whole)
    for at, row in enumerate(rows(whole)):
        shown = {name: None if frame[name].isna()[at] else frame[name][at] for name in row}
        shapes = row["output"] and [list(shape) for shape in row["output"]]
        assert shown == row | {"reason": row["reason"] or ""}
        assert held[at] == row | {"output": shapes}


def test_batch_and_several_inputs() -> None:
    net: dict[str, Any] = {
        "cnnshape": 1, "inputs": {"left": [3, 16, 16], "right": [3, 16, "s"]}, "vars": {"s": 16},
        "layers": {"join": {"op": "Concat", "from": ["left", "right"]}, "conv": {**CONV, "out_channels": 4}},
    }  # fmt: skip
    points = [{"left.H": h, "right.H": 16, "left.W": 16, "N": n} for h in (8, 16) for n in (1, 3)]
    found = sweep(net, {name: [point[name] for point in points] for name in points[0]}, figures=["macs", "output"])
    assert found.valid.tolist() == [False, False, True, True]
    assert_points_agree(found, net, points, range(4))
    assert found["output"][3] == ((3, 4, 14, 14),)
    assert sweep(net, {"right.W": [16, 17]}).valid.tolist() == [True, False]  # the variable s by the name of its axis


def test_what_holds_for_all_points() -> None:
    setting: dict[str, Any] = {"dtype": "float16", "flops": "full", "memory": "inplace", "batch": 3}
    points = [{"k": k} for k in (1, 3)]
    found = sweep(FAMILY, k=[1, 3], figures=["flops", "weight_bytes", "peak_memory"], variant="deep",
                  settings={"width": 4}, inputs={"input": (64, 48)}, **setting)  # fmt: skip
    for at, point in enumerate(points):
        net = cnnshape.analyze(
            FAMILY, variant="deep", settings={"width": 4, **point}, inputs={"input": (64, 48)}, **setting
        )
        assert (found["flops"][at], found["weight_bytes"][at], found["peak_memory"][at]) == (
            net.total.flops, net.total.weight_bytes, net.peak_memory.bytes
        )  # fmt: skip


REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "knob and setting": ({"width": [4, 6], "settings": {"width": 4}}, "`width` is a knob and a setting at once"),
    "no knob": ({}, "no knob has values"),
    "unknown": ({"widht": [1]}, "the net has neither a variable nor an axis `widht`"),
    "twice": ({"N": [1, 2], "knobs": {"batch": [1, 2]}}, "are the same, give one of them"),
    "top": ({"width": [4], "top": 0}, "top=0 is not a whole number from 1 up"),
    "where": ({"width": [4], "where": "mac < 3"}, "`mac` is neither a figure nor a knob, and no value of one"),
    "where, fixed": ({"width": [4], "where": "k < 3"}, "`k` is the same at every point"),
    "sort": ({"width": [4], "sort": "heigth"}, "there is no metric `heigth`"),
    "pareto": ({"width": [4], "pareto": ["output"]}, "`output` is not a number and cannot be compared"),
    "dtype": ({"width": [4], "dtype": "float17"}, "there is no dtype `float17`"),
    "flops": ({"width": [4], "flops": "some"}, "some"),
    "memory": ({"width": [4], "memory": "some"}, "some"),
    "huge": ({"width": [4, 10**30]}, "`width` goes beyond"),
    "variant": ({"width": [4], "variant": "wide"}, "there is no variant `wide`"),
    "variants": ({"variant": ["deep", "wide"]}, "there is no variant `wide`"),
    "chunk": ({"width": [4], "chunk": 0}, "chunk=0 is not a whole number from 1 up"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_wrong_with_the_question_is_said(name: str) -> None:
    asked, said = REFUSED[name]
    asked = dict(asked)
    with pytest.raises(cnnshape.UsageError) as refused:
        sweep(FAMILY, asked.pop("knobs", {}), **asked)
    assert said in str(refused.value)


def test_progress_is_told_of_every_chunk() -> None:
    told: list[int] = []
    sweep(CHAIN, width=range(1, 11), chunk=4, progress=told.append)
    assert told == [4, 8, 10]


def test_a_sweep_and_a_job_go_to_other_processes(whole: Sweep) -> None:
    again = pickle.loads(pickle.dumps(whole))
    assert rows(again) == rows(whole)
    assert repr(again) == repr(whole)
    assert repr(whole).startswith("Sweep(family: 192 points, ")
    search = Search.of(FAMILY, Grid([((name,), values) for name, values in WIDE.items()]), figures=FIGURES)
    job = pickle.loads(pickle.dumps(search.job))
    assert job.figures == search.job.figures
    assert job.build({"width": 8}).total == search.job.build({"width": 8}).total


def test_a_column_that_is_not_there(whole: Sweep) -> None:
    with pytest.raises(cnnshape.UsageError, match=r"did you mean `macs`\?"):
        whole["mac"]


def test_taking_nothing(whole: Sweep) -> None:
    none = whole.take(slice(0))
    assert (len(none), rows(none), len(none.frame()), none.arrow().num_rows) == (0, [], 0, 0)
    assert len(sweep(FAMILY, width=[4, 6], where="macs < 0")) == 0


FOUND: dict[str, tuple[dict[str, Any], dict[str, list[Any]]]] = {
    "a tensor without axes": (
        layered(a={"op": "Flatten", "start_dim": 0}, b={"op": "Select", "dim": 0, "index": 0}),
        {"H": [1, 2]},
    ),
    "an open size beside one left open": (layered(a={"op": "Reshape", "shape": ["n", -1]}), {"n": [2, 3, 5, 9, 64]}),
    "sizes that are not whole": (layered(a="ReLU"), {"H": [12.5, 8, 9.5], "W": [4, 4, 2]}),
    "channels that are not whole": (layered(a=CONV), {"w": [0.5, 2, 1.5, 4]}),
    "several figures too large": (
        layered(a={**CONV, "kernel_size": 1}, b={**CONV, "kernel_size": 1}),
        {"w": [1, 10**6], "H": [10**6] * 2, "W": [10**6] * 2},
    ),
}
"""What a sweep said otherwise than a report, once."""


@pytest.mark.parametrize("name", FOUND)
def test_what_was_found(name: str) -> None:
    net, knobs = FOUND[name]
    points = [dict(zip(knobs, values, strict=True)) for values in zip(*knobs.values(), strict=True)]
    found = sweep(net, knobs, figures=["params", "macs", "output", "flops.full"])
    assert_points_agree(found, net, points, range(len(points)))


def test_a_batch_that_is_not_whole_is_refused() -> None:
    with pytest.raises(cnnshape.UsageError, match=r"batch=12\.5 is not a whole number from 1 up"):
        sweep(CHAIN, N=[8, 12.5, 9])
