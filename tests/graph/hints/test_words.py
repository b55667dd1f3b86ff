"""What a newcomer writes: each mistake gets the line to write, and that line is right."""

import inspect
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from click.testing import CliRunner

import cnnshape
from cnnshape.analysis.memory import ITEMSIZES
from cnnshape.cli import program
from cnnshape.core.errors import CnnshapeError
from cnnshape.graph.hints.calls import of_call, of_values, order
from cnnshape.graph.hints.dtypes import MEANT
from cnnshape.graph.hints.variables import TRUTHS
from cnnshape.layers import BUILTIN
from cnnshape.layers.registry import layer_type
from cnnshape.spec.yaml import read
from tests.graph.hints.following import net, refused, ticked

TORCH = [op for op in BUILTIN if layer_type(op, BUILTIN).torch_name]


@pytest.mark.parametrize("op", TORCH)
def test_arguments_come_in_the_order_of_torch(op: str) -> None:
    kind = layer_type(op, BUILTIN)
    known = inspect.signature(getattr(torch.nn, kind.torch_name).__init__).parameters.values()
    names = [each.name for each in known if each.kind is each.POSITIONAL_OR_KEYWORD]
    assert order(op) == [name for name in names if name in kind.model_fields]


@pytest.mark.parametrize(
    "text",
    ["nn.Conv2d(3, 8, 3)", "Conv2d(3, 8, (3, 3), padding=1, bias=False)", "torch.nn.MaxPool2d(2)", "nn.ReLU(True)",
     "nn.Linear(in_features=32, out_features=10)", "nn.BatchNorm2d(3)", "nn.Flatten()", "nn.Conv2d( 3,8 , [3,3] )",
     "Conv2d 3 8 3"],
)  # fmt: skip
def test_a_call_in_python(text: str) -> None:
    for entry in (text, {"op": text}):
        problem = refused(net({"layer": entry}, 3, 32, 32))
        assert problem.text == f"`{text}` is not the name of an op"
        (line,) = ticked(problem.hint)
        cnnshape.analyze(net({"layer": line}, 3, 32, 32))


@pytest.mark.parametrize("text", ["nn.Conv2d(3, 8", "f(x)", "nn.Conv2d(*a)", "nn.Conv2d(1,2,3,4,5,6,7,8,9,10,11)", "("])
def test_what_is_no_call_of_a_layer(text: str) -> None:
    assert of_call(text) == "" or "op:" in of_call(text)
    with pytest.raises(CnnshapeError):
        cnnshape.analyze(net({"layer": text}, 3, 32, 32))


def written(tmp_path: Path, text: str) -> CnnshapeError:
    """What is wrong with a spec that somebody typed."""
    file = tmp_path / "net.yaml"
    file.write_text(text)
    with pytest.raises(CnnshapeError) as caught:
        cnnshape.analyze(file)
    return caught.value


HEAD = "cnnshape: 1\ninput: [3, 32, 32]\nlayers:\n"


@pytest.mark.parametrize(
    ("line", "hint"),
    [
        ("{op: Conv2d, out_channels: 8, kernel_size: (3, 3)}", "write a list: `[3, 3]`"),
        ("\n    op: Conv2d\n    out_channels: 8\n    kernel_size: (3, 3)", "write a list: `[3, 3]`"),
        ("{op: Conv2d, out_channels: 8, kernel_size: '(3, 5)'}", "write a list: `[3, 5]`"),
        ("{op: Conv2d, out_channels: 8, kernel_size: 3x5}", "write a list: `[3, 5]`"),
        ("{op: Conv2d, out_channels: 8, kernel_size: 3, bias: no}", "write `bias: false`"),
        ("{op: Conv2d, out_channels: 8, kernel_size: 3, bias: off}", "write `bias: false`"),
        ("{op: Conv2d, out_channels: 8, kernel_size: 3, bias: 'False'}", "write `bias: false`"),
        ("{op: Conv2d, out_channels: 8, kernel_size: 3, bias: 0}", "write `bias: false`"),
        ("{op: MaxPool2d, kernel_size: 3, ceil_mode: yes}", "write `ceil_mode: true`"),
        ("{op: ReLU, when: no}", "write `false`"),
        ("{op: Conv2d, 3, 8, 3}", "write `{op: Conv2d, in_channels: 3, out_channels: 8, kernel_size: 3}`"),
        ("{op: Conv2d, 3, 8, 5}", "write `{op: Conv2d, in_channels: 3, out_channels: 8, kernel_size: 5}`"),
        ("{op: Linear, 10}", "write `{op: Linear, out_features: 10}`"),
        ("{op: Conv2d, 8, 3}", "write `{op: Conv2d, out_channels: 8, kernel_size: 3}`"),
        ("{op: MaxPool2d, 2}", "write `{op: MaxPool2d, kernel_size: 2}`"),
        ("nn.Conv2d(3, 8, 3)", "write `{op: Conv2d, in_channels: 3, out_channels: 8, kernel_size: 3}`"),
        ("{op: Conv2d, out_channels: 8.5, kernel_size: 3}",
         "write a whole number: `out_channels: 8` or `out_channels: 9`"),
        ("{op: Conv2d, out_channels: 17 / 2, kernel_size: 3}", "8.5 rounds down to 8 with `out_channels: 17 // 2`"),
        ("{op: Conv2d, out_channels: 17 * 0.5, kernel_size: 3}", "round it: `out_channels: floor(17 * 0.5)` is 8"),
        ("{op: Conv2d, out_channels: width, kernel_size: 3}", "add it to `vars`: `vars: {width: 64}`"),
        ("{op: Conv2d, out_channels: 2 ** 3, kernel_size: 3}", "there are no powers: write `8`"),
        ("{op: Conv2d, out_channels: in_channels ** 2, kernel_size: 3}",
         "there are no powers: write `in_channels * in_channels`"),
        ("{op: Upsample, size: 64, scale_factor: 2}", "write `size: 64` or `scale_factor: 2`, and leave the other out"),
        ("{op: Upsample, from: [input, input], scale_factor: 2}",
         "leave scale_factor out: the second input sets the size"),
        ("{op: Upsample, size: 7, mode: area}", "write `{op: AdaptiveAvgPool2d, output_size: 7}`"),
    ],
)  # fmt: skip
def test_the_line_to_write(tmp_path: Path, line: str, hint: str) -> None:
    assert written(tmp_path, f"{HEAD}  layer: {line}\n").problems[0].hint == hint


