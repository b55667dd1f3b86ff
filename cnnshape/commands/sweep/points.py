"""The points of a sweep, and how they part ways where a net is not the same at all of them."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import Any
from weakref import ref

import numpy
from typing_extensions import override

from cnnshape.commands.sweep.values import Values
from cnnshape.core.dims import Dim
from cnnshape.core.errors import CnnshapeError, Problem, UsageError
from cnnshape.core.text import shown
from cnnshape.layers.fields import LARGEST
from cnnshape.symbolic import Claim, Space, Term
from cnnshape.symbolic.evaluation import value
from cnnshape.symbolic.nodes import Node
from cnnshape.symbolic.rationals import Ratio
from cnnshape.symbolic.vectorised import Column, Program


class Parting(BaseException):
    """The points differ in something that a net hangs on; ``labels`` tells them apart.

    No `Exception`: it comes through the code of layers, which may catch those.
    """

    def __init__(self, labels: Column) -> None:
        super().__init__("the points part ways")
        self.labels = labels


class Watched(ABC):
    """Points with a space of numbers that are open over them: what has to be known is looked up at all of them."""

    def __init__(self) -> None:
        here = ref(self)  # terms and their space hold one another, and would hold these points with long columns

        def points() -> "Watched":
            found = here()
            assert found is not None
            return found

        self.space = Space(lambda claim: points().decide(claim), lambda term: points().settle(term))

    @abstractmethod
    def value(self, node: Node) -> tuple[Any, Column | None]:
        """The values of a term or claim, and which of them each point has; None where there is one for each point."""

    @abstractmethod
    def first(self, names: Iterable[str]) -> dict[str, int]:
        """The values of variables at the first of the points."""

    def settled(self, error: CnnshapeError) -> CnnshapeError:
        """An error as it is at the first of the points, without marks of open numbers."""
        return self.space.settled(error, lambda node: value(node, self.first(node.names)))

    def decide(self, claim: Claim) -> bool:
        """Whether a claim holds at these points; they part ways where it holds at some only."""
        truths, codes = self.value(claim)
        if truths.all() or not truths.any():
            return bool(truths.flat[0])
        raise Parting(truths if codes is None else truths[codes])

    def settle(self, term: Term) -> int:
        """The value of a term at these points; they part ways where there are several."""
        found, codes = self.value(term)
        if (found == found.flat[0]).all():
            return int(found.flat[0])
        raise Parting(found if codes is None else found[codes])


def parted(labels: Column) -> Iterator[Column]:
    """The places of each label.

    >>> [places.tolist() for places in parted(numpy.array([True, False, True]))]
    [[1], [0, 2]]
    """
    if labels.dtype == object:
        labels = numpy.array([str(label) for label in labels])
    codes = labels if labels.dtype == bool else numpy.unique(labels, return_inverse=True)[1]
    order = numpy.argsort(codes, kind="stable")
    yield from numpy.split(order, numpy.flatnonzero(numpy.diff(codes[order])) + 1)


class Points(Watched):
    """Some points of a sweep, by the values of its knobs."""

    def __init__(self, knobs: Mapping[str, Values], rows: Column) -> None:
        super().__init__()
        self.knobs = knobs
        self.rows = rows
        """Which points of the whole these are."""

    def __len__(self) -> int:
        return len(self.rows)

    def parts(self, labels: Column) -> "Iterator[Points]":
        """The points with each of these labels."""
        for which in parted(labels):
            yield Points({name: values.take(which) for name, values in self.knobs.items()}, self.rows[which])

    def open(self) -> dict[str, Any]:
        """For each knob its value, or the open number that it is; knobs that are no numbers part ways first."""
        for values in self.knobs.values():
            if len(values.distinct) > 1 and not values.numeric:
                raise Parting(values.codes)
        return {name: self._open(name, values) for name, values in self.knobs.items()}

    def _open(self, name: str, values: Values) -> Any:
        if len(values.distinct) == 1:
            return values.distinct[0]
        low, high = int(self._tops[name].min()), int(self._tops[name].max())
        if max(abs(low), high) > LARGEST:
            far = max(low, high, key=abs) // values.bottom
            text = f"`{name}` goes beyond {LARGEST:,}, to {shown(far)}"
            if abs(far) <= LARGEST:
                text = f"the values of `{name}` have the common denominator {values.bottom:,}, which is too large"
            raise UsageError(Problem(text))
        variable: Dim = self.space.variable(name, low, high)
        return variable if values.bottom == 1 else Ratio(variable, values.bottom)

    @cached_property
    def _tops(self) -> dict[str, Column]:
        return {name: values.tops for name, values in self.knobs.items() if values.tops is not None}

    def variables(self, names: Iterable[str], at: Any = slice(None)) -> dict[str, Column]:
        """The columns of these variables, at all or some of the points."""
        return {name: self._tops[name][self.knobs[name].codes[at]] for name in names}

    @override
    def first(self, names: Iterable[str]) -> dict[str, int]:
        return {name: int(self._tops[name][self.knobs[name].codes[0]]) for name in names}

    @override
    def value(self, node: Node) -> tuple[Any, Column | None]:
        """What rests on one knob is worked out once for each of its values, not for each point."""
        if len(node.names) == 1:
            (name,) = node.names
            return numpy.asarray(Program([node]).run({name: self._tops[name]})[0]), self.knobs[name].codes
        return numpy.asarray(Program([node]).run(self.variables(node.names))[0]), None
