"""Random nets in which every amount is a knob: sweeps of all of them at once, beside single reports of each point."""

from random import Random
from typing import Any

from hypothesis import event, given, settings
from hypothesis import strategies as st

from cnnshape import sweep
from cnnshape.analysis.metrics import METRICS
from cnnshape.layers import BUILTIN
from cnnshape.layers.fields import is_size
from cnnshape.layers.registry import layer_type
from tests.commands.sweep.compare import assert_points_agree
from tests.oracle.nets import nets

Net = dict[str, Any]


def loosened(net: Net) -> tuple[Net, dict[str, int]]:
    """The net with a variable in place of every amount, and what these are."""
    variables: dict[str, int] = {}

    def put(value: Any) -> Any:
        if isinstance(value, list):
            return [put(each) for each in value]
        if isinstance(value, bool) or not isinstance(value, int) or value < 0:
            return value
        variables[f"v{len(variables)}"] = value
        return f"v{len(variables) - 1}"

    def entry(raw: Any) -> Any:
        if not isinstance(raw, dict) or "op" not in raw:
            return raw
        kind = layer_type(raw["op"], BUILTIN)
        return {key: put(value) if key in kind.model_fields and is_size(kind.model_fields[key]) else value
                for key, value in raw.items()}  # fmt: skip

    layers = {name: entry(raw) for name, raw in net["layers"].items()}
    inputs = {name: put(axes) for name, axes in net["inputs"].items()}
    return net | {"layers": layers, "inputs": inputs, "vars": variables}, variables


def around(variables: dict[str, int], random: Random, share: float) -> dict[str, int]:
    """Values of which most are as they were."""
    return {
        name: value if random.random() > share else max(0, random.choice((value - 1, value + 1, 2 * value)))
        for name, value in variables.items()
    }


@settings(max_examples=max(settings().max_examples // 3, 5))
@given(nets(), st.randoms(use_true_random=False), st.sampled_from((0.02, 0.1, 0.3)))
def test_a_sweep_is_that_of_single_reports(net: Net, random: Random, share: float) -> None:
    loose, variables = loosened(net)
    points = [{**around(variables, random, share), "N": random.choice((1, 1, 3))} for _ in range(12)]
    points[0] = {**variables, "N": 1}
    found = sweep(loose, {name: [point[name] for point in points] for name in points[0]}, figures=list(METRICS))
    event(f"{int(found.valid.sum())} of 12 are nets")
    assert found.valid[0]
    assert_points_agree(found, loose, points, range(len(points)))