def test_several_tuples_and_calls_in_flow_mappings(tmp_path: Path) -> None:
    error = written(tmp_path, f"{HEAD}  c: {{op: Conv2d, out_channels: 8, kernel_size: (3, 3), padding: (1, 0)}}\n")
    assert [problem.hint for problem in error.problems] == ["write a list: `[3, 3]`", "write a list: `[1, 0]`"]
    error = written(tmp_path, "cnnshape: 1\ninput: [3, 8, 8]\nlayers: {a: nn.Conv2d(3, 8, 3), b: ReLU}\n")
    assert error.problems[0].hint == "write `{op: Conv2d, in_channels: 3, out_channels: 8, kernel_size: 3}`"


@pytest.mark.parametrize(
    ("layers", "hint"),
    [
        ("- Conv2d", "give each layer a name: `conv2d: Conv2d`"),
        ("- {op: Conv2d, out_channels: 8, kernel_size: 3}\n- ReLU",
         "give each layer a name: `conv2d: {op: Conv2d, out_channels: 8, kernel_size: 3}`, `relu: ReLU`"),
        ("- c: {op: ReLU}\n- d: {op: ReLU}", "leave out the `-`: `c: {op: ReLU}`, `d: {op: ReLU}`"),
        ("- Conv2d: {out_channels: 8, kernel_size: 3}",
         "leave out the `-`: `conv2d: {op: Conv2d, out_channels: 8, kernel_size: 3}`"),
        ("- [a, b]", "write `name: {op: ...}`, without a `-`"),
    ],
)  # fmt: skip
def test_a_list_of_layers(tmp_path: Path, layers: str, hint: str) -> None:
    error = written(tmp_path, f"cnnshape: 1\ninput: [3, 8, 8]\nlayers:\n{layers}\n")
    assert str(error).startswith("error: layers takes a mapping of names to layers, not a list")
    assert error.problems[0].hint == hint
    inside = "cnnshape: 1\ninput: [3, 8, 8]\nblocks:\n  u:\n    layers: [ReLU]\nlayers: {a: {block: u}}\n"
    assert written(tmp_path, inside).problems[0].hint == "give each layer a name: `relu: ReLU`"


def test_a_missing_first_line(tmp_path: Path) -> None:
    error = written(tmp_path, HEAD.partition("\n")[2] + "  a: ReLU\n")
    assert error.problems[0].text == "a spec needs `cnnshape`, the version of its format"
    assert error.problems[0].hint == "add `cnnshape: 1` as the first line"


POWERS: dict[str, Callable[[int], int]] = {
    "2 ** i": lambda i: 2**i,
    "2 ** (i + 1)": lambda i: 2 ** (i + 1),
    "2 ^ (i + 1)": lambda i: 2 ** (i + 1),
    "3 ** (2 * i)": lambda i: 3 ** (2 * i),
    "pow(2, i + 1)": lambda i: 2 ** (i + 1),
    "2 ** len([i])": lambda _: 2,
}


