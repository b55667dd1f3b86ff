"""Nets built to be long, deep or explosive."""

from collections.abc import Callable
from random import Random
from typing import Any, Final

Data = dict[str, Any]


def net(layers: Data, axes: list[Any], **more: Any) -> Data:
    """A spec of these layers."""
    return {"cnnshape": 1, "input": axes, "layers": layers, **more}


def _count(random: Random) -> int:
    return random.choice((10, 10, 30, 30, 100, 100, 300, 1000, 10_000))


def _chain(random: Random) -> Data:
    """Layers one behind the other."""
    conv = {"op": random.choice(("Conv2d", "MaxPool2d")), "kernel_size": 3, "padding": 1}
    if conv["op"] == "Conv2d":
        conv |= {"out_channels": 4, "dilation": random.choice((1, 1, 2)), "padding": random.choice((1, 2, "same"))}
    entries: list[Any] = [conv, "ReLU", "BatchNorm2d", {"op": "Upsample", "scale_factor": 1}, "Identity"]
    return net({f"l{n}": random.choice(entries) for n in range(_count(random))}, [4, 40, 40])


def _skips(random: Random) -> Data:
    """Layers that read several of those before, as in ResNet or DenseNet."""
    op, reach = random.choice(("Add", "Concat", "Mul", "Maximum")), random.choice((1, 2, 5, 300))
    layers: Data = {"l0": "ReLU"}
    for n in range(1, _count(random)):
        names = [f"l{before}" for before in range(max(0, n - reach), n)]
        layers[f"l{n}"] = {"op": op, "from": names} if n % 2 else {"op": "Conv1d", "out_channels": 2, "kernel_size": 1}
        if sum(map(len, names)) * n > 400_000:
            break
    return net(layers, [2, 9])


def _wrong_names(random: Random) -> Data:
    """A mistake in every layer."""
    wrong = random.choice(
        [
            {"op": "ReLU", "from": "l_5"},
            {"op": "Relu"},
            "Conv2d",
            {"op": "ReLU", "stride": 1},
            {"op": "ReLU", "from": "l9999"},
            {"op": "Conv2d", "out_channels": "n_", "kernel_size": "m"},
            {"op": "ReLU", "shares": "l"},
            {},
            {"op": "ReLU", "when": "q"},
            {"op": "Linear", "out_features": -1, "from": "input"},
            {"op": "ReLU", "from": "input"},
        ]
    )
    more: Data = {"unused": [f"q{n}" for n in range(_count(random))]} if random.random() < 0.2 else {}
    more |= {"outputs": [f"q{n}" for n in range(_count(random))]} if random.random() < 0.2 else {}
    more |= {"vars": {f"v{n}": f"w{n}" for n in range(_count(random))}} if random.random() < 0.2 else {}
    return net({f"l{n}": wrong for n in range(_count(random))}, [4, 9, 9], **more)


def _variables(random: Random) -> Data:
    """Variables that lead on to each other, perhaps round."""
    count, step = _count(random), random.choice((1, 1, -1))
    names: Data = {f"v{n}": f"v{n + step} + 1" for n in range(count)}
    names |= {"v-1".replace("-", "_"): 1}
    names[f"v{count - 1}" if step > 0 else "v0"] = random.choice((1, "v0", f"v{count // 2}", [1] * 1000))
    if random.random() < 0.3:
        names = {f"v{n}": f"v{n - 1} * v{n - 1}" if n else 9 for n in range(count)}
    return net({"a": {"op": "Conv1d", "out_channels": "v0", "kernel_size": 1}}, ["v1", 8], vars=names)


