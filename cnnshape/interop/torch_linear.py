"""Linear stand-ins: for each layer a linear map with weights 0 and 1 that reads the very same elements.

What an output reads is then the part of the input where its gradient is not zero.  The gradient is made 0 or 1 behind
every layer, so that nothing cancels, vanishes or overflows on the way: what is read has a gradient of 1 at least, and
what is less than a half is noise.
"""

from collections.abc import Callable, Sequence
from typing import Any, Final

from cnnshape.core.dims import Shape
from cnnshape.interop.torch_build import call, module_of
from cnnshape.interop.torch_ops import Tensor, torch
from cnnshape.interop.torch_table import op_of
from cnnshape.layers.base import Elementwise, Layer

_functional: Any = torch.nn.functional
_CONV: Final = (torch.conv1d, torch.conv2d, torch.conv3d)
_TRANSPOSED: Final[tuple[Any, ...]] = (torch.conv_transpose1d, torch.conv_transpose2d, torch.conv_transpose3d)

_NOISE: Final = 1e-13
"""Weights of an interpolation that ought to be zero come out at up to 4e-15."""


def cut_to_bits(x: Tensor) -> None:
    """Have the gradient that goes back through this tensor made 0 or 1."""
    register: Any = x.register_hook  # untyped in torch
    register(bits)


def bits(grad: Tensor) -> Tensor:
    """A gradient made 0 or 1; what is stored once for many indices stays so."""
    once = grad
    for axis, (size, stride) in enumerate(zip(grad.shape, grad.stride(), strict=True)):
        once = once.narrow(axis, 0, 1) if size and not stride else once
    return (once > 0.5).to(grad.dtype).expand_as(grad)


def _alike(x: Tensor) -> Tensor:
    """One channel for all where they are stored once, because a convolution made them and they read the same."""
    return x if x.stride(1) else x.narrow(1, 0, 1)


def _fitted(x: Tensor, sizes: Sequence[int]) -> Tensor:
    """Cut or filled up with zeros behind, to these spatial sizes."""
    spare = [wanted - size for wanted, size in zip(sizes, x.shape[2:], strict=True)]
    padded: Tensor = _functional.pad(x, [n for extra in reversed(spare) for n in (0, extra)])
    return padded


def _ones(x: Tensor, kernel: Sequence[int]) -> Tensor:
    return torch.ones(x.shape[1], 1, *kernel, dtype=x.dtype, device=x.device)


def _windows(layer: Any) -> tuple[tuple[int, int, int, int], ...]:
    """Kernel, stride, padding and dilation of each axis, from the fields alone."""
    axes, one = len(layer.kernel_size), (1,) * len(layer.kernel_size)
    stride = layer.kernel_size if layer.stride is None else layer.stride
    padding = getattr(layer, "padding", (0,) * axes)
    return tuple(zip(layer.kernel_size, stride, padding, getattr(layer, "dilation", one), strict=True))


