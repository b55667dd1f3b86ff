"""What open numbers leave in texts: no mark of one reaches a message, and each says what it says of known sizes."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner, Result
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import cnnshape
from cnnshape.analysis.setup import Setup
from cnnshape.cli import program
from cnnshape.commands.formula.tracing import OpenNet, opened, traced
from cnnshape.core.errors import CnnshapeError, UsageError
from cnnshape.core.text import shown
from cnnshape.layers import BUILTIN
from cnnshape.layers.fields import is_size
from cnnshape.layers.registry import layer_type
from cnnshape.spec.document import load
from cnnshape.symbolic import Space
from tests.effort import share
from tests.spec.test_messages import FILES, split
from tests.strategies.all import WILD
from tests.strategies.case import Case

MARKS = [*map(chr, range(0xE000, 0xF900))]


def unmarked(text: str) -> bool:
    """Whether no mark is in a text, nor the escape of one."""
    return not any(mark in text for mark in MARKS) and r"\ue0" not in text.lower()


def ran(*words: str) -> Result:
    result = CliRunner().invoke(program, [*words])
    assert result.exit_code in (0, 1, 2), result.output
    assert result.exception is None or isinstance(result.exception, SystemExit), (words, result.exception)
    assert unmarked(result.output), (words, result.output)
    return result


def spec_of(case: Case) -> dict[str, Any]:
    """A net of one layer, whose sizes and the amounts in its fields are variables."""
    held: dict[str, int] = {}

    def variable(number: Any) -> Any:
        if type(number) is not int or not 1 <= number < 10**6:
            return number
        name = f"v{len(held)}"
        held[name] = number
        return name

    kinds = layer_type(case.op, BUILTIN).model_fields
    fields: dict[str, Any] = {}
    for name, value in case.fields.items():
        fields[name] = value
        if name in kinds and is_size(kinds[name]):
            many = isinstance(value, list | tuple)
            fields[name] = [variable(each) for each in value] if many else variable(value)
    inputs = {f"in{place}": [variable(size) for size in shape[1:]] for place, shape in enumerate(case.inputs)}
    layers = {"layer": {"op": case.op, **fields, "from": [*inputs]}} if inputs else {"layer": {"op": case.op, **fields}}
    return {"cnnshape": 1, "name": "net", "inputs": inputs or {"in0": [1]}, "vars": held, "layers": layers}


def refusal(build: Callable[[], object]) -> str:
    """What is wrong with a net; nothing where it is built."""
    try:
        build()
    except CnnshapeError as error:
        return "\n".join(problem.text for problem in error.problems)
    return ""


@pytest.mark.parametrize("op", sorted(WILD))
@settings(max_examples=max(settings().max_examples // 5, 4))
@given(data=st.data())
def test_a_net_over_open_sizes_says_what_it_says_of_known_ones(op: str, data: st.DataObject) -> None:
    case = data.draw(WILD[op])
    assume(all(len(shape) > 1 for shape in case.inputs))
    spec = load(spec_of(case))
    assume(spec.vars)
    form = OpenNet(spec, opened(spec, spec.vars), Setup(batch=2))
    said = refusal(lambda: traced(form, form.point()))
    assert unmarked(said)
    assert said == refusal(lambda: cnnshape.build(spec, batch=2))


OPENING = (
    ("formula",),
    ("formula", "--free", "N"),
    ("formula", "--free", "N", "--metric", "output", "--format", "python"),
    ("sweep", "--input", "1:4"),
    ("sweep", "--batch", "1,2"),
    ("solve", "--maximize", "macs", "--input", "1:4"),
    ("solve", "--minimize", "params", "--batch", "1,2", "--where", "macs < 3"),
    ("explain",),
    ("report",),
)


@pytest.mark.parametrize("file", share(FILES, 3), ids=lambda file: file.stem)
def test_no_command_shows_a_mark(file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("net.yaml").write_text(split(file.read_text())[1])
    for command, *words in OPENING:
        ran(command, "net.yaml", *words)


NET = """\
cnnshape: 1
input: [3, size, size]
vars: {size: 32, width: 4, part: 1.5, act: ReLU, widths: [1, 2]}
layers:
  conv: {op: Conv2d, out_channels: width, kernel_size: 3}
  act: {op: act}
