"""A net as what is matched: its inputs and layers in the order of the file, with who reads whom."""

from typing import Any, Final, NamedTuple

from cnnshape.analysis.result import Analysis

INPUT: Final = "input"
"""The op of an input, which no layer has."""

SHARED: Final = "shares"
"""The op of a layer that shares the weights of another, whatever that is."""


class Part(NamedTuple):
    """An input or a layer; parts with the same sign state the same."""

    path: str
    op: str
    sign: int
    sources: tuple[int, ...]
    """What it reads."""
    named: tuple[int, ...]
    """What it reads, and whose weights it shares."""


class Side(NamedTuple):
    """One of two nets; parts are numbered as the values of its graph are."""

    analysis: Analysis
    parts: tuple[Part, ...]
    readers: tuple[tuple[int, ...], ...]
    """Who reads each of them."""


class Signs:
    """Numbers for what layers state, the same for both nets."""

    def __init__(self) -> None:
        self._known: dict[Any, int] = {}

    def number(self, stated: Any) -> int:
        """The number of what is stated."""
        return self._known.setdefault(stated, len(self._known))


def side(analysis: Analysis, signs: Signs) -> Side:
    """The parts of a net; an input states nothing but that it is one."""
    graph = analysis.graph
    parts = [Part(name, INPUT, signs.number(INPUT), (), ()) for name in graph.inputs]
    texts: dict[int, str] = {}  # equal layers of one net are often one object
    for node in graph.nodes:
        layer = node.facts.layer
        if node.owner is not None:
            sign, named = signs.number(SHARED), (*node.sources, node.owner)
            parts.append(Part(node.path, SHARED, sign, node.sources, named))
            continue
        text = texts.get(id(layer)) or texts.setdefault(id(layer), repr(layer))
        sign = signs.number((node.op, text, node.trainable))
        parts.append(Part(node.path, node.op, sign, node.sources, node.sources))
    readers: list[list[int]] = [[] for _ in parts]
    for number, part in enumerate(parts):
        for source in part.sources:
            readers[source].append(number)
    return Side(analysis, tuple(parts), tuple(map(tuple, readers)))
