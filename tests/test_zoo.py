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
    for folder in (ROOT / "specs" / "zoo", ROOT / "tests" / "zoo")  # the latter holds what is not shipped yet
    for spec in map(load, sorted(folder.glob("*.yaml")))
    for variant in spec.variants or [None]
}


def test_every_measured_net_is_in_the_zoo() -> None:
    assert set(MEASURED) <= set(MEMBERS)


@pytest.mark.parametrize("name", MEASURED)
def test_agrees_to_the_unit(name: str) -> None:
    measured = MEASURED[name]
    spec, variant = MEMBERS[name]
    net = analyze(spec, variant=variant, batch=measured["input"][0])
    assert [list(shape) for shape in net.graph.inputs.values()] == [measured["input"]]
    assert [list(shape) for shape in net.outputs.values()] == measured["outputs"]
    assert (net.total.params, net.total.macs) == (measured["params"], measured["macs"])
    if "buffers" in measured:
        assert net.total.buffers == measured["buffers"]
