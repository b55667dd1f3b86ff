"""Figures of nets with several outputs: none depends on an order that means nothing."""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import cnnshape
from cnnshape.analysis.metrics import METRICS, OURS
from cnnshape.analysis.result import Analysis
from cnnshape.commands.explain.totals import net_explanation
from cnnshape.commands.report.rows import leaving, rows
from cnnshape.commands.report.view import Options
from cnnshape.graph.build import build
from cnnshape.graph.graph import Graph
from cnnshape.render import render
from cnnshape.render import render as compared
from cnnshape.spec.document import load
from tests.oracle.nets import nets
from tests.places import ZOO

LAYERS = {
    "a": {"op": "Conv2d", "out_channels": 8, "kernel_size": 3, "padding": 1},
    "b": {"op": "Conv2d", "out_channels": 8, "kernel_size": 3, "padding": 1},
    "c": {"op": "Conv2d", "out_channels": 8, "kernel_size": 7, "padding": 3},
}


def two(*outputs: str, **more: Any) -> dict[str, Any]:
    """A net with two heads, which see 3 and 11 pixels."""
    return {"cnnshape": 1, "name": "two", "input": [3, 32, 32], "layers": LAYERS, "outputs": [*outputs], **more}


def conv(size: int, **more: Any) -> dict[str, Any]:
    return {"op": "Conv2d", "out_channels": 4, "kernel_size": size, "padding": size // 2, **more}


def net(*, inputs: Any = None, outputs: Sequence[str] = (), **layers: Any) -> Analysis:
    start = {"inputs": inputs} if inputs else {"input": [4, 16, 16]}
    more = {"outputs": [*outputs]} if outputs else {}
    return cnnshape.analyze({"cnnshape": 1, **start, "layers": layers, **more})


def figures(analysis: Analysis, keys: Sequence[str] = OURS) -> dict[str, Any]:
    found = {key: METRICS[key].net(analysis) for key in keys}
    if "output" in found:
        found["output"] = sorted(found["output"])
    return found


def reordered(graph: Graph, order: Sequence[int], outputs: Sequence[int]) -> Graph:
    """The same net in another order of inputs, layers and outputs; ``order`` says which layer wants to be early."""
    first = len(graph.inputs)
    place = dict(zip(range(first + len(graph.nodes)), order, strict=True))
    names = sorted(range(first), key=place.__getitem__)
    done, waiting = [*names], set(range(first, len(place)))
    while waiting:
        free = [value for value in waiting if not _needs(graph, value) & waiting]
        value = min(free, key=place.__getitem__)
        done.append(value)
        waiting.discard(value)
    to = {value: number for number, value in enumerate(done)}
    nodes = []
    for value in done[first:]:
        node = graph.nodes[value - first]
        owner = None if node.owner is None else to[node.owner]
        nodes.append(node._replace(sources=tuple(to[source] for source in node.sources), owner=owner))
    inputs = list(graph.inputs.items())
    return replace(
        graph, inputs=dict(inputs[value] for value in names), nodes=tuple(nodes),
        outputs=tuple(to[graph.outputs[at]] for at in outputs),
    )  # fmt: skip


def _needs(graph: Graph, value: int) -> set[int]:
    node = graph.node(value)
    assert node
    return {*node.sources, *([] if node.owner is None else [node.owner])}


@given(nets(), st.data())
def test_the_order_of_outputs_changes_no_figure(data: dict[str, Any], choice: st.DataObject) -> None:
    graph = build(load(data))
    outputs = choice.draw(st.permutations(range(len(graph.outputs))))
    same = reordered(graph, range(len(graph.paths)), outputs)
    analyses = [cnnshape.analyze(each) for each in (graph, same)]
    before, after = map(figures, analyses)
    assert before == after
    peaks = [analysis.peak_memory for analysis in analyses]
    assert peaks[0] == peaks[1]
    paths = [net_explanation(analysis, ["depth", "receptive_field"]).totals for analysis in analyses]
    assert paths[0] == paths[1]


@given(nets(), st.data())
def test_the_order_of_branches_and_inputs_changes_no_figure(data: dict[str, Any], choice: st.DataObject) -> None:
    graph = build(load(data))
    order = choice.draw(st.permutations(range(len(graph.paths))))
    outputs = choice.draw(st.permutations(range(len(graph.outputs))))
    same = reordered(graph, order, outputs)
    keys = [key for key in OURS if key != "peak_memory"]  # layers run in the order of the file
    before, after = (cnnshape.analyze(each) for each in (graph, same))
    assert figures(before, keys) == figures(after, keys)
    assert before.local_fields == {path: after.local_fields[path] for path in before.local_fields}
    levels = [
        {row.path: {record.path for record in leaving(row)} for row in rows(analysis, 1)}
        for analysis in (before, after)
    ]
    assert levels[0] == levels[1]


@given(nets())
def test_a_net_sees_what_its_outputs_see(data: dict[str, Any]) -> None:
    analysis = cnnshape.analyze(data)
    whole, each = analysis.local_field, analysis.local_fields.values()
    assert whole.whole == any(found.whole for found in each)
    if all(found.size is not None for found in each):
        assert whole.size == max(found.size or 0 for found in each)
    of = METRICS["depth"].output
    assert of
    assert analysis.depth == max(of(analysis, path) for path in analysis.outputs)


@pytest.mark.parametrize("outputs", [("a", "c"), ("c", "a")])
def test_the_largest_output_counts(outputs: tuple[str, ...]) -> None:
    assert figures(cnnshape.analyze(two(*outputs)), ["receptive_field"]) == {"receptive_field": 11}
    assert cnnshape.check(two(*outputs), rules=[{"metric": "receptive_field", "min": 9}]).ok
    assert cnnshape.compare(two(*outputs)).nets[0]["receptive_field"] == 11
    assert cnnshape.sweep(two(*outputs), H=[32], figures=["receptive_field"])["receptive_field"].tolist() == [11]


def test_what_counts_as_the_last_map() -> None:
    pooled = {"op": "AdaptiveAvgPool2d", "output_size": 1}
    classifier = net(conv=conv(5), pool=pooled, flat="Flatten", fc={"op": "Linear", "out_features": 2})
    assert classifier.local_field == (5, False, None, None)
    gated = net(conv=conv(5), pool=pooled, gate="Sigmoid", mul={"op": "Mul", "from": ["conv", "gate"]})
    assert gated.local_field == (5, True, None, None)
    perceptron = net(flat="Flatten", fc={"op": "Linear", "out_features": 2})
    assert perceptron.local_field == (None, True, None, None)
    vector = net(inputs={"x": [8]}, fc={"op": "Linear", "out_features": 2})
    assert vector.local_field == (None, False, None, None)
    assert net(conv=conv(3), norm={"op": "GroupNorm", "num_groups": 2}).local_field == (3, True, None, None)
    one_axis = net(
        conv=conv(3), mean={"op": "Mean", "dim": 2}, line={"op": "Conv1d", "out_channels": 2, "kernel_size": 5}
    )
    assert one_axis.local_field == (7, True, None, None)


def test_branches_that_meet_after_pooling_count_both() -> None:
    def joined(first: str, second: str) -> Analysis:
        sizes = {"small": 3, "large": 9}
        pooled = {"op": "AdaptiveAvgPool2d", "output_size": 1, "from": ""}
        layers: dict[str, Any] = {}
        for name in (first, second):
            layers[name] = conv(sizes[name], **{"from": "input"})
            layers[f"{name}_pool"] = {**pooled, "from": name}
        return net(**layers, cat={"op": "Concat", "from": ["small_pool", "large_pool"]})

    for order in (("small", "large"), ("large", "small")):
        found = joined(*order)
        assert found.local_field == (9, False, None, None)
        assert [record.path for record in found.last_maps["cat"]] == [*order]


def test_resnet_is_local_and_squeeze_and_excite_is_not() -> None:
    found = cnnshape.compare(ZOO / "resnet50.yaml", ZOO / "mobilenet_v3.yaml")
    seen = [(net["receptive_field"], net["receptive_field_global"]) for net in found]
    assert seen == [(427, False), (595, True)]
    assert re.search(r"resnet50 .* 427 .*\nmobilenet_v3 .* 595 \+ global ", compared(found))


def test_tokens_that_attend_see_their_patch_and_everything() -> None:
    vit = net(
        inputs={"x": [3, 32, 32]}, patch={"op": "Conv2d", "out_channels": 8, "kernel_size": 8, "stride": 8},
        flat={"op": "Flatten", "start_dim": 2}, seq={"op": "Transpose", "dim0": 1, "dim1": 2},
        mha={"op": "MultiheadAttention", "num_heads": 2, "batch_first": True},
        add={"op": "Add", "from": ["mha", "seq"]}, pool={"op": "Mean", "dim": 1},
        fc={"op": "Linear", "out_features": 4},
    )  # fmt: skip
    assert vit.local_field == (8, True, None, None)
    assert [record.path for record in vit.last_maps["fc"]] == ["add"]


def test_a_rule_may_name_an_output() -> None:
    rules: list[dict[str, Any]] = [
        {"metric": "receptive_field", "select": {"output": "a"}, "equals": 3},
        {"metric": "receptive_field", "select": {"output": "c"}, "equals": 11},
        {"metric": "depth", "select": {"output": "a"}, "equals": 1},
        {"metric": "receptive_field_global", "select": {"output": "a"}, "equals": False},
        {"metric": "output", "select": {"output": "a"}, "equals": [1, 8, 32, 32]},
    ]
    report = cnnshape.check(two("a", "c"), rules=rules)
    assert report.ok
    assert [each.rule.title for each in report.outcomes][:2] == [
        "receptive_field, output a",
        "receptive_field, output c",
    ]
    broken = cnnshape.check(two("a", "c"), rules=[{"metric": "receptive_field", "select": {"output": "a"}, "min": 9}])
    assert [(each.path, each.value) for each in broken.broken[0].contributors] == [("a", 3)]


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ({"metric": "receptive_field", "select": {"output": "b"}, "min": 9}, "`b` is not an output of `two`"),
        (
            {"metric": "macs", "select": {"output": "a"}, "max": "1 M"},
            "belongs to the net as a whole, not to one output",
        ),
        ({"metric": "depth", "select": {"output": "a", "take": "max"}, "max": 3}, "an output is selected alone"),
        ({"metric": "receptive_field", "select": "a", "max": 3}, "or name an output: `select: {output: NAME}`"),
        ({"metric": "receptive_field_global", "max": 1}, "is true or false and has no max"),
        ({"metric": "receptive_field_global", "equals": 1}, "equals takes true or false, not 1"),
    ],
)
def test_a_rule_that_names_no_output_is_refused(rule: dict[str, Any], said: str) -> None:
    with pytest.raises(cnnshape.SpecError) as raised:
        cnnshape.check(two("a", "c"), rules=[rule])
    assert said in str(raised.value) or said in raised.value.problems[0].hint


