"""Random edits of a flat net, and what they come to.

Layers are told apart by numbers that no edit changes; what became of each is read from these, never from paths.
"""

from dataclasses import dataclass, field
from typing import Any

import yaml
from hypothesis import strategies as st

import cnnshape
from cnnshape.analysis.result import Analysis
from cnnshape.commands.expand.expand import expanded

FRESH = ("Softsign", "Mish", "Tanh", "LogSigmoid")  # ops that no random spec has


@dataclass
class Net:
    """A flat net; sources are numbers of layers, or names of inputs."""

    inputs: dict[str, list[int]]
    order: list[int]
    paths: dict[int, str]
    entries: dict[int, dict[str, Any]]
    sources: dict[int, list[Any]]
    shares: dict[int, int]
    outputs: list[Any]
    unused: list[int]
    shapes: dict[Any, tuple[int, ...]]
    kinds: dict[int, set[str]] = field(default_factory=dict)
    fields: dict[int, dict[str, Any]] = field(default_factory=dict)
    held: set[Any] = field(default_factory=set)
    """What no further edit may touch."""

    def name(self, value: Any) -> str:
        return value if isinstance(value, str) else self.paths[value]

    def spec(self) -> dict[str, Any]:
        layers = {}
        for number in self.order:
            entry = dict(self.entries[number])
            if number in self.shares:
                entry["shares"] = self.name(self.shares[number])
            layers[self.paths[number]] = entry | {"from": [self.name(value) for value in self.sources[number]]}
        found = {"cnnshape": 1, "inputs": self.inputs, "layers": layers}
        found["outputs"] = [self.name(value) for value in self.outputs]
        return found | {"unused": [self.paths[number] for number in self.unused]}

    def readers(self, value: Any) -> list[int]:
        return [number for number in self.order if value in self.sources[number]]

    def reroute(self, old: Any, new: Any, but: tuple[int, ...] = ()) -> None:
        """Who read one value reads another."""
        for number in self.order:
            if number not in but:
                self.sources[number] = [new if value == old else value for value in self.sources[number]]
        self.outputs = [new if value == old else value for value in self.outputs]

    def note(self, number: int, kind: str, **fields: Any) -> None:
        self.kinds.setdefault(number, set()).add(kind)
        self.fields.setdefault(number, {}).update(fields)

    def signed(self, number: int) -> str:
        """What a layer states."""
        return repr((self.entries[number], number in self.shares))


def flat(analysis: Analysis) -> Net:
    """An analysed net, flat."""
    graph = analysis.graph
    data = yaml.safe_load(expanded(graph))
    first = len(graph.inputs)
    numbers = list(range(len(graph.nodes)))

    def value(number: int) -> Any:
        return graph.paths[number] if number < first else number - first

    entries = {}
    for number, node in enumerate(graph.nodes):
        entry = data["layers"][node.path]
        entry = {"op": entry} if isinstance(entry, str) else entry
        entries[number] = {key: held for key, held in entry.items() if key not in ("from", "shares")}
    return Net(
        inputs={name: list(shape[1:]) for name, shape in graph.inputs.items()},
        order=numbers,
        paths={number: graph.nodes[number].path for number in numbers},
        entries=entries,
        sources={number: [value(source) for source in graph.nodes[number].sources] for number in numbers},
        shares={number: node.owner - first for number, node in enumerate(graph.nodes) if node.owner is not None},
        outputs=[value(output) for output in graph.outputs],
        unused=[number for number in numbers if not graph.nodes[number].live],
        shapes={value(number): shape for number, shape in enumerate(graph.shapes)},
    )


def _free(net: Net, numbers: list[int]) -> list[int]:
    return [number for number in numbers if number not in net.held]


def _passes(net: Net, number: int) -> bool:
    """Whether a layer can be taken out: it keeps the shape, and nobody shares its weights."""
    sources = net.sources[number]
    keeps = len(sources) == 1 and net.shapes[sources[0]] == net.shapes[number]
    return keeps and number not in net.shares.values() and number not in net.unused and len(net.order) > 2


def added(draw: st.DrawFn, net: Net) -> None:
    """Put a layer behind another."""
    before = draw(st.sampled_from(net.order))
    number = max(net.paths) + 1
    block = net.paths[before].rpartition(".")[0] if draw(st.booleans()) else ""
    net.paths[number] = f"{block}.new{number}".lstrip(".")
    net.entries[number], net.shapes[number] = {"op": draw(st.sampled_from(FRESH))}, net.shapes[before]
    net.reroute(before, number)
    net.sources[number] = [before]
    net.order.insert(net.order.index(before) + 1, number)
    if before in net.unused:
        net.unused.append(number)
    net.held.add(number)
    net.note(number, "added")


def removed(draw: st.DrawFn, net: Net) -> None:
    """Take a layer out."""
    renamed = {net.signed(number) for number, kinds in net.kinds.items() if "renamed" in kinds}
    found = [n for n in _free(net, net.order) if _passes(net, n) and net.signed(n) not in renamed]
    if found:
        number = draw(st.sampled_from(found))
        net.order.remove(number)
        net.reroute(number, net.sources[number][0])
        net.note(number, "removed")


