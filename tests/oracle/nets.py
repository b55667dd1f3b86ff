"""Whole nets, drawn as the data of a spec: branches, merges, shared layers, several inputs and outputs, dead ends."""

from collections.abc import Callable
from typing import Any

from hypothesis import event
from hypothesis import strategies as st

from cnnshape.core.dims import Shape, prod
from cnnshape.core.errors import CnnshapeError
from cnnshape.layers import BUILTIN
from cnnshape.layers.base import Layer
from cnnshape.layers.facts import derive
from cnnshape.layers.registry import layer_type

Entry = dict[str, Any]
_LARGEST = 3000  # elements of a value


class Net:
    """A net that grows layer by layer."""

    def __init__(self, inputs: dict[str, Shape]) -> None:
        self.shapes: dict[str, Shape] = dict(inputs)
        self.layers: dict[str, Entry] = {}
        self.inputs = inputs
        self.unread = set(inputs)

    def images(self) -> list[str]:
        """The values with channels and two spatial axes."""
        return [name for name, shape in self.shapes.items() if len(shape) == 4]

    def layer(self, entry: Entry) -> Layer:
        source = self.layers[entry["shares"]] if "shares" in entry else entry
        fields = {key: value for key, value in source.items() if key not in ("op", "from", "trainable")}
        return layer_type(source["op"], BUILTIN)(**fields)

    def add(self, name: str, entry: Entry) -> bool:
        """Put a layer behind the others if it is legal there and not too large."""
        try:
            made = derive(self.layer(entry), tuple(self.shapes[source] for source in entry.get("from", ()))).output
        except CnnshapeError:
            return False
        if prod(made) > _LARGEST:
            return False
        self.layers[name] = entry
        self.shapes[name] = made
        self.unread -= set(entry.get("from", ()))
        self.unread.add(name)
        return True

    def dead(self, outputs: list[str]) -> list[str]:
        """The layers that reach none of these outputs."""
        live = set(outputs)
        for name in reversed(self.layers):
            live |= set(self.layers[name].get("from", ())) if name in live else set()
        return [name for name in self.layers if name not in live]

    def extend(self, name: str, entry: Entry) -> None:
        """Put a layer there, or where it does not fit an activation, which fits everywhere."""
        if not self.add(name, entry):
            self.add(name, {"op": "ReLU", "from": entry["from"][:1]})


def _one(low: int, high: int) -> st.SearchStrategy[int | list[int]]:
    return st.integers(low, high) | st.lists(st.integers(low, high), min_size=2, max_size=2)


@st.composite
def _conv(draw: st.DrawFn, net: Net, x: str) -> Entry:
    channels = net.shapes[x][1]
    groups = draw(st.sampled_from([g for g in range(1, channels + 1) if channels % g == 0]))
    fields: Entry = {"op": "Conv2d", "out_channels": groups * draw(st.integers(1, 2)), "groups": groups}
    fields |= {"kernel_size": draw(_one(1, 3)), "stride": draw(_one(1, 2)), "dilation": draw(_one(1, 2))}
    mode = draw(st.sampled_from(["zeros", "zeros", "reflect", "replicate", "circular"]))
    return fields | {"padding": draw(_one(0, 2)), "padding_mode": mode, "bias": draw(st.booleans()), "from": [x]}


@st.composite
def _transposed(draw: st.DrawFn, net: Net, x: str) -> Entry:
    stride = draw(st.integers(1, 3))
    fields: Entry = {"op": "ConvTranspose2d", "out_channels": draw(st.integers(1, 3)), "stride": stride}
    fields |= {"kernel_size": draw(_one(1, 4)), "padding": draw(st.integers(0, 1)), "dilation": draw(st.integers(1, 2))}
    return fields | {"output_padding": draw(st.integers(0, stride - 1)), "from": [x]}


@st.composite
def _pool(draw: st.DrawFn, net: Net, x: str) -> Entry:
    op = draw(st.sampled_from(["MaxPool2d", "MaxPool2d", "AvgPool2d", "LPPool2d"]))
    fields: Entry = {"op": op, "kernel_size": draw(_one(2, 3)), "ceil_mode": draw(st.booleans()), "from": [x]}
    stride = draw(st.sampled_from([None, 1, 2]))
    fields |= {"stride": stride} if stride else {}
    if op == "LPPool2d":
        return fields | {"norm_type": 2}
    fields |= {"padding": draw(st.integers(0, 1))}
    if op == "MaxPool2d":
        fields |= {"dilation": draw(st.integers(1, 2)), "return_indices": draw(st.booleans())}
    return fields


