"""Boxes of indices in another shape, from the new axes back to the old ones."""

from collections.abc import Iterable
from itertools import pairwise, product
from math import prod

from cnnshape.analysis.receptive.shapes import Group, Regrouping, Shape

Indices = frozenset[int] | None
"""Some indices of an axis, None for all of them."""

Sets = tuple[Indices, ...]


def read_back(box: Sets, to: Regrouping) -> list[Sets]:
    """The boxes of the old shape that a box of the new one is made of; None for all indices of an axis."""
    found: list[list[Indices]] = [[None] * len(to.before)]
    for group in to.groups:
        if all(box[axis] is None for axis in group.now):
            continue
        parts = _of_group(box, group, to)
        found = [_put(old, group.was, part, to.before) for old in found for part in parts]
    return [tuple(old) for old in found]


def _of_group(box: Sets, group: Group, to: Regrouping) -> list[Sets]:
    """The boxes over the old axes of a group."""
    if len(group.was) == len(group.now) == 1:
        return [(box[group.now[0]],)]
    steps = sorted({step for step in (*to.old, *to.new, to.size) if group.low <= step <= group.high}, reverse=True)
    if all(above % below == 0 for above, below in pairwise(steps)):
        return _by_digits(box, group, to, steps)
    sets = [range(to.after[axis]) if box[axis] is None else box[axis] or () for axis in group.now]
    flat = [
        sum(index * to.new[axis] for index, axis in zip(at, group.now, strict=True)) // group.low
        for at in product(*sets)
    ]
    return boxed(flat, [to.before[axis] for axis in group.was])


def _by_digits(box: Sets, group: Group, to: Regrouping, steps: list[int]) -> list[Sets]:
    """The same where both sides are made of the same digits: no element is gone through."""
    digits = [(below, above // below) for above, below in pairwise(steps)]
    found: list[dict[int, Indices]] = [{}]
    for axis in group.now:
        mine = [(div, n) for div, n in digits if to.new[axis] <= div < to.new[axis] * to.after[axis]]
        indices = box[axis]
        parts = [(None,) * len(mine)] if indices is None else boxed(indices, [n for _, n in mine])
        found = [
            known | {div: at for (div, _), at in zip(mine, part, strict=True)} for known in found for part in parts
        ]
    return [tuple(_index(known, digits, to.old[axis], to.before[axis]) for axis in group.was) for known in found]


def _index(known: dict[int, Indices], digits: list[tuple[int, int]], step: int, size: int) -> Indices:
    """The indices of an axis, of those of its digits."""
    mine = [(div // step, n, known[div]) for div, n in digits if step <= div < step * size]
    if all(at is None for _, _, at in mine):
        return None
    found = {0}
    for div, n, at in mine:
        found = {index + div * j for index in found for j in (range(n) if at is None else at)}
    return frozenset(found)


def _put(old: list[Indices], axes: tuple[int, ...], part: Sets, shape: Shape) -> list[Indices]:
    old = list(old)
    for axis, at in zip(axes, part, strict=True):
        old[axis] = None if at is None or len(at) == shape[axis] else at
    return old


def boxed(flat: Iterable[int], sizes: list[int]) -> list[Sets]:
    """Flat indices over axes of these sizes as boxes; rows that are alike are one box.

    >>> boxed([0, 1, 3, 4], [2, 3])
    [(frozenset({0, 1}), frozenset({0, 1}))]
    """
    if len(sizes) == 1:
        return [(frozenset(flat),)]
    behind, rows = prod(sizes[1:]), dict[int, set[int]]()
    for index in flat:
        rows.setdefault(index // behind, set()).add(index % behind)
    alike = dict[frozenset[int], set[int]]()
    for index, row in rows.items():
        alike.setdefault(frozenset(row), set()).add(index)
    return [(frozenset(at), *box) for row, at in alike.items() for box in boxed(row, sizes[1:])]
