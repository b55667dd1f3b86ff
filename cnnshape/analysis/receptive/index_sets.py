"""Sets of indices: a first, a last and a step wherever that says it all, else a mask.

A chain of convolutions reads solid windows, a chain of dilated ones evenly spaced pixels: such a set costs the same at
every depth.  A mask grows with the window and stands for the rest, up to a width; of a set that is wider only the ends
are kept.
"""

from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

WIDEST: Final = 1 << 16
"""The widest mask that is kept, in indices."""

UNKNOWN: Final = -1
"""The mask of a set of which only the ends are known."""


class Run(NamedTuple):
    """The indices ``first``, ``first + step``, ... ``last``; with a mask, each ``first + j`` whose bit j is set.

    Nothing where the last lies before the first.  Equal sets are equal tuples: a single index has step 1, and a mask
    stands only for what is not evenly spaced.
    """

    first: int
    last: int
    step: int = 1
    mask: int = 0

    @property
    def size(self) -> int:
        """From the first to the last, holes included."""
        return self.last - self.first + 1

    @property
    def solid(self) -> bool:
        """Whether it is one run of neighbours, or nothing."""
        return self.step == 1 and not self.mask

    @property
    def reads(self) -> int | None:
        """How many indices; None where only the ends are known."""
        if self.mask == UNKNOWN:
            return None
        return self.mask.bit_count() if self.mask else (self.last - self.first) // self.step + 1

    @property
    def bits(self) -> int:
        """The set as a mask; for one that has no more than `WIDEST` indices."""
        return self.mask or _evenly(self.last - self.first, self.step)


NOTHING: Final = Run(0, -1)
ZERO: Final = Run(0, 0)


def _evenly(span: int, step: int) -> int:
    """The mask of a run whose last index is so much beyond its first."""
    return (2 << span) - 1 if step == 1 else _repeated(1, span // step + 1, step)


def _repeated(mask: int, count: int, shift: int) -> int:
    """``mask << shift j`` for all j below count, by doubling."""
    done = 1
    while done < count:
        more = min(done, count - done)
        mask |= mask << shift * more
        done += more
    return mask


def _masked(first: int, mask: int) -> Run:
    """The run of a mask whose bit 0 is set."""
    span, count = mask.bit_length() - 1, mask.bit_count()
    if count == span + 1:
        return Run(first, first + span)
    others = mask ^ 1
    step = (others & -others).bit_length() - 1
    if span == step * (count - 1) and mask == _repeated(1, count, step):
        return Run(first, first + span, step)
    return Run(first, first + span, 1, mask)


def moved(run: Run, by: int) -> Run:
    """The set with ``by`` added to every index."""
    return Run(run.first + by, run.last + by, run.step, run.mask) if by and run.last >= run.first else run


def spread(run: Run, count: int, shift: int) -> Run:
    """The union of ``count`` copies, each moved by ``shift`` against the one before.

    >>> spread(Run(0, 2), 3, 2), spread(Run(0, 0), 3, -2), spread(Run(0, 1), 2, 3)
    (Run(first=0, last=6, step=1, mask=0), Run(first=-4, last=0, step=2, mask=0), Run(first=0, last=4, step=1, mask=27))
    """
    first, last, step, mask = run
    if count == 1 or shift == 0 or last < first:
        return run
    far = shift * (count - 1)
    if shift < 0:
        first, last, shift, far = first + far, last + far, -shift, -far
    if not mask:
        if first == last:
            return Run(first, last + far, shift)
        if shift % step == 0 and shift <= last - first + step:
            return Run(first, last + far, step)
        if step % shift == 0 and step <= far + shift:
            return Run(first, last + far, shift)
    if mask == UNKNOWN or last + far - first >= WIDEST:
        return Run(first, last + far, 1, UNKNOWN)
    return _masked(first, _repeated(run.bits, count, shift))


def plus(one: Run, other: Run) -> Run:
    """The sums of every index of one set and every index of the other.

    >>> plus(Run(0, 4, 2), Run(0, 1)), plus(Run(0, 14, 7), Run(2, 3))
    (Run(first=0, last=5, step=1, mask=0), Run(first=2, last=17, step=1, mask=49539))
    """
    if one.last < one.first or other.last < other.first:
        return NOTHING
    if not one.mask:
        return moved(spread(other, (one.last - one.first) // one.step + 1, one.step), one.first)
    if not other.mask:
        return moved(spread(one, (other.last - other.first) // other.step + 1, other.step), other.first)
    first, last = one.first + other.first, one.last + other.last
    if UNKNOWN in (one.mask, other.mask) or last - first >= WIDEST:
        return Run(first, last, 1, UNKNOWN)
    few, many = sorted((one.mask, other.mask), key=int.bit_count)
    mask = 0
    for bit in range(few.bit_length()):
        if few >> bit & 1:
            mask |= many << bit
    return _masked(first, mask)


def joined(runs: Iterable[Run]) -> Run:
    """The union.

    >>> joined([Run(4, 8), Run(0, 5), NOTHING]), joined([Run(0, 4, 2), Run(6, 6)])
    (Run(first=0, last=8, step=1, mask=0), Run(first=0, last=6, step=2, mask=0))
    """
    parts = sorted([run for run in runs if run.last >= run.first])
    if not parts:
        return NOTHING
    whole = parts[0]
    for part in parts[1:]:
        if part == whole:
            continue
        found = _appended(whole, part)
        if found is None:
            return _overlaid(parts)
        whole = found
    return whole


def _appended(run: Run, more: Run) -> Run | None:
    """The union of a run and one that starts no earlier; None where that takes a mask."""
    if run.mask or more.mask:
        return None
    gap = more.first - run.first
    own = run.step if run.last > run.first else 0  # a single index fits any step
    other = more.step if more.last > more.first else 0
    step = own or other or gap
    if gap % step or other % step:
        return None
    if more.last <= run.last:
        return run
    if more.first <= run.last + step and other in (0, step):
        return Run(run.first, more.last, step)
    return None


def _overlaid(parts: list[Run]) -> Run:
    """The union of sets that are no run together, the first one first."""
    first, last = parts[0].first, max([part.last for part in parts])
    if Run(first, last) in parts:
        return Run(first, last)
    if last - first >= WIDEST or UNKNOWN in [part.mask for part in parts]:
        return Run(first, last, 1, UNKNOWN)
    mask = 0
    for low, high, step, bits in parts:
        mask |= (bits or _evenly(high - low, step)) << low - first
    return _masked(first, mask)


def most_read(runs: Sequence[Run]) -> int | None:
    """The most indices that one of these holds; None where only the ends of one are known."""
    most = 0
    for first, last, step, mask in runs:
        if mask == UNKNOWN:
            return None
        most = max(most, mask.bit_count() if mask else (last - first) // step + 1)
    return most
