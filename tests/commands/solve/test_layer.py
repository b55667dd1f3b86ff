"""The settings of a layer that give an output, against all of them tried one by one."""

from itertools import product
from typing import Any

import pytest

from cnnshape import UsageError, analyze, solve_layer
from cnnshape.analysis.receptive.locality import local
from cnnshape.core.errors import CnnshapeError
from tests.places import ZOO

NETS: dict[str, tuple[dict[str, Any], dict[str, list[int]]]] = {
    "Conv2d": (
        {"op": "Conv2d", "out_channels": 4},
        {"kernel_size": [1, 3, 4], "stride": [1, 2, 3], "padding": [0, 1, 2], "dilation": [1, 2]},
    ),
    "MaxPool2d": (
        {"op": "MaxPool2d", "ceil_mode": True},
        {"kernel_size": [2, 3], "stride": [1, 2, 3], "padding": [0, 1, 2]},
    ),
    "ConvTranspose2d": (
        {"op": "ConvTranspose2d", "out_channels": 2},
        {"kernel_size": [2, 3], "stride": [1, 2, 3], "padding": [0, 1], "output_padding": [0, 1, 2]},
    ),
}


def net(entry: dict[str, Any]) -> dict[str, Any]:
    stem = {"op": "Conv2d", "out_channels": 4, "kernel_size": 3, "stride": 2}
    layers = {"stem": stem, "asked": entry, "behind": {"op": "Conv2d", "out_channels": 1, "kernel_size": 5}}
    return {"cnnshape": 1, "input": [3, 33, 41], "layers": layers}


@pytest.mark.parametrize("op", NETS)
@pytest.mark.parametrize("field", [None, 7, 11])
@pytest.mark.parametrize("size", [None, (8, 10), (16, 20), (5, 6)])
def test_every_setting_that_gives_it_is_found(op: str, field: int | None, size: tuple[int, int] | None) -> None:
    entry, tried = NETS[op]
    if size is None and field is None:
        return
    right = []
    for values in product(*tried.values()):
        fields = dict(zip(tried, values, strict=True))
        data = net({**entry, **fields})
        del data["layers"]["behind"]
        try:
            found = analyze(data)["asked"]
        except CnnshapeError:
            continue
        if size in (None, found.output[2:]) and field in (None, local([found.receptive_field]).size):
            right.append(fields)
    first = {name: values[0] for name, values in tried.items()}
    answer = solve_layer(net({**entry, **first}), "asked", output=size, receptive_field=field, vary=tried)
    assert [dict(each.fields) for each in answer.found] == right
    assert bool(answer) is bool(right)
    assert bool(answer.nearest) is (not right)


def test_a_layer_in_a_block_behind_others() -> None:
    answer = solve_layer(ZOO / "resnet.yaml", "layer2.0.conv2", output=[28], variant="resnet50")
    assert answer.found[0].fields == {"stride": 2, "dilation": 1, "padding": 1}
    assert all(each.output == (28, 28) for each in answer.found)


def test_weights_that_are_shared_come_along() -> None:
    conv = {"op": "Conv2d", "out_channels": 3, "kernel_size": 3}
    layers = {"a": conv, "b": {"shares": "a"}, "c": {"op": "MaxPool2d", "kernel_size": 2, "from": "b"}}
    answer = solve_layer(
        {"cnnshape": 1, "input": [3, 16, 16], "layers": layers}, "c", output=[6], vary={"stride": [1, 2]}
    )
    assert [dict(each.fields) for each in answer.found] == [{"stride": 2}]


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ({"path": "nope", "output": [3]}, "there is no layer `nope`"),
        ({"path": "input", "output": [3]}, "is an input"),
        ({"path": "asked"}, "nothing is asked"),
        ({"path": "asked", "output": [3, 4, 5]}, "has 2 spatial axes, 3 sizes"),
        ({"path": "asked", "output": [3], "vary": {"kernel": [3]}}, "has no amount `kernel`"),
        ({"path": "asked", "output": [3], "vary": {"stride": range(1, 200_000)}}, "the most is 100,000"),
    ],
)
def test_questions_that_are_none(asked: dict[str, Any], says: str) -> None:
    path = asked.pop("path")
    with pytest.raises(UsageError, match=says):
        solve_layer(net({"op": "Conv2d", "out_channels": 4, "kernel_size": 3}), path, **asked)
