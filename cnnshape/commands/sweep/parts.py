"""A sweep over some points: the net is built once for each part of them at which it is the same net.

Each part is built with its knobs open.  Where that meets a condition that holds at some of its points only, they part
ways and each side is built anew; where it meets a mistake, that is the mistake of all its points.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, Final

import numpy

from cnnshape.analysis.result import Analysis
from cnnshape.analysis.setup import Setup
from cnnshape.commands.sweep.figures import Figure
from cnnshape.commands.sweep.points import Parting, Points
from cnnshape.commands.sweep.reasons import Reason, Reasons
from cnnshape.commands.sweep.record import Sweep
from cnnshape.commands.sweep.values import Values
from cnnshape.core.errors import CnnshapeError, UsageError
from cnnshape.spec.document import Spec
from cnnshape.symbolic.vectorised import LARGEST, Column, Program

BLOCK: Final = 8192
"""Points that are worked out at once: their columns stay in the cache of a core."""

VARIANT: Final = "variant"
"""The knob that is the spec's variant."""


@dataclass(frozen=True)
class Job:
    """What is asked of each point; another process can take it."""

    spec: Spec
    figures: tuple[Figure, ...]
    setup: Setup

    def build(self, values: Mapping[str, Any]) -> Analysis:
        """The net at these values of its knobs, which may be open."""
        turned = dict(values)
        setup = replace(self.setup, variant=turned.pop(VARIANT, self.setup.variant)).turned(self.spec, turned)
        return Analysis(setup.build(self.spec), setup)


def asked(knobs: Mapping[str, Any], more: Mapping[str, Any]) -> tuple[dict[str, Any], Setup]:
    """The knobs and the setup of a call that takes both by name; several variants are a knob."""
    names = {"setup", *(each.name for each in fields(Setup))}
    options = {name: value for name, value in more.items() if name in names}
    turned = {**knobs, **{name: value for name, value in more.items() if name not in names}}
    if not isinstance(options.get(VARIANT, ""), str | None):
        turned = {VARIANT: options.pop(VARIANT), **turned}
    return turned, Setup.of(**options)


class _Filling:
    """The columns of a sweep while its parts come in."""

    def __init__(self, job: Job, points: int) -> None:
        self.job = job
        self.reasons = Reasons.none(points)
        self.columns: dict[str, Column] = {}
        self.missing: dict[str, Column] = {}
        self.marks: dict[str, Column] = {}
        for each in job.figures:
            self.columns[each.key] = numpy.zeros(points, dtype=each.dtype)
            if each.bounded:
                self.marks[each.key] = numpy.zeros(points, dtype=numpy.int8)
            self.missing[each.key] = numpy.zeros(points, dtype=bool)

    def refused(self, points: Points, error: CnnshapeError) -> None:
        """No point of a part is a net."""
        problem = error.problems[0]
        said = f"`{problem.path}`: {problem.text}" if problem.path else problem.text
        self.reasons.add(points.rows, _reason(said, points))

    def found(self, points: Points, values: Mapping[str, Any], marks: Mapping[str, int]) -> None:
        """The figures of a part: terms over its points, numbers, shapes of both, or None."""
        for key, mark in marks.items():
            self.marks[key][points.rows] = mark
        flat, shapes = _flat(values)
        program = Program(flat)
        names = {name for node in program.nodes for name in node.names}
        for start in range(0, len(points), BLOCK):
            at = slice(start, start + BLOCK)
            rows = points.rows[at]
            columns = program.run(points.variables(names, at))
            for key, place in shapes.items():
                self._put(key, rows, _shaped(place, columns, len(rows)))

    def _put(self, key: str, rows: Column, column: Any) -> None:
        if column is None:
            self.missing[key][rows] = True
            return
        shapes = self.columns[key].dtype == object
        if not shapes and isinstance(column, numpy.ndarray) and column.dtype == object:
            far = numpy.array([not -LARGEST <= value <= LARGEST for value in column])
            text = f"`{key}` is {{0:,}}, beyond the 64 bits of a column"
            self._beyond(rows, far, Reason(text, (column,)))
            column = numpy.where(far, 0, column).astype(numpy.int64)
        elif not shapes and isinstance(column, int) and abs(column) > LARGEST:
            said = f"`{key}` is {column:,}, beyond the 64 bits of a column"
            self._beyond(rows, numpy.ones(len(rows), dtype=bool), Reason(said))
            column = 0
        self.columns[key][rows] = column

    def _beyond(self, rows: Column, far: Column, reason: Reason) -> None:
        """A figure of some rows is too large; what was said of an earlier one stands."""
        new = numpy.flatnonzero(far & self.reasons.valid[rows])
        if len(new):
            self.reasons.add(rows[new], reason.take(new))

    def sweep(self, knobs: Mapping[str, Values]) -> Sweep:
        """What has come in."""
        missing = {key: mask for key, mask in self.missing.items() if mask.any()}
        return Sweep(self.job.spec.name, knobs, self.job.figures, self.columns, missing, self.reasons, self.marks)


def swept(job: Job, knobs: Mapping[str, Values]) -> Sweep:
    """The figures at all points; raises `UsageError` for what is wrong with the question and not with a net."""
    points = len(next(iter(knobs.values())).codes)
    filling = _Filling(job, points)
    todo = [Points(knobs, numpy.arange(points))]
    while todo:
        part = todo.pop()
        try:
            net = job.build(part.open())
            found = {each.key: each.of(net) for each in job.figures}
            marks = {each.key: each.mark(net) for each in job.figures if each.bounded}
        except Parting as parting:
            todo += part.parts(parting.labels)
        except UsageError as error:
            raise part.settled(error) from None
        except CnnshapeError as error:
            filling.refused(part, error)
        else:
            filling.found(part, found, marks)
    return filling.sweep(knobs)


def _reason(said: str, points: Points) -> Reason:
    """A message in which open numbers are marked, as a sentence with columns."""
    marked = points.space.marked(said)
    if not marked:
        return Reason(said)
    names = {name for node in marked for name in node.names}
    columns = Program(marked).run(points.variables(names))
    text = points.space.templated(said, lambda place, spec: f"{{{place}:{spec}}}")
    return Reason(text, tuple(columns))


def _flat(values: Mapping[str, Any]) -> tuple[list[Any], dict[str, Any]]:
    """All numbers in one list, and for each figure where in it they are, in the form that the figure has."""
    flat: list[Any] = []

    def placed(value: Any) -> Any:
        if value is None:
            return None
        if isinstance(value, tuple):
            return tuple(placed(part) for part in value)
        flat.append(value)
        return len(flat) - 1

    return flat, {key: placed(value) for key, value in values.items()}


def _shaped(place: Any, columns: list[Any], points: int) -> Any:
    """A column of a figure: of numbers, or of shapes."""
    if place is None or isinstance(place, int):
        return None if place is None else columns[place]
    found = numpy.empty(points, dtype=object)
    parts = [_listed(part, columns, points) for part in place]
    found[:] = list(zip(*parts, strict=True)) if parts else [()] * points
    return found


def _listed(place: Any, columns: list[Any], points: int) -> list[Any]:
    if isinstance(place, int):
        listed: list[Any] = numpy.broadcast_to(columns[place], points).tolist()
        return listed
    parts = [_listed(part, columns, points) for part in place]
    return list(zip(*parts, strict=True)) if parts else [()] * points
