"""`cnnshape: 1` in every kind of file: written so, and not as anything else that Python or YAML takes for 1."""

from pathlib import Path
from typing import Any

import pytest

import cnnshape
from cnnshape.core.errors import CnnshapeError, SpecError

REST = {
    "spec": "input: [3, 8, 8]\nlayers: {conv: {op: Conv2d, out_channels: 2, kernel_size: 3}}\n",
    "budget": "specs: net.yaml\nbudget: [{metric: macs, max_increase: 0}]\n",
    "blocks": "blocks: {unit: {layers: {act: ReLU}}}\n",
    "baseline": "baseline: {net.yaml: {as stated: {'macs, total': 1944}}}\n",
}
ONE = [
    "cnnshape: 1\n",
    '"cnnshape": 1\n',
    "'cnnshape': 1   # the format\n",
    "cnnshape:    1\r\n",
    "\ufeffcnnshape: 1\n",
    "# é\n---\ncnnshape: 1\n",
    "cnnshape: &v 1\n",
    "? cnnshape\n: 1\n",
    "cnnshape:\n  1\n",
]
OTHERS = [
    "true",
    "True",
    "1.0",
    "1.",
    "1e0",
    "0x1",
    "0o1",
    "+1",
    "01",
    "1.00",
    "10e-1",
    "'1'",
    "2",
    "yes",
    "null",
    "[1]",
]


def written(folder: Path, kind: str, head: str) -> str:
    """A net with its budget, blocks and baseline, one of which begins like this; gives what is checked."""
    (folder / "net.yaml").write_text("cnnshape: 1\ninclude: [blocks.yaml]\n" + REST["spec"])
    names = {"spec": "net.yaml", "budget": "budget.yaml", "blocks": "blocks.yaml", "baseline": "cnnshape.baseline.yaml"}
    for each, name in names.items():
        start = "cnnshape: 1\n" if each != kind else head
        middle = "include: [blocks.yaml]\n" if each == "spec" else ""
        (folder / name).write_bytes((start + middle + REST[each]).encode())
    return str(folder / "budget.yaml")


@pytest.mark.parametrize("kind", REST)
@pytest.mark.parametrize("head", ONE)
def test_one_is_one(tmp_path: Path, kind: str, head: str) -> None:
    assert cnnshape.check(written(tmp_path, kind, head)).ok


@pytest.mark.parametrize("kind", REST)
@pytest.mark.parametrize("word", OTHERS)
def test_nothing_else_is(tmp_path: Path, kind: str, word: str) -> None:
    with pytest.raises(SpecError, match="cnnshape") as refused:
        cnnshape.check(written(tmp_path, kind, f"cnnshape: {word}\n"))
    said = str(refused.value)
    if kind == "spec":
        assert said.endswith("hint: write `cnnshape: 1`")
    assert "cnnshape takes 1, not " in said or (
        kind == "baseline" and "a baseline is a mapping with `cnnshape: 1`" in said
    )


@pytest.mark.parametrize("word", ["1.0", "0x1", "+1"])
def test_in_braces(tmp_path: Path, word: str) -> None:
    file = tmp_path / "net.yaml"
    file.write_text(f"{{cnnshape: {word}, input: [4], layers: {{act: ReLU}}}}\n")
    with pytest.raises(SpecError, match="cnnshape takes 1, not ") as refused:
        cnnshape.load(str(file))
    assert refused.value.problems[0].mark == (1, 12)
    file.write_text("{cnnshape: 1, input: [4], layers: {act: ReLU}}\n")
    assert cnnshape.load(str(file)).name == "net"


@pytest.mark.parametrize("value", [True, 1.0, "1", 2, None])
def test_of_a_mapping(value: Any) -> None:
    with pytest.raises(CnnshapeError, match="cnnshape takes 1, not "):
        cnnshape.load({"cnnshape": value, "input": [4], "layers": {"act": "ReLU"}})


@pytest.mark.parametrize("kind", ["spec", "budget", "blocks"])
def test_conflict_markers_are_named_wherever_they_are(tmp_path: Path, kind: str) -> None:
    head = "<<<<<<< HEAD\ncnnshape: 1\n=======\ncnnshape: 1\n>>>>>>> work\n"
    with pytest.raises(SpecError) as refused:
        cnnshape.check(written(tmp_path, kind, head))
    assert str(refused.value).startswith("error: this file contains merge conflict markers [invalid-yaml]\n")
    assert str(refused.value).endswith("hint: keep one side of each conflict and delete the marker lines")


def test_what_only_looks_like_a_marker(tmp_path: Path) -> None:
    text = "cnnshape: 1\ndescription: |\n  <<<<<<< HEAD\n  =======\n  >>>>>>> work\n" + REST["spec"] + "# <<<<<<<\n"
    (tmp_path / "net.yaml").write_text(text)
    assert "=======" in cnnshape.load(str(tmp_path / "net.yaml")).description
