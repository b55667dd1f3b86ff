"""Equal copies of a block are built once: a later one is an earlier one, moved.

A block sees nothing of the net around it but what a call hands in.  Two copies that depend on the same differ in paths,
in the numbers of their values and in the calls that lead to them; `again` puts these in, all else is shared.  A copy in
which something is wrong is never kept: every message comes from building.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from cnnshape.graph.graph import Node
from cnnshape.graph.scope import Scope, Use
from cnnshape.spec.blocks import Template

if TYPE_CHECKING:
    from cnnshape.graph.assembly import Assembly

Key = tuple[Any, ...] | None
"""All that a copy depends on; None for one that takes the weights of another, and is like none."""


class Extent(NamedTuple):
    """How far a net is."""

    values: int
    paths: int
    copies: int
    told: int

    @classmethod
    def of(cls, assembly: "Assembly") -> "Extent":
        """That of a net so far."""
        return cls(len(assembly.names), len(assembly.claimed), assembly.copies, assembly.problems.told)


class Built(NamedTuple):
    """A copy that was built without a problem, and how far the net was before and after."""

    scope: Scope
    start: Extent
    end: Extent


def depends(
    assembly: "Assembly", scope: Scope, template: Template, sources: Sequence[int], arguments: dict[str, Any],
    *, trainable: bool, ignore: frozenset[str],
) -> Key:  # fmt: skip
    """The key of a copy.

    Open numbers are as good as known ones: what a copy asks about them was asked for the earlier one.
    """
    if scope.shared is not None:
        return None
    reads = tuple([_handed(assembly, source) for source in sources])
    above = tuple([id(use.template) for use in scope.used])  # a block must not call itself, nor be too deep
    twice = tuple(map(sources.index, sources)) if len(sources) > 1 else ()
    return id(template), above, repr(arguments), trainable, reads, twice, ignore


def _handed(assembly: "Assembly", value: int) -> tuple[Any, ...]:
    """What a block may notice of a value that a call hands in: shape, indices of what image, the batch in it."""
    node = assembly.nodes[value - assembly.first] if value >= assembly.first else None
    pooled = node.facts.inputs[0] if node and node.facts.indices is not None else None
    return assembly.shapes[value], pooled, assembly.fed[value]


def keep(assembly: "Assembly", same: Key, copy: Scope, start: Extent) -> None:
    """Note a copy for later ones, unless something was wrong with it."""
    end = Extent.of(assembly)
    if same is not None and end.told == start.told:
        assembly.built[same] = Built(copy, start, end)


def again(assembly: "Assembly", same: Key, scope: Scope, path: str, sources: Sequence[int], use: Use) -> "Moved | None":
    """A copy like an earlier one, under another path; None where it has to be built.

    That is so where one of its paths is taken, and where a bound is near.
    """
    old, start, end = assembly.built[same]
    path, cut = scope.prefix + path, len(old.prefix) - 1
    taken = [path + each[cut:] for each in assembly.claimed[start.paths : end.paths] if len(each) > cut]
    if path != use.path:
        taken.append(path)
    copies = end.copies - start.copies
    if not assembly.room_for(end.values - start.values, copies) or not assembly.free(taken):
        return None
    handed: Any = dict(zip([old.values[name] for name in old.inputs], sources, strict=True))
    move = Move(path, cut, start.values, len(assembly.names) - start.values, handed)
    first = start.values - assembly.first
    nodes = assembly.nodes[first : end.values - assembly.first]
    _take(assembly, move.nodes(nodes, scope, use), start.values, taken, copies)
    return Moved(old, move, (use, *scope.used))


def _take(assembly: "Assembly", nodes: list[Node], first: int, paths: list[str], copies: int) -> None:
    """Add the nodes of a copy that is like one which begins with the value ``first``."""
    same = slice(first, first + len(nodes))
    assembly.nodes += nodes
    assembly.names += [node.path for node in nodes]
    assembly.shapes += assembly.shapes[same]
    assembly.fed += assembly.fed[same]
    assembly.claimed += paths
    assembly.paths.update(paths)
    assembly.copies += copies


class Move(NamedTuple):
    """The way from an earlier copy to a later one."""

    path: str
    """Of the later one."""
    cut: int
    """The length of the earlier one's."""
    first: int
    """The value of the earlier one's first node."""
    shift: int
    """From there to that of the later one."""
    handed: dict[int, int]
    """What the later one reads by what the earlier one does."""

    def value(self, old: int | None) -> int:
        """A value of the earlier copy, as the later one has it."""
        assert old is not None
        return old + self.shift if old >= self.first else self.handed[old]

    def nodes(self, olds: list[Node], scope: Scope, use: Use) -> list[Node]:
        """The nodes of the later copy, which ``scope`` calls."""
        path, cut, first, shift, handed = self
        outer, own = len(scope.blocks), (use.source, use.at)
        blocks: tuple[tuple[str, str], ...] | None = None
        news = []
        for old in olds:
            if old.blocks is not blocks:  # another copy of a block than that of the node before
                blocks, inner = old.blocks, len(old.blocks) - outer
                used_at = (*old.used_at[: inner - 1], own, *scope.used_at)
                within = (*[(path + each[cut:], name) for each, name in blocks[:inner]], *scope.blocks)
            sources = tuple([each + shift if each >= first else handed[each] for each in old.sources])
            owner = None if old.owner is None else old.owner + shift
            news.append(
                Node(
                    path + old.path[cut:], old.op, old.facts, sources, old.source, old.at, used_at, within,
                    old.trainable, owner, ignore=old.ignore,
                )
            )  # fmt: skip
        return news


class Moved(NamedTuple):
    """A later copy, whose names are worked out when one of them is asked for."""

    old: Scope
    move: Move
    used: tuple[Use, ...]

    @property
    def value(self) -> int:
        """What it gives to the next layer."""
        return self.move.value(self.old.before)

    def scope(self) -> Scope:
        """The copy as if it had been built."""
        old, move = self.old, self.move
        values: dict[str, int | None] = {name: move.value(value) for name, value in old.values.items()}
        new = Scope(
            {name: values[name] for name in old.inputs}, old.entries, old.env, old.source, old.at, family=old.family,
            prefix=move.path + old.prefix[move.cut :], used=self.used, trainable=old.trainable, ignore=old.ignore,
        )  # fmt: skip
        new.values, new.before = values, move.value(old.before)
        for name in old.copies:
            copy = old.copy(name)
            assert copy
            use = copy.used[0]._replace(path=move.path + copy.used[0].path[move.cut :])
            new.copies[name] = Moved(copy, move, (use, *self.used))
        return new
