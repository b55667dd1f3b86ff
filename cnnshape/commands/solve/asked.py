"""A question for the best point, read and answered: box by box, or where that does not do by looking at every point."""

import re
from collections.abc import Iterator, Mapping, Sequence
from math import lcm
from numbers import Rational
from typing import Any, Final

from cnnshape.analysis.metrics import METRICS
from cnnshape.analysis.result import Analysis
from cnnshape.commands.solve.best import Best, Question, best
from cnnshape.commands.solve.boxes import Axis, Box, Split, TooWide
from cnnshape.commands.solve.conditions import Condition, conditions
from cnnshape.commands.solve.record import Closest, Neighbour, Solution
from cnnshape.commands.sweep.figures import Figure, figure
from cnnshape.commands.sweep.fronts import Aim
from cnnshape.commands.sweep.parts import Job
from cnnshape.commands.sweep.plans import Grid
from cnnshape.commands.sweep.queries import Query
from cnnshape.commands.sweep.search import Search, check, check_names, is_figure
from cnnshape.commands.sweep.values import Values
from cnnshape.core.bounds import Bound
from cnnshape.core.errors import CnnshapeError, Problem, UsageError, unknown
from cnnshape.spec.document import Spec, load
from cnnshape.spec.variables import AS_STATED

_ONE: Final = re.compile(r"(?P<left>[^<>=]+?)\s*(?P<sign>[<>])=?\s*(?P<right>[^<>=]+)")


