"""What a sweep costs: by the number of its points, however they are spread over its knobs."""

import time
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest

import cnnshape
from cnnshape.commands.sweep.values import Values
from cnnshape.render import render
from tests.golden_files import GOLDEN

CHAIN = str(GOLDEN / "chain.yaml")
SIDE = 100


def seconds(run: Callable[[], Any]) -> float:
    """The processor time that something takes, the best of three."""
    found = []
    for _ in range(3):
        before = time.process_time()
        run()
        found.append(time.process_time() - before)
    return min(found)


def swept(**knobs: Any) -> None:
    render(cnnshape.sweep(CHAIN, **knobs, grid=True), "csv")


@pytest.mark.parametrize("knob", ["width", "N", "H"])
def test_one_knob_costs_no_more_than_two(knob: str) -> None:
    """A value of a knob is looked at as often as a point, not once for each other value."""
    grid = seconds(lambda: swept(H=range(28, 28 + SIDE), W=range(28, 28 + SIDE)))
    line = seconds(lambda: swept(**{knob: range(28, 28 + SIDE * SIDE)}))
    assert line < 5 * grid


@pytest.mark.parametrize("step", [Fraction(1), Fraction(1, 8)])
def test_values_cost_by_their_number(step: Fraction) -> None:
    """Of twice as many values everything takes twice as long."""

    def made(count: int) -> None:
        values = Values.of("x", [step * place + 1 for place in range(count)])
        assert len(values.take(slice(1, None)).column()) == count - 1
        assert Values.joined([values, values]).numeric

    assert seconds(lambda: made(20_000)) < 20 * seconds(lambda: made(2_000))