def _explosion(random: Random) -> Data:
    """Every layer makes the tensor larger."""
    grow: list[Any] = random.choice(
        [
            [{"op": "Upsample", "scale_factor": random.choice((2, 1000, 10**6))}],
            [{"op": "Upsample", "scale_factor": 3}, {"op": "Upsample", "scale_factor": random.choice((0.5, 0.35))}],
            [{"op": "Repeat", "repeats": [1, 1000, 1000, 1000]}],
            [{"op": "ZeroPad2d", "padding": random.choice((10**9, 10**12))}],
            [{"op": "ConvTranspose2d", "out_channels": 10**12, "kernel_size": 10**6, "stride": 10**9}],
            [{"op": "Unsqueeze", "dim": 0}],
            [{"op": "Conv2d", "out_channels": 10**12, "kernel_size": 1, "padding": 10**12}],
            [{"op": "ReplicationPad2d", "padding": 5}, {"op": "AvgPool2d", "kernel_size": 10**6, "stride": 1}],
        ]
    )
    return net({f"l{n}": grow[n % len(grow)] for n in range(_count(random))}, [4, 16, 16])


def _doubling(random: Random) -> Data:
    """Every layer reads the one before twice."""
    op = random.choice(("Concat", "Stack", "Add", "MatMul", "Mul", "Sub"))
    layers = {f"l{n}": {"op": op, "from": [f"l{n - 1}" if n else "input"] * 2} for n in range(_count(random))}
    return net(layers, [4, 4, 4])


def _drift(random: Random) -> Data:
    """Merges of paths with jumps of their own, level upon level."""
    size, branches = random.choice((64, 210, 1000)), random.choice((2, 3, 4))
    layers: Data = {}
    before = "input"
    for level in range(random.choice((1, 3, 6, 12, 30))):
        names = []
        for branch in range(branches):
            stride = random.choice((1, 2, 3, 5, 7)) if random.random() < 0.7 else branch + 2
            mode = random.choice(("nearest", "linear", "nearest-exact"))
            down, up = f"d{level}_{branch}", f"u{level}_{branch}"
            kernel = random.choice((stride, 1, 3))
            layers[down] = {"op": "Conv1d", "from": before, "out_channels": 2, "kernel_size": kernel, "stride": stride}
            layers[up] = {"op": "Upsample", "size": size, "mode": mode}
            names.append(up)
        before = f"add{level}"
        layers[before] = {"op": "Add", "from": names}
    return net(layers, [2, size])


def _phases(random: Random) -> Data:
    """Upsampling and striding in turn by numbers that share no factor, with gaps."""
    layers: Data = {}
    for n in range(random.choice((2, 6, 20, 60))):
        up, down = random.choice(((3, 2), (7, 5), (64, 63), (4096, 1), (13, 11), (5, 1)))
        kernel, dilation = random.choice((1, 2, 3, 9)), random.choice((1, 1, 2, 7))
        layers[f"t{n}"] = random.choice(
            [
                {"op": "ConvTranspose1d", "out_channels": 1, "kernel_size": kernel, "stride": up, "dilation": dilation},
                {"op": "Upsample", "scale_factor": up},
                {"op": "Upsample", "scale_factor": up, "mode": "linear"},
                {"op": "ConvTranspose1d", "out_channels": 1, "kernel_size": 1, "stride": up},
            ]
        )
        layers[f"c{n}"] = random.choice(
            [
                {"op": "Conv1d", "out_channels": 1, "kernel_size": kernel, "stride": down, "dilation": dilation,
                 "padding": kernel * dilation},
                {"op": "AdaptiveAvgPool1d", "output_size": random.choice((999, 1000, 1024))},
                {"op": "Slice", "dim": 2, "start": 1, "step": down},
            ]
        )  # fmt: skip
    return net(layers, [1, random.choice((16, 1000, 4095))])


