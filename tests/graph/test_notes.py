"""What a spec says for nothing is said, with its line; what some variant uses is not."""

from pathlib import Path
from typing import Any

import pytest

import cnnshape
from cnnshape.render.summary import findings
from tests.places import ROOT

BLOCK: dict[str, Any] = {"vars": {"c": 3, "same": 1}, "layers": {"act": "ReLU"}}
SPECS = sorted((ROOT / "specs").rglob("*.yaml"))


def said(**top: Any) -> list[str]:
    spec = {"cnnshape": 1, "input": [3, 8, 8], "layers": {"a": "ReLU"}, **top}
    if "inputs" in spec:
        del spec["input"]
    return [problem.text for problem in cnnshape.build(spec).notes]


def test_what_nothing_uses() -> None:
    assert said(vars={"n": 2, "m": 3}, layers={"a": {"op": "ReLU", "when": "m > 1"}}) == [
        "nothing uses the variable `n`"
    ]
    assert said(blocks={"b": BLOCK, "c": BLOCK}, layers={"a": {"block": "b"}}) == ["nothing calls the block `c`"]
    assert said(inputs={"a1": [3, 8], "b1": [3, 8]}) == ["nothing reads the input `b1`"]
    assert said(vars={"a": 1}, layers={"a": "ReLU", "b": {"op": "ReLU", "from": "a"}}) == [
        "nothing uses the variable `a`"
    ]


@pytest.mark.parametrize(
    "top",
    [
        {"vars": {"n": 2}, "input": [3, "n + 6", 8]},
        {"vars": {"n": 2, "m": "2 * n"}, "layers": {"a": {"op": "ReLU", "when": "m"}}},
        {"vars": {"b": 1, "unit": "b0"}, "blocks": {"b0": BLOCK}, "layers": {"a": {"block": "unit", "c": "b"}}},
        {"vars": {"u": "b0"}, "variants": {"x": {"u": "b1"}}, "blocks": {"b0": BLOCK, "b1": BLOCK},
         "layers": {"a": {"block": "u"}}},
        {"blocks": {"b0": BLOCK, "b1": {"layers": {"a": {"block": "b0"}}}}, "layers": {"a": {"block": "b1"}}},
        {"vars": {"n": [1, 2]}, "blocks": {"b": BLOCK},
         "layers": {"a": {"block": "b", "first": {"c": "n[0]"}, "repeat": 2}}},
    ],
)  # fmt: skip
def test_what_something_uses(top: dict[str, Any]) -> None:
    assert said(**top) == []


def test_a_note_stands_in_the_report_with_its_line(tmp_path: Path) -> None:
    file = tmp_path / "net.yaml"
    file.write_text("cnnshape: 1\ninput: [3, 8, 8]\nvars: {n: 2}\nlayers: {a: ReLU}\n")
    (finding,) = findings(cnnshape.analyze(file))
    assert (finding.kind, finding.text) == ("note", "nothing uses the variable `n`")
    assert finding.problem.mark is not None
    assert (finding.problem.mark.line, finding.problem.mark.column) == (3, 8)


@pytest.mark.parametrize("file", SPECS, ids=lambda file: file.stem)
def test_no_shipped_spec_says_anything_for_nothing(file: Path) -> None:
    assert cnnshape.build(file).notes == ()
