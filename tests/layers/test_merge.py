"""Merges, worked by hand."""

from tests.layers.worked import Refused, Worked

X = (1, 64, 28, 28)
WORKED = [
    Worked("Add", {}, (X, X), X, "one add for each of 64 28 28 elements", ops={"add": 50176}),
    Worked("Add", {}, ((1, 8, 4, 4), (4,), (8, 1, 1)), (1, 8, 4, 4), "two adds for each of 128", ops={"add": 256}),
    Worked("Add", {"value": 3}, ((1, 8),), (1, 8), "h_swish starts with x + 3", ops={"add": 8}),
    Worked("Sub", {}, ((2, 1), (1, 3)), (2, 3), "both are stretched", ops={"add": 6}),
    Worked("Mul", {}, ((1, 64, 28, 28), (1, 64, 1, 1)), X, "the gate of squeeze and excite", ops={"mul": 50176}),
    Worked("Div", {"value": 8}, ((1, 4, 16, 16),), (1, 4, 16, 16), "scores by the root of 64", ops={"div": 1024}),
    Worked("Pow", {"value": 2}, ((1, 4),), (1, 4), "one for each element", ops={"exp": 4}),
    Worked("Maximum", {}, ((1, 4), (1, 4), (1, 1)), (1, 4), "two for each element", ops={"compare": 8}),
    Worked("Concat", {}, ((1, 64, 7, 7), (1, 32, 7, 7), (1, 32, 7, 7)), (1, 128, 7, 7), "64 + 32 + 32 channels"),
    Worked("Concat", {"dim": -1}, ((2, 3), (2, 5)), (2, 8), "along the last axis"),
    Worked("Stack", {"dim": 1}, ((2, 3), (2, 3)), (2, 2, 3), "two inputs, a new axis of 2"),
    Worked("Stack", {"dim": -1}, ((2, 3),), (2, 3, 1), "one input, behind the last axis"),
]

REFUSED = [
    Refused(
        "Add",
        {},
        (X, (1, 64, 14, 14)),
        "(1, 64, 28, 28) and (1, 64, 14, 14) do not merge: axis 2 has 28 and 14",
    ),
    Refused("Add", {}, ((1, 8, 4), (8,)), "(1, 8, 4) and (8,) do not merge: axis 2 has 4 and 8"),
    Refused("Add", {}, (X,), "Add takes two inputs, or one and `value`, and has one"),
    Refused("Mul", {"value": 2}, (X, X), "Mul takes one input beside value=2.0, and has 2", hint="leave value out"),
    Refused("Sub", {}, (X, X, X), "Sub takes 2 inputs, and has 3"),
    Refused("Concat", {}, ((1, 64, 28, 28), (1, 64, 14, 28)), "axis 2 differs: 28, 14"),
    Refused("Concat", {}, ((1, 64, 28), (1, 64)), "input 1 has 3 axes, input 2 has 2"),
    Refused("Concat", {"dim": 3}, ((1, 64, 28),), "dim=3 is not one of 3 axes", hint="dim goes from -3 to 2"),
    Refused("Stack", {"dim": 4}, ((1, 64, 28),), "dim=4 is not one of 4 axes", hint="dim goes from -4 to 3"),
    Refused("Stack", {"dim": 0}, ((1, 2), (1, 2), (1, 3)), "axis 1 differs: 2, 3"),
]
