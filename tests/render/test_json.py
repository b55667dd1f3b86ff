"""The JSON says everything exactly, and its published schema describes it."""

import json
from fractions import Fraction
from typing import Any

import jsonschema
import pytest

import cnnshape
from cnnshape.analysis.result import Analysis
from cnnshape.commands.schema.printed import printed_schema
from cnnshape.render import render
from cnnshape.render.formats import SCHEMA
from tests.render.nets import ALL, NETS, analysed
from tests.render.strict import validator


def loaded(analysis: Analysis) -> Any:
    return json.loads(render(analysis, "json"))


@pytest.mark.parametrize("net", ALL)
def test_the_schema_describes_it(net: str) -> None:
    validator("report").validate(loaded(analysed(net)))


def test_the_schema_is_one_and_bites() -> None:
    schema = printed_schema("report")
    jsonschema.Draft202012Validator.check_schema(schema)
    assert schema["properties"]["schema"]["const"] == SCHEMA
    judge = jsonschema.Draft202012Validator(schema)
    good = loaded(analysed("branches"))
    for key in good:
        assert not judge.is_valid({name: value for name, value in good.items() if name != key})
    for wrong in ({"params": -1}, {"params": 1.5}, {"params": "1"}):
        bad = json.loads(json.dumps(good))
        bad["layers"][0] |= wrong
        assert not judge.is_valid(bad)
    assert judge.is_valid(good | {"one_day": 1})


@pytest.mark.parametrize("net", NETS)
def test_layers_sum_to_the_totals(net: str) -> None:
    data = loaded(analysed(net))
    names = ("params", "trainable_params", "buffers", "macs", "flops", "activation_elements", "activation_bytes")
    for name in names:
        assert sum(layer[name] for layer in data["layers"]) == data["totals"][name]
    for kind, n in data["totals"]["ops"].items():
        assert sum(layer["ops"].get(kind, 0) for layer in data["layers"]) == n
    peak = data["totals"]["peak_memory"]
    assert sum(tensor["bytes"] for tensor in peak["tensors"]) == data["totals"]["peak_memory_bytes"]
    assert data["totals"]["layers"] == len(data["layers"])


def test_weights_make_the_parameters() -> None:
    for layer in loaded(analysed("branches"))["layers"]:
        total = 0
        for shape in layer["weights"].values():
            elements = 1
            for axis in shape:
                elements *= axis
            total += elements
        assert total == layer["params"]


def test_sharing_and_inputs_are_said() -> None:
    layers = {layer["path"]: layer for layer in loaded(analysed("branches"))["layers"]}
    assert layers["stem.again"]["shares"] == "stem.conv"
    assert layers["stem.both"]["inputs"] == ["stem.conv", "stem.again"]
    assert layers["stem.conv"]["line"] == 5


def test_ratios_are_exact() -> None:
    up = {"op": "Upsample", "size": 29}
    data = loaded(cnnshape.analyze({"cnnshape": 1, "input": [1, 16], "layers": {"up": up}}))
    (field,) = data["layers"][0]["receptive_field"]["input"]
    assert Fraction(field["jump"]) == Fraction(16, 29)


def test_large_integers_are_exact() -> None:
    linear = {"op": "Linear", "out_features": 10**12 - 1}
    net = {"cnnshape": 1, "input": [10**12 - 1], "layers": {"a": linear}}
    data = loaded(cnnshape.analyze(net))
    assert data["totals"]["params"] == (10**12 - 1) ** 2 + 10**12 - 1


def test_a_line_for_each_layer() -> None:
    lines = render(analysed("chain"), "json").split("\n")
    assert sum('"path": "conv1", "op"' in line for line in lines) == 1
    assert sum(line.startswith('    {"path"') for line in lines) == len(analysed("chain").layers)
