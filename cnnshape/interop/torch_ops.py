"""How torch does the layers that a row of `torch_table` cannot say: a few lines of code for each.

The only place that imports torch: all else in this folder takes it from here.
"""

from collections.abc import Callable
from typing import Any, Final

from typing_extensions import override

from cnnshape.core.dims import Shape
from cnnshape.interop import missing

try:
    import torch as torch  # for the others in this folder
    from torch.nn.attention import SDPBackend as SDPBackend
    from torch.nn.attention import sdpa_kernel as sdpa_kernel
    from torch.utils.flop_counter import FlopCounterMode as FlopCounterMode
except ModuleNotFoundError:
    raise missing("torch", "torch") from None

Tensor = torch.Tensor
_functional: Any = torch.nn.functional


def copied(x: Tensor) -> Tensor:
    """A copy in its own order, where torch would look at the input in another one."""
    return x.clone(memory_format=torch.contiguous_format)


def _sliced(layer: Any, x: Tensor) -> Tensor:
    where = [slice(None)] * x.dim()
    where[layer.dim] = slice(layer.start, layer.end, layer.step)
    return copied(x[tuple(where)])


def _cropped(layer: Any, x: Tensor, like: Tensor | None = None) -> Tensor:
    """As torchvision crops, which rounds half a pixel to the even one."""
    height, width, h, w = map(int, (*x.shape[2:], *(layer.size if like is None else like.shape[2:])))  # also in a trace
    if h > height or w > width:
        raise ValueError(f"a crop of {h} x {w} from {height} x {width}")  # torchvision would pad
    top, left = round((height - h) / 2), round((width - w) / 2)
    return copied(x[:, :, top : top + h, left : left + w])


FUNCTIONS: Final[dict[str, Callable[..., Tensor]]] = {"Slice": _sliced, "CenterCrop": _cropped}
"""By op: the layer and its inputs give the output, where torch has no single function for it."""


class Code(torch.nn.Module):
    """What is no module in torch but a line in the forward of a net; it is a module here to hold what the line needs.

    It is run by its `forward`, past the hooks of whatever counts modules.
    """


class Parameter(Code):
    """A learned tensor without an input."""

    def __init__(self, layer: Any) -> None:
        super().__init__()
        self.weight = torch.nn.Parameter(torch.randn(*layer.shape))

    @override
    def forward(self) -> Tensor:
        return self.weight


class Scale(Code):
    """A learned factor for each index of one axis."""

    def __init__(self, layer: Any, x: Shape) -> None:
        super().__init__()
        if layer.dim % len(x) == 0:
            raise ValueError("the batch has no learned factors")
        self.dim = layer.dim
        self.weight = torch.nn.Parameter(torch.ones(x[layer.dim]))

    @override
    def forward(self, x: Tensor) -> Tensor:
        return x * self.weight.reshape([-1 if axis == self.dim % x.dim() else 1 for axis in range(x.dim())])


HOLDERS: Final[dict[str, Callable[..., torch.nn.Module]]] = {"Parameter": Parameter, "Scale": Scale}
"""By op: the layer and its input shapes give a module, where torch has the tensor and no module for it."""


def _attend(layer: Any, part: torch.nn.Module, *xs: Tensor) -> Tensor:
    """One input attends to itself; no weights of attention are asked for."""
    query, key, value = (*xs, *(xs[-1:] * (3 - len(xs))))
    made: Tensor = part(query, key, value, need_weights=False)[0]
    return made.contiguous()  # else a view of a tensor in another order


def _resize(layer: Any, part: torch.nn.Module, x: Tensor, like: Tensor | None = None) -> Tensor:
    if like is None:
        made: Tensor = part(x)
        return made
    if layer.size is not None or layer.scale_factor is not None or x.dim() != like.dim():
        raise ValueError("torch takes one of size and scale_factor, and a size for each axis")
    resized: Tensor = _functional.interpolate(x, like.shape[2:], mode=layer.mode, align_corners=layer.align_corners)
    return resized


def _unpool(layer: Any, part: torch.nn.Module, x: Tensor, indices: Tensor) -> Tensor:
    made: Tensor = part(x, indices, None if layer.output_size is None else list(layer.output_size))
    return made


CALLS: Final[dict[str, Callable[..., Any]]] = {
    "MultiheadAttention": _attend,
    "Upsample": _resize,
    **dict.fromkeys(("MaxUnpool1d", "MaxUnpool2d", "MaxUnpool3d"), _unpool),
}
"""By op: how a module is called, where that is not with its inputs alone."""
