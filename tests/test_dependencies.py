"""What the package needs: every import is declared, and the lowest versions are those that CI tries."""

import ast
import re
import sys
import tomllib
from pathlib import Path

import pytest

from tests.places import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
IMPORTED = {"PyYAML": "yaml"}
"""Packages that are imported by another name."""

NEEDED: list[str] = PROJECT["dependencies"]
EXTRAS: dict[str, list[str]] = PROJECT["optional-dependencies"]


def name(requirement: str) -> str:
    """The name of a requirement, as package indexes compare it."""
    found = re.match(r"[A-Za-z0-9._-]+", requirement)
    assert found
    return re.sub(r"[-_.]+", "-", found[0]).lower()


def module(package: str) -> str:
    known = {name(one): other for one, other in IMPORTED.items()}
    return known.get(package, package.replace("-", "_"))


def imports(file: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level:
            found.add(node.module or "")
    return {each.partition(".")[0] for each in found}


def test_every_import_is_declared() -> None:
    optional = [each for extra in ("torch", "onnx", "sweep", "plot", "symbolic", "bench") for each in EXTRAS[extra]]
    declared = {module(name(each)) for each in [*NEEDED, *optional]} | {"cnnshape"}
    found = {each for file in (ROOT / "cnnshape").rglob("*.py") for each in imports(file)}
    assert found - declared - sys.stdlib_module_names - {"dask"} == set()
    assert {module(name(each)) for each in NEEDED} <= found


@pytest.mark.parametrize("requirement", [*NEEDED, *(each for extra in EXTRAS.values() for each in extra)])
def test_what_is_pinned_is_allowed(requirement: str) -> None:
    pins = {name(line): line.partition("==")[2] for line in (ROOT / "constraints.txt").read_text().splitlines() if line}
    floor = re.search(r">=([0-9.]+)", requirement)
    if floor and name(requirement) in pins:
        assert tuple(map(int, re.findall(r"\d+", pins[name(requirement)]))) >= tuple(map(int, floor[1].split(".")))


def test_the_lowest_versions_are_the_floors() -> None:
    lines = (ROOT / "constraints-lowest.txt").read_text().splitlines()
    lowest = {name(line): line.partition("==")[2] for line in lines if not line.startswith("#")}
    floors = {name(each): each.partition(">=")[2] for each in NEEDED}
    assert lowest.keys() == floors.keys()
    for package, version in lowest.items():
        assert re.fullmatch(rf"{re.escape(floors[package])}(\.0)*", version), package


def test_ci_tries_the_lowest_versions() -> None:
    workflow = (ROOT / ".github" / "workflows" / "ci.yml").read_text()
    assert "bash .ci/lowest" in workflow
    script = (ROOT / ".ci" / "lowest").read_text()
    assert "-c constraints-lowest.txt" in script
    for file in re.findall(r"tests/[\w/.]+", script):
        assert (ROOT / file).exists(), file
