"""Views, worked by hand."""

from tests.layers.worked import Refused, Worked

WORKED = [
    Worked("Flatten", {}, ((32, 1, 5, 5),), (32, 25), "the example of torch.nn.Flatten"),
    Worked("Flatten", {"start_dim": 0, "end_dim": 2}, ((32, 1, 5, 5),), (160, 5), "its second: 32 1 5"),
    Worked(
        "Unflatten",
        {"dim": 1, "unflattened_size": [2, 5, 5]},
        ((2, 50),),
        (2, 2, 5, 5),
        "the example of torch.nn.Unflatten",
    ),
    Worked("Unflatten", {"dim": -1, "unflattened_size": [2, -1]}, ((2, 50),), (2, 2, 25), "50 / 2"),
    Worked("Reshape", {"shape": [1, 2, -1, 7]}, ((1, 4, 7),), (1, 2, 2, 7), "28 / (1 2 7)"),
    Worked("Squeeze", {"dim": [2, 3]}, ((1, 512, 1, 1),), (1, 512), "both axes of 1 go, the batch stays"),
    Worked("Squeeze", {"dim": -1}, ((4, 2, 1),), (4, 2), "the last axis goes"),
    Worked("Unsqueeze", {"dim": -1}, ((4, 2),), (4, 2, 1), "a new last axis"),
    Worked("Unsqueeze", {"dim": 1}, ((4, 2),), (4, 1, 2), "a new axis behind the batch"),
]

REFUSED = [
    Refused(
        "Flatten",
        {"start_dim": 3},
        ((1, 2, 3),),
        "start_dim=3 is not one of 3 axes",
        hint="start_dim goes from -3 to 2",
    ),
    Refused(
        "Flatten", {"end_dim": -4}, ((1, 2, 3),), "end_dim=-4 is not one of 3 axes", hint="end_dim goes from -3 to 2"
    ),
    Refused("Flatten", {"end_dim": 0}, ((1, 2, 3),), "start_dim=1 comes after end_dim=0 among 3 axes"),
    Refused(
        "Unflatten",
        {"dim": 2, "unflattened_size": [3]},
        ((1, 2),),
        "dim=2 is not one of 2 axes",
        hint="dim goes from -2 to 1",
    ),
    Refused(
        "Unflatten",
        {"dim": 1, "unflattened_size": [-1, -1]},
        ((1, 4),),
        "unflattened_size=[-1, -1] leaves more than one size open",
        hint="only one can follow",
    ),
    Refused(
        "Unflatten",
        {"dim": 1, "unflattened_size": [3, -1]},
        ((1, 8),),
        "unflattened_size=[3, -1] needs a multiple of 3, axis 1 has 8",
    ),
    Refused("Reshape", {"shape": [2, 3]}, ((2, 4),), "shape=[2, 3] holds 6, the input has 8"),
    Refused("Squeeze", {"dim": 2}, ((1, 2),), "dim=2 is not one of 2 axes", hint="dim goes from -2 to 1"),
    Refused("Squeeze", {"dim": [0, -2]}, ((1, 2),), "dim names axis 0 twice"),
    Refused("Squeeze", {"dim": 1}, ((1, 7),), "axis 1 has 7 and cannot be dropped: only an axis of 1 can"),
    Refused("Unsqueeze", {"dim": 3}, ((1, 7),), "dim=3 is not one of 3 axes", hint="dim goes from -3 to 2"),
]
