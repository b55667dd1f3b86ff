"""Planted faults in the algebra: each has to be noticed by the comparison with single reports."""

from typing import Any

import pytest

from cnnshape.commands.formula import domains as legal
from cnnshape.commands.formula import expansion
from cnnshape.commands.formula.bounds import Bounds
from cnnshape.commands.formula.formula import formula
from cnnshape.symbolic import Space
from tests.commands.formula.nets import differences, padded_unet

POINTS = [{"H": height, "W": width} for height in (1, 12, 15, 16, 17, 24, 48) for width in (16, 40, 96)]


def found() -> list[str]:
    net = padded_unet(3)
    net["layers"]["stem"] = {"op": "Conv2d", "out_channels": 8, "kernel_size": 3, "stride": 2}
    net["layers"]["last"] = {"op": "MaxPool2d", "kernel_size": 3, "stride": 2, "ceil_mode": True}
    said: list[str] = []
    for metric in ("macs", "peak_memory"):
        form = formula(net, metric=metric)
        said += [text for point in POINTS for text in differences(form, point)]
    return said


def test_nothing_is_planted() -> None:
    assert found() == []


def _lost_constant(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = expansion.Expansion.sum
    monkeypatch.setattr(expansion.Expansion, "sum", lambda self, _, parts: whole(self, 0, parts))


def _bold_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Bounds, "never_negative", lambda self, x: True)


def _short_period(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = legal.period
    monkeypatch.setattr(legal, "period", lambda wanted: max(1, whole(wanted) // 2))
    monkeypatch.setattr(legal, "_settled_in_class", lambda *_: 0)


def _floors_up(monkeypatch: pytest.MonkeyPatch) -> None:
    whole: Any = Space.floor
    monkeypatch.setattr(Space, "floor", lambda self, a, b: whole(self, a + b - 1, b) if b == 2 else whole(self, a, b))


@pytest.mark.parametrize("fault", [_lost_constant, _bold_bounds, _short_period, _floors_up])
def test_a_fault_is_noticed(fault: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    fault(monkeypatch)
    try:
        said = found()
    except Exception as error:  # a fault that makes nonsense of the algebra is noticed, too
        said = [repr(error)]
    assert said
