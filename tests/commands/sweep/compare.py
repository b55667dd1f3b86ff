"""A sweep beside single reports of its points: every figure, and the first thing that is wrong with what is no net."""

from collections.abc import Mapping, Sequence
from typing import Any

from cnnshape import Sweep, analyze
from cnnshape.commands.sweep.figures import figure
from cnnshape.core.errors import CnnshapeError
from cnnshape.spec.document import load
from cnnshape.spec.knobs import Knobs
from cnnshape.symbolic.vectorised import LARGEST

Point = Mapping[str, Any]


def alone(net: Any, point: Point, keys: Sequence[str], **setting: Any) -> dict[str, Any]:
    """What a single report says of a point; with ``reason`` where it is no net."""
    spec = load(net)
    turned = {name: value for name, value in point.items() if name != "variant"}
    try:
        found = analyze(spec, variant=point.get("variant"), **Knobs.of(spec).options(turned), **setting)
    except CnnshapeError as error:
        first = error.problems[0]
        return {"reason": f"`{first.path}`: {first.text}" if first.path else first.text}
    figures = {key: figure(key).of(found) for key in keys}
    for key, value in figures.items():
        if isinstance(value, int) and value > LARGEST:
            return {"reason": f"`{key}` is {value:,}, beyond the 64 bits of a column"}
    return figures | {"reason": None}


def assert_points_agree(sweep: Sweep, net: Any, points: Sequence[Point], rows: Sequence[int], **setting: Any) -> None:
    """Fail where a row of a sweep says something else than a report of its point."""
    listed = list(sweep.rows())
    assert len(listed) == len(points)
    for row in rows:
        right = alone(net, points[row], list(sweep.columns), **setting)
        found = {key: value for key, value in listed[row].items() if key in right}
        assert found == right, f"{points[row]}: {found} in the sweep, {right} alone"
