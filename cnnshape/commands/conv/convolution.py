"""One convolution, as it is asked for: channels, window and input size, each checked."""

from collections.abc import Sequence
from typing import NamedTuple, TypeAlias

from cnnshape.core.errors import Problem, UsageError

Sizes: TypeAlias = int | Sequence[int]
"""One number for all axes, or one for each."""

MOST_AXES = 3


class Conv(NamedTuple):
    """A convolution without groups, and the size of what it reads; a number per axis of space."""

    in_channels: int
    out_channels: int
    kernel_size: tuple[int, ...]
    size: tuple[int, ...]
    stride: tuple[int, ...]
    padding: tuple[int, ...]
    dilation: tuple[int, ...]
    bias: bool = False

    @property
    def dims(self) -> int:
        """How many axes of space there are."""
        return len(self.size)

    @property
    def half(self) -> tuple[int, ...]:
        """The padding of half the kernel, with which an odd kernel of stride 1 keeps the size."""
        return tuple((k - 1) // 2 * d for k, d in zip(self.kernel_size, self.dilation, strict=True))

    @property
    def moves(self) -> tuple[int, ...]:
        """The axes along which the window is more than a point that visits every pixel."""
        axes = zip(self.kernel_size, self.stride, self.padding, strict=True)
        return tuple(axis for axis, (k, s, p) in enumerate(axes) if k > 1 or s > 1 or p > 0)


def one(sizes: tuple[int, ...]) -> int | list[int]:
    """Sizes as a spec states them: one number where all are equal.

    >>> one((3, 3)), one((3, 5))
    (3, [3, 5])
    """
    return sizes[0] if len(set(sizes)) == 1 else list(sizes)


def whole(name: str, n: object, least: int = 1) -> int:
    """A number that can be a size; raises `UsageError` where it is none."""
    if not isinstance(n, int) or isinstance(n, bool) or n < least:
        raise UsageError(Problem(f"{name}={n!r} is not a whole number from {least} up"))
    return n


def _sizes(name: str, given: Sizes, dims: int | None = None, least: int = 1) -> tuple[int, ...]:
    if not isinstance(given, Sequence) or isinstance(given, str):
        return (whole(name, given, least),) * (dims or 1)
    if dims is not None and len(given) == 1:
        given = [*given] * dims
    if dims is not None and len(given) != dims:
        axes = f"{dims} {'axis' if dims == 1 else 'axes'} of space"
        text = f"{name} has {len(given)} numbers, the input {axes}"
        raise UsageError(Problem(text, hint="one number stands for all axes"))
    return tuple(whole(name, n, least) for n in given)


def convolution(
    in_channels: int, out_channels: int, kernel_size: Sizes, size: Sizes, stride: Sizes, padding: Sizes | None,
    dilation: Sizes, bias: bool,
) -> Conv:  # fmt: skip
    """The convolution that is meant; raises `UsageError` for a number that cannot be what it stands for.

    >>> convolution(8, 8, 3, (9, 9), 1, None, 2, False).padding
    (2, 2)
    """
    space = _sizes("size", size)
    dims = len(space)
    if not 1 <= dims <= MOST_AXES:
        text = f"size has {dims} numbers, a convolution has 1, 2 or 3 axes of space"
        raise UsageError(Problem(text, hint="channels and batch are not among them"))
    found = Conv(
        whole("in_channels", in_channels),
        whole("out_channels", out_channels),
        _sizes("kernel_size", kernel_size, dims),
        space,
        _sizes("stride", stride, dims),
        (0,) * dims if padding is None else _sizes("padding", padding, dims, 0),
        _sizes("dilation", dilation, dims),
        bool(bias),
    )
    return found if padding is not None else found._replace(padding=found.half)
