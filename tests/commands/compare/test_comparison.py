"""Nets side by side: their figures are those of single analyses, changes are theirs, and names tell them apart."""

from fractions import Fraction
from pathlib import Path
from typing import Any

import pandas
import pytest
from hypothesis import given
from hypothesis import strategies as st

import cnnshape
from cnnshape.analysis.metrics import METRICS
from cnnshape.commands.compare.comparison import DEFAULT
from cnnshape.commands.compare.operands import Operand
from tests.oracle.nets import nets
from tests.places import ROOT, ZOO
from tests.strategies.specs import specs

RESNET = str(ZOO / "resnet.yaml")


def passes(net: cnnshape.Analysis, path: str) -> bool:
    """Whether some way from an input to an output meets no map."""
    maps, todo = {record.path for record in net.last_maps[path]}, [path]
    while todo:
        at = todo.pop()
        if at in net.graph.inputs:
            return True
        todo += net[at].inputs if at not in maps else ()
    return False


def by_hand(net: cnnshape.Analysis, key: str) -> Any:
    """The figures of the default, read off an analysis without `cnnshape.analysis.metrics`."""
    maps = {record.path: record for records in net.last_maps.values() for record in records}
    every = [field for record in maps.values() for axes in record.receptive_field.values() for field in axes]
    sizes = [field.size for field in every if field.jumps or not (field.via or field.size is not None)]
    bare = [net[path] for path in net.last_maps if passes(net, path)]
    return {
        "params": sum(record.params for record in net),
        "macs": sum(record.ops.mac for record in net),
        "activation_bytes": sum(record.activation_bytes for record in net),
        "peak_memory": sum(tensor.bytes for tensor in net.peak_memory.tensors),
        "receptive_field": None if None in sizes else max((size for size in sizes if size is not None), default=None),
        "receptive_field_global": any(field.via for field in every)
        or any(field.via for record in bare for axes in record.receptive_field.values() for field in axes),
        "depth": net.depth,
    }[key]


def linear(width: int, **more: Any) -> dict[str, Any]:
    """A net with a parameter for each of its 10 inputs and outputs, called `net`."""
    layers = {"fc": {"op": "Linear", "out_features": width}}
    return {"cnnshape": 1, "input": [10], "layers": layers, **more}


@given(st.lists(nets(), min_size=1, max_size=4), st.integers(0, 3), st.integers(1, 3))
def test_figures_are_those_of_single_analyses(drawn: list[dict[str, Any]], place: int, batch: int) -> None:
    base = f"n{place % len(drawn)}"
    pairs = [(f"n{number}", net) for number, net in enumerate(drawn)]
    found = cnnshape.compare(*pairs, baseline=base, batch=batch)
    alone = {name: cnnshape.analyze(net, batch=batch) for name, net in pairs}
    assert [net.name for net in found] == list(alone)
    for net in found:
        for key in DEFAULT:
            ours, theirs = by_hand(alone[net.name], key), by_hand(alone[base], key)
            assert net[key] == ours
            if ours is None or theirs is None or not METRICS[key].additive:
                assert net.difference(key) is None
                assert net.ratio(key) is None
            else:
                assert net.difference(key) == ours - theirs
                assert net.ratio(key) == (Fraction(ours, theirs) if theirs else None)
        heavy = [record.macs for record in net.heaviest(5)]
        assert heavy == sorted((record.macs for record in alone[net.name] if record.macs), reverse=True)[:5]


@given(specs(), st.booleans())
def test_variants_are_those_of_the_spec(spec: dict[str, Any], all_of_them: bool) -> None:
    found = cnnshape.compare({**spec, "name": "net"}, variants=all_of_them)
    variants = list(spec["variants"]) if all_of_them else [None]
    assert [net.variant for net in found] == variants
    assert [net.analysis.total.macs for net in found] == [
        cnnshape.analyze(spec, variant=variant).total.macs for variant in variants
    ]


def test_the_baseline_is_the_first_of_two_and_else_the_one_that_is_named() -> None:
    a, b, c = (f"{RESNET}@{name}" for name in ("resnet18", "resnet34", "resnet50"))
    assert cnnshape.compare(a).baseline is cnnshape.compare(a, b, c).baseline is None
    pair = cnnshape.compare(b, a)
    assert pair.baseline is pair["resnet34"]
    assert cnnshape.compare(a, b, c)["resnet18"].difference("macs") is None
    for name in ("resnet34", b):
        base = cnnshape.compare(a, b, c, baseline=name).baseline
        assert base is not None
        assert base.name == "resnet34"
    video = cnnshape.compare(str(ZOO / "video_resnet.yaml"), variants=True, baseline="mc3_18").baseline
    assert video is not None
    assert video.name == "video_resnet mc3_18"


def test_the_baseline_has_no_change() -> None:
    found = cnnshape.compare(("a", linear(3)), ("b", linear(5)))
    assert (found["a"].difference("params"), found["a"].ratio("params")) == (0, Fraction(1))
    assert (found["b"].difference("params"), found["b"].ratio("params")) == (22, Fraction(55, 33))
    assert found["b"].difference("receptive_field") is None
    assert found["b"].ratio("output") is None


