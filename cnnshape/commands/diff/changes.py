"""Changes as people say them: a block that was renamed is one change, and so is one field in many layers."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Literal, NamedTuple

from cnnshape.analysis.layer import LayerRecord
from cnnshape.commands.diff.matching import heads_of
from cnnshape.commands.diff.pairs import Kind, Pair

Target = Literal["layer", "input", "outputs"]


class Change(NamedTuple):
    """One thing that was done to a net: to a layer, to the layers of a block, or to an input or the outputs."""

    kind: Kind
    old: str
    """Where it was done, in the old net: a path, or a pattern of paths; empty for what was added."""
    new: str
    """The same in the new net; empty for what was removed."""
    pairs: tuple[Pair, ...]
    """The layers it was done to; none for an input and for the outputs."""
    fields: Mapping[str, tuple[Any, Any]] = {}
    """What is stated otherwise, old and new, the same for all of the layers."""
    of: Target = "layer"
    """What it was done to."""

    def change(self, metric: str) -> int:
        """What it adds to a metric; each layer counts in one change, and a new name changes no figure."""
        return sum(pair.change(metric) for pair in self.pairs if _told(pair.kinds) == self.kind)


def _told(kinds: Iterable[Kind]) -> Kind:
    """Which of the things that happened to a layer its figures are said of."""
    order: tuple[Kind, ...] = ("changed", "moved", "added", "removed")
    return next((kind for kind in order if kind in kinds), "renamed")


def pattern(paths: Sequence[str]) -> str:
    """One name for some layers: parts that are not the same in all of them are a star.

    >>> pattern(["layer1.0.conv1", "layer1.1.conv1"]), pattern(["conv1", "layer1.0.conv1"]), pattern(["fc"])
    ('layer1.*.conv1', '**.conv1', 'fc')
    """
    split = [path.split(".") for path in paths]
    if len({len(parts) for parts in split}) == 1:
        return ".".join(column[0] if len({*column}) == 1 else "*" for column in zip(*split, strict=True))
    ahead = _common([parts[:-1] for parts in split])
    behind = _common([parts[len(ahead) :][::-1] for parts in split])[::-1]
    return ".".join([*ahead, "**", *behind])


def _common(lists: list[list[str]]) -> list[str]:
    """The parts with which all lists start."""
    found = []
    for column in zip(*lists, strict=False):
        if len({*column}) > 1:
            break
        found.append(column[0])
    return found


def changes(pairs: Sequence[Pair], old: Sequence[LayerRecord], new: Sequence[LayerRecord]) -> tuple[Change, ...]:
    """What was done to the layers, in the order of the file."""
    found = [
        *_blocks("added", [pair for pair in pairs if "added" in pair.kinds], new),
        *_blocks("removed", [pair for pair in pairs if "removed" in pair.kinds], old),
        *_renames([pair for pair in pairs if "renamed" in pair.kinds]),
        *_blocks("moved", [pair for pair in pairs if "moved" in pair.kinds], new),
        *_fields([pair for pair in pairs if "changed" in pair.kinds]),
    ]
    place = {pair: number for number, pair in enumerate(map(id, pairs))}
    return tuple(sorted(found, key=lambda change: place[id(change.pairs[0])]))


def _prefixes(path: str) -> Iterator[str]:
    """The blocks that a layer stands in, the outermost first."""
    parts = path.split(".")
    return (".".join(parts[:length]) for length in range(1, len(parts)))


def _blocks(kind: Kind, pairs: Sequence[Pair], side: Sequence[LayerRecord]) -> Iterator[Change]:
    """A change for each block to all of whose layers this was done, and for each layer that is in none."""
    if not pairs:
        return
    holds = Counter(block for record in side for block in _prefixes(record.path))
    done = Counter(block for pair in pairs for block in _prefixes(pair.path))

    def name(pair: Pair) -> str:
        return next((b for b in _prefixes(pair.path) if done[b] == holds[b] > 1), pair.path)

    for block, group in _grouped(pairs, name).items():
        before = block
        if kind == "moved" and group[0].old:  # under what name it stood before
            rest = group[0].path.removeprefix(block)
            before = group[0].old.path.removesuffix(rest)
        fields = next((pair.fields for pair in group if "from" in pair.fields), {}) if kind == "moved" else {}
        old, new = "" if kind == "added" else before, "" if kind == "removed" else block
        yield Change(kind, old, new, tuple(group), {key: fields[key] for key in fields if key == "from"})


def _grouped(pairs: Iterable[Pair], key: Callable[[Pair], Any]) -> dict[Any, list[Pair]]:
    found: dict[Any, list[Pair]] = {}
    for pair in pairs:
        found.setdefault(key(pair), []).append(pair)
    return found


def _paths(pair: Pair) -> tuple[str, str]:
    assert pair.old
    assert pair.new
    return pair.old.path, pair.new.path


def _renames(pairs: Sequence[Pair]) -> Iterator[Change]:
    """A change for each block with another name, and for the same new name of a layer in several blocks."""
    heads = _grouped(pairs, lambda pair: heads_of(*_paths(pair)))
    places: dict[Any, list[tuple[str, str]]] = {}
    for old, new in heads:
        ahead = len(_common([old.split("."), new.split(".")]))
        key = (".".join(old.split(".")[ahead:]), ".".join(new.split(".")[ahead:]))
        places.setdefault(key, []).append((old, new))
    for alike in places.values():
        group = [pair for head in alike for pair in heads[head]]
        if len(group) == 1:
            old, new = _paths(group[0])
        else:
            old, new = (pattern([head[side] for head in alike]) for side in (0, 1))
            if not (old and new):  # into a block, or out of it
                old, new = (f"{name}.*" if name else "*" for name in (old, new))
        yield Change("renamed", old, new, tuple(group))


def _fields(pairs: Sequence[Pair]) -> Iterator[Change]:
    """A change for each set of fields with the same old and new values."""

    def key(pair: Pair) -> str:
        return repr((pair.new and pair.new.op, _own(pair)))

    for group in _grouped(pairs, key).values():
        old, new = (pattern([_paths(pair)[side] for pair in group]) for side in (0, 1))
        yield Change("changed", old, new, tuple(group), _own(group[0]))


def _own(pair: Pair) -> dict[str, tuple[Any, Any]]:
    """What a layer states otherwise, but for what it reads only because it was moved."""
    return {key: held for key, held in pair.fields.items() if key != "from" or "moved" not in pair.kinds}