def test_an_axis_of_several_outputs_is_refused() -> None:
    with pytest.raises(cnnshape.UsageError, match="2 outputs") as raised:
        cnnshape.sweep(two("a", "c"), H=[32, 40], figures=["output[2]"])
    assert "`output[2]@a` or `output[2]@c`" in raised.value.problems[0].hint
    found = cnnshape.sweep(two("a", "c"), H=[32, 40], figures=["output[2]@c"])
    assert found["output[2]@c"].tolist() == [32, 40]


def test_a_diff_says_what_became_of_each_output() -> None:
    layers = {
        **LAYERS,
        "a": {**LAYERS["a"], "kernel_size": 5, "padding": 2},
        "c": {**LAYERS["c"], "kernel_size": 5, "padding": 2},
    }
    old, new = cnnshape.analyze(two("a", "c")), cnnshape.analyze({**two("a", "c"), "layers": layers})
    found = cnnshape.diff(old, new)
    assert found.totals["receptive_field"] == (11, 11)
    assert [(pair.old and pair.old.local.size, pair.new and pair.new.local.size) for pair in found.outputs] == [
        (3, 5),
        (11, 11),
    ]
    text = str(found)
    assert re.search(r"RF of a +3 +5\n", text)
    assert "RF of c" not in text
    moved = {**LAYERS, "a": {**LAYERS["a"], "padding": 2}}
    other = cnnshape.analyze({**two("a", "c"), "layers": moved})
    assert "3 /1 @-2" in str(cnnshape.diff(old, other))
    assert not any(pair.changed for pair in cnnshape.diff(old, cnnshape.analyze(two("c", "a"))).outputs)


def test_a_block_shows_what_leaves_it() -> None:
    layers = {
        "back.first": conv(3, stride=2), "back.second": conv(3, stride=2),
        "head.a": conv(7, **{"from": "back.first"}), "head.b": conv(7, **{"from": "back.second"}),
        "one.x": conv(1, **{"from": "back.first"}), "one.y": conv(1, **{"from": "one.x"}),
    }  # fmt: skip
    analysis = net(outputs=["head.b", "head.a", "one.y"], **layers)
    text = render(analysis, "text", Options(level=1, columns=("path", "output", "rf")))
    assert "back   (1, 4, 8, 8), (1, 4, 4, 4)  3 /2 @-1, 7 /4 @-3" in text
    assert "one    (1, 4, 8, 8)                3 /2 @-1" in text