@pytest.mark.parametrize("power", POWERS)
def test_a_power_of_the_number_of_a_copy(power: str) -> None:
    conv = {"op": "Conv1d", "out_channels": 8, "kernel_size": 3, "dilation": "d", "padding": "d"}
    block = {"vars": {"d": "required"}, "layers": {"c": conv}}
    spec = net({"stack": {"block": "layer", "repeat": 3, "d": power}}, 1, 1024, blocks={"layer": block})
    hint = refused(spec).hint
    listed, call = ticked(hint)
    spec["layers"]["stack"]["d"] = call
    built = cnnshape.analyze({**spec, **listed})
    assert [node.facts.layer.__dict__["dilation"] for node in built.graph.nodes] == [
        (POWERS[power](i),) for i in range(3)
    ]


NONE_IS = [
    ({"op": "Conv2d", "out_channels": 8, "kernel_size": 3}, "bias", False),
    ({"op": "AdaptiveAvgPool2d"}, "output_size", [None, 1]),
    ({"op": "Upsample", "scale_factor": 2, "mode": "bilinear"}, "align_corners", None),
    ({"op": "MaxPool2d", "kernel_size": 2}, "stride", None),
    ({"op": "MaxPool2d", "kernel_size": 2}, "ceil_mode", False),
    ({"op": "Slice", "dim": 1}, "end", None),
    ({"op": "ReLU"}, "when", False),
]


@pytest.mark.parametrize("word", ["None", "none"])
@pytest.mark.parametrize(("entry", "key", "value"), NONE_IS, ids=str)
def test_words_for_a_missing_value(entry: dict[str, Any], key: str, value: Any, word: str) -> None:
    stated = [word, 1] if isinstance(value, list) else word
    hint = refused(net({"a": "ReLU", "b": {**entry, key: stated}}, 3, 8, 8)).hint
    assert ticked(hint) == [{key: value}]
    cnnshape.analyze(net({"a": "ReLU", "b": {**entry, key: value}}, 3, 8, 8))


def test_a_missing_value_for_a_field_that_needs_one_is_left_out() -> None:
    conv = {"op": "Conv2d", "out_channels": 8, "kernel_size": 3}
    assert refused(net({"a": {**conv, "padding": "None"}}, 3, 8, 8)).hint == "leave out `padding`"
    assert refused(net({"a": {**conv, "kernel_size": "None"}}, 3, 8, 8)).hint == "state a value"
    assert refused(net({"a": {**conv, "bias": None}}, 3, 8, 8)).hint == "write `bias: false`"


@pytest.mark.parametrize(
    ("text", "line"),
    [("3 ^ 2", 9), ("2 ** (3 + 1)", 16), ("(in_channels + 1) ** 2", 16), ("max(2, 3) ** 2", 9),
     ("int(in_channels * 1.5)", 4),
     ("int(max(2, 3) * 1.5)", 4), ("pow(2, 3)", 8), ("pow(in_channels, 2)", 9), ("abs(in_channels - 9)", 6),
     ("(2 ** 3)", 8), ("1 + 2 ** 3 * 2", 8), ("[2, 3][1] ** 2", 9)],
)  # fmt: skip
def test_what_python_has_and_the_language_has_not(text: str, line: int) -> None:
    conv = {"op": "Conv2d", "kernel_size": 3}
    (written,) = ticked(refused(net({"a": {**conv, "out_channels": text}}, 3, 8, 8)).hint)
    assert cnnshape.analyze(net({"a": {**conv, "out_channels": written}}, 3, 8, 8)).outputs["a"][1] == line


@pytest.mark.parametrize("text", ["2 ** -1", "a ** b", "2 **", "2 ^ ^", "2 ** (3", "** 2", "int(", "int()", "x ** 0.5"])
def test_a_power_that_cannot_be_written_gets_no_line(text: str) -> None:
    assert "`" not in refused(net({"a": {"op": "Linear", "out_features": text}}, 3)).hint.replace(
        "did you mean `min`?", ""
    )


def test_a_variable_of_the_net_in_a_block() -> None:
    block: dict[str, Any] = {"layers": {"c": {"op": "Conv2d", "out_channels": "width", "kernel_size": 3}}}
    spec = net({"a": {"block": "u"}}, 3, 8, 8, vars={"width": 4}, blocks={"u": block})
    hint = refused(spec).hint
    assert hint == "a block sees its own variables only: add `width: required` to its `vars`, and state it in each call"
    block["vars"] = {"width": "required"}
    spec["layers"]["a"]["width"] = "width"
    assert cnnshape.analyze(spec).outputs == {"a.c": (1, 4, 6, 6)}


def test_words_for_truth_are_those_of_yaml() -> None:
    assert {TRUTHS[word] for word in TRUTHS} == {"true", "false"}
    assert all(read(word).data == word for word in TRUTHS)


