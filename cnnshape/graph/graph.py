"""A network as a graph with shapes: inputs, nodes in the order of the file, outputs.  Made by `cnnshape.graph.build`.

Values are numbered: first the inputs, then one for each node, so ``graph.nodes[i]`` makes the value
``len(graph.inputs) + i``.  A node reads values with smaller numbers only; order is data flow and no cycle can be.
"""

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from cnnshape.core.dims import Shape
from cnnshape.core.errors import Mark, Problem, UsageError, unknown
from cnnshape.layers.facts import Facts
from cnnshape.spec.yaml.source import At, Source

if TYPE_CHECKING:
    import networkx


class Node(NamedTuple):
    """One layer at its place."""

    path: str
    op: str
    facts: Facts
    sources: tuple[int, ...]
    """The values it reads, in the order of ``from``."""
    source: Source = Source()
    """The text that states it: the spec's, or that of a block from another file."""
    at: At = ()
    """The keys that lead to the layer in that text."""
    used_at: tuple[tuple[Source, At], ...] = ()
    """The calls of blocks that lead to it, the innermost first."""
    blocks: tuple[tuple[str, str], ...] = ()
    """The copies of blocks that it stands in, the innermost first: the path of each, and the name of the block."""
    trainable: bool = True
    owner: int | None = None
    """The value of the layer whose weights it uses, where it ``shares`` them."""
    live: bool = True
    """Whether it reaches an output; a layer that does not is named in ``unused``."""
    ignore: frozenset[str] = frozenset()
    """The warnings that are not shown for it: its own, those of the calls that lead to it, and those of the net."""

    @property
    def top(self) -> str:
        """The entry of the net's own layers that it belongs to."""
        at = self.used_at[-1][1] if self.used_at else self.at
        return str(at[1]) if at else self.path


@dataclass(frozen=True)
class Graph:
    """A network with the shape of every value; all shapes are full, batch first."""

    name: str
    inputs: dict[str, Shape]
    nodes: tuple[Node, ...]
    outputs: tuple[int, ...]
    batch: int = 1
    file: str = ""
    notes: tuple[Problem, ...] = field(default=(), compare=False)
    """What the spec says for nothing: variables and blocks that nothing names, inputs that nothing reads."""
    ignore: frozenset[str] = frozenset()
    """The warnings that are not shown for the net."""

    @cached_property
    def paths(self) -> tuple[str, ...]:
        """The name of every value: of inputs, then of nodes."""
        return (*self.inputs, *(node.path for node in self.nodes))

    @cached_property
    def numbers(self) -> dict[str, int]:
        """The number of every value by its name."""
        return {path: number for number, path in enumerate(self.paths)}

    def number(self, path: str) -> int:
        """The number of the value with this path; raises `UsageError` where there is none."""
        if path not in self.numbers:
            inside = [known for known in self.paths if known.startswith(f"{path}.")]
            hint = f"it is a block, its last layer is `{inside[-1]}`" if inside else ""
            raise UsageError(unknown(f"there is no layer `{path}`", path, self.numbers, hint=hint))
        return self.numbers[path]

    def mark(self, node: Node) -> Mark | None:
        """Where a layer stands in its file; None for a net that comes from no file."""
        return node.source.mark(node.at, key=True)

    def node(self, value: int) -> Node | None:
        """The node that makes a value; None for an input."""
        place = value - len(self.inputs)
        return self.nodes[place] if place >= 0 else None

    @cached_property
    def shapes(self) -> tuple[Shape, ...]:
        """The shape of every value."""
        return (*self.inputs.values(), *(node.facts.output for node in self.nodes))

    def to_networkx(self) -> "networkx.DiGraph[str]":
        """The graph for networkx: nodes by path with ``op`` and ``output``, edges with the place in ``from``."""
        import networkx

        found: networkx.DiGraph[str] = networkx.DiGraph(name=self.name)
        for path, shape in self.inputs.items():
            found.add_node(path, op="input", output=shape)
        for node in self.nodes:
            found.add_node(node.path, op=node.op, output=node.facts.output)
        for node in self.nodes:
            for place, source in enumerate(node.sources):
                found.add_edge(self.paths[source], node.path, place=place)
        return found


def loop(edges: list[tuple[str, str]], name: str, source: str) -> list[str]:
    """The loop that closes when ``name`` reads ``source``, if these edges lead from one to the other.

    >>> loop([("a", "b"), ("b", "c")], "a", "c")
    ['a', 'b', 'c', 'a']
    """
    import networkx

    graph: networkx.DiGraph[str] = networkx.DiGraph()
    graph.add_edges_from(edges)  # its constructor warns where pandas is not installed
    if name in graph and source in graph and networkx.has_path(graph, name, source):
        return [*networkx.shortest_path(graph, name, source), name]
    return []
