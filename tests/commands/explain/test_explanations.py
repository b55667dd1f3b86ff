"""Explanations: what is shown, worked out at the values that are shown, is the figure of the analysis."""

import re
from math import gcd
from typing import Any

import pytest
from hypothesis import given, settings

import cnnshape
from cnnshape.analysis.metrics import METRICS
from cnnshape.commands.explain.derivations import LAYERS_OWN, derivation, open_layer
from cnnshape.commands.explain.explain import OF_A_LAYER, explanation
from cnnshape.commands.explain.letters import opened
from cnnshape.commands.explain.view import VIEW
from cnnshape.layers import BUILTIN
from cnnshape.layers.registry import layer_type
from cnnshape.render import render
from cnnshape.render.notation import written
from cnnshape.symbolic import Term
from tests.commands.explain.nets import analysed, explained, worth
from tests.render.test_notation import FUNCTIONS, assert_balanced
from tests.strategies.all import VALID
from tests.strategies.case import Case

KEYS = ("output", *LAYERS_OWN)


def test_every_metric_of_a_layer_is_explained() -> None:
    of_a_layer = {key for key, metric in METRICS.items() if metric.layer is not None}
    assert {*OF_A_LAYER} == of_a_layer | {"output", "receptive_field"}


def evaluated(term: Any, point: dict[str, int], whole: Any) -> Any:
    """What a formula comes to as it is shown, in Python."""
    if isinstance(term, tuple):
        return tuple(evaluated(each, point, whole) for each in term)
    return eval(written(term, "python", whole=whole), {"__builtins__": {}}, FUNCTIONS | {"gcd": gcd} | point)


@pytest.mark.parametrize("rank", [1, 2, 3])
@pytest.mark.parametrize("kind", ["InstanceNorm", "GroupNorm"])
def test_global_statistics_are_explained_as_they_are_reported(kind: str, rank: int) -> None:
    norm = {"op": f"InstanceNorm{rank}d"} if kind == "InstanceNorm" else {"op": kind, "num_groups": 1}
    conv = {"op": f"Conv{rank}d", "out_channels": 2, "kernel_size": 3}
    spec = {"cnnshape": 1, "input": [3] + [8] * rank, "layers": {"conv": conv, "norm": norm}}
    net = cnnshape.analyze(spec)
    for layer, words in (("norm", "3 /1 @0 + global"), ("conv", "3 /1 @0")):
        text = render(explanation(net, layer))
        assert ("every output sees pixels 0 to 7 besides, through `norm`" in text) is (layer == "norm")
        assert f"result: `{words}`\n" in text
        row = next(line for line in render(net).splitlines() if line.startswith(layer))
        assert row.endswith(f"  {words}")


