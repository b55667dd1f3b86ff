"""Baselines: what the file looks like, what reads it back, and that its figures go down only."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import cnnshape
from cnnshape.analysis.metrics import METRICS
from cnnshape.commands.check import update
from cnnshape.commands.check.baseline import Figures, Nets, read, text
from cnnshape.commands.check.ratchet import updated
from cnnshape.core.errors import SpecError, UsageError
from tests.commands.check.nets import LAYERS, write

TOTAL = {"metric": "macs", "max_increase": 0}
EACH = {"metric": "macs", "select": {"op": "Conv2d", "take": "each"}, "max_increase": "1 %"}

FILE = """\
# Figures that `cnnshape check` measures increases from; `cnnshape check --update` writes this file.
cnnshape: 1
baseline:
  net.yaml:
    as stated:
      macs:
        total: 14598464
        selected:
          max of op Conv2d: 9437184
        layers:
          stem: 442368
          body.0.conv: 4718592
          body.1.conv: 9437184
          top: 320
    variant half, batch 2, int8, input input 8x8, set width=3, flops full, memory inplace:
      peak_memory:
        total: 1536
"""


def kept(file: Path, *rules: dict[str, Any], width: int, **given: Any) -> bool:
    """Whether the check holds after an update of the baseline beside the net."""
    net = write(file, *rules, width=width)
    done = update(net, **given)
    for name, said in done.files.items():
        Path(name).write_text(said)
    return done.report.ok


def figures(file: Path) -> dict[str, int]:
    return read(str(file.parent / "cnnshape.baseline.yaml"))["net.yaml"]["as stated"].totals


def layers(file: Path) -> dict[str, int]:
    return read(str(file.parent / "cnnshape.baseline.yaml"))["net.yaml"]["as stated"].by_layer["macs"]


def test_the_file_is_one_figure_a_line(tmp_path: Path) -> None:
    under = {"variant": "half", "batch": 2, "dtype": "int8", "input": [8, 8], "set": {"width": 3}, "flops": "full"}
    rules: list[dict[str, Any]] = [
        {"metric": "peak_memory", "max": "1 MiB", **under, "memory": "inplace"},
        {"metric": "macs", "max": "1 G", "select": {"op": "Conv2d", "take": "max"}},
        {"metric": "output", "equals": [1, 10]},
        {"metric": "receptive_field", "min": 3},
        {"metric": "macs", "max": "15 M", "max_increase": "3 %"},
    ]
    net = write(tmp_path / "net.yaml", *rules)
    (file, said), *others = update(net).files.items()
    assert (Path(file).name, others, said) == ("cnnshape.baseline.yaml", [], FILE)
    Path(file).write_text(said)
    assert update(net).files[file] == said
    assert cnnshape.check(net).ok


def test_a_figure_goes_down_and_not_up(tmp_path: Path) -> None:
    file = tmp_path / "net.yaml"
    assert kept(file, TOTAL, width=16)
    high, high_layers = figures(file), layers(file)
    assert not kept(file, TOTAL, width=17)
    assert (figures(file), layers(file)) == (high, high_layers)
    assert kept(file, TOTAL, width=15)
    low = figures(file)
    assert low["macs, total"] < high["macs, total"]
    assert sum(layers(file).values()) == low["macs, total"]
    assert not kept(file, TOTAL, width=16)
    assert figures(file) == low
    assert kept(file, TOTAL, width=16, allow_increase=True)
    assert (figures(file), layers(file)) == (high, high_layers)


def test_a_layer_that_is_held_goes_down_by_itself(tmp_path: Path) -> None:
    file = tmp_path / "net.yaml"

    def of(first: int, last: int) -> bool:
        body = {"block": "unit", "c": f"{first} if i == 0 else {last}", "repeat": 2}
        net = write(file, EACH, layers={**LAYERS, "body": body})
        done = update(net)
        for name, said in done.files.items():
            Path(name).write_text(said)
        return done.report.ok

    assert of(32, 32)
    before = layers(file)
    assert not of(24, 48)
    assert layers(file) == before | {"body.0.conv": before["body.0.conv"] * 24 // 32}
    assert of(24, 32)
    assert not of(32, 24)


def test_a_baseline_has_nothing_of_rules_without_an_upper_limit(tmp_path: Path) -> None:
    net = write(tmp_path / "net.yaml", {"metric": "output", "equals": [1, 10]}, {"metric": "macs", "min": "1 k"})
    ((_, said),) = update(net).files.items()
    assert said.endswith("baseline: {}\n")


def test_rules_that_are_gone_are_dropped_and_other_specs_stay(tmp_path: Path) -> None:
    file, other = tmp_path / "net.yaml", tmp_path / "other.yaml"
    baseline = str(tmp_path / "all.yaml")
    for each in (file, other):
        assert kept(each, TOTAL, {"metric": "params", "max_increase": 0}, width=8, baseline=baseline)
    assert kept(file, TOTAL, width=8, baseline=baseline)
    held = read(baseline)
    assert [*held] == ["net.yaml", "other.yaml"]
    assert [*held["net.yaml"]["as stated"].totals] == ["macs, total"]
    assert [*held["other.yaml"]["as stated"].totals] == ["macs, total", "params, total"]


def test_the_changes_are_counted(tmp_path: Path) -> None:
    file = tmp_path / "net.yaml"
    rules = [{"metric": key, "max_increase": "900 %"} for key in ("macs", "params", "depth", "layers")]
    assert kept(file, *rules[:3], width=16)
    write(file, *rules[1:], width=8)
    (change,) = update(file).changes
    assert (change.new, change.lowered, change.raised, change.dropped, change.same, change.kept) == (1, 1, 0, 1, 1, ())
    write(file, *rules[1:], width=20)
    (change,) = update(file).changes
    assert (change.new, change.same, change.kept) == (1, 1, ("params, total of net.yaml",))
    (change,) = update(file, allow_increase=True).changes
    assert (change.raised, change.kept) == (1, ())


def test_a_baseline_stands_beside_the_rules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "nets").mkdir()
    write(tmp_path / "nets" / "net.yaml", width=8)
    (tmp_path / "budget.yaml").write_text(
        "cnnshape: 1\nspecs: nets/*.yaml\nbudget: [{metric: macs, max_increase: 0}]\n"
    )
    (file,) = update(tmp_path / "budget.yaml").files
    assert file == str(tmp_path / "cnnshape.baseline.yaml")
    monkeypatch.chdir(tmp_path / "nets")
    ((name, said),) = update("../budget.yaml").files.items()
    assert name == "../cnnshape.baseline.yaml"
    Path(name).write_text(said)
    assert [*read(name)] == ["nets/net.yaml"]
    assert cnnshape.check("../budget.yaml").baselines == (name,)


NAMES = st.text(st.characters(categories=["L", "N", "P", "S", "Zs"]), min_size=1, max_size=12).filter(
    lambda name: name.isprintable() and name != "<<"
)
COUNTS = st.dictionaries(NAMES, st.integers(0, 10**29), max_size=3)
KEYS = st.sampled_from([*METRICS])
TOTALS = st.dictionaries(st.tuples(KEYS, st.just("total") | NAMES).map(", ".join), st.integers(0, 10**29), max_size=4)
BASELINES = st.dictionaries(
    NAMES,
    st.dictionaries(
        NAMES, st.builds(Figures, TOTALS, st.dictionaries(KEYS, COUNTS, max_size=2)), min_size=1, max_size=2
    ),
    max_size=3,
)


@given(nets=BASELINES)
def test_what_is_written_is_read_back(tmp_path_factory: pytest.TempPathFactory, nets: Nets) -> None:
    file = tmp_path_factory.getbasetemp() / "baseline.yaml"
    file.write_text(text(nets), encoding="utf-8")
    assert read(str(file)) == nets


@given(old=COUNTS, new=COUNTS, allow=st.booleans())
def test_a_figure_is_the_lower_one(old: dict[str, int], new: dict[str, int], *, allow: bool) -> None:
    now, change = updated(Figures(old), Figures(new), allow_increase=allow)
    assert now.totals == {name: n if allow or name not in old else min(n, old[name]) for name, n in new.items()}
    counts = (change.new, change.lowered, change.raised, change.same, len(change.kept))
    assert sum(counts) == len(new) or any(old.get(name, n) < n for name, n in new.items())
    assert updated(now, Figures(new), allow_increase=allow)[0] == now


@given(old=COUNTS, new=COUNTS)
def test_layers_that_are_held_never_rise(old: dict[str, int], new: dict[str, int]) -> None:
    now, _ = updated(Figures({}, {"macs": old}), Figures({}, {"macs": new}), each={"macs"})
    assert now.by_layer["macs"] == {path: min(n, old[path]) for path, n in new.items() if path in old}
    assert updated(Figures(), Figures({}, {"macs": new}), each={"macs"})[0].by_layer["macs"] == new
    rising = {path for path in {*old} & {*new} if new[path] > old[path]}
    change = updated(Figures({}, {"macs": old}), Figures({}, {"macs": new}), each={"macs"})[1]
    assert (change.stays, len(change.kept)) == (len(rising), min(len(rising), 1))


def test_names_that_yaml_has_words_for(tmp_path: Path) -> None:
    names = [
        "null",
        "true",
        "1e3",
        "- a",
        "a: b",
        "#",
        "'",
        '"',
        "\\",
        "a\\",
        "[x]",
        "*.1",
        "&a",
        "!x",
        "a, b",
        " a",
        "~",
        "é",
        "网络",
    ]
    nets = {name: {name: Figures({f"macs, {name}": 1}, {"macs": {name: 2}})} for name in names}
    (tmp_path / "b.yaml").write_text(text(nets), encoding="utf-8")
    assert read(str(tmp_path / "b.yaml")) == nets


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ("cnnshape: 1\n", "a baseline is a mapping with `cnnshape: 1` and `baseline:`, this file is none"),
        ("[1]\n", "a baseline is a mapping with `cnnshape: 1` and `baseline:`, this file is none"),
        ("cnnshape: 2\nbaseline: {}\n", "a baseline is a mapping with `cnnshape: 1`"),
        ("cnnshape: 1\nbaseline: {a: 3}\n", "a baseline holds mappings here [invalid-spec]\n  --> {file}:2:15"),
        ("cnnshape: 1\nbaseline: {a: {b: 3}}\n", "a baseline holds mappings here [invalid-spec]\n  --> {file}:2:19"),
        (
            "cnnshape: 1\nbaseline: {a: {b: {c: -1}}}\n",
            "a figure is a whole number from 0 up [invalid-spec]\n  --> {file}:2:23",
        ),
        ("cnnshape: 1\nbaseline: {a: {b: {c: x}}}\n", "a figure is a whole number from 0 up"),
        ("cnnshape: 1\nbaseline: {a: {b: {c of layers: {d: 1.5}}}}\n", "a figure is a whole number from 0 up"),
        (
            "cnnshape: 1\nbaseline: {a: {b: {c: {total: -1}}}}\n",
            "total=-1 is below 0 [invalid-value]\n  --> {file}:2:31",
        ),
        (
            "cnnshape: 1\nbaseline: {a: {b: {c: {totl: 1}}}}\n",
            "a metric has no field `totl` [unknown-key]\n  --> {file}:2:24",
        ),
        ("cnnshape: 1\nbaseline: {a: {b: {c: {layers: 1}}}}\n", "layers takes a mapping of layers to whole"),
        ("cnnshape: true\nbaseline: {}\n", "a baseline is a mapping with `cnnshape: 1`"),
        ("cnnshape: 1.0\nbaseline: {}\n", "cnnshape takes 1, not 1.0 [invalid-value]\n  --> {file}:1:11"),
        ("{cnnshape: 0x1, baseline: {}}\n", "cnnshape takes 1, not 0x1 [invalid-value]\n  --> {file}:1:12"),
        (
            "cnnshape: 1\nbaseline: {}\nbaselines: {}\n",
            "the keys `cnnshape` and `baseline`, not `baselines` [invalid-spec]\n  --> {file}:3:1",
        ),
    ],
)
def test_a_file_that_is_no_baseline(tmp_path: Path, said: str, message: str) -> None:
    net = write(tmp_path / "net.yaml", TOTAL)
    file = tmp_path / "cnnshape.baseline.yaml"
    file.write_text(said)
    for call in (cnnshape.check, update):
        with pytest.raises(SpecError) as refused:
            call(net)
        assert message.replace("{file}", str(file)) in str(refused.value)


OURS, BASE, THEIRS = (f"      macs, total: {n}\n" for n in (3, 2, 4))
HEAD = "cnnshape: 1\nbaseline:\n  net.yaml:\n    as stated:\n"
CONFLICTS = {
    "two sides": f"{HEAD}<<<<<<< HEAD\n{OURS}=======\n{THEIRS}>>>>>>> work\n",
    "three sides": f"{HEAD}<<<<<<< HEAD\n{OURS}||||||| 1234567\n{BASE}=======\n{THEIRS}>>>>>>> work\n",
    "at the beginning": f"<<<<<<< HEAD\n{HEAD}{OURS}=======\n{HEAD}{THEIRS}>>>>>>> work\n",
    "one side is empty": f"{HEAD}{OURS}<<<<<<< HEAD\n=======\n      params, total: 4\n>>>>>>> work\n",
    "half resolved": f"{HEAD}{OURS}=======\n      params, total: 4\n",
    "the last marker is left": f"{HEAD}{OURS}>>>>>>> work\n",
    "other ends of lines": f"{HEAD}<<<<<<< HEAD\n{OURS}=======\n{THEIRS}>>>>>>> work\n".replace("\n", "\r\n"),
    "in braces": "{cnnshape: 1, baseline: {n: {as stated: {\n<<<<<<< HEAD\n'macs, total': 9,\n>>>>>>> work\n}}}}\n",
}


@pytest.mark.parametrize("name", CONFLICTS)
def test_conflict_markers_are_named_with_the_next_step(tmp_path: Path, name: str) -> None:
    net = write(tmp_path / "net.yaml", TOTAL)
    file = tmp_path / "cnnshape.baseline.yaml"
    file.write_bytes(CONFLICTS[name].encode())
    line = next(n for n, text in enumerate(CONFLICTS[name].splitlines(), 1) if text[:7] in ("<" * 7, ">" * 7, "=" * 7))
    for call in (cnnshape.check, update):
        with pytest.raises(SpecError) as refused:
            call(net)
        assert str(refused.value) == (
            f"error: this file contains merge conflict markers [invalid-yaml]\n  --> {file}:{line}:1\n\n"
            "hint: keep either side of each conflict, then run `cnnshape check --update`"
        )


@pytest.mark.parametrize("name", ["total", "layers", "most", "macs", "op", "of", "as", "stated"])
@pytest.mark.parametrize("take", ["sum", "max", "each"])
@pytest.mark.parametrize("key", ["path", "block", "op"])
def test_no_name_of_a_layer_lets_growth_pass(tmp_path: Path, name: str, take: str, key: str) -> None:
    """A layer that gets heavier while the rest gets lighter, under rules whose figures might share a name."""

    def of(heavy: int, rest: int) -> str:
        layers = {name: {"block": name, "c": heavy}, "x": {"op": "Conv2d", "out_channels": rest, "kernel_size": 1}}
        conv = {"op": "Conv2d", "out_channels": "c", "kernel_size": 1}
        block = {name: {"vars": {"c": "required"}, "layers": {"one": conv}}}
        rules = [{**TOTAL, "select": {key: "Conv2d" if key == "op" else name, "take": take}}, TOTAL]
        return write(tmp_path / "net.yaml", *rules, layers=layers, blocks=block, variants={}, outputs="x")

    done = update(of(4, 40))
    for file, said in done.files.items():
        Path(file).write_text(said)
    assert done.report.ok
    assert not cnnshape.check(of(9, 2 if take == "sum" and key != "op" else 90)).ok


def test_a_layer_named_total_is_not_the_net(tmp_path: Path) -> None:
    layers = {"total": {"op": "Linear", "out_features": 3}, "layers": {"op": "Linear", "out_features": 5}}
    selects: list[dict[str, Any]] = [{}, {"path": "total"}, {"path": "layers", "take": "max"}, {"path": "[t]otal"}]
    rules = [{**TOTAL, "select": select} if select else TOTAL for select in selects]
    net = write(tmp_path / "net.yaml", *rules, layers=layers, variants={}, blocks={})
    for file, said in update(net).files.items():
        Path(file).write_text(said)
    total = figures(tmp_path / "net.yaml")
    assert [*total] == ["macs, total", "macs, [t]otal", "macs, max of layers", "macs, path total"]
    assert total["macs, total"] == total["macs, path total"] + total["macs, max of layers"]
    assert total["macs, path total"] == total["macs, [t]otal"]
    assert cnnshape.check(net).ok


OLD = """\
cnnshape: 1
baseline:
  net.yaml:
    as stated:
      macs, max of op Conv2d: 9437184
      macs, total: 14598464
      macs of layers:
        stem: 442368
        top: 320
    batch 2:
      macs of layers: {}