@st.composite
def _unpool(draw: st.DrawFn, net: Net, x: str) -> Entry:
    pools = [name for name, entry in net.layers.items() if entry.get("return_indices") and entry["dilation"] == 1]
    if not pools:
        return {"op": "MaxPool2d", "kernel_size": 2, "dilation": 1, "return_indices": True, "from": [x]}
    pool = draw(st.sampled_from(pools))
    same = [name for name, shape in net.shapes.items() if shape == net.shapes[pool]]
    source = net.layers[pool]
    fields: Entry = {key: source[key] for key in ("kernel_size", "stride", "padding") if key in source}
    size = list(net.shapes[source["from"][0]][2:])
    return {"op": "MaxUnpool2d", "from": [draw(st.sampled_from(same)), pool], "output_size": size, **fields}


@st.composite
def _resized(draw: st.DrawFn, net: Net, x: str) -> Entry:
    mode = draw(st.sampled_from(["nearest", "nearest-exact", "bilinear", "bicubic"]))
    fields: Entry = {"op": "Upsample", "mode": mode, "from": [x]}
    if mode.startswith("bi"):
        fields |= draw(st.sampled_from([{}, {"align_corners": True}]))
    how = draw(st.sampled_from(["scale", "scales", "size", "like"]))
    if how == "like":
        return fields | {"from": [x, draw(st.sampled_from(net.images()))]}
    if how == "size":
        return fields | {"size": draw(_one(1, 9))}
    factors = st.sampled_from([2, 1.5, 0.5, 0.75, 1])
    return fields | {"scale_factor": draw(factors) if how == "scale" else [draw(factors), draw(factors)]}


@st.composite
def _merged(draw: st.DrawFn, net: Net, x: str) -> Entry:
    """Two values of one shape, or an image and one row, column or pixel of it."""
    _, c, h, w = net.shapes[x]
    fit = [y for y, s in net.shapes.items() if len(s) == 4 and s[1] in (1, c) and s[2] in (1, h) and s[3] in (1, w)]
    op = draw(st.sampled_from(["Add", "Add", "Mul", "Sub", "Maximum", "Div", "Pow"]))
    return {"op": op, "from": [x, draw(st.sampled_from(fit))]}


@st.composite
def _joined(draw: st.DrawFn, net: Net, x: str) -> Entry:
    same = [y for y in net.images() if net.shapes[y][2:] == net.shapes[x][2:]]
    return {"op": "Concat", "from": [x, *draw(st.lists(st.sampled_from(same), min_size=1, max_size=2))]}


@st.composite
def _shared(draw: st.DrawFn, net: Net, x: str) -> Entry:
    """A convolution with the weights of another one, on an image with as many channels."""
    owners = {
        name: [y for y in net.images() if net.shapes[y][1] == net.shapes[entry["from"][0]][1]]
        for name, entry in net.layers.items()
        if entry.get("op") in ("Conv2d", "ConvTranspose2d", "BatchNorm2d", "PReLU") and entry["from"][0] in net.images()
    }
    if not owners:
        return {"op": "AdaptiveMaxPool2d", "output_size": draw(_one(1, 4)), "from": [x]}
    owner = draw(st.sampled_from(sorted(owners)))
    return {"shares": owner, "from": [draw(st.sampled_from(owners[owner]))]}


