"""Conditions over the columns of a sweep, such as ``macs < 300M and params@fc <= 4 M``, in the language of specs.

A number may have a prefix or a unit of bytes behind it, as in a budget, and the word of what it counts.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import product
from math import prod
from types import MappingProxyType
from typing import Any, Final

import numpy
from typing_extensions import override

from cnnshape.analysis.metrics import METRICS
from cnnshape.commands.check.quantity import BYTES, PREFIXES
from cnnshape.commands.sweep.points import Parting, Watched, parted
from cnnshape.commands.sweep.record import Sweep
from cnnshape.core.bounds import Bound
from cnnshape.core.bounds import values as allowed
from cnnshape.core.errors import CnnshapeError, Problem, UsageError
from cnnshape.spec.expressions import Expression, compile
from cnnshape.spec.yaml.scalars import NUMBER, exact
from cnnshape.symbolic.nodes import Node
from cnnshape.symbolic.rationals import Ratio
from cnnshape.symbolic.vectorised import Column, Program

_WORDS: Final = "|".join(sorted({each.word for each in METRICS.values() if each.word} | {"pixels", "parameters"}))
_TOKEN: Final = re.compile(
    r"(?P<figure>[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z0-9_]+)*(?:\[[0-9]+\])?@[A-Za-z0-9_./:+-]*[A-Za-z0-9_]"
    r"|[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z0-9_]+)+|output\[[0-9]+\])"
    rf"|(?<![A-Za-z0-9_.])(?P<number>{NUMBER})(?:\s*(?P<unit>[KMGTPE]iB|[kMGTPE]?B|[kMGTPE]))?"
    rf"(?:\s*(?P<word>{_WORDS}))?(?![A-Za-z0-9_.])"
)
_PLACE: Final = re.compile(r" \(column (\d+) of `.*`\)$", re.S)
_UNITS: Final = "behind a number stand k, M, G, T, P, E, bytes as in 4 MiB, or what it counts as in 300 MMACs"


_MOST_VALUES: Final = 1 << 18
"""Values of one point that are looked at where its figures are bounds, and of several points at once."""

_FORMS: Final = {"params": "parameters", "px": "pixels"}


def metric_key(key: str) -> str:
    """The metric of a figure: ``macs`` of ``macs@conv1``."""
    return key.partition("@")[0].partition("[")[0]


class Query:
    """A condition over columns; raises `UsageError` for one that cannot be read.

    >>> sorted(Query("macs@conv1 < 2 k and width >= 8").keys)
    ['macs@conv1', 'width']
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self._names: dict[str, str] = {}
        self._shifts: list[tuple[int, int]] = []
        self._words: set[str] = set()
        self._bytes = ""
        try:
            self._expression: Expression = compile(_TOKEN.sub(self._token, text))
        except CnnshapeError as error:
            raise self._said(error) from None
        except ValueError as error:  # a number of too many digits
            raise UsageError(Problem(f"`{text}`: {error}")) from None
        self.keys: tuple[str, ...] = tuple(sorted(self._names.get(name, name) for name in self._expression.names))
        """The columns and words that it names."""
        self._check_words()

    def _check_words(self) -> None:
        """Raise `UsageError` for the word of what no figure here is counted in, as FLOPs behind a number of MACs."""
        of = [METRICS[key] for key in map(metric_key, self.keys) if key in METRICS]
        if self._bytes and not any(each.unit == "bytes" for each in of):
            raise UsageError(Problem(f"`{self.text}`: nothing in it is in bytes, as {self._bytes} says"))
        known = {form for each in of for form in (each.word, _FORMS.get(each.word, each.word))}
        for word in sorted(self._words - known):
            said = ", ".join(f"`{each.key}` is in {each.word or each.unit}" for each in of) or "no figure is named"
            raise UsageError(Problem(f"`{self.text}`: nothing in it is in {word}: {said}"))

    def _token(self, match: re.Match[str]) -> str:
        text = self._replacement(match)
        before = self._shifts[-1][1] if self._shifts else 0
        self._shifts.append((match.end() + before - len(match[0]) + len(text), before + len(text) - len(match[0])))
        return text

    def _replacement(self, match: re.Match[str]) -> str:
        if match["figure"]:
            name = f"figure_{len(self._names)}_"
            self._names[name] = match["figure"]
            return name
        self._words |= {match["word"]} if match["word"] else set()
        if (match["unit"] or "").endswith("B"):
            self._bytes = match["unit"]
        number = exact(match["number"]) * {**PREFIXES, **BYTES}.get(match["unit"] or "", 1)
        return str(number.numerator) if number.denominator == 1 else f"({number.numerator} / {number.denominator})"

    def _said(self, error: CnnshapeError) -> UsageError:
        """What is wrong with the expression, said of the condition as it is written."""
        return UsageError(*map(self._placed, error.problems))

    def _placed(self, problem: Problem) -> Problem:
        found = _PLACE.search(problem.text)
        said, hint = problem.text, problem.hint
        for name, key in self._names.items():
            said, hint = said.replace(name, key), hint.replace(name, key)
        if found:
            at = int(found[1])
            at -= next((shift for end, shift in reversed(self._shifts) if at > end), 0)
            said = f"{_PLACE.sub('', said)} (column {at})"
            if not hint and re.search(r"[0-9]\s*$", self.text[: at - 1]) and self.text[at - 1 : at].isalpha():
                hint = _UNITS
        return problem._replace(text=f"`{self.text}`: {said}", hint=hint)

    def mask(self, found: Sweep) -> Column:
        """The points that are nets and for which it holds, whatever value a bound allows.

        Raises `UsageError` where it names what is no column, or has no truth.
        """
        return self.judged(found)[0]

    def judged(self, found: Sweep) -> tuple[Column, Column]:
        """The points that are nets and for which it holds, and those for which that cannot be said.

        Where a figure is a bound, it holds if it does so for every value that the bound allows, and nothing can be said
        if it does for some only, or if there are too many to look at.
        """
        mask = self._mask(found)
        undecided = numpy.zeros(len(found), dtype=bool)
        keys = [key for key in self.keys if key in found.columns]
        loose = numpy.zeros(len(found), dtype=bool)
        for key in keys:
            loose |= found.loose(key)
        for rows, repeats, wide in expanded(found, keys, numpy.flatnonzero(loose)):
            starts = numpy.concatenate([[0], numpy.cumsum(repeats)[:-1]])
            holds = self._mask(wide) if len(wide) else numpy.zeros(0, dtype=bool)
            every = numpy.logical_and.reduceat(holds, starts) if len(holds) else numpy.zeros(len(rows), dtype=bool)
            some = numpy.logical_or.reduceat(holds, starts) if len(holds) else numpy.ones(len(rows), dtype=bool)
            mask[rows], undecided[rows] = every, some & ~every
        return mask, undecided

    def _mask(self, found: Sweep) -> Column:
        """The points that are nets and for which it holds, figures taken as they are."""
        held = {name: key for name, key in self._named().items() if key in found.columns or key in found.knobs}
        there = found.valid
        for key in held.values():
            if key in found.columns:
                there = there & found.has(key)
        mask = numpy.zeros(len(found), dtype=bool)
        todo = [_Rows(found, held, numpy.flatnonzero(there))]
        while todo:
            rows = todo.pop()
            if not len(rows.rows):
                continue
            try:
                mask[rows.rows] = self._holds(rows)
            except Parting as parting:
                todo += [_Rows(found, held, rows.rows[which]) for which in parted(parting.labels)]
        return mask

    def holds(self, values: Mapping[str, Any], bounds: Mapping[str, Bound | None] = MappingProxyType({})) -> bool:
        """Whether it holds where the columns that it names have these values, which may be open.

        Where one is a bound, it holds if it does so for every value that the bound allows.
        """
        loose = [key for key in self.keys if bounds.get(key)]
        if not loose:
            return self._at(values)
        ranges = [allowed(values[key], bounds[key]) for key in loose]
        if any(each is None for each in ranges):
            return False
        choices = product(*[each for each in ranges if each is not None])
        return all(self._at({**values, **dict(zip(loose, choice, strict=True))}) for choice in choices)

    def _at(self, values: Mapping[str, Any]) -> bool:
        return self._truth({name: values[key] for name, key in self._named().items() if key in values})

    def _named(self) -> dict[str, str]:
        """The columns and words by the names that the expression has for them."""
        return {name: self._names.get(name, name) for name in self._expression.names}

    def _holds(self, rows: "_Rows") -> bool:
        try:
            values = rows.open()
        except UsageError as error:
            raise self._said(error) from None
        try:
            return self._truth(values)
        except UsageError as error:
            raise rows.settled(error) from None

    def _truth(self, values: Mapping[str, Any]) -> bool:
        """The truth where names have these values; those that have none are words, such as the name of a variant."""
        words = {name: name for name in self._expression.names if name not in values}
        try:
            value = self._expression({**words, **values})
        except CnnshapeError as error:
            raise self._said(error) from None
        if not isinstance(value, bool):
            raise UsageError(Problem(f"`{self.text}` is not a condition", hint="compare figures, as in `macs < 300M`"))
        return value


