"""The published schemas of what commands print as JSON: a small mistake is noticed, and other keys may come along."""

import json
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import cnnshape
from cnnshape.analysis.metrics import OURS
from cnnshape.analysis.result import Analysis
from cnnshape.commands.check import Report
from cnnshape.commands.check.view import VIEW as check
from cnnshape.commands.explain.explain import OF_A_LAYER
from cnnshape.commands.schema.cli import _COMMANDS
from cnnshape.commands.schema.printed import printed_schema
from cnnshape.render import render
from tests.analysis.nets import Net
from tests.analysis.random_nets import nets
from tests.commands.check.test_formats import outcomes
from tests.commands.conv.test_convs import convs
from tests.commands.conventions.test_cli import RAISES
from tests.golden_files import GOLDEN
from tests.mistakes import Free, unnoticed
from tests.render.nets import HOSTILE, hostile
from tests.render.strict import strict, validator

USED = ("check", "conventions", "conv", "explain", "solve", "sweep")
CHECK, CONVENTIONS, CONV, EXPLAIN, SOLUTION, SWEEP = map(validator, USED)


def cut(data: Any) -> Any:
    """The same with no more than two items in any list."""
    if isinstance(data, dict):
        return {key: cut(value) for key, value in data.items()}
    return [cut(item) for item in data[:2]] if isinstance(data, list) else data


def golden(name: str) -> Any:
    return json.loads((GOLDEN / f"{name}.json").read_text())


@pytest.mark.parametrize("name", _COMMANDS.values())
def test_other_keys_may_come_along(name: str) -> None:
    assert '"additionalProperties": false' not in json.dumps(printed_schema(name))


def test_the_schema_of_checks_bites() -> None:
    data = golden("check.broken")
    kinds = {(row["kind"], row["unit"], bool(row["contributors"])): row for row in data["outcomes"]}
    assert len(kinds) > 5
    for row in kinds.values():
        row |= {"contributors": row["contributors"][:1], "inputs": {"input": [8]}, "settings": {"a": [True, "1/2"]}}
    data["outcomes"] = [*kinds.values()]
    assert unnoticed(strict(printed_schema("check")), data, Free({"inputs", "settings"})) == []


def test_the_schema_of_conventions_bites() -> None:
    data = golden("conventions") | {"own_ops": ["Twice"]}
    assert unnoticed(strict(printed_schema("conventions")), data, Free({"inputs"})) == []


def test_the_schema_of_ways_bites() -> None:
    data = golden("conv3d")
    data["rows"] = data["rows"][:2]
    assert unnoticed(strict(printed_schema("conv")), data, Free({"letters"}, {"layers"})) == []


def test_the_schema_of_explanations_bites() -> None:
    judge = strict(printed_schema("explain"))
    layer, net = golden("explain.conv"), golden("explain.net")
    assert unnoticed(judge, cut(layer)) == []
    assert unnoticed(judge, cut(net)) == []


def test_the_schema_of_formulas_bites() -> None:
    data = golden("formula_resnet") | {"alone": golden("formula_resnet")["sizes"]}
    assert (
        unnoticed(
            strict(printed_schema("formula")),
            data,
            Free({"inputs", "names", "steps", "sizes", "alone", "point", "smallest"}),
        )
        == []
    )


def test_the_schema_of_verifications_bites() -> None:
    assert unnoticed(strict(printed_schema("verify")), golden("verify"), Free({"ops"})) == []


SOLUTIONS = ("solve.box", "solve.none", "solve.no_net", "solve.layer", "solve.nearest")


@pytest.mark.parametrize("name", SOLUTIONS)
def test_the_schema_of_solutions_bites(name: str) -> None:
    free = Free({"point", "figures", "tried", "fields"})
    missed = unnoticed(strict(printed_schema("solve")), golden(name), free)
    knobs = re.compile(r"point: \w+: no whole number|(closest|neighbours): \d+: (point: \w+|value): no whole number")
    assert [said for said in missed if not knobs.fullmatch(said)] == []  # the value of a knob may be any number


