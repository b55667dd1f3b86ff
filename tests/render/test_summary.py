"""What is said of the whole net: the reasons behind a field, the tensors at the peak, merges that do not fit."""

from typing import Any

import cnnshape
from cnnshape.render.summary import facts, findings
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
    assert fact(analysed("chain"), "receptive field").endswith("; global via `flatten`")
    assert fact(analysed("branches"), "receptive field").endswith("; global via `norm`")


def test_only_the_largest_tensors_at_the_peak_are_named() -> None:
    layers = {f"c{place}": {"op": "Conv2d", "from": "input", "out_channels": 1, "kernel_size": 1} for place in range(7)}
    many = net(**layers, all={"op": "Concat", "from": list(layers)})
    text = fact(many, "peak memory")
    assert "`all` 29.8 KiB" in text
    assert text.endswith("4 more 17.0 KiB")
    assert f"{many.peak_memory.bytes:,} B" in text
