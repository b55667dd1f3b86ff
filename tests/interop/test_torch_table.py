"""The table of ops read backwards: what a layer builds in torch, module or call, gives the layer again."""

from typing import Any, Final

import pytest
import torch
from hypothesis import given

from cnnshape.interop.torch_build import module_of
from cnnshape.interop.torch_table import FUNCTIONS, Row, layer_of, layer_of_call, module_row
from cnnshape.layers import BUILTIN
from cnnshape.layers.base import Layer
from cnnshape.layers.registry import layer_type
from tests.strategies.all import VALID
from tests.strategies.case import Case

MODULES: Final = [op for op in BUILTIN if layer_type(op, BUILTIN).torch_name]

IMPLIED: Final = {"stride": "kernel_size", "kdim": "embed_dim", "vdim": "embed_dim"}
"""Fields that need not be stated, and the argument that torch keeps in place of each."""


def untold(layer: Layer, part: Any) -> dict[str, Any]:
    """Fields of which the module of a layer does not tell whether, or how, they were stated; as the layer has them."""
    row = module_row(type(layer))
    names = {*row.inputs, *(set(type(layer).model_fields) - {*row.fields})}  # sizes, and arguments of the call
    names |= {name for name, other in IMPLIED.items() if name in row.fields and _same(part, name, other)}
    if "bias" in row.fields and getattr(part, "weight", part) is None:
        names.add("bias")
    return {name: getattr(layer, name) for name in names}


def _same(part: Any, name: str, other: str) -> bool:
    return bool(getattr(part, name) == getattr(part, other))


@pytest.mark.parametrize("op", MODULES)
def test_a_module_gives_its_layer(op: str) -> None:
    @given(VALID[op])
    def check(case: Case) -> None:
        layer = case.layer()
        part = module_of(layer, case.inputs)
        assert layer_of(part).model_copy(update=untold(layer, part)) == layer

    check()


def call_of(layer: Layer, inputs: int) -> tuple[Any, int, tuple[Any, ...]]:
    """What a layer calls, as `torch.fx` records it: the function, how many inputs it has, and what follows these."""
    graph = torch.fx.Graph()
    tracer = torch.fx.proxy.GraphAppendingTracer(graph)
    xs = [torch.fx.Proxy(graph.placeholder(f"x{place}"), tracer) for place in range(inputs)]
    module_of(layer, [(1,)] * inputs)(*xs)
    node = next(node for node in graph.nodes if node.op.startswith("call"))
    listed = isinstance(node.args[0], list | tuple)
    first = len([x for x in node.args if isinstance(x, torch.fx.Node)])
    return node.target, len(node.args[0]) if listed else first, node.args[1 if listed else first :]


@pytest.mark.parametrize("op", FUNCTIONS)
def test_a_call_gives_its_layer(op: str) -> None:
    """But for what is several calls, one for each two inputs, and for a number that torch takes as a tensor."""
    folded = FUNCTIONS[op].operands not in (None, 1)

    @given(VALID[op].filter(lambda case: not folded or (len(case.inputs) < 3 and op != "Maximum")))
    def check(case: Case) -> None:
        layer = case.layer()
        target, inputs, given = call_of(layer, len(case.inputs))
        assert inputs == len(case.inputs)
        assert layer_of_call(target, given) == layer

    if op != "Maximum":
        check()


def test_a_row_that_is_wrong_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(FUNCTIONS, "Mean", Row("torch.mean", ("dim",)))
    with pytest.raises(AssertionError):
        test_a_call_gives_its_layer("Mean")
