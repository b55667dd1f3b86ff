"""Checks as a library: what holds, what is selected, where rules come from, and who is named when one is broken."""

from dataclasses import FrozenInstanceError
from pathlib import Path
from typing import Any

import pytest

import cnnshape
from cnnshape.analysis.metrics import METRICS
from cnnshape.commands.check.records import Rule
from cnnshape.core.errors import ShapeError, SpecError, UsageError
from cnnshape.spec.yaml.source import Source
from tests.commands.check.nets import LAYERS, net, write


def one(*rules: dict[str, Any], **given: Any) -> cnnshape.Outcome:
    """The only outcome of a rule for the net."""
    (outcome,) = cnnshape.check(net(**given), rules=rules).outcomes
    return outcome


@pytest.mark.parametrize("key", METRICS)
def test_every_metric_can_be_held(key: str) -> None:
    metric, analysis = METRICS[key], cnnshape.analyze(net(), batch=2, flops="full", memory="inplace", dtype="int8")
    value = metric.net(analysis)
    limit = [list(shape) for shape in value] if metric.unit == "shape" else value
    exact = limit if metric.unit in ("shape", "pixels", "flag") or metric.word == "layers" else f"{value} {metric.word}"
    rule = {"metric": key, "equals": exact, "batch": 2, "flops": "full", "memory": "inplace", "dtype": "int8"}
    outcome = one(rule)
    assert (outcome.ok, outcome.actual, outcome.net.setup.batch) == (True, value, 2)
    if metric.unit != "shape":
        assert not one({**rule, "equals": f"{value + 1} {metric.word}" if metric.additive else not value}).ok


def test_settings_are_those_of_an_analysis() -> None:
    rule = {"metric": "macs", "max": "1 MACs", "set": {"width": 5}, "input": [16, 8]}
    expected = cnnshape.analyze(net(), settings={"width": 5}, inputs={"input": (16, 8)}).total.macs
    assert one(rule).actual == one({**rule, "input": {"input": [16, 8]}}).actual == expected


def test_true_is_not_one() -> None:
    conv = {"op": "Conv2d", "out_channels": "n", "kernel_size": 1}
    spec = net(vars={"n": 1}, layers={"conv": conv}, variants={})
    rule = {"metric": "layers", "max": 1}
    assert cnnshape.check(spec, rules=[rule, {**rule, "set": {"n": 1}}]).ok
    with pytest.raises(SpecError, match="not true"):
        cnnshape.check(spec, rules=[{**rule, "set": {"n": 1}}, {**rule, "set": {"n": True}}])


def test_variants_are_globs() -> None:
    spec = net(variants={"w4": {"width": 4}, "w8": {"width": 8}, "big": {"width": 32}})
    rules = [{"metric": "macs", "max": "1 G", "variant": given} for given in ("w*", ["big", "w4"], "*")]
    names = [each.net.variant for each in cnnshape.check(spec, rules=rules).outcomes]
    assert names == ["w4", "w8", "big", "w4", "w4", "w8", "big"]


def test_a_net_is_analysed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    built = []

    def counted(*args: Any, **given: Any) -> Any:
        built.append(given)
        return cnnshape.build(*args, **given)

    monkeypatch.setattr("cnnshape.analysis.setup.build", counted)
    rules = [{"metric": key, "max": "9 P"} for key in ("macs", "params", "flops")] * 5
    rules += [{**rule, "flops": "full"} for rule in rules]
    assert cnnshape.check(net(), rules=[*rules, *({**rule, "batch": 2} for rule in rules)]).nets == 4
    assert len(built) == 2


def test_selections() -> None:
    figures = {}
    for select in (
        "stem",
        "body",
        "body.?",
        "*.conv",
        "top",
        {"op": "Conv2d", "take": "max"},
        {"block": "unit", "path": "*.0"},
    ):
        figures[str(select)] = one({"metric": "params", "max": "1 G", "select": select}).actual
    analysis = cnnshape.analyze(net())
    params = {record.path: record.params for record in analysis}
    convs = [params["body.0.conv"], params["body.1.conv"]]
    assert [*figures.values()] == [
        params["stem"],
        sum(convs),
        sum(convs),
        sum(convs),
        params["top"],
        max(convs),
        convs[0],
    ]


