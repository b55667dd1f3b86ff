"""A net built over open sizes, with what was decided on the way: at one point, which is noted as assumed."""

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any, NamedTuple

from typing_extensions import override

from cnnshape.analysis.setup import Setup
from cnnshape.commands.formula.assumptions import Given
from cnnshape.commands.formula.domains import Assumed, atomic, is_limit
from cnnshape.commands.formula.nearest import Point
from cnnshape.core.dims import Dim
from cnnshape.core.errors import CnnshapeError, Problem, SpecError, UsageError
from cnnshape.core.text import shown
from cnnshape.graph.graph import Graph
from cnnshape.layers.fields import LARGEST
from cnnshape.layers.registry import layer_types
from cnnshape.spec.document import Spec
from cnnshape.spec.knobs import BATCH, Knob, Knobs
from cnnshape.spec.variables import overridden, variables
from cnnshape.symbolic import Claim, Space, Term
from cnnshape.symbolic.evaluation import value
from cnnshape.symbolic.nodes import Node


@dataclass(frozen=True)
class OpenNet:
    """A net and the setup under which it is looked at, with the names of what is open in it."""

    spec: Spec
    free: dict[str, Knob]
    """What is open, by the name of its variable."""
    setup: Setup

    def build(self, values: Mapping[str, Any]) -> Graph:
        """The graph where the open numbers are these; others stay as they are set."""
        turned = {self.free[name].variable for name in values}
        given = self.setup.inputs_of(self.spec)
        setup = replace(self.setup, inputs={name: self._sizes(name, sizes, turned) for name, sizes in given.items()})
        return setup.turned(self.spec, {self._asked(name): number for name, number in values.items()}).build(self.spec)

    def _asked(self, name: str) -> str:
        knob = self.free[name]
        return knob.variable or knob.name

    def _sizes(self, name: str, given: Sequence[int | None], turned: Container[Any]) -> list[int | None]:
        """The sizes that an input is given, but for axes that are variables which are turned."""
        axes = self.spec.inputs.get(name, ())[-len(given) :]
        if len(axes) < len(given):
            return [*given]
        return [
            None if isinstance(axis, str) and axis in turned else size for axis, size in zip(axes, given, strict=True)
        ]

    def point(self) -> Point:
        """What the open numbers are as the net is set; raises `UsageError` for one that is no whole number."""
        raw, axes = overridden(self.spec, self.setup.variant, self.setup.settings, self.setup.inputs_of(self.spec))
        asked = {knob.variable for knob in self.free.values() if knob.variable}
        held = self._variables(raw) if asked else {}
        if not asked <= held.keys():
            self.build({})  # says which variable there is not, and where
        found = Point()
        for name, knob in self.free.items():
            if knob.variable:
                found[name] = _whole(name, held[knob.variable])
            else:
                found[name] = _whole(name, axes[knob.input][knob.axis] if knob.input else self.setup.batch)
        return found

    def _variables(self, raw: Mapping[str, Any]) -> dict[str, Any]:
        ops = self.setup.registry if self.setup.registry is not None else layer_types()
        behind = {op: op for op in ops} | {name: name for name in self.spec.templates} | {"batch": self.setup.batch}
        try:
            return variables(raw, behind)
        except SpecError as error:
            raise SpecError(*map(self.spec.placed, error.problems)) from None

    def names(self) -> dict[str, str]:
        """What each way to say it means: ``H`` and ``size`` may be one variable."""
        known = Knobs.of(self.spec).known
        own = {knob._replace(name=""): name for name, knob in self.free.items()}
        said = {said: own[knob._replace(name="")] for said, knob in known.items() if knob._replace(name="") in own}
        return said | {name: name for name in self.free}


def _whole(name: str, held: Any) -> int:
    if type(held) is int and 1 <= held <= LARGEST:
        return held
    what = f"{held.numerator}/{held.denominator}" if isinstance(held, Fraction) else shown(held)
    raise UsageError(Problem(f"`{name}` is {what} in the net, and only whole numbers from 1 up can be free"))


def opened(spec: Spec, free: Iterable[str] | None) -> dict[str, Knob]:
    """What is to be open, each once, by the name of its variable; the spatial axes of the first input by default.

    Raises `UsageError` for an unknown name, and if no name is given.
    """
    knobs = Knobs.of(spec)
    found: dict[str, Knob] = {}
    for knob in knobs.space() if free is None else map(knobs.knob, free):
        found[knob.variable or (knob.name if knob.input else BATCH)] = knob
    if not found:
        hint = f"there are {', '.join(knobs.known)}"
        raise UsageError(Problem("nothing is free in the form", hint=hint))
    return found


class Trace(NamedTuple):
    """A net over open numbers."""

    graph: Graph
    space: Space
    variables: dict[str, Dim]
    noted: dict[Claim, bool]
    """What had to be known, and what it is at the point; grows while figures are worked out."""

    def assumed(self) -> list[Assumed]:
        """What was decided, taken apart, but for the claims that nothing is too large."""
        parts = [part for claim, holds in self.noted.items() for part in atomic(claim, holds)]
        return [part for part in dict.fromkeys(parts) if not is_limit(part.claim)]


def traced(source: OpenNet, point: Point) -> Trace:
    """The net over open numbers, as it is built at one point; raises what `OpenNet.build` raises there."""
    noted: dict[Claim, bool] = {}
    space, held = _space(source, point, noted)
    try:
        return Trace(source.build(held), space, held, noted)
    except CnnshapeError as error:
        raise settled(space, error, point) from None


def refused(source: OpenNet, given: Given, point: Point) -> list[Assumed] | None:
    """What decides that a net is refused at a point, or is not as given there: claims in order, and the last of all.

    None where the net is built.
    """
    noted: dict[Claim, bool] = {}
    space, held = _space(source, point, noted)
    try:
        if given.holds(held):
            source.build(held)
            return None
        many = len(noted)
    except CnnshapeError:
        many = len(noted) if space.asked is None else space.asked
    return [Assumed(claim, so) for claim, so in list(noted.items())[:many]]


class _Traced(Space):
    """A space that knows how many claims were `noted` when the first message was written: what is wrong is the last."""

    noted: Mapping[Claim, bool]
    asked: int | None = None

    @override
    def mark(self, node: Node, spec: str = "") -> str:
        if self.asked is None:
            self.asked = len(self.noted)
        return super().mark(node, spec)


def _space(source: OpenNet, point: Point, noted: dict[Claim, bool]) -> tuple[_Traced, dict[str, Dim]]:
    """A space in which everything is as it is at a point, and is noted."""

    def decide(claim: Claim) -> bool:
        noted[claim] = bool(value(claim, point))
        return noted[claim]

    def settle(term: Term) -> int:
        found: int = value(term, point)
        claim = term.equal(found)
        if isinstance(claim, Claim):
            noted[claim] = True
        return found

    space = _Traced(decide, settle)
    space.noted = noted
    return space, {name: space.variable(name, 1, LARGEST) for name in source.free}


def settled(space: Space, error: CnnshapeError, point: Point) -> CnnshapeError:
    """An error as it is at a point, without marks of open numbers."""
    return space.settled(error, lambda node: value(node, point))