def _conv(layer: Any, made: Shape, x: Tensor) -> Tensor:
    """Torch's own convolution, of the sum of the channels of each group, which all that the group makes is alike."""
    groups, space = layer.groups, x.shape[2:]
    alike: Any = layer.model_copy(update={"in_channels": groups, "out_channels": groups, "bias": False})
    part = module_of(alike, [(x.shape[0], groups, *space)], str(x.device)).to(x.dtype).requires_grad_(False)
    part.get_parameter("weight").fill_(1)
    read: Tensor = part(x.reshape(x.shape[0], groups, -1, *space).sum(2)).unsqueeze(2)
    if read.requires_grad:
        cut_to_bits(read)  # small numbers, whatever the algorithm
    return read.expand(-1, -1, layer.out_channels // groups, *[-1] * len(space)).reshape(made)


def _linear(layer: Any, made: Shape, *xs: Tensor) -> Tensor:
    """All features of all inputs, alike in every feature that is made."""
    read = sum(x.sum(-1, keepdim=True) for x in xs)
    return torch.as_tensor(read).expand(made)


def _pool(layer: Any, made: Shape, x: Tensor) -> Tensor:
    """The sum of each window, whatever the pool makes of it."""
    x = _alike(x)
    kernel, stride, padding, dilation = zip(*_windows(layer), strict=True)
    steps = zip(_windows(layer), made[2:], strict=True)
    room = [(out - 1) * s + d * (k - 1) + 1 for (k, s, _, d), out in steps]
    padded = _fitted(_functional.pad(x, [n for p in reversed(padding) for n in (p, 0)]), room)
    return _CONV[len(kernel) - 1](padded, _ones(x, kernel), None, stride, 0, dilation, x.shape[1]).expand(made)


def _unpool(layer: Any, made: Shape, x: Tensor, like: Tensor) -> Tensor:
    """Each value put to every place that its window may have had it from."""
    kernel, stride, padding, _ = zip(*_windows(layer), strict=True)
    spread = _TRANSPOSED[len(kernel) - 1](x + like, _ones(x, kernel), None, stride, 0, 0, x.shape[1])
    return _fitted(_functional.pad(spread, [n for p in reversed(padding) for n in (-p, 0)]), made[2:])


def _along(x: Tensor, axis: int, line: Tensor) -> Tensor:
    """One axis of n indices turned into one of m by a matrix of n rows, each weight above the noise being 1."""
    weights = (line.abs() > _NOISE).to(x)
    return (x.movedim(axis, -1) @ weights).movedim(-1, axis)


def _adaptive(layer: Any, made: Shape, x: Tensor) -> Tensor:
    x = _alike(x)
    for axis, (size, out) in enumerate(zip(x.shape[2:], made[2:], strict=True), 2):
        x = _along(x, axis, _functional.adaptive_avg_pool1d(torch.eye(size, dtype=torch.float64), out))
    return x.expand(made)


def _resize(layer: Any, made: Shape, x: Tensor, like: Tensor | None = None) -> Tensor:
    """One axis after the other, by the weights that torch's forward pass gives to the pixels of a line.

    Torch's own backward pass of nearest neighbours reads another pixel than the forward pass where two are as near.
    """
    x = _alike(x)
    axes, factor = len(made) - 2, layer.scale_factor
    factors = factor if isinstance(factor, tuple) else (factor,) * axes
    for axis, (size, out, factor) in enumerate(zip(x.shape[2:], made[2:], factors, strict=True), 2):
        x = _along(x, axis, _line(layer, size, out, factor, axes))
    return x.expand(made)


def _line(layer: Any, size: int, out: int, factor: float | None, axes: int) -> Tensor:
    """What each output of one axis takes of each of its pixels."""
    points = torch.eye(size, dtype=torch.float64).reshape(size, 1, size, *(1,) * (axes - 1))
    rest = {"mode": layer.mode, "align_corners": layer.align_corners}
    if factor is None:
        read = _functional.interpolate(points, size=(out, *(1,) * (axes - 1)), **rest)
    else:
        rest["recompute_scale_factor"] = layer.recompute_scale_factor
        read = _functional.interpolate(points, scale_factor=(factor, *(1.0,) * (axes - 1)), **rest)
    flat: Tensor = read.reshape(size, out)
    return flat


def _spread(x: Tensor, axes: Sequence[int]) -> Tensor:
    """Every element the sum along these axes."""
    return x.sum(list(axes), keepdim=True).expand_as(x) if axes else x


def _batch_norm(layer: Any, made: Shape, x: Tensor) -> Tensor:
    return x if layer.track_running_stats else _spread(x, [0, *range(2, x.dim())])


def _grouped(layer: Any, made: Shape, x: Tensor) -> Tensor:
    """Statistics over all that lies behind the channels of a group."""
    groups = getattr(layer, "num_groups", x.shape[1])
    return _spread(x.reshape(x.shape[0], groups, -1), [2]).reshape(x.shape)


def _instance_norm(layer: Any, made: Shape, x: Tensor) -> Tensor:
    return x if layer.track_running_stats else _grouped(layer, made, x)


def _trailing(layer: Any, made: Shape, x: Tensor) -> Tensor:
    return _spread(x, range(-len(layer.normalized_shape), 0))


def _response(layer: Any, made: Shape, x: Tensor) -> Tensor:
    """Neighbouring channels, an even window having more of them before."""
    before, behind = layer.size // 2, (layer.size - 1) // 2
    padded: Tensor = _functional.pad(x, [*(0, 0) * (x.dim() - 2), before, behind])
    return padded.unfold(1, layer.size, 1).sum(-1)


def _softmax(layer: Any, made: Shape, x: Tensor) -> Tensor:
    """Along torch's old choice of axis where none is stated."""
    implied = 0 if x.dim() in (1, 3) else 1
    dim = getattr(layer, "dim", 1)
    return _spread(x, [implied if dim is None else dim])


def _merge(layer: Any, made: Shape, *xs: Tensor) -> Tensor:
    return sum(xs[1:], xs[0])


def _matmul(layer: Any, made: Shape, a: Tensor, b: Tensor) -> Tensor:
    """Rows of a and columns of b, without the products that zeros would hide."""
    rows = a.sum(-1, keepdim=b.dim() > 1)
    columns = b.sum(-2 if b.dim() > 1 else -1, keepdim=b.dim() > 1 and a.dim() > 1)
    return (rows + columns).expand(made)


def _attention(layer: Any, made: Shape, *xs: Tensor) -> Tensor:
    time = 1 if layer.batch_first else 0
    read = xs[0].sum(2, keepdim=True)
    for x in (xs[0], xs[0]) if len(xs) == 1 else xs[1:]:
        read = read + x.sum((time, 2), keepdim=True)
    return read.expand(made)


def _halves(layer: Any, made: Shape, x: Tensor) -> Tensor:
    first, second = x.chunk(2, layer.dim)
    return first + second


StandIn = Callable[..., Tensor]

STAND_INS: Final[dict[str, StandIn]] = {
    **{f"Conv{transposed}{n}d": _conv for transposed in ("", "Transpose") for n in (1, 2, 3)},
    **dict.fromkeys(("Linear", "Bilinear"), _linear),
    **{f"{kind}Pool{n}d": _pool for kind in ("Max", "Avg", "LP") for n in (1, 2, 3)},
    **{f"Adaptive{kind}Pool{n}d": _adaptive for kind in ("Max", "Avg") for n in (1, 2, 3)},
    **{f"MaxUnpool{n}d": _unpool for n in (1, 2, 3)},
    **{f"BatchNorm{n}d": _batch_norm for n in (1, 2, 3)},
    **{f"InstanceNorm{n}d": _instance_norm for n in (1, 2, 3)},
    "GroupNorm": _grouped,
    **dict.fromkeys(("LayerNorm", "RMSNorm"), _trailing),
    "LocalResponseNorm": _response,
    **dict.fromkeys(("Softmax", "Softmin", "LogSoftmax", "Softmax2d"), _softmax),
    "GLU": _halves,
    "Upsample": _resize,
    **dict.fromkeys(("Add", "Sub", "Mul", "Div", "Pow", "Maximum"), _merge),
    "MatMul": _matmul,
    "MultiheadAttention": _attention,
    **dict.fromkeys(("Mean", "Amax"), lambda layer, made, x: x.sum(layer.dim, layer.keepdim)),
}
"""By op: the layer, the shape that it makes and its inputs give the output."""

_ANY = ("ZeroPad", "ConstantPad", "ReflectionPad", "ReplicationPad", "CircularPad")
LINEAR: Final = frozenset(f"{kind}{n}d" for kind in _ANY for n in (1, 2, 3)) | {
    *("Parameter", "Concat", "Stack", "Sum", "CenterCrop"),
    *("PixelShuffle", "PixelUnshuffle", "ChannelShuffle", "Fold", "Unfold"),
    *("Flatten", "Unflatten", "Reshape", "Squeeze", "Unsqueeze"),
    *("Permute", "Transpose", "Slice", "Select", "Expand", "Repeat", "Roll"),
}
"""Ops that stand for themselves."""


def stand_in(layer: Layer, xs: Sequence[Shape], made: Shape, device: str = "cpu") -> StandIn | None:
    """The linear map of a layer, a function of its inputs; None where none is known."""
    op = op_of(layer)
    if op in STAND_INS:
        return lambda *inputs: STAND_INS[op](layer, made, *inputs)
    if op in LINEAR:
        part = module_of(layer, xs, device).requires_grad_(False)
        return lambda *inputs: call(layer, part, inputs)[0]
    return (lambda x: x) if isinstance(layer, Elementwise) else None
