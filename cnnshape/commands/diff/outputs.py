"""The outputs of two nets: which of one is which of the other, and what each sees."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from cnnshape.analysis.result import Analysis
from cnnshape.commands.diff.pairs import Pair

if TYPE_CHECKING:
    from cnnshape.analysis.receptive.fields import Field
    from cnnshape.analysis.receptive.locality import Local


class Sight(NamedTuple):
    """What one output of a net sees."""

    path: str
    local: "Local"
    maps: "tuple[dict[str, tuple[Field, ...]], ...]"
    """The fields of its last maps."""


class OutputPair(NamedTuple):
    """An output before and after; one of both is None where it was added or removed."""

    old: Sight | None
    new: Sight | None

    @property
    def changed(self) -> bool:
        """Whether it sees something else than before, whatever it is called."""
        return self.old is not None and self.new is not None and self.old[1:] != self.new[1:]


def output_pairs(old: Analysis, new: Analysis, layers: Sequence[Pair]) -> tuple[OutputPair, ...]:
    """The outputs of two nets whose layers are paired like this, in the order of the new one, then those that went."""
    to = {pair.new.path: pair.old.path for pair in layers if pair.old and pair.new}
    mine, theirs = _sights(old), _sights(new)
    found = [OutputPair(mine.pop(to.get(path, ""), None), sight) for path, sight in theirs.items()]
    return (*found, *(OutputPair(sight, None) for sight in mine.values()))


def _sights(net: Analysis) -> dict[str, Sight]:
    return dict(_each(net))


def _each(net: Analysis) -> Iterator[tuple[str, Sight]]:
    for path, maps in net.last_maps.items():
        yield path, Sight(path, net.local_fields[path], tuple([record.receptive_field for record in maps]))
