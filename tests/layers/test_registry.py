"""Layers of other packages come in through an entry point, or by hand, and never through a global."""

import importlib
from pathlib import Path

import pytest

import cnnshape
from cnnshape.core.errors import SpecError, UsageError
from cnnshape.layers import BUILTIN, REFUSED
from cnnshape.layers.registry import layer_type, layer_types

LAYER = '''
from typing import final
from typing_extensions import override
from cnnshape.core.dims import Shape
from cnnshape.layers.base import Elementwise, Ops, elements
from cnnshape.layers.fields import Size


@final
class Twice(Elementwise):
    """Two times the input, with a number of heads that does nothing.

    Shapes: any.  Cost: a mul per element.  References: none.
    """

    heads: Size = 1

    @override
    def ops(self, x: Shape) -> Ops:
        return Ops(mul=elements(x))
'''


def _install(place: Path, package: str, op: str) -> None:
    """A package as pip would leave it: a module and its metadata."""
    (place / f"{package}.py").write_text(LAYER)
    info = place / f"{package}-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {package}\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(f"[cnnshape.layers]\n{op} = {package}:Twice\n")


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.syspath_prepend(str(tmp_path))
    importlib.invalidate_caches()
    return tmp_path


NET = {"cnnshape": 1, "input": [2, 4], "layers": {"twice": {"op": "Twice", "heads": 2}}}


def test_a_plug_in_is_found_by_its_entry_point(site: Path) -> None:
    _install(site, "plugin_one", "Twice")
    assert cnnshape.analyze(NET)["twice"].ops.mul == 8
    with pytest.raises(SpecError, match="Twice has no field `head`"):
        cnnshape.analyze({**NET, "layers": {"twice": {"op": "Twice", "head": 2}}})


def test_two_owners_of_an_op_are_both_named(site: Path) -> None:
    _install(site, "plugin_two", "Twice")
    _install(site, "plugin_three", "Twice")
    with pytest.raises(UsageError, match=r"two packages bring the op `Twice`: plugin.three and plugin.two"):
        layer_types()


def test_a_built_in_op_is_not_replaced_behind_your_back(site: Path) -> None:
    _install(site, "plugin_four", "Conv2d")
    with pytest.raises(UsageError, match="two packages bring the op `Conv2d`: cnnshape and plugin"):
        layer_types()


def test_a_layer_passed_by_hand() -> None:
    from cnnshape.layers.activation import ReLU

    registry = layer_types() | {"Twice": ReLU}
    analysis = cnnshape.analyze({**NET, "layers": {"t": {"op": "Twice"}}}, registry=registry)
    assert analysis["t"].op == "Twice"
    assert "Twice" not in layer_types()


@pytest.mark.parametrize("op", REFUSED)
def test_refused_ops_say_why(op: str) -> None:
    with pytest.raises(SpecError, match=f"`{op}` is refused: "):
        layer_type(op, BUILTIN)


def test_an_unknown_op_gets_the_nearest() -> None:
    with pytest.raises(SpecError) as caught:
        layer_type("Con2d", BUILTIN)
    assert str(caught.value) == "error: there is no op `Con2d` [unknown-name]\n\nhint: did you mean `Conv2d`?"
