"""Activation memory: what owns storage, and the largest sum of tensors that must exist at the same time.

The rule ``separate``: at a step there are its inputs, its output and everything needed later.  Inputs of the net live
to their last use, outputs to the end; the order is that of the file; weights are counted apart.  A view (a layer that
keeps order and number of elements) shares the storage of its input and keeps it alive.  Indices are int64.
The rule ``inplace``: besides, an elementwise layer writes over its input when nothing reads that later.
"""

from collections.abc import Iterator
from functools import reduce
from typing import Final, Literal, NamedTuple

from cnnshape.core.dims import Dim, equal, maximum, prod
from cnnshape.core.errors import UsageError, unknown
from cnnshape.graph.graph import Graph, Node

ITEMSIZES: Final[dict[str, int]] = {
    "float64": 8,
    "float32": 4,
    "float16": 2,
    "bfloat16": 2,
    "float8": 1,
    "int64": 8,
    "int32": 4,
    "int16": 2,
    "int8": 1,
    "uint8": 1,
}
"""Bytes of one element."""

INDEX_BYTES: Final = 8  # indices and counters are int64 whatever the dtype

Rule = Literal["separate", "inplace"]
RULES: Final[tuple[Rule, ...]] = ("separate", "inplace")


class Tensor(NamedTuple):
    """A tensor in memory and its size in bytes."""

    path: str
    bytes: int


class Peak(NamedTuple):
    """The most memory that activations need at one time."""

    bytes: int
    step: str
    """The layer at whose execution it is needed; the first where none is."""
    tensors: tuple[Tensor, ...]
    """What is in memory at that step, largest first."""


def itemsize(dtype: str) -> int:
    """Bytes of one element; raises `UsageError` for a dtype that is not known.

    >>> itemsize("bfloat16")
    2
    """
    if dtype not in ITEMSIZES:
        from cnnshape.graph.hints.dtypes import meant

        raise UsageError(unknown(f"there is no dtype `{dtype}`", dtype, ITEMSIZES, hint=meant(dtype)))
    return ITEMSIZES[dtype]


def rule(name: str) -> Rule:
    """The memory rule of this name; raises `UsageError` where there is none."""
    for known in RULES:
        if name == known:
            return known
    raise UsageError(unknown(f"there is no memory rule `{name}`", name, RULES))


def owns_storage(node: Node) -> bool:
    """Whether a layer's output is a tensor of its own: not a view, nor a learned tensor."""
    return not node.facts.layer.view and bool(node.sources)


def activation_elements(node: Node) -> int:
    """Elements that a layer's outputs own, indices included."""
    if not owns_storage(node):
        return 0
    indices = node.facts.indices
    return node.facts.elements + (prod(indices) if indices else 0)


def activation_bytes(node: Node, item: int) -> int:
    """Bytes that a layer's outputs own, indices included."""
    if not owns_storage(node):
        return 0
    indices = node.facts.indices
    return node.facts.elements * item + (prod(indices) * INDEX_BYTES if indices else 0)


class _Life:
    """The storages of a graph: size, owner's value, first and last step.  Step i runs ``graph.nodes[i]``."""

    def __init__(self, graph: Graph, item: int, rule: Rule) -> None:
        self.graph, self.item, self.rule = graph, item, rule
        self.sizes: list[int] = []
        self.names: list[str] = []
        self.born: list[int] = []
        self.last: list[int] = []
        self.busy: list[int] = []  # the last step that reads any value in it, as far as values are known
        self.of: list[int | None] = []  # storage by value; None: a learned tensor
        self.indices: dict[int, int] = {}  # storage of indices by value

    def new(self, name: str, size: int, step: int) -> int:
        self.sizes.append(size)
        self.names.append(name)
        self.born.append(step)
        self.last.append(step)
        self.busy.append(step)
        return len(self.sizes) - 1

    def live(self) -> Iterator[Dim]:
        """The bytes that are in memory at each step."""
        steps = len(self.graph.nodes)
        change = [0] * (steps + 2)
        for size, born, last in zip(self.sizes, self.born, self.last, strict=True):
            if last >= 0:  # an input that nothing reads is never in memory
                change[max(born, 0)] += size
                change[min(last, steps) + 1] -= size
        now = 0
        for step in range(steps):
            now += change[step]
            yield now

    def read(self, node: Node) -> list[int | None]:
        """The storages that a node reads, in the order of its inputs."""
        found = [self.of[source] for source in node.sources]
        if node.facts.layer.reads_indices:
            found[1] = self.indices[node.sources[1]]
        return found

    def trace(self) -> None:
        graph = self.graph
        ends = set(graph.outputs)
        reads = self._last_reads()
        for shape, name in zip(graph.inputs.values(), graph.inputs, strict=True):
            self.of.append(self.new(name, prod(shape) * self.item, -1))
        first = len(graph.inputs)
        for step, node in enumerate(graph.nodes):
            if not node.live:
                self.of.append(None)
                continue
            found = self.read(node)
            for storage in found:
                if storage is not None:
                    self.last[storage] = step
            storage = self._storage(node, step, found)
            if storage is not None:
                self.busy[storage] = max(self.busy[storage], reads.get(first + step, step))
            self.of.append(storage)
            if node.facts.indices:
                size = prod(node.facts.indices) * INDEX_BYTES
                self.indices[first + step] = self.new(f"{node.path} (indices)", size, step)
        for value in ends:
            storage = self.of[value]
            if storage is not None:
                self.last[storage] = len(graph.nodes)

    def _last_reads(self) -> dict[int, int]:
        """The last step that reads each value directly, not its indices; the end for outputs."""
        found: dict[int, int] = {}
        if self.rule == "inplace":
            for step, node in enumerate(self.graph.nodes):
                if node.live:
                    read = node.sources[:1] if node.facts.layer.reads_indices else node.sources
                    found.update(dict.fromkeys(read, step))
            found.update(dict.fromkeys(self.graph.outputs, len(self.graph.nodes)))
        return found

    def _storage(self, node: Node, step: int, found: list[int | None]) -> int | None:
        if not node.sources:
            return None
        if node.facts.layer.view:
            return found[0]
        size = node.facts.elements * self.item
        if self.rule == "inplace" and node.facts.layer.in_place and self._free(node.sources[0], step, size):
            return found[0]
        return self.new(node.path, size, step)

    def _free(self, source: int, step: int, size: int) -> bool:
        """Whether the storage of a value may be written over: it is ours and nothing in it is read after this step."""
        storage = self.of[source]
        return (
            storage is not None
            and self.born[storage] >= 0
            and self.busy[storage] <= step
            and bool(equal(self.sizes[storage], size))
        )


def peak(graph: Graph, item: int, rule: Rule = "separate") -> Peak:
    """The largest live set of activations, in bytes, for elements of ``item`` bytes; linear in the size of the net."""
    life = _Life(graph, item, rule)
    life.trace()
    most, at = 0, 0
    for step, now in enumerate(life.live()):
        if now > most:
            most, at = now, step
    tensors = [
        Tensor(name, size)
        for name, size, born, last in zip(life.names, life.sizes, life.born, life.last, strict=True)
        if born <= at <= last and size
    ]
    tensors.sort(key=lambda tensor: -tensor.bytes)
    return Peak(most, graph.nodes[at].path if graph.nodes else "", tuple(tensors))


def most(graph: Graph, item: int, rule: Rule = "separate") -> Dim:
    """The bytes of `peak` alone, which may be open."""
    life = _Life(graph, item, rule)
    life.trace()
    return reduce(maximum, life.live(), 0)
