"""What conventions say of a net, as data: reasons, layers that do not run, ops that no tool knows."""

from typing import Any, ClassVar, final

import pytest
from typing_extensions import override

import cnnshape
from cnnshape.analysis.flop_conventions import CONVENTIONS, ByKind
from cnnshape.layers.base import FREE, Elementwise, Ops

TOOLS = ("fvcore", "ptflops", "thop", "torchinfo")


@final
class Twice(Elementwise):
    """A layer of somebody's own."""

    torch_name: ClassVar[str] = ""

    @override
    def ops(self, x: Any) -> Ops:
        return FREE


CONV = {"op": "Conv2d", "out_channels": 4, "kernel_size": 3}


def net(layers: dict[str, Any], **more: Any) -> cnnshape.Analysis:
    registry = cnnshape.layer_types() | {"Twice": Twice}
    return cnnshape.analyze({"cnnshape": 1, "input": [3, 8, 8], "layers": layers, **more}, registry=registry)


def said(found: cnnshape.Analysis) -> dict[str, cnnshape.Saying]:
    return {saying.convention.name: saying for saying in cnnshape.compare_conventions(found)}


def test_what_is_said_of_a_small_net() -> None:
    found = said(net({"conv": CONV, "relu": "ReLU"}))
    macs, out = 4 * 36 * 27, 4 * 36
    totals = {name: saying.total for name, saying in found.items()}
    assert totals == {
        "torch": 2 * macs,
        "full": 2 * macs + 2 * out,
        "fvcore": macs,
        "ptflops": macs + 3 * out,  # a bias, and a ReLU in its module and in its function
        "thop": macs,
        "torchinfo": macs + out,
    }
    assert [(each.name.split(",")[0], each.kind, each.layers) for each in found["ptflops"].reasons] == [
        ("activations: 1 per element", "rule", 1),
        ("biases of convolutions: 1 per output element", "rule", 1),
        ("activations", "error", 1),
    ]
    assert repr(found["thop"]) == f"Saying(thop: {macs:,} MACs)"
    assert found["thop"].version == "0.1.1.post2209072238"
    assert found["torch"].version is None


def test_what_does_not_run_counts_for_nobody() -> None:
    aux = {"aux": {**CONV, "from": "conv"}}
    alone, with_aux = said(net({"conv": CONV})), said(net({"conv": CONV} | aux, outputs=["conv"], unused=["aux"]))
    assert [each.total for each in alone.values()] == [each.total for each in with_aux.values()]


def test_a_layer_that_runs_twice_counts_twice() -> None:
    conv = {"op": "Conv2d", "out_channels": 3, "kernel_size": 3, "padding": 1}
    once, twice = said(net({"conv": conv})), said(net({"conv": conv, "again": {"shares": "conv"}}))
    assert [2 * (each.total or 0) for each in once.values()] == [each.total for each in twice.values()]


def test_an_op_that_no_tool_knows_is_named() -> None:
    found = said(net({"twice": "Twice", "conv": CONV}))
    assert {name: saying.own for name, saying in found.items()} == {
        name: ("Twice",) if name in TOOLS else () for name in CONVENTIONS
    }


@pytest.mark.parametrize("name", CONVENTIONS)
def test_the_convention_of_an_analysis_is_the_one_that_is_compared(name: str) -> None:
    chosen = cnnshape.analyze(net({"conv": CONV, "bn": "BatchNorm2d", "relu": "ReLU"}).graph, flops=name)
    assert chosen.total.flops == sum(record.flops for record in chosen) == said(chosen)[name].total
    assert {op: total.flops for op, total in chosen.by_op().items()}["Conv2d"] == chosen["conv"].flops


def test_a_convention_by_kinds_counts_what_its_terms_add_up_to() -> None:
    full = CONVENTIONS["full"]
    assert isinstance(full, ByKind)
    for record in net({"conv": CONV, "bn": "BatchNorm2d", "softmax": {"op": "Softmax", "dim": 1}}):
        terms = sum(term.amount for term in full.terms(record.node.facts))
        assert full.count(record.node.facts) == full.flops(record.ops) == record.macs + terms


def test_a_convention_that_there_is_not() -> None:
    with pytest.raises(cnnshape.UsageError, match="there is no FLOP convention `fvcor`"):
        cnnshape.compare_conventions(net({"conv": CONV}), ["fvcor"])
