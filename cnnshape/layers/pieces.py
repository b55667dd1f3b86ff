"""Reaches of an axis that has parts: the inputs of a concatenation, the channels of a group, copies end to end."""

from typing import final

from typing_extensions import override

from cnnshape.core.dims import Dim
from cnnshape.layers.index_maps import Outside, Reach, Taps


@final
class Piece(Reach):
    """Output y reads y - ``before``: one of the inputs of a concatenation, which has real ends there."""

    before: Dim = 0

    @property
    @override
    def period(self) -> tuple[int, int]:
        return 1, 1

    @override
    def taps(self, y: int) -> Taps:
        return y - self.before, y - self.before, 1


@final
class Blocks(Reach):
    """Each ``out`` outputs read one block of ``size`` indices: the channels of a group.

    >>> Blocks(size=4, out=2).taps(3)
    (4, 7, 1)
    """

    size: Dim
    out: Dim

    @property
    @override
    def period(self) -> tuple[int, int]:
        return self.out, self.size

    @override
    def taps(self, y: int) -> Taps:
        first = y // self.out * self.size
        return first, first + self.size - 1, 1


@final
class Repeated(Reach):
    """Output y reads y modulo ``size``: an axis tiled end to end; an axis of size 1 is read at index 0 by all."""

    size: Dim

    @property
    @override
    def outside(self) -> Outside:
        return "circular"

    @property
    @override
    def period(self) -> tuple[int, int]:
        return (1, 0) if self.size == 1 else (1, 1)

    @override
    def taps(self, y: int) -> Taps:
        index = 0 if self.size == 1 else y
        return index, index, 1
