"""The tools that count for torch, each asked as its own documentation asks it, and what it says.

A tool gets a net of its own, for some leave hooks behind.  They are in the extra `bench`; where one is not installed,
its tests are skipped by name, and what it said once is in ``tests/golden/tools.json``.
"""

import sys
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from importlib.util import find_spec
from io import StringIO
from typing import Final

import torch
from typing_extensions import override

from cnnshape.graph.graph import Graph
from cnnshape.interop.torch_net import to_torch

Inputs = tuple[torch.Tensor, ...]
Asked = Callable[[torch.nn.Module, Inputs], float]


class Refused(Exception):
    """A tool raised, or gave no figure."""


@contextmanager
def quiet() -> Iterator[None]:
    with warnings.catch_warnings(), redirect_stdout(StringIO()), redirect_stderr(StringIO()):
        warnings.simplefilter("ignore")
        yield


class _Named(torch.nn.Module):
    """A net that takes its inputs by name, as ptflops gives them where there are several."""

    def __init__(self, net: torch.nn.Module) -> None:
        super().__init__()
        self.net = net

    @override
    def forward(self, **xs: torch.Tensor) -> object:
        return self.net(*xs.values())


def _inputs(graph: Graph, device: str) -> Inputs:
    """Zeros, whole numbers where an input holds indices."""
    indices = {node.sources[1] for node in graph.nodes if node.facts.layer.reads_indices}
    kinds = [torch.int64 if value in indices else torch.float32 for value in range(len(graph.inputs))]
    pairs = zip(graph.inputs.values(), kinds, strict=True)
    return tuple(torch.zeros(x, dtype=kind, device=device) for x, kind in pairs)


def _fvcore(net: torch.nn.Module, xs: Inputs) -> float:
    from fvcore.nn import FlopCountAnalysis

    counted = FlopCountAnalysis(net, xs)
    counted.unsupported_ops_warnings(False).uncalled_modules_warnings(False)
    return float(counted.total())


def _ptflops(net: torch.nn.Module, xs: Inputs) -> float:
    from ptflops import get_model_complexity_info

    size: tuple[int, ...] = tuple(xs[0].shape[1:])
    maker = None
    if len(xs) > 1:
        named = {f"x{place}": x for place, x in enumerate(xs)}
        net, size, maker = _Named(net), (1,), lambda _: named
    said, _ = get_model_complexity_info(
        net, size, as_strings=False, print_per_layer_stat=False, ost=sys.stdout, input_constructor=maker
    )
    if said is None:
        raise Refused("it gives no figure")
    return float(said)


def _thop(net: torch.nn.Module, xs: Inputs) -> float:
    from thop import profile

    said, _ = profile(net, inputs=xs, verbose=False)
    return float(said)


def _torchinfo(net: torch.nn.Module, xs: Inputs) -> float:
    from torchinfo import summary

    return float(summary(net, input_data=list(xs), device=xs[0].device, verbose=0).total_mult_adds)


TOOLS: Final[dict[str, Asked]] = {"fvcore": _fvcore, "ptflops": _ptflops, "thop": _thop, "torchinfo": _torchinfo}


def installed(tool: str) -> bool:
    return find_spec(tool) is not None


def ask(tool: str, graph: Graph, device: str = "cpu") -> int:
    """What a tool says of a net; raises `Refused` where it raises."""
    with quiet():
        net = to_torch(graph, device)
        try:
            said = TOOLS[tool](net, _inputs(graph, device))
        except Exception as error:
            raise Refused(f"{type(error).__name__}: {error}") from error
    assert said == int(said), f"{tool} says {said}, which is no whole number"
    return int(said)
