"""Activations that are straight lines piece by piece, counted by hand on 24 elements."""

from tests.layers.worked import Refused, Worked

X = (2, 3, 4)

WORKED = [
    Worked("ReLU", {}, (X,), X, "one test against 0", ops={"compare": 24}),
    Worked("ReLU6", {"inplace": True}, (X,), X, "tests against 0 and 6", ops={"compare": 48}),
    Worked("LeakyReLU", {"negative_slope": 0.2}, (X,), X, "test and slope", ops={"compare": 24, "mul": 24}),
    Worked("PReLU", {}, (X,), X, "one slope for all", {"weight": (1,)}, ops={"compare": 24, "mul": 24}),
    Worked(
        "PReLU",
        {"num_parameters": 3},
        (X,),
        X,
        "a slope for each of 3 channels",
        {"weight": (3,)},
        ops={"compare": 24, "mul": 24},
    ),
    Worked("RReLU", {"lower": 0.1, "upper": 0.1}, (X,), X, "test and mean slope", ops={"compare": 24, "mul": 24}),
    Worked("Hardtanh", {"min_val": 0}, (X,), X, "tests against 0 and 1", ops={"compare": 48}),
    Worked("Hardsigmoid", {}, (X,), X, "plus 3, between 0 and 6, by 6", ops={"add": 24, "compare": 48, "div": 24}),
    Worked("Hardswish", {}, (X,), X, "hard sigmoid times x", ops={"add": 24, "compare": 48, "mul": 24, "div": 24}),
    Worked("Hardshrink", {}, (X,), X, "tests against -0.5 and 0.5", ops={"compare": 48}),
    Worked("Softshrink", {"lambd": 0}, (X,), X, "two tests and the shift", ops={"compare": 48, "add": 24}),
    Worked("Threshold", {"threshold": 1, "value": 0}, (X,), X, "one test", ops={"compare": 24}),
]

REFUSED = [
    Refused("PReLU", {"num_parameters": 4}, (X,), "num_parameters=4 is neither 1 nor the number of channels, 3"),
    Refused("PReLU", {"num_parameters": 4}, ((4,),), "num_parameters=4 is neither 1 nor the number of channels, 1"),
    Refused("RReLU", {"lower": 0.5, "upper": 0.25}, (X,), "lower=0.5 is above upper=0.25"),
    Refused("Hardtanh", {"min_val": 1}, (X,), "min_val=1.0 is not below max_val=1.0"),
    Refused("Softshrink", {"lambd": -0.5}, (X,), "lambd=-0.5 is below 0"),
]
