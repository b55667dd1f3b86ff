"""What a comparison with torch finds, as data."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from cnnshape.core.display import Displayed


class Mismatch(NamedTuple):
    """A figure on which torch and we differ."""

    path: str
    """The layer; empty for the whole net."""
    figure: str
    ours: str
    torch: str


class Unchecked(NamedTuple):
    """What was not compared, and why."""

    path: str
    """The layer; empty for the whole net."""
    figure: str
    why: str


@dataclass(frozen=True)
class Verification(Displayed):
    """What a comparison with torch found."""

    name: str
    ops: Mapping[str, str]
    """The op of each layer of the net, by its path."""
    torch: str
    """The version."""
    device: str
    layers: int
    """Layers that torch built and ran."""
    figures: int
    """Figures that were compared."""
    mismatches: tuple[Mismatch, ...]
    unchecked: tuple[Unchecked, ...]
    recounted: tuple[str, ...]
    """Work that torch's own counter does not see, with the reason; it was counted in another form of the same."""

    @property
    def ok(self) -> bool:
        """Whether everything that was compared is equal."""
        return not self.mismatches


@dataclass
class Tally:
    """A comparison under way."""

    figures: int = 0
    mismatches: list[Mismatch] = field(default_factory=list)
    unchecked: list[Unchecked] = field(default_factory=list)

    def same(self, path: str, figure: str, ours: object, torch: object) -> bool:
        """Compare one figure; a difference is kept as text."""
        self.figures += 1
        if ours != torch:
            self.mismatches.append(Mismatch(path, figure, _shown(ours), _shown(torch)))
        return ours == torch

    def skip(self, path: str, figure: str, why: str) -> None:
        """Say that a figure is not compared."""
        self.unchecked.append(Unchecked(path, figure, why))


def _shown(value: object) -> str:
    if isinstance(value, int):
        return f"{value:,}"
    return "none" if value is None else str(value)


def runs(indices: Iterable[int]) -> str:
    """A set of indices in words, exactly.

    >>> runs([0, 1, 2, 4, 6, 7]), runs([])
    ('0..2 4 6..7', 'nothing')
    """
    found: list[list[int]] = []
    for index in sorted(indices):
        if found and found[-1][1] == index - 1:
            found[-1][1] = index
        else:
            found.append([index, index])
    return " ".join(str(first) if first == last else f"{first}..{last}" for first, last in found) or "nothing"


def axes(sets: Iterable[Iterable[int]]) -> str:
    """The indices along each axis in words.

    >>> axes([[0, 1, 2], [4]])
    '(0..2) x (4)'
    """
    return " x ".join(f"({runs(indices)})" for indices in sets)
