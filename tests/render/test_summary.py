"""What is said of the whole net: the reasons behind a field, the tensors at the peak, merges that do not fit."""

from typing import Any

import cnnshape
from cnnshape.render.summary import brief, facts, findings
from tests.places import ROOT
from tests.render.nets import analysed

CONV: dict[str, Any] = {"op": "Conv2d", "out_channels": 2, "kernel_size": 3, "stride": 2}
UP: dict[str, Any] = {"op": "Upsample", "from": ["conv", "input"], "mode": "bilinear"}


def net(**layers: Any) -> cnnshape.Analysis:
    return cnnshape.analyze({"cnnshape": 1, "input": [1, 33, 33], "layers": layers})


def fact(analysis: cnnshape.Analysis, label: str) -> str:
    return next(fact.text for fact in facts(analysis) if fact.label == label)


def test_paths_that_drift_apart_are_explained() -> None:
    drift = net(conv=CONV, up=UP, cat={"op": "Concat", "from": ["up", "input"]})
    assert fact(drift, "receptive field").endswith("jumps of 32/33 and 1 meet at `cat`")
    (finding,) = findings(drift)
    assert finding.text.startswith("`cat`: `up` and `input` drift by 0.03 px per step")
    assert finding.text.endswith("on the other axes alike")


def test_a_global_field_is_explained() -> None:
    assert fact(analysed("chain"), "receptive field").endswith("; global via `fc`")
    assert fact(analysed("branches"), "receptive field").endswith("; global via `norm`")


def test_only_the_largest_tensors_at_the_peak_are_named() -> None:
    layers = {f"c{place}": {"op": "Conv2d", "from": "input", "out_channels": 1, "kernel_size": 1} for place in range(7)}
    many = net(**layers, all={"op": "Concat", "from": list(layers)})
    text = fact(many, "peak memory")
    assert "`all` 29.8 KiB" in text
    assert text.endswith("4 more 17.0 KiB")
    assert f"{many.peak_memory.bytes:,} B" in text


def test_of_many_misaligned_merges_the_largest_of_each_kind_is_shown() -> None:
    net = cnnshape.analyze(ROOT / "specs" / "zoo" / "wavenet.yaml")
    all_of_them = [finding for finding in findings(net) if finding.kind == "misaligned"]
    (shown,) = [finding for finding in brief(net) if finding.kind == "misaligned"]
    assert shown.problem.path == "sum"
    assert shown.text == (
        "`sum`: `stack1.skips` is centred 1534.5 px right of `stack4.skips`; "
        f"the largest of {len(all_of_them)} offsets, `--format json` lists all"
    )
    assert [finding for finding in brief(net) if finding.kind == "unused"] == findings(net)[len(all_of_them) :]


def test_drifts_and_offsets_have_a_line_each() -> None:
    layers: dict[str, object] = {}
    for place in range(5):
        layers[f"pad{place}"] = {"op": "ConstantPad1d", "from": "input", "padding": [place + 2, 0], "value": 0}
        layers[f"conv{place}"] = {"op": "Conv1d", "out_channels": 4, "kernel_size": place + 3}
        layers[f"add{place}"] = {"op": "Add", "from": [f"conv{place}", "input"]}
        layers[f"up{place}"] = {"op": "Upsample", "from": "input", "size": 33 + place, "mode": "linear"}
        layers[f"cut{place}"] = {"op": "Slice", "dim": 2, "end": 32}
        layers[f"sum{place}"] = {"op": "Add", "from": [f"cut{place}", "input"]}
    ends = [f"{name}{place}" for name in ("add", "sum") for place in range(5)]
    net = cnnshape.analyze({"cnnshape": 1, "input": [4, 32], "layers": layers, "outputs": ends})
    drift, offset = [finding for finding in brief(net) if finding.kind == "misaligned"]
    assert drift.problem.path == "sum4"
    assert drift.text.endswith("; the largest of 5 drifts, `--format json` lists all")
    assert offset.text == (
        "`add4`: `conv4` is centred 3 px left of `input`; the largest of 5 offsets, `--format json` lists all"
    )
    assert sum(finding.kind == "misaligned" for finding in findings(net)) == 10
