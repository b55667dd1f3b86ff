"""Two nets and what became of each layer of the one in the other: added, removed, renamed, moved, changed."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from typing_extensions import Unpack, override

from cnnshape.analysis import analyze
from cnnshape.analysis.metrics import METRICS, OURS, metric
from cnnshape.analysis.result import Analysis
from cnnshape.analysis.setup import SetupOptions, Source
from cnnshape.commands.diff.changes import Change as Change
from cnnshape.commands.diff.changes import changes
from cnnshape.commands.diff.matching import ABSENT, matched
from cnnshape.commands.diff.outputs import OutputPair as OutputPair
from cnnshape.commands.diff.outputs import output_pairs
from cnnshape.commands.diff.pairs import Pair as Pair
from cnnshape.commands.diff.pairs import pairs
from cnnshape.commands.diff.reading import Reading
from cnnshape.commands.diff.sides import Side, Signs, side
from cnnshape.core.display import Displayed
from cnnshape.core.errors import Problem, UsageError
from cnnshape.graph.graph import Graph


@dataclass(frozen=True, repr=False)
class Diff(Displayed):
    """What is different between two nets; ``diff.changes`` is what was done, the rest follows from it."""

    old: Analysis
    new: Analysis
    layers: tuple[Pair, ...]
    """Every layer of both nets, in the order of the new file."""
    changes: tuple[Change, ...]
    """What was done, in the order of the file: to inputs, to layers, to the outputs."""

    @override
    def __repr__(self) -> str:
        return f"Diff({self.old.name} to {self.new.name}: {len(self.changes)} changes)"

    def __bool__(self) -> bool:
        """Whether anything is different."""
        return bool(self.changes)

    @cached_property
    def affected(self) -> tuple[Pair, ...]:
        """The layers that state what they did and have other figures, because of what stands before them."""
        return tuple(pair for pair in self.layers if pair.affected)

    @cached_property
    def totals(self) -> dict[str, tuple[Any, Any]]:
        """The metrics of the net, old and new, but for the conventions of other tools."""
        return {key: (METRICS[key].net(self.old), METRICS[key].net(self.new)) for key in OURS}

    @cached_property
    def outputs(self) -> tuple[OutputPair, ...]:
        """Every output of both nets with what it sees at its last maps, in the order of the new net."""
        return output_pairs(self.old, self.new, self.layers)

    def contributors(self, key: str = "macs") -> tuple[Pair, ...]:
        """The layers with another value of a metric than before, the largest change first.

        Raises `UsageError` for a metric that there is not, or that does not add up over layers.
        """
        summed(key)
        found = [(pair.change(key), pair) for pair in self.layers]
        return tuple(pair for _, pair in sorted(found, key=lambda each: -abs(each[0])) if _)


def summed(key: str) -> None:
    """Raise `UsageError` where this is no metric that adds up over layers."""
    if metric(key).layer is None:
        known = ", ".join(f"`{name}`" for name, each in METRICS.items() if each.layer)
        raise UsageError(Problem(f"`{key}` is of a net as a whole, no layer has a part of it", hint=f"known: {known}"))


Net = Source | Graph | Analysis


def diff(old: Net, new: Net, **options: Unpack[SetupOptions]) -> Diff:
    """What was done to a net: ``old`` and ``new`` are analyses, or what `analyze` makes one of with these options.

    Raises what `analyze` does, and `UsageError` for analyses under different settings.

    >>> conv = {"op": "Conv2d", "out_channels": 4, "kernel_size": 3}
    >>> net = {"cnnshape": 1, "input": [3, 8, 8], "layers": {"conv": conv, "relu": "ReLU"}}
    >>> wide = {**net, "layers": {"conv": {**conv, "out_channels": 8}, "act": "ReLU"}}
    >>> for change in diff(net, wide).changes:
    ...     print(change.kind, change.old, change.new, change.fields, change.change("params"))
    changed conv conv {'out_channels': (4, 8)} 112
    renamed relu act {} 0
    """
    before, after = (analyze(net, **options) for net in (old, new))
    _check_alike(before, after)
    signs = Signs()
    mine, theirs = side(before, signs), side(after, signs)
    reading = Reading(mine, theirs, matched(mine, theirs))
    found = pairs(mine, theirs, reading)
    done = (*_inputs(mine, theirs, reading), *changes(found, before.layers, after.layers))
    return Diff(before, after, found, (*done, *_outputs(mine, theirs, reading)))


def _check_alike(old: Analysis, new: Analysis) -> None:
    """Raise where figures would differ for another reason than the nets."""
    mine, theirs = ({"batch": net.graph.batch, **net.setup.counting} for net in (old, new))
    for name, value in mine.items():
        if value != theirs[name]:
            text = f"the old net is analysed with {name}={value}, the new one with {name}={theirs[name]}"
            raise UsageError(Problem(text, hint="a diff is of two analyses under the same settings"))


def _inputs(old: Side, new: Side, reading: Reading) -> Iterator[Change]:
    """What was done to the inputs; the batch is none of their sizes."""
    mine, theirs = old.analysis.graph.inputs, new.analysis.graph.inputs
    names = list(theirs)
    for number, (name, shape) in enumerate(mine.items()):
        other = reading.to[number]
        if other == ABSENT:
            yield Change("removed", name, "", (), of="input")
            continue
        if names[other] != name:
            yield Change("renamed", name, names[other], (), of="input")
        size = theirs[names[other]][1:]
        if size != shape[1:]:
            yield Change("changed", name, names[other], (), {"size": (shape[1:], size)}, "input")
    for number, name in enumerate(names):
        if number not in reading.to:
            yield Change("added", "", name, (), of="input")


def _outputs(old: Side, new: Side, reading: Reading) -> Iterator[Change]:
    """Another list of outputs, if they are not the same but for what was put behind them or taken away."""
    mine, theirs = old.analysis.graph.outputs, new.analysis.graph.outputs
    if not reading.all_same(mine, theirs):
        paths = tuple(old.parts[value].path for value in mine), tuple(new.parts[value].path for value in theirs)
        yield Change("changed", "outputs", "outputs", (), {"from": paths}, "outputs")
