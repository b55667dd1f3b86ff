"""`cnnshape solve`: its faces byte by byte, its exit statuses, and what is said of a question that is none."""

import csv
import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner, Result

import cnnshape
from cnnshape.cli import program
from tests.cli.test_processes import in_terminal, run
from tests.golden_files import assert_golden
from tests.places import ROOT
from tests.render.test_markdown import table

MOBILE = str(ROOT / "specs/zoo/mobilenet_v2.yaml")
LENET = str(ROOT / "specs/seeds/lenet5.yaml")
RESNET = str(ROOT / "specs/zoo/resnet.yaml")
BOX = (MOBILE, "--vary", "w=0.25:1.5:0.05", "--input", "96:320:32", "--maximize", "params")
LIMITS = "macs <= 300M and peak_memory <= 4 MiB and H >= 160"
LAYER = (MOBILE, "--layer", "stage2.0.dw.conv", "--output-size", "56x56")

FACES: dict[str, tuple[int, tuple[str, ...]]] = {
    "solve.box": (0, (*BOX, "--where", LIMITS)),
    "solve.none": (1, (*BOX, "--where", "macs <= 1M and params < 5M")),
    "solve.no_net": (1, (LENET, "--input", "2:6", "--minimize", "macs")),
    "solve.layer": (0, LAYER),
    "solve.nearest": (1, (*LAYER, "--receptive-field", "100", "--vary", "kernel_size=3,5", "--vary", "dilation=1:3")),
}
ENDINGS = {"text": "txt", "markdown": "md", "html": "html", "latex": "tex", "json": "json", "csv": "csv"}


def ran(*words: str) -> Result:
    return CliRunner().invoke(program, ["solve", *words])


@pytest.mark.parametrize("form", ENDINGS)
@pytest.mark.parametrize("name", FACES)
def test_face(name: str, form: str, request: pytest.FixtureRequest) -> None:
    status, words = FACES[name]
    width = ("--width", "80") if form == "text" else ()
    result = ran(*words, "--format", form, *width)
    assert (result.exit_code, result.stderr) == (status, "")
    assert_golden(request, f"{name}.{ENDINGS[form]}", result.stdout)
    assert ran(*words, "--format", form, *width).stdout == result.stdout
    assert result.stdout.endswith("\n")
    assert all(line == line.rstrip() for line in result.stdout.splitlines())


MANY = ("--vary", "width=8:64:8", "--vary", "classes=10,100", "--batch", "1,2", "--input", "64:128:32")
LONG = "macs <= 2G and peak_memory <= 8 MiB and activation_bytes < 1 GB and (params < 20M or params > 30M)"


@pytest.mark.parametrize("width", [60, 80])
@pytest.mark.parametrize(
    "words",
    [
        *(words for _, words in FACES.values()),
        (RESNET, *MANY, "--maximize", "params", "--where", LONG),
        (RESNET, *MANY, "--minimize", "params", "--where", f"not ({LONG})"),
    ],
)
def test_the_text_fits(words: tuple[str, ...], width: int) -> None:
    text = ran(*words, "--width", str(width)).stdout
    assert text
    assert max(map(len, text.splitlines())) <= width


def test_what_does_not_fit_is_said_below_the_table() -> None:
    words = (*BOX, "--where", LIMITS)
    wide, narrow, least = (ran(*words, "--width", width).stdout for width in ("80", "60", "40"))
    assert "peak_memory  stopped by\n" in wide
    assert "4.69 MiB  `peak_memory <= 4 MiB`\n" in wide
    assert "\nstopped by\nw = 0.6      `peak_memory <= 4 MiB`\nH = W = 128  `H >= 160`\n" in narrow
    assert "left out" not in narrow
    assert "left out to fit 40 columns: peak_memory" in least


def test_all_faces_say_the_same() -> None:
    words = (*BOX, "--where", LIMITS)
    data = json.loads(ran(*words, "--format", "json").stdout)
    header, _, answer, *near = table(ran(*words, "--format", "markdown", "--units", "exact").stdout)
    assert header[:3] == ["", "w", "H = W"]
    assert answer[1:3] == [str(data["point"]["w"]), str(data["point"]["H"])]
    assert data["point"]["H"] == data["point"]["W"]
    assert answer[3] == f"{data['figures']['params']:,}"
    assert len(near) == len(data["neighbours"])
    for row, each in zip(near, data["neighbours"], strict=True):
        assert row[header.index("H = W" if "H" in each["knobs"] else "w")] == str(each["value"])
        figures = [cell.replace("\u00a0", " ") for cell in row[3:6]]
        assert figures == [f"{n:,}" if key != "peak_memory" else f"{n:,} B" for key, n in each["figures"].items()]
        assert bool(row[-1]) is (not each["allowed"])


