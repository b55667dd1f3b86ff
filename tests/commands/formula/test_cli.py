"""`cnnshape formula`: its faces byte by byte, and formulas that can be run."""

import json
from math import gcd
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

import cnnshape
from cnnshape.analysis.metrics import metric
from cnnshape.cli import program
from tests.commands.formula.nets import padded_unet
from tests.golden_files import assert_golden
from tests.places import ROOT

RESNET = str(ROOT / "specs/zoo/resnet.yaml")
LENET = str(ROOT / "specs/seeds/lenet5.yaml")
UNET = str(ROOT / "specs/zoo/unet.yaml")
FACES = {
    "resnet": (RESNET, "--variant", "resnet50"),
    "lenet": (LENET,),
    "unet_peak": (UNET, "--metric", "peak_memory"),
    "width": (RESNET, "--variant", "resnet18", "--metric", "params", "--free", "base"),
    "shape": (RESNET, "--variant", "resnet50", "--metric", "output", "--layer", "layer4.0.conv2", "--free", "N,H,W"),
    "assumed": (RESNET, "--variant", "resnet18", "--assume", "H % 64 == 0", "--assume", "H == W"),
}
ENDINGS = {"text": "txt", "latex": "tex", "markdown": "md", "html": "html", "python": "py.txt", "json": "json"}


def ran(*words: str) -> Result:
    return CliRunner().invoke(program, ["formula", *words])


@pytest.mark.parametrize("form", ENDINGS)
@pytest.mark.parametrize("name", FACES)
def test_face(name: str, form: str, request: pytest.FixtureRequest) -> None:
    result = ran(*FACES[name], "--format", form)
    assert result.exit_code == 0, result.output
    assert_golden(request, f"formula_{name}.{ENDINGS[form]}", result.stdout)
    if form == "text":
        assert max(map(len, result.stdout.splitlines())) <= 80


@pytest.mark.parametrize(
    ("words", "sizes"),
    [
        ((RESNET, "--variant", "resnet50"), {"H": 97, "W": 224}),
        ((UNET,), {"H": 333, "W": 572}),
        ((LENET,), {"H": 35, "W": 32}),
    ],
)
@pytest.mark.parametrize("metric", ["macs", "peak_memory", "output"])
def test_python_can_be_run(words: tuple[str, ...], sizes: dict[str, int], metric: str) -> None:
    result = ran(*words, "--metric", metric, "--format", "python")
    known: dict[str, Any] = {}
    exec(result.stdout, known)
    variant = words[2] if len(words) > 1 else None
    net = cnnshape.analyze(words[0], variant=variant, inputs={"input": tuple(sizes.values())})
    wanted = {"macs": net.total.macs, "peak_memory": net.peak_memory.bytes, "output": tuple(net.outputs.values())}
    assert known[metric](**sizes) == wanted[metric]


@pytest.mark.parametrize("name", FACES)
def test_json_can_be_worked_out(name: str) -> None:
    """Its expressions, at sizes that are legal by its own account, beside a report of these sizes."""
    found = json.loads(ran(*FACES[name], "--format", "json").stdout)
    first, *words = FACES[name]
    variant = words[1] if "--variant" in words else None
    points = [
        found["point"],
        *({each: _legal(sizes, turn) for each, sizes in found["sizes"].items()} for turn in range(3)),
    ]
    for point in points:
        point |= dict.fromkeys(found["names"].keys() - point, point.get("H"))
        named = {found["names"][each]: size for each, size in point.items()}
        if not all(_worked_out(each, named) for each in found["assumptions"]):
            assert point is not found["point"]
            continue
        sizes = {"input": (point["H"], point["W"])} if "H" in point else {}
        settings = {"base": point["base"]} if "base" in point else {}
        net = cnnshape.analyze(first, variant=variant, inputs=sizes, settings=settings, batch=point.get("N", 1))
        wanted = metric(found["metric"]).net(net) if found["layer"] is None else list(net[found["layer"]].output)
        assert _worked_out(found["value"], named) == wanted
        steps = found["divided"]["steps"] if found["divided"] else {}
        counted = {step["letter"]: divmod(point[each] - step["rest"], step["step"]) for each, step in steps.items()}
        if steps and not any(rest for _, rest in counted.values()):
            letters = {letter: count for letter, (count, _) in counted.items()}
            assert _worked_out(found["divided"]["value"], letters) == wanted


