"""Channels that are taken together, against the same net with every channel by itself."""

from itertools import product
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from cnnshape.analysis.receptive import blurs
from cnnshape.analysis.receptive.blurs import Blur
from cnnshape.analysis.receptive.propagation import Walk
from cnnshape.graph.build import build
from cnnshape.graph.graph import Graph
from tests.analysis.view_reads import read_by

Layers = dict[str, dict[str, Any]]


def depthwise(channels: int, kernel: int) -> dict[str, Any]:
    pads = {"kernel_size": kernel, "padding": kernel // 2}
    return {"op": "Conv2d", "out_channels": channels, "groups": channels, **pads}


@st.composite
def shuffled(draw: st.DrawFn) -> Graph:
    """A net that cuts its channels, treats the parts differently, and mixes them again."""
    channels, layers = draw(st.sampled_from([4, 6, 8, 12, 16])), Layers()
    width = channels
    for unit in range(draw(st.integers(1, 4))):
        last = next(reversed(layers), "input")
        cut = draw(st.sampled_from([width // 2, width // 2, width // 4 or 1, draw(st.integers(1, width - 1))]))
        layers[f"left{unit}"] = {"op": "Slice", "from": last, "dim": 1, "end": cut}
        layers[f"right{unit}"] = {"op": "Slice", "from": last, "dim": 1, "start": cut}
        kind = draw(st.sampled_from(["depthwise", "all", "groups", "none"]))
        if kind != "none":
            made = width - cut
            groups = {"depthwise": made, "all": 1, "groups": 2 if made % 2 == 0 else 1}[kind]
            pads = {"kernel_size": 2 * unit + 3, "padding": unit + 1}
            layers[f"conv{unit}"] = {"op": "Conv2d", "out_channels": made, "groups": groups, **pads}
        right = next(reversed(layers))
        if draw(st.booleans()):
            layers[f"own{unit}"] = {**depthwise(cut, draw(st.sampled_from([1, 3, 5]))), "from": f"left{unit}"}
        left = f"own{unit}" if f"own{unit}" in layers else f"left{unit}"
        layers[f"both{unit}"] = {"op": "Concat", "from": draw(st.permutations([left, right]))}
        groups = draw(st.sampled_from([g for g in (1, 2, 3, 4) if width % g == 0]))
        if draw(st.booleans()):
            layers[f"mixed{unit}"] = {"op": "ChannelShuffle", "groups": groups}
        else:
            layers[f"apart{unit}"] = {"op": "Unflatten", "dim": 1, "unflattened_size": [groups, -1]}
            layers[f"turned{unit}"] = {"op": "Transpose", "dim0": 1, "dim1": 2}
            layers[f"mixed{unit}"] = {"op": "Flatten", "start_dim": 1, "end_dim": 2}
    if draw(st.booleans()):
        start = draw(st.integers(0, width - 1))
        layers["cut"] = {"op": "Slice", "dim": 1, "start": start, "end": draw(st.integers(start + 1, width))}
    return build({"cnnshape": 1, "input": [channels, 33, 33], "layers": layers})


def differences(net: Graph) -> list[str]:
    """Values all of whose channels together read other rows than they do one by one."""
    one_by_one, together = (list(Walk(net, apart=apart).readings(0, 2)) for apart in (True, False))
    found = []
    for mine, its in zip(together, one_by_one, strict=True):
        size = mine.node.facts.output
        states = mine.step.state, its.step.state
        if len(size) > 3 and all(term.exact for state in states for term in state):
            places = list(product((0,), *map(range, size[1:-2]), (16,), (16,)))
            read = [frozenset[int]().union(*[read_by(state, place, 33) for place in places]) for state in states]
            if read[0] != read[1]:
                found.append(f"{mine.node.path}: {read}")
    return found


@given(shuffled())
def test_channels_together_read_what_they_read_one_by_one(net: Graph) -> None:
    assert differences(net) == []


@pytest.mark.parametrize("wrong", ["everything is taken together", "sides are always one", "windows may be narrower"])
def test_the_test_above_bites(wrong: str) -> None:
    """With one thing wrong it fails."""

    real = blurs.Asking.blurs

    def asked(*args: Any) -> list[Blur | None]:
        found = real(*args)
        if wrong == "everything is taken together":
            return [None] * len(found)
        if wrong == "sides are always one":
            return [Blur(1, 1, mixed=True)] * len(found)
        return [each and each._replace(width=2 * each.width) for each in found]

    @settings(max_examples=500, phases=[Phase.generate])
    @given(shuffled())
    def check(net: Graph) -> None:
        assert differences(net) == []

    with patch.object(blurs.Asking, "blurs", asked), pytest.raises(AssertionError):
        check()
