"""Where the numbers of a layer come from: a field of the spec, torch's default, the output of a layer before."""

from collections.abc import Iterator
from inspect import getdoc

from cnnshape.analysis.result import Analysis
from cnnshape.commands.explain.letters import Letter, Slot
from cnnshape.commands.explain.records import Given, Origin
from cnnshape.graph.graph import Node
from cnnshape.layers.base import Layer


def given(analysis: Analysis, node: Node, letter: Letter) -> Given:
    """A letter of a layer, with the origins of its value."""
    found = dict.fromkeys(origin for slot in letter.slots for origin in _origins(analysis, node, slot))
    return Given(letter.name, letter.value, tuple(found))


def place(analysis: Analysis, node: Node) -> Origin:
    """Where a layer stands, and the call of the block that it is in."""
    return Origin("", node.source.file, analysis.graph.mark(node))


def calls(node: Node) -> tuple[Origin, ...]:
    """The calls of blocks that lead to a layer, the innermost first."""
    blocks = [name for _, name in node.blocks]
    names = [f"block `{name}`" for name in blocks] + [""] * len(node.used_at)
    return tuple(
        Origin(name, source.file, source.mark(at, key=True))
        for name, (source, at) in zip(names, node.used_at, strict=False)
    )


def _origins(analysis: Analysis, node: Node, slot: Slot) -> Iterator[Origin]:
    owner, axis = slot
    if isinstance(owner, int):
        graph = analysis.graph
        value = node.sources[owner]
        batch = ", the batch" if axis == 0 and graph.shapes[value][0] == graph.batch else ""
        what = "the input " if value < len(graph.inputs) else ""
        yield Origin(f"axis {axis} of {what}`{graph.paths[value]}`{batch}")
        return
    while node.owner is not None:  # the fields of a layer that shares weights are those of their owner
        shared = analysis.graph.node(node.owner)
        assert shared is not None
        node = shared
    layer, stated = node.facts.layer, _stated(node, owner)
    if stated is not None:
        yield stated
    elif owner in (fields := type(layer).model_fields) and fields[owner].default == getattr(layer, owner):
        yield Origin(f"{owner}, {node.op}'s default")
    else:
        yield Origin(owner)


def _stated(node: Node, name: str) -> Origin | None:
    """The place of a field in the entry of a layer; None where the entry does not state it, or there is no file."""
    entry = node.source.mark(node.at, key=True)
    field = node.source.mark((*node.at, name), key=True)
    if field is None or field == entry:
        return None
    return Origin(name, node.source.file, field)


def source(layer: Layer) -> str:
    """The papers and pages that a layer follows, as its docstring names them.

    >>> from cnnshape.layers.linear import Linear
    >>> source(Linear(out_features=10))
    'torch.nn.Linear'
    """
    for kind in type(layer).__mro__:
        doc = getdoc(kind) if "__doc__" in vars(kind) else None
        _, word, text = (doc or "").partition("References:")
        if word:
            said = " ".join(text.partition("\n\n")[0].split()).replace("``", "").removesuffix(".")
            own = type(layer).torch_name
            if own and said.endswith("d") and own not in said:  # the base of three layers names that for images
                said = said.replace(f"{own[:-2]}2d", own)
            return said
    return ""
