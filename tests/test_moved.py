"""Old import paths hand on what has moved, with a warning that names the new one, and cost nobody else anything."""

import subprocess
import sys
from importlib import import_module

import pytest

from tests.places import ROOT

PACKAGE = ROOT / "cnnshape"
MOVED = {
    "cnnshape.budget": ("cnnshape.commands.check", "check"),
    "cnnshape.dims": ("cnnshape.core.dims", "Dim"),
    "cnnshape.errors": ("cnnshape.core.errors", "CnnshapeError"),
    "cnnshape.graph": ("cnnshape.graph.graph", "Graph"),
    "cnnshape.reach": ("cnnshape.layers.index_maps", "Window"),
    "cnnshape.registry": ("cnnshape.layers.registry", "layer_types"),
    "cnnshape.render.comparison": ("cnnshape.commands.compare.render", "render"),
    "cnnshape.spec": ("cnnshape.spec.document", "Spec"),
    "cnnshape.terms.values": ("cnnshape.symbolic.evaluation", "value"),
}


@pytest.mark.parametrize("old", MOVED)
def test_an_old_path_hands_on_the_name(old: str) -> None:
    new, name = MOVED[old]
    code = f"from {old} import {name}\nimport {new}\nassert {name} is {new}.{name}"
    ran = subprocess.run([sys.executable, "-W", "default", "-c", code], capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr
    first = ran.stderr.splitlines()[0]
    assert first.startswith(f"<string>:1: DeprecationWarning: `{old}")
    assert f"has moved to `{new}" in first


def test_a_name_that_never_was_there_is_not_found() -> None:
    for package in ("cnnshape.spec", "cnnshape.graph"):
        with pytest.raises(AttributeError, match="no attribute"):
            import_module(package).nothing  # noqa: B018 - looking it up is the point


def test_every_module_that_only_hands_on_is_listed() -> None:
    found = {path for path in PACKAGE.rglob("*.py") if "moved(__name__" in path.read_text()}
    names = {".".join(("cnnshape", *path.relative_to(PACKAGE).with_suffix("").parts)) for path in found}
    assert names == {*MOVED} - {"cnnshape.spec", "cnnshape.graph"}