def _huge(random: Random) -> Data:
    """Few layers with numbers at the edge of what is taken."""
    big = random.choice((10**12, 10**9, 10**12 - 1, 2**31, 10**6))
    some: list[Any] = [
        {"op": "ConvTranspose1d", "out_channels": 1, "kernel_size": 2, "stride": big, "dilation": big, "padding": 1},
        {"op": "ConvTranspose1d", "out_channels": 1, "kernel_size": 1, "stride": big},
        {"op": "Conv1d", "out_channels": 1, "kernel_size": big, "padding": big},
        {"op": "Conv1d", "out_channels": 1, "kernel_size": 3, "padding": big, "dilation": big},
        {"op": "ConstantPad1d", "padding": [big, -big], "value": 0},
        {"op": "ReflectionPad1d", "padding": big},
        {"op": "CircularPad1d", "padding": big},
        {"op": "AdaptiveAvgPool1d", "output_size": big},
        {"op": "Upsample", "size": big, "mode": random.choice(("nearest", "linear"))},
        {"op": "Slice", "dim": 2, "step": random.choice((big, 2))},
        {"op": "Roll", "shifts": [big], "dims": [2]},
        {"op": "MaxPool1d", "kernel_size": random.choice((2, 1000)), "stride": 1},
        {"op": "LPPool1d", "norm_type": 2, "kernel_size": 3},
        {"op": "PixelShuffle", "upscale_factor": big},
        {"op": "GroupNorm", "num_groups": 1},
        {"op": "Mean", "dim": [2]},
        {"op": "Linear", "out_features": big},
        {"op": "Flatten"},
        {"op": "Softmax", "dim": 2},
    ]
    length = random.choice((1, 7, 1000, 10**6, big, big + 1))
    layers = {f"l{n}": random.choice(some) for n in range(random.choice((1, 1, 2, 3, 5)))}
    return net(layers, [random.choice((1, 1, 2, big)), length])


def _window(random: Random) -> Data:
    """A position that reads very much, exactly."""
    length = random.choice((10**5, 10**6, 10**7, 10**12))
    some: list[Any] = [
        {"op": "Conv1d", "out_channels": 1, "kernel_size": length // 2 + 1, "padding": "same"},
        {"op": "Conv1d", "out_channels": 1, "kernel_size": 1001, "dilation": length // 2002 + 1, "padding": "same"},
        {"op": "Conv1d", "out_channels": 1, "kernel_size": 3, "padding": 1, "padding_mode": "circular"},
        {"op": "LayerNorm", "normalized_shape": [length]},
        {"op": "InstanceNorm1d"},
        {"op": "Softmax", "dim": 2},
        {"op": "Roll", "shifts": [length // 3], "dims": [2]},
        {"op": "AdaptiveMaxPool1d", "output_size": length // random.choice((1, 2, 7))},
        {"op": "Add", "from": ["l0", "input"]},
    ]
    layers = {"l0": random.choice(some[:3])} | {
        f"l{n}": random.choice(some) for n in range(1, random.choice((2, 3, 9)))
    }
    return net(layers, [1, length])


def _repeated(random: Random) -> Data:
    """One long value that stands in very many places."""
    name, items = random.choice("ab\x1b") * random.choice((30, 300, 100_000)), [1] * random.choice((1000, 1001, 50_000))
    entry: Any = random.choice(
        [
            {"op": name},
            {"op": "Add", "from": [name[:300]] * 900},
            {"op": "ReLU", "shares": name},
            {"op": "ReLU", name: 1},
            {"op": "Reshape", "shape": "v"},
            {"op": "Reshape", "shape": items},
            {"op": "ReLU", "when": "max(v) + " * 60 + "1"},
            {"op": "Conv1d", "out_channels": "len(v)", "kernel_size": "v[0]", "padding": "min(v)"},
            {"op": "Permute", "dims": items},
        ]
    )
    layers = {f"l{n}": entry for n in range(_count(random))}  # one object: YAML says it once
    return net(layers, [4, 8], vars={"v": items}, unused=[name] if random.random() < 0.3 else [], meta=[layers, items])


RECIPES: Final[tuple[Callable[[Random], Data], ...]] = (
    _chain, _skips, _wrong_names, _variables, _explosion, _doubling, _drift, _phases, _repeated, _huge, _huge,
    _window, _drift, _phases,
)  # fmt: skip
