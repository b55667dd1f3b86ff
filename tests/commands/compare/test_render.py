"""A comparison as text, Markdown, JSON and CSV: the same figures in all of them, and names that break out of none."""

import csv
import io
import json
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import cnnshape
from cnnshape.commands.compare.cells import table as cells_of
from cnnshape.commands.compare.comparison import Comparison
from cnnshape.commands.compare.view import VIEW, Options
from cnnshape.render import render
from cnnshape.render.names import wide
from cnnshape.render.units import times
from tests.oracle.nets import nets
from tests.places import ZOO
from tests.render.nets import HOSTILE, analysed
from tests.render.strict import validator
from tests.render.test_markdown import table

SCHEMA = validator("compare")
RESNET = str(ZOO / "resnet.yaml")
NAMES = (*HOSTILE, "::error::no", " ::warning::no", "\n::error::no", "a\r::error::no", "<b>", "=1+1", "\x9b31m", "")


def family(**given: Any) -> Comparison:
    return cnnshape.compare(RESNET, variants=True, **{"baseline": "resnet50", **given})


def linear(width: int) -> dict[str, Any]:
    return {"cnnshape": 1, "input": [10], "layers": {"fc": {"op": "Linear", "out_features": width, "bias": False}}}


def hostile() -> Comparison:
    """Nets with names that are hostile to every format, of a graph whose layers and input have such names, too."""
    return cnnshape.compare(*((name or "none", analysed("hostile")) for name in NAMES), baseline=NAMES[0])


def cells(text: str) -> list[list[str]]:
    return [[cell.replace("\u00a0", " ") for cell in row] for row in table(text)]


def lines(text: str) -> list[list[str]]:
    """The rows of the table in the text, split where two spaces are."""
    return [re.split(r"  +", line) for line in body(text).split("\n")]


def body(text: str) -> str:
    """The table in the text."""
    return text.split("\n\n")[1].strip("\n")


def loaded(comparison: Comparison, options: Options | None = None) -> Any:
    data = json.loads(render(comparison, "json", options or Options()))
    SCHEMA.validate(data)
    return data


def test_json_holds_figures_and_changes() -> None:
    data = loaded(family(metrics=["+output"]))
    base = next(net for net in data["nets"] if net["name"] == data["baseline"])
    for net in data["nets"]:
        assert net["figures"] == {key: net["figures"][key] for key in data["metrics"]}
        for key, change in net["differences"].items():
            assert change == net["figures"][key] - base["figures"][key]
            assert net["ratios"][key] == pytest.approx(net["figures"][key] / base["figures"][key], rel=1e-5)
        assert set(net["figures"]) - set(net["differences"]) == {"output", "receptive_field_global"}
        assert net["bounds"] == {"receptive_field": None, "receptive_field_global": None}
        alone = cnnshape.analyze(net["file"], variant=net["variant"])
        assert (net["figures"]["macs"], net["figures"]["output"]) == (alone.total.macs, [[1, 1000]])
        for layer in net["heaviest"]:
            assert layer["macs"] == alone[layer["path"]].macs
            assert layer["share"] == pytest.approx(layer["macs"] / alone.total.macs, abs=1e-6)
    without = loaded(cnnshape.compare(RESNET, variants=True))
    assert without["baseline"] is None
    assert "differences" not in without["nets"][0]


@pytest.mark.parametrize("wrong", [{"baseline": None}, {"schema": 1}, {"nets": []}])
def test_the_schema_bites(wrong: dict[str, Any]) -> None:
    assert not SCHEMA.is_valid({**loaded(family()), **wrong})


def test_all_faces_say_the_same() -> None:
    found = family(metrics=["params", "macs", "peak_memory", "receptive_field"])
    rows = list(csv.DictReader(io.StringIO(render(found, "csv"))))
    exact = Options(units="exact")
    _, _, *pipes = cells(render(found, "markdown", exact))
    _, _, *text = lines(render(found, "text", exact))
    for net, row, pipe, line in zip(loaded(found)["nets"], rows, pipes, text, strict=True):
        assert row["net"] == net["name"] == pipe[0].strip("*`") == line[0]
        figures = [*net["figures"].values()]
        assert [int(row[key]) for key in net["figures"]] == list(net["figures"].values())
        assert [int(row[f"{key}_difference"]) for key in net["figures"]] == list(net["differences"].values())
        assert [float(row[f"{key}_ratio"]) for key in net["figures"]] == list(net["ratios"].values())
        assert [int(cell.split(" B")[0].replace(",", "")) for cell in pipe[1::2]] == figures
        said = [cell.split(" ")[0].replace(",", "") for cell in pipe[2::2]]
        base = net["name"] == "resnet50"
        assert said == ["" if base else f"{n:+d}" if n else "0" for n in net["differences"].values()]
        assert [cell for cell in pipe[1:] if cell] == line[1:]
    _, _, *ratios = cells(render(found, "markdown", Options(ratio=True)))
    shown = [cell.removeprefix("x") for row in ratios for cell in row[2::2] if cell]
    stated = [ratio for net in loaded(found)["nets"] if net["name"] != "resnet50" for ratio in net["ratios"].values()]
    assert [float(cell) for cell in shown] == pytest.approx(stated, rel=5e-3)


