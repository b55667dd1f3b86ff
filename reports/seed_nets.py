"""The networks of the source documents, written by hand for torch.

These modules are written from the documents and not from the specs: they are what the specs are judged by.
"""

from collections import OrderedDict
from collections.abc import Callable

import torch
from torch import Tensor, nn
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


def googlenet() -> nn.Module:
    """Document D: as published, but without batch norm and auxiliary heads, for ten classes."""
    return _named(
        conv1=nn.Sequential(nn.Conv2d(1, 64, 7, 2, 3), nn.ReLU()),
        pool1=nn.MaxPool2d(3, 2, 1),
        conv2=nn.Sequential(nn.Conv2d(64, 64, 1), nn.ReLU(), nn.Conv2d(64, 192, 3, padding=1), nn.ReLU()),
        pool2=nn.MaxPool2d(3, 2, 1),
        three=nn.Sequential(
            Inception(192, 64, (96, 128), (16, 32), 32),
            Inception(256, 128, (128, 192), (32, 96), 64),
        ),
        pool3=nn.MaxPool2d(3, 2, 1),
        four=nn.Sequential(
            Inception(480, 192, (96, 208), (16, 48), 64),
            Inception(512, 160, (112, 224), (24, 64), 64),
            Inception(512, 128, (128, 256), (24, 64), 64),
            Inception(512, 112, (144, 288), (32, 64), 64),
            Inception(528, 256, (160, 320), (32, 128), 128),
        ),
        pool4=nn.MaxPool2d(3, 2, 1),
        five=nn.Sequential(
            Inception(832, 256, (160, 320), (32, 128), 128),
            Inception(832, 384, (192, 384), (48, 128), 128),
        ),
        avgpool=nn.AdaptiveAvgPool2d(1),
        flatten=nn.Flatten(),
        fc=nn.Linear(1024, 10),
    )


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


class Residual(nn.Module):
    """The block of document D: every convolution has a bias, and none but the first two a batch norm."""

    def __init__(self, read: int, made: int, stride: int) -> None:
        super().__init__()
        self.conv1, self.bn1 = nn.Conv2d(read, made, 3, stride, 1), nn.BatchNorm2d(made)
        self.conv2, self.bn2 = nn.Conv2d(made, made, 3, padding=1), nn.BatchNorm2d(made)
        self.conv3 = nn.Identity() if read == made else nn.Conv2d(read, made, 1, stride)
        self.relu = nn.ReLU()

    @override
    def forward(self, x: Tensor) -> Tensor:
        """What two convolutions make of the input, added to it."""
        y = self.bn2(self.conv2(self.bn1(self.conv1(x)).relu()))
        made: Tensor = self.relu(y + self.conv3(x))
        return made


def _stage(read: int, made: int, stride: int) -> nn.Module:
    return nn.Sequential(Residual(read, made, stride), Residual(made, made, 1))


def resnet18() -> nn.Module:
    """Document D."""
    return _named(
        stem=nn.Sequential(nn.Conv2d(1, 64, 7, 2, 3), nn.BatchNorm2d(64), nn.ReLU()),
        maxpool=nn.MaxPool2d(3, 2, 1),
        layer1=_stage(64, 64, 1),
        layer2=_stage(64, 128, 2),
        layer3=_stage(128, 256, 2),
        layer4=_stage(256, 512, 2),
        avgpool=nn.AdaptiveAvgPool2d(1),
        flatten=nn.Flatten(),
        fc=nn.Linear(512, 10),
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
    "googlenet": googlenet,
    "bn-lenet": bn_lenet,
    "resnet18": resnet18,
    "digits": digits,
}
"""By the name of the spec."""