@pytest.mark.parametrize("op", BUILTIN)
def test_the_formula_at_the_values_is_the_figure(op: str) -> None:
    @settings(max_examples=max(settings().max_examples // 15, 5))
    @given(VALID[op])
    def check(case: Case) -> None:
        net, found = explained(case, *KEYS)
        point = dict(found.point)
        for key in KEYS:
            each = found[key]
            metric, record = METRICS[key], net["x"]
            reported = record.output if key == "output" else metric.layer and metric.layer(record)
            assert each.value == reported, key
            assert worth(each.term, point) == reported, f"{key} of {case}"
            assert evaluated(each.term, point, found.whole) == reported, f"{key} of {case}"
            assert not each.parts or sum(part.value for part in each.parts) == each.value, key
            named = [(part.term, part.value) for part in each.parts] + [(line.term, line.value) for line in each.lines]
            assert [worth(term, point) for term, _ in named] == [number for _, number in named]
            assert each.value != 0 or each.reason or each.parts, key
        for condition in found.conditions:
            assert worth(condition.claim, point), f"{written(condition.claim)} of {case}"

    check()


@pytest.mark.parametrize("op", BUILTIN)
def test_every_op_is_shown_in_every_format(op: str) -> None:
    @settings(max_examples=2)
    @given(VALID[op])
    def check(case: Case) -> None:
        _, found = explained(case)
        for form in VIEW.formats:
            assert render(found, form).endswith("\n")
        assert_balanced(render(found, "latex"))
        for formula in re.findall(r"```math\n(.*?)```", render(found, "markdown"), re.S):
            assert_balanced(formula)
        assert found.source, op

    check()


CONV = Case("Conv2d", {"out_channels": 8, "kernel_size": [3, 5], "stride": 2, "padding": 1}, ((1, 4, 9, 11),))


@pytest.mark.parametrize("name", ["N", "K", "C", "H", "W", "k_h", "k_w", "s", "p"])
def test_a_letter_with_another_value_would_be_noticed(name: str) -> None:
    net, found = explained(CONV, "macs")
    assert worth(found["macs"].term, dict(found.point) | {name: found.point[name] + 2}) != net["x"].macs


def test_an_output_that_is_off_by_one_would_be_noticed() -> None:
    net = analysed(CONV)
    layer = open_layer(net, net["x"])
    macs = derivation(layer, METRICS["macs"])
    assert isinstance(macs.term, Term)
    assert worth(macs.term + layer.opened.inputs[0][0], layer.point) != net["x"].macs


def names(op: str, *inputs: tuple[int, ...], **fields: Any) -> dict[str, int]:
    return opened(layer_type(op, BUILTIN)(**fields), inputs).point


@pytest.mark.parametrize(
    ("found", "wanted"),
    [
        (names("Conv2d", (1, 3, 9, 9), out_channels=4, kernel_size=3), "N K C H W g k s p d"),
        (names("Conv2d", (1, 3, 9, 9), out_channels=4, kernel_size=[3, 5]), "N K C H W g k_h k_w s p d"),
        (names("Conv2d", (1, 3, 9, 9), out_channels=4, kernel_size=3, in_channels=3), "N K C H W g k s p d"),
        (names("Add", (1, 3, 9, 9), (1, 3, 9, 9)), "N C H W"),
        (names("Mul", (1, 3, 9, 9), (1, 3, 1, 1)), "N C H W H2 W2"),
        (names("Concat", (1, 3, 9, 9), (1, 4, 9, 9), dim=1), "N C1 H W C2"),
        (names("Linear", (1, 7, 64), out_features=10), "N K L C"),
        (names("MultiheadAttention", (7, 1, 64), num_heads=4), "L N E h"),
        (names("ZeroPad2d", (1, 3, 9, 9), padding=[1, 2, 3, 4]), "N C H W p_l p_r p_t p_b"),
        (names("ReLU", (1, 2, 3, 4, 5, 6)), "x1 x2 x3 x4 x5 x6"),
    ],
    ids=str,
)
def test_letters_are_those_of_papers(found: dict[str, int], wanted: str) -> None:
    assert " ".join(found) == wanted


SPEC = """\
cnnshape: 1
input: [4, 8, 8]
unused: [aux]
blocks:
  unit:
    vars: {c: required}
    layers:
      conv: {op: Conv2d, out_channels: c, kernel_size: 3, padding: 1, bias: false}
layers:
  one: {block: unit, c: 8}
  two: {op: Conv2d, out_channels: 8, kernel_size: 3, padding: 1, trainable: false}
  three: {shares: two}
  aux: {op: Conv2d, from: one, out_channels: 2, kernel_size: 1}
  flat: {op: Flatten, from: three}
"""


@pytest.fixture
def net(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> cnnshape.Analysis:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "net.yaml").write_text(SPEC, encoding="utf-8")
    return cnnshape.analyze("net.yaml")


def origin(net: cnnshape.Analysis, path: str, letter: str) -> str:
    found = explanation(net, path)
    return "; ".join(str(each) for given in found.letters if given.name == letter for each in given.origins)


def test_letters_say_where_they_come_from(net: cnnshape.Analysis) -> None:
    assert origin(net, "one.conv", "K") == "out_channels, net.yaml:8:26"
    assert origin(net, "one.conv", "s") == "stride, Conv2d's default"
    assert origin(net, "one.conv", "N") == "axis 0 of the input `input`, the batch"
    assert origin(net, "two", "C") == "axis 1 of `one.conv`"
    assert origin(net, "three", "k") == "kernel_size, net.yaml:11:38"
    assert [str(each) for each in explanation(net, "one.conv").calls] == ["block `unit`, net.yaml:10:3"]


@pytest.mark.parametrize(
    ("path", "metric", "reason"),
    [
        ("three", "params", "it uses the weights of `two`, which count there"),
        ("two", "trainable_params", "the spec says `trainable: false`"),
        ("aux", "macs", "it reaches no output, so that only its parameters and buffers count"),
        ("flat", "activation_bytes",
         "Flatten keeps order and number of elements: its output shares the storage of what it reads"),
        ("flat", "conv_activations", "Flatten is no convolution and no linear layer"),
        ("flat", "macs", "Flatten has no MACs"),
        ("flat", "flops.thop", "thop counts nothing for it"),
        ("one.conv", "buffers", "Conv2d has no buffers"),
    ],
)  # fmt: skip
def test_nothing_has_a_reason(net: cnnshape.Analysis, path: str, metric: str, reason: str) -> None:
    found = explanation(net, path, [metric])[metric]
    assert (found.value, found.reason) == (0, reason)


def test_what_is_refused(net: cnnshape.Analysis) -> None:
    for path, metric, text, hint in (
        ("twp", "macs", "there is no layer `twp`", "did you mean `two`?"),
        ("one", "macs", "`one` is a block, and explained is one layer", "its layers: `one.conv`"),
        ("two", "mac", "there is no metric `mac`", "did you mean `macs`?"),
        ("two", "depth", "`depth` belongs to the net as a whole, not to a layer",
         "leave the layer out: `cnnshape explain SPEC --metric depth`"),
        ("input", "macs", "`input` is an input, there are records of layers only", ""),
    ):  # fmt: skip
        with pytest.raises(cnnshape.UsageError) as refused:
            explanation(net, path, [metric])
        assert (refused.value.problems[0].text, refused.value.problems[0].hint) == (text, hint)


def test_totals_are_sums_of_their_parts(net: cnnshape.Analysis) -> None:
    found = cnnshape.explain_net("net.yaml", metric=list(METRICS))
    for each in found.totals:
        assert each.value == (len(net) if each.metric == "layers" else METRICS[each.metric].net(net))
        if METRICS[each.metric].layer or each.metric in ("peak_memory", "depth", "layers"):
            assert sum(part.value for part in each.parts) == each.value, each.metric
    for form in VIEW.formats:
        assert render(found, form)