def test_changes_are_signed_and_shares_of_the_baseline() -> None:
    widths = {"base": 1000, "more": 1250, "less": 500, "ten": 10_000, "nearly": 9_990, "one": 1001, "same": 1000}
    found = cnnshape.compare(*((n, linear(w)) for n, w in widths.items()), baseline="base", metrics=["params", "exps"])
    _, _, *rows = lines(render(found, options=Options(heaviest=0)))
    assert [row[2] if len(row) > 4 else "" for row in rows] == [
        *("", "+2,500 (+25.0 %)", "-5,000 (-50.0 %)", "+90.0 k (x10)", "+89.9 k (+899.0 %)", "+10 (+0.1 %)", "0"),
    ]
    _, _, *ratios = lines(render(found, options=Options(heaviest=0, ratio=True)))
    assert [row[2] for row in ratios[1:]] == ["x1.25", "x0.5", "x10", "x9.99", "x1.001", "x1"]
    from_none = cnnshape.compare(
        ("none", {"cnnshape": 1, "input": [10], "layers": {"act": "ReLU"}}), ("some", linear(3)), metrics=["params"]
    )
    for ratio in (False, True):
        assert lines(render(from_none, options=Options(ratio=ratio)))[3] == ["some", "30", "+30"]


@given(st.lists(st.integers(1, 10**9), min_size=2, max_size=8), st.sampled_from(["auto", "k", "G", "exact"]))
def test_figures_that_differ_read_differently(widths: list[int], units: Any) -> None:
    near = [*widths, *(width + 1 for width in widths)]
    found = cnnshape.compare(
        *((str(n), linear(width)) for n, width in enumerate(near)), metrics=["params", "weight_bytes"]
    )
    _, params, weights = cells_of(found, Options(units=units)).columns
    for cells in (params.cells, weights.cells):
        assert len(set(zip(cells, near, strict=True))) == len(set(cells)) == len(set(near))


@given(st.integers(0, 10**25), st.integers(1, 10**25))
def test_no_change_reads_as_one_that_is(part: int, whole: int) -> None:
    assert (times(part, whole) == "x1") == (part == whole)


@pytest.mark.parametrize("width", [30, 40, 60, 80, 100, 200])
def test_the_text_fits(width: int) -> None:
    found = family()
    text = render(found, "text", Options(width=width, heaviest=2))
    assert max(map(wide, body(text).split("\n"))) <= width
    missing = re.search(r"left out to fit \d+ columns: (.*?) heaviest", " ".join(text.split()))
    shown = lines(text)[0]
    out = [] if missing is None else re.split(r",\s+", missing[1])
    headers = ["params", "MACs", "activation", "peak memory", "RF", "depth"]
    assert sorted([*out, *shown]) == sorted(["net", *headers, *([shown[2]] * (len(headers) - len(out)))])
    if width >= 60:
        assert shown[1] == "params"
    said = " ".join(text.split())
    assert "; compared with `resnet50`" in said
    assert (width < 200) == ("x0.457" in said)


def test_a_column_comes_back_where_a_wider_one_went() -> None:
    found = cnnshape.compare(("a", analysed("branches")), metrics=["params", "output", "exps"])
    wide_one, room = render(found, options=Options(heaviest=0)), Options(heaviest=0, width=22)
    assert lines(wide_one)[0] == ["net", "params", "output", "exps"]
    assert lines(render(found, options=room))[0] == ["net", "params", "exps"]


def test_what_somebody_asked_for_stays_as_it_is_asked() -> None:
    text = render(family(), "text", Options(width=80, ratio=False))
    assert "difference" in text
    assert "-13.9 M (-54.3 %)" in text


def test_inputs_stand_in_the_table_where_they_differ() -> None:
    same = render(family(), "markdown")
    assert same.startswith("**10 nets**: input (1, 3, 224, 224), batch 1, float32; compared with `resnet50`\n")
    assert "input" not in cells(same)[0]
    found = cnnshape.compare(*(str(ZOO / f"{name}.yaml") for name in ("nin", "unet")), metrics=["flops", "peak_memory"])
    header, _, *rows = cells(render(found, "markdown"))
    assert [row[header.index("input")] for row in rows] == ["(1, 3, 32, 32)", "(1, 1, 572, 572)"]
    assert render(found).startswith(
        "2 nets: batch 1, float32, FLOPs by the convention torch; compared with `nin_cifar10`\n"
    )
    place = cnnshape.compare(str(ZOO / "nin.yaml"), memory="inplace", flops="full", batch=3, dtype="int8")
    assert render(place).startswith("1 net: input (3, 3, 32, 32), batch 3, int8, peak memory by the rule inplace\n")


