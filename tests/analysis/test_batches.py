"""Samples that are mixed: attention over the batch, and reshapes that fold it into another axis."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import cnnshape
from cnnshape.render.summary import brief, findings
from tests.graph.hints.following import net

ATTENTION = {"op": "MultiheadAttention", "num_heads": 1}


def said(layers: dict[str, Any], *sizes: int, batch: int = 1, **more: Any) -> list[tuple[str, str]]:
    found = cnnshape.analyze(net(layers, *sizes, **more), batch=batch)
    problems = [(problem.path, problem.text) for problem in found.mixed_batches]
    shown = [(each.problem.path, each.problem.text) for each in findings(found) if each.kind == "batch"]
    assert shown == problems
    assert [each for each in brief(found) if each.kind == "batch"] == [f for f in findings(found) if f.kind == "batch"]
    return problems


OVER = "attends over the batch, not over the tokens: add `batch_first: true`"


@pytest.mark.parametrize("batch", [1, 3, 577])
def test_attention_over_the_batch(batch: int) -> None:
    assert said({"mha": ATTENTION}, 577, 192, batch=batch) == [("mha", OVER)]
    assert said({"mha": {**ATTENTION, "batch_first": True}}, 577, 192, batch=batch) == []


@pytest.mark.parametrize("batch", [1, 3, 16])
def test_attention_of_tokens_that_were_made_for_it(batch: int) -> None:
    before = {
        "conv": {"op": "Conv2d", "out_channels": 8, "kernel_size": 4, "stride": 4},
        "flat": {"op": "Flatten", "start_dim": 2},
    }
    there, back = {"op": "Permute", "dims": [2, 0, 1]}, {"op": "Permute", "dims": [1, 0, 2]}
    assert said({**before, "there": there, "mha": ATTENTION, "back": back}, 3, 16, 16, batch=batch) == []
    swapped = {"op": "Transpose", "dim0": 1, "dim1": 2}
    assert said({**before, "tok": swapped, "mha": ATTENTION}, 3, 16, 16, batch=batch) == [("mha", OVER)]


def folds(made: int, batch: int, where: str = "the output") -> str:
    return f"mixes samples: axis 0 of {where} is {made:,}, but the batch is {batch}"


def test_a_view_that_mixes_the_batch() -> None:
    layers = {"v": {"op": "Reshape", "shape": [-1, 128]}, "fc": {"op": "Linear", "out_features": 10}}
    assert said(layers, 16, 4, 4) == [("v", folds(2, 1))]
    assert said(layers, 16, 4, 4, batch=8) == [("v", folds(16, 8))]
    wrong = {"v": {"op": "Reshape", "shape": [-1, 256]}, "fc": {"op": "Linear", "out_features": 10}}
    assert said(wrong, 16, 5, 5, batch=16) == [("v", folds(25, 16))]


def test_other_views_that_mix_it() -> None:
    assert said({"f": {"op": "Flatten", "start_dim": 0, "end_dim": 1}, "r": "ReLU"}, 3, 8) == [("f", folds(3, 1))]
    layers = {"v": {"op": "Reshape", "from": "input", "shape": [-1, 8]}, "w": {"op": "ReLU", "from": "input"}}
    assert said(layers, 4, 8, outputs=["w", "v"]) == [("v", folds(4, 1, "the output `v`"))]


@pytest.mark.parametrize("batch", [1, 2, 4])
def test_windows_that_go_back_to_their_images(batch: int) -> None:
    layers = {
        "part": {"op": "Reshape", "shape": [-1, 16, 4, 4]},
        "flat": {"op": "Flatten", "start_dim": 2},
        "tok": {"op": "Transpose", "dim0": 1, "dim1": 2},
        "att": {**ATTENTION, "batch_first": True},
        "back": {"op": "Reshape", "shape": ["batch", 16, 8, 8]},
    }
    assert said(layers, 16, 8, 8, batch=batch) == []


def test_what_moves_or_drops_the_batch_on_purpose() -> None:
    assert said({"p": {"op": "Permute", "dims": [1, 0, 2]}}, 3, 8) == []
    assert said({"p": {"op": "Permute", "dims": [1, 0, 2, 3]}}, 3, 8, 8) == []
    assert said({"t": {"op": "Transpose", "dim0": 0, "dim1": 1}}, 3, 8) == []
    assert said({"m": {"op": "Mean", "dim": 0}}, 3, 8, batch=2) == []
    assert said({"s": {"op": "Select", "dim": 0, "index": 0}}, 3, 8, batch=2) == []
    assert said({"p": {"op": "Parameter", "shape": [7]}, "a": {"op": "Add", "from": ["input", "p"]}}, 3, 7) == []


@given(st.integers(1, 3), st.lists(st.integers(1, 4), min_size=1, max_size=3), st.data())
def test_a_reshape_that_keeps_each_sample_is_fine(batch: int, sizes: list[int], data: st.DataObject) -> None:
    total = batch
    for size in sizes:
        total *= size
    first = data.draw(st.sampled_from([n for n in range(1, total + 1) if total % n == 0]))
    if first == batch:
        assert said({"v": {"op": "Reshape", "shape": [-1, total // first]}}, *sizes, batch=batch) == []
    else:
        layers = {"v": {"op": "Reshape", "shape": [-1, total // first]}}
        assert said(layers, *sizes, batch=batch) == [("v", folds(first, batch))]


def test_the_hint_of_a_reshape_leads_to_one_that_mixes_nothing() -> None:
    wrong = {"v": {"op": "Reshape", "shape": [-1, 128]}}
    (problem,) = cnnshape.analyze(net(wrong, 16, 4, 4), batch=8).mixed_batches
    assert problem.hint == "keep `batch` as the first size: `[batch, -1]`"
    (finding,) = brief(cnnshape.analyze(net(wrong, 16, 4, 4), batch=8))
    assert finding.text == f"`v`: {folds(16, 8)}; {problem.hint}"
    assert said({"v": {"op": "Reshape", "shape": ["batch", -1]}}, 16, 4, 4, batch=8) == []
    (problem,) = cnnshape.analyze(net({"f": {"op": "Flatten", "start_dim": 0, "end_dim": 1}}, 3, 8)).mixed_batches
    assert problem.hint == ""


def test_report_in_json_has_them() -> None:
    import json

    from cnnshape.render.json import render

    found = json.loads(render(cnnshape.analyze(net({"mha": ATTENTION}, 577, 192))))["findings"]
    assert found == [{"kind": "batch", "path": "mha", "text": OVER, "line": None}]
