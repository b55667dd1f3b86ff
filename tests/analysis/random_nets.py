"""Random nets on one or two axes, every one of them legal."""

from typing import Any

from hypothesis import strategies as st

from cnnshape.layers import BUILTIN
from cnnshape.layers.facts import derive
from cnnshape.layers.registry import layer_type
from tests.analysis.nets import Net, Shape, Step


class _Draw:
    """The state of a net that is being drawn."""

    def __init__(self, draw: st.DrawFn, axes: int) -> None:
        self.draw = draw
        self.axes = axes
        self.most = 40 if axes == 1 else 9
        self.steps: list[Step] = []
        self.shape = (1, 1, *(self.number(1, 16 if axes == 1 else 6) for _ in range(axes)))
        self.shapes: list[Shape] = [self.shape]

    def number(self, low: int, high: int) -> int:
        return self.draw(st.integers(low, max(low, high)))

    def one(self, *choices: Any) -> Any:
        return self.draw(st.sampled_from(choices))

    def add(self, op: str, fields: dict[str, Any], *sources: int) -> int:
        facts = derive(layer_type(op, BUILTIN)(**fields), tuple(self.shapes[source] for source in sources))
        self.steps.append(Step(op, fields, sources))
        self.shapes.append(facts.output)
        return len(self.steps)

    def fits(self, shape: Shape) -> bool:
        return max(shape[2:]) <= self.most

    def factor(self, size: int, mode: str) -> float:
        """A factor that leaves something; torch's CPU kernel takes ``nearest`` in 2-D for a copy or a doubling
        wherever the output is as large as with one, whatever the factor."""
        drawn: float = self.one(2, 3, 0.5, 1.25, 1.5, 2.5)
        made = int(size * drawn)
        taken = mode == "nearest" and self.axes == 2 and drawn != 2 and made in (size, 2 * size)
        return drawn if 1 <= made <= self.most and not taken else 1

    def windows(self, x: int, spread: int = 2) -> dict[str, list[int]]:
        """Kernels that fit."""
        found: dict[str, list[int]] = {"kernel_size": [], "stride": [], "padding": [], "dilation": []}
        for size in self.shapes[x][2:]:
            padding, dilation = self.number(0, spread), self.number(1, 3)
            found["padding"].append(padding)
            found["dilation"].append(dilation)
            found["kernel_size"].append(self.number(1, min(4, (size + 2 * padding - 1) // dilation + 1)))
            found["stride"].append(self.number(1, 3))
        return found


def _conv(d: _Draw, x: int) -> None:
    mode = d.one("zeros", "zeros", "reflect", "replicate", "circular")
    least = min(d.shapes[x][2:])
    most = {"zeros": 3, "replicate": 3, "reflect": min(least - 1, 3), "circular": min(least, 3)}[mode]
    d.add(f"Conv{d.axes}d", {"out_channels": d.number(1, 2), "padding_mode": mode, **d.windows(x, most)}, x)


def _same(d: _Draw, x: int) -> None:
    fields = {"out_channels": 1, "kernel_size": d.number(1, 4), "dilation": d.number(1, 2), "padding": "same"}
    d.add(f"Conv{d.axes}d", fields, x)


def _max_pool(d: _Draw, x: int) -> None:
    fields = d.windows(x, 0)
    fields["padding"] = [d.number(0, k // 2) for k in fields["kernel_size"]]
    d.add(f"MaxPool{d.axes}d", {**fields, "ceil_mode": d.one(False, True)}, x)


def _avg_pool(d: _Draw, x: int) -> None:
    kernel = [d.number(1, min(4, size)) for size in d.shapes[x][2:]]
    fields = {
        "kernel_size": kernel,
        "stride": [d.number(1, 3) for _ in kernel],
        "padding": [d.number(0, k // 2) for k in kernel],
    }
    d.add(f"AvgPool{d.axes}d", {**fields, "ceil_mode": d.one(False, True)}, x)


def _transposed(d: _Draw, x: int) -> None:
    fields: dict[str, list[int]] = {
        name: [] for name in ("kernel_size", "stride", "padding", "dilation", "output_padding")
    }
    for size in d.shapes[x][2:]:
        s, e, k = d.number(1, 3), d.number(1, 3), d.number(1, 4)
        extra = d.number(0, max(s, e) - 1)
        values = (k, s, d.number(0, min(3, ((size - 1) * s + e * (k - 1) + extra) // 2)), e, extra)
        for name, value in zip(fields, values, strict=True):
            fields[name].append(value)
    made = layer_type(f"ConvTranspose{d.axes}d", BUILTIN)(out_channels=1, **fields).output(d.shapes[x])
    if d.fits(made):
        d.add(f"ConvTranspose{d.axes}d", {"out_channels": d.number(1, 2), **fields}, x)


def _upsampled(d: _Draw, x: int) -> None:
    smooth = "linear" if d.axes == 1 else "bilinear"
    mode = d.one("nearest", "nearest-exact", smooth, smooth)
    fields: dict[str, Any] = {"mode": mode}
    if mode == smooth:
        fields["align_corners"] = d.one(False, True)
    how = d.one("size", "scale_factor", "like")
    if how == "like":
        d.add("Upsample", fields, x, d.number(0, len(d.steps)))
        return
    if how == "size":
        fields["size"] = [d.number(1, min(3 * size, d.most)) for size in d.shapes[x][2:]]
    else:
        fields["scale_factor"] = [d.factor(size, mode) for size in d.shapes[x][2:]]
    d.add("Upsample", fields, x)


def _padded(d: _Draw, x: int) -> None:
    kind = d.one("Zero", "Zero", "Reflection", "Replication", "Circular")
    pads: list[int] = []
    for size in reversed(d.shapes[x][2:]):
        most = {"Zero": 3, "Replication": 3, "Reflection": min(size - 1, 3), "Circular": min(size, 3)}[kind]
        before = d.number(-(size // 2) if kind == "Zero" else 0, most)
        pads += [before, d.number(1 - size - min(before, 0) if kind == "Zero" else 0, most)]
        pads[-1] = max(pads[-1], -(size // 2) + (size % 2 == 0)) if kind == "Zero" else pads[-1]
    d.add(f"{kind}Pad{d.axes}d", {"padding": pads}, x)


def _cropped(d: _Draw, x: int) -> None:
    other = d.number(0, len(d.steps))
    pairs = zip(d.shapes[other][2:], d.shapes[x][2:], strict=True)
    if d.axes == 2 and all(small <= large for small, large in pairs):
        d.add("CenterCrop", {}, x, other)


def _sliced(d: _Draw, x: int) -> None:
    axis = 1 + d.number(1, d.axes)
    size = d.shapes[x][axis]
    start = d.number(0, size - 1)
    d.add("Slice", {"dim": axis, "start": start, "end": d.number(start + 1, size), "step": d.number(1, 3)}, x)


def _rolled(d: _Draw, x: int) -> None:
    d.add("Roll", {"shifts": d.number(-4, 4), "dims": 1 + d.number(1, d.axes)}, x)


def _repeated(d: _Draw, x: int) -> None:
    repeats = [d.number(1, 2) for _ in range(d.axes)]
    if d.fits(tuple(2 * size for size in d.shapes[x])):
        d.add("Repeat", {"repeats": [1, 1, *repeats]}, x)


def _adaptive(d: _Draw, x: int) -> None:
    kind = d.one("Avg", "Max")
    sizes = [d.one(1, d.number(1, min(size + 3, d.most))) for size in d.shapes[x][2:]]
    d.add(f"Adaptive{kind}Pool{d.axes}d", {"output_size": sizes if d.axes > 1 else sizes[0]}, x)


def _merged(d: _Draw, x: int) -> None:
    """A merge with another value: of the same shape, of a broken one, or one made to fit."""
    other = d.number(0, len(d.steps))
    mine, its = d.shapes[x][2:], d.shapes[other][2:]
    op = d.one("Add", "Maximum", "Concat")
    if mine != its and (op == "Concat" or not _broadcasts(d.shapes[x], d.shapes[other])):
        other = d.add("Upsample", {"mode": d.one("nearest", "nearest-exact")}, other, x)
    if op == "Concat":
        d.add("Concat", {"dim": 1}, x, other)
    elif _broadcasts(d.shapes[x], d.shapes[other]):
        d.add(op, {}, *d.one((x, other), (other, x)))


def _broadcasts(a: Shape, b: Shape) -> bool:
    return all(p == q or 1 in (p, q) for p, q in zip(a, b, strict=True))


def _joined(d: _Draw, x: int) -> None:
    """Two values end to end."""
    axis = 1 + d.number(1, d.axes)
    others = [n for n, shape in enumerate(d.shapes) if _without(shape, axis) == _without(d.shapes[x], axis)]
    other = d.one(*others)
    if d.shapes[x][axis] + d.shapes[other][axis] <= d.most:
        d.add("Concat", {"dim": axis}, x, other)


def _without(shape: Shape, axis: int) -> Shape:
    return shape[:axis] + shape[axis + 1 :]


def _gated(d: _Draw, x: int) -> None:
    """Squeeze and excite."""
    pooled = d.add(f"AdaptiveAvgPool{d.axes}d", {"output_size": 1}, x)
    gate = d.add(f"Conv{d.axes}d", {"out_channels": d.shapes[x][1], "kernel_size": 1}, pooled)
    d.add("Mul", {}, x, gate)


def _normalised(d: _Draw, x: int) -> None:
    _, channels, *space = d.shapes[x]
    if max(space) == 1:
        return  # no variance
    mixed = d.add(f"Conv{d.axes}d", {"out_channels": channels, "kernel_size": 1}, x)
    op = d.one("GroupNorm", f"InstanceNorm{d.axes}d")
    name = "num_channels" if op == "GroupNorm" else "num_features"
    d.add(op, {name: channels} | ({"num_groups": 1} if op == "GroupNorm" else {}), mixed)


def _reduced(d: _Draw, x: int) -> None:
    axis = 1 + d.number(1, d.axes)
    if d.one(False, True):
        d.add("Mean", {"dim": axis, "keepdim": True}, x)
    else:
        d.add("Softmax", {"dim": axis}, x)


def _shuffled(d: _Draw, x: int) -> None:
    if d.axes == 1:
        return
    if d.fits(tuple(2 * size for size in d.shapes[x])):
        wide = d.add("Conv2d", {"out_channels": 4, "kernel_size": 1}, x)
        d.add("PixelShuffle", {"upscale_factor": 2}, wide)
    elif all(size % 2 == 0 for size in d.shapes[x][2:]):
        blocks = d.add("PixelUnshuffle", {"downscale_factor": 2}, x)
        d.add("Conv2d", {"out_channels": 1, "kernel_size": 1}, blocks)


def _turned(d: _Draw, x: int) -> None:
    if d.axes == 2:
        d.add("Transpose", {"dim0": 2, "dim1": 3}, x)


KINDS = (
    *(_conv, _same, _max_pool, _avg_pool, _transposed, _upsampled, _padded, _cropped, _sliced, _rolled, _repeated),
    *(_adaptive, _merged, _joined, _gated, _normalised, _reduced, _shuffled, _turned),
    *(_conv, _conv, _transposed, _upsampled, _merged, _merged),  # oftener
)


@st.composite
def nets(draw: st.DrawFn, axes: int = 1, most: int = 7) -> Net:
    """Nets of a few layers on one or two axes, with branches; shrinks towards one convolution of one pixel."""
    d = _Draw(draw, axes)
    for _ in range(draw(st.integers(1, most))):
        newest = len(d.steps)
        d.one(*KINDS)(d, d.number(max(0, newest - 2), newest) if d.number(0, 3) == 3 else newest)
    if not d.steps:
        _conv(d, 0)
    return Net(d.shape, tuple(d.steps))
