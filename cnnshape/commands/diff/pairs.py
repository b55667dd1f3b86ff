"""What became of each layer: what it states otherwise, and whether it reads something else."""

from collections.abc import Iterator, Mapping
from typing import Any, Final, Literal, NamedTuple

from cnnshape.analysis.layer import LayerRecord
from cnnshape.analysis.metrics import METRICS
from cnnshape.commands.diff.matching import ABSENT
from cnnshape.commands.diff.reading import Reading
from cnnshape.commands.diff.sides import Side
from cnnshape.layers.base import Layer
from cnnshape.layers.entries import written

Kind = Literal["added", "removed", "changed", "moved", "renamed"]

_FIGURES: Final = ("output", "ops", "params", "trainable_params", "buffers", "activation_elements", "conv_activations")


class Pair(NamedTuple):
    """A layer before and after; one of both is None where it was added or removed."""

    old: LayerRecord | None
    new: LayerRecord | None
    kinds: tuple[Kind, ...] = ()
    """What happened to it; nothing where it only follows what happened to others, or nothing at all did."""
    fields: Mapping[str, tuple[Any, Any]] = {}
    """What it states otherwise: fields of its op, ``op``, ``trainable``, ``from`` and ``shares``, old and new."""

    @property
    def path(self) -> str:
        """Where it is, or was."""
        record = self.new or self.old
        assert record
        return record.path

    def change(self, metric: str) -> int:
        """How much more of a metric that adds up over layers it has than before."""
        of = METRICS[metric].layer
        assert of
        return (of(self.new) if self.new else 0) - (of(self.old) if self.old else 0)

    @property
    def differs(self) -> bool:
        """Whether any of its figures or its output is not what it was."""
        return any(getattr(self.old, name, None) != getattr(self.new, name, None) for name in _FIGURES)

    @property
    def affected(self) -> bool:
        """Whether it has other figures though it states what it did."""
        return not {*self.kinds} - {"renamed"} and self.differs


def pairs(old: Side, new: Side, reading: Reading) -> tuple[Pair, ...]:
    """What became of each layer, in the order of the new file; what was removed follows what it stood behind."""
    back = {other: number for number, other in enumerate(reading.to) if other != ABSENT}
    gone: dict[int, list[Pair]] = {}
    last = ABSENT
    for number, other in enumerate(reading.to):
        if other == ABSENT:
            if record := _record(old, number):
                gone.setdefault(last, []).append(Pair(record, None, ("removed",)))
        elif number not in reading.moved:
            last = other
    found = gone.get(ABSENT, [])
    for number in range(len(new.parts)):
        if record := _record(new, number):
            found.append(_pair(old, new, reading, back[number], number) if number in back else _added(record))
        found += gone.get(number, [])
    return tuple(found)


def _record(side: Side, number: int) -> LayerRecord | None:
    """The record of a layer; None for an input."""
    place = number - len(side.analysis.graph.inputs)
    return side.analysis.layers[place] if place >= 0 else None


def _added(record: LayerRecord) -> Pair:
    return Pair(None, record, ("added",))


def _pair(old: Side, new: Side, reading: Reading, before: int, after: int) -> Pair:
    mine, theirs = _record(old, before), _record(new, after)
    assert mine
    assert theirs
    kinds: list[Kind] = ["renamed"] if mine.path != theirs.path else []
    fields = dict(_stated(mine, theirs, reading))
    read = (mine.inputs, theirs.inputs)
    if before in reading.moved:
        kinds.append("moved")
        if [reading.to[source] for source in mine.node.sources] != [*theirs.node.sources]:
            fields["from"] = read
    elif not reading.all_same(mine.node.sources, theirs.node.sources):
        fields["from"] = read
    if fields.keys() - ({"from"} if "moved" in kinds else set()):
        kinds.append("changed")
    return Pair(mine, theirs, tuple(kinds), fields)


def _stated(old: LayerRecord, new: LayerRecord, reading: Reading) -> Iterator[tuple[str, tuple[Any, Any]]]:
    """What a layer states otherwise, but for what it reads; what it shares is stated where that is."""
    mine, theirs = old.node.owner, new.node.owner
    if mine is not None and theirs is not None and reading.to[mine] == theirs:
        return
    if old.op != new.op:
        yield "op", (old.op, new.op)
    yield from _fields(old.node.facts.layer, new.node.facts.layer)
    if old.node.trainable != new.node.trainable:
        yield "trainable", (old.node.trainable, new.node.trainable)
    if (mine is None) != (theirs is None) or (mine is not None and theirs is not None):
        paths = old.analysis.graph.paths, new.analysis.graph.paths
        yield "shares", (None if mine is None else paths[0][mine], None if theirs is None else paths[1][theirs])


def _fields(old: Layer, new: Layer) -> Iterator[tuple[str, tuple[Any, Any]]]:
    """The fields with another value; of those that only one of two ops has, what is not as by default."""
    if old == new:
        return
    for key in {**old.__dict__, **new.__dict__}:
        both = key in old.__dict__ and key in new.__dict__
        if both and old.__dict__[key] != new.__dict__[key]:
            yield key, (written(old, key), written(new, key))
        elif not both:
            layer = old if key in old.__dict__ else new
            if layer.__dict__[key] != type(layer).model_fields[key].default:
                held = written(layer, key)
                yield key, (held, None) if layer is old else (None, held)
