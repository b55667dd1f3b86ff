"""A merge of sizes that differ by a little names the input sizes that fit: those with which the net is built."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

import cnnshape
from cnnshape.cli import program
from cnnshape.core.errors import CnnshapeError
from cnnshape.graph.hints.misfits import SIZES
from tests.graph.hints.following import net, refused
from tests.work import calls


def unet(depth: int, merge: str, up: dict[str, Any]) -> dict[str, Any]:
    """An encoder that halves the image so often, and a decoder that doubles it, with a skip at each level."""
    layers: dict[str, Any] = {}
    for level in range(depth):
        layers[f"e{level}"] = {"op": "Conv2d", "out_channels": 4, "kernel_size": 3, "padding": 1}
        layers[f"p{level}"] = {"op": "MaxPool2d", "kernel_size": 2}
    for level in reversed(range(depth)):
        layers[f"u{level}"] = up
        layers[f"j{level}"] = {"op": merge, "from": [f"e{level}", f"u{level}"]}
        layers[f"d{level}"] = {"op": "Conv2d", "out_channels": 4, "kernel_size": 1}
    return layers


UPS = [
    {"op": "Upsample", "scale_factor": 2},
    {"op": "ConvTranspose2d", "out_channels": 4, "kernel_size": 2, "stride": 2},
]


@given(
    st.integers(1, 4),
    st.sampled_from(["Add", "Concat"]),
    st.sampled_from(UPS),
    st.integers(33, 99),
    st.integers(33, 99),
)
def test_what_fits_is_named(depth: int, merge: str, up: dict[str, Any], height: int, width: int) -> None:
    spec, step = net(unet(depth, merge, up), 3, height, width), 2**depth
    if height % step == 0 and width % step == 0:
        assert cnnshape.analyze(spec).graph.outputs
        return
    hint = refused(spec).hint
    wrong = [f"{name}={size}" for name, size in (("H", height), ("W", width)) if size % step]
    said = (
        f"{wrong[0]} does not fit: use a multiple of {step}"
        if len(wrong) == 1
        else f"H and W must be multiples of {step}"
    )
    assert hint.startswith(f"{said}; try ")
    nearest = f"{-(-height // step) * step}x{-(-width // step) * step}"
    assert hint.endswith(f"; try `--input {nearest}`")


def test_variables_are_named() -> None:
    spec = {**net(unet(3, "Concat", UPS[1]), 3, 1, 1), "input": [3, "h", "w"], "vars": {"h": 760, "w": 540}}
    assert refused(spec).hint == "w=540 does not fit: use a multiple of 8; try `--input 760x544`"
    assert cnnshape.analyze(spec, inputs={"input": (760, 544)}).graph.outputs
    acts = {**spec, "layers": {**spec["layers"], "act": {"op": "act"}}, "vars": {**spec["vars"], "act": "ReLU"}}
    assert "w=540 does not fit" in refused(acts).hint
    assert "w=541 does not fit" in refused(spec, settings={"w": 541}).hint
    assert "w=42 does not fit" in refused(spec, inputs={"input": (64, 42)}).hint


def test_an_input_with_a_name() -> None:
    spec = {"cnnshape": 1, "inputs": {"left": [3, 30, 32], "right": [4]}, "layers": unet(2, "Add", UPS[0]) | {
        "r": {"op": "ReLU", "from": "right"}}, "outputs": ["d0", "r"]}  # fmt: skip
    hint = refused(spec).hint
    assert hint.endswith("`--input left=32x32`")
    assert cnnshape.analyze(spec, inputs={"left": (32, 32)}).graph.outputs


UP = {"op": "Upsample", "scale_factor": 4}


def tried(hint: str, folder: Path, spec: dict[str, Any]) -> Result:
    """The report of the net with the options that a hint says to try."""
    (folder / "net.yaml").write_text(json.dumps(spec))
    options = hint.rpartition("try `")[2].removesuffix("`").split()
    assert options, hint
    return CliRunner().invoke(program, ["report", str(folder / "net.yaml"), *options])


@pytest.mark.parametrize(
    ("shape", "wanted"),
    [
        ([3, "2 * h", 65], "h=33 does not fit: use a multiple of 2; W=65 does not fit: use a multiple of 4"),
        ([3, "2 * h", 64], "h=33 does not fit: use a multiple of 2"),
        ([3, 64, "2 * h"], "h=33 does not fit: use a multiple of 2"),
        ([3, "h + 32", "2 * h"], "h=33 does not fit: use a multiple of 4"),
        ([3, "h", "2 * h"], "h=33 does not fit: use a multiple of 4"),
    ],
)
def test_an_axis_that_is_an_expression(tmp_path: Path, shape: list[Any], wanted: str) -> None:
    layers = {"p": {"op": "MaxPool2d", "kernel_size": 4}, "u": UP, "a": {"op": "Add", "from": ["u", "input"]}}
    spec = {"cnnshape": 1, "input": shape, "vars": {"h": 33}, "layers": layers}
    hint = refused(spec).hint
    assert hint.startswith(f"{wanted}; try `--set h=3")
    assert tried(hint, tmp_path, spec).exit_code == 0


def test_an_axis_before_an_expression_cannot_be_given_alone() -> None:
    layers = {"p": {"op": "MaxPool2d", "kernel_size": 4}, "u": UP, "a": {"op": "Add", "from": ["u", "input"]}}
    spec = {"cnnshape": 1, "input": [3, 65, "2 * h"], "vars": {"h": 32}, "layers": layers}
    assert refused(spec).hint == "H=65 does not fit: use a multiple of 4"


@pytest.mark.parametrize("merge", ["Add", "Concat"])
@pytest.mark.parametrize(
    ("x", "y", "wanted"),
    [
        ([3, 65, 64], [3, 64, 64], "x.H=65 does not fit: use 64; try `--input x=64x64`"),
        ([3, 65, 67], [3, 64, 66], "x.H=65 does not fit: use 64; x.W=67 does not fit: use 66; try `--input x=64x66`"),
        ([3, 64, 64], [3, 65, 64], "y.H=65 does not fit: use BROADCAST64; try `--input y=64x64`"),
        ([3, 65, 64], [3, 65, 64], "these input sizes do not fit: try `--input x=66x64 --input y=66x64`"),
        ([3, 65, 64], [3, 67, 64], "these input sizes do not fit: try `--input x=68x64 --input y=68x64`"),
    ],
)
def test_two_inputs_that_meet(tmp_path: Path, merge: str, x: list[int], y: list[int], wanted: str) -> None:
    layers = {
        "p": {"op": "MaxPool2d", "kernel_size": 2, "from": "x"},
        "u": UPS[0],
        "c": {"op": merge, "from": ["u", "x", "y"]},
    }
    spec = {"cnnshape": 1, "inputs": {"x": x, "y": y}, "layers": layers}
    hint = refused(spec).hint
    broadcast = "1 or " if merge == "Add" else ""  # one row is added to every row
    assert hint == wanted.replace("BROADCAST", broadcast)
    assert tried(hint, tmp_path, spec).exit_code == 0


def test_the_given_size_of_another_input_stays() -> None:
    layers = {
        "p": {"op": "MaxPool2d", "kernel_size": 2, "from": "x"},
        "u": UPS[0],
        "c": {"op": "Concat", "from": ["u", "x", "y"]},
    }
    spec = {"cnnshape": 1, "inputs": {"x": [3, 65, 64], "y": [3, 1, 1]}, "layers": layers}
    assert refused(spec, inputs={"y": (80, 64)}).hint == "x.H=65 does not fit: use 80; try `--input x=80x64`"


def test_two_inputs_that_no_size_mends() -> None:
    layers = {
        "a": {"op": "Conv2d", "out_channels": 3, "kernel_size": 3, "from": "x"},
        "c": {"op": "Concat", "from": ["a", "x", "y"]},
    }
    spec = {"cnnshape": 1, "inputs": {"x": [3, 65, 64], "y": [3, 64, 64]}, "layers": layers}
    assert refused(spec).hint.startswith("crop the larger one")


def test_sizes_that_no_input_mends_keep_the_plain_hint() -> None:
    layers: dict[str, Any] = {
        "a": {"op": "Conv2d", "out_channels": 4, "kernel_size": 3},
        "b": {"op": "Add", "from": ["a", "input"]},
    }
    crop = "`{op: CenterCrop, from: [input, a]}`"
    assert refused(net(layers, 4, 33, 33)).hint == f"crop the larger one, {crop}, or pad the layers before the smaller"
    layers["b"]["from"] = ["a", "crop"]
    crop_line = {"crop": {"op": "CenterCrop", "from": ["input", "a"]}}
    assert cnnshape.analyze(net({"a": layers["a"], **crop_line, "b": layers["b"]}, 4, 33, 33)).graph.outputs


def test_a_hint_never_hides_the_error(monkeypatch: pytest.MonkeyPatch) -> None:
    spec = net(unet(2, "Add", UPS[0]), 3, 30, 32)

    def broken(*_: Any, **__: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr("cnnshape.commands.formula.formula.formula", broken)
    problem = refused(spec)
    assert problem.hint.endswith(SIZES)
    assert re.fullmatch(r"\(1, 4, 15, 16\) and \(1, 4, 14, 16\) do not merge: axis 2 has 15 and 14", problem.text)


def test_channels_that_differ_are_another_matter() -> None:
    layers = {"a": {"op": "Conv2d", "out_channels": 5, "kernel_size": 1}, "b": {"op": "Add", "from": ["a", "input"]}}
    assert refused(net(layers, 4, 33, 33)).hint == ""


def test_a_net_that_takes_long_is_not_asked_for_its_form() -> None:
    layers = {f"c{place}": {"op": "Conv2d", "out_channels": 2, "kernel_size": 3, "padding": 1} for place in range(3000)}

    def asked() -> None:
        with pytest.raises(CnnshapeError):
            cnnshape.analyze(net({"input2": "ReLU", **layers, **unet(5, "Add", {**UPS[0]})}, 3, 33, 32))

    assert calls(asked) < 4_000_000
