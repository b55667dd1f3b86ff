"""What is noticed about a net, and `ignore`, which silences it: of a layer, of all in a call, or of the whole net."""

import copy
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

import cnnshape
from cnnshape.commands.expand.expand import expanded
from cnnshape.core.ids import LAYER_WARNINGS, NET_WARNINGS, WARNINGS
from cnnshape.spec.yaml import read

UNIT: Final[dict[str, Any]] = {
    "layers": {
        "conv": {"op": "Conv1d", "out_channels": "in_channels", "kernel_size": 2, "padding": "same"},
        "mha": {"op": "MultiheadAttention", "num_heads": 2, "from": "input"},
        "add": {"op": "Add", "from": ["conv", "input"]},
    }
}
COPIES: Final = ("one", "two.0.a", "two.0.b", "two.1.a", "two.1.b", "again")
NOISY: Final[dict[str, Any]] = {
    "cnnshape": 1,
    "inputs": {"x": [16, 8], "y": [1]},
    "vars": {"n": 1},
    "blocks": {
        "unit": UNIT,
        "pair": {"layers": {"a": {"block": "unit"}, "b": {"block": "unit"}}},
        "other": UNIT,
    },
    "layers": {
        "one": {"block": "unit"},
        "two": {"block": "pair", "repeat": 2},
        "again": {"shares": "one"},
        "sum": {"op": "Add", "from": ["again", "x"]},
        "last": {"shares": "sum", "from": ["again", "x"]},
    },
    "unused": ["sum", *(f"{copy}.mha" for copy in COPIES)],
}
"""A net with every finding there is: each copy of `unit` has three, and so have `sum` and `last` together."""

PLACES: Final[dict[str, list[str]]] = {
    **{name: ["layers", name] for name in NOISY["layers"]},
    **{f"unit.{name}": ["blocks", "unit", "layers", name] for name in UNIT["layers"]},
    **{f"pair.{name}": ["blocks", "pair", "layers", name] for name in "ab"},
}
"""The entries that can ignore something, and the keys that lead there."""


def noticed(spec: dict[str, Any]) -> set[tuple[str, str]]:
    return {(found.id, found.problem.path) for found in cnnshape.analyze(spec).findings}


def ignoring(ids: dict[str, list[str]], net: list[str]) -> dict[str, Any]:
    """The net with `ignore` at some of its places and at its top."""
    spec = copy.deepcopy(NOISY)
    for place, listed in ids.items():
        entry = spec
        for key in PLACES[place]:
            entry = entry[key]
        entry["ignore"] = listed
    return spec | ({"ignore": net} if net else {})


def left(ids: dict[str, list[str]], net: list[str]) -> set[tuple[str, str]]:
    """What should be noticed: by the names in a path, which tell the entries that lead to a layer."""

    def heard(id: str, path: str) -> bool:
        top, *inside = path.split(".")
        places = [top, f"unit.{inside[-1]}" if inside else "", f"pair.{inside[-2]}" if len(inside) > 2 else ""]
        return not any(id in each for each in [net, *(ids.get(place, []) for place in places)])

    layers = {*((id, f"{copy}.mha") for copy in COPIES for id in ("mixed-samples", "unused-layer"))}
    layers |= {("misaligned-merge", path) for path in ("sum", "last", *(f"{copy}.add" for copy in COPIES))}
    found = {(id, path) for id, path in {*layers, ("unused-layer", "sum")} if heard(id, path)}
    if len(two := {(id, path) for id, path in found if id == "unused-layer" and path.startswith("two")}) > 1:
        found = found - two | {("unused-layer", "two")}  # one line for all of a call
    return found | {(id, "") for id in NET_WARNINGS if id not in net}


@given(
    ids=st.dictionaries(st.sampled_from([*PLACES]), st.lists(st.sampled_from([*LAYER_WARNINGS]), min_size=1)),
    net=st.lists(st.sampled_from([*WARNINGS]), max_size=3),
)
def test_ignore_silences_what_it_names_where_it_is(ids: dict[str, list[str]], net: list[str]) -> None:
    spec = ignoring(ids, net)
    graph = cnnshape.build(spec)
    assert noticed(spec) == left(ids, net)
    flat = cnnshape.build(read(expanded(graph).encode(), "flat.yaml").data)
    assert [(node.path, node.ignore) for node in flat.nodes] == [(node.path, node.ignore) for node in graph.nodes]
    assert flat.ignore == graph.ignore


def test_every_warning_comes_up_and_the_facts_behind_them_stay() -> None:
    assert {id for id, _ in noticed(NOISY)} == WARNINGS.keys()
    silent = cnnshape.analyze(ignoring({}, [*WARNINGS]))
    assert not silent.findings
    assert "warning" not in str(silent)
    assert len(silent.misaligned) == 8
    assert len(silent.mixed_batches) == 6


def test_a_summary_counts_what_is_not_ignored() -> None:
    spec = ignoring({"two": ["misaligned-merge"], "last": ["misaligned-merge"]}, [])
    assert "the largest of 3 offsets" in str(cnnshape.analyze(spec))


@pytest.mark.parametrize("layers", [{"a": {"op": "ReLU", "ignore": ["mixed-samples"]}}, {"a": "ReLU"}])
def test_a_spec_in_python_can_ignore(layers: dict[str, Any]) -> None:
    spec = cnnshape.Spec(input=[3], layers=layers, vars={"n": 1}, ignore=["unused-variable"])
    assert "ignore: [unused-variable]" in spec.to_yaml()
    assert cnnshape.load(read(spec.to_yaml().encode(), "net.yaml").data) == spec
    assert not cnnshape.analyze(spec).findings
