"""What is said of the whole net: the reasons behind a field, the tensors at the peak, merges that do not fit."""

from typing import Any

import cnnshape
from cnnshape.render.summary import brief, facts, findings
from tests.render.nets import analysed
from tests.test_seeds import ROOT

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


def test_of_many_misaligned_merges_the_first_and_the_worst_are_shown() -> None:
    net = cnnshape.analyze(ROOT / "specs" / "zoo" / "wavenet.yaml")
    all_of_them = [finding for finding in findings(net) if finding.kind == "misaligned"]
    shown = [finding for finding in brief(net) if finding.kind == "misaligned"]
    assert shown[:3] == all_of_them[:3]
    assert shown[3].problem.path == "sum"
    assert "1534.5 px" in shown[3].text
    assert shown[4].text.startswith(f"{len(all_of_them) - 4} more merges")
    assert len(shown) == 5
    assert [finding for finding in brief(net) if finding.kind == "unused"] == findings(net)[len(all_of_them) :]