def test_settings_hold_for_every_net() -> None:
    found = cnnshape.compare(
        f"{RESNET}@resnet18", str(ZOO / "vgg.yaml"), settings={"classes": 7}, inputs={"input": (64, 96)}, batch=2,
        dtype="float16", flops="full", memory="inplace",
    )  # fmt: skip
    for net in found:
        alone = cnnshape.analyze(
            net.file, variant=net.variant, settings={"classes": 7}, inputs={"input": (64, 96)}, batch=2,
            dtype="float16", flops="full", memory="inplace",
        )  # fmt: skip
        assert net.analysis.outputs == alone.outputs
        for key in METRICS:
            assert net[key] == METRICS[key].net(alone)


def test_inputs_may_differ_by_spec() -> None:
    two = {"cnnshape": 1, "name": "two", "inputs": {"a": [1, 8, 8]}, "layers": {"act": "ReLU"}}
    one = {**two, "name": "one", "inputs": {"b": [1, 8, 8]}}
    found = cnnshape.compare(one, two, inputs=lambda spec: {next(iter(spec.inputs)): (4, 6)})
    assert [net.analysis.graph.inputs for net in found] == [{"b": (1, 1, 4, 6)}, {"a": (1, 1, 4, 6)}]


def test_nets_of_one_name_are_called_by_their_files(tmp_path: Path) -> None:
    zoo = cnnshape.compare(*map(str, sorted(ZOO.glob("res*.yaml"))), variants=True)
    assert {"resnet.yaml@resnet50", "resnet50.yaml", "resnet18"} < {net.name for net in zoo}
    text = "cnnshape: 1\ninput: [8]\nlayers: {act: ReLU}\n"
    files = [tmp_path / place / "net.yaml" for place in ("old", "new")]
    for file in files:
        file.parent.mkdir()
        file.write_text(text)
    assert [net.name for net in cnnshape.compare(*files)] == [str(file) for file in files]
    old, new = map(str, files)
    assert [net.name for net in cnnshape.compare(f"before={old}", new)] == ["before", "net"]
    assert [net.name for net in cnnshape.compare(f"net={old}", new)] == ["net", "net.yaml"]


@pytest.mark.parametrize(
    ("sources", "said"),
    [
        ((RESNET, RESNET), f"2 nets are called `resnet`: `{RESNET}` again"),
        ((f"a={RESNET}", f"a={RESNET}@resnet18"), f"2 nets are called `a`: `{RESNET}` and `{RESNET}@resnet18`"),
        ((linear(2), linear(3), linear(4)), "3 nets are called `net`"),
    ],
)
def test_a_name_that_nothing_tells_apart(sources: tuple[Any, ...], said: str) -> None:
    with pytest.raises(cnnshape.UsageError) as refused:
        cnnshape.compare(*sources)
    assert [problem.text for problem in refused.value.problems] == [said]


