"""What the elements of a value read of one axis of an input, through views: a union of sums.

An axis that was merged from several, or cut into several, does not carry a window itself: its *digits* do.  The digit
``(div, n)`` of index y is ``(y // div) % n``; flattening (H, W) makes H the digit (W, H) and W the digit (1, W) of one
axis.  A `Term` adds up what its digits read::

    S(y) = const + band_1(digit_1) + band_2(digit_2) + ...       every index of one with every index of the others

and a value is a union of terms, beside each other.  A term without digits is what every element reads.
"""

from collections.abc import Sequence
from fractions import Fraction
from typing import Final, NamedTuple

from cnnshape.analysis.receptive.index_sets import NOTHING, ZERO, Run, plus
from cnnshape.analysis.receptive.periodic import Band


class Digit(NamedTuple):
    """One digit of an axis, and what each of its ``n`` values reads."""

    axis: int
    div: int
    n: int
    band: Band


class Part(NamedTuple):
    """Indices ``low`` to ``high - 1`` of an axis: one of the inputs of a concatenation."""

    axis: int
    low: int
    high: int


class Term(NamedTuple):
    """A sum of sets; equal terms are equal tuples, their bands being the same ones."""

    digits: tuple[Digit, ...]
    """By axis, the outermost first."""
    const: Run = ZERO
    """What is added to all of them."""
    parts: tuple[Part, ...] = ()
    """Outside these, it reads nothing; digits count from their start."""
    exact: bool = True
    """Whether just that is read, or at most that."""
    covers: bool = False
    """Of a term without digits: whether the axis was read from end to end, but for less than a step."""

    def on(self, axis: int) -> tuple[Digit, ...]:
        """Its digits on an axis."""
        return tuple([digit for digit in self.digits if digit.axis == axis])

    def part(self, axis: int) -> Part | None:
        """Its part of an axis; None where it has none."""
        for part in self.parts:
            if part.axis == axis:
                return part
        return None

    def without(self, axis: int) -> "Term":
        """What is left of it when an axis is taken away."""
        return self._replace(
            digits=tuple([digit for digit in self.digits if digit.axis != axis]),
            parts=tuple([part for part in self.parts if part.axis != axis]),
        )

    @property
    def axes(self) -> set[int]:
        """The axes that it says anything of."""
        return {digit.axis for digit in self.digits} | {part.axis for part in self.parts}

    @property
    def moves(self) -> bool:
        """Whether some elements read other indices than others do."""
        return any(digit.band.moves for digit in self.digits)

    def at(self, position: dict[int, int]) -> Run:
        """What an element reads; its position on the axes that matter."""
        found, start = self.const, dict[int, int]()
        for axis, low, high in self.parts:
            if not low <= position[axis] < high:
                return NOTHING
            start[axis] = low
        for axis, div, n, band in self.digits:
            found = plus(found, band.at((position[axis] - start.get(axis, 0)) // div % n))
        return found


State = tuple[Term, ...]
"""What the elements of a value read: the union of its terms."""

MOST_TERMS: Final = 32
"""More terms than these are put into one that reads everything."""


def place(digit: Digit) -> tuple[int, int]:
    """What digits are ordered by."""
    return digit.axis, -digit.div


Slots = tuple[tuple[int, int, int], ...]
"""Where digits are: ``(axis, div, n)`` of each."""

Places = tuple[tuple[int, tuple[int, int, int]], ...]
"""Digits somewhere else, in their new order: the number that each had, and where it is now."""


def slots_of(term: Term) -> Slots:
    """Where the digits of a term are."""
    return tuple([digit[:3] for digit in term.digits])


def ordered(slots: Sequence[tuple[int, int, int]]) -> Places:
    """The places of digits that are found there, each by its number."""
    return tuple(sorted(enumerate(slots), key=lambda pair: (pair[1][0], -pair[1][1])))


def placed(term: Term, places: Places) -> Term:
    """The term with its digits at other places."""
    old = term.digits
    digits = tuple([Digit(*slot, old[number].band) for number, slot in places])
    return Term(digits, term.const, term.parts, term.exact, term.covers)


def is_plain(term: Term) -> bool:
    """Whether it carries one whole axis, and is on no part of any."""
    return len(term.digits) == 1 and term.digits[0].div == 1 and not term.parts


def with_digit(term: Term, digit: Digit) -> Term:
    """The term with one more digit."""
    if not term.digits:
        return term._replace(digits=(digit,))
    return term._replace(digits=tuple(sorted((*term.digits, digit), key=place)))


def jumps_of(digits: Sequence[Digit]) -> tuple[Fraction, ...]:
    """The jumps of digits that move by even steps, the finest first."""
    found = [jump for digit in digits if (jump := digit.band.jump)]
    return tuple(sorted(found, key=abs) if len(found) > 1 else found)


def carries(terms: Sequence[Term], axis: int) -> bool:
    """Whether some term says anything of an axis."""
    for term in terms:
        for digit in term.digits:
            if digit.axis == axis:
                return True
        if term.parts and term.part(axis):
            return True
    return False
