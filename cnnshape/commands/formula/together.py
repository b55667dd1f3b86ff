"""Legal sizes that depend on each other: what a claim over several variables leaves to each of them.

``H W = 64`` bounds both, for neither is below 1, and so all combinations can be looked at.  Sizes that no claim tells
apart, as 32 to 35 where only ``floor(H / 4)`` counts, are looked at as one.
"""

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice, product
from math import prod
from typing import Any, Final, NamedTuple

from cnnshape.commands.formula.domains import Assumed, grows
from cnnshape.commands.formula.integer_sets import Sizes
from cnnshape.layers.fields import LARGEST
from cnnshape.symbolic import Term
from cnnshape.symbolic.evaluation import valued
from cnnshape.symbolic.nodes import Node

AllSizes = dict[str, Sizes | None]

MOST_SIZES: Final = 4096
"""Sizes of one variable that are looked at; a variable of more stays as its own claims leave it."""

MOST_LOOKED_AT: Final = 20_000
"""Combinations of sizes that are looked at."""


class Left(NamedTuple):
    """What claims over several variables leave."""

    sizes: AllSizes
    """For each variable those that are legal together with some of the others; none where there is no combination."""
    rest: list[Assumed]
    """The claims that still tell which combinations are legal."""


def together(sizes: Mapping[str, Sizes | None], claims: list[Assumed]) -> Left:
    """What is left to each variable by claims over several of them, given what its own claims leave."""
    left: AllSizes = dict(sizes)
    rest: list[Assumed] = []
    for group in _groups(claims):
        names = sorted({name for one in group for name in one.claim.names})
        listed = {name: _listed(name, left, group) for name in names}
        known = {name: values for name, values in listed.items() if values is not None}
        if len(known) < len(names):
            rest += group
            continue
        classes = [_classes(name, values, group) for name, values in known.items()]
        if prod(map(len, classes)) > MOST_LOOKED_AT:
            rest += group
            continue
        legal = [
            places
            for places in product(*(range(len(each)) for each in classes))
            if _hold(group, names, classes, places)
        ]
        used = [sorted({places[axis] for places in legal}) for axis in range(len(names))]
        for name, own, kept in zip(names, classes, used, strict=True):
            left[name] = _set(sorted(size for place in kept for size in own[place]))
        if len(legal) < prod(map(len, used)):
            rest += group
    return Left(left, rest)


def _groups(claims: Iterable[Assumed]) -> Iterator[list[Assumed]]:
    """Claims that have variables in common, directly or by others."""
    groups: list[tuple[set[str], list[Assumed]]] = []
    for one in claims:
        names, members = set(one.claim.names), [one]
        for other in [each for each in groups if each[0] & names]:
            groups.remove(other)
            names, members = names | other[0], other[1] + members
        groups.append((names, members))
    yield from (members for _, members in groups)


def _listed(name: str, sizes: Mapping[str, Sizes | None], claims: list[Assumed]) -> tuple[int, ...] | None:
    """The legal sizes of a variable one by one; None where they are too many."""
    own = sizes[name]
    if own is None:
        return None
    most = min([_most(name, sizes, one) for one in claims], default=LARGEST)
    if own.residues and most >= LARGEST:
        return None
    listed: list[int] = []
    for size in islice(own, MOST_SIZES + 1):
        if size > most:
            return tuple(listed)
        listed.append(size)
    return tuple(listed) if len(listed) <= MOST_SIZES else None


def _most(name: str, sizes: Mapping[str, Sizes | None], one: Assumed) -> int:
    """The largest value of a variable for which a claim can hold, the others being as small as they can be."""
    term = one.claim.args[0]
    if name not in one.claim.names or not isinstance(term, Term) or one.claim.kind not in ("least", "zero"):
        return LARGEST
    sides = [term, -term] if one.claim.kind == "zero" and one.holds else [-term if one.holds else term + 1]
    if one.claim.kind == "zero" and not one.holds:
        return LARGEST
    return min((_last(name, side, sizes) for side in sides if grows(side)), default=LARGEST)


def _last(name: str, side: Term, sizes: Mapping[str, Sizes | None]) -> int:
    """The largest value of a variable for which a growing term can be zero or less."""
    point = {other: own.smallest if (own := sizes[other]) else 1 for other in side.names}
    low, high = 0, LARGEST
    while low < high:
        middle = (low + high + 1) // 2
        if valued([side], {**point, name: middle})[side] <= 0:
            low = middle
        else:
            high = middle - 1
    return low


def _classes(name: str, values: Iterable[int], claims: list[Assumed]) -> list[list[int]]:
    """The sizes of a variable, those together that no claim tells apart."""
    asked = [*dict.fromkeys(node for one in claims for node in _own(name, one.claim))]
    found: dict[tuple[Any, ...], list[int]] = {}
    for value in values:
        here = valued(asked, {name: value})
        found.setdefault(tuple([here[node] for node in asked]), []).append(value)
    return list(found.values())


def _own(name: str, root: Node) -> Iterator[Node]:
    """The largest parts of a claim that rest on one variable alone."""
    todo, seen = [root], set[Node]()
    while todo:
        node = todo.pop()
        if node in seen or name not in node.names:
            continue
        seen.add(node)
        if node.names == {name}:
            yield node
        else:
            todo += node.below()


def _hold(claims: list[Assumed], names: list[str], classes: list[list[list[int]]], places: tuple[int, ...]) -> bool:
    """Whether all claims hold for a combination."""
    point = {name: own[place][0] for name, own, place in zip(names, classes, places, strict=True)}
    return holds(claims, point)


def holds(claims: Iterable[Assumed], point: Mapping[str, int]) -> bool:
    """Whether claims are as assumed at a point."""
    wanted = list(claims)
    found = valued([one.claim for one in wanted], point)
    return all(bool(found[one.claim]) == one.holds for one in wanted)


def _set(sizes: list[int]) -> Sizes:
    return Sizes(tuple(sizes), sizes[-1] + 1 if sizes else 1, 1, ())
