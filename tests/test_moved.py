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
    "cnnshape.render.comparison": ("cnnshape.commands.compare.view", "Options"),
    "cnnshape.spec": ("cnnshape.spec.document", "Spec"),
    "cnnshape.terms.values": ("cnnshape.symbolic.evaluation", "value"),
}


def test_old_paths_hand_on_the_names() -> None:
    code = "".join(
        f"from {old} import {name}\nimport {new}\nassert {name} is {new}.{name}\n" for old, (new, name) in MOVED.items()
    )
    ran = subprocess.run([sys.executable, "-W", "default", "-c", code], capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr
    said = [line for line in ran.stderr.splitlines() if line.startswith("<string>")]
    for place, (line, (old, (new, _))) in enumerate(zip(said, MOVED.items(), strict=True)):
        assert line.startswith(f"<string>:{3 * place + 1}: DeprecationWarning: `{old}")
        assert f"has moved to `{new}" in line


def test_a_name_that_never_was_there_is_not_found() -> None:
    for package in ("cnnshape.spec", "cnnshape.graph"):
        with pytest.raises(AttributeError, match="no attribute"):
            import_module(package).nothing  # noqa: B018 - looking it up is the point


def test_every_module_that_only_hands_on_is_listed() -> None:
    found = {path for path in PACKAGE.rglob("*.py") if "moved(__name__" in path.read_text()}
    names = {".".join(("cnnshape", *path.relative_to(PACKAGE).with_suffix("").parts)) for path in found}
    assert names == {*MOVED} - {"cnnshape.spec", "cnnshape.graph"}
