"""A spec built in Python from layers: checked as a file is, and written as one."""

import re
import subprocess
import sys
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from pydantic import ValidationError

import cnnshape
from cnnshape import Spec, SpecError
from cnnshape.layers.conv import Conv2d
from cnnshape.layers.linear import Linear
from cnnshape.layers.merge import Add
from cnnshape.layers.noop import Dropout
from cnnshape.layers.pool import AvgPool2d
from cnnshape.layers.reshape import Reshape
from cnnshape.layers.upsample import Upsample
from cnnshape.spec.yaml import read
from tests.effort import share
from tests.strategies.all import VALID
from tests.strategies.case import Case
from tests.strategies.specs import specs

SPECS = sorted((Path(__file__).parents[2] / "specs").rglob("*.yaml"))

BUILT = Spec(
    name="built",
    input=[3, 32, 32],
    vars={"width": 8, "share": 0.1, "deep": True},
    variants={"wide": {"width": 16}},
    blocks={"unit": {"vars": {"c": "required"}, "layers": {"conv": Conv2d(out_channels=8, kernel_size=(3, 1))}}},
    layers={
        "a": Conv2d(out_channels=8, kernel_size=3, padding="same"),
        "b": {"op": Conv2d(out_channels=8, kernel_size=(3, 3), padding=1, stride=(1, 1)), "from": "input"},
        "sum": {"op": Add(), "from": ["a", "b"]},
        "drop": Dropout(p=0.25),
        "unit": {"block": "unit", "c": "width // 2"},
        "up": {"op": Upsample(scale_factor=[2, 1.5]), "when": "deep"},
        "pool": AvgPool2d(kernel_size=2),
        "flat": Reshape(shape=[1, -1]),
        "head": Linear(out_features=10),
    },
    outputs=["head", "flat"],
    meta={"by": "hand: and \u202e so", "list": [None, [1, 2.5]]},
)


def again(spec: Spec) -> Spec:
    return Spec.of(read(spec.to_yaml().encode(), "net.yaml").data, spec.source, "net")


def test_layers_become_entries() -> None:
    assert BUILT.layers == {
        "a": {"op": "Conv2d", "out_channels": 8, "kernel_size": 3, "padding": "same"},
        "b": {"op": "Conv2d", "out_channels": 8, "kernel_size": 3, "padding": 1, "from": "input"},
        "sum": {"op": "Add", "from": ["a", "b"]},
        "drop": {"op": "Dropout", "p": Fraction(1, 4)},
        "unit": {"block": "unit", "c": "width // 2"},
        "up": {"op": "Upsample", "scale_factor": [2, Fraction(3, 2)], "when": "deep"},
        "pool": {"op": "AvgPool2d", "kernel_size": 2},
        "flat": {"op": "Reshape", "shape": [1, None]},
        "head": {"op": "Linear", "out_features": 10},
    }
    assert cnnshape.analyze(BUILT)["head"].output == (1, 10)


def test_a_file_has_a_line_for_each_layer() -> None:
    spec = Spec(inputs={"x": [3, 8], "y": [3, 8]}, layers={"s": {"op": Add(), "from": ["x", "y"]}}, outputs=["s"])
    assert spec.to_yaml() == (
        "cnnshape: 1\nname: net\ninputs:\n  x: [3, 8]\n  y: [3, 8]\n"
        "layers:\n  s: {op: Add, from: [x, y]}\noutputs: [s]\n"
    )


def test_a_number_that_no_decimal_says_is_an_expression() -> None:
    spec = Spec(input=[3], vars={"third": Fraction(1, 3), "tiny": 1e-5}, layers={"a": "ReLU"})
    assert '  third: "1 / 3"\n  tiny: 1e-05\n' in spec.to_yaml()
    assert again(spec).vars == {"third": "1 / 3", "tiny": Fraction(1, 10**5)}


def test_what_is_built_is_read_back_as_it_was() -> None:
    assert again(BUILT) == BUILT
    assert again(BUILT).to_yaml() == BUILT.to_yaml()
    assert again(BUILT) != Spec(input=[3, 32, 32], layers=BUILT.layers)


@given(specs())
def test_random_specs_are_read_back_as_they_were(drawn: dict[str, Any]) -> None:
    spec = cnnshape.load(drawn)
    assert again(spec) == spec