def test_nets_are_sorted_from_the_largest_down() -> None:
    flat = ("flat", linear(3))
    found = cnnshape.compare(flat, f"{RESNET}@resnet18", f"{RESNET}@resnet152", metrics=["receptive_field"])
    for form in VIEW.formats:
        text = render(found, form, Options(sort="receptive_field"))
        assert text.index("resnet152") < text.index("resnet18") < text.rindex("flat")
    assert [net["name"] for net in loaded(found)["nets"]] == ["flat", "resnet18", "resnet152"]


def test_the_heaviest_layers_of_a_few_nets() -> None:
    few = cnnshape.compare(*(f"{RESNET}@resnet{n}" for n in (18, 34, 50)))
    assert "\nheaviest layers by MACs\nresnet18  `conv1` 118 M (6.5 %), `layer1.0.conv1` 116 M (6.4 %), " in render(few)
    assert "\n- `resnet18`: `conv1` 118 M (6.5 %), `layer1.0.conv1` 116 M (6.4 %), " in render(few, "markdown")
    assert "eaviest" not in render(few, options=Options(heaviest=0)) + render(family()) + render(family(), "markdown")
    one = render(family(), "markdown", Options(heaviest=1)).split("Heaviest layers by MACs:\n\n")[1]
    assert one.count("\n- ") + 1 == len(family())
    assert len(loaded(family())["nets"][0]["heaviest"]) == 3
    assert len(loaded(family(), Options(heaviest=5))["nets"][0]["heaviest"]) == 5
    none = cnnshape.compare({"cnnshape": 1, "input": [10], "layers": {"act": "ReLU"}}, ("b", linear(3)))
    assert "net  none has MACs\n" in render(none)
    assert "- `net`: none has MACs\n" in render(none, "markdown")


@pytest.mark.parametrize("form", VIEW.formats)
def test_hostile_names_break_out_of_nothing(form: str) -> None:
    text = render(hostile(), form, Options(heaviest=2) if form not in ("csv",) else Options())
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029]", text) or form == "json"
    assert "\x1b" not in text
    for line in text.splitlines():
        assert not line.lstrip().startswith(("::", "##["))
        assert form != "csv" or not line.lstrip('" ').startswith("::")


def test_hostile_names_are_a_row_each() -> None:
    found = hostile()
    assert [net["name"] for net in loaded(found)["nets"]] == [name or "none" for name in NAMES]
    header, *rows = csv.reader(io.StringIO(render(found, "csv")))
    assert {len(row) for row in rows} == {len(header)}
    assert len(rows) == len(NAMES) == render(found, "csv").count("\n") - 1
    pipes = table(render(found, "markdown"))
    assert {len(row) for row in pipes} == {len(pipes[0])}
    assert len(pipes) == len(NAMES) + 2
    outside = re.sub(r"(?<!`)(`+)(?!`).*?(?<!`)\1(?!`)", "", render(found, "markdown", Options(heaviest=3)))
    assert not re.search(r"(?<!\\)[<&]", outside)
    assert body(render(found)).count("\n") == len(NAMES) + 1


def test_what_a_format_does_not_heed_is_refused() -> None:
    for form, options in (
        ("json", Options(units="k")),
        ("csv", Options(heaviest=1)),
        ("csv", Options(ratio=True)),
        ("markdown", Options(width=80)),
    ):
        with pytest.raises(cnnshape.UsageError, match=f"does not go with the format {form}"):
            render(family(), form, options)
    with pytest.raises(cnnshape.UsageError, match="there is no format `pdf`"):
        render(family(), "pdf")
    with pytest.raises(cnnshape.UsageError, match="there is no metric `mac`"):
        render(family(), "text", Options(sort="mac"))


@given(st.lists(nets(), min_size=1, max_size=3), st.integers(1, 120))
def test_every_format_takes_every_net(drawn: list[dict[str, Any]], width: int) -> None:
    found = cnnshape.compare(*((f"n{place}", net) for place, net in enumerate(drawn)), baseline="n0")
    loaded(found)
    assert len(table(render(found, "markdown"))) == len(drawn) + 2
    assert len(list(csv.reader(io.StringIO(render(found, "csv"))))) == len(drawn) + 1
    assert body(render(found, "text", Options(width=width))).count("\n") == len(drawn) + 1
