"""From what has been assumed of one variable to the set of its legal sizes, beyond doubt.

A claim over a term that only grows holds from one size on, which is found by halving.  Any other claim is looked at for
each remainder modulo its period, where floors vanish and polynomials are left: from some multiple of the period on its
truth stays.  What stands before that is worked out size by size.
"""

from collections.abc import Iterable
from functools import reduce
from math import lcm
from typing import Any, Final, NamedTuple

from cnnshape.commands.formula.expansion import Expansion, undecided
from cnnshape.commands.formula.integer_sets import Sizes, patterned
from cnnshape.layers.fields import LARGEST
from cnnshape.symbolic import Claim, Space, Term
from cnnshape.symbolic.evaluation import order, value
from cnnshape.symbolic.nodes import Node

MOST: Final = 4096
"""Sizes that are worked out one by one; a pattern that starts later is not described."""


_FAR: Final = 10**7
"""A claim with a number beyond this says that a tensor stays below the largest there may be: it is held, not shown."""


class Assumed(NamedTuple):
    """A claim, and whether it is to hold or not."""

    claim: Claim
    holds: bool


class Unknown(Exception):
    """A set of sizes that has no pattern that is found."""


def atomic(claim: Claim, holds: bool) -> Iterable[Assumed]:
    """What has to be so for a claim to hold or not, taken apart as far as that goes."""
    if claim.kind == "not":
        yield from atomic(claim.args[0], not holds)
    elif claim.kind == ("both" if holds else "either"):
        for part in claim.args:
            yield from atomic(part, holds)
    else:
        yield Assumed(claim, holds)


def is_limit(claim: Claim) -> bool:
    """Whether a claim only compares with the largest that a tensor may be."""
    term = claim.args[0]
    return claim.kind == "least" and isinstance(term, Term) and abs(term.constant) >= _FAR


def period(wanted: Iterable[Node]) -> int:
    """A number such that where the variables grow by its multiples, every floor becomes a polynomial.

    Raises `Unknown` for a divisor that is a term.

    >>> from cnnshape.symbolic import Space
    >>> height = Space(undecided, undecided).variable("H", 1, 1000)
    >>> period([height // 4 + height % 6])
    12
    """
    found: dict[Node, int] = {}
    for node in order(wanted):
        own = lcm(*[found[below] for below in node.below()])
        if node.kind in ("floor", "mod", "gcd"):
            by = node.args[1]
            if not isinstance(by, int) or by == 0:
                raise Unknown
            own *= abs(by)
        found[node] = own
    return reduce(lcm, found.values(), 1)


def legal_sizes(name: str, assumed: list[Assumed]) -> Sizes:
    """The sizes of one variable for which all of these claims over it alone are as assumed; raises `Unknown`."""
    least, most, rest = 1, LARGEST, list[Assumed]()
    for claim, holds in assumed:
        reach = _reach(claim)
        if reach is None:
            rest.append(Assumed(claim, holds))
        elif holds:
            least, most = max(least, reach[0]), min(most, reach[1])
        elif reach[1] == LARGEST:
            most = min(most, reach[0] - 1)
        else:
            rest.append(Assumed(claim, holds))
    tail, every = least, 1
    for one in rest:
        start, own = _settled_from(name, one.claim)
        tail, every = max(tail, start), lcm(every, own)
    if most < LARGEST:
        tail = max(tail, most + 1)
    if tail - least + every > MOST:
        raise Unknown

    def legal(size: int) -> bool:
        return least <= size <= most and all(value(one.claim, {name: size}) == one.holds for one in rest)

    return patterned(legal, least, tail, every)


def _reach(claim: Claim) -> tuple[int, int] | None:
    """The first and the last value of the variable for which a claim over a growing term holds; None for others."""
    term, sign = claim.args[0], 1
    if not (isinstance(term, Term) and claim.kind in ("least", "zero")):
        return None
    if not grows(term):
        term, sign = -term, -1
        if not grows(term):
            return None
    if claim.kind == "zero":
        return _first(term, 0), _first(term, 1) - 1
    return (_first(term, 0), LARGEST) if sign > 0 else (1, _first(term, 1) - 1)


def grows(term: Any) -> bool:
    """Whether a term never becomes smaller where its variable becomes larger, as far as its form says so."""
    if not isinstance(term, Term) or term.kind == "variable":
        return True
    if term.kind == "sum":
        return all(factor > 0 and grows(part) for part, factor in term.parts)
    if term.kind == "product":
        return all(factor.low >= 0 and grows(factor) for factor in term.factors)
    if term.kind == "floor":
        return isinstance(term.args[1], int) and term.args[1] > 0 and grows(term.args[0])
    return term.kind in ("min", "max") and all(map(grows, term.args))


def _first(term: Term, least: int) -> int:
    """The first value of its one variable where a growing term has at least this value; beyond all where none is."""
    (name,) = term.names
    low, high = 1, LARGEST + 1
    while low < high:
        middle = (low + high) // 2
        if value(term, {name: middle}) >= least:
            high = middle
        else:
            low = middle + 1
    return low


def _settled_from(name: str, claim: Claim) -> tuple[int, int]:
    """A size and a period: from that size on the truth of a claim hangs on the remainder alone."""
    every = period([claim])
    if every > MOST:
        raise Unknown
    start = 0
    for residue in range(every):
        start = max(start, _settled_in_class(name, claim, every, residue))
    return max(1, start * every), every


def _settled_in_class(name: str, claim: Claim, every: int, residue: int) -> int:
    """The quotient from which on a claim over sizes of one remainder is always true, or always false."""
    start = 0
    while start * every <= MOST:
        space = Space(undecided, undecided)
        quotient = space.variable("q", 0, LARGEST)
        if isinstance(Expansion(space, {name: every * (quotient + start) + residue}).of(claim), bool):
            return start
        start = 4 * start or 1
    raise Unknown
