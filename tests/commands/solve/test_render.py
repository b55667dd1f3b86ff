"""Solutions in every format: names that mean no good, widths, units, and what is said of few and of many."""

import json
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

import cnnshape
from cnnshape.commands.solve.record import Closest, Neighbour
from cnnshape.commands.solve.solve import Solution
from cnnshape.commands.solve.view import VIEW
from cnnshape.commands.sweep.figures import figures
from cnnshape.core.errors import UsageError
from cnnshape.render import render
from cnnshape.render.names import printable, wide
from tests.render.nets import HOSTILE
from tests.render.readers import read
from tests.render.strict import validator
from tests.render.test_markdown import table

JUDGE = validator("solve")
KNOWN = {each.key: each for each in figures(["macs", "peak_memory", "output[1]@conv"])}
HERE = {"macs": 1_234_567, "peak_memory": 2048, "output[1]@conv": 8}


def solution(name: str = "net", **changed: Any) -> Solution:
    """An answer that says this name wherever it can stand."""
    near = (
        Neighbour(("w",), Fraction(3, 2), (name, name), "", HERE),
        Neighbour(("H", "W"), 9, (), name, {}),
        Neighbour(("H", "W"), 7, (), "", {**HERE, "macs": None}),
    )
    found = Solution(
        net=name, knobs=((name,), ("w",), ("H", "W")), objective=name, aim="largest", conditions=(name, "macs < 2 M"),
        point={name: name, "w": Fraction(5, 4), "H": 8, "W": 8}, figures=HERE, neighbours=near, closest=(), reason="",
        points=12_345, looked=17, method="bisection", known=KNOWN,
    )  # fmt: skip
    return replace(found, **changed)


def none(name: str) -> Solution:
    """No answer, with this name in it."""
    closest = Closest(name, {name: name, "w": 1, "H": 8, "W": 8}, {"peak_memory": 1})
    return solution(name, point=None, figures={}, neighbours=(), closest=(closest,), reason=name)


@pytest.mark.parametrize("name", HOSTILE)
def test_names_that_mean_no_good(name: str) -> None:
    for answer in (solution(name), none(name)):
        for form in VIEW.formats:
            read(render(answer, form), form)
        assert printable(name) in render(answer)
        data = json.loads(render(answer, "json"))
        JUDGE.validate(data)
        assert data["net"] == name
    header, rule, *rows = table(render(solution(name), "markdown"))
    assert {len(header)} == {len(rule), *map(len, rows)}
    assert len(rows) == 4


@pytest.mark.parametrize("width", [40, 60, 80, 132])
def test_no_line_is_longer_than_the_room(width: int) -> None:
    long = "macs + 3 * peak_memory < 1 G or macs < 4 M and not peak_memory > 3 MiB"
    for answer in (solution(conditions=(long, long)), none(long), solution(long[:20])):
        assert max(map(wide, render(answer, width=width).splitlines())) <= width


def test_what_is_left_out_is_named() -> None:
    text = render(solution(), width=50)
    assert "left out to fit 50 columns: output[1]@conv" in text
    assert "\nstopped by\nw = 1.5    `net`, `net`\nH = W = 9  net\n" in text
    assert "left out" not in render(solution())


def test_figures_are_in_the_units_that_are_asked_for() -> None:
    assert "1.23 M" in render(solution())
    assert "1,234,567" in render(solution(), units="exact")
    assert "2,048 B" in render(solution(), "markdown", units="exact").replace("\u00a0", " ")
    with pytest.raises(UsageError, match="units does not go with the format json"):
        render(solution(), "json", units="exact")


def test_figures_that_differ_look_different() -> None:
    near = (Neighbour(("w",), 2, (), "", {**HERE, "macs": 1_234_568}),)
    text = render(solution(neighbours=near))
    assert "1,234,567" in text
    assert "1,234,568" in text


@pytest.mark.parametrize(
    ("points", "looked", "method", "said"),
    [
        (1, 1, "every point", "1 point looked at"),
        (12, 12, "bisection", "all 12 points looked at"),
        (1200, 7, "bisection", "7 of 1,200 points looked at, by bisection"),
        (1200, 1000, "every point", "1,000 of 1,200 points looked at, one by one"),
    ],
)
def test_how_much_work_it_was(points: int, looked: int, method: Any, said: str) -> None:
    assert render(solution(points=points, looked=looked, method=method)).splitlines()[-1] == said


@pytest.mark.parametrize("format", VIEW.formats)
def test_many_settings_of_a_layer(format: str) -> None:
    net = {"cnnshape": 1, "input": [4, 9], "layers": {"conv": {"op": "Conv1d", "out_channels": 4, "kernel_size": 3}}}
    found = cnnshape.solve_layer(net, "conv", output=[7], vary={"out_channels": range(1, 31)})
    text = render(found, format)
    if format == "json":
        JUDGE.validate(json.loads(text))
        assert len(json.loads(text)["found"]) == 30
    elif format == "csv":
        assert text.count("\nfound,") == 30
    else:
        said = " ".join("".join(read(text, format)).replace("`", "").split())
        assert "30 settings of out_channels 1 to 30 give an output of 7" in said
        assert said.endswith("and 10 more")
    nothing = cnnshape.solve_layer(net, "conv", output=[70], vary={"stride": [-1, 0]})
    assert not nothing
    assert "no setting of `stride` -1, 0 gives an output of 70" in str(nothing)
