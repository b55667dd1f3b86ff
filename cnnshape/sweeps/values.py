"""What one knob is at every point of a sweep: its distinct values, and which of them it is at each."""

from collections.abc import Sequence
from fractions import Fraction
from math import lcm
from typing import Any, Final, NamedTuple

import numpy

from cnnshape.errors import Problem, UsageError
from cnnshape.spec import plain
from cnnshape.terms.columns import LARGEST, Column

_DOUBLE: Final = 2**53
"""Whole numbers up to here are told apart by a float."""


class Values(NamedTuple):
    """A knob at all points."""

    distinct: tuple[Any, ...]
    """As a spec holds them: whole numbers, fractions, names, lists."""
    codes: Column
    """For each point the place of its value among these."""

    @classmethod
    def of(cls, name: str, values: Any) -> "Values":
        """From an array, a range or a list; raises `UsageError` for what is no list, `SpecError` for what is no value.

        >>> Values.of("width", [8, 16, 8]).distinct
        (8, 16)
        """
        if isinstance(values, Values):
            return values
        if isinstance(values, str) or not hasattr(values, "__iter__"):
            values = [values]
        if isinstance(values, numpy.ndarray) and values.ndim == 1 and values.dtype.kind not in "iuf":
            values = values.tolist()
        held = values if isinstance(values, numpy.ndarray) else list(values)
        if not len(held):
            raise UsageError(Problem(f"`{name}` has no values"))
        if isinstance(held, numpy.ndarray) or _numbers(held):
            column = numpy.asarray(held)
            if column.ndim != 1 or column.dtype.kind not in "iuf":
                text = f"`{name}` is an array of {column.ndim} axes and type {column.dtype}"
                raise UsageError(Problem(text, hint="a knob takes one axis of numbers"))
            found, codes = numpy.unique(column, return_inverse=True)
            return cls(tuple(plain(value, (name,)) for value in found.tolist()), codes)
        return cls._named([plain(value, (name,)) for value in held])

    @classmethod
    def _named(cls, held: list[Any]) -> "Values":
        distinct = {repr(value): value for value in held}
        places = {key: place for place, key in enumerate(distinct)}
        return cls(tuple(distinct.values()), numpy.array([places[repr(value)] for value in held], dtype=numpy.int64))

    @property
    def numeric(self) -> bool:
        """Whether all values are numbers, which may stay open."""
        return all(isinstance(value, int | Fraction) and not isinstance(value, bool) for value in self.distinct)

    @property
    def bottom(self) -> int:
        """The common denominator of the values."""
        return lcm(*[value.denominator for value in self.distinct])

    @property
    def tops(self) -> Column:
        """The numerators of the values over `bottom`."""
        return numpy.array([int(value * self.bottom) for value in self.distinct])

    def take(self, which: Any) -> "Values":
        """Those at some of the points, without values that are at none of them."""
        codes = self.codes[which]
        used = numpy.flatnonzero(numpy.bincount(codes, minlength=len(self.distinct)))
        if len(used) == len(self.distinct):
            return Values(self.distinct, codes)
        number = numpy.zeros(len(self.distinct), dtype=numpy.int64)
        number[used] = numpy.arange(len(used))
        return Values(tuple(self.distinct[code] for code in used), number[codes])

    def column(self) -> Column:
        """A value for each point, as an array: of integers, of floats where some are fractions, else of objects."""
        if self.numeric:
            whole: Column = self.tops[self.codes] if self.bottom == 1 else (self.tops / self.bottom)[self.codes]
            return whole
        held: Any = numpy.empty(len(self.distinct), dtype=object)
        for place, value in enumerate(self.distinct):
            held[place] = value
        found: Column = held[self.codes]
        return found

    @classmethod
    def joined(cls, several: "Sequence[Values]") -> "Values":
        """The values at points one after the other."""
        places: dict[str, int] = {}
        distinct: list[Any] = []
        codes = []
        for values in several:
            for value in values.distinct:
                if repr(value) not in places:
                    places[repr(value)] = len(distinct)
                    distinct.append(value)
            number = numpy.array([places[repr(value)] for value in values.distinct], dtype=numpy.int64)
            codes.append(number[values.codes])
        return cls(tuple(distinct), numpy.concatenate(codes))


def _numbers(values: list[Any]) -> bool:
    """Whether a list is one of numbers that an array holds as they are."""
    kinds = set(map(type, values))
    if bool in kinds or not all(issubclass(kind, int | float | numpy.number) for kind in kinds):
        return False
    most = LARGEST if all(issubclass(kind, int | numpy.integer) for kind in kinds) else _DOUBLE
    return bool(-most <= min(values) and max(values) <= most)
