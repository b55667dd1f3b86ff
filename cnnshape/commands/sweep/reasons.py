"""Why points of a sweep are not valid: a sentence for many points, whose values stand in columns."""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy

from cnnshape.symbolic.vectorised import Column


class Reason(NamedTuple):
    """A sentence with ``{0}``, ``{1:,}`` ... for values, and a column of each."""

    text: str
    values: tuple[Any, ...] = ()

    def at(self, place: int) -> str:
        """The sentence for one of its points."""
        return self.text.format(*[column[place] for column in self.values]) if self.values else self.text

    def take(self, which: Any) -> "Reason":
        """That of some of its points."""
        return Reason(self.text, tuple(column[which] for column in self.values))


class Reasons:
    """For each point none, or which reason and which of its points it is."""

    def __init__(self, codes: Column, places: Column, reasons: Sequence[Reason]) -> None:
        self.codes, self.places, self.reasons = codes, places, tuple(reasons)

    @classmethod
    def none(cls, points: int) -> "Reasons":
        """Every point is valid."""
        return cls(numpy.full(points, -1, dtype=numpy.int32), numpy.zeros(points, dtype=numpy.int64), ())

    def add(self, rows: Column, reason: Reason) -> None:
        """Some points are not valid, for this reason."""
        self.codes[rows] = len(self.reasons)
        self.places[rows] = numpy.arange(len(rows))
        self.reasons = (*self.reasons, reason)

    @property
    def valid(self) -> Column:
        """The points without one."""
        valid: Column = self.codes < 0
        return valid

    def at(self, row: int) -> str:
        """Why a point is not valid; empty where it is."""
        code = self.codes[row]
        return "" if code < 0 else self.reasons[code].at(self.places[row])

    def rows(self) -> Iterator[tuple[str, Column]]:
        """Each sentence as it stands before its values are put in, and the points that it is said of, in order."""
        for code, reason in enumerate(self.reasons):
            rows = numpy.flatnonzero(self.codes == code)
            if len(rows):
                yield reason.text, rows

    def __iter__(self) -> Iterator[str]:
        found = [""] * len(self.codes)
        for row in numpy.flatnonzero(self.codes >= 0).tolist():
            found[row] = self.at(row)
        return iter(found)

    def take(self, which: Any) -> "Reasons":
        """Those of some of the points."""
        codes, places = self.codes[which], self.places[which].copy()
        used = numpy.unique(codes[codes >= 0])
        number = numpy.full(len(self.reasons) + 1, -1, dtype=numpy.int32)
        number[used] = numpy.arange(len(used))
        found = []
        for code in used:
            at = numpy.flatnonzero(codes == code)
            found.append(self.reasons[code].take(places[at]))
            places[at] = numpy.arange(len(at))
        return Reasons(number[codes], places, found)

    @classmethod
    def joined(cls, several: "Sequence[Reasons]") -> "Reasons":
        """Those of points one after the other."""
        codes, reasons = [], list[Reason]()
        for each in several:
            codes.append(numpy.where(each.codes < 0, -1, each.codes + len(reasons)).astype(numpy.int32))
            reasons += each.reasons
        return cls(numpy.concatenate(codes), numpy.concatenate([each.places for each in several]), reasons)