def test_a_spreadsheet_has_the_same_rows() -> None:
    words = (*BOX, "--where", LIMITS)
    data = json.loads(ran(*words, "--format", "json").stdout)
    first, *near = csv.DictReader(io.StringIO(ran(*words, "--format", "csv").stdout))
    assert first == _texts({"row": "answer", **data["point"], **data["figures"], "stopped_by": "", "reason": ""})
    for row, each in zip(near, data["neighbours"], strict=True):
        point = data["point"] | dict.fromkeys(each["knobs"], each["value"])
        stops = {"stopped_by": "; ".join(each["stops"]), "reason": each["reason"] or ""}
        assert row == _texts({"row": "next", **point, **each["figures"], **stops})


def _texts(row: dict[str, Any]) -> dict[str, str]:
    return {key: str(value) for key, value in row.items()}


def test_what_it_says_is_what_a_report_says() -> None:
    data = json.loads(ran(*BOX, "--where", LIMITS, "--format", "json").stdout)
    point = data["point"]
    net = cnnshape.analyze(MOBILE, settings={"w": point["w"]}, inputs={"input": (point["H"], point["W"])})
    assert data["figures"]["params"] == net.total.params
    assert data["figures"]["macs"] == net.total.macs <= 300_000_000
    assert data["figures"]["peak_memory"] == net.peak_memory.bytes <= 4 * 2**20


def test_without_an_answer_a_file_is_written_too(tmp_path: Path) -> None:
    file = tmp_path / "none.json"
    status, words = FACES["solve.none"]
    assert ran(*words, "--output", str(file)).exit_code == status == 1
    assert json.loads(file.read_text())["point"] is None


def test_the_batch_is_a_knob_by_its_letter() -> None:
    data = json.loads(
        ran(MOBILE, "--vary", "N=1:64", "--maximize", "N", "--where", "macs <= 10G", "--format", "json").stdout
    )
    assert data["point"] == {"N": 33}
    assert ran(MOBILE, "--vary", "N=1:64", "--batch", "2", "--maximize", "N").exit_code == 2


def test_a_knob_that_is_a_fraction_is_no_figure() -> None:
    data = json.loads(ran(*W, "--maximize", "w", "--where", "macs < 250M", "--format", "json").stdout)
    assert data["point"] == {"w": 0.75}
    assert [each["figures"].keys() for each in data["neighbours"]] == [{"macs"}] * 2


def test_a_condition_may_name_a_variant() -> None:
    words = (RESNET, "--variants", "--vary", "width=8:128:8", "--maximize", "params", "--format", "json")
    data = json.loads(ran(*words, "--where", "variant == resnet18 and macs < 1G").stdout)
    assert data["point"]["variant"] == "resnet18"
    assert data["method"] == "bisection"