_PLAIN: list[Entry] = [
    {"op": "ReLU"},
    {"op": "Sigmoid"},
    {"op": "PReLU"},
    {"op": "Dropout"},
    {"op": "Identity"},
    {"op": "BatchNorm2d"},
    {"op": "BatchNorm2d", "track_running_stats": False},
    {"op": "InstanceNorm2d"},
    {"op": "GroupNorm", "num_groups": 1},
    {"op": "LocalResponseNorm", "size": 3},
    {"op": "Softmax", "dim": 1},
    {"op": "Softmax", "dim": -1},
    {"op": "GLU", "dim": 1},
    {"op": "GLU", "dim": 2},
    {"op": "ZeroPad2d", "padding": [1, 0, 2, -1]},
    {"op": "ReflectionPad2d", "padding": 1},
    {"op": "CircularPad2d", "padding": [0, 1, 1, 0]},
    {"op": "ReplicationPad2d", "padding": 1},
    {"op": "CenterCrop", "size": 3},
    {"op": "AdaptiveAvgPool2d", "output_size": 1},
    {"op": "AdaptiveAvgPool2d", "output_size": [3, 2]},
    {"op": "PixelShuffle", "upscale_factor": 2},
    {"op": "PixelUnshuffle", "downscale_factor": 2},
    {"op": "ChannelShuffle", "groups": 2},
    {"op": "Slice", "dim": 1, "end": 1},
    {"op": "Slice", "dim": 2, "start": 1, "step": 2},
    {"op": "Roll", "shifts": [1, -2], "dims": [2, 3]},
    {"op": "Repeat", "repeats": [1, 1, 2, 1]},
    {"op": "Expand", "sizes": [-1, 2, -1, -1]},
    {"op": "Transpose", "dim0": 2, "dim1": 3},
    {"op": "Mean", "dim": [3], "keepdim": True},
    {"op": "Amax", "dim": 2, "keepdim": True},
    {"op": "Mul", "value": 0.5},
    {"op": "Scale"},
]


@st.composite
def _plain(draw: st.DrawFn, net: Net, x: str) -> Entry:
    return draw(st.sampled_from(_PLAIN)) | {"from": [x]}


_GROW: list[Callable[[Net, str], st.SearchStrategy[Entry]]] = [
    *(_conv, _conv, _plain, _plain, _plain, _pool, _merged, _merged, _joined),
    *(_transposed, _resized, _unpool, _shared),
]


def _tail(net: Net, kind: str, x: str) -> None:
    """What nets end in: a classifier, a row of tokens with attention, or the product of two matrices."""
    if kind == "classifier":
        net.extend("flatten", {"op": "Flatten", "from": [x]})
        net.extend("fc", {"op": "Linear", "out_features": 3, "from": ["flatten"]})
    elif kind == "tokens":
        net.extend("tokens", {"op": "Flatten", "start_dim": 2, "from": [x]})
        net.extend("rows", {"op": "Transpose", "dim0": 1, "dim1": 2, "from": ["tokens"]})
        net.extend("norm", {"op": "LayerNorm", "normalized_shape": net.shapes["rows"][-1], "from": ["rows"]})
        net.extend("attention", {"op": "MultiheadAttention", "num_heads": 1, "batch_first": True, "from": ["norm"]})
        net.extend("head", {"op": "Linear", "out_features": 2, "from": ["attention"]})
    elif kind == "matrix":
        net.extend("across", {"op": "Transpose", "dim0": 2, "dim1": 3, "from": [x]})
        net.extend("gram", {"op": "MatMul", "from": [x, "across"]})
        net.extend("learned", {"op": "Parameter", "shape": [net.shapes["gram"][-1]]})
        net.extend("shifted", {"op": "Add", "from": ["gram", "learned"]})


@st.composite
def nets(draw: st.DrawFn) -> dict[str, Any]:
    """A spec as data; shrinks towards one activation of one pixel."""
    space = st.integers(1, 10)
    names = draw(st.sampled_from([["x"], ["x"], ["left", "right"]]))
    inputs = {name: [draw(st.integers(1, 4)), draw(space), draw(space)] for name in names}
    net = Net({name: (1, *sizes) for name, sizes in inputs.items()})
    for name in names:
        net.extend(f"{name}.stem", draw(_conv(net, name)))
    for number in range(draw(st.integers(0, 12))):
        images = net.images()
        x = images[-1] if draw(st.booleans()) else draw(st.sampled_from(images))
        entry = draw(draw(st.sampled_from(_GROW))(net, x))
        net.extend(f"block.{number}", entry)
    _tail(net, draw(st.sampled_from(["", "", "classifier", "tokens", "matrix"])), net.images()[-1])
    loose = sorted(net.unread - set(inputs))
    kept = draw(st.integers(1, len(loose)))
    for op in sorted({entry.get("op", "shares") for entry in net.layers.values()}):
        event(op)
    event(f"{len(names)} inputs, {kept} outputs")
    dead = net.dead(loose[-kept:])
    return {"cnnshape": 1, "inputs": inputs, "layers": net.layers, "outputs": loose[-kept:], "unused": dead}