def expanded(found: Sweep, keys: list[str], rows: Column) -> Iterator[tuple[Column, list[int], Sweep]]:
    """Some rows, each as often as there are values that the bounds of its figures allow: with all of these, exact.

    Yields the rows, how often each is there, and all of them.  A row for which there are too many is there alone, with
    nothing.
    """
    block: list[int] = []
    choices: list[list[tuple[Any, ...]]] = []
    loose = {key: found.bounds(key) for key in keys}
    for row in rows.tolist():
        ranges = [allowed(found.columns[key][row].item(), loose[key][row]) for key in keys]
        known = [each for each in ranges if each is not None]
        if len(known) < len(keys) or prod(map(len, known)) > _MOST_VALUES:
            yield numpy.array([row]), [], found.take(slice(0, 0))
            continue
        if block and sum(map(len, choices)) + prod(map(len, known)) > _MOST_VALUES:
            yield _wide(found, keys, block, choices)
            block, choices = [], []
        block.append(row)
        choices.append(list(product(*known)))
    if block:
        yield _wide(found, keys, block, choices)


def _wide(
    found: Sweep, keys: list[str], block: list[int], choices: list[list[tuple[Any, ...]]]
) -> tuple[Column, list[int], Sweep]:
    rows, repeats = numpy.array(block), [len(each) for each in choices]
    wide = found.take(numpy.repeat(rows, repeats))
    columns = dict(wide.columns)
    for place, key in enumerate(keys):
        values = [choice[place] for each in choices for choice in each]
        columns[key] = numpy.array(values, dtype=found.columns[key].dtype)
    return rows, repeats, replace(wide, columns=columns, marks={})


