"""The closed form of a figure: two expressions, and the sizes for which they hold."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from typing_extensions import override

from cnnshape.analysis.metrics import Metric
from cnnshape.commands.formula.domains import Assumed, is_limit
from cnnshape.commands.formula.integer_sets import Sizes
from cnnshape.commands.formula.nearest import Point
from cnnshape.commands.formula.tracing import OpenNet
from cnnshape.core.display import Displayed
from cnnshape.core.errors import CnnshapeError, Problem, UsageError
from cnnshape.core.text import shown
from cnnshape.layers.fields import LARGEST
from cnnshape.symbolic import Claim
from cnnshape.symbolic.evaluation import valued
from cnnshape.symbolic.nodes import Node

if TYPE_CHECKING:
    from collections.abc import Iterator


class Refused(NamedTuple):
    """Sizes that are not legal, and what the net says of them."""

    sizes: Point
    problem: Problem


@dataclass(frozen=True)
class Divided:
    """A form without floors: each size is so many steps and a rest, ``H = 32 h + 11``."""

    value: Any
    steps: dict[str, tuple[int, str, int]]
    """For each size the step, the letter that counts them, and the rest."""
    lows: dict[str, int]
    """The least that each letter counts."""

    def __call__(self, **sizes: int) -> Any:
        """The value at sizes that have these rests; raises `UsageError` at others."""
        letters = dict[str, int]()
        for name, (step, letter, rest) in self.steps.items():
            letters[letter], over = divmod(sizes[name] - rest, step)
            if over:
                raise UsageError(Problem(f"{name}={sizes[name]} is not {step} {letter} + {rest}"))
        return evaluated(self.value, letters)


@dataclass(frozen=True, repr=False)
class ClosedForm(Displayed):
    """A figure of a net, or of one of its layers, over sizes that are open."""

    name: str
    """The net's."""
    metric: Metric
    layer: str | None
    value: Any
    """The figure: a number, a term, or shapes of them."""
    divided: Divided | None
    """The same without floors, for sizes of one kind; None where there are no floors to begin with."""
    sizes: dict[str, Sizes | None]
    """The legal sizes for each open number; None where they make no pattern, and the assumptions say what they are."""
    assumptions: tuple[Assumed, ...]
    """What must hold beside that: what hangs on several numbers at once."""
    same: dict[str, str]
    """Names that are assumed to be the same as another: ``W`` as ``H``."""
    point: Point
    """The sizes at which everything was decided that bounds do not decide."""
    inputs: dict[str, tuple[Any, ...]]
    """The shape of each input of the net."""
    outputs: tuple[str, ...]
    """The outputs of the net that the shapes belong to, where the figure is their shapes."""
    alone: dict[str, Sizes | None]
    """What is left to each name where the others are as in `point`; empty where they do not hang on each other."""
    refused: Refused | None
    """The sizes that the net is set to where these are not legal, and `point` is the nearest that is."""
    _source: OpenNet = field(compare=False)
    _noted: Mapping[Claim, bool] = field(compare=False)

    @override
    def __repr__(self) -> str:
        where = f" of `{self.layer}`" if self.layer else ""
        return f"ClosedForm({self.name}: {self.metric.key}{where} over {', '.join(self.point) or 'nothing'})"

    def __call__(self, **sizes: int) -> Any:
        """The figure at these sizes, exactly; raises `UsageError` where the form does not hold."""
        point = self._placed(sizes)
        self._check(point)
        return evaluated(self.value, point)

    def holds(self, **sizes: int) -> bool:
        """Whether the form holds at these sizes."""
        point = self._placed(sizes)
        found = valued(self._noted, point)
        return all(found[claim] == holds for claim, holds in self._noted.items())

    @property
    def smallest(self) -> Point | None:
        """The smallest legal sizes; None where they hang on each other, and those are not legal together."""
        point = {name: sizes.smallest if sizes else self.point[name] for name, sizes in self.sizes.items()}
        return point if self.holds(**point) and all(self.sizes.values()) else None

    def reason(self, name: str) -> tuple[int, Problem] | None:
        """A size that is not legal, and what the net says of it; None where there is none but as assumed.

        It is the one behind the smallest where legal sizes have gaps, and else the one before.
        """
        sizes = self.sizes[name]
        size = None if sizes is None else sizes.gap()
        if size is None:
            return None
        try:
            self._source.build({**self.point, name: size, **self._alike(name, size)})
        except CnnshapeError as error:
            return size, error.problems[0]
        return None

    def _alike(self, name: str, size: int) -> Point:
        return {other: size for other, first in self.same.items() if first == name}

    def _placed(self, sizes: Mapping[str, int]) -> Point:
        """The point that a call means; raises `UsageError` for names that there are not, and for those left out."""
        names, point = self._source.names(), Point()
        for said, size in sizes.items():
            if said not in names:
                free = ", ".join(f"`{name}`" for name in self.point) or "nothing"
                raise UsageError(Problem(f"`{said}` is not free in the form", hint=f"free: {free}"))
            if type(size) is not int or not 1 <= size <= LARGEST:
                raise UsageError(Problem(f"{said}={shown(size)} is not a whole number from 1 up"))
            if point.setdefault(names[said], size) != size:
                text = f"`{names[said]}` would be {point[names[said]]} and {size} at once"
                raise UsageError(Problem(text))
        for name, first in self.same.items():
            if name in point or first in point:
                point.setdefault(name, point.get(first, 0))
                point.setdefault(first, point[name])
        missing = [name for name in self.point if name not in point]
        if missing:
            raise UsageError(Problem(f"the form is over `{missing[0]}`, which is not given"))
        return point

    def _check(self, point: Point) -> None:
        if self.holds(**point):
            return
        at = ", ".join(f"{name}={size}" for name, size in point.items())
        text = f"the form does not hold at {at}"
        for name, sizes in self.sizes.items():
            if sizes is not None and point[name] not in sizes:
                raise UsageError(Problem(text, hint=f"{name} is legal for {sizes.words()}"))
        if any(is_limit(claim) for claim, holds in self._noted.items() if valued([claim], point)[claim] != holds):
            raise UsageError(Problem(text, hint="a tensor would be larger than any is"))
        raise UsageError(Problem(text, hint="what it rests on hangs on several sizes: see its assumptions"))

    def sympy(self) -> Any:
        """The figure as an expression of sympy over positive integers; needs sympy."""
        from cnnshape.interop.sympy_terms import to_sympy

        return to_sympy(self.value)


def evaluated(x: Any, point: Mapping[str, int]) -> Any:
    """A number, or shapes of numbers, where the variables are these."""
    found = valued(_nodes(x), point)
    return _put(x, found)


def _nodes(x: Any) -> "Iterator[Node]":
    if isinstance(x, Node):
        yield x
    elif isinstance(x, tuple):
        for one in x:
            yield from _nodes(one)


def _put(x: Any, found: Mapping[Node, Any]) -> Any:
    if isinstance(x, tuple):
        return tuple([_put(one, found) for one in x])
    return found[x] if isinstance(x, Node) else x
