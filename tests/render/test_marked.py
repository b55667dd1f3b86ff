"""Figures that are upper bounds: every face marks them, and what they do not decide is not decided.

Fields are marked by hand here: those of the layers of one net, whatever the analysis knows of them.
"""

import csv
import io
import json
import re
from pathlib import Path
from typing import Any

import numpy
import pyarrow as pa
import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

import cnnshape
from cnnshape.analysis.receptive import fields as receptive
from cnnshape.analysis.receptive.fields import Field
from cnnshape.cli import program
from cnnshape.commands.report.data import data as report
from cnnshape.commands.schema.printed import printed_schema
from cnnshape.commands.sweep.figures import figures
from cnnshape.commands.sweep.queries import Query
from cnnshape.commands.sweep.reasons import Reasons
from cnnshape.commands.sweep.record import Sweep
from cnnshape.commands.sweep.values import Values

NET: dict[str, Any] = {
    "cnnshape": 1, "name": "marked", "input": [1, 32, 32], "vars": {"k": 5},
    "layers": {
        "conv": {"op": "Conv2d", "out_channels": 2, "kernel_size": "k", "padding": "k // 2"},
        "norm": {"op": "GroupNorm", "num_groups": 1},
    },
}  # fmt: skip
SPEC = """\
cnnshape: 1
name: marked
input: [1, 32, 32]
vars: {k: 5}
layers:
  conv: {op: Conv2d, out_channels: 2, kernel_size: k, padding: k // 2}
  norm: {op: GroupNorm, num_groups: 1}
"""


def marked(fields: dict[str, tuple[Field, ...]]) -> dict[str, tuple[Field, ...]]:
    return {name: tuple([field._replace(bound="upper") for field in axes]) for name, axes in fields.items()}


