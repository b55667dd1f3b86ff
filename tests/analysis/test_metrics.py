"""The figures by name are those of the analysis."""

import pytest

from cnnshape import UsageError, analyze
from cnnshape.analysis.metrics import METRICS, metric
from cnnshape.layers.base import KINDS
from tests.places import ZOO

NET = analyze(ZOO / "mobilenet_v3.yaml", variant="mobilenet_v3_small")


def test_figures_of_a_net() -> None:
    total = NET.total
    expected = {
        "layers": len(NET.layers),
        "depth": NET.depth,
        "params": total.params,
        "macs": total.macs,
        "flops.torch": 2 * total.macs,
        "flops.full": sum(total.ops.kinds().values()) + total.macs,
        "peak_memory": NET.peak_memory.bytes,
        "exps": total.ops.exp,
        "output": ((1, 1000),),
    }
    assert {key: METRICS[key].net(NET) for key in expected} == expected


@pytest.mark.parametrize("key", [key for key, one in METRICS.items() if one.layer])
def test_what_adds_up_adds_up(key: str) -> None:
    of = METRICS[key].layer
    assert of
    assert sum(of(record) for record in NET) == METRICS[key].net(NET) == of(NET.total)


def test_every_kind_of_work_has_one() -> None:
    assert {f"{kind}s" for kind in KINDS} <= set(METRICS)


def test_the_receptive_field_is_that_of_the_last_map() -> None:
    ((last,),) = NET.last_maps.values()
    assert last.output[2:] == (7, 7)
    assert METRICS["receptive_field"].net(NET) == max(f.size or 0 for f in last.receptive_field["input"])
    flat = analyze({"cnnshape": 1, "input": [8], "layers": {"fc": {"op": "Linear", "out_features": 2}}})
    assert METRICS["receptive_field"].net(flat) is None


def test_an_unknown_one_is_refused() -> None:
    with pytest.raises(UsageError, match="did you mean `macs`"):
        metric("mac")