@pytest.mark.parametrize("file", share(SPECS, 8), ids=lambda file: file.stem)
def test_the_specs_of_the_package_are_read_back_as_they_were(file: Path) -> None:
    spec = cnnshape.load(file)
    assert again(spec) == spec


@pytest.mark.parametrize("op", share(VALID, 3))
def test_a_layer_and_its_entry_are_one(op: str) -> None:
    @given(case=VALID[op])
    def holds(case: Case) -> None:
        layer = case.layer()
        entry = again(Spec(input=[1], layers={"layer": {"op": layer, "from": "input"}})).layers["layer"]
        assert (entry.pop("op"), entry.pop("from")) == (op, "input")
        assert type(layer)(**entry) == layer

    holds()


WRONG: dict[str, tuple[dict[str, Any], list[str]]] = {
    "nothing": ({}, ["a spec needs `layers`: a mapping of names to layers, at least one"]),
    "two inputs": (
        {"input": [3], "inputs": {"x": [3]}, "layers": {"a": "ReLU"}},
        ["a spec has either `input` or `inputs`"],
    ),
    "all at once": (
        {"input": [3], "layers": [Add()], "outputs": 3, "layer": {}},
        [
            "layers takes a mapping of names to layers, not a list",
            "outputs takes a layer's name or a list of names, not 3",
            "a spec has no field `layer`",
        ],
    ),
    "a version": ({"input": [3], "layers": {"a": "ReLU"}, "cnnshape": True}, ["cnnshape takes 1, not true"]),
    "a name": ({"input": [3], "layers": {"a b": Add()}}, ["`a b` cannot be the name of a layer"]),
    "what no file holds": (
        {"input": [3], "layers": {"a": {"op": object()}}},
        ["`layers.a.op` is a object, which a spec"],
    ),
    "what it includes": (
        {"input": [3], "layers": {"a": "ReLU"}, "include": ["x.yaml"]},
        ["only a spec read from a file can `include` others"],
    ),
    "a block": (
        {"input": [3], "layers": {"a": "ReLU"}, "blocks": {"b": {"layer": {}}}},
        ["block `b` needs `layers`", "block `b` has no field `layer`"],
    ),
}


@pytest.mark.parametrize("case", WRONG)
def test_all_that_is_wrong_is_said_at_once(case: str) -> None:
    keys, said = WRONG[case]
    with pytest.raises(SpecError) as caught:
        Spec(**keys)
    texts = [problem.text for problem in caught.value.problems]
    assert len(texts) == len(said)
    assert all(text.startswith(begins) for text, begins in zip(texts, said, strict=True)), texts


def test_a_spec_is_frozen() -> None:
    spec: Any = BUILT
    with pytest.raises(ValidationError, match="frozen"):
        spec.name = "other"


TYPED = {
    'Spec(input=[3, "n", 8], layers={"a": Conv2d(out_channels=8, kernel_size=(3, 3)), "s": {"op": Add()}})': "",
    'Conv2d(out_channels="eight", kernel_size=3)': "arg-type",
    "Conv2d(out_channels=8, kernel_size=3, bias=1)": "arg-type",
    'Conv2d(out_channels=8, kernel_size=3, padding_mode="odd")': "arg-type",
    "Conv2d(out_channels=8, kernel_sise=3)": "call-arg",
    "Conv2d(kernel_size=3)": "call-arg",
    "Spec(input=3, layers={})": "arg-type",
    'Spec(input=[3, 8, 8], layers=["ReLU"])': "arg-type",
    "Spec(input=[3, 8, 8], layer={})": "call-arg",
}
HEAD = "from cnnshape import Spec\nfrom cnnshape.layers.conv import Conv2d\nfrom cnnshape.layers.merge import Add\n"


def test_a_type_checker_knows_the_fields(tmp_path: Path) -> None:
    file = tmp_path / "net.py"
    file.write_text(HEAD + "\n".join(TYPED))
    words = [sys.executable, "-m", "mypy", "--strict", "--config-file=", "--show-error-codes", str(file)]
    said = subprocess.run(words, capture_output=True, text=True).stdout
    found = {int(line): code for line, code in re.findall(r"net\.py:(\d+): error: .*\[([a-z-]+)\]$", said, re.M)}
    first = HEAD.count("\n") + 1
    assert {line: found.get(at, "") for at, line in enumerate(TYPED, first)} == TYPED, said
