"""The normal form: terms and claims of one space written anew in another, sums of products with whole factors.

Products are multiplied out, except that a sum of one kept variable stays together: ``(H - 2) (W - 2)`` is how a person
writes an output size, and as a factor it is collected like any other.
"""

from collections.abc import Collection, Iterable, Mapping
from functools import reduce
from itertools import product
from math import gcd
from typing import Any

from cnnshape.commands.formula.bounds import Bounds
from cnnshape.core.dims import Dim, Truth, both, either
from cnnshape.symbolic import Claim, Space, Term
from cnnshape.symbolic.evaluation import order
from cnnshape.symbolic.nodes import Node


def undecided(what: Any) -> Any:
    """Nobody decides in a space that only holds what is written."""
    raise AssertionError(f"{what} is asked for, and a normal form decides nothing")


class Expansion:
    """What terms and claims become where these stand for their variables.

    >>> old, new = Space(undecided, undecided), Space(undecided, undecided)
    >>> height, h = old.variable("H", 1, 1000), new.variable("h", 1, 100)
    >>> Expansion(new, {"H": 8 * h}).of((height + 7) // 8 * ((height + 1) // 2)) is 4 * h * h
    True
    """

    def __init__(
        self,
        space: Space,
        variables: Mapping[str, Dim],
        kept: Collection[str] = (),
        lows: Mapping[str, int] | None = None,
    ) -> None:
        self.space, self.variables, self.kept = space, variables, kept
        self.bounds = Bounds(lows or {})
        """What is known of the new variables, by which one term is seen to exceed another."""
        self._done: dict[Node, Any] = {}
        self._sides: dict[Term, tuple[Dim, ...]] = {}
        self._exceeding: dict[tuple[Dim, Dim], bool] = {}

    def of(self, wanted: Any) -> Any:
        """A number or claim written anew, or each of a tuple of them."""
        if isinstance(wanted, tuple):
            return tuple([self.of(one) for one in wanted])
        if not isinstance(wanted, Node):
            return wanted
        for node in order([wanted]):
            if node not in self._done:
                self._done[node] = self._claim(node) if isinstance(node, Claim) else self._term(node)
        return self._done[wanted]

    def _now(self, x: Any) -> Any:
        return self._done[x] if isinstance(x, Node) else x

    def _claim(self, claim: Claim) -> Truth:
        first, *rest = [self._now(arg) for arg in claim.args]
        if claim.kind == "least":
            return self.space.at_least(first, 0)
        if claim.kind == "zero":
            return self.space.equal(first, 0)
        if claim.kind == "not":
            return first.negated() if isinstance(first, Claim) else not first
        return both(first, rest[0]) if claim.kind == "both" else either(first, rest[0])

    def _term(self, term: Node) -> Dim:
        kind, args = term.kind, term.args
        if kind == "variable":
            return self.variables[args[0]]
        if kind == "sum":
            return self.sum(args[1], [(self._now(part), factor) for part, factor in args[0]])
        if kind == "product":
            return self.product([self._now(factor) for factor in args[0]])
        now = [self._now(arg) for arg in args]
        if kind == "where":
            claim, yes, no = now
            if not isinstance(claim, Claim):
                return yes if claim else no
            return self.space.where(claim, yes, no)
        a, b = now
        if kind == "max":
            return self._largest((*self._sides.get(a, (a,)), *self._sides.get(b, (b,))))
        if kind == "min":
            return b if self._exceeds(a, b) else a if self._exceeds(b, a) else self.space.smaller(a, b)
        rules = {"floor": self.space.floor, "mod": self.space.mod, "gcd": self.space.gcd}
        return rules[kind](a, b)

    def sum(self, constant: int, parts: Iterable[tuple[Dim, int]]) -> Dim:
        """``constant + factor term + ...``."""
        found: dict[Term, int] = {}
        for part, factor in parts:
            if not isinstance(part, Term):
                constant += factor * part
                continue
            constant += factor * part.constant
            for term, times in part.parts:
                found[term] = found.get(term, 0) + factor * times
        return self.space.combined({term: factor for term, factor in found.items() if factor}, constant)

    def product(self, factors: Iterable[Dim]) -> Dim:
        """The product of some sums, multiplied out."""
        times, sums, atoms = 1, list[list[tuple[Dim, int]]](), list[Term]()
        todo = list(factors)
        while todo:
            one = todo.pop()
            if not isinstance(one, Term):
                times *= one
            elif one.kind == "product":
                todo += one.factors
            elif one.kind != "sum":
                atoms.append(one)
            elif self._is_kept(one):
                inner, shared = self._primitive(one)
                times *= shared
                atoms.append(inner)
            else:
                sums.append([*one.parts, *([(1, one.constant)] if one.constant else [])])
        if not times:
            return 0
        base = reduce(self.space.multiply, sorted(atoms, key=lambda atom: atom.number), 1)
        parts = []
        for chosen in product(*sums):
            factor = times
            for _, own in chosen:
                factor *= own
            parts.append((reduce(self.space.multiply, [part for part, _ in chosen], base), factor))
        return self.sum(0, parts)

    def _is_kept(self, one: Term) -> bool:
        return len(one.names) == 1 and one.names.issubset(self.kept) and (len(one.parts) > 1 or one.constant != 0)

    def _primitive(self, one: Term) -> tuple[Term, int]:
        """A sum without the number that divides all of it, and that number; its first factor is positive."""
        shared = gcd(one.constant, *[factor for _, factor in one.parts])
        if one.parts[0][1] < 0:
            shared = -shared
        inner = self.space.combined({term: factor // shared for term, factor in one.parts}, one.constant // shared)
        assert isinstance(inner, Term)
        return inner, shared

    def _largest(self, sides: tuple[Dim, ...]) -> Dim:
        """The largest of some numbers, without those that never exceed another."""
        left: list[Dim] = []
        for side in dict.fromkeys(sides):
            if any(self._exceeds(other, side) for other in left):
                continue
            left = [other for other in left if not self._exceeds(side, other)]
            left.append(side)
        found = reduce(self.space.larger, left)
        if isinstance(found, Term):
            self._sides[found] = tuple(left)
        return found

    def _exceeds(self, a: Dim, b: Dim) -> bool:
        """Whether a is never less than b; asked once, for the largest of many is found one by one."""
        if (a, b) not in self._exceeding:
            self._exceeding[a, b] = self.bounds.never_negative(self.sum(0, [(a, 1), (b, -1)]))
        return self._exceeding[a, b]