def test_the_schema_of_sweeps_bites() -> None:
    data = golden("sweep_variants")
    kinds = {(bool(row["reason"]), *map(type, (row["figures"] or {}).values())): row for row in data["rows"]}
    assert len(kinds) > 2
    data["rows"] = [*kinds.values()]
    taken = unnoticed(strict(printed_schema("sweep")), data, Free({"figures"}, {"knobs"}))
    empty = ("figures: not NoneType", "bounds: not NoneType")  # {} is a mapping without keys
    assert [said for said in taken if not said.endswith(empty)] == []


FIELD = golden("conv")["rows"][0]["receptive_field"]["input"][0]
WRONG: list[tuple[str, tuple[str | int, ...], Any]] = [
    ("sweep_variants", ("points",), 0),
    ("sweep_variants", ("rows", 1, "figures", "macs"), -1),
    ("sweep_variants", ("rows", 1, "figures", "macs"), 1.5),
    ("sweep_variants", ("rows", 1, "figures", "output"), [1, 10]),
    ("sweep_variants", ("rows", 1, "knobs", "width"), None),
    ("sweep_variants", ("figures", "macs", "unit"), "MACs"),
    ("check.broken", ("schema",), 1),
    ("check.broken", ("broken",), -1),
    ("check.broken", ("outcomes", 0, "kind"), "most"),
    ("check.broken", ("outcomes", 0, "unit"), "MACs"),
    ("check.broken", ("outcomes", 0, "level"), "fatal"),
    ("check.broken", ("outcomes", 0, "memory"), "paged"),
    ("check.broken", ("outcomes", 0, "batch"), 0),
    ("check.broken", ("outcomes", 0, "line"), 0),
    ("check.broken", ("outcomes", 0, "baseline"), -1),
    ("check.broken", ("outcomes", 0, "actual"), [1, 10]),
    ("check.broken", ("outcomes", 0, "inputs"), {"input": []}),
    ("check.broken", ("outcomes", 0, "inputs"), {"input": [0]}),
    ("check.broken", ("outcomes", 0, "settings"), {"width": None}),
    ("check.broken", ("outcomes", 0, "contributors", 0, "before"), -1),
    ("conventions", ("schema",), 1),
    ("conventions", ("batch",), 0),
    ("conventions", ("macs",), -1),
    ("conventions", ("own_ops",), ["Twice", "Twice"]),
    ("conventions", ("conventions", 0, "total"), -1),
    ("conventions", ("conventions", 0, "reasons", 0, "kind"), "whim"),
    ("conventions", ("conventions", 0, "reasons", 0, "layers"), 0),
    ("conv", ("schema",), 1),
    ("conv", ("rows",), []),
    ("conv", ("conv", "stride"), [0, 0]),
    ("conv", ("conv", "padding"), [-1, 0]),
    ("conv", ("conv", "padding"), []),
    ("conv", ("conv", "padding"), [1] * 4),
    ("conv", ("conv", "size"), []),
    ("conv", ("conv", "size"), [9] * 4),
    ("conv", ("letters", "Q"), 3),
    ("conv", ("letters",), {"C": 1, "K": 1}),
    ("conv", ("rows", 0, "macs_ratio"), 0),
    ("conv", ("rows", 0, "groups"), 0),
    ("conv", ("rows", 0, "output"), [128]),
    ("conv", ("rows", 0, "output"), [128] * 5),
    ("conv", ("rows", 0, "receptive_field", "input"), []),
    ("conv", ("rows", 0, "receptive_field", "input"), [FIELD] * 4),
    ("conv", ("rows", 0, "receptive_field", "input", 0, "jump"), "1.5"),
    ("conv", ("rows", 0, "spec", "cnnshape"), 2),
    ("conv", ("rows", 0, "spec", "input"), [128]),
    ("conv", ("rows", 0, "spec", "input"), [128] * 5),
    ("conv", ("rows", 0, "spec", "layers"), {}),
    ("conv", ("rows", 0, "spec", "layers", "conv"), "std/grouped"),
    ("conv", ("rows", 0, "spec", "layers", "conv", "block"), 1),
    ("conv", ("rows", 0, "spec", "layers", "conv"), {"op": "Conv2d"}),
    ("conv", ("rows", 0, "spec", "layers", "conv", "block"), "own"),
    *[(name, ("schema",), 1) for name in SOLUTIONS],
    ("solve.box", ("aim",), "best"),
    ("solve.box", ("method",), "guess"),
    ("solve.box", ("points",), 0),
    ("solve.box", ("looked_at",), -1),
    ("solve.box", ("knobs",), []),
    ("solve.box", ("knobs", 0), []),
    ("solve.box", ("point", "w"), None),
    ("solve.box", ("figures", "macs"), -1),
    ("solve.box", ("neighbours", 0, "knobs"), []),
    ("solve.box", ("neighbours", 0, "value"), "wide"),
    ("solve.none", ("closest", 0, "figures", "macs"), "few"),
    ("solve.layer", ("output", 0), -1),
    ("solve.layer", ("found", 0, "output", 0), -1),
    ("solve.layer", ("tried", "stride", 0), "1"),
]


