"""A rule that holds every layer to its own increase takes as many steps as there are layers, not their square."""

from pathlib import Path
from typing import Any

import pytest

import cnnshape
from cnnshape.commands.check import update
from cnnshape.spec.yaml.source import Source
from tests.work import calls

CONV = {"op": "Conv2d", "out_channels": 4, "kernel_size": 1}
BLOCK = {"u": {"layers": {"c": CONV, "r": "ReLU"}}}
RULES: dict[str, dict[str, Any]] = {
    "layers": {"select": {"op": "*", "take": "each"}},
    "copies": {"select": {"block": "u", "take": "each"}},
    "parts of copies": {"select": {"block": "u", "op": "Conv2d", "take": "each"}},
}


def spec(copies: int, out: int) -> cnnshape.Spec:
    layers = {"b": {"block": "u", "repeat": copies}, "last": {**CONV, "out_channels": out}}
    data = {"cnnshape": 1, "input": [4, 4, 4], "blocks": BLOCK, "layers": layers}
    return cnnshape.Spec.of(data, Source("net.yaml"), "net")


@pytest.mark.parametrize("name", RULES)
@pytest.mark.parametrize("out", [4, 5], ids=["holds", "broken"])
def test_since_a_revision(name: str, out: int) -> None:
    rule = {"metric": "macs", "max_increase": 0, **RULES[name]}

    def check(copies: int) -> int:
        before = spec(copies, 4)
        return calls(lambda: cnnshape.check(spec(copies, out), rules=[rule], base=lambda _: before))

    check(2)  # what is imported and compiled once
    assert check(400) < 2.2 * check(200)


@pytest.mark.parametrize("name", RULES)
def test_since_a_baseline(name: str, tmp_path: Path) -> None:
    rule = {"metric": "macs", "max_increase": 0, **RULES[name]}

    def check(copies: int) -> int:
        file = tmp_path / f"{copies}.yaml"
        for written, text in update(spec(copies, 4), rules=[rule], baseline=file).files.items():
            Path(written).write_text(text)
        return calls(lambda: cnnshape.check(spec(copies, 5), rules=[rule], baseline=file))

    check(2)
    assert check(400) < 2.2 * check(200)
