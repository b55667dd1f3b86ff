"""The legal sizes nearest to those that a net is set to: path by path, each claim on the way turned round once.

A net that is built over open sizes at a point comes by claims until it is refused: the last one is not as the net needs
it.  Sizes for which it is, and for which all before it are as they were, lead further.  If there are none, the claim
before is turned round.
"""

from collections.abc import Callable, Iterable, Mapping
from itertools import islice
from typing import Final

from cnnshape.commands.formula.domains import Assumed, Unknown, atomic, is_limit, legal_sizes
from cnnshape.commands.formula.expansion import Expansion, undecided
from cnnshape.commands.formula.integer_sets import Sizes
from cnnshape.commands.formula.together import holds, together
from cnnshape.layers.fields import LARGEST
from cnnshape.symbolic import Claim, Space

Point = dict[str, int]

_PATHS: Final = 48
"""Paths that are tried."""

_NEAR: Final = 48
"""Sizes of one variable that are tried with others."""


def legal_point(point: Mapping[str, int], path: Callable[[Point], list[Assumed] | None]) -> Point | None:
    """The legal sizes near a point; None where none are found.

    ``path`` gives the claims that a net comes by until it is refused at a point, and None where it is not refused.
    """
    todo: list[tuple[list[Assumed], int]] = [([], 0)]
    for _ in range(_PATHS):
        if not todo:
            return None
        claims, known = todo.pop()
        found = nearest(claims, point)
        if found is None:
            continue
        taken = path(found)
        if taken is None:
            return found
        for place in range(known, len(taken)):
            last = taken[place]
            before = [one for one in taken[:place] if not is_limit(one.claim)]
            todo.append(([*before, Assumed(last.claim, not last.holds)], place + 1))
    return None


def nearest(claims: Iterable[Assumed], point: Mapping[str, int]) -> Point | None:
    """Sizes for which claims hold, as near to a point as is easily found; None where none are found.

    >>> from cnnshape.core import dims
    >>> space = Space(undecided, undecided)
    >>> height, width = space.variable("H", 1, 10**12), space.variable("W", 1, 10**12)
    >>> nearest([Assumed(dims.equal(height * width, 64), True)], {"H": 9, "W": 9})
    {'H': 8, 'W': 8}
    """
    wanted = [part for claim, so in claims for part in atomic(claim, so)]
    found = _nearest(wanted, point)
    return None if found is None else {name: found[name] for name in point}


def _nearest(claims: list[Assumed], point: Mapping[str, int]) -> Point | None:
    sizes: dict[str, Sizes | None] = {}
    for name in point:
        try:
            sizes[name] = legal_sizes(name, [one for one in claims if one.claim.names == {name}])
        except Unknown:
            sizes[name] = None
        if (own := sizes[name]) is not None and not own:
            return None
    lows = {name: own.smallest if own else 1 for name, own in sizes.items()}
    rest = _written([one for one in claims if len(one.claim.names) > 1], {}, lows)
    if rest is None:
        return None
    left = together(sizes, rest)
    if any(own is not None and not own for own in left.sizes.values()):
        return None
    unknown = [one for name, own in left.sizes.items() if own is None for one in claims if one.claim.names == {name}]
    if not left.rest and not unknown:
        return {name: own.nearest(point[name]) if own else point[name] for name, own in left.sizes.items()}
    return _tried(claims, left.sizes, {name for one in [*left.rest, *unknown] for name in one.claim.names}, point)


def _tried(
    claims: list[Assumed], sizes: Mapping[str, Sizes | None], names: set[str], point: Mapping[str, int]
) -> Point | None:
    """Sizes found by trying: all that depend on each other alike, and then those of one of them, near ones first."""
    alike = max(point[name] for name in names)
    for one in (point, {**point, **dict.fromkeys(names, alike)}):
        near = {name: own.nearest(one[name]) if own else one[name] for name, own in sizes.items()}
        if holds(claims, near):
            return near
    if len(names) > 1:
        found = _of_one(claims, names, point)
        if found is not None:
            return found
    name = min(names, key=lambda each: (_many(sizes[each]), each))
    own = sizes[name] or Sizes((), 1, 1, (0,))
    for size in islice(own.around(point[name]), _NEAR):
        others = {other: place for other, place in point.items() if other != name}
        rest = _written(claims, {name: size}, dict.fromkeys(others, 1))
        found = None if rest is None else _nearest(rest, others)
        if found is not None:
            return {name: size, **found}
    return None


def _of_one(claims: list[Assumed], names: set[str], point: Mapping[str, int]) -> Point | None:
    """Sizes at which all that depend on each other are the same."""
    first = min(names)
    space = Space(undecided, undecided)
    variables = {name: space.variable(name, 1, LARGEST) for name in point if name == first or name not in names}
    written = _rewritten(claims, space, {**variables, **dict.fromkeys(names, variables[first])}, {})
    found = None if written is None else _nearest(written, {name: point[name] for name in variables})
    return None if found is None else {**found, **dict.fromkeys(names, found[first])}


def _many(sizes: Sizes | None) -> int:
    return LARGEST if sizes is None or sizes.residues else len(sizes.early)


def _written(claims: list[Assumed], known: Mapping[str, int], lows: Mapping[str, int]) -> list[Assumed] | None:
    """Claims where some variables have values and others are at least so large; None where one cannot hold."""
    space = Space(undecided, undecided)
    variables = {name: space.variable(name, low, LARGEST) for name, low in lows.items()}
    return _rewritten(claims, space, {**variables, **known}, lows)


def _rewritten(
    claims: list[Assumed], space: Space, variables: Mapping[str, object], lows: Mapping[str, int]
) -> list[Assumed] | None:
    expansion = Expansion(space, variables, frozenset(variables), lows)
    found: list[Assumed] = []
    for claim, so in claims:
        written = expansion.of(claim)
        if isinstance(written, Claim):
            found += atomic(written, so)
        elif bool(written) != so:
            return None
    return found
