"""The JSON Schema of the spec language, read by a real validator."""

from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from cnnshape.layers import BUILTIN
from cnnshape.layers.base import Elementwise
from cnnshape.schema import spec_schema

ROOT = Path(__file__).parents[1]
SPECS = sorted((ROOT / "specs").rglob("*.yaml"))
VALIDATOR = jsonschema.Draft202012Validator(spec_schema())

CONV = {"op": "Conv2d", "out_channels": 4, "kernel_size": 3}


def _net(layer: Any, /, **top: Any) -> dict[str, Any]:
    return {"cnnshape": 1, "input": [3, 8, 8], "layers": {"a": layer}} | top


@pytest.mark.parametrize("file", SPECS, ids=lambda file: file.stem)
def test_every_shipped_spec_is_valid(file: Path) -> None:
    VALIDATOR.validate(yaml.safe_load(file.read_text()))


@pytest.mark.parametrize(
    "layer",
    [
        "ReLU",
        CONV,
        {**CONV, "kernel_size": [3, "k"], "stride": "s", "bias": "x > 2", "padding": "same"},
        {**CONV, "in_channels": None},
        {"op": "act if deep else ReLU"},
        {"op": "act", "anything": 3},
        {"shares": "b", "from": ["c"]},
        {"op": "Reshape", "shape": ["batch", -1]},
        {"op": "Dropout", "p": 0.5, "when": "i > 0", "trainable": False},
        {"op": "Upsample", "scale_factor": 1.5},
        {"op": "AdaptiveAvgPool2d", "output_size": [None, 7]},
    ],
)
def test_what_an_editor_accepts(layer: Any) -> None:
    VALIDATOR.validate(_net(layer))


@pytest.mark.parametrize(
    "net",
    [
        _net({**CONV, "kernal_size": 3}),
        _net({"op": "Conv2d", "out_channels": 4}),
        _net({**CONV, "out_channels": 0}),
        _net({**CONV, "kernel_size": [3, 3, 3]}),
        _net({**CONV, "out_channels": True}),
        _net({"shares": "b", "stride": 2}),
        _net({"op": "ReLU", "from": []}),
        _net({"kernel_size": 3}),
        _net(3),
        _net("ReLU", layer={}),
        _net("ReLU", cnnshape=2),
        _net("ReLU", inputs={"x": [3]}),
        _net("ReLU", input=[]),
        {"cnnshape": 1, "input": [3], "layers": {}},
    ],
)
def test_what_an_editor_marks(net: dict[str, Any]) -> None:
    assert not VALIDATOR.is_valid(net)


RULES = (
    {"metric": "macs", "max": "4.1 GMACs", "max_increase": "3 %", "level": "warn", "message": "too much"},
    {"metric": "depth", "min": 3, "variant": ["a*", "b"], "batch": 8, "dtype": "int8", "input": [64, 64]},
    {"metric": "output", "equals": [1, 10], "set": {"width": 3}, "input": {"image": [64, 64]}},
    {"metric": "params", "max": "4 k", "select": "layer1.*"},
    {"metric": "flops", "max": "4 G", "flops": "full", "select": {"op": "Conv2d", "block": "unit", "take": "each"}},
)
WRONG_RULES = (
    {"metric": "mac", "max": "4 G"},
    {"metric": "macs"},
    {"max": "4 G"},
    {"metric": "macs", "max": [4]},
    {"metric": "macs", "max": "4 G", "level": "warning"},
    {"metric": "macs", "max": "4 G", "select": {"take": "all"}},
    {"metric": "macs", "max": "4 G", "limit": 3},
    {"metric": "macs", "max": "4 G", "batch": 0},
    {"metric": "macs", "max": "4 G", "dtype": "int9"},
)


@pytest.mark.parametrize("rule", RULES)
def test_rules_that_an_editor_accepts(rule: dict[str, Any]) -> None:
    VALIDATOR.validate(_net("ReLU", budget=[rule]))


@pytest.mark.parametrize("rule", WRONG_RULES)
def test_rules_that_an_editor_marks(rule: dict[str, Any]) -> None:
    assert not VALIDATOR.is_valid(_net("ReLU", budget=[rule]))
    assert not VALIDATOR.is_valid(_net("ReLU", budget=rule))


def test_every_layer_has_a_description_and_its_fields() -> None:
    definitions = spec_schema()["$defs"]
    for op in BUILTIN:
        assert definitions[op]["description"], op
        assert definitions[op]["properties"]["op"] == {"const": op}


def test_layers_passed_by_hand_are_in_it() -> None:
    assert "Mine" in spec_schema({"Mine": Elementwise})["$defs"]