@pytest.fixture(autouse=True)
def upper(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every field is a bound."""
    summaries = receptive.summaries
    monkeypatch.setattr(receptive, "summaries", lambda *of: tuple(map(marked, summaries(*of))))


@pytest.fixture
def spec(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "net.yaml"
    path.write_text(SPEC)
    return path


def ran(*words: str) -> Result:
    return CliRunner().invoke(program, words)


def said(*words: str) -> str:
    result = ran(*words)
    assert result.exit_code == 0, result.output
    return result.output


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


@pytest.mark.parametrize("format", ["text", "markdown", "html"])
def test_a_report_for_people_has_the_sign(spec: Path, format: str) -> None:
    text = said("report", str(spec), "--format", format, "--columns", "path,rf,rf_size")
    text = text.replace("&lt;", "<").replace("\\<", "<")
    assert "<= 5 /1 @-2" in text
    assert "<= 5 /1 @-2 + global" in text
    assert "at most where it has" in text


def test_a_report_for_programs_has_numbers_and_the_bound_beside_them(spec: Path) -> None:
    (conv, norm) = rows(said("report", str(spec), "--format", "csv"))
    assert (conv["rf_size"], conv["rf_bound"], norm["rf_bound"]) == ("5", "upper", "upper")
    data = json.loads(said("report", str(spec), "--format", "json"))
    cnnshape_schema(printed_schema("report"), data)
    assert data["layers"][0]["receptive_field"]["input"][0]["bound"] == "upper"
    assert data["totals"]["receptive_field"] == {"size": 5, "bound": "upper", "global": True, "global_bound": "upper"}
    field = cnnshape.analyze(NET).frame()["receptive_field"]["conv"]["input"][0]
    assert (field.size, field.bound) == (5, "upper")


def cnnshape_schema(schema: dict[str, Any], data: Any) -> None:
    import jsonschema

    jsonschema.Draft202012Validator(schema).validate(data)


def test_explanations_say_at_most(spec: Path) -> None:
    text = said("explain", str(spec), "norm", "--metric", "receptive_field")
    assert "result: at most `5 /1 @-2 + global`" in text
    assert "  conv   5  1  2  1  <= 5     1     -2" in text
    assert "every output sees at most pixels" in text
    whole = said("explain", str(spec), "--metric", "receptive_field")
    assert "at most 5 px" in whole
    assert "norm  <= 5" in whole


def test_a_comparison_marks_bounds_and_has_no_differences_of_them(spec: Path) -> None:
    other = spec.with_name("other.yaml")
    other.write_text(SPEC.replace("k: 5", "k: 7").replace("name: marked", "name: other"))
    words = ("compare", str(spec), str(other), "--metrics", "params,receptive_field,receptive_field_global")
    assert "<= 5 + global" in said(*words)
    one, two = rows(said(*words, "--format", "csv"))
    assert (one["receptive_field"], two["receptive_field"]) == ("5", "7")
    assert one["receptive_field_bound"] == two["receptive_field_global_bound"] == "upper"
    assert two["receptive_field_difference"] == two["receptive_field_ratio"] == ""
    assert two["params_difference"] != ""
    net = json.loads(said(*words, "--format", "json"))["nets"][1]
    assert net["bounds"] == {"receptive_field": "upper", "receptive_field_global": "upper"}
    assert net["differences"]["receptive_field"] is None
    frame = cnnshape.compare(str(spec), str(other)).frame()
    assert frame["receptive_field"].tolist() == [5, 7]
    assert frame["receptive_field_bound"].tolist() == ["upper", "upper"]


def test_a_diff_claims_no_change_of_bounds(spec: Path) -> None:
    other = spec.with_name("other.yaml")
    other.write_text(SPEC.replace("k: 5", "k: 7"))
    (row,) = [line for line in said("diff", str(spec), str(other)).splitlines() if line.startswith("RF ")]
    assert re.split(r"  +", row) == ["RF", "<= 5 + global", "<= 7 + global"]
    entry = json.loads(said("diff", str(spec), str(other), "--format", "json"))["diffs"][0]
    assert entry["totals"]["receptive_field"] == {"old": 5, "new": 7, "old_bound": "upper", "new_bound": "upper"}
    assert entry["outputs"][0]["new"]["receptive_field"]["bound"] == "upper"


@pytest.mark.parametrize(
    ("limit", "status", "text"),
    [
        ("max: 5", 0, "1 limit on 1 net: all hold"),
        ("max: 8", 0, "1 limit on 1 net: all hold"),
        ("max: 4", 2, "cannot be checked against `max: 4`: it is at most 5 and may be smaller"),
        ("min: 6", 1, "receptive_field: at most 5 px, below `min: 6` by at least 1"),
        ("min: 5", 2, "cannot be checked against `min: 5`"),
        ("min: 0", 0, "1 limit on 1 net: all hold"),
        ("equals: 5", 2, "cannot be checked against `equals: 5`"),
        ("equals: 6", 1, "receptive_field: at most 5 px"),
    ],
)
def test_a_limit_holds_only_if_every_value_meets_it(spec: Path, limit: str, status: int, text: str) -> None:
    spec.write_text(f"{SPEC}budget:\n  - {{metric: receptive_field, {limit}}}\n")
    result = ran("check", str(spec))
    assert (result.exit_code, text in result.output) == (status, True), result.output


def test_a_check_marks_figures(spec: Path) -> None:
    spec.write_text(f"{SPEC}budget:\n  - {{metric: receptive_field, max: 8}}\n")
    assert "<= 5 px" in said("check", str(spec), "--verbose")
    assert "\\<=\u00a05\u00a0px" in said("check", str(spec), "--format", "markdown")
    (outcome,) = json.loads(said("check", str(spec), "--format", "json"))["outcomes"]
    assert (outcome["actual"], outcome["actual_bound"]) == (5, "upper")


@pytest.mark.parametrize(("flag", "status"), [("true", 2), ("false", 2)])
def test_what_may_be_global_is_undecided(spec: Path, flag: str, status: int) -> None:
    spec.write_text(f"{SPEC}budget:\n  - {{metric: receptive_field_global, equals: {flag}}}\n")
    assert ran("check", str(spec)).exit_code == status


def test_a_sweep_has_a_column_of_bounds() -> None:
    keys = ["receptive_field", "receptive_field@conv", "receptive_field_global", "params"]
    found = cnnshape.sweep(NET, k=[3, 5], figures=keys)
    assert found["receptive_field"].tolist() == found["receptive_field@conv"].tolist() == [3, 5]
    assert found["receptive_field_bound"].tolist() == found["receptive_field_bound@conv"].tolist() == ["upper"] * 2
    assert found["receptive_field_global"].tolist() == [True, True]
    frame, table = found.frame(), found.arrow()
    assert [*frame] == [*found.keys(), "valid", "reason"]
    assert table.column_names == [*found.keys(), "reason"]
    assert table.schema.field("receptive_field").type == pa.int64()
    assert table.schema.field("receptive_field_global").type == pa.bool_()
    for held in (*found.rows(), *frame.to_dict("records"), *table.to_pylist()):
        assert held["receptive_field"] == held["k"]
        assert held["receptive_field_bound"] == held["receptive_field_bound@conv"] == "upper"


def test_a_sweep_for_people_has_the_sign(spec: Path) -> None:
    words = ("sweep", str(spec), "--set", "k=3,5", "--figures", "receptive_field,receptive_field@conv")
    assert re.search(r"3  <= 3 \+ global +<= 3\n", said(*words))
    one, _ = rows(said(*words, "--format", "csv"))
    assert (one["receptive_field"], one["receptive_field_bound"], one["receptive_field_bound@conv"]) == (
        "3",
        "upper",
        "upper",
    )
    row = json.loads(said(*words, "--format", "json"))["rows"][0]
    assert row["bounds"] == {"receptive_field": "upper", "receptive_field@conv": "upper"}


def test_a_sweep_keeps_what_is_certain_and_counts_the_rest(spec: Path) -> None:
    words = ("sweep", str(spec), "--set", "k=3,5,7,9", "--figures", "receptive_field")
    text = said(*words, "--where", "receptive_field <= 5")
    assert "4 points, 2 kept, 2 left out as undecided" in text
    data = json.loads(said(*words, "--where", "receptive_field >= 8", "--format", "json"))
    assert (data["undecided"], data["rows"]) == (1, [])


def test_a_solution_meets_its_conditions_for_certain(spec: Path) -> None:
    words = ("solve", str(spec), "--vary", "k=3:9:2", "--maximize", "params")
    text = said(*words, "--where", "receptive_field <= 5")
    assert "at `k = 5`" in text
    assert "2 points left out as undecided: a figure there is a bound" in text
    assert "<= 5" in text
    answer = json.loads(said(*words, "--where", "receptive_field <= 5", "--format", "json"))
    assert (answer["point"], answer["bounds"], answer["undecided"]) == ({"k": 5}, {"receptive_field": "upper"}, 2)
    assert [near["stops"] for near in answer["neighbours"]] == [["receptive_field <= 5"], []]
    assert ran(*words, "--where", "receptive_field >= 10").exit_code == 1
    result = ran(*words, "--where", "receptive_field >= 9")
    assert result.exit_code == 2
    assert "cannot be said: at 1 point a figure is a bound" in result.output


def test_all_conditions_hold_where_one_is_about_a_bound(spec: Path) -> None:
    words = ("solve", str(spec), "--vary", "k=3:9:2", "--maximize", "params", "--format", "json")
    assert json.loads(said(*words, "--where", "receptive_field <= 9"))["point"] == {"k": 9}
    answer = json.loads(said(*words, "--where", "receptive_field <= 9 and params <= 110"))
    assert (answer["point"], answer["method"]) == ({"k": 7}, "every point")


def test_the_fields_of_a_layer_that_sees_at_most(spec: Path) -> None:
    words = ("solve", str(spec), "--layer", "conv", "--vary", "kernel_size=3:9:2")
    assert ran(*words, "--receptive-field", "10").exit_code == 1
    result = ran(*words, "--receptive-field", "8")
    assert result.exit_code == 2
    assert "whether `conv` can see 8 pixels cannot be said" in result.output
    assert "with kernel_size 9 it sees at most 9" in result.output


KEYS = ("receptive_field", "receptive_field_global", "macs")
CONDITIONS = (
    "receptive_field <= 3", "receptive_field > 2 and macs < 5", "receptive_field % 2 == 1 or macs == 3",
    "not receptive_field_global", "receptive_field_global or receptive_field < 4", "receptive_field * macs <= 8",
)  # fmt: skip
ROW = st.tuples(st.integers(0, 6), st.booleans(), st.integers(0, 6), st.booleans(), st.booleans())


@given(st.lists(ROW, min_size=1, max_size=6), st.sampled_from(CONDITIONS))
def test_a_condition_holds_if_it_does_for_every_value(drawn: list[tuple[Any, ...]], condition: str) -> None:
    """By brute force: each point as all the exact points that it may be."""
    size, whole, macs, loose, loose_flag = map(numpy.array, zip(*drawn, strict=True))
    columns = {"receptive_field": size.astype("int64"), "receptive_field_global": whole, "macs": macs.astype("int64")}
    marks = {"receptive_field": loose.astype("int8"), "receptive_field_global": loose_flag.astype("int8")}
    knobs = {"w": Values.of("w", list(range(len(drawn))))}
    found = Sweep("net", knobs, figures(KEYS), columns, {}, Reasons.none(len(drawn)), marks)
    query = Query(condition)
    mask, undecided = query.judged(found)
    for at, (n, flag, m, is_bound, flag_bound) in enumerate(drawn):
        truths = {
            query.holds({"receptive_field": value, "receptive_field_global": one, "macs": m})
            for value in (range(n + 1) if is_bound else [n])
            for one in ({False, flag} if flag_bound else [flag])
        }
        assert (mask[at], undecided[at]) == (truths == {True}, len(truths) == 2)
        values = {"receptive_field": n, "receptive_field_global": flag, "macs": m}
        bounds: dict[str, Any] = {"receptive_field": "upper" if is_bound else None}
        bounds["receptive_field_global"] = "upper" if flag_bound else None
        assert query.holds(values, bounds) == (truths == {True})


def test_an_exact_window_that_is_largest_is_no_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    from cnnshape.analysis.receptive.locality import local

    exact = Field(7, None, 0, None, 7, jumps=(1,))  # type: ignore[arg-type]  # any jump
    loose = exact._replace(size=5, bound="upper")
    assert local([{"x": (exact, loose)}]) == (7, False, None, None)
    assert local([{"x": (exact._replace(size=4), loose)}]) == (5, False, "upper", None)
    assert local([{"x": (exact, loose._replace(size=None))}]) == (None, False, None, None)
    assert report(cnnshape.analyze(NET))["totals"]["receptive_field"]["bound"] == "upper"
