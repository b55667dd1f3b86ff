"""The best point of a box: by bisection along an axis on which all is monotone, else by looking at every point."""

from collections.abc import Mapping, Sequence
from math import prod
from typing import Any, Final, NamedTuple

import numpy

from cnnshape.commands.solve.boxes import Axis, Box
from cnnshape.symbolic import Claim
from cnnshape.symbolic.monotonicity import Trend, trend
from cnnshape.symbolic.nodes import Node
from cnnshape.symbolic.vectorised import Column, Program

BLOCK: Final = 1 << 15
"""Combinations that are worked out at once."""


class Best(NamedTuple):
    """The best point of a box."""

    value: int
    """The objective, to be large."""
    places: tuple[int, ...]
    """The place of its value on each axis."""
    looked: int
    """Points that were looked at to find it."""


class Question(NamedTuple):
    """What is asked of a box: these claims hold, and the objective is as large as can be."""

    box: Box
    claims: Sequence[Claim]
    objective: Any

    def bisected(self) -> Axis | None:
        """The longest axis on which every claim and the objective go one way."""
        axes = [axis for axis in self.box.axes if len(axis.values) > 2 and self._is_monotone(axis.name)]
        return max(axes, key=lambda axis: len(axis.values), default=None)

    def _is_monotone(self, name: str) -> bool:
        if trend(self.objective, name) is Trend.UNKNOWN:
            return False
        return all(
            name not in claim.names or (claim.kind == "least" and trend(claim.args[0], name) is not Trend.UNKNOWN)
            for claim in self.claims
        )

    def column(self, of: Any, places: Mapping[str, Any]) -> Any:
        """The values of a term or claim at some places."""
        if not isinstance(of, Node):
            return of
        return numpy.asarray(Program([of]).run(self.box.columns(places, of.names))[0])


def best(question: Question) -> Best | None:
    """The best point of a box, of equal ones the first; None where the claims hold nowhere."""
    axis = question.bisected()
    others = [each for each in question.box.axes if len(each.values) > 1 and each is not axis]
    sizes = [len(each.values) for each in others]
    found: Best | None = None
    looked = 0
    for start in range(0, prod(sizes), BLOCK):
        rows = numpy.arange(start, min(start + BLOCK, prod(sizes)))
        codes = numpy.unravel_index(rows, sizes) if sizes else ()
        places = {each.name: code for each, code in zip(others, codes, strict=True)}
        at = _Line(question, axis, places, len(rows)) if axis else None
        if at:
            places[at.axis.name], allowed = at.best()
        else:
            allowed = _all_hold(question, places, len(rows))
        looked += at.looked if at else len(rows)
        found = _better(question, found, places, allowed, len(rows))
    return found and found._replace(looked=looked)


def _all_hold(question: Question, places: Mapping[str, Any], rows: int) -> Column:
    allowed = numpy.ones(rows, dtype=bool)
    for claim in question.claims:
        allowed &= question.column(claim, places)
    return allowed


def _better(
    question: Question, found: Best | None, places: Mapping[str, Any], allowed: Column, rows: int
) -> Best | None:
    """The best of what was found and some rows."""
    if not allowed.any():
        return found
    values = numpy.broadcast_to(question.column(question.objective, places), rows)
    most = values[allowed].max()
    if found is not None and found.value > most:
        return found
    wanted = numpy.flatnonzero(allowed & (values == most))
    columns = [numpy.broadcast_to(places.get(axis.name, 0), rows)[wanted] for axis in question.box.axes]
    first = numpy.lexsort(columns[::-1])[0] if columns else 0
    new = Best(int(most), tuple(int(column[first]) for column in columns), 0)
    if found is not None and found.value == most:
        return min(found, new, key=lambda each: each.places)
    return new


class _Line:
    """One axis, for many combinations of the others at once: where on it the claims hold, and the objective is best."""

    def __init__(self, question: Question, axis: Axis, places: Mapping[str, Any], rows: int) -> None:
        self.question, self.axis, self.places, self.rows = question, axis, places, rows
        self.last = len(axis.values) - 1
        self.looked = 0

    def best(self) -> tuple[Column, Column]:
        """For each combination the best place on the axis, and whether there is one."""
        low = numpy.zeros(self.rows, dtype=numpy.int64)
        high = numpy.full(self.rows, self.last)
        allowed = numpy.ones(self.rows, dtype=bool)
        for claim in self.question.claims:
            way = trend(claim.args[0], self.axis.name) if claim.kind == "least" else Trend.SAME
            if way is Trend.SAME:
                allowed &= self.question.column(claim, self.places)
            elif way is Trend.UP:
                low = numpy.maximum(low, self._first(claim))
            else:
                high = numpy.minimum(high, self._first(claim, falling=True) - 1)
        allowed &= low <= high
        objective = self.question.objective
        if trend(objective, self.axis.name) is Trend.UP:
            top = self._at(objective, numpy.clip(high, 0, self.last))
            low = numpy.maximum(low, self._first(objective, least=top))
        return numpy.clip(low, 0, self.last), allowed

    def _at(self, of: Any, at: Column) -> Any:
        self.looked += self.rows
        return self.question.column(of, {**self.places, self.axis.name: at})

    def _first(self, of: Any, least: Any = True, *, falling: bool = False) -> Column:
        """The first place where it is so much, or with ``falling`` where it is not any more; one more than the last."""
        low = numpy.zeros(self.rows, dtype=numpy.int64)
        high = numpy.full(self.rows, self.last + 1)
        while (low < high).any():
            middle = (low + high) // 2
            there = self._at(of, numpy.minimum(middle, self.last)) >= least
            there = there != falling
            open_rows = low < high
            high = numpy.where(open_rows & there, middle, high)
            low = numpy.where(open_rows & ~there, middle + 1, low)
        return low
