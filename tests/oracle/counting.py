"""Work counted one by one: numbers that tick when they are multiplied, and windows listed instead of computed."""

from itertools import product
from typing import Any

import numpy as np

Array = Any  # of objects


class Clock:
    """Counts the products of its numbers."""

    def __init__(self) -> None:
        self.products = 0

    def array(self, *shape: int) -> Array:
        """An array of numbers that tell this clock when they are multiplied."""
        made = np.empty(shape, dtype=object)
        for index in product(*map(range, shape)):
            made[index] = Ticking(self)
        return made


class Ticking:
    """A number without a value."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock

    def __mul__(self, other: "Ticking") -> "Ticking":
        self.clock.products += 1
        return self

    def __add__(self, other: "Ticking") -> "Ticking":
        return self


def starts(size: int, before: int, after: int, span: int, stride: int) -> list[int]:
    """Where the windows begin that lie within a padded axis."""
    return [at for at in range(-before, size + after) if (at + before) % stride == 0 and at + span <= size + after]


def pool_starts(size: int, pad: int, span: int, stride: int, ceil_mode: bool) -> list[int]:
    """Where the windows of a pool begin; with ``ceil_mode`` one more may stick out behind."""
    found = starts(size, pad, pad, span, stride)
    following = found[-1] + stride if found else -pad
    reached = found[-1] + span if found else -pad
    if ceil_mode and reached < size + pad and following < size:
        found.append(following)
    return found


def shared(n: int, m: int) -> list[list[int]]:
    """For each of m outputs, the inputs that overlap with its share of an axis of n."""
    return [[i for i in range(n) if i * m < (y + 1) * n and (i + 1) * m > y * n] for y in range(m)]


def connected(inputs: int, outputs: int, groups: int) -> int:
    """How many pairs of an input and an output channel stand in the same group."""
    return sum(c * groups // inputs == k * groups // outputs for c in range(inputs) for k in range(outputs))
