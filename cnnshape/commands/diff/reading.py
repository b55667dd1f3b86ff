"""Who reads the same as before, though something was put in between, taken out or moved away."""

from collections.abc import Sequence
from typing import Final

from cnnshape.commands.diff.matching import ABSENT, in_order
from cnnshape.commands.diff.sides import Side

_MOST: Final = 64  # values that another goes back to; what goes back to more may read anything


class Reading:
    """Which values are the same before and after, seen from who reads them."""

    def __init__(self, old: Side, new: Side, to: list[int]) -> None:
        self.to = to
        kept = in_order([other for other in to if other != ABSENT])
        self.moved = {number for number, other in enumerate(to) if other != ABSENT and other not in kept}
        """Those of the old net whose place in the order of the file is another."""
        self.old = _roots(old, {number for number, other in enumerate(to) if other in kept})
        self.new = _roots(new, kept)

    def same(self, old: int, new: int) -> bool:
        """Whether two values are, to a reader, the same."""
        if self.to[old] == new:
            return True
        mine, theirs = self.old[old], self.new[new]
        if not mine or not theirs:
            return True
        return any(self.to[value] in theirs for value in mine)

    def all_same(self, old: Sequence[int], new: Sequence[int]) -> bool:
        """Whether these values are one by one the same."""
        return len(old) == len(new) and all(map(self.same, old, new))


def _roots(side: Side, kept: set[int]) -> list[frozenset[int]]:
    """For each value those that stand in both nets and that it goes back to; itself, if it does. Empty: unknown."""
    found: list[frozenset[int]] = []
    for number, part in enumerate(side.parts):
        if number in kept:
            found.append(frozenset((number,)))
            continue
        below = [found[source] for source in part.sources]
        one = below[0] if len(below) == 1 else frozenset[int]().union(*below) if all(below) else frozenset[int]()
        found.append(one if len(one) <= _MOST else frozenset())
    return found
