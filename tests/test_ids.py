"""Every warning and error has an id of one table: the page lists it, and for each there is a mistake that earns it."""

import re
from collections.abc import Callable
from typing import Any, Final

import pytest

import cnnshape
from cnnshape.cli.terminal import put
from cnnshape.core.errors import CnnshapeError, MissingPackage
from cnnshape.core.ids import ERRORS, WARNINGS
from cnnshape.interop.git_revisions import git
from cnnshape.spec.yaml import read
from tests.places import ROOT

IDS: Final = WARNINGS | ERRORS


def net(layer: Any, /, **top: Any) -> Callable[[], object]:
    """Building a net whose second layer is this one."""
    return lambda: cnnshape.build({"cnnshape": 1, "input": [3, 8, 8], "layers": {"a": "ReLU", "b": layer}, **top})


def _import_numpy() -> None:
    raise MissingPackage.of(ModuleNotFoundError(name="numpy"))


BROKEN: Final = {"cnnshape": 1, "input": [3], "layers": {"a": "ReLU"}}

MISTAKES: Final[dict[str, list[Callable[[], object]]]] = {
    "unreadable-file": [lambda: cnnshape.load("no/such.yaml"), lambda: read(b"\xff\xfe"), lambda: read(b"a: \xff")],
    "invalid-yaml": [lambda: read(b"a: ["), lambda: read(b"a: 1\na: 2"), lambda: read(b""), lambda: read(b"a: \x07")],
    "missing-key": [net({}), net({"op": "Linear"}), lambda: cnnshape.load({}), net("ReLU", blocks={"c": {}})],
    "unknown-key": [net({"op": "ReLU", "in": 1}), net("ReLU", layer={})],
    "invalid-value": [
        net({"op": "Conv2d", "out_channels": 0, "kernel_size": 1}),
        net({"op": "ReLU", "trainable": 1}),
        net({"op": "ReLU", "from": []}),
        net({"op": "ReLU", "when": "[]"}),
        net({"op": "ReLU", "ignore": []}),
        net({"shares": 1}),
        net("ReLU", cnnshape=2),
        net("ReLU", unused=3),
    ],
    "invalid-expression": [net({"op": "ReLU", "when": "1 +"}), net({"op": "ReLU", "when": "1 / 0"})],
    "unknown-name": [
        net("Relu"),
        net({"block": "unit"}),
        net({"op": "ReLU", "from": "c"}),
        net({"op": "ReLU", "when": "n"}),
        net({"op": "ReLU", "ignore": ["no-such"]}),
        net("ReLU", unused=["c"]),
        lambda: cnnshape.analyze({"cnnshape": 1, "input": [3], "layers": {"a": "ReLU"}}, dtype="float"),
    ],
    "invalid-spec": [net({"op": "ReLU", "from": "b"}), net("ReLU", inputs={"x": [1]})],
    "dead-layer": [net({"op": "ReLU", "from": "input"})],
    "shape-mismatch": [
        net({"op": "Conv2d", "out_channels": 4, "kernel_size": 9}),
        net({"op": "Conv3d", "out_channels": 4, "kernel_size": 1}),
    ],
    "invalid-usage": [lambda: cnnshape.build({}, batch=0)],
    "plugin-failed": [lambda: cnnshape.build(BROKEN, registry={"ReLU": "no.such.module:Broken"})],
    "missing-package": [_import_numpy],
    "git-failed": [lambda: git("no-such-command")],
    "output-failed": [lambda: put("text", "/no/such/folder/net.txt")],
}  # fmt: skip
"""What earns each id."""


@pytest.mark.parametrize(("id", "mistake"), [(id, each) for id, those in MISTAKES.items() for each in those])
def test_a_mistake_has_its_id(id: str, mistake: Callable[[], object]) -> None:
    with pytest.raises(CnnshapeError) as caught:
        mistake()
    assert {problem.id for problem in caught.value.problems} == {id}
    assert all(line.endswith(f" [{id}]") for line in str(caught.value).splitlines() if line.startswith("error: "))


def test_no_other_id_is_given_and_each_is_earned() -> None:
    """What the code writes, for problems come from many places."""
    texts = "".join(file.read_text() for file in (ROOT / "cnnshape").rglob("*.py"))
    given = {
        *re.findall(r'\b(?:id|id: ClassVar\[str\]) ?= ?"([a-z-]+)"', texts),
        *re.findall(r'Finding\("([a-z-]+)"', texts),
    }
    assert given == IDS.keys()
    assert {*MISTAKES, "out-of-memory"} == ERRORS.keys()  # the last has a test of its own, with the sweep


def test_the_page_lists_them() -> None:
    page = (ROOT / "docs" / "problems.md").read_text()
    assert dict(re.findall(r"^\| `([a-z-]+)` \| (.*) \|$", page, re.M)) == IDS
