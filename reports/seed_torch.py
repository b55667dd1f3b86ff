"""What torch measures: the networks of the source documents written by hand for it, and what a forward pass shows.

These modules are written from the documents and not from the specs: they are what the specs are judged by.
"""

from collections import OrderedDict
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, NamedTuple
from unittest.mock import patch

import torch
from torch import Tensor, nn
from torch.utils.flop_counter import FlopCounterMode
from typing_extensions import override


def _named(**layers: nn.Module) -> nn.Sequential:
    return nn.Sequential(OrderedDict(layers))


def mnist_net() -> nn.Module:
    """Document A."""
    return _named(
        first=nn.Sequential(nn.Conv2d(1, 10, 5), nn.ReLU(), nn.MaxPool2d(2)),
        second=nn.Sequential(nn.Conv2d(10, 20, 5), nn.ReLU(), nn.MaxPool2d(2)),
        flatten=nn.Flatten(),
        fc=nn.Sequential(nn.Linear(320, 50), nn.Linear(50, 10)),
    )


def three_conv() -> nn.Module:
    """Document B."""
    return _named(
        conv1=nn.Conv2d(1, 32, 3),
        relu1=nn.ReLU(),
        conv2=nn.Conv2d(32, 128, 3),
        relu2=nn.ReLU(),
        conv3=nn.Conv2d(128, 512, 3),
        relu3=nn.ReLU(),
        flatten=nn.Flatten(),
        fc=nn.Linear(512 * 26 * 26, 10),
        softmax=nn.Softmax(1),
    )


class LeNet5(nn.Module):
    """Document B, where one pool is called twice."""

    def __init__(self) -> None:
        super().__init__()
        self.conv1, self.conv2 = nn.Conv2d(1, 6, 5), nn.Conv2d(6, 16, 5)
        self.pool, self.flatten = nn.MaxPool2d(2), nn.Flatten()
        self.fc1, self.fc2, self.fc3 = nn.Linear(400, 120), nn.Linear(120, 84), nn.Linear(84, 10)

    @override
    def forward(self, x: Tensor) -> Tensor:
        """The probabilities of the ten classes."""
        x = self.pool(self.conv1(x).relu())
        x = self.flatten(self.pool(self.conv2(x).relu()))
        scores: Tensor = self.fc3(self.fc2(self.fc1(x).relu()).relu())
        return scores.softmax(1)


def mlp() -> nn.Module:
    """Document C."""
    return _named(
        hidden1=nn.Linear(3, 3),
        sigmoid=nn.Sigmoid(),
        hidden2=nn.Linear(3, 2),
        relu=nn.ReLU(),
        out=nn.Linear(2, 2),
        softmax=nn.Softmax(1),
    )


def _nin_block(read: int, made: int, k: int, s: int, p: int) -> nn.Module:
    pointwise = (nn.Conv2d(made, made, 1), nn.ReLU(), nn.Conv2d(made, made, 1), nn.ReLU())
    return nn.Sequential(nn.Conv2d(read, made, k, s, p), nn.ReLU(), *pointwise)


def nin() -> nn.Module:
    """Document D."""
    return _named(
        block1=_nin_block(1, 96, 11, 4, 0),
        pool1=nn.MaxPool2d(3, 2),
        block2=_nin_block(96, 256, 5, 1, 2),
        pool2=nn.MaxPool2d(3, 2),
        block3=_nin_block(256, 384, 3, 1, 1),
        pool3=nn.MaxPool2d(3, 2),
        dropout=nn.Dropout(),
        block4=_nin_block(384, 10, 3, 1, 1),
        pool4=nn.AvgPool2d(5),
        flatten=nn.Flatten(),
    )


class Inception(nn.Module):
    """The block of document D."""

    def __init__(self, read: int, c1: int, c2: tuple[int, int], c3: tuple[int, int], c4: int) -> None:
        super().__init__()
        self.one = nn.Conv2d(read, c1, 1)
        self.two = nn.Sequential(nn.Conv2d(read, c2[0], 1), nn.ReLU(), nn.Conv2d(*c2, 3, padding=1))
        self.three = nn.Sequential(nn.Conv2d(read, c3[0], 1), nn.ReLU(), nn.Conv2d(*c3, 5, padding=2))
        self.four = nn.Sequential(nn.MaxPool2d(3, 1, 1), nn.Conv2d(read, c4, 1))

    @override
    def forward(self, x: Tensor) -> Tensor:
        """The four paths, joined by channel."""
        return torch.cat([path(x).relu() for path in (self.one, self.two, self.three, self.four)], 1)


def bn_lenet() -> nn.Module:
    """Document D."""
    return _named(
        first=nn.Sequential(nn.Conv2d(1, 6, 5), nn.BatchNorm2d(6), nn.Sigmoid(), nn.MaxPool2d(2)),
        second=nn.Sequential(nn.Conv2d(6, 16, 5), nn.BatchNorm2d(16), nn.Sigmoid(), nn.MaxPool2d(2)),
        flatten=nn.Flatten(),
        third=nn.Sequential(nn.Linear(256, 120), nn.BatchNorm1d(120), nn.Sigmoid()),
        fourth=nn.Sequential(nn.Linear(120, 84), nn.BatchNorm1d(84), nn.Sigmoid()),
        last=nn.Linear(84, 10),
    )


def digits() -> nn.Module:
    """Document E."""
    return _named(
        conv1=nn.Conv2d(3, 6, 5),
        pool1=nn.MaxPool2d(2),
        conv2=nn.Conv2d(6, 16, 5),
        pool2=nn.MaxPool2d(2),
        flatten=nn.Flatten(),
        fc3=nn.Linear(400, 120),
        fc4=nn.Linear(120, 84),
        fc5=nn.Linear(84, 10),
        softmax=nn.Softmax(1),
    )


NETS: dict[str, Callable[[], nn.Module]] = {
    "mnist-net": mnist_net,
    "three-conv": three_conv,
    "lenet5": LeNet5,
    "mlp": mlp,
    "nin": nin,
    "inception-3a": lambda: Inception(192, 64, (96, 128), (16, 32), 32),
    "bn-lenet": bn_lenet,
    "digits": digits,
}
"""By the name of the spec."""


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