"""


def test_a_file_of_version_0_1_0_is_read(tmp_path: Path) -> None:
    (tmp_path / "old.yaml").write_text(OLD)
    held = read(str(tmp_path / "old.yaml"))
    stated = Figures(
        {"macs, max of op Conv2d": 9437184, "macs, total": 14598464}, {"macs": {"stem": 442368, "top": 320}}
    )
    assert held == {"net.yaml": {"as stated": stated, "batch 2": Figures({}, {"macs": {}})}}
    (tmp_path / "new.yaml").write_text(text(held))
    assert read(str(tmp_path / "new.yaml")) == held


def test_a_part_of_a_copy_is_measured_from_that_part(tmp_path: Path) -> None:
    """The rest of a copy, such as a norm, makes no room for its convolutions."""

    def of(conv: int, linear: int) -> str:
        parts = {
            "a": {"op": "Linear", "out_features": conv},
            "b": {"op": "Conv2d", "out_channels": linear, "kernel_size": 1},
        }
        rule = {"metric": "params", "select": {"block": "unit", "op": "Linear", "take": "each"}, "max_increase": 0}
        layers = {"body": {"block": "unit"}}
        return write(tmp_path / "net.yaml", rule, layers=layers, blocks={"unit": {"layers": parts}}, variants={})

    for file, said in update(of(4, 100)).files.items():
        Path(file).write_text(said)
    assert cnnshape.check(of(4, 100)).ok
    assert not cnnshape.check(of(5, 100)).ok
    before = cnnshape.load(of(4, 100))
    assert not cnnshape.check(of(5, 100), base=lambda _: before).ok


def test_two_specs_of_one_name(tmp_path: Path) -> None:
    """The lines of one would be those of the other; a file that is named twice is one spec."""
    file = tmp_path / "b.yaml"
    specs = [{"cnnshape": 1, "input": [4], "layers": {"fc": {"op": "Linear", "out_features": n}}} for n in (9, 2)]
    file.write_text("cnnshape: 1\nbaseline: {net: {as stated: {'macs, total': 36}}}\n")
    for call in (cnnshape.check, update):
        with pytest.raises(SpecError, match="two specs are called `net` in a baseline"):
            call(*specs, rules=[TOTAL], baseline=file)
    ((_, said),) = update({**specs[1], "name": "x"}, rules=[TOTAL], baseline=file).files.items()
    file.write_text(said)
    assert {spec: under["as stated"].totals for spec, under in read(str(file)).items()} == {
        "net": {"macs, total": 36},
        "x": {"macs, total": 8},
    }
    (tmp_path / "net.yaml").write_text(json.dumps({**specs[0], "budget": [TOTAL]}))
    same = tmp_path / "net.yaml"
    for name, said in update(same, same).files.items():
        Path(name).write_text(said)
    assert cnnshape.check(same, same).ok


def test_a_layer_is_not_a_block(tmp_path: Path) -> None:
    """`a.b` is a layer of its own beside `a`, and lends it nothing."""

    def of(heavy: int) -> str:
        layers = {"a": {"op": "Linear", "out_features": heavy}, "a.b": {"op": "Linear", "out_features": 90}}
        rule = {"metric": "params", "select": {"take": "each"}, "max_increase": 0}
        return write(tmp_path / "net.yaml", rule, layers=layers, blocks={}, variants={})

    for file, said in update(of(4)).files.items():
        Path(file).write_text(said)
    assert cnnshape.check(of(4)).ok
    assert "a" in {each.path for each in cnnshape.check(of(5)).broken}


def test_a_name_that_a_file_cannot_hold() -> None:
    with pytest.raises(UsageError, match=r"a baseline cannot hold the name `a\\x1bb`"):
        text({"a\x1bb": {}})
    with pytest.raises(UsageError, match="a baseline cannot hold the name `<<`"):
        text({"<<": {}})
