"""Receptive fields in words, for every kind of field that there is."""

import json
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import pytest
from click.testing import CliRunner

import cnnshape
from cnnshape.analysis.receptive.fields import Field
from cnnshape.cli import program
from cnnshape.render.receptive_fields import axis, figures, largest, plain, seen

HALF = Fraction(1, 2)
STRIDED = Field(212, Fraction(32), -90, Fraction(31, 2), 212, None, 212, (Fraction(32),))
PHASES = Field(204, Fraction(1), -94, Fraction(3, 4), 204, None, 188, (Fraction(1),))
HOLES = Field(13, Fraction(1), -6, Fraction(0), 7, None, 13, (Fraction(1),))
FINE = Field(4, HALF, -1, Fraction(1, 4), 4, None, 3, (HALF,))
FLIPPED = Field(3, Fraction(-1), 30, Fraction(31), 3, None, 3, (Fraction(-1),))
DRIFT = Field(267, None, -90, None, 267, None, None, (Fraction(8), Fraction(240, 29)), "", "cat")
GLOBAL = Field(32, Fraction(0), 0, Fraction(31, 2), 32, (0, 31), 32, (), "pool")
GATED = Field(11, Fraction(2), -5, Fraction(0), 11, (0, 31), 11, (Fraction(2),), "pool")
NOTHING = Field(0, None, None, None, 0, None, 0)
UNKNOWN = Field(None, Fraction(240, 29), None, None, None, None, None, (Fraction(240, 29),))


@pytest.mark.parametrize(
    ("axes", "expected"),
    [
        ((STRIDED, STRIDED), "212 /32 @-90"),
        ((PHASES,), "188-204 /~1 @-94"),
        ((HOLES, HOLES), "13 (reads 7) /1 @-6"),
        ((FINE,), "3-4 /~0.5 @-1"),
        ((FLIPPED,), "3 /-1 @30"),
        ((DRIFT,), "267, no fixed jump"),
        ((GLOBAL, GLOBAL), "global"),
        ((GATED, GATED), "11 /2 @-5 + global"),
        ((NOTHING,), "nothing"),
        ((UNKNOWN,), "? /~(240/29) @?"),
        ((STRIDED, GLOBAL), "212 /32 @-90 x global"),
        ((HOLES, STRIDED, STRIDED), "13 (reads 7) /1 @-6 x 212 /32 @-90 x 212 /32 @-90"),
        ((), ""),
    ],
)
def test_words(axes: tuple[Field, ...], expected: str) -> None:
    assert seen({"input": axes}) == expected


def test_inputs_are_named_where_there_are_several() -> None:
    fields = {"left": (HOLES,), "right": (STRIDED,), "mask": (HOLES,), "size": ()}
    assert seen(fields, named=True) == "left, mask: 13 (reads 7) /1 @-6; right: 212 /32 @-90"
    assert figures(fields, "size", named=True) == "left, mask: 13; right: 212"


def test_sorting_puts_global_and_unknown_first() -> None:
    assert largest({"a": (HOLES,), "b": (STRIDED,)}) == 212
    assert largest({"a": (GLOBAL,)}) == largest({"a": (UNKNOWN,)}) == float("inf")
    assert largest({}) == 0


def test_data_is_exact() -> None:
    (field,) = plain({"input": (FINE,)})["input"]
    assert field["jump"] == "1/2"
    assert field["centre"] == "1/4"
    assert field["jumps"] == ["1/2"]
    assert (field["size"], field["smallest"], field["start"], field["global"]) == (4, 3, -1, None)
    assert (field["via"], field["meet"]) == (None, None)
    gated, drift = plain({"input": (GATED, DRIFT)})["input"]
    assert (gated["global"], gated["via"]) == ([0, 31], "pool")
    assert (drift["jump"], drift["meet"], drift["jumps"]) == (None, "cat", [8, "240/29"])


@pytest.mark.parametrize("size", [1, 2, 5, 7, 12, 33])
def test_an_average_of_steps_that_differ_is_marked(size: int) -> None:
    for out in range(1, size + 1):
        layers = {"c": "ReLU", "pool": {"op": "AdaptiveAvgPool1d", "output_size": out}}
        net = cnnshape.analyze({"cnnshape": 1, "input": [1, size], "layers": layers})
        starts = [min(net.window("pool", [place])["input"][0]) for place in range(out)]
        steps = {after - before for before, after in pairwise(starts)} or {0}
        field = net["pool"].receptive_field["input"][0]
        text = axis(field)
        assert ("~" in text) == field.is_uneven == (len(steps) > 1 or size % out > 0), (size, out)


def test_a_report_and_an_explanation_say_what_is_an_average(tmp_path: Path) -> None:
    net = tmp_path / "net.yaml"
    for size, is_said in ((33, True), (32, False)):
        net.write_text(
            f"cnnshape: 1\ninput: [1, {size}, {size}]\nlayers: {{pool: {{op: AdaptiveAvgPool2d, output_size: 2}}}}\n"
        )
        report = CliRunner().invoke(program, ["report", str(net)]).output
        explained = CliRunner().invoke(program, ["explain", str(net), "pool"]).output
        assert ("`~jump` is an average of steps that differ" in report) == is_said
        assert ("the steps from one output of `pool` to the next differ" in explained) == is_said
        data = json.loads(CliRunner().invoke(program, ["report", str(net), "--format", "json"]).output)
        assert data["layers"][0]["receptive_field"]["input"][0]["jump"] == ("33/2" if is_said else 16)


def test_a_window_that_all_outputs_read_is_not_global() -> None:
    fixed = Field(3, Fraction(0), 62, Fraction(63), 3, (62, 64), 3)
    assert axis(fixed) == "3 @62"
    assert axis(fixed._replace(bound="upper")) == "<= 3 @62"
    assert axis(fixed._replace(via="pool")) == "global"
