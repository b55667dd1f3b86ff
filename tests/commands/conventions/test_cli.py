"""`cnnshape conventions`: its faces byte by byte, sums that hold, and what it refuses."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner, Result

import cnnshape
from cnnshape.analysis.flop_conventions import CONVENTIONS
from cnnshape.cli import program
from tests.golden_files import GOLDEN, assert_golden
from tests.places import ZOO
from tests.render.test_markdown import table

RECURSIVE = str(GOLDEN.parent / "oracle" / "recursive.yaml")
ENDINGS = {"text": "txt", "markdown": "md", "json": "json", "csv": "csv"}

RAISES = {
    "cnnshape": 1,
    "inputs": {"rows": [6, 5], "row": [5]},
    "layers": {
        "turned": {"op": "Transpose", "from": "row", "dim0": 0, "dim1": 1},
        "vector": {"op": "Select", "dim": 1, "index": 0},
        "scores": {"op": "MatMul", "from": ["rows", "vector"]},
        "norm": "BatchNorm1d",
    },
}
"""A product with a vector, for which fvcore has a rule that looks at an axis a vector does not have."""


def ran(*words: str) -> Result:
    return CliRunner().invoke(program, ["conventions", *words])


def written(spec: dict[str, Any], place: Path) -> str:
    file = place / "net.yaml"
    file.write_text(yaml.safe_dump(spec, sort_keys=False), encoding="utf-8")
    return str(file)


@pytest.mark.parametrize("form", ENDINGS)
def test_face(form: str, request: pytest.FixtureRequest) -> None:
    result = ran(RECURSIVE, "--batch", "2", "--format", form)
    assert result.exit_code == 0
    assert_golden(request, f"conventions.{ENDINGS[form]}", result.stdout)


@pytest.mark.parametrize("file", sorted(ZOO.glob("*.yaml")), ids=lambda file: file.stem)
def test_the_text_fits_a_terminal(file: Path) -> None:
    assert max(map(len, ran(str(file), "--units", "exact").stdout.splitlines())) <= 90
    assert max(map(len, ran(str(file)).stdout.splitlines())) <= 80


def test_every_reason_fits_a_line() -> None:
    names = {
        difference.name
        for convention in CONVENTIONS.values()
        for differences in getattr(convention, "table", {}).values()
        for difference in differences
    }
    assert max(map(len, names)) <= 57
    assert all(name == " ".join(name.split()) for name in names)


@pytest.mark.parametrize("file", [RECURSIVE, str(ZOO / "convnext.yaml"), str(ZOO / "deeplab.yaml")])
def test_reasons_add_up_and_all_faces_say_the_same(file: str) -> None:
    data = json.loads(ran(file, "--format", "json").stdout)
    rows = list(csv.DictReader(io.StringIO(ran(file, "--format", "csv").stdout)))
    figures, reasons = _tables(ran(file, "--format", "markdown", "--units", "exact").stdout)
    text = ran(file, "--units", "exact").stdout
    assert [each["name"] for each in data["conventions"]] == list(CONVENTIONS)
    for each, cells in zip(data["conventions"], figures, strict=True):
        net = cnnshape.analyze(file, flops=each["name"])
        sums = sum(reason["amount"] for reason in each["reasons"])
        parts = [int(row["amount"]) for row in rows if row["convention"] == each["name"]]
        assert each["total"] == net.total.flops == net.total.macs + sums == sum(parts)
        assert each["difference"] == sums
        assert cells[1] == f"{each['total']:,}\u00a0{each['word']}"
        assert cells[1].replace("\u00a0", " ") in text
    stated = [(each["name"], reason) for each in data["conventions"] for reason in each["reasons"]]
    own = [" (its own error)" if each["kind"] == "error" else "" for _, each in stated]
    assert [row[1:] for row in reasons] == [
        [f"{each['amount']:+,}", f"{each['layers']:,}", each["name"] + error]
        for (_, each), error in zip(stated, own, strict=True)
    ]
    assert [row[0] for row in reasons if row[0]] == list(dict.fromkeys(name for name, _ in stated))
    assert " ".join(text.split()).count("own error)") == len(list(filter(None, own)))


def _tables(text: str) -> tuple[list[list[str]], list[list[str]]]:
    rows = table(text)
    second = next(place for place, row in enumerate(rows) if "of what" in row)
    return rows[2:second], rows[second + 2 :]


def test_a_tool_that_raises_says_nothing(tmp_path: Path) -> None:
    file = written(RAISES, tmp_path)
    text = ran(file, "--batch", "5", "--convention", "fvcore", "--convention", "thop").stdout
    lines = text.splitlines()
    assert [" ".join(line.split()) for line in lines if line.startswith("fvcore 0")] == [
        "fvcore 0.1.5.post20221221 raises"
    ]
    assert "fvcore raises 1 a matrix times a vector" in [" ".join(line.split()) for line in lines]
    assert lines[-2:] == [
        "a tool that raises says nothing of the net;",
        "  its other differences are listed all the same",
    ]
    fvcore, thop = json.loads(ran(file, "--batch", "5", "--convention", "fvcore", "--convention", "thop",
                                  "--format", "json").stdout)["conventions"]  # fmt: skip
    assert fvcore["total"] is None
    assert thop["total"] is not None
    result = ran(file, "--batch", "5", "--convention", "fvcore", "--format", "csv")
    assert "raises" in result.stdout
    assert (
        result.stderr == "a tool that raises says nothing of the net; its other differences are listed all the same\n"
    )


def test_only_the_conventions_asked_for() -> None:
    data = json.loads(ran(RECURSIVE, *("--convention", "thop", "--convention", "torch") * 2, "--format", "json").stdout)
    assert [each["name"] for each in data["conventions"]] == ["thop", "torch"]
    assert "ptflops makes" not in ran(RECURSIVE, "--batch", "2", "--convention", "thop").stdout


def test_a_variant_has_figures_of_its_own() -> None:
    file = str(ZOO / "resnet.yaml")
    said = [json.loads(ran(file, *words, "--format", "json").stdout) for words in ((), ("--variant", "resnet18"))]
    assert said[1]["macs"] == cnnshape.analyze(file, variant="resnet18").total.macs != said[0]["macs"]


def test_a_net_without_macs_and_without_a_difference(tmp_path: Path) -> None:
    spec = {"cnnshape": 1, "input": [3, 4, 4], "layers": {"flatten": "Flatten"}}
    for form in ENDINGS:
        assert ran(written(spec, tmp_path), "--format", form).exit_code == 0
    lines = ran(written(spec, tmp_path)).stdout.splitlines()
    assert lines[-1].split() == ["torchinfo", "1.8.0", "0", "mult-adds", "0"]


WRONG = {
    (RECURSIVE, "--convention", "fvcor"): "error: there is no FLOP convention `fvcor`",
    (RECURSIVE, "--format", "json", "--units", "k"): "error: units does not go with the format json",
    (RECURSIVE, "--variant", "big"): "error: there is no variant `big`",
    (RECURSIVE, "--output", RECURSIVE): f"error: --output is the spec itself, `{RECURSIVE}`",
    (): "Usage: cnnshape conventions [OPTIONS] SPEC",
}


@pytest.mark.parametrize("words", WRONG)
def test_what_is_wrong_is_said(words: tuple[str, ...]) -> None:
    result = ran(*words)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith(WRONG[words])
