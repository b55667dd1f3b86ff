"""Which points a sweep has: lists side by side or every combination, cut into chunks and never held whole."""

import re
import sys
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from math import floor, log, log1p, prod
from typing import Any, Final

import numpy
from typing_extensions import override

from cnnshape.commands.sweep.values import Values
from cnnshape.core.errors import Problem, UsageError
from cnnshape.layers.fields import LARGEST
from cnnshape.spec.yaml.scalars import NUMBER, exact

MOST_VALUES: Final = 10_000_000
"""The most values of one knob that a range may have."""

_EXAMPLES: Final = "8:64 goes up by 1, 16:128:8 by 8, 8:64:*2 doubles; both ends are meant"
_TRUTHS: Final = {"true": True, "false": False}

_RANGE: Final = re.compile(rf"(?P<first>-?{NUMBER}):(?P<last>-?{NUMBER})(?::(?P<times>\*?)(?P<step>{NUMBER}))?")


class Plan(ABC):
    """The points of a sweep, in order."""

    @property
    @abstractmethod
    def names(self) -> tuple[str, ...]:
        """The knobs that differ."""

    @property
    @abstractmethod
    def whole(self) -> dict[str, Values]:
        """All values of each knob, at no points."""

    @abstractmethod
    def __len__(self) -> int:
        """How many points there are."""

    @abstractmethod
    def slice(self, start: int, stop: int) -> dict[str, Values]:
        """The knobs at some of the points."""

    def chunks(self, size: int) -> Iterator[dict[str, Values]]:
        """The knobs at so many points at a time."""
        for start in range(0, len(self), size):
            yield self.slice(start, min(start + size, len(self)))


class Listed(Plan):
    """Lists side by side: point i has the i-th value of each; one of a single value holds for all."""

    def __init__(self, knobs: Mapping[str, Any]) -> None:
        self.knobs = {name: Values.of(name, values) for name, values in knobs.items()}
        sizes = {name: len(values.codes) for name, values in self.knobs.items() if len(values.codes) > 1}
        if len(set(sizes.values())) > 1:
            said = ", ".join(f"`{name}` {size:,}" for name, size in sizes.items())
            hint = "grid=True takes every combination of them"
            raise UsageError(Problem(f"the knobs have different numbers of values: {said}", hint=hint))
        self._points = max(sizes.values(), default=1)

    @property
    @override
    def names(self) -> tuple[str, ...]:
        return tuple(self.knobs)

    @property
    @override
    def whole(self) -> dict[str, Values]:
        return {name: values._replace(codes=values.codes[:0]) for name, values in self.knobs.items()}

    @override
    def __len__(self) -> int:
        return self._points

    @override
    def slice(self, start: int, stop: int) -> dict[str, Values]:
        none = numpy.zeros(stop - start, dtype=numpy.int64)
        return {
            name: values.take(slice(start, stop)) if len(values.codes) > 1 else values._replace(codes=none)
            for name, values in self.knobs.items()
        }


class Grid(Plan):
    """Every combination of values; the last knob changes fastest.  Knobs of one group change together."""

    def __init__(self, groups: Sequence[tuple[Sequence[str], Any]]) -> None:
        self.groups = [(tuple(names), Values.of(names[0], values)) for names, values in groups]
        sizes = [len(values.codes) for _, values in self.groups]
        self._points = prod(sizes)
        self._strides = [prod(sizes[place + 1 :]) for place in range(len(sizes))]

    @property
    @override
    def names(self) -> tuple[str, ...]:
        return tuple(name for names, _ in self.groups for name in names)

    @property
    @override
    def whole(self) -> dict[str, Values]:
        found = ((name, values) for names, values in self.groups for name in names)
        return {name: values._replace(codes=values.codes[:0]) for name, values in found}

    @override
    def __len__(self) -> int:
        if self._points > sys.maxsize:
            text = f"there are {self._points:,} points, and the most is {sys.maxsize:,}"
            raise UsageError(Problem(text, hint="give fewer values, or a larger step"))
        return self._points

    @override
    def slice(self, start: int, stop: int) -> dict[str, Values]:
        rows = numpy.arange(start, stop)
        found: dict[str, Values] = {}
        for (names, values), stride in zip(self.groups, self._strides, strict=True):
            here = values.take(rows // stride % len(values.codes))
            found |= dict.fromkeys(names, here)
        return found


def listed(text: str, name: str) -> Sequence[Any]:
    """The values that a text such as ``16:128:8``, ``8,16,32`` or ``8:64:*2`` stands for; both ends are meant.

    What is neither a number nor a range is left as it stands, an expression.  Raises `UsageError` for what has no end.

    >>> list(listed("16:40:8", "width")), listed("1,2:3,ReLU,[1,2]", "x"), listed("8:64:*2", "x")
    ([16, 24, 32, 40], [1, 2, 3, 'ReLU', '[1,2]'], [8, 16, 32, 64])
    """
    parts = _parts(text)
    found: list[Any] = []
    for part in parts:
        match = _RANGE.fullmatch(part)
        if ":" in part and not match:
            raise UsageError(Problem(f"`{name}` takes FIRST:LAST:STEP, which `{part}` is not", hint=_EXAMPLES))
        try:
            values = _range(match, name) if match else [_one(part)]
            if len(parts) == 1 and part:
                return values
            found += values
        except ValueError as error:
            raise UsageError(Problem(f"`{name}`: {error}")) from None
    if "" in found:
        raise UsageError(Problem(f"`{name}` takes values such as 16:128:8 or 8,16,32, not `{text}`"))
    return found


def _one(part: str) -> Any:
    """A value as a spec holds it: a number, true or false, and an expression otherwise."""
    if part.count("[") + part.count("(") != part.count("]") + part.count(")"):
        raise ValueError(f"a bracket of `{part}` has no other")
    return exact(part) if re.fullmatch(f"-?{NUMBER}", part) else _TRUTHS.get(part, part)


def _parts(text: str) -> list[str]:
    """What stands between commas outside of brackets."""
    parts, depth = [""], 0
    for character in text:
        depth += (character in "[(") - (character in "])")
        if character == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += character
    return [part.strip() for part in parts]


def _range(match: re.Match[str], name: str) -> Sequence[Any]:
    first, last = exact(match["first"]), exact(match["last"])
    step, times = exact(match["step"] or "1"), bool(match["times"])
    if last < first or step <= (1 if times else 0) or (times and first <= 0):
        text = f"`{name}` takes FIRST:LAST:STEP, which `{match[0]}` is not"
        raise UsageError(Problem(text, hint="the first value is the smallest, and a step leads on to the last"))
    steps = log(last / first) / log1p(step - 1) if times else (last - first) / step
    if steps > MOST_VALUES:
        raise UsageError(Problem(f"`{name}` would have more than {MOST_VALUES:,} values"))
    if not times and first.denominator == step.denominator == 1:
        return range(first.numerator, floor(last) + 1, step.numerator)
    found: list[Any] = []
    while first <= last:
        if first.denominator > LARGEST:
            decimals = len(str(LARGEST)) - 1
            text = f"`{name}` has values of more than {decimals} decimals in `{match[0]}`"
            raise UsageError(Problem(text, hint="start and step with fewer digits"))
        found.append(first)
        first = first * step if times else first + step
    return [value.numerator if value.denominator == 1 else value for value in found]