class _Rows(Watched):
    """Rows of a sweep whose columns are open."""

    def __init__(self, found: Sweep, held: Mapping[str, str], rows: Column) -> None:
        super().__init__()
        self.found, self.held, self.rows = found, held, rows
        self._tops: dict[str, Column] = {}

    def open(self) -> dict[str, Any]:
        """Each column as a known or an open number; names part ways first."""
        found: dict[str, Any] = {}
        for name, key in self.held.items():
            values = self.found.knobs[key].take(self.rows) if key in self.found.knobs else None
            if values is None:
                found[name] = self._figure(name, key)
            elif len(values.distinct) == 1:
                found[name] = values.distinct[0]
            elif values.tops is not None:
                variable = self._variable(name, values.tops[values.codes])
                found[name] = variable if values.bottom == 1 else Ratio(variable, values.bottom)
            else:
                raise Parting(values.codes)
        return found

    @override
    def first(self, names: Iterable[str]) -> dict[str, int]:
        return {name: int(self._tops[name][0]) for name in names}

    def _figure(self, name: str, key: str) -> Any:
        column = self.found.columns[key][self.rows]
        if column.dtype == bool:
            if (column == column[0]).all():
                return bool(column[0])
            raise Parting(column)
        if column.dtype == object:
            text = f"`{key}` is a shape and cannot be compared"
            raise UsageError(Problem(text, hint=f"`{key.replace('output', 'output[1]', 1)}` is one of its axes"))
        return self._variable(name, column)

    def _variable(self, name: str, column: Column) -> Any:
        self._tops[name] = column
        return self.space.variable(name, int(column.min()), int(column.max()))

    @override
    def value(self, node: Node) -> tuple[Any, Column | None]:
        return numpy.asarray(Program([node]).run({name: self._tops[name] for name in node.names})[0]), None
