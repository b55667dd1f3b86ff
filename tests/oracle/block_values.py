"""The comparison of what a block puts out with what its module, written by hand, makes of the same weights."""

from typing import Any, NamedTuple

import torch
from torch import Tensor, nn

import cnnshape
from cnnshape.interop.torch_build import module
from tests.oracle.std_blocks import MODULES
from tests.spec.test_std_blocks import Case, spec

BATCH = 2


class Right(NamedTuple):
    """A call of a block, and what it must put out."""

    case: Case
    net: nn.Module
    inputs: list[Tensor]
    made: Tensor


def right(case: Case) -> Right:
    """What torch makes of random weights and inputs; the figures of every normalisation are random, too."""
    net = MODULES[case.block](*(shape[0] for shape in case.shapes), **case.arguments).double().eval()
    generator = torch.Generator().manual_seed(0)
    with torch.no_grad():
        for tensor in (*net.parameters(), *net.buffers()):
            if tensor.is_floating_point():
                tensor.uniform_(0.3, 1.3, generator=generator)
                if tensor.dim() > 1:
                    tensor *= torch.randn(tensor.shape, generator=generator).sign()
    inputs = [torch.randn(BATCH, *shape, generator=generator, dtype=torch.double) for shape in case.shapes]
    with torch.no_grad():
        return Right(case, net, inputs, net(*inputs))


def holders(net: nn.Module) -> dict[str, nn.Module]:
    """The modules that hold weights or buffers themselves, by name."""
    return {name: part for name, part in net.named_modules() if [*part.parameters(False), *part.buffers(False)]}


def assert_same_values(known: Right, blocks: dict[str, Any] | None = None) -> None:
    """Fail where the block, with the weights of the module under the same names, puts out something else."""
    analysis = cnnshape.analyze(spec(known.case, blocks), batch=BATCH)
    net = module(analysis.graph).double()
    expected = {f"it.{name}": part for name, part in holders(known.net).items()}
    found = {
        node.path: net.part(node.path) for node in analysis.graph.nodes if node.facts.weights or node.facts.buffers
    }
    assert list(found) == list(expected)
    for path, part in found.items():
        part.load_state_dict(expected[path].state_dict())
    with torch.no_grad():
        (made,) = (net(*known.inputs)[path] for path in analysis.outputs)
    torch.testing.assert_close(made, known.made, rtol=1e-9, atol=1e-9)