@pytest.mark.parametrize("word", [*MEANT, "torch.half", "Half", "FP16"])
def test_other_names_of_types(word: str) -> None:
    problem = refused(net({"a": "ReLU"}, 3, 8, 8), dtype=word)
    name = problem.hint.removeprefix("did you mean `").removesuffix("`?")
    assert name in ITEMSIZES


def test_the_short_name_of_a_variant() -> None:
    spec = net({"a": "ReLU"}, 3, 8, 8, vars={"n": 1}, variants={f"efficientnet_b{n}": {} for n in range(8)})
    assert refused(spec, variant="b7").hint == "did you mean `efficientnet_b7`?"
    del spec["variants"]
    hint = refused(spec, variant="b7").hint
    assert hint == "the spec has no `variants`; `variants: {b7: {n: 1}}` would add it"
    assert cnnshape.analyze({**spec, **ticked(hint)[1]}, variant="b7").total.params == 0


@pytest.mark.parametrize("command", ["report", "formula", "sweep", "solve"])
@pytest.mark.parametrize("size", ["224", "224x224", "3,224,224"])
def test_an_output_that_is_a_size(tmp_path: Path, command: str, size: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("net.yaml").write_text(f"{HEAD}  a: ReLU\n")
    more = {"sweep": ["--input", "8:16"], "solve": ["--vary", "H=8:16", "--minimize", "macs"]}.get(command, [])
    found = CliRunner().invoke(program, [command, "net.yaml", "--output", size, *more])
    assert found.exit_code == 2
    wanted = size.replace(",", "x").removeprefix("3x")
    assert f"error: --output takes the name of a file, and `{size}` is a size" in found.output
    assert f"hint: write `--input {wanted}` for a size" in found.output
    assert list(tmp_path.iterdir()) == [tmp_path / "net.yaml"]


@pytest.mark.parametrize(
    ("size", "wanted"),
    [
        ("x=224x224", "x=224x224"),
        ("x=3x224x200", "x=224x200"),
        ("[224,200]", "224x200"),
        ("[3, 224, 200]", "224x200"),
        ("(224, 200)", "224x200"),
        ("x=[224,200]", "x=224x200"),
        ("224*200", "224x200"),
        ("224 x 200", "224x200"),
        ("224X200", "224x200"),
        ("224x200x3", "224x200"),
        ("1x224x200x3", "224x200"),
        ("224,200,1", "224x200"),
        ("3x3x3", "3x3"),
    ],
)
def test_an_output_that_is_a_size_in_another_form(
    tmp_path: Path, size: str, wanted: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("net.yaml").write_text("cnnshape: 1\ninputs: {x: [3, 8, 8]}\nlayers: {a: ReLU}\n")
    found = CliRunner().invoke(program, ["report", "net.yaml", "--output", size])
    assert found.exit_code == 2
    assert f"error: --output takes the name of a file, and `{size}` is a size" in found.output
    assert f"hint: write `--input {wanted}` for a size, or `./{size}` for such a file" in found.output
    assert list(tmp_path.iterdir()) == [tmp_path / "net.yaml"]
    assert CliRunner().invoke(program, ["report", "net.yaml", "--input", wanted]).exit_code == 0
    assert CliRunner().invoke(program, ["report", "net.yaml", "--output", f"./{size}"]).exit_code == 0


@pytest.mark.parametrize("name", ["x=net", "224x", "net-224x224", "224x224.txt", "[a]", "v1x2"])
def test_other_names_are_written(tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("net.yaml").write_text(f"{HEAD}  a: ReLU\n")
    assert CliRunner().invoke(program, ["report", "net.yaml", "--output", name]).exit_code == 0
    assert Path(name).read_text().startswith("net: 1 layer")


@pytest.mark.parametrize("value", ["nan", "NaN", "inf", "Infinity", "-inf", ".nan", "-.inf", "2 * nan"])
def test_a_value_that_is_not_a_number(tmp_path: Path, value: str) -> None:
    file = tmp_path / "net.yaml"
    file.write_text("cnnshape: 1\ninput: [3, h, 8]\nvars: {h: 8}\nlayers: {a: ReLU}\n")
    found = CliRunner().invoke(program, ["report", str(file), "--set", f"h={value}"])
    assert found.exit_code == 2
    assert "` is not a number" in found.output
    assert found.output.endswith("hint: write a finite number\n")


def test_a_variable_may_have_such_a_name(tmp_path: Path) -> None:
    file = tmp_path / "net.yaml"
    file.write_text("cnnshape: 1\ninput: [3, h, 8]\nvars: {h: 8, inf: 4}\nlayers: {a: ReLU}\n")
    found = CliRunner().invoke(program, ["report", str(file), "--set", "h=inf"])
    assert "input (1, 3, 4, 8)" in found.output


def test_values_without_names_that_are_too_many() -> None:
    assert of_values("Conv2d", list(range(20))) == ""
    assert of_values("Nothing", [1]) == ""
