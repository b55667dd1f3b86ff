"""The result of an analysis: a record per layer, and what is true of the whole net."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from typing_extensions import override

from cnnshape.analysis.flop_conventions import Convention
from cnnshape.analysis.layer import LayerRecord
from cnnshape.analysis.memory import Peak, Rule, most, peak
from cnnshape.analysis.setup import PLAIN, Setup
from cnnshape.analysis.totals import Totals
from cnnshape.core.dims import Shape
from cnnshape.core.display import Displayed
from cnnshape.core.errors import Problem, UsageError
from cnnshape.graph.graph import Graph

if TYPE_CHECKING:
    import pandas

    from cnnshape.analysis.findings import Finding
    from cnnshape.analysis.receptive.fields import Field, Merge
    from cnnshape.analysis.receptive.locality import Local
    from cnnshape.analysis.receptive.propagation import Walk
    from cnnshape.analysis.receptive.window import Reads


@dataclass(frozen=True, repr=False)
class Analysis(Displayed):
    """What a network is and costs, under one `Setup`.

    ``analysis["layer2.0.conv1"]`` is a `LayerRecord`; ``analysis.total`` holds the sums.
    """

    graph: Graph
    setup: Setup = PLAIN

    @override
    def __repr__(self) -> str:
        return f"Analysis({self.name}: {len(self.layers)} layers, batch={self.graph.batch}, dtype={self.dtype})"

    @override
    def __getstate__(self) -> dict[str, Any]:
        """Without the walk, whose caches no other process can take."""
        return {key: value for key, value in self.__dict__.items() if key != "_walk"}

    @property
    def name(self) -> str:
        """The name of the net."""
        return self.graph.name

    @property
    def dtype(self) -> str:
        """The type of every element."""
        return self.setup.dtype

    @cached_property
    def item(self) -> int:
        """Bytes of one element."""
        return self.setup.item

    @cached_property
    def convention(self) -> Convention:
        """The convention of FLOPs."""
        return self.setup.convention

    @property
    def memory(self) -> Rule:
        """The rule of the peak."""
        return self.setup.memory

    @cached_property
    def layers(self) -> tuple[LayerRecord, ...]:
        """A record for each layer, in the order of the file."""
        first = len(self.graph.inputs)
        return tuple([LayerRecord(self, value, node) for value, node in enumerate(self.graph.nodes, first)])

    def __getitem__(self, path: str) -> LayerRecord:
        """The record of a layer; raises `UsageError` for an input and where there is no such layer."""
        place = self.graph.number(path) - len(self.graph.inputs)
        if place < 0:
            raise UsageError(Problem(f"`{path}` is an input, there are records of layers only"))
        return self.layers[place]

    def __contains__(self, path: object) -> bool:
        """Whether there is a layer with this path."""
        return isinstance(path, str) and self.graph.numbers.get(path, -1) >= len(self.graph.inputs)

    def __len__(self) -> int:
        """How many layers there are."""
        return len(self.graph.nodes)

    def __iter__(self) -> Iterator[LayerRecord]:
        """The records, in the order of the file."""
        return iter(self.layers)

    @cached_property
    def total(self) -> Totals:
        """The sums over all layers."""
        return Totals(self.layers)

    @cached_property
    def outputs(self) -> dict[str, Shape]:
        """The shape of each output of the net."""
        return {self.graph.paths[value]: self.graph.shapes[value] for value in self.graph.outputs}

    @cached_property
    def peak_memory(self) -> Peak:
        """The largest live set of activations, with the step and the tensors that make it."""
        return peak(self.graph, self.item, self.memory)

    @cached_property
    def peak_bytes(self) -> int:
        """The bytes of `peak_memory` alone, for half the work."""
        bytes: int = most(self.graph, self.item, self.memory)
        return bytes

    @cached_property
    def depth(self) -> int:
        """The most convolutions and linear layers on one path to an output, whatever the path starts from."""
        return max(self.depths[value] for value in self.graph.outputs)

    @cached_property
    def depths(self) -> tuple[int, ...]:
        """The same for every value of the graph: the most on one path to it."""
        deepest = [0] * len(self.graph.inputs)
        for node in self.graph.nodes:
            below = max((deepest[source] for source in node.sources), default=0)
            deepest.append(below + node.facts.layer.weighted)
        return tuple(deepest)

    @cached_property
    def fields(self) -> "tuple[dict[str, tuple[Field, ...]], ...]":
        """Receptive fields by value: for each input of the net that it sees, a field per spatial axis."""
        from cnnshape.analysis.receptive.fields import summaries

        return summaries(self.graph, self._walk)

    @cached_property
    def last_maps(self) -> dict[str, tuple[LayerRecord, ...]]:
        """For each output the last layers on the ways to it whose positions have windows of their own, if there are.

        What every position sees beside its window, through squeeze-and-excite, does not matter.
        """
        from cnnshape.analysis.receptive.locality import last_maps

        first, graph = len(self.graph.inputs), self.graph
        found = {value: last_maps(graph, self.fields, value).values for value in graph.outputs}
        return {graph.paths[value]: tuple([self.layers[at - first] for at in maps]) for value, maps in found.items()}

    @cached_property
    def local_field(self) -> "Local":
        """What the outputs see at their last maps, over all of them, and over inputs and axes."""
        return self._local(self.graph.outputs)

    @cached_property
    def local_fields(self) -> "dict[str, Local]":
        """The same of each output."""
        return {self.graph.paths[value]: self._local((value,)) for value in self.graph.outputs}

    def _local(self, outputs: Iterable[int]) -> "Local":
        from cnnshape.analysis.receptive.locality import of_outputs

        return of_outputs(self.graph, self.fields, outputs)

    @cached_property
    def misaligned(self) -> "tuple[Merge, ...]":
        """Merges whose paths drift apart or are offset, with the offset in pixels."""
        from cnnshape.analysis.receptive.fields import misaligned

        return misaligned(self.graph, self._walk)

    @cached_property
    def mixed_batches(self) -> "tuple[Problem, ...]":
        """Attention over the batch, and reshapes after which axis 0 of an output is not the batch."""
        graph, batch = self.graph, (self.graph.batch,)
        plain = all(shape[:1] == batch for shape in self.outputs.values())
        if plain and all(node.op != "MultiheadAttention" for node in graph.nodes):
            return ()
        from cnnshape.analysis.batches import mixed_batches

        return mixed_batches(graph)

    @cached_property
    def findings(self) -> "tuple[Finding, ...]":
        """What is noticed about the net, each with an id: misaligned merges, mixed samples, what is not used."""
        from cnnshape.analysis.findings import findings

        return findings(self)

    @cached_property
    def _walk(self) -> "Walk":
        from cnnshape.analysis.receptive.propagation import Walk

        return Walk(self.graph)

    def window(self, path: str, position: Sequence[int | None]) -> "Reads":
        """Which pixels of each input one output position reads, borders included: a set of indices per spatial axis.

        ``position`` gives an index for each axis of the layer's output from axis 2 on, or from axis 1 on, as for the
        tokens of a sequence; None stands for all indices of an axis.  ``exact`` of what is returned says whether just
        these pixels are read, or at most these.
        """
        from cnnshape.analysis.receptive.window import window

        return window(self.graph, self.graph.number(path), position)

    def by_op(self) -> dict[str, Totals]:
        """The sums by op, in the order of first appearance."""
        groups: dict[str, list[LayerRecord]] = {}
        for record in self.layers:
            groups.setdefault(record.op, []).append(record)
        return {op: Totals(tuple(records)) for op, records in groups.items()}

    def by_block(self, level: int = 1) -> dict[str, Totals]:
        """The sums by the first ``level`` parts of the path, in the order of the file; raises `UsageError` below 1."""
        if level < 1:
            raise UsageError(Problem(f"level={level} is not a whole number from 1 up"))
        groups: dict[str, list[LayerRecord]] = {}
        for record in self.layers:
            groups.setdefault(".".join(record.path.split(".")[:level]), []).append(record)
        return {block: Totals(tuple(records)) for block, records in groups.items()}

    def frame(self) -> "pandas.DataFrame":
        """The records as a data frame, indexed by path; needs pandas."""
        from cnnshape.analysis.dataframe import frame

        return frame(self)
