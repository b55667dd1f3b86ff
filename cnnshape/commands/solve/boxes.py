"""Boxes: every combination of some values of each knob, with the net that they all are, its figures open over them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from math import lcm, prod
from typing import Any, Final, NamedTuple

import numpy
from typing_extensions import override

from cnnshape.commands.sweep.points import Watched, parted
from cnnshape.symbolic import Claim, Term
from cnnshape.symbolic.nodes import Node
from cnnshape.symbolic.rationals import Ratio
from cnnshape.symbolic.vectorised import Column, Program

MOST_SEEN: Final = 1 << 22
"""Combinations at which a condition over several knobs is looked up; of more, nobody knows."""


class Axis(NamedTuple):
    """The values of one knob, or of knobs that are turned together; numbers in order."""

    names: tuple[str, ...]
    values: tuple[Any, ...]

    @property
    def numeric(self) -> bool:
        """Whether all values are numbers."""
        return all(hasattr(value, "numerator") and not isinstance(value, bool) for value in self.values)

    @property
    def name(self) -> str:
        """What the axis is called in terms."""
        return self.names[0]


class Split(BaseException):
    """The combinations differ in something that the net hangs on; ``labels`` tell the values of one axis apart."""

    def __init__(self, axis: int, labels: Column) -> None:
        super().__init__("the box falls apart")
        self.axis, self.labels = axis, labels


class TooWide(BaseException):
    """A condition over several knobs is not decided by bounds, and there are too many combinations to look it up."""


class Box(Watched):
    """Some values of each knob, in every combination."""

    def __init__(self, axes: Sequence[Axis]) -> None:
        super().__init__()
        self.axes = tuple(axes)
        self.place = {axis.name: place for place, axis in enumerate(self.axes)}
        self.noted: list[Claim] | None = None
        """Claims that are taken to hold and noted, while a condition is read."""
        self._raw: dict[str, Column] = {}

    @property
    def points(self) -> int:
        """How many combinations there are."""
        return prod(len(axis.values) for axis in self.axes)

    def parts(self, split: Split) -> "Iterator[Box]":
        """The boxes that this one falls into."""
        for which in parted(split.labels):
            axis = self.axes[split.axis]
            kept = axis._replace(values=tuple(axis.values[place] for place in which))
            yield Box([*self.axes[: split.axis], kept, *self.axes[split.axis + 1 :]])

    def open(self) -> dict[str, Any]:
        """For each knob its value, or the open number that it is."""
        found: dict[str, Any] = {}
        for place, axis in enumerate(self.axes):
            if len(axis.values) > 1 and not axis.numeric:
                raise Split(place, numpy.arange(len(axis.values)))
            found |= dict.fromkeys(axis.names, axis.values[0] if len(axis.values) == 1 else self._open(axis))
        return found

    def _open(self, axis: Axis) -> Any:
        """Values in equal steps as a multiple of their place, so that what all of them divide by is seen."""
        bottom = lcm(*[value.denominator for value in axis.values])
        tops = numpy.array([int(value * bottom) for value in axis.values])
        steps = numpy.diff(tops)
        if (steps == steps[0]).all() and len(steps) > 1:
            self._raw[axis.name] = numpy.arange(len(tops))
            place = self.space.variable(axis.name, 0, len(tops) - 1)
            variable = place * int(steps[0]) + int(tops[0])
        else:
            self._raw[axis.name] = tops
            variable = self.space.variable(axis.name, int(tops.min()), int(tops.max()))
        return variable if bottom == 1 else Ratio(variable, bottom)

    def columns(self, places: Mapping[str, Any], names: Any) -> dict[str, Column]:
        """The variables at these places of their axes."""
        return {name: self._raw[name][places[name]] for name in names}

    def every(self, names: Any) -> dict[str, Column]:
        """The places of every combination of some axes."""
        listed = sorted(names, key=self.place.__getitem__)
        grid = numpy.meshgrid(*[numpy.arange(len(self._raw[name])) for name in listed], indexing="ij")
        return {name: axis.ravel() for name, axis in zip(listed, grid, strict=True)}

    @override
    def first(self, names: Iterable[str]) -> dict[str, int]:
        return {name: int(self._raw[name][0]) for name in names}

    @override
    def value(self, node: Node) -> tuple[Any, Column | None]:
        if prod(len(self._raw[name]) for name in node.names) > MOST_SEEN:
            raise TooWide
        return numpy.asarray(Program([node]).run(self.columns(self.every(node.names), node.names))[0]), None

    @override
    def decide(self, claim: Claim) -> bool:
        if self.noted is not None:
            self.noted.append(claim)
            return True
        truths, _ = self.value(claim)
        if truths.all() or not truths.any():
            return bool(truths.flat[0])
        raise self._split(claim, truths)

    @override
    def settle(self, term: Term) -> int:
        found, _ = self.value(term)
        if (found == found.flat[0]).all():
            return int(found.flat[0])
        raise self._split(term, found)

    def _split(self, node: Node, found: Column) -> Split:
        """Along the one axis that it hangs on, or into the single values of the shortest of several."""
        name = min(node.names, key=lambda name: len(self._raw[name]))
        return Split(self.place[name], found if len(node.names) == 1 else numpy.arange(len(self._raw[name])))