def test_a_block_of_the_library_has_two_names() -> None:
    layers = {"a": {"block": "std/conv_bn_act", "c": 8}, "b": {"block": "std/conv_bn_act", "c": 8}}
    spec = net(layers=layers, blocks={}, variants={})
    for name in ("std/conv_bn_act", "conv_bn_act"):
        rule = {"metric": "params", "max": "1 G", "select": {"block": name, "take": "each"}}
        assert [each.path for each in cnnshape.check(spec, rules=[rule]).outcomes] == ["a", "b"]


def test_who_is_heaviest() -> None:
    outcome = one({"metric": "macs", "max": "1 MMACs"})
    assert [each.path for each in outcome.contributors] == ["body.1.conv", "body.0.conv", "stem", "top"]
    assert (outcome.grown, outcome.others, outcome.baseline) == (False, 0, None)
    many = net(layers={f"l{n}": {"op": "Conv2d", "out_channels": n + 1, "kernel_size": 1} for n in range(9)})
    (outcome,) = cnnshape.check(many, rules=[{"metric": "params", "max": "1 params"}]).outcomes
    assert ([each.path for each in outcome.contributors], outcome.others) == (["l8", "l7", "l6", "l5", "l4"], 4)


def test_who_is_at_the_peak() -> None:
    outcome = one({"metric": "peak_memory", "max": "1 KiB"})
    peak = cnnshape.analyze(net()).peak_memory
    assert [(each.path, each.value) for each in outcome.contributors] == [tuple(each) for each in peak.tensors]


def test_who_has_the_receptive_field() -> None:
    outcome = one({"metric": "receptive_field", "min": 8})
    assert [(each.path, each.value) for each in outcome.contributors] == [("body.1.act", 7)]
    assert (outcome.overshoot, outcome.too_low) == (1, True)


def named(width: int, **top: Any) -> cnnshape.Spec:
    return cnnshape.Spec.of(net(width=width, **top), Source("net.yaml"), "net")


def test_who_grew_since_another_state() -> None:
    layers = {**net()["layers"], "extra": {"op": "Linear", "out_features": 5}}
    rule = {"metric": "params", "max_increase": 0}
    report = cnnshape.check(named(16, layers=layers), rules=[rule], base=lambda _: named(16))
    (outcome,) = report.broken
    assert [(each.path, each.before, each.value) for each in outcome.contributors] == [("extra", 0, 55)]
    (outcome,) = cnnshape.check(
        named(16), rules=[{"metric": "params", "min": "1 M"}], base=lambda _: named(16, layers=layers)
    ).broken
    assert [(each.path, each.before, each.value) for each in outcome.contributors] == [("extra", 55, 0)]


def test_who_changed_the_other_way_is_not_named() -> None:
    def of(first: int, last: int) -> cnnshape.Spec:
        layers = {name: {"op": "Linear", "out_features": n} for name, n in (("a", first), ("b", last), ("c", 5))}
        return named(16, layers=layers, input=[10], variants={}, blocks={}, vars={})

    for limit, path in (({"max": "0"}, "b"), ({"min": "1 M"}, "a")):
        report = cnnshape.check(of(10, 30), rules=[{"metric": "macs", **limit}], base=lambda _: of(20, 8))
        assert [each.path for each in report.outcomes[0].contributors] == [path, *("c" for _ in limit if path == "b")]


def test_a_layer_that_is_gone_is_named_of_the_whole_net_only() -> None:
    layers = {**net()["layers"], "extra": {"op": "Linear", "out_features": 5}}
    rule = {"metric": "params", "min": "1 M", "select": {"op": "Linear"}}
    (outcome,) = cnnshape.check(named(16), rules=[rule], base=lambda _: named(16, layers=layers)).broken
    assert [(each.path, each.before) for each in outcome.contributors] == [("top", None)]


