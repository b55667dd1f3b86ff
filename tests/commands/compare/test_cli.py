"""`cnnshape compare`: its faces byte by byte, what its options reach, and what it refuses."""

from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

import cnnshape
from cnnshape.cli import program
from cnnshape.commands.compare.view import Options
from cnnshape.render import render
from tests.cli.test_processes import in_terminal, run
from tests.golden_files import GOLDEN, assert_golden
from tests.places import ZOO

RESNET, VGG = str(ZOO / "resnet.yaml"), str(ZOO / "vgg.yaml")
PAIR = (f"{RESNET}@resnet18", f"{RESNET}@resnet34")
ENDINGS = {"text": "txt", "markdown": "md", "json": "json", "csv": "csv", "html": "html", "latex": "tex"}
CASES: dict[str, tuple[str, ...]] = {
    "compare": ("chain.yaml", "deep=volume.yaml", "--metrics", "+output,-depth"),
    "compare3": ("chain.yaml", "branches.yaml", "volume.yaml", "--baseline", "branches", "--sort", "macs"),
}


def ran(*words: str) -> Result:
    return CliRunner().invoke(program, ["compare", *words])


def shown(*words: str) -> str:
    result = ran(*words)
    assert (result.exit_code, result.stderr) == (0, "")
    return result.stdout


@pytest.mark.parametrize("form", ENDINGS)
@pytest.mark.parametrize("name", CASES)
def test_face(name: str, form: str, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(GOLDEN)
    assert_golden(request, f"{name}.{ENDINGS[form]}", shown(*CASES[name], "--format", form))


def test_it_prints_the_same_whatever_the_hash_of_texts() -> None:
    files = [str(file) for file in sorted(ZOO.glob("*resnet*.yaml"))]
    first, second = (run("compare", *files, "--variants", PYTHONHASHSEED=seed).stdout for seed in "07")
    assert first == second == shown(*files, "--variants").encode()


def test_options_reach_the_library() -> None:
    words = ("--variants", "--baseline", "vgg16", "--metrics", "+flops.full,-depth", "--units", "k", "--sort", "params")
    found = cnnshape.compare(VGG, variants=True, baseline="vgg16", metrics=["+flops.full", "-depth"])
    options = Options(units="k", sort="params", ratio=True, heaviest=1, width=90)
    assert shown(VGG, *words, "--ratio", "--heaviest", "1", "--width", "90") == render(found, "text", options)
    given: dict[str, Any] = {"batch": 2, "dtype": "int8", "flops": "full", "memory": "inplace"}
    flags = [word for key, value in given.items() for word in (f"--{key}", str(value))]
    sized = cnnshape.compare(*PAIR, settings={"classes": 7}, inputs={"input": (64, 96)}, **given)
    assert shown(*PAIR, "--set", "classes=7", "--input", "64x96", *flags) == render(sized)


def test_an_input_is_meant_in_every_net_whatever_its_name(tmp_path: Path) -> None:
    files = []
    for name in ("left", "right"):
        files.append(tmp_path / f"{name}.yaml")
        files[-1].write_text(f"cnnshape: 1\ninputs: {{{name}: [1, 8, 8]}}\nlayers: {{act: ReLU}}\n")
    text = shown(*map(str, files), "--input", "4x6")
    assert "left (1, 1, 4, 6)" not in text
    assert "input (1, 1, 4, 6)" in text


def test_a_terminal_gets_what_fits() -> None:
    found = cnnshape.compare(RESNET, variants=True, baseline="resnet50")
    words = ("compare", RESNET, "--variants", "--baseline", "resnet50")
    assert in_terminal(*words, columns=80) == render(found, "text", Options(width=80))
    assert max(map(len, in_terminal(*words, columns=80).splitlines())) <= 80
    assert run(*words, COLUMNS="40").stdout.decode() == render(found)


WRONG: dict[tuple[str, ...], str] = {
    (): "error: there is no net to compare [invalid-usage]\n\nhint: `cnnshape compare a.yaml b.yaml` compares two\n",
    ("none.yaml",): "error: there is no such file [unreadable-file]\n  --> none.yaml\n",
    (RESNET, RESNET): (
        f"error: 2 nets are called `resnet`: `{RESNET}` again [invalid-usage]\n\n"
        "hint: `NAME=FILE` gives a net another name, a pair of a name and a net does so in the library\n"
    ),
    (*PAIR, "--baseline", "resnet43"): (
        "error: the baseline `resnet43` is not among the nets that are compared [unknown-name]\n\n"
        "hint: did you mean `resnet34`?\n"
    ),
    (*PAIR, "--metrics", "mac"): "error: there is no metric `mac` [unknown-name]\n\nhint: did you mean `macs`?\n",
    (*PAIR, "--sort", "Depth"): "error: there is no metric `Depth` [unknown-name]\n\nhint: did you mean `depth`?\n",
    (f"{RESNET}@resnet35",): (
        f"error: there is no variant `resnet35` [unknown-name]\n  --> {RESNET}\n\nhint: did you mean `resnet50`?\n"
    ),
    (RESNET, VGG, "--input", "64"): (
        "error: --input gives 1 of the 2 sizes of `input`, which is 224 x 224 in the spec [invalid-usage]\n"
        f"  of {RESNET}\n  of {VGG}\n\nhint: write 64x64\n"
    ),
    (*PAIR, "--set", "classes"): "error: --set takes VAR=VALUE, not `classes` [invalid-usage]\n",
    (*PAIR, "--format", "csv", "--ratio"): (
        "error: ratio does not go with the format csv [invalid-usage]\n\n"
        "hint: it goes with text, markdown, html, latex\n"
    ),
}


@pytest.mark.parametrize("words", WRONG)
def test_what_is_wrong_is_said(words: tuple[str, ...]) -> None:
    result = ran(*words)
    assert (result.exit_code, result.stdout, result.stderr) == (2, "", WRONG[words])


def test_the_output_is_none_of_the_specs(tmp_path: Path) -> None:
    file = tmp_path / "net.yaml"
    file.write_text("cnnshape: 1\ninput: [8]\nvariants: {a: {}}\nlayers: {act: ReLU}\n")
    for word in (str(file), f"b={file}@a"):
        result = ran(RESNET, word, "--output", str(file))
        assert result.exit_code == 2
        assert result.stderr.startswith("error: --output is the spec itself")
