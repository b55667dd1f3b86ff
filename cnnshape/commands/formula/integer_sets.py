"""Sets of sizes that go on for ever in a pattern: some first ones, then the same remainders again and again."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from heapq import merge
from itertools import chain, count, islice
from typing import Final

_SHOWN: Final = 4  # sizes, or runs of sizes, that are written out


@dataclass(frozen=True)
class Sizes:
    """The sizes that are legal for one axis; `patterned` makes them.

    >>> Sizes((), 16, 16, (0,)).words(), Sizes((), 33, 1, (0,)).words()
    ('multiples of 16 from 16', 'every size from 33')
    >>> Sizes((3,), 12, 16, (12,)).words(), Sizes((), 9, 4, (1, 2)).words(), Sizes((3, 4, 5, 9), 10, 1, ()).words()
    ('3, then 12, 28, 44, 60, ... (every 16th size)', '9, 10, 13, 14, ... (2 of every 4 sizes)', '3 to 5, 9')
    """

    early: tuple[int, ...]
    """Those below `tail`."""
    tail: int
    """From here on the pattern holds."""
    period: int
    residues: tuple[int, ...]
    """The remainders modulo the period that are legal from `tail` on; none where the set ends."""

    def __contains__(self, size: int) -> bool:
        return size in self.early if size < self.tail else size % self.period in self.residues

    def __iter__(self) -> Iterator[int]:
        """All of them, from the smallest up; without end where the set has none."""
        yield from self.early
        if self.residues:
            yield from (size for size in count(self.tail) if size % self.period in self.residues)

    def __bool__(self) -> bool:
        """Whether there is one."""
        return bool(self.early or self.residues)

    def around(self, size: int) -> Iterator[int]:
        """All of them, those near to a size first, and of two that are as near the smaller.

        >>> [*islice(Sizes((3,), 12, 16, (12,)).around(40), 4)], [*Sizes((3, 5, 9), 10, 1, ()).around(8)]
        ([44, 28, 60, 12], [9, 5, 3])
        """
        earlier = range(size, self.tail - 1, -1) if self.residues else ()
        below = chain(
            (each for each in earlier if each % self.period in self.residues),
            (each for each in reversed(self.early) if each <= size),
        )
        later = count(max(size + 1, self.tail)) if self.residues else ()
        above = chain(
            (each for each in self.early if each > size),
            (each for each in later if each % self.period in self.residues),
        )
        yield from merge(below, above, key=lambda each: abs(each - size))

    def nearest(self, size: int) -> int:
        """The one nearest to a size."""
        return next(self.around(size))

    @property
    def smallest(self) -> int:
        """The smallest."""
        return next(iter(self))

    @property
    def step(self) -> int:
        """How far apart they are in the end where that is always the same, and 1 elsewhere."""
        return self.period if len(self.residues) == 1 else 1

    def gap(self) -> int | None:
        """The first size behind the smallest that is not legal, else the one before it; None where all are legal."""
        first, most = self.smallest, max(self.tail, self.smallest) + self.period
        behind = next((size for size in range(first + 1, most + 1) if size not in self), None)
        return behind or (first - 1 or None)

    def words(self) -> str:
        """As a sentence says it behind the name of the axis."""
        before = _runs(self.early)
        if not self.residues:
            return before
        pattern = self._pattern()
        return f"{before}, then {pattern}" if before else pattern

    def _pattern(self) -> str:
        if len(self.residues) == self.period:
            return f"every size from {self.tail:,}"
        if self.residues == (0,):
            return f"multiples of {self.period:,} from {self.tail:,}"
        found = (size for size in count(self.tail) if size % self.period in self.residues)
        shown = ", ".join(f"{size:,}" for size in islice(found, min(max(_SHOWN, len(self.residues)), 2 * _SHOWN)))
        many = len(self.residues)
        kept = f"every {self.period:,}th size" if many == 1 else f"{many:,} of every {self.period:,} sizes"
        return f"{shown}, ... ({kept})"


def _runs(sizes: tuple[int, ...]) -> str:
    """Sizes with those that follow each other put together: ``28 to 31, 40``."""
    runs: list[list[int]] = []
    for size in sizes:
        if runs and runs[-1][1] == size - 1:
            runs[-1][1] = size
        else:
            runs.append([size, size])
    shown = [f"{a:,}" if a == b else f"{a:,} to {b:,}" for a, b in runs[:_SHOWN]]
    return ", ".join([*shown, *(["..."] if len(runs) > _SHOWN else [])])


def patterned(legal: Callable[[int], bool], first: int, tail: int, period: int) -> Sizes:
    """The sizes from ``first`` up that are legal, where from ``tail`` on only the remainder modulo ``period`` matters.

    >>> patterned(lambda size: size >= 8 and size % 4 == 0, 1, 9, 8)
    Sizes(early=(), tail=8, period=4, residues=(0,))
    """
    flags = [legal(tail + step) for step in range(period)]
    period = next(d for d in range(1, period + 1) if period % d == 0 and flags == flags[:d] * (period // d))
    residues = {(tail + step) % period for step in range(period) if flags[step]}
    while tail > first and legal(tail - 1) == ((tail - 1) % period in residues):
        tail -= 1
    early = tuple([size for size in range(first, tail) if legal(size)])
    if residues:
        tail = next(size for size in count(tail) if size % period in residues)
    return Sizes(early, tail, period, tuple(sorted(residues)))