W = (MOBILE, "--vary", "w=0.5:1:0.25")
PARAMS = (*W, "--maximize", "params")
STEM = (MOBILE, "--layer", "stem.conv")
WRONG: dict[tuple[str, ...], str] = {
    ("none.yaml", "--vary", "w=1,2", "--maximize", "params"): "error: there is no such file",
    (MOBILE,): "error: there is nothing to choose from",
    (MOBILE, "--vary", "w=1", "--maximize", "params"): "error: there is nothing to choose from",
    (MOBILE, "--vary", "w", "--maximize", "params"): "error: --vary takes KNOB=VALUES, not `w`",
    (MOBILE, "--vary", "w=", "--maximize", "params"): "error: --vary takes KNOB=VALUES, not `w=`",
    (MOBILE, "--vary", "w=1:0.5", "--maximize", "params"): "error: `w` takes FIRST:LAST:STEP, which `1:0.5` is not",
    (MOBILE, "--vary", "w=0.5:1:0", "--maximize", "params"): (
        "error: `w` takes FIRST:LAST:STEP, which `0.5:1:0` is not"
    ),
    (MOBILE, "--vary", "q=1,2", "--maximize", "params"): "error: the net has neither a variable nor an axis `q`",
    (*PARAMS, "--set", "w=3"): "error: --vary and --set both give `w`",
    (*PARAMS, "--vary", "w=3"): "error: --vary gives `w` twice, 0.5:1:0.25 and 3",
    (*PARAMS, "--minimize", "macs"): "error: a solution is the largest or the smallest of something: ",
    W: "error: a solution is the largest or the smallest of something: ",
    (*W, "--maximize", "parms"): "error: there is neither a figure nor a knob `parms`",
    (*W, "--maximize", "params:max"): "error: there is neither a figure nor a knob `params:max`",
    (RESNET, "--variants", "--maximize", "variant"): "error: not every value of `variant` is a number",
    (MOBILE, "--vary", "w=1/3,2/3", "--minimize", "w"): "error: not every value of `w` is a number",
    (*W, "--maximize", "output"): "error: `output` is a shape and cannot be compared",
    (*W, "--maximize", "output[9]"): "error: no point has a figure `output[9]`",
    (*W, "--maximize", "params@stage1"): "error: no point has a layer `stage1`",
    (*PARAMS, "--where", "macs@stem.cnv < 3M"): "error: no point has a layer `stem.cnv`",
    (*PARAMS, "--where", "mac <= 300M"): "error: `mac <= 300M`: `mac` is neither a figure nor a knob",
    (*PARAMS, "--where", "macs <= 1e400"): "error: `macs <= 1e400`: `1e400` is refused",
    (*PARAMS, "--where", "macs <= 3 MiB"): "error: `macs <= 3 MiB`: nothing in it is in bytes",
    (*PARAMS, "--where", "macs =< 300M"): "error: `macs =< 300M`: `=<` does not continue the expression",
    (*PARAMS, "--where", "macs <= 300X"): "error: `macs <= 300X`: `X` does not continue the expression",
    (*PARAMS, "--where", "macs && w"): "error: `macs && w`: `&&` does not continue the expression",
    (*PARAMS, "--where", "macs <"): "error: `macs <`: a value is missing at the end",
    (*PARAMS, "--where", "macs"): "error: `macs` is not a condition",
    (*PARAMS, "--where", "output < 3"): "error: `output` is a shape and cannot be compared",
    (*PARAMS, "--batch", "0"): "error: batch=0 is not a whole number from 1 up",
    (*PARAMS, "--variant", "v9"): "error: there is no variant `v9`",
    (*PARAMS, "--dtype", "float"): "error: there is no dtype `float`",
    (*PARAMS, "--format", "json", "--units", "k"): "error: units does not go with the format json",
    (*PARAMS, "--format", "parquet"): "Usage: cnnshape solve [OPTIONS] SPEC",
    (*PARAMS, "--output", MOBILE): f"error: --output is the spec itself, `{MOBILE}`",
    (*PARAMS, "--receptive-field", "9"): "error: --output-size and --receptive-field are asked of a layer",
    (*PARAMS, "--layer", "stem.conv"): "error: --maximize does not go with --layer",
    STEM: "error: nothing is asked of the layer",
    (*STEM, "--output-size", "28y"): "error: --output-size takes sizes such as 28x28, not `28y`",
    (*STEM, "--output-size", "28,28"): "error: --output-size takes sizes such as 28x28, not `28,28`",
    (*STEM, "--output-size", "0"): "error: an output has a size of 1 or more, not 0",
    (*STEM, "--output-size", "1x2x3"): "error: `stem.conv` has 2 spatial axes, 3 sizes are given",
    (*STEM, "--output-size", "9", "--variants"): "error: --variants does not go with --layer",
    (*STEM, "--output-size", "9", "--where", "macs < 3"): "error: --where does not go with --layer",
    (*STEM, "--output-size", "9", "--batch", "1,2"): "error: --batch takes one number beside --layer, not `1,2`",
    (*STEM, "--output-size", "9", "--vary", "stride"): "error: --vary takes KNOB=VALUES, not `stride`",
    (*STEM, "--output-size", "9", "--vary", "stride=a"): "error: `stride` takes whole numbers, not `a`",
    (*STEM, "--output-size", "9", "--vary", "stride=1/2"): "error: `stride` takes whole numbers, not `1/2`",
    (*STEM, "--output-size", "9", "--vary", "strid=1,2"): "error: Conv2d has no amount `strid`",
    (MOBILE, "--layer", "stem", "--output-size", "9"): "error: there is no layer `stem`",
    (MOBILE, "--layer", "input", "--output-size", "9"): "error: `input` is an input, and no layer",
    (MOBILE, "--layer", "fc", "--output-size", "9"): "error: `fc` puts out (1, 1000), which has no spatial axes",
    (MOBILE, "--layer", "stem.bn", "--output-size", "9"): "error: BatchNorm2d has none of stride, dilation, padding",
}


