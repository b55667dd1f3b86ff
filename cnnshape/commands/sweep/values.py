"""What one knob is at every point of a sweep: its distinct values, and which of them it is at each."""

from collections.abc import Sequence
from fractions import Fraction
from math import lcm
from typing import Any, Final, NamedTuple

import numpy

from cnnshape.core.errors import Problem, UsageError
from cnnshape.spec.plain import plain
from cnnshape.symbolic.vectorised import LARGEST, Column

_DOUBLE: Final = 2**53
"""Whole numbers up to here are told apart by a float."""


class Values(NamedTuple):
    """A knob at all points."""

    distinct: tuple[Any, ...]
    """As a spec holds them: whole numbers, fractions, names, lists."""
    codes: Column
    """For each point the place of its value among these."""
    tops: Column | None = None
    """Where all values are numbers, which may stay open: their numerators over `bottom`."""
    bottom: int = 1
    """The common denominator of the values."""

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
            if column.dtype.kind == "i":
                return cls(tuple(found.tolist()), codes, found.astype(numpy.int64))
            return cls.made([plain(value, (name,)) for value in found.tolist()], codes)
        return cls._named([plain(value, (name,)) for value in held])

    @classmethod
    def made(cls, distinct: Sequence[Any], codes: Column) -> "Values":
        """Values of any kind; whether they are numbers is looked up here, once."""
        if not all(isinstance(value, int | Fraction) and not isinstance(value, bool) for value in distinct):
            return cls(tuple(distinct), codes)
        bottom = lcm(*[value.denominator for value in distinct])
        tops = [int(value * bottom) for value in distinct]
        fits = all(-LARGEST <= top <= LARGEST for top in tops)
        return cls(tuple(distinct), codes, numpy.array(tops, dtype=numpy.int64 if fits else object), bottom)

    @classmethod
    def _named(cls, held: list[Any]) -> "Values":
        distinct = {repr(value): value for value in held}
        places = {key: place for place, key in enumerate(distinct)}
        codes = numpy.array([places[repr(value)] for value in held], dtype=numpy.int64)
        return cls.made([*distinct.values()], codes)

    @property
    def _whole(self) -> Column | None:
        """The values themselves where all are whole numbers of 64 bits: then no step goes through them one by one."""
        return self.tops if self.tops is not None and self.bottom == 1 and self.tops.dtype != object else None

    @property
    def numeric(self) -> bool:
        """Whether all values are numbers, which may stay open."""
        return self.tops is not None

    def take(self, which: Any) -> "Values":
        """Those at some of the points, without values that are at none of them."""
        codes = self.codes[which]
        used = numpy.flatnonzero(numpy.bincount(codes, minlength=len(self.distinct)))
        if len(used) == len(self.distinct):
            return self._replace(codes=codes)
        number = numpy.zeros(len(self.distinct), dtype=numpy.int64)
        number[used] = numpy.arange(len(used))
        if self._whole is not None:
            tops = self._whole[used]
            return Values(tuple(tops.tolist()), number[codes], tops)
        return Values.made([self.distinct[code] for code in used.tolist()], number[codes])

    def column(self) -> Column:
        """A value for each point, as an array: of integers, of floats where some are fractions, else of objects."""
        if self.tops is not None:
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
        columns = [values._whole for values in several if values._whole is not None]
        if len(columns) == len(several):
            found, every = numpy.unique(numpy.concatenate(columns), return_inverse=True)
            ends = numpy.cumsum([len(values.distinct) for values in several])[:-1]
            pairs = zip(several, numpy.split(every, ends), strict=True)
            return cls(tuple(found.tolist()), numpy.concatenate([number[each.codes] for each, number in pairs]), found)
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
        return cls.made(distinct, numpy.concatenate(codes))


def _numbers(values: list[Any]) -> bool:
    """Whether a list is one of numbers that an array holds as they are."""
    kinds = set(map(type, values))
    if bool in kinds or not all(issubclass(kind, int | float | numpy.number) for kind in kinds):
        return False
    most = LARGEST if all(issubclass(kind, int | numpy.integer) for kind in kinds) else _DOUBLE
    return bool(-most <= min(values) and max(values) <= most)
