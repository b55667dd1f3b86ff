"""How each way to build a convolution is written as a spec: calls of the blocks that come with the package."""

from typing import Any, Final

from cnnshape.commands.conv.convolution import Conv, one

Layers = dict[str, dict[str, Any]]

AXES: Final = {1: "L", 2: "HW", 3: "DHW"}
"""The letters of the axes of space."""


def _along(conv: Conv, axis: int) -> Conv:
    """The part of a convolution's window that lies along one axis, a point along all others."""
    keep = [place == axis for place in range(conv.dims)]

    def only(sizes: tuple[int, ...], none: int) -> tuple[int, ...]:
        return tuple(size if kept else none for size, kept in zip(sizes, keep, strict=True))

    return conv._replace(
        kernel_size=only(conv.kernel_size, 1),
        stride=only(conv.stride, 1),
        padding=only(conv.padding, 0),
        dilation=only(conv.dilation, 1),
    )


def _point(conv: Conv) -> Conv:
    """The same with a window of one pixel."""
    ones = (1,) * conv.dims
    return conv._replace(kernel_size=ones, stride=ones, padding=(0,) * conv.dims, dilation=ones)


def _call(block: str, conv: Conv, **given: Any) -> dict[str, Any]:
    """A call of a block with the window of a convolution, and nothing in it but convolutions; defaults are left out."""
    call = {"block": f"std/{block}", **given, "k": one(conv.kernel_size)}
    call |= {key: one(getattr(conv, key)) for key in ("stride", "dilation") if set(getattr(conv, key)) != {1}}
    if conv.padding != conv.half or any(isinstance(call.get(key), list) for key in ("k", "dilation")):
        call["padding"] = one(conv.padding)
    if conv.dims != 2:
        call["dims"] = conv.dims
    return {**call, "bn": False, "act": "Identity", "bias": conv.bias}


def standard(conv: Conv) -> Layers:
    """Every output channel reads every input channel through the whole kernel."""
    return {"conv": _call("conv_bn_act", conv, c=conv.out_channels)}


def grouped(conv: Conv, groups: int) -> Layers:
    """Each group of channels by itself."""
    return {"conv": _call("grouped", conv, c=conv.out_channels, groups=groups)}


def shuffled_grouped(conv: Conv, groups: int) -> Layers:
    """Groups whose channels are dealt out behind it."""
    return {"conv": _call("shuffled_grouped", conv, c=conv.out_channels, groups=groups)}


def depthwise(conv: Conv) -> Layers:
    """Each input channel by itself; the output channels are a multiple of them."""
    multiplier = conv.out_channels // conv.in_channels
    return {"conv": _call("depthwise", conv, **({"multiplier": multiplier} if multiplier > 1 else {}))}


def depthwise_separable(conv: Conv) -> Layers:
    """Space within each channel, then all channels within each pixel."""
    return {"conv": _call("depthwise_separable", conv, c=conv.out_channels)}


def _is_plain(conv: Conv) -> bool:
    """Whether the blocks of two axes, which know one kernel and half of it as padding, hold this window."""
    same = all(len(set(sizes)) == 1 for sizes in (conv.kernel_size, conv.stride))
    return conv.dims == 2 and same and set(conv.dilation) == {1} and conv.padding == conv.half


def _axis(conv: Conv, axis: int, **given: Any) -> Layers:
    along = _along(conv, axis)
    return {f"along_{AXES[conv.dims][axis].lower()}": _call("conv_bn_act", along, c=conv.out_channels, **given)}


def spatially_separable(conv: Conv) -> Layers:
    """One axis of the kernel after the other, each of all channels."""
    if _is_plain(conv):
        return {"conv": _call("spatially_separable", conv, c=conv.out_channels)}
    return {name: call for axis in conv.moves for name, call in _axis(conv, axis).items()}


def flattened(conv: Conv) -> Layers:
    """Channels first, then one axis of the kernel after the other within each channel."""
    c = conv.out_channels
    if _is_plain(conv):
        return {"conv": _call("flattened", conv, c=c)}
    lateral: Layers = {"lateral": _call("conv_bn_act", _point(conv), c=c)}
    return lateral | {name: call for axis in conv.moves for name, call in _axis(conv, axis, groups=c).items()}


def bottlenecked(conv: Conv, mid: int) -> Layers:
    """Fewer channels for the kernel, with a 1 x 1 convolution before and behind; without a shortcut."""
    return {
        "reduce": _call("conv_bn_act", _point(conv), c=mid),
        "conv": _call("conv_bn_act", conv, c=mid),
        "expand": _call("conv_bn_act", _point(conv), c=conv.out_channels),
    }
