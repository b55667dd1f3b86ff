"""Layers that reach no output: all of them at once, with a line that settles it."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import cnnshape
from cnnshape.core.errors import CnnshapeError
from tests.graph.hints.following import net, refused, ticked


def test_a_dead_tail_is_one_mistake() -> None:
    layers = {"a": "ReLU", "b": "Sigmoid", "c": "ReLU", "d": "Tanh"}
    with pytest.raises(CnnshapeError) as caught:
        cnnshape.analyze(net(layers, 3, 8, 8, outputs=["a"]))
    (problem,) = caught.value.problems
    assert problem.text == "3 layers reach no output: `b`, `c` and `d`"
    assert problem.hint == "add `unused: [b, c, d]` to set them aside, or `outputs: [a, d]` to return `d`"


def test_what_is_unused_already_stays_so() -> None:
    layers = {"a": "ReLU", "b": "Sigmoid", "c": "ReLU"}
    problem = refused(net(layers, 3, 8, 8, outputs=["a"], unused=["b"]))
    assert problem.text == "the layer reaches no output"
    assert problem.hint == "add `unused: [b, c]` to set it aside, or `outputs: [a, c]` to return `c`"


def test_a_layer_inside_a_block_that_works() -> None:
    block = {"layers": {"x": "ReLU", "y": "Sigmoid", "z": {"op": "ReLU", "from": "x"}}}
    layers = {"one": {"block": "u"}, "two": {"block": "u", "repeat": 2}, "three": {"block": "u", "from": "one"}}
    problem = refused(net(layers, 3, 8, 8, blocks={"u": block}))
    assert problem.text == "8 layers reach no output: `one.y`, `two` and `three.y`"
    assert problem.hint == "add `unused: [one.y, two, three.y]` to set them aside"


def test_many_layers_are_counted() -> None:
    layers = {f"l{place}": "ReLU" for place in range(30)}
    problem = refused(net(layers, 3, 8, 8, outputs=["l0"]))
    assert problem.text.startswith("29 layers reach no output: `l1`, `l2`, ")
    assert problem.text.endswith("`l7` and 22 more")
    assert problem.hint.count("`") == 6


@st.composite
def nets(draw: st.DrawFn) -> dict[str, Any]:
    """Nets in which some layers are read by none, in blocks or not, some of which are set aside already."""
    block = {"layers": {"x": "ReLU", "y": "Sigmoid", "z": {"op": "Tanh", "from": draw(st.sampled_from("xy"))}}}
    layers: dict[str, Any] = {}
    for place in range(draw(st.integers(1, 8))):
        entry: dict[str, Any] = draw(st.sampled_from([{"op": "ReLU"}, {"block": "u"}, {"block": "u", "repeat": 2}]))
        if layers:
            entry = {**entry, "from": draw(st.sampled_from(["input", *layers]))}
        layers[f"l{place}"] = entry
    outputs = draw(st.lists(st.sampled_from(sorted(layers)), min_size=1, max_size=2, unique=True))
    return net(layers, 3, 8, 8, blocks={"u": block}, outputs=outputs)


@given(nets(), st.booleans())
def test_the_line_settles_it(spec: dict[str, Any], aside: bool) -> None:
    try:
        whole = cnnshape.analyze(spec)
    except CnnshapeError as error:
        (problem,) = error.problems
        settings = ticked(problem.hint)
        line = settings[0] if aside or len(settings) == 1 else settings[1]
        settled = cnnshape.analyze({**spec, **line})
        dead = [node.path for node in settled.graph.nodes if not node.live]
        assert bool(dead) is ("unused" in line)
    else:
        assert all(node.live for node in whole.graph.nodes)