UNIT = {"unit": {"vars": {"c": "required"}, "layers": {"mix": {"op": "Linear", "out_features": "c"}}}}
STAGES = {name: {"op": "Linear", "out_features": 8} for name in ("stage1", "stage2")}
NEW: dict[str, tuple[dict[str, Any], cnnshape.Spec | None, dict[str, bool]]] = {
    "spec": ({}, None, {"": False}),
    "variant": ({"variant": "half"}, named(16, variants={}), {"": False}),
    "setting": ({"set": {"width": 3}}, named(16, vars={}, variants={}, layers=STAGES), {"": False}),
    "input": ({"input": {"input": [3, 8, 8]}}, named(16, input=None, inputs={"x": [3, 32, 32]}), {"": False}),
    "selection": ({"select": {"op": "Conv2d"}}, named(16, layers=STAGES), {"": False}),
    "layer": (
        {"select": {"take": "each"}},
        named(16, layers={name: entry for name, entry in LAYERS.items() if name not in ("pool", "top")}),
        # what costs nothing makes nothing heavier
        dict.fromkeys(("stem", "body.0.conv", "body.0.act", "body.1.conv", "body.1.act", "flatten", "pool"), True)
        | {"top": False},
    ),
}


@pytest.mark.parametrize("what", NEW)
@pytest.mark.parametrize("limit", ["0", "1 %", "900 %", "900 G"])
def test_what_is_new_breaks_an_increase_however_much_that_allows(what: str, limit: str) -> None:
    more, was, expected = NEW[what]
    rules: list[dict[str, Any]] = [{"metric": "macs", "max_increase": limit, **more}, {"metric": "macs", "max": "1 G"}]
    report = cnnshape.check(named(16), rules=rules, base=lambda _: was)
    found = {each.path: each.ok for each in report.outcomes if each.kind == "max_increase"}
    assert found == expected
    assert {each.new for each in report.broken} == {"setting" if what == "input" else what}
    assert all(each.contributors and each.bound == 0 for each in report.broken)
    assert [note.kind for note in report.notes].count("new") >= 1
    report = cnnshape.check(named(16), rules=rules, base=lambda _: was, allow_new=True)
    assert report.ok
    assert {each.path: True for each in report.outcomes if each.kind == "max_increase"} == dict.fromkeys(expected, True)
    assert [each.path for each in report.new] == [path for path, ok in expected.items() if not ok]


def test_no_limit_is_never_all_hold() -> None:
    assert not cnnshape.check().ok
    assert not cnnshape.Report(()).ok
    with pytest.raises(UsageError, match="what is new since a revision can be allowed, not since a baseline"):
        cnnshape.check(net(), rules=[{"metric": "macs", "max": "1 G"}], allow_new=True)


def test_levels() -> None:
    rules = [{"metric": "macs", "max": "1 MACs", "level": level} for level in ("warn", "error", "error")]
    report = cnnshape.check(net(), rules=rules)
    assert [len(found) for found in (report.errors, report.warnings, report.broken, report.passed)] == [2, 1, 3, 0]
    assert cnnshape.check(net(), rules=rules[:1]).ok
    assert not report.ok


def test_a_budget_of_its_own_names_specs(tmp_path: Path) -> None:
    (tmp_path / "nets" / "deep").mkdir(parents=True)
    for name, width in (("a", 8), ("b", 16), ("deep/c", 32)):
        write(tmp_path / "nets" / f"{name}.yaml", width=width)
    (tmp_path / "nets" / "blocks.yaml").write_text("cnnshape: 1\nblocks: {x: {layers: {a: ReLU}}}\n")
    (tmp_path / "nets" / "cnnshape.baseline.yaml").write_text("cnnshape: 1\nbaseline: {}\n")
    file = tmp_path / "nets" / "budget.yaml"
    file.write_text("""\
cnnshape: 1
specs: ['*.yaml', a.yaml]
budget:
- {metric: macs, max: 1 G}
- {metric: macs, max: 1 G, specs: '**/*.yaml'}
- {metric: macs, max: 1 G, specs: deep/c.yaml}
""")
    report = cnnshape.check(file)
    assert [Path(each.net.spec).stem for each in report.outcomes] == ["a", "b", "a", "b", "c", "c"]
    assert (report.nets, {each.file for each in report.outcomes}) == (3, {str(file)})
    assert [each.mark and each.mark.line for each in report.outcomes] == [4, 4, 5, 5, 5, 6]


