"""The zoo against figures measured on torchvision's own models: shapes, parameters, buffers and MACs to the unit."""

import json
from typing import Any

import pytest

from cnnshape import analyze, load
from tests.golden_files import GOLDEN
from tests.test_seeds import ROOT

MEASURED: dict[str, dict[str, Any]] = {
    net["name"]: net for net in json.loads((GOLDEN / "torchvision.json").read_text())["nets"]
}
MEMBERS = {
    variant or spec.name: (spec, variant)
    for spec in map(load, sorted((ROOT / "specs" / "zoo").glob("*.yaml")))
    for variant in spec.variants or [None]
}


LACKING = {f"efficientnet_v2_{size}" for size in "sml"}


def test_the_measured_nets_are_in_the_zoo() -> None:
    assert set(MEASURED) - set(MEMBERS) == LACKING


@pytest.mark.parametrize("name", [name for name in MEASURED if name not in LACKING])
def test_agrees_to_the_unit(name: str) -> None:
    measured = MEASURED[name]
    spec, variant = MEMBERS[name]
    net = analyze(spec, variant=variant, batch=measured["input"][0])
    assert [list(shape) for shape in net.graph.inputs.values()] == [measured["input"]]
    assert [list(shape) for shape in net.outputs.values()] == measured["outputs"]
    assert (net.total.params, net.total.macs) == (measured["params"], measured["macs"])
    if "buffers" in measured:
        assert net.total.buffers == measured["buffers"]
