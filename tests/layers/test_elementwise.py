"""Functions of each element, counted by hand on 24 elements."""

from tests.layers.worked import Refused, Worked

X = (2, 3, 4)

WORKED = [
    Worked("Sqrt", {}, (X,), X, "a root each", ops={"sqrt": 24}),
    Worked("Exp", {}, (X,), X, "an exponential each", ops={"exp": 24}),
    Worked("Log", {}, (X,), X, "a logarithm each", ops={"exp": 24}),
    Worked("Abs", {}, (X,), X, "the larger of x and -x", ops={"compare": 24}),
    Worked("Neg", {}, (X,), X, "0 - x", ops={"add": 24}),
    Worked("Clamp", {"min": 0}, (X,), X, "one bound", ops={"compare": 24}),
    Worked("Clamp", {"min": 1, "max": 0}, (X,), X, "two bounds, in any order as in torch", ops={"compare": 48}),
]

REFUSED = [Refused("Clamp", {}, (X,), "neither min nor max is stated")]
