"""Copies of blocks that are moved are those that would have been built, in every respect."""

import sys
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import cnnshape
from cnnshape.core.errors import CnnshapeError
from cnnshape.graph import block_calls, copies
from cnnshape.graph.assembly import Assembly
from cnnshape.graph.scope import Scope
from tests.graph.copy_nets import NETS
from tests.published.test_zoo import MEMBERS, Member, member_id
from tests.strategies.specs import specs


def _all(spec: Any, **options: Any) -> Any:
    """All that a build gives: the graph down to the places of its layers, or what is wrong."""
    try:
        graph = cnnshape.build(spec, **options)
    except CnnshapeError as error:
        return type(error), error.problems
    return graph.inputs, graph.nodes, graph.outputs, graph.paths, graph.shapes, graph.notes


def _differs(spec: Any, **options: Any) -> bool:
    """Whether a build gives anything else than one in which no copy is moved."""
    moved = _all(spec, **options)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(block_calls, "depends", lambda *_, **__: None)
        built = _all(spec, **options)
    return bool(moved != built)


@pytest.fixture
def moves(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The paths of the copies that are moved."""
    found = []

    def again(*args: Any) -> copies.Moved | None:
        moved = copies.again(*args)
        found.extend([moved.move.path] if moved else [])
        return moved

    monkeypatch.setattr(block_calls, "again", again)
    return found


@pytest.mark.parametrize("member", MEMBERS, ids=member_id)
def test_the_zoo_is_the_same(member: Member) -> None:
    file, variant = member
    spec = cnnshape.load(file)
    for batch in (1, 3):
        assert not _differs(spec, variant=variant, batch=batch)


@pytest.mark.parametrize("name", NETS)
def test_nets_made_to_trip_it_are_the_same(name: str) -> None:
    for batch in (1, 2):
        assert not _differs(NETS[name], batch=batch)


@given(spec=specs(), variant=st.sampled_from([None, "a", "b", "c"]))
def test_random_nets_are_the_same(spec: dict[str, Any], variant: str | None) -> None:
    assert not _differs(spec, variant=variant)


def test_a_copy_is_moved_where_a_net_repeats(moves: list[str]) -> None:
    cnnshape.build(NETS["repeats"])
    assert moves == ["stage.0.b.1", "stage.1.a", "stage.1.b.0", "stage.1.b.1", "stage.2", "stage.3"]


@pytest.mark.parametrize("layers", range(1, 45))
def test_bounds_stop_it_at_the_same_layer(layers: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.modules[Assembly.__module__], "MOST_LAYERS", layers)
    assert not _differs(NETS["nested"])
    assert not _differs(NETS["nothing in a copy"])


def test_what_is_shown_of_open_numbers_is_the_same() -> None:
    spec = NETS["repeats"]
    free = ("H", "W", "N")
    moved = str(cnnshape.formula(spec, free=free))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(block_calls, "depends", lambda *_, **__: None)
        assert str(cnnshape.formula(spec, free=free)) == moved


def _wrong(change: Callable[[Any], Any]) -> Callable[..., Any]:
    """Keys of copies that say less than they should."""

    def depends(*args: Any, **options: Any) -> Any:
        key = copies.depends(*args, **options)
        return key if key is None else change(key)

    return depends


def _without(place: int) -> Callable[..., Any]:
    return _wrong(lambda key: (*key[:place], *key[place + 1 :]))


def _deaf_to(place: int) -> Callable[..., Any]:
    return _wrong(lambda key: (*key[:4], *[(*each[:place], *each[place + 1 :]) for each in key[4]], *key[5:]))


def _loose(assembly: Any, scope: Any, template: Any, sources: Any, arguments: Any, **options: Any) -> Any:
    key = copies.depends(assembly, scope, template, sources, {}, **options)
    return key if key is None else (*key, *arguments.items())


def _shared(assembly: Any, scope: Scope, *args: Any, **options: Any) -> Any:
    shared, scope.shared = scope.shared, None
    try:
        return copies.depends(assembly, scope, *args, **options)
    finally:
        scope.shared = shared


def _keep(assembly: Any, same: Any, copy: Scope, start: copies.Extent) -> None:
    copies.keep(assembly, same, copy, start._replace(told=copies.Extent.of(assembly).told))


BITES: dict[str, tuple[Any, str, Any]] = {
    "the block": (block_calls, "depends", _without(0)),
    "the blocks above": (block_calls, "depends", _without(1)),
    "the arguments": (block_calls, "depends", _without(2)),
    "arguments that are equal": (block_calls, "depends", _loose),
    "trainable": (block_calls, "depends", _without(3)),
    "shapes": (block_calls, "depends", _deaf_to(0)),
    "indices": (block_calls, "depends", _deaf_to(1)),
    "the batch": (block_calls, "depends", _deaf_to(2)),
    "a value read twice": (block_calls, "depends", _without(5)),
    "ignore": (block_calls, "depends", _without(6)),
    "shared weights": (block_calls, "depends", _shared),
    "problems": (block_calls, "keep", _keep),
    "taken paths": (Assembly, "free", lambda *_: True),
}
"""Builders that forget one thing that a copy depends on, or that keeps it from being moved."""


@pytest.mark.parametrize("name", BITES)
def test_forgetting_is_noticed(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def noticed(spec: dict[str, Any]) -> bool:
        try:
            return _differs(spec) or _differs(spec, batch=2)
        except (AssertionError, KeyError, TypeError):
            return True  # the builder trips over itself

    monkeypatch.setattr(*BITES[name])
    assert any(map(noticed, NETS.values()))
