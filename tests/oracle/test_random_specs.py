"""Specs with blocks, repeats, conditions and variants that nobody thought of: against their expansion, and torch."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import cnnshape
from cnnshape.commands.expand.expand import expanded
from cnnshape.graph.graph import Graph
from tests.effort import share
from tests.oracle.test_random_graphs import assert_verified
from tests.places import ROOT
from tests.strategies.specs import specs

VARIANT = st.sampled_from([None, "a", "b", "c"])
SHIPPED = sorted((ROOT / "specs").rglob("*.yaml"))


def structure(graph: Graph) -> tuple[Any, ...]:
    """All of a graph but its name and where things stand in files."""
    nodes = [(n.path, n.op, n.facts, n.sources, n.trainable, n.ignore, n.owner, n.live) for n in graph.nodes]
    return graph.inputs, graph.outputs, graph.batch, nodes


def assert_expands(graph: Graph, folder: Path) -> None:
    """Fail where the flat spec, read from a file, gives another net."""
    file = folder / "flat.yaml"
    file.write_text(expanded(graph), encoding="utf-8")
    assert structure(cnnshape.build(file, batch=graph.batch)) == structure(graph)


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("flat")


@given(spec=specs(), variant=VARIANT, batch=st.integers(1, 2))
def test_the_expansion_is_the_same_net(spec: dict[str, Any], variant: str | None, batch: int, folder: Path) -> None:
    assert_expands(cnnshape.build(spec, variant=variant, batch=batch), folder)


@given(spec=specs(), variant=VARIANT)
def test_torch_agrees(spec: dict[str, Any], variant: str | None, device: str) -> None:
    assert_verified(cnnshape.analyze(spec, variant=variant), device)


@pytest.mark.parametrize("file", share(SHIPPED, 3), ids=lambda file: file.stem)
def test_shipped_specs_expand(file: Path, folder: Path) -> None:
    spec = cnnshape.load(file)
    for variant in spec.variants or [None]:
        for batch in (1, 3):
            assert_expands(cnnshape.build(spec, variant=variant, batch=batch), folder)