def test_a_file_that_is_no_spec_is_refused_among_those_of_a_glob(tmp_path: Path) -> None:
    (tmp_path / "budget.yaml").write_text("cnnshape: 1\nspecs: '*.yaml'\nbudget: [{metric: macs, max: 1 G}]\n")
    (tmp_path / "other.yaml").write_text("a: 1\n")
    with pytest.raises(SpecError, match="needs `layers`"):
        cnnshape.check(tmp_path / "budget.yaml")


def test_rules_of_a_call_take_the_place_of_those_of_a_spec(tmp_path: Path) -> None:
    file = write(tmp_path / "net.yaml", {"metric": "macs", "max": "1 MACs"})
    assert cnnshape.check(file, rules=[{"metric": "macs", "max": "1 GMACs"}]).ok
    (tmp_path / "budget.yaml").write_text("cnnshape: 1\nspecs: net.yaml\nbudget: [{metric: macs, max: 1 G}]\n")
    with pytest.raises(SpecError, match="this file is a budget, and rules are given beside it"):
        cnnshape.check(tmp_path / "budget.yaml", rules=[{"metric": "macs", "max": "1 GMACs"}])


def test_all_that_is_wrong_is_said_at_once(tmp_path: Path) -> None:
    files = [write(tmp_path / f"{key}.yaml", {"metric": key, "max": 3}) for key in ("macs", "params")]
    with pytest.raises(SpecError) as refused:
        cnnshape.check(*files)
    assert [problem.file for problem in refused.value.problems] == files


def test_what_a_call_cannot_be() -> None:
    with pytest.raises(UsageError, match="a baseline is a file or the state of a revision, not both"):
        cnnshape.check(net(), rules=[{"metric": "macs", "max": "1 G"}], baseline="x", base=lambda _: None)
    with pytest.raises(SpecError, match="there is no baseline for `macs, total` of `small`"):
        cnnshape.check(net(), rules=[{"metric": "macs", "max_increase": 0}])
    with pytest.raises(SpecError, match="there is no such file"):
        cnnshape.check(net(), rules=[{"metric": "macs", "max_increase": 0}], baseline="nowhere.yaml")
    with pytest.raises(SpecError, match="a budget is a list of rules, at least one"):
        cnnshape.check(net(), rules=[])


def test_a_spec_that_does_not_fit_is_said_once() -> None:
    with pytest.raises(ShapeError) as refused:
        cnnshape.check(named(16, input=[3, 0 + 1]), rules=[{"metric": key, "max": "1 G"} for key in ("macs", "params")])
    assert len(refused.value.problems) == 1


def test_within_raises_for_pytest() -> None:
    cnnshape.assert_within(net(), {"metric": "macs", "max": "15 MMACs"}, {"metric": "macs", "max": 0, "level": "warn"})
    with pytest.raises(AssertionError) as raised:
        cnnshape.assert_within(net(), {"metric": "macs", "max": "14 MMACs", "message": "phones have no more"})
    assert str(raised.value).splitlines() == [
        "error: `small`: macs: 14.6 M MACs, above `max: 14 MMACs` by 598 k (4.3 %)",
        "  the layers that make most of it:",
        "    body.1.conv  9.44 M  64.6 %",
        "    body.0.conv  4.72 M  32.3 %",
        "    stem          442 k   3.0 %",
        "    top             320  <0.1 %",
        "",
        "hint: phones have no more",
    ]
    with pytest.raises(AssertionError):
        cnnshape.assert_within(net({"metric": "output", "equals": [1, 11]}))


def test_records_are_frozen() -> None:
    outcome = one({"metric": "macs", "max": "1 G"})
    for record, name in (
        (outcome, "ok"),
        (outcome.rule, "level"),
        (cnnshape.check(net(), rules=[{"metric": "macs", "max": "1 G"}]), "nets"),
    ):
        with pytest.raises((FrozenInstanceError, AttributeError)):
            setattr(record, name, 1)
    assert isinstance(outcome.rule, Rule)