def _name(net: Net, number: int, path: str) -> None:
    net.paths[number] = path
    net.note(number, "renamed")


def renamed(draw: st.DrawFn, net: Net) -> None:
    """Give a layer another name in its block; one that another has passed might as well have moved itself."""
    if any("moved" in kinds for kinds in net.kinds.values()):
        return
    gone = {net.signed(number) for number, kinds in net.kinds.items() if "removed" in kinds}
    found = [number for number in _free(net, net.order) if net.signed(number) not in gone and number not in net.kinds]
    if found:
        number = draw(st.sampled_from(found))
        block = net.paths[number].rpartition(".")[0]
        _name(net, number, f"{block}.other{number}".lstrip("."))
        net.held.add(number)


def renamed_block(draw: st.DrawFn, net: Net) -> None:
    """Give a block another name, if nothing has been done to its layers."""
    gone = {net.signed(number) for number, kinds in net.kinds.items() if "removed" in kinds}
    blocks: dict[str, list[int]] = {}
    for number in net.order:
        parts = net.paths[number].split(".")
        for length in range(1, len(parts)):
            blocks.setdefault(".".join(parts[:length]), []).append(number)
    found = [
        block
        for block, numbers in blocks.items()
        if not any(number in net.held or number in net.kinds or net.signed(number) in gone for number in numbers)
    ]
    if found:
        block = draw(st.sampled_from(sorted(found)))
        head = block.rpartition(".")[0]
        for number in blocks[block]:
            _name(net, number, f"{head}.stage{blocks[block][0]}".lstrip(".") + net.paths[number].removeprefix(block))


SETTINGS: dict[str, list[tuple[str, Any, Any]]] = {
    "Conv2d": [("bias", False, True), ("padding_mode", "reflect", "zeros"), ("padding_mode", "circular", "zeros")],
    "BatchNorm2d": [("eps", 0.25, 0.00001), ("momentum", 0.5, 0.1), ("track_running_stats", False, True)],
    "AvgPool2d": [("count_include_pad", False, True), ("ceil_mode", True, False)],
}


def changed(draw: st.DrawFn, net: Net) -> None:
    """Set a field of a layer, or another op where it keeps the shape whatever it is."""
    found = [n for n in _free(net, net.order) if n not in net.shares and "renamed" not in net.kinds.get(n, ())]
    if not found:
        return
    number = draw(st.sampled_from(found))
    entry = net.entries[number]
    op = entry["op"]
    net.held.add(number)
    if op in SETTINGS:
        name, value, default = draw(st.sampled_from(SETTINGS[op]))
        before = entry.get(name, default)
        after = value if before != value else default
        net.entries[number] = entry | {name: after}
        net.note(number, "changed", **{name: (before, after)})
    elif op in ("ReLU", "Hardswish", "Sigmoid", "Identity"):
        after = draw(st.sampled_from(FRESH))
        net.entries[number] = entry | {"op": after}
        net.note(number, "changed", op=(op, after))


def rewired(draw: st.DrawFn, net: Net) -> None:
    """Let a layer read something else of the same shape."""
    found = []
    for place, number in enumerate(net.order):
        for source in net.sources[number]:
            for other in net.order[:place]:
                fits = other != source and net.shapes[other] == net.shapes[source] and net.sources[number] == [source]
                if fits and not {number, source, other} & net.held and not isinstance(source, str):
                    found.append((number, source, other))
    found = [each for each in found if len(net.readers(each[1])) > 1]  # nothing ends up unread
    if found:
        number, source, other = draw(st.sampled_from(found))
        net.sources[number] = [other]
        net.held |= {number, source, other}
        net.note(number, "changed", **{"from": None})


def moved(draw: st.DrawFn, net: Net) -> None:
    """Take a layer out and put it behind another, so far away that nothing else can be meant."""
    if any("moved" in kinds for kinds in net.kinds.values()):
        return
    calm = [number for number in net.order if number not in net.kinds]
    found = []
    for number in _free(net, calm):
        for other in calm:
            away = abs(net.order.index(other) - net.order.index(number))
            if _passes(net, number) and away > 3 and net.shapes[other] == net.shapes[number]:
                found.append((number, other))
    if found:
        number, other = draw(st.sampled_from(found))
        net.order.remove(number)
        net.reroute(number, net.sources[number][0])
        net.reroute(other, number)
        net.sources[number] = [other]
        net.order.insert(net.order.index(other) + 1, number)
        net.held |= {number, other}
        net.note(number, "moved")


EDITS = (rewired, changed, removed, renamed_block, moved, renamed, added)


@st.composite
def edited(draw: st.DrawFn, specs: st.SearchStrategy[dict[str, Any]]) -> tuple[Analysis, Net]:
    """A net and the same after some edits."""
    old = cnnshape.analyze(draw(specs))
    net = flat(old)
    chosen = draw(st.lists(st.sampled_from(EDITS), max_size=6))
    for edit in sorted(chosen, key=EDITS.index):
        edit(draw, net)
    return old, net
