"""One diff as it is shown: that of a net, or a net that is in one of two places only."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from cnnshape.analysis.metrics import METRICS
from cnnshape.analysis.result import Analysis
from cnnshape.commands.diff.difference import Change, Diff, OutputPair, Pair
from cnnshape.core.bounds import Bound


class Entry(NamedTuple):
    """A net before and after; one of both is None where its spec was added or deleted."""

    old: Analysis | None
    new: Analysis | None
    old_file: str = ""
    """What the file is called, as the reader knows it."""
    new_file: str = ""
    diff: Diff | None = None
    """What became of it, where there are two."""

    @property
    def layers(self) -> tuple[Pair, ...]:
        """Every layer that is not as it was: what was done to it, or what followed."""
        if self.diff is not None:
            return tuple(pair for pair in self.diff.layers if pair.kinds or pair.affected)
        gone = tuple(Pair(record, None, ("removed",)) for record in self.old or ())
        return gone or tuple(Pair(None, record, ("added",)) for record in self.new or ())

    @property
    def changes(self) -> tuple[Change, ...]:
        """What was done; nothing of a net that is new or gone as a whole."""
        return self.diff.changes if self.diff is not None else ()

    @property
    def affected(self) -> tuple[Pair, ...]:
        """The layers with other figures because of that."""
        return self.diff.affected if self.diff is not None else ()

    @property
    def outputs(self) -> tuple[OutputPair, ...]:
        """Every output with what it sees; nothing of a net that is new or gone as a whole."""
        return self.diff.outputs if self.diff is not None else ()

    def bounds(self, key: str) -> tuple[Bound | None, Bound | None]:
        """Whether a metric of both nets is exact."""
        of = METRICS[key].bound
        old, new = (None if net is None or of is None else of.net(net) for net in (self.old, self.new))
        return old, new

    def total(self, key: str) -> tuple[Any, Any]:
        """A metric of both nets; None of one that there is not."""
        of = METRICS[key].net
        old, new = (None if net is None else of(net) for net in (self.old, self.new))
        return old, new


class Diffs(NamedTuple):
    """What became of some nets."""

    entries: Sequence[Entry]
    base: str = ""
    """The revision that they are compared with, where a branch is."""


def entries(found: Diff | Diffs) -> Sequence[Entry]:
    """The diffs that are shown; a single one has the names of its files."""
    if isinstance(found, Diffs):
        return found.entries
    old, new = found.old, found.new
    return [Entry(old, new, old.graph.file, new.graph.file, found)]
