"""What torch measures: what a forward pass shows of a net and of its parts."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, NamedTuple
from unittest.mock import patch

import torch
from torch import Tensor, nn
from torch.utils.flop_counter import FlopCounterMode

XAVIER_NORMAL, XAVIER_UNIFORM = nn.init.xavier_normal_, nn.init.xavier_uniform_
HE_NORMAL = partial(nn.init.kaiming_normal_, nonlinearity="relu")
HE_UNIFORM = partial(nn.init.kaiming_uniform_, nonlinearity="relu")


class Measured(NamedTuple):
    """What torch shows of one module."""

    module: nn.Module
    output: tuple[int, ...]
    indices: tuple[int, ...]
    macs: int
    value: Tensor
    """Its output, with the graph back to the inputs."""
    inputs: tuple[Tensor, ...]
    """The inputs of the whole net."""

    @property
    def params(self) -> int:
        """Elements of all parameters."""
        return sum(parameter.numel() for parameter in self.module.parameters())

    @property
    def buffers(self) -> int:
        """Elements of all buffers."""
        return sum(buffer.numel() for buffer in self.module.buffers())

    def tensor(self, name: str) -> Tensor:
        """One of its parameters."""
        return self.module.get_parameter(name)

    def fans(self) -> tuple[int, int]:
        """Fan-in and fan-out, as torch's initialisation sees them."""
        fan_in, fan_out = nn.init._calculate_fan_in_and_fan_out(self.tensor("weight"))
        return int(fan_in), int(fan_out)

    def drawn(self, initialise: Callable[[Tensor], Tensor]) -> float:
        """The spread that an initialisation of torch draws its weight with: the number that it hands to the sampler."""
        with patch.object(Tensor, "normal_") as normal, patch.object(Tensor, "uniform_") as uniform:
            initialise(self.tensor("weight"))
        return float((normal if normal.called else uniform).call_args.args[1])

    def receptive_field(self) -> tuple[int, ...]:
        """How many rows and columns of the first input its middle output reads: where a gradient is not zero."""
        middle = tuple(size // 2 for size in self.value.shape[2:])
        (found,) = torch.autograd.grad(self.value[(0, 0, *middle)], self.inputs[0], retain_graph=True)
        read = found[0].abs().sum(0).nonzero()
        return tuple(int(size) for size in read.amax(0) - read.amin(0) + 1)


def measure(
    net: nn.Module, parts: Mapping[str, nn.Module], shapes: list[tuple[int, ...]], device: str
) -> dict[str, Measured]:
    """What a forward pass shows of the named parts of a net and, under the empty name, of the net itself."""
    found: dict[str, Measured] = {}
    counter = FlopCounterMode(display=False)
    inputs = tuple(torch.rand(shape, device=device, requires_grad=True) for shape in shapes)
    before: dict[nn.Module, int] = {}

    def enter(module: nn.Module, args: Any) -> None:
        before[module] = counter.get_total_flops()

    def leave(module: nn.Module, args: Any, made: Any) -> None:
        flops = counter.get_total_flops() - before[module]
        value, indices = made if isinstance(made, tuple) else (made, torch.empty(0))
        if isinstance(value, Tensor):
            shape, places = tuple(value.shape), tuple(indices.shape)
            found[names[module]] = Measured(module, shape, places, flops // 2, value, inputs)

    names = {part: name for name, part in parts.items()} | {net: ""}
    for module in names:
        module.register_forward_pre_hook(enter)
        module.register_forward_hook(leave)
    with counter:
        made = net.eval()(*inputs)
    if "" not in found:  # a net that was built from a spec returns every value
        last = list(made.values())[-1]
        found[""] = Measured(net, tuple(last.shape), (), counter.get_total_flops() // 2, last, inputs)
    return found
