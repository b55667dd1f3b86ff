"""What each convention says of a net, and where it departs from the MACs: a sum of named reasons."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from typing_extensions import Unpack, override

from cnnshape.analysis import analyze
from cnnshape.analysis.flop_conventions import CONVENTIONS, Convention, Tool, convention
from cnnshape.analysis.result import Analysis
from cnnshape.analysis.setup import SetupOptions, Source
from cnnshape.core.display import Displayed
from cnnshape.graph.graph import Graph
from cnnshape.layers import BUILTIN

if TYPE_CHECKING:
    from cnnshape.analysis.tools.difference import Kind


class Reason(NamedTuple):
    """Why a convention counts more than the MACs, or less."""

    name: str
    amount: int
    """How much more, over all layers that it concerns."""
    kind: "Kind"
    """``rule`` where it is meant so, ``error`` where the tool is wrong, ``raises`` where it gives up."""
    layers: int
    """How many layers it concerns."""


@dataclass(frozen=True, slots=True, repr=False)
class Saying:
    """What one convention says of a net."""

    convention: Convention
    macs: int
    """Ours."""
    reasons: tuple[Reason, ...]
    """The largest first; with the MACs they add up to the total."""
    own: tuple[str, ...]
    """Ops that the tool's table cannot know, since they are not of this package; their MACs are taken as ours."""

    @override
    def __repr__(self) -> str:
        total = "raises" if self.total is None else f"{self.total:,} {self.convention.word}"
        return f"Saying({self.convention.name}: {total})"

    @property
    def version(self) -> str | None:
        """The version of the tool; None where the convention is no tool's."""
        return self.convention.version if isinstance(self.convention, Tool) else None

    @property
    def difference(self) -> int:
        """How much more than the MACs it counts."""
        return sum(reason.amount for reason in self.reasons)

    @property
    def total(self) -> int | None:
        """What it says; None where the tool raises."""
        return None if any(reason.kind == "raises" for reason in self.reasons) else self.macs + self.difference


@dataclass(frozen=True, slots=True, repr=False)
class Sayings(Displayed):
    """What several conventions say of a net, one after another."""

    net: Analysis
    rows: tuple[Saying, ...]

    @override
    def __repr__(self) -> str:
        return f"Sayings({', '.join(map(repr, self.rows))})"

    def __iter__(self) -> Iterator[Saying]:
        """What each says, in order."""
        return iter(self.rows)

    def __len__(self) -> int:
        """How many there are."""
        return len(self.rows)

    def __getitem__(self, place: int) -> Saying:
        """What the one at this place says."""
        return self.rows[place]


def compare_conventions(
    source: Source | Graph | Analysis, names: Sequence[str] | None = None, **options: Unpack[SetupOptions]
) -> Sayings:
    """What each convention, or those named, says of a net; raises `UsageError` for one that there is not.

    The options are those of `analyze`, and what that raises is raised here, too.

    >>> layers = {"conv": {"op": "Conv2d", "out_channels": 4, "kernel_size": 3}, "bn": "BatchNorm2d"}
    >>> net = {"cnnshape": 1, "input": [3, 8, 8], "layers": layers}
    >>> (thop,) = compare_conventions(net, ["thop"])
    >>> thop.macs, thop.total, thop.reasons[0].name
    (3888, 4464, 'normalisation: 4 per element, 2 without weight')
    """
    net = analyze(source, **options)
    return Sayings(net, tuple([_saying(net, convention(name)) for name in (CONVENTIONS if names is None else names)]))


def _saying(net: Analysis, chosen: Convention) -> Saying:
    amounts: dict[tuple[str, Kind], list[int]] = {}
    own: set[str] = set()
    for record in net:
        if not record.node.live:
            continue
        if isinstance(chosen, Tool) and record.op not in BUILTIN:
            own.add(record.op)
        for name, amount, kind in chosen.terms(record.node.facts):
            if amount or kind == "raises":
                amounts.setdefault((name, kind), []).append(amount)
    reasons = [Reason(name, sum(each), kind, len(each)) for (name, kind), each in amounts.items()]
    reasons.sort(key=lambda each: (each.kind != "raises", -abs(each.amount), each.kind == "error", each.name))
    return Saying(chosen, net.total.macs, tuple(reasons), tuple(sorted(own)))
