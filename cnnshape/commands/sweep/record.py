"""The result of a sweep: columns of knobs and figures, which points are valid, and why others are not."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy
from typing_extensions import override

from cnnshape.commands.sweep.figures import BOUNDS, WHOLE, Figure
from cnnshape.commands.sweep.reasons import Reasons
from cnnshape.commands.sweep.values import Values
from cnnshape.core.display import Displayed
from cnnshape.core.errors import UsageError, unknown
from cnnshape.spec.knobs import exported
from cnnshape.symbolic.vectorised import Column

if TYPE_CHECKING:
    import pandas
    import pyarrow


@dataclass(frozen=True, repr=False)
class Sweep(Displayed):
    """Many variants of a net, a row for each; a figure that a row has not is 0 in its column and missing elsewhere."""

    net: str
    knobs: Mapping[str, Values]
    figures: tuple[Figure, ...]
    columns: Mapping[str, Column]
    """A column of each figure: int64, of what is true or false bool, and of shapes tuples."""
    missing: Mapping[str, Column]
    """Where a figure has no value though the point is valid: of a layer that the variant does not have."""
    reasons: Reasons
    marks: Mapping[str, Column] = field(default_factory=dict)
    """Of figures that may be bounds: what there is to say of each value, see `Figure.mark`."""
    undecided: int = 0
    """Points that are left out since only some of the values that a bound allows meet the condition."""
    points: int = 0
    """How many points there were before some were left out, where that is known."""

    @override
    def __repr__(self) -> str:
        knobs, figures = ", ".join(self.knobs), ", ".join(self.columns)
        return f"Sweep({self.net}: {len(self):,} points, {int(self.valid.sum()):,} valid, {knobs} -> {figures})"

    def __len__(self) -> int:
        """How many points there are."""
        return len(self.reasons.codes)

    def __getitem__(self, key: str) -> Column:
        """The column of a knob or figure; raises `UsageError` where there is none."""
        if key in self.columns:
            return self.columns[key]
        if key in self.knobs:
            return self.knobs[key].column()
        for each in self.figures:
            if each.bounded and key == each.bound_key:
                return self.bounds(each.key)
        raise UsageError(unknown(f"the sweep has no column `{key}`", key, self.keys()))

    def keys(self) -> tuple[str, ...]:
        """The names of the columns: knobs, then figures, after each that may be a bound which one it is."""
        names = ((each.key, each.bound_key) if each.bounded else (each.key,) for each in self.figures)
        return (*self.knobs, *(name for both in names for name in both))

    def bounds(self, key: str) -> Column:
        """Of each value of a figure ``upper``, ``lower``, or None where it is exact."""
        words = numpy.array(BOUNDS, dtype=object)
        found: Column = words[self.marks[key] & ~WHOLE] if key in self.marks else numpy.full(len(self), None)
        return found

    def loose(self, key: str) -> Column:
        """Where a figure has a value that is a bound."""
        no = numpy.zeros(len(self), dtype=bool)
        return self.has(key) & ((self.marks[key] & ~WHOLE) != 0) if key in self.marks else no

    def whole(self, key: str) -> Column:
        """Where what a figure counts is only a part of what is seen, and an axis is seen whole besides."""
        no = numpy.zeros(len(self), dtype=bool)
        return (self.marks[key] & WHOLE).astype(bool) if key in self.marks else no

    @property
    def valid(self) -> Column:
        """Which points are nets; figures mean something there only."""
        return self.reasons.valid

    def reason(self, row: int) -> str:
        """Why a point is no net: what a report of it would say first; empty where it is one."""
        return self.reasons.at(row)

    def has(self, key: str) -> Column:
        """Where a figure has a value."""
        valid = self.valid
        return valid & ~self.missing[key] if key in self.missing else valid

    def take(self, which: Any) -> "Sweep":
        """Some of the points, by number or mask, in this order."""
        return Sweep(
            self.net,
            {name: values.take(which) for name, values in self.knobs.items()},
            self.figures,
            {key: column[which] for key, column in self.columns.items()},
            {key: mask[which] for key, mask in self.missing.items()},
            self.reasons.take(which),
            {key: marks[which] for key, marks in self.marks.items()},
            self.undecided,
            self.points,
        )

    @classmethod
    def joined(cls, several: "Sequence[Sweep]") -> "Sweep":
        """The points of several, one after the other."""
        first = several[0]
        if len(several) == 1:
            return first
        sizes = [len(each) for each in several]
        absent = {key for each in several for key in each.missing}
        none = [numpy.zeros(size, dtype=bool) for size in sizes]
        return Sweep(
            first.net,
            {name: Values.joined([each.knobs[name] for each in several]) for name in first.knobs},
            first.figures,
            {key: numpy.concatenate([each.columns[key] for each in several]) for key in first.columns},
            {key: numpy.concatenate([each.missing.get(key, no) for each, no in zip(several, none, strict=True)])
             for key in absent},
            Reasons.joined([each.reasons for each in several]),
            {key: numpy.concatenate([each.marks[key] for each in several]) for key in first.marks},
            sum(each.undecided for each in several),
            sum(each.points for each in several),
        )  # fmt: skip

    def values(self, key: str) -> list[Any]:
        """A figure at each point as Python's numbers; None where a point has none."""
        column: list[Any] = self.columns[key].tolist()
        there = self.has(key)
        return column if there.all() else [each if has else None for each, has in zip(column, there, strict=True)]

    def rows(self) -> Iterator[dict[str, Any]]:
        """The points one by one: Python's numbers, None for what a point has not, and ``reason`` where it is no net."""
        columns: dict[str, list[Any]] = {}
        for name, values in self.knobs.items():
            held = list(map(exported, values.distinct))
            columns[name] = [held[code] for code in values.codes.tolist()]
        for each in self.figures:
            columns[each.key] = self.values(each.key)
            if each.bounded:
                columns[each.bound_key] = self.bounds(each.key).tolist()
        columns["reason"] = [reason or None for reason in self.reasons]
        for row in zip(*columns.values(), strict=True):
            yield dict(zip(columns, row, strict=True))

    def frame(self) -> "pandas.DataFrame":
        """As a data frame of pandas, with ``valid`` and ``reason``; what a row has not is missing.

        Raises `MissingPackage` without pandas.
        """
        from cnnshape.commands.sweep.tables import frame

        return frame(self)

    def arrow(self) -> "pyarrow.Table":
        """As a table of Apache Arrow, with ``reason``, null where the row is a net; what a row has not is null.

        Raises `MissingPackage` without pyarrow.
        """
        from cnnshape.commands.sweep.tables import arrow

        return arrow(self)