"""
LONG = "[width, width, width, width, width, width, width, width, width]"
ASKED = {
    ("formula", "--input", "9x9"): "MACs = 108 (size - 2)^2",
    ("formula", "--input", "9x8"): "error: `size` would be 9 and 8 at once",
    ("formula", "--free", "width", "--set", "act=width"): "error: `act`: op",
    ("formula", "--free", "size,width", "--assume", "size / 0 > 2"): "error: `32 / 0` divides by zero",
    ("formula", "--free", "width", "--set", "widths=[width, 1 / (width - 4)]"): "error: `widths`: `1 / 0` divides by",
    ("formula", "--free", "width", "--set", f"act={LONG}"): "error: ",
    ("sweep", "--set", "width=2:4", "--set", "act=widths[width]"): "`act`: index 2 is out of range 0 to 1",
    ("sweep", "--set", "width=2:4", "--where", "width[0] < 3"): "error: `width[0] < 3`: `[...]` takes a value out of",
    ("sweep", "--set", "width=2:4", "--where", "[width, macs] < 3"): "error: `[width, macs] < 3`: `<` takes numbers",
    ("sweep", "--batch", "-3:2"): "error: batch=-3 is not a whole number from 1 up",
    ("solve", "--vary", "width=2:4", "--where", "width[0] < 3", "--maximize", "macs"): "error: `width[0] < 3`: `[...]`",
    ("solve", "--vary", "N=-3:2", "--maximize", "macs"): "error: batch=-3 is not a whole number from 1 up",
}


@pytest.mark.parametrize("words", ASKED, ids=" ".join)
def test_a_question_that_meets_open_numbers(
    words: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("net.yaml").write_text(NET)
    assert ASKED[words] in ran(words[0], "net.yaml", *words[1:]).output


def test_a_sweep_in_python_says_the_first_value() -> None:
    with pytest.raises(UsageError, match="`size` would be 8 and 9 at once"):
        cnnshape.sweep(yaml.safe_load(NET), size=[8, 10], inputs={"input": (9, 9)})


def test_what_only_looks_like_a_mark_stays() -> None:
    space = Space(bool, int)
    size = space.variable("H", 1, 9)
    text = f"{size} \ue0007:\ue001 \ue0001:\ue001 \ue001 \ue000x:\ue001 {{}}"
    assert space.filled(text, lambda node: 5) == "5 \ue0007:\ue001 5 \ue001 \ue000x:\ue001 {}"
    assert space.marked(text) == [size, size]
    template = space.templated(text, lambda place, spec: f"{{{place}:{spec}}}")
    assert template.format(5, 6) == "5 \ue0007:\ue001 6 \ue001 \ue000x:\ue001 {}"


@given(st.lists(st.one_of(st.integers(0, 9), st.just(None)), min_size=7, max_size=12), st.integers(0, 12))
def test_a_mark_is_not_cut(parts: list[int | None], longer: int) -> None:
    space = Space(bool, int)
    size = space.variable("H", 1, 9)
    values: list[Any] = [size if part is None else 10**part for part in parts]
    for nested in (values, [values, values], [[values] * longer]):
        text = space.filled(shown(nested), lambda node: 7)
        assert unmarked(text)
        assert len(text) <= 60


def test_a_variable_called_as_an_axis(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("net.yaml").write_text(
        "cnnshape: 1\ninput: [3, 8, 8]\nvars: {H: 4}\nlayers: {c: {op: Linear, out_features: H}}"
    )
    for words in (("formula",), ("sweep", "--input", "8:10"), ("solve", "--input", "8:10", "--maximize", "macs")):
        result = ran(words[0], "net.yaml", *words[1:])
        assert "axis 2 of input `input` and a variable are both called `H`" in result.stderr


EXPRESSIONS = (
    '[3, "2 * h", 8]',
    '[3, 8, "h + w"]',
    '["h", "2 * h", "w // 2"]',
    '[3, "16", 8]',
    '["2 * h"]',
    '[3, "h * 2"]',
)


@pytest.mark.parametrize("axes", EXPRESSIONS)
def test_axes_that_are_expressions(axes: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("net.yaml").write_text(f"cnnshape: 1\ninput: {axes}\nvars: {{h: 4, w: 6}}\nlayers: {{act: ReLU}}\n")
    for command, *words in OPENING:
        ran(command, "net.yaml", *words)
    for free in ("h", "w", "h,w"):
        assert "holds for" in ran("formula", "net.yaml", "--free", free).stdout
    for asked in (("sweep",), ("solve", "--maximize", "activations")):
        refused = ran(asked[0], "net.yaml", "--input", "8:10", *asked[1:])
        assert (refused.exit_code, "which --input 8:10 cannot set" in refused.stderr) == (2, True)
    form = ran("formula", "net.yaml", "--metric", "activation_elements")
    assert form.exit_code == 0 or "nothing is free" in form.stderr


def test_the_variables_of_an_axis_are_free(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("net.yaml").write_text('cnnshape: 1\ninput: [3, "2 * h", 8]\nvars: {h: 4}\nlayers: {act: ReLU}\n')
    shown = ran("formula", "net.yaml", "--metric", "activation_elements").stdout
    assert shown.startswith("net: activations over h and W, input (1, 3, 2 h, W)\n\nactivations = 6 W h\n")