def _legal(sizes: dict[str, Any], turn: int) -> int:
    """A legal size, by the fields of the set."""
    tail, period = sizes["tail"], sizes["period"]
    legal = [*sizes["first"], *(n for n in range(tail, tail + 9 * period) if n % period in sizes["remainders"])]
    return int(legal[min(turn, len(legal) - 1)])


def _worked_out(value: Any, point: dict[str, int]) -> Any:
    if isinstance(value, list):
        return [_worked_out(each, point) for each in value]
    return eval(value, {"gcd": gcd}, point) if isinstance(value, str) else value


def test_one_expression_for_multiples(tmp_path: Path) -> None:
    import yaml

    (tmp_path / "net.yaml").write_text(yaml.safe_dump(padded_unet(), sort_keys=False))
    text = ran(str(tmp_path / "net.yaml")).stdout
    assert text.count("MACs = ") == 1
    assert "with H = 16 h and W = 16 w, h and w from 1:" in text
    assert "H and W: multiples of 16 from 16" in text
    assert "H = 17 is refused at `up0.cat`: axis 2 differs: 17, 16" in text
    assert "smallest input  (1, 3, 16, 16)" in text


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--metric", "mac"), "error: there is no metric `mac`"),
        (("--free", "Q"), "error: the net has neither a variable nor an axis `Q`"),
        (("--assume", "H = 3"), "error: `=` does not continue the expression"),
        (("--layer", "conv9"), "error: there is no layer `conv9`"),
        (("--metric", "receptive_field"), "error: `receptive_field` has no closed form"),
    ],
)
def test_refused(words: tuple[str, ...], sentence: str) -> None:
    result = ran(LENET, *words)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith(sentence)


@pytest.fixture
def two(tmp_path: Path) -> str:
    file = tmp_path / "two.yaml"
    file.write_text(
        "cnnshape: 1\ninputs: {left: [3, 8, 8], right: [3, 8, 8]}\nlayers:\n"
        "  add: {op: Add, from: [left, right]}\n  conv: {op: Conv2d, out_channels: 2, kernel_size: 3}\n"
    )
    return str(file)


@pytest.mark.parametrize(
    ("condition", "sentence"),
    [
        ("Q % 2 == 0", "the assumption `Q % 2 == 0` is over `Q`, which is not free"),
        ("H % 2 == 0", "the assumption `H % 2 == 0` is over `H`, which is not free"),
        ("left.Q == 8", "the assumption `left.Q == 8` is over `left.Q`, which is not free"),
        ("left.H == right.Q", "is over `right.Q`, which is not free"),
        ("left.H", "`left.H` is not a condition"),
    ],
)
def test_assumptions_over_two_inputs_are_refused_in_one_message(two: str, condition: str, sentence: str) -> None:
    result = ran(two, "--assume", condition, "--free", "left.H,right.H")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.count("error: ") == 1
    assert sentence in result.stderr


def test_an_assumption_over_two_inputs(two: str) -> None:
    result = ran(two, "--assume", "left.H == right.H", "--free", "left.H,right.H")
    assert (result.exit_code, result.stderr) == (0, "")
    assert "right.H = left.H" in result.stdout


def test_an_assumption_with_an_unknown_name() -> None:
    result = ran(LENET, "--assume", "Q % 2 == 0")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.count("error: ") == 1
    assert "`Q`" in result.stderr
