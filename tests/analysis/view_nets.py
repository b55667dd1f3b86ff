"""Random nets of convolutions, pools, views, selections, shuffles and attention in windows, every one of them legal.

Drawn from any source of random numbers, hypothesis's or Python's own; axes of a value are whatever views have made of
them, so that windows end up on the batch axis, pixels on the channels, and rows and columns on one axis.
"""

from collections.abc import Callable
from math import prod
from random import Random
from typing import Any

from cnnshape.core.errors import CnnshapeError
from cnnshape.layers import BUILTIN
from cnnshape.layers.facts import derive
from cnnshape.layers.registry import layer_type
from tests.analysis.nets import Net, Shape, Step

MOST = 512
"""Elements of a value, channels and samples included."""


class _Draw:
    """The state of a net that is being drawn."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.steps: list[Step] = []
        space = [random.choice((1, 2, 3, 4, 4, 5, 6, 6, 8, 8)) for _ in range(2)]
        self.shape = (random.choice((1, 1, 2)), random.choice((1, 2, 2, 4)), *space)
        self.shapes: list[Shape] = [self.shape]

    def number(self, low: int, high: int) -> int:
        return self.random.randint(low, max(low, high))

    def one(self, *choices: Any) -> Any:
        return self.random.choice(choices)

    def add(self, op: str, fields: dict[str, Any], *sources: int) -> int:
        """The number of the value that a layer makes; that of its first source where it is refused or too large."""
        try:
            facts = derive(layer_type(op, BUILTIN)(**fields), tuple(self.shapes[source] for source in sources))
        except CnnshapeError:
            return sources[0]
        if facts.elements > MOST or len(facts.output) > 7:
            return sources[0]
        self.steps.append(Step(op, fields, sources))
        self.shapes.append(facts.output)
        return len(self.steps)


def _image(d: _Draw, x: int) -> int | None:
    """A value of two axes after the channels, or None."""
    return x if len(d.shapes[x]) == 4 else None


def _conv(d: _Draw, x: int) -> int:
    rank = len(d.shapes[x]) - 2
    if rank not in (1, 2, 3):
        return x
    channels = d.shapes[x][1]
    groups = d.one(1, 1, *[g for g in range(1, channels + 1) if channels % g == 0])
    fields = {
        "out_channels": groups * d.number(1, 2),
        "groups": groups,
        "kernel_size": [d.number(1, min(3, size)) for size in d.shapes[x][2:]],
        "stride": [d.one(1, 1, 2) for _ in range(rank)],
        "padding": [d.number(0, 1) for _ in range(rank)],
        "dilation": [d.one(1, 1, 1, 2) for _ in range(rank)],
    }
    return d.add(f"Conv{rank}d", fields, x)


def _transposed(d: _Draw, x: int) -> int:
    rank = len(d.shapes[x]) - 2
    if rank not in (1, 2):
        return x
    stride = d.one(1, 2, 2)
    fields = {"out_channels": d.number(1, 2), "kernel_size": stride + d.number(0, 1), "stride": stride}
    return d.add(f"ConvTranspose{rank}d", fields, x)


def _pool(d: _Draw, x: int) -> int:
    rank = len(d.shapes[x]) - 2
    if rank not in (1, 2):
        return x
    kernel = d.number(1, min(3, *d.shapes[x][2:]))
    fields = {"kernel_size": kernel, "stride": d.number(1, 2), "padding": d.number(0, kernel // 2)}
    return d.add(f"{d.one('Max', 'Avg')}Pool{rank}d", fields, x)


def _adaptive(d: _Draw, x: int) -> int:
    rank = len(d.shapes[x]) - 2
    if rank != 2:
        return x
    return d.add("AdaptiveAvgPool2d", {"output_size": [d.number(1, size + 1) for size in d.shapes[x][2:]]}, x)


def _upsampled(d: _Draw, x: int) -> int:
    if len(d.shapes[x]) != 4:
        return x
    fields: dict[str, Any] = {"mode": d.one("nearest", "bilinear")}
    if d.one(True, False):
        fields["scale_factor"] = 2
    else:
        fields["size"] = [d.number(1, 2 * size) for size in d.shapes[x][2:]]
    return d.add("Upsample", fields, x)


def _padded(d: _Draw, x: int) -> int:
    if len(d.shapes[x]) != 4:
        return x
    kind = d.one("Zero", "Reflection", "Replication", "Circular")
    return d.add(f"{kind}Pad2d", {"padding": [d.number(0, 2) for _ in range(4)]}, x)


def _axis(d: _Draw, x: int) -> int:
    return d.number(0, len(d.shapes[x]) - 1)


def _sliced(d: _Draw, x: int) -> int:
    axis = _axis(d, x)
    size = d.shapes[x][axis]
    start = d.number(0, size - 1)
    return d.add("Slice", {"dim": axis, "start": start, "end": d.number(start + 1, size), "step": d.one(1, 1, 2)}, x)


def _selected(d: _Draw, x: int) -> int:
    axis = _axis(d, x)
    return d.add("Select", {"dim": axis, "index": d.number(-d.shapes[x][axis], d.shapes[x][axis] - 1)}, x)


def _permuted(d: _Draw, x: int) -> int:
    order = list(range(len(d.shapes[x])))
    d.random.shuffle(order)
    return d.add("Permute", {"dims": order}, x)


def _transposed_axes(d: _Draw, x: int) -> int:
    return d.add("Transpose", {"dim0": _axis(d, x), "dim1": _axis(d, x)}, x)


def _flattened(d: _Draw, x: int) -> int:
    first, last = sorted((_axis(d, x), _axis(d, x)))
    return d.add("Flatten", {"start_dim": first, "end_dim": last}, x)


def _divided(d: _Draw, size: int) -> list[int]:
    inner = d.one(*[n for n in range(1, size + 1) if size % n == 0])
    return [size // inner, inner]


def _unflattened(d: _Draw, x: int) -> int:
    axis = _axis(d, x)
    return d.add("Unflatten", {"dim": axis, "unflattened_size": _divided(d, d.shapes[x][axis])}, x)


def _reshaped(d: _Draw, x: int) -> int:
    """Any shape of as many elements, whether its axes line up or not."""
    left, sizes = prod(d.shapes[x]), list[int]()
    for _ in range(d.number(0, 3)):
        n = d.one(*[n for n in range(1, left + 1) if left % n == 0])
        sizes.append(n)
        left //= n
    sizes.append(left)
    d.random.shuffle(sizes)
    return d.add("Reshape", {"shape": sizes}, x)


def _back(d: _Draw, x: int) -> int:
    """The shape of an earlier value of as many elements."""
    alike = [shape for shape in d.shapes if prod(shape) == prod(d.shapes[x])]
    return d.add("Reshape", {"shape": list(d.one(*alike))}, x)


def _squeezed(d: _Draw, x: int) -> int:
    ones = [axis for axis, size in enumerate(d.shapes[x]) if size == 1]
    if ones and len(d.shapes[x]) > 1 and d.one(True, False):
        return d.add("Squeeze", {"dim": d.one(*ones)}, x)
    return d.add("Unsqueeze", {"dim": d.number(0, len(d.shapes[x]))}, x)


def _rolled(d: _Draw, x: int) -> int:
    if d.one(True, False, False):
        return d.add("Roll", {"shifts": d.number(-5, 5)}, x)
    return d.add("Roll", {"shifts": d.number(-3, 3), "dims": _axis(d, x)}, x)


def _reduced(d: _Draw, x: int) -> int:
    if len(d.shapes[x]) < 2:
        return x
    return d.add(d.one("Mean", "Amax"), {"dim": _axis(d, x), "keepdim": d.one(True, False)}, x)


def _mixed(d: _Draw, x: int) -> int:
    return d.add("Softmax", {"dim": _axis(d, x)}, x)


def _linear(d: _Draw, x: int) -> int:
    return d.add("Linear", {"out_features": d.number(1, 3)}, x)


def _attended(d: _Draw, x: int) -> int:
    if len(d.shapes[x]) != 3:
        return x
    return d.add("MultiheadAttention", {"num_heads": 1, "batch_first": d.one(True, True, False)}, x)


def _windowed(d: _Draw, x: int) -> int:
    """Attention in windows of an image, cut out by hand and put back; shifted by a roll in half of the cases."""
    if len(d.shapes[x]) != 4:
        return x
    (n, c, h, w), start = d.shapes[x], x
    (rows, p), (columns, q) = _divided(d, h), _divided(d, w)
    shift = d.number(0, 1)
    if shift:
        x = d.add("Roll", {"shifts": [-1, -1], "dims": [2, 3]}, x)
    x = d.add("Reshape", {"shape": [n, c, rows, p, columns, q]}, x)
    x = d.add("Permute", {"dims": [0, 2, 4, 3, 5, 1]}, x)
    x = d.add("Reshape", {"shape": [n * rows * columns, p * q, c]}, x)
    x = d.add("MultiheadAttention", {"num_heads": 1, "batch_first": True}, x)
    x = d.add("Reshape", {"shape": [n, rows, columns, p, q, c]}, x)
    x = d.add("Permute", {"dims": [0, 5, 1, 3, 2, 4]}, x)
    x = d.add("Reshape", {"shape": [n, c, h, w]}, x)
    if shift:
        x = d.add("Roll", {"shifts": [1, 1], "dims": [2, 3]}, x)
    return d.add("Add", {}, start, x) if d.one(True, False) and d.shapes[x] == d.shapes[start] else x


def _shuffled(d: _Draw, x: int) -> int:
    channels = d.shapes[x][1] if len(d.shapes[x]) > 2 else 1
    kind = d.one("ChannelShuffle", "PixelShuffle", "PixelUnshuffle")
    if kind == "ChannelShuffle":
        return d.add(kind, {"groups": d.one(*[g for g in range(1, channels + 1) if channels % g == 0])}, x)
    return d.add(kind, {"upscale_factor" if kind == "PixelShuffle" else "downscale_factor": 2}, x)


def _unfolded(d: _Draw, x: int) -> int:
    if len(d.shapes[x]) != 4:
        return x
    fields = {"kernel_size": d.number(1, 2), "stride": d.number(1, 2), "padding": d.number(0, 1)}
    return d.add("Unfold", {**fields, "dilation": d.one(1, 1, 2)}, x)


def _folded(d: _Draw, x: int) -> int:
    """Columns back into an image: of an unfolding before, or of any value that fits."""
    if len(d.shapes[x]) != 3:
        return x
    kernel, stride = d.number(1, 2), d.number(1, 2)
    size = [d.number(1, 6), d.number(1, 6)]
    return d.add("Fold", {"output_size": size, "kernel_size": kernel, "stride": stride, "padding": d.number(0, 1)}, x)


def _tiled(d: _Draw, x: int) -> int:
    return d.add("Repeat", {"repeats": [d.one(1, 1, 2) for _ in d.shapes[x]]}, x)


def _halved(d: _Draw, x: int) -> int:
    return d.add("GLU", {"dim": _axis(d, x)}, x)


def _multiplied(d: _Draw, x: int) -> int:
    """A product with a weight from one side, as a convolution of columns has it."""
    shape = d.shapes[x]
    if len(shape) < 2:
        return x
    left = d.one(True, False)
    weight = [d.number(1, 2), shape[-2]] if left else [shape[-1], d.number(1, 2)]
    d.steps.append(Step("Parameter", {"shape": weight}, ()))
    d.shapes.append(tuple(weight))
    made = len(d.steps)
    return d.add("MatMul", {}, *((made, x) if left else (x, made)))


def _added(d: _Draw, x: int) -> int:
    alike = [number for number, shape in enumerate(d.shapes) if shape == d.shapes[x] and number != x]
    return d.add("Add", {}, x, d.one(*alike)) if alike else x


def _joined(d: _Draw, x: int) -> int:
    axis = _axis(d, x)
    rest = d.shapes[x][:axis] + d.shapes[x][axis + 1 :]
    alike = [number for number, shape in enumerate(d.shapes) if shape[:axis] + shape[axis + 1 :] == rest]
    return d.add("Concat", {"dim": axis}, *d.random.sample((x, d.one(*alike)), 2))


def _stacked(d: _Draw, x: int) -> int:
    alike = [number for number, shape in enumerate(d.shapes) if shape == d.shapes[x]]
    return d.add("Stack", {"dim": d.number(0, len(d.shapes[x]))}, x, d.one(*alike))


Maker = Callable[[_Draw, int], int]

SPATIAL: tuple[Maker, ...] = (
    _conv,
    _conv,
    _conv,
    _transposed,
    _pool,
    _adaptive,
    _upsampled,
    _padded,
    _windowed,
    _unfolded,
)
VIEWS: tuple[Maker, ...] = (
    _sliced, _selected, _permuted, _transposed_axes, _flattened, _unflattened, _reshaped, _back, _back, _squeezed,
    _rolled, _reduced, _mixed, _linear, _attended, _shuffled, _folded, _tiled, _halved, _multiplied, _added, _added,
    _joined, _stacked,
)  # fmt: skip


def drawn(random: Random) -> Net:
    """A net of up to a dozen layers; the value of the last one is what the net puts out."""
    d = _Draw(random)
    x = 0
    for _ in range(d.number(1, 9)):
        maker = d.one(*SPATIAL) if d.one(True, False) else d.one(*VIEWS)
        start = d.one(x, x, x, x, d.number(0, len(d.shapes) - 1))
        if d.shapes[start] and (not d.steps or d.steps[start - 1].op != "Parameter" or not start):
            x = maker(d, start)
    if not d.steps or d.steps[-1].op == "Parameter":
        d.add("ReLU", {}, 0)
    return Net(d.shape, tuple(d.steps))
