"""Axes as torch treats them: numbered from either end, broadcast from the last one on, cut and joined by views."""

from collections.abc import Iterator, Sequence
from typing import Annotated

from pydantic import Field

from cnnshape.core.dims import Shape, either, equal, maximum, where
from cnnshape.layers.base import Need, Tap, Taps
from cnnshape.layers.fields import LARGEST, Takes
from cnnshape.layers.index_maps import POINTWISE, Broadcast

Position = Annotated[int, Field(ge=-LARGEST, le=LARGEST), Takes("a whole number", low=-LARGEST)]
"""An amount, which an `Index` is not: a slice may start at half the channels."""


def listed(numbers: int | Sequence[int] | None) -> Sequence[int]:
    """What a field with one number, a list of them, or nothing says, as a list.

    >>> listed(3), listed((3, 4)), listed(None)
    ((3,), (3, 4), ())
    """
    return (numbers,) if isinstance(numbers, int) else numbers or ()


def axis_of(dim: int, rank: int) -> int:
    """The axis that ``dim`` names among ``rank`` axes.

    >>> axis_of(1, 4), axis_of(-1, 4)
    (1, 3)
    """
    return dim + rank if dim < 0 else dim


def axes_of(dims: int | Sequence[int], rank: int) -> tuple[int, ...]:
    """The axes that one number, or each of a list, names among ``rank`` axes.

    >>> axes_of(-1, 4), axes_of((1, -1), 4)
    ((3,), (1, 3))
    """
    return tuple(axis_of(dim, rank) for dim in listed(dims))


def has_axes(name: str, dims: int | Sequence[int], rank: int) -> Iterator[Need]:
    """The needs that every number names one of ``rank`` axes."""
    for dim in listed(dims):
        values = {"name": name, "dim": dim, "rank": rank, "first": -rank, "last": rank - 1}
        text = "{name}={dim} is not one of {rank} axes"
        yield Need(-rank <= dim < rank, text, values, "{name} goes from {first} to {last}")


def has_distinct_axes(name: str, dims: int | Sequence[int], rank: int) -> Iterator[Need]:
    """The needs that every number names one of ``rank`` axes, and no two the same one."""
    yield from has_axes(name, dims, rank)
    axes = axes_of(dims, rank)
    for at, axis in enumerate(axes):
        yield Need(axis not in axes[:at], "{name} names axis {axis} twice", {"name": name, "axis": axis})


def _aligned(a: Shape, b: Shape) -> list[Shape]:
    """The sizes of each pair of axes, a missing axis in front counting as 1."""
    rank = maximum(len(a), len(b))
    return list(zip(_padded(a, rank), _padded(b, rank), strict=True))


def _padded(x: Shape, rank: int) -> Shape:
    return (*(1,) * (rank - len(x)), *x)


def broadcast(a: Shape, b: Shape) -> Shape:
    """The shape of two inputs that merge: the larger size of each pair of axes.

    >>> broadcast((1, 64, 28, 28), (64, 1, 1))
    (1, 64, 28, 28)
    """
    return tuple(maximum(m, n) for m, n in _aligned(a, b))


def do_broadcast(a: Shape, b: Shape) -> Iterator[Need]:
    """The needs that the sizes of each pair of axes are equal, or one of them is 1."""
    for axis, (m, n) in enumerate(_aligned(a, b)):
        values = {"a": a, "b": b, "axis": axis, "m": m, "n": n}
        text = "{a} and {b} do not merge: axis {axis} has {m} and {n}"
        yield Need(either(equal(m, n), either(equal(m, 1), equal(n, 1))), text, values)


def stretched(x: Shape, out: Shape) -> Taps:
    """What an output reads of an input that is broadcast to it."""
    new = len(out) - len(x)
    reaches = (
        where(equal(size, made), POINTWISE, Broadcast(size, made)) for size, made in zip(x, out[new:], strict=True)
    )
    return (*(None,) * new, *(Tap(axis, reach) for axis, reach in enumerate(reaches)))