class Asked:
    """A question for the best, read."""

    def __init__(
        self, spec: Spec, axes: Sequence[Axis], met: tuple[Condition, ...], aim: Aim, figures: tuple[Figure, ...]
    ) -> None:
        self.spec, self.axes, self.met, self.aim, self.figures = spec, tuple(axes), met, aim, figures
        self.looked = 0
        self.bisected = True
        self.undecided = 0
        """Points of which nobody knows whether they meet the conditions, as figures of theirs are bounds."""
        numbers = [axis.values for axis in self.axes if aim.key in axis.names and axis.numeric]
        self._words = {value: value for axis in self.axes for value in axis.values if isinstance(value, str)}
        """Values that a condition may name, such as those of ``variant``."""
        self._bottom = lcm(*[value.denominator for values in numbers for value in values])
        """What makes the objective whole, where it is a knob."""

    @classmethod
    def of(
        cls, source: Any, groups: Sequence[tuple[tuple[str, ...], Any]], where: str, maximize: str, minimize: str
    ) -> "Asked":
        """From words; raises `UsageError` for what is wrong with them."""
        if bool(maximize) == bool(minimize):
            raise UsageError(
                Problem(
                    "a solution is the largest or the smallest of something: name one thing to maximize or minimize"
                )
            )
        spec = load(source)
        axes = [_axis(names, values) for names, values in groups]
        names = [name for axis in axes for name in axis.names]
        plan = Grid(groups)
        check(spec, plan, AS_STATED)
        aim, met = Aim(maximize or minimize, bool(maximize)), conditions(where)
        for condition in met:
            check_names(condition.query, plan, spec)
        if aim.key not in names and not is_figure(aim.key):
            text = f"there is neither a figure nor a knob `{aim.key}`"
            raise UsageError(unknown(text, aim.key, [*names, *METRICS]))
        if any(aim.key in axis.names and not axis.numeric for axis in axes):
            text = f"not every value of `{aim.key}` is a number, so that none is the largest or the smallest"
            raise UsageError(Problem(text))
        keys = dict.fromkeys([aim.key, *(key for each in met for key in each.query.keys)])
        figures = tuple(figure(key) for key in keys if key not in names and is_figure(key))
        for of in figures:
            if of.is_shape:
                hint = f"`{of.key.replace('output', 'output[1]', 1)}` is one of its axes"
                raise UsageError(Problem(f"`{of.key}` is a shape and cannot be compared", hint=hint))
        return cls(spec, axes, met, aim, figures)

    @property
    def points(self) -> int:
        """How many points there are."""
        return Box(self.axes).points

    def answered(self, job: Job) -> Solution:
        """The answer."""
        point = self.best(job)
        undecided = self.undecided
        if point is None and undecided:
            raise self._unknown()
        at, bounds = (None, {}) if point is None else self.measured(job, point)
        keys = dict.fromkeys([self.aim.key, *(each.key for each in self.figures)])
        known = {each.key: each for each in self.figures}
        closest = () if point else tuple(self._closest(job))
        return Solution(
            net=job.spec.name,
            knobs=tuple(axis.names for axis in self.axes),
            objective=self.aim.key,
            aim="largest" if self.aim.most else "smallest",
            conditions=tuple(each.text for each in self.met),
            point=point,
            figures={key: at[key] for key in keys} if at else {},
            neighbours=tuple(self._neighbours(job, point)) if point else (),
            closest=closest,
            reason="" if point or closest else self._reason(job),
            points=self.points,
            looked=min(self.looked, self.points),  # a bisection may come by a point more than once
            method="bisection" if self.bisected else "every point",
            known=known,
            bounds=bounds,
            undecided=undecided,
        )

    def best(self, job: Job) -> dict[str, Any] | None:
        """The best point; None where none meets the conditions."""
        if all(each.plain for each in self.met):
            try:
                return self._of_boxes(job)
            except TooWide:
                pass
        return self._of_sweep(job)

    def _of_boxes(self, job: Job) -> dict[str, Any] | None:
        found: tuple[int, tuple[int, ...], dict[str, Any]] | None = None
        todo = [Box(self.axes)]
        self.looked, self.bisected = 0, False
        while todo:
            box = todo.pop()
            try:
                there = self._of_box(job, box)
            except Split as split:
                todo += box.parts(split)
                continue
            if there is None:
                continue
            at = zip(box.axes, there.places, strict=True)
            point = {name: axis.values[place] for axis, place in at for name in axis.names}
            places = tuple(axis.values.index(point[axis.name]) for axis in self.axes)
            if found is None or (-there.value, places) < (-found[0], found[1]):
                found = there.value, places, point
        return found and found[2]

    def _of_box(self, job: Job, box: Box) -> Best | None:
        values = box.open()
        try:
            net = job.build(values)
            values = {**self._words, **values, **{each.key: each.of(net) for each in self.figures}}
            bounds = self._bounds(net)
        except UsageError as error:
            raise box.settled(error) from None
        except CnnshapeError:
            return None
        if any(value is None for value in values.values()):
            return None
        if any(key in bounds for each in self.met for key in each.query.keys):
            raise TooWide
        claims = []
        for each in self.met:
            more = each.claims(box, values)
            if more is None:
                return None
            claims += more
        objective = values[self.aim.key] * self._bottom
        objective = objective.numerator if isinstance(objective, Rational) else objective
        question = Question(box, claims, objective if self.aim.most else -objective)
        found = best(question)
        self.bisected |= question.bisected() is not None
        self.looked += found.looked if found else 1
        return found

    def _of_sweep(self, job: Job) -> dict[str, Any] | None:
        """By looking at every point, chunk by chunk."""
        self.looked, self.bisected = self.points, False
        plan = Grid([(axis.names, list(axis.values)) for axis in self.axes])
        text = " and ".join(f"({each.text})" for each in self.met)
        found = Search(job, plan, Query(text) if text else None, (), self.aim, 1).collected()
        self.undecided = found.undecided
        if not len(found):
            return None
        row = next(found.rows())
        return {name: found.knobs[name].distinct[0] for name in found.knobs} if row else None

    def measured(self, job: Job, point: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Bound]]:
        """The knobs and figures at one point, and which of these are bounds; raises where it is no net."""
        net = job.build(point)
        return {**point, **{each.key: each.of(net) for each in self.figures}}, self._bounds(net)

    def _bounds(self, net: Analysis) -> dict[str, Bound]:
        found = {each.key: each.bound(net) for each in self.figures}
        return {key: bound for key, bound in found.items() if bound is not None}

    def _unknown(self) -> UsageError:
        """What is said where no point is known to meet the conditions, and some may."""
        count = f"{self.undecided:,} point{'s' if self.undecided != 1 else ''}"
        under = " and ".join(each.text for each in self.met)
        text = f"whether a point meets `{under}` cannot be said: at {count} a figure is a bound"
        return UsageError(Problem(text, hint="change the condition so that every value the bound allows meets it"))

    def _neighbours(self, job: Job, point: Mapping[str, Any]) -> Iterator[Neighbour]:
        """The next values of each knob, with what stops them."""
        for axis in self.axes:
            place = axis.values.index(point[axis.name])
            for other in (place + 1, place - 1):
                if 0 <= other < len(axis.values) and axis.numeric:
                    yield self._neighbour(job, axis, axis.values[other], point)

    def _neighbour(self, job: Job, axis: Axis, value: Any, point: Mapping[str, Any]) -> Neighbour:
        try:
            there, bounds = self.measured(job, {**point, **dict.fromkeys(axis.names, value)})
        except CnnshapeError as error:
            return Neighbour(axis.names, value, (), _first(error), {})
        figures = {key: there[key] for key in dict.fromkeys([self.aim.key, *(each.key for each in self.figures)])}
        if any(value is None for value in figures.values()):
            return Neighbour(axis.names, value, (), "it has no such figure", figures)
        stops = tuple(each.text for each in self.met if not each.query.holds({**self._words, **there}, bounds))
        return Neighbour(axis.names, value, stops, "", figures, bounds)

    def _reason(self, job: Job) -> str:
        """Why the first point is no net, where none is; raises `UsageError` for a figure that no net has."""
        net = Asked(self.spec, self.axes, (), Aim("layers", True), (figure("layers"),)).best(job)
        if net is None:
            first = {name: axis.values[0] for axis in self.axes for name in axis.names}
            return _said(job, first)
        for each in self.figures:
            if Asked(self.spec, self.axes, (), Aim(each.key, True), (each,)).best(job) is None:
                paths = job.build(net).graph.paths
                if each.path and each.path not in paths:
                    inside = [known for known in paths if known.startswith(f"{each.path}.")]
                    hint = f"it is a block, its last layer is `{inside[-1]}`" if inside else ""
                    raise UsageError(unknown(f"no point has a layer `{each.path}`", each.path, paths, hint=hint))
                raise UsageError(Problem(f"no point has a figure `{each.key}`"))
        return ""

    def _closest(self, job: Job) -> Iterator[Closest]:
        """For each condition over one figure that holds nowhere, where it comes closest."""
        for each in self.met:
            match = _ONE.fullmatch(each.text)
            key = each.query.keys[0] if len(each.query.keys) == 1 else ""
            if not match or not is_figure(key):
                continue
            small = (match["sign"] == "<") == (key in match["left"])
            alone = Asked(self.spec, self.axes, (), Aim(key, not small), (figure(key),))
            point = alone.best(job)
            if point is None:
                continue
            there, bounds = alone.measured(job, point)
            if not each.query.holds(there, bounds):
                yield Closest(each.text, point, {key: there[key]})


def _axis(names: tuple[str, ...], values: Any) -> Axis:
    """The values of a knob, numbers in order."""
    found = Axis(names, Values.of(names[0], values).distinct)
    return found._replace(values=tuple(sorted(found.values))) if found.numeric else found


def _first(error: CnnshapeError) -> str:
    """The first of what is wrong, as a sentence."""
    first = error.problems[0]
    return f"`{first.path}`: {first.text}" if first.path else first.text


def _said(job: Job, point: Mapping[str, Any]) -> str:
    """Why a point is no net."""
    try:
        job.build(point)
    except CnnshapeError as error:
        return _first(error)
    return ""
