"""The nets that all contestants count, written by hand for torch: the peers read modules, and get plain ones.

Sums, joins and crops are functions and all else is a module, as in published code.
"""

from collections.abc import Callable
from typing import Final

import torch
from torch import Tensor, nn
from typing_extensions import override

Net = Callable[[], nn.Module]


def lenet5() -> nn.Module:
    """``specs/seeds/lenet5.yaml``; the pool that stands there twice is two modules here, for peers that count both."""
    return nn.Sequential(
        nn.Conv2d(1, 6, 5),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(6, 16, 5),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Linear(400, 120),
        nn.ReLU(),
        nn.Linear(120, 84),
        nn.ReLU(),
        nn.Linear(84, 10),
        nn.Softmax(1),
    )


def _conv_bn(read: int, made: int, k: int, s: int = 1, groups: int = 1) -> list[nn.Module]:
    return [nn.Conv2d(read, made, k, s, k // 2, groups=groups, bias=False), nn.BatchNorm2d(made)]


def mobilenet_v1() -> nn.Module:
    """``specs/zoo/mobilenet_v1.yaml``."""
    layers = [*_conv_bn(3, 32, 3, 2), nn.ReLU()]
    read = 32
    steps = [(64, 1), (128, 2), (128, 1), (256, 2), (256, 1), (512, 2), *[(512, 1)] * 5, (1024, 2), (1024, 1)]
    for made, stride in steps:
        layers += [*_conv_bn(read, read, 3, stride, groups=read), nn.ReLU(), *_conv_bn(read, made, 1), nn.ReLU()]
        read = made
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(read, 1000))


class Bottleneck(nn.Module):
    """Three convolutions beside a short cut."""

    def __init__(self, read: int, width: int, stride: int) -> None:
        super().__init__()
        made = 4 * width
        first = [*_conv_bn(read, width, 1), nn.ReLU(), *_conv_bn(width, width, 3, stride), nn.ReLU()]
        self.path = nn.Sequential(*first, *_conv_bn(width, made, 1))
        self.short = nn.Sequential(*_conv_bn(read, made, 1, stride)) if stride > 1 or read != made else nn.Identity()
        self.relu = nn.ReLU()

    @override
    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = self.relu(self.path(x) + self.short(x))
        return out


def resnet50() -> nn.Module:
    """``specs/zoo/resnet50.yaml``."""
    layers: list[nn.Module] = [*_conv_bn(3, 64, 7, 2), nn.ReLU(), nn.MaxPool2d(3, 2, 1)]
    read = 64
    for width, blocks, stride in ((64, 3, 1), (128, 4, 2), (256, 6, 2), (512, 3, 2)):
        for block in range(blocks):
            layers.append(Bottleneck(read, width, stride if block == 0 else 1))
            read = 4 * width
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(read, 1000))


def _twice(read: int, made: int) -> nn.Sequential:
    return nn.Sequential(nn.Conv2d(read, made, 3), nn.ReLU(), nn.Conv2d(made, made, 3), nn.ReLU())


class UNet(nn.Module):
    """``specs/zoo/unet.yaml``."""

    def __init__(self) -> None:
        super().__init__()
        widths = (64, 128, 256, 512)
        self.down = nn.ModuleList([_twice(read, made) for read, made in zip((1, *widths), widths, strict=False)])
        self.pool = nn.ModuleList([nn.MaxPool2d(2) for _ in widths])
        self.bottom = _twice(512, 1024)
        self.up = nn.ModuleList([nn.ConvTranspose2d(2 * width, width, 2, 2) for width in reversed(widths)])
        self.join = nn.ModuleList([_twice(2 * width, width) for width in reversed(widths)])
        self.head = nn.Conv2d(64, 2, 1)

    @override
    def forward(self, x: Tensor) -> Tensor:
        kept = []
        for down, pool in zip(self.down, self.pool, strict=True):
            kept.append(down(x))
            x = pool(kept[-1])
        x = self.bottom(x)
        for up, join in zip(self.up, self.join, strict=True):
            x, side = up(x), kept.pop()
            edge, size = (side.shape[2] - x.shape[2]) // 2, x.shape[2]
            x = join(torch.cat([side[:, :, edge : edge + size, edge : edge + size], x], 1))
        out: Tensor = self.head(x)
        return out


NETS: Final[dict[str, Net]] = {"resnet50": resnet50, "mobilenet_v1": mobilenet_v1, "unet": UNet, "lenet5": lenet5}

SIZES: Final[dict[str, tuple[int, ...]]] = {
    "resnet50": (1, 3, 224, 224),
    "mobilenet_v1": (1, 3, 224, 224),
    "unet": (1, 1, 572, 572),
    "lenet5": (1, 1, 32, 32),
}


def built(name: str, device: str) -> nn.Module:
    """A net on a device, in inference mode."""
    with torch.device(device):
        return NETS[name]().eval()