def test_names_that_are_written_alike_are_refused(tmp_path: Path) -> None:
    """A name that somebody gave to one net and that is the file of another."""
    file = tmp_path / "net.yaml"
    file.write_text("cnnshape: 1\nname: x\ninput: [8]\nlayers: {act: ReLU}\n")
    with pytest.raises(cnnshape.UsageError, match=r"2 nets are called `net\.yaml`"):
        cnnshape.compare(("net.yaml", linear(2)), str(file), ("x", linear(3)))


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("net.yaml", ("", "net.yaml", None)),
        ("a=net.yaml", ("a", "net.yaml", None)),
        ("a=net.yaml@b", ("a", "net.yaml", "b")),
        ("net.yaml@b@c", ("", "net.yaml", "b@c")),
        ("net.yaml@b=c", ("", "net.yaml", "b=c")),
        ("x@y.yaml", ("", "x@y.yaml", None)),
        ("x@y.yaml@z", ("", "x@y.yaml", "z")),
        ("p=q.yaml", ("", "p=q.yaml", None)),
        ("p=q.yaml@z", ("", "p=q.yaml", "z")),
        ("no.yaml@z", ("", "no.yaml", "z")),
        ("n=no.yaml@z", ("n", "no.yaml", "z")),
        ("=net.yaml", ("", "=net.yaml", None)),
        ("@", ("", "@", None)),
        ("", ("", "", None)),
    ],
)
def test_operands(text: str, parts: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("net.yaml", "x@y.yaml", "p=q.yaml"):
        Path(name).touch()
    assert Operand.read(text) == parts


def test_everything_wrong_is_said_at_once(tmp_path: Path) -> None:
    bad = tmp_path / "bad.yaml"
    bad.write_text("cnnshape: 1\ninput: [8]\nvariants: {a: {}, b: {}}\nlayers: {act: RelU}\n")
    with pytest.raises(cnnshape.CnnshapeError) as refused:
        cnnshape.compare(str(bad), "no.yaml", f"{RESNET}@resnet8", f"{RESNET}:resnet18", variants=True, metrics=["mac"])
    problems = refused.value.problems
    assert type(refused.value) is cnnshape.CnnshapeError
    assert [(problem.text, problem.file) for problem in problems] == [
        ("there is no metric `mac`", ""),
        ("there is no such file", "no.yaml"),
        ("there is no such file", f"{RESNET}:resnet18"),
        ("there is no op `RelU`", str(bad)),
        ("there is no variant `resnet8`", RESNET),
    ]
    assert problems[2].hint == f"a variant stands behind @: `{RESNET}@resnet18`"
    with pytest.raises(cnnshape.SpecError, match="no such file"):
        cnnshape.compare("no.yaml", "none.yaml")


def test_what_is_wrong_with_a_file_that_two_include_is_said_once_and_there(tmp_path: Path) -> None:
    (tmp_path / "blocks.yaml").write_text("blocks: {b: {layers: {act: ReLU}}}\n")
    for name in "ab":
        text = "cnnshape: 1\ninput: [8]\ninclude: [blocks.yaml]\nlayers: {act: {block: b}}\n"
        (tmp_path / f"{name}.yaml").write_text(text)
    with pytest.raises(cnnshape.SpecError) as refused:
        cnnshape.compare(tmp_path / "a.yaml", tmp_path / "b.yaml")
    (problem,) = refused.value.problems
    assert (problem.file, problem.evidence) == (str(tmp_path / "blocks.yaml"), ())


def test_what_is_wrong_with_the_call_is_said_once() -> None:
    with pytest.raises(cnnshape.UsageError) as refused:
        cnnshape.compare(linear(2), ("b", linear(3)), settings={"width": 3})
    (problem,) = refused.value.problems
    assert (problem.text, problem.evidence) == ("the spec has no variable `width`", ("of net 1", "of net 2"))


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"baseline": "c"}, "the baseline `c` is not among the nets that are compared"),
        ({"metrics": ["macs", "-depth"]}, "metrics are either a list or changes to the default"),
        ({"metrics": [f"-{key}" for key in DEFAULT]}, "no metric is left"),
    ],
)
def test_what_is_not_there_is_refused(given: dict[str, Any], said: str) -> None:
    with pytest.raises(cnnshape.UsageError, match=said):
        cnnshape.compare(("a", linear(3)), ("b", linear(4)), **given)


def test_no_net_and_no_such_net() -> None:
    with pytest.raises(cnnshape.UsageError, match="there is no net to compare"):
        cnnshape.compare()
    with pytest.raises(cnnshape.UsageError, match="there is no net `c` in the comparison"):
        cnnshape.compare(("a", linear(3)))["c"]
    with pytest.raises(cnnshape.UsageError, match="there is no metric `mac`"):
        cnnshape.compare(("a", linear(3)))["a"]["mac"]


def test_an_analysis_has_its_settings() -> None:
    half = cnnshape.analyze(linear(3), dtype="float16")
    found = cnnshape.compare(("whole", linear(3)), ("half", half), ("graph", half.graph))
    assert [net["weight_bytes"] for net in found] == [132, 66, 132]
    for more in ({"batch": 2}, {"inputs": {"input": (4,)}}, {"flops": "full"}):
        with pytest.raises(cnnshape.UsageError, match="is an analysis, which has its batch, dtype"):
            cnnshape.compare(half, **more)


def test_the_frame_holds_the_figures() -> None:
    found = cnnshape.compare(RESNET, variants=True, baseline="resnet50", metrics=["params", "macs", "output"])
    frame = found.frame()
    assert list(frame.index) == [net.name for net in found]
    assert list(frame) == [
        "params",
        "params_difference",
        "params_ratio",
        "macs",
        "macs_difference",
        "macs_ratio",
        "output",
    ]
    assert (frame["macs"] - frame["macs_difference"]).unique() == [found["resnet50"]["macs"]]
    assert frame["params"].dtype == frame["params_difference"].dtype == "int64"
    assert frame.loc["resnet18", "params_ratio"] == pytest.approx(11_689_512 / 25_557_032)
    assert list(cnnshape.compare(RESNET, metrics=["params"]).frame()) == ["params"]


def test_a_frame_stays_exact_and_knows_what_is_missing() -> None:
    huge = {"cnnshape": 1, "input": [10**10], "layers": {"a": {"op": "Linear", "out_features": 10**10}}}
    conv = {"cnnshape": 1, "input": [1, 8, 8], "layers": {"c": {"op": "Conv2d", "out_channels": 1, "kernel_size": 3}}}
    frame = cnnshape.compare(("huge", huge), ("conv", conv), metrics=["params", "receptive_field"]).frame()
    assert frame.loc["huge", "params"] == 10**20 + 10**10
    assert frame.loc["conv", "params_difference"] == 10 - 10**20 - 10**10
    assert frame["receptive_field"].dtype == "Int64"
    assert frame.loc["huge", "receptive_field"] is pandas.NA


def test_the_page_knows_every_metric() -> None:
    page = (ROOT / "docs" / "compare.md").read_text(encoding="utf-8")
    missing = [key for key in METRICS if f"`{key}`" not in page and not key.startswith("flops.")]
    assert missing == []
