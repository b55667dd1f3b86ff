"""Which layer of a net is which of another: by path, and by structure where a path was renamed.

Layers with the same path and op are the same. Those whose order both nets agree on part the others into gaps, and
within a gap those are the same that state the same, stand in the same order and have the same neighbours; then those
of which less of that holds; a path that has another op is the same layer only then. A block is found in another gap,
too, by the names in it. Order decides between layers that nothing else tells apart. (An isomorphism, as networkx finds
it, would need renamed parts that are equal to the last layer, and has no bound on its time.)
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from difflib import SequenceMatcher
from typing import Any, Final, Literal

from cnnshape.commands.diff.sides import INPUT, Part, Side

ABSENT: Final = -1
"""The partner of what has none."""

_LARGEST: Final = 1_000_000
"""The product of lengths up to which two runs are compared closely; equal ends are found in runs of any length."""

_Token = Callable[[Literal["old", "new"], int], Any]


def in_order(numbers: Sequence[int]) -> set[int]:
    """The numbers of a longest increasing subsequence, of numbers that are all different.

    >>> sorted(in_order([0, 3, 1, 2, 4]))
    [0, 1, 2, 4]
    """
    ends: list[int] = []  # the smallest number that ends an increasing run of each length
    before: dict[int, int] = {}
    for number in numbers:
        place = bisect_left(ends, number)
        if place:
            before[number] = ends[place - 1]
        ends[place : place + 1] = [number]
    found = ends[-1:]
    while found and found[-1] in before:
        found.append(before[found[-1]])
    return set(found)


def matched(old: Side, new: Side) -> list[int]:
    """The number in the new net of every input and layer of the old one, `ABSENT` where it has gone."""
    matching = _Matching(old, new)
    matching.by_path()
    for token in (matching.among, matching.behind, matching.before):
        matching.align(token)
    matching.by_path(any_op=True)
    for token in (matching.alike, matching.named):
        matching.align(token)
    matching.align(matching.inner, anywhere=True)
    matching.doubt()
    matching.by_block()
    return matching.to


class _Matching:
    """What is matched so far."""

    def __init__(self, old: Side, new: Side) -> None:
        self.old, self.new = old, new
        self.to = [ABSENT] * len(old.parts)
        self.back = [ABSENT] * len(new.parts)

    def pair(self, old: int, new: int) -> None:
        self.to[old], self.back[new] = new, old

    def by_path(self, *, any_op: bool = False) -> None:
        """Pair what has the same path; an input is no layer, whatever its name."""
        known = {part.path: number for number, part in enumerate(self.new.parts) if self.back[number] == ABSENT}
        for number, part in enumerate(self.old.parts):
            other = known.get(part.path, ABSENT)
            if self.to[number] != ABSENT or other == ABSENT:
                continue
            theirs = self.new.parts[other]
            if part.op == theirs.op or (any_op and INPUT not in (part.op, theirs.op)):
                self.pair(number, other)

    def align(self, token: _Token, *, anywhere: bool = False) -> None:
        """Pair those in a gap whose tokens are equal, in order."""
        found = []
        for old, new in self._left() if anywhere else self._gaps():
            tokens = [token("old", number) for number in old], [token("new", number) for number in new]
            found += [(old[a], new[b]) for a, b in aligned(*tokens)]
        for pair in found:
            self.pair(*pair)

    def _left(self) -> Iterator[tuple[list[int], list[int]]]:
        """All that has no partner, as one gap."""
        old, new = ([n for n, other in enumerate(partners) if other == ABSENT] for partners in (self.to, self.back))
        if old and new:
            yield old, new

    def _gaps(self) -> Iterator[tuple[list[int], list[int]]]:
        """Runs of what has no partner, between pairs whose order both nets agree on."""
        if ABSENT not in self.to or ABSENT not in self.back:
            return
        kept = in_order([number for number in self.to if number != ABSENT])
        ends = [(number, other) for number, other in enumerate(self.to) if other in kept]
        a = b = 0
        for end_a, end_b in [*ends, (len(self.to), len(self.back))]:
            old = [number for number in range(a, end_a) if self.to[number] == ABSENT]
            new = [number for number in range(b, end_b) if self.back[number] == ABSENT]
            if old and new:
                yield old, new
            a, b = end_a + 1, end_b + 1

    def _known(self, which: Literal["old", "new"], numbers: tuple[int, ...]) -> tuple[int, ...]:
        """Labels that are equal for partners, and for those without that state the same."""
        parts, partners = (self.old.parts, self.to) if which == "old" else (self.new.parts, self.back)
        labels = []
        for number in numbers:
            paired = partners[number] != ABSENT
            labels.append((partners[number] if which == "old" else number) if paired else -1 - parts[number].sign)
        return tuple(labels)

    def _part(self, which: Literal["old", "new"], number: int) -> Part:
        return (self.old if which == "old" else self.new).parts[number]

    def behind(self, which: Literal["old", "new"], number: int) -> Any:
        """Equal for those that state the same and read the same."""
        part = self._part(which, number)
        return part.sign, self._known(which, part.named)

    def before(self, which: Literal["old", "new"], number: int) -> Any:
        """Equal for those that state the same and are read by the same."""
        side = self.old if which == "old" else self.new
        return side.parts[number].sign, tuple(sorted(self._known(which, side.readers[number])))

    def among(self, which: Literal["old", "new"], number: int) -> Any:
        """Equal for those that state the same among the same neighbours."""
        return self.behind(which, number), self.before(which, number)

    def alike(self, which: Literal["old", "new"], number: int) -> Any:
        """Equal for those that state the same."""
        return self._part(which, number).sign

    def inner(self, which: Literal["old", "new"], number: int) -> Any:
        """Equal for those that state the same under the same name in some block; outside of blocks, to nothing."""
        part = self._part(which, number)
        block, _, name = part.path.rpartition(".")
        return (part.sign, name) if block else (which, number)

    def named(self, which: Literal["old", "new"], number: int) -> Any:
        """Equal for those with the same op and the same name in some block; outside of blocks, to nothing."""
        part = self._part(which, number)
        block, _, name = part.path.rpartition(".")
        return (part.op, name) if block else (which, number)

    def by_block(self) -> None:
        """Pair what stands at the same place in blocks of which other layers were paired."""
        heads: dict[str, str] = {}
        for number, other in self._renames():
            mine, theirs = heads_of(self.old.parts[number].path, self.new.parts[other].path)
            heads.setdefault(mine, theirs)
        if not heads:
            return
        known = {part.path: number for number, part in enumerate(self.new.parts) if self.back[number] == ABSENT}
        for number, part in enumerate(self.old.parts):
            if self.to[number] == ABSENT:
                other = known.get(_renamed(part.path, heads), ABSENT)
                if other != ABSENT and self.back[other] == ABSENT and self.new.parts[other].op == part.op:
                    self.pair(number, other)

    def _renames(self) -> list[tuple[int, int]]:
        pairs = [(number, other) for number, other in enumerate(self.to) if other != ABSENT]
        return [pair for pair in pairs if self.old.parts[pair[0]].path != self.new.parts[pair[1]].path]

    def _among_partners(self, old: int, new: int) -> bool:
        """Whether the neighbours of two are partners of each other."""
        partners = [self.to[source] for source in self.old.parts[old].sources]
        readers = sorted(self.to[reader] for reader in self.old.readers[old])
        return partners == [*self.new.parts[new].sources] and readers == [*self.new.readers[new]]

    def doubt(self) -> None:
        """Part those of one block from those of another where too few are paired: one went and another came."""
        renames = self._renames()
        heads = {pair: heads_of(self.old.parts[pair[0]].path, self.new.parts[pair[1]].path) for pair in renames}
        paired = Counter(heads.values())
        mine, theirs = _inside(self.old), _inside(self.new)
        doubtful = []
        for pair, (head, other) in heads.items():
            if head == self.old.parts[pair[0]].path:  # its own name is another: what counts is where it stands
                head, other = heads_of(head.rpartition(".")[0], other.rpartition(".")[0])
                if head == other:
                    continue
            if 2 * paired[head, other] < min(mine[head], theirs[other]) and not self._among_partners(*pair):
                doubtful.append(pair)
        for old, new in doubtful:
            self.to[old] = self.back[new] = ABSENT


def _inside(side: Side) -> Counter[str]:
    """How many layers each block holds; the net itself has the name of no block."""
    found: Counter[str] = Counter()
    for part in side.parts:
        parts = part.path.split(".")
        found.update(".".join(parts[:length]) for length in range(len(parts)))
    return found


def aligned(old: Sequence[Any], new: Sequence[Any]) -> Iterator[tuple[int, int]]:
    """Places of equal tokens in two runs, in the order of both.

    >>> list(aligned("abcd", "xbcdd"))
    [(1, 1), (2, 2), (3, 4)]
    """
    start, a, b = 0, len(old), len(new)
    while start < min(a, b) and old[start] == new[start]:
        yield start, start
        start += 1
    tail = []
    while min(a, b) > start and old[a - 1] == new[b - 1]:
        a, b = a - 1, b - 1
        tail.append((a, b))
    if 0 < (a - start) * (b - start) <= _LARGEST:
        for match in SequenceMatcher(None, old[start:a], new[start:b], autojunk=False).get_matching_blocks():
            yield from ((start + match.a + step, start + match.b + step) for step in range(match.size))
    yield from reversed(tail)


def heads_of(old: str, new: str) -> tuple[str, str]:
    """What is left of two paths without the last parts that both have.

    >>> heads_of("layer1.0.conv1", "stage1.0.conv1"), heads_of("conv", "stem.conv")
    (('layer1', 'stage1'), ('', 'stem'))
    """
    mine, theirs = old.split("."), new.split(".")
    while mine and theirs and mine[-1] == theirs[-1]:
        del mine[-1], theirs[-1]
    return ".".join(mine), ".".join(theirs)


def _renamed(path: str, heads: dict[str, str]) -> str:
    """A path with its block renamed as others of it were; empty where none was."""
    parts = path.split(".")
    for length in range(len(parts), -1, -1):
        head = heads.get(".".join(parts[:length]))
        if head is not None:
            return ".".join([*([head] if head else []), *parts[length:]])
    return ""
