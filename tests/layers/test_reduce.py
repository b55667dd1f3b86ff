"""Reductions, worked by hand."""

from tests.layers.worked import Refused, Worked

X = (2, 8, 7, 7)
WORKED = [
    Worked(
        "Mean", {"dim": [2, 3]}, (X,), (2, 8), "16 means of 49: 48 adds and one div each", ops={"add": 768, "div": 16}
    ),
    Worked("Mean", {"dim": 0, "keepdim": True}, ((4, 3),), (1, 3), "3 means of 4", ops={"add": 9, "div": 3}),
    Worked("Sum", {"dim": -1, "keepdim": True}, (X,), (2, 8, 7, 1), "112 sums of 7", ops={"add": 672}),
    Worked("Amax", {"dim": [-1, -2]}, (X,), (2, 8), "16 times 48", ops={"compare": 768}),
    Worked("Sum", {"dim": 2}, ((1, 8, 1),), (1, 8), "one element each, nothing to add"),
]

REFUSED = [
    Refused("Mean", {"dim": 4}, (X,), "dim=4 is not one of 4 axes", hint="dim goes from -4 to 3"),
    Refused("Sum", {"dim": [1, -3]}, (X,), "dim names axis 1 twice"),
    Refused("Amax", {"dim": [0, -5]}, (X,), "dim=-5 is not one of 4 axes", hint="dim goes from -4 to 3"),
]
