"""An answer for programs: exact figures."""

from collections.abc import Mapping
from typing import Any, Final

from cnnshape.commands.solve.layer import Choice, Choices
from cnnshape.commands.solve.record import Solution
from cnnshape.commands.sweep.values import exported
from cnnshape.render.json import write as document

SCHEMA: Final = 1
"""The version of the JSON; it goes up when a key changes its meaning or goes away."""


def _point(point: Mapping[str, Any]) -> dict[str, Any]:
    return {name: exported(value) for name, value in point.items()}


def _figures(answer: Solution, held: Mapping[str, Any]) -> dict[str, Any]:
    """The figures without the objective where that is a knob."""
    return {key: value for key, value in held.items() if key in answer.known}


def solution_json(answer: Solution) -> str:
    """Everything of an answer about a net."""
    neighbours = [
        {"knobs": list(each.names), "value": exported(each.value), "allowed": each.allowed, "stops": list(each.stops),
         "reason": each.reason or None, "figures": _figures(answer, each.figures), "bounds": dict(each.bounds)}
        for each in answer.neighbours
    ]  # fmt: skip
    closest = [
        {"condition": each.condition, "point": _point(each.point), "figures": dict(each.figures)}
        for each in answer.closest
    ]
    return document(
        {
            "schema": SCHEMA,
            "net": answer.net,
            "knobs": [list(names) for names in answer.knobs],
            "objective": answer.objective,
            "aim": answer.aim,
            "conditions": list(answer.conditions),
            "point": None if answer.point is None else _point(answer.point),
            "figures": _figures(answer, answer.figures),
            "bounds": dict(answer.bounds),
            "undecided": answer.undecided,
            "neighbours": neighbours,
            "closest": closest,
            "reason": answer.reason or None,
            "points": answer.points,
            "looked_at": answer.looked,
            "method": answer.method,
        }
    )


def _choice(choice: Choice) -> dict[str, Any]:
    seen = {"receptive_field": choice.receptive_field, "bound": choice.bound}
    return {"fields": dict(choice.fields), "output": list(choice.output), **seen}


def choices_json(answer: Choices) -> str:
    """Everything of an answer about one layer."""
    return document(
        {
            "schema": SCHEMA,
            "net": answer.net,
            "layer": answer.path,
            "op": answer.op,
            "output": None if answer.output is None else list(answer.output),
            "receptive_field": answer.receptive_field,
            "tried": {name: list(values) for name, values in answer.tried.items()},
            "found": list(map(_choice, answer.found)),
            "nearest": list(map(_choice, answer.nearest)),
        }
    )