@pytest.mark.parametrize(("file", "at", "wrong"), WRONG)
def test_a_wrong_value_is_noticed(file: str, at: tuple[str | int, ...], wrong: Any) -> None:
    judges = {"check.broken": CHECK, "conventions": CONVENTIONS, "conv": CONV, "sweep_variants": SWEEP}
    judge = judges.get(file, SOLUTION)
    good = golden(file)
    judge.validate(good)
    held = good
    for key in at[:-1]:
        held = held[key]
    held[at[-1]] = wrong
    assert not judge.is_valid(good)


@given(report=st.builds(Report, st.lists(outcomes(), max_size=4).map(tuple), st.integers(0, 9)))
def test_a_check_with_names_that_mean_no_good(report: Report) -> None:
    data = json.loads(check.render(report, "json"))
    CHECK.validate(data)
    for row, outcome in zip(data["outcomes"], report.outcomes, strict=True):
        assert (row["net"], row["path"], row["rule"]) == (outcome.net.name, outcome.path, outcome.rule.title)


def said_of(net: Analysis) -> Any:
    return json.loads(render(cnnshape.compare_conventions(net), "json"))


def test_conventions_with_names_that_mean_no_good() -> None:
    data = said_of(hostile())
    CONVENTIONS.validate(data)
    assert data["name"] == hostile().name
    assert data["own_ops"] == sorted(f"Op|{path}" for path in HOSTILE)


def test_a_tool_that_raises() -> None:
    data = said_of(cnnshape.analyze(RAISES))
    CONVENTIONS.validate(data)
    assert {each["name"] for each in data["conventions"] if each["total"] is None} == {"fvcore"}


@given(net=nets(axes=1) | nets(axes=2))
def test_what_conventions_say_of_any_net(net: Net) -> None:
    data = said_of(cnnshape.analyze(net.graph()))
    CONVENTIONS.validate(data)


@given(net=nets(axes=1) | nets(axes=2))
def test_what_is_explained_of_any_layer(net: Net) -> None:
    analysis = cnnshape.analyze(net.graph())
    EXPLAIN.validate(json.loads(render(cnnshape.explain_net(analysis, metric=[*OURS]), "json")))
    for record in analysis:
        found = cnnshape.explain(analysis, record.path, metric=[*OF_A_LAYER])
        data = json.loads(render(found, "json"))
        EXPLAIN.validate(data)
        assert {each["metric"]: each["value"] for each in data["figures"]} == {
            each.metric: list(each.value) if isinstance(each.value, tuple) else each.value for each in found.derivations
        }


@given(convs())
def test_the_ways_of_any_convolution(given: dict[str, Any]) -> None:
    ways = cnnshape.compare_conv(**given)
    data = json.loads(render(ways, "json"))
    CONV.validate(data)
    assert [row["key"] for row in data["rows"]] == [row.key for row in ways.rows]