@pytest.mark.parametrize("words", WRONG, ids=lambda words: " ".join(words[1:]) or "alone")
def test_what_is_wrong_is_said(words: tuple[str, ...]) -> None:
    result = ran(*words)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith(WRONG[words])
    assert result.stderr.count("error:") <= 1
    assert "Traceback" not in result.stderr


HINTS: dict[tuple[str, ...], str] = {
    (*W, "--maximize", "parms"): "did you mean `params`?",
    (*PARAMS, "--where", "mac <= 300M"): "did you mean `macs`?",
    (*PARAMS, "--where", "macs =< 300M"): "write `<=`",
    (*PARAMS, "--where", "macs => 300M"): "write `>=`",
    (*PARAMS, "--where", "macs@stem.cnv < 3M"): "did you mean `stem.conv`?",
    (*W, "--maximize", "params@stage1"): "it is a block, its last layer is `stage1.0.project.bn`",
    (*STEM, "--output-size", "9", "--vary", "strid=1,2"): "did you mean `stride`?",
}


@pytest.mark.parametrize("words", HINTS, ids=lambda words: " ".join(words[1:]))
def test_what_to_do_is_said(words: tuple[str, ...]) -> None:
    assert f"hint: {HINTS[words]}\n" in ran(*words).stderr


HOSTILE = ("a|b <i>", "`x`", "*b* _i_ [l](u)", "网络层", "@you &amp; ~~s~~")


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("form", ["text", "markdown", "json"])
def test_names_that_mean_no_good(name: str, form: str, tmp_path: Path) -> None:
    layers = {"conv": {"op": "Conv2d", "out_channels": "width", "kernel_size": 3}}
    net = {"cnnshape": 1, "name": name, "input": [3, 9, 9], "vars": {"width": 8}, "layers": layers}
    file = tmp_path / "net.yaml"
    file.write_text(yaml.safe_dump(net, allow_unicode=True), encoding="utf-8")
    where = "params <\n\t1 k | \x1b[31m"
    assert ran(str(file), "--vary", "width=1:99", "--maximize", "width", "--where", where).exit_code == 2
    text = ran(
        str(file), "--vary", "width=1:99", "--maximize", "width", "--where", "params <\n\t1 k", "--format", form
    ).stdout
    if form == "json":
        assert json.loads(text)["net"] == name
        return
    assert "\t" not in text
    if form == "markdown":
        header, rule, *rows = table(text)
        assert {len(header)} == {len(rule), *map(len, rows)}
    else:
        assert text.startswith(f"{name}: `width` is largest under ")


def test_a_terminal_is_fitted_and_a_pipe_is_not() -> None:
    words = ("solve", *BOX, "--where", LIMITS)
    shown = in_terminal(*words, columns=60, NO_COLOR="1")
    assert max(map(len, shown.splitlines())) <= 60
    assert "\x1b" not in shown
    piped = run(*words, COLUMNS="60")
    assert (piped.returncode, piped.stderr) == (0, b"")
    assert piped.stdout.decode() == ran(*BOX, "--where", LIMITS).stdout


def test_the_help_is_readable() -> None:
    result = CliRunner().invoke(program, ["solve", "--help"], terminal_width=80)
    assert result.exit_code == 0
    assert max(map(len, result.stdout.splitlines())) <= 80
    for option in ("--vary", "--where", "--maximize", "--minimize", "--layer", "--output-size", "--receptive-field"):
        assert option in result.stdout


def test_without_numpy_it_says_how_to_get_it() -> None:
    code = "import sys; sys.modules['numpy'] = None\nfrom cnnshape.__main__ import main\nmain()"
    done = subprocess.run([sys.executable, "-c", code, "solve", *PARAMS], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        "error: this needs the package numpy, which is not installed [missing-package]\n\n"
        "hint: pip install 'cnnshape[sweep]'\n"
    )
