"""The sizes of an input for which a net can be built, where paths of another size meet.

Looked for within a time: sizes that powers of two divide are tried, and from one that fits, the closed form says which
others do.  Whatever goes wrong on the way, the hint stays as it was.
"""

import time
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from cnnshape.analysis.setup import Setup
from cnnshape.core.errors import CnnshapeError, Problem
from cnnshape.core.late import late
from cnnshape.graph.hints.misfits import SIZES
from cnnshape.layers import BUILTIN
from cnnshape.spec.document import Spec
from cnnshape.spec.knobs import Knobs
from cnnshape.spec.variables import Names, input_shapes, overridden, variables

if TYPE_CHECKING:
    from cnnshape.commands.formula.integer_sets import Sizes

_STEPS: Final = (2, 4, 8, 16, 32, 64, 128)
_SECONDS: Final = 0.5  # of work; after that nothing more is tried
_MOST: Final = 500  # layers of a net of which a closed form is asked

Point = dict[str, int]


def with_sizes(error: CnnshapeError, spec: Spec, setup: Setup) -> CnnshapeError:
    """The error, with the legal input sizes in the hints for merges that differ by a little."""
    if not any(problem.hint.endswith(SIZES) for problem in error.problems):
        return error
    try:
        found = _Search(spec, setup).hint()
    except Exception:  # a hint must not hide what it is about
        return error
    return type(error)(*[_hinted(problem, found) for problem in error.problems])


def _hinted(problem: Problem, found: str) -> Problem:
    if not problem.hint.endswith(SIZES):
        return problem
    return problem._replace(hint=found or problem.hint.removesuffix(SIZES))


class _Search:
    """The sizes that are tried: those of one input, the first before the others, then of all of them together."""

    def __init__(self, spec: Spec, setup: Setup) -> None:
        self.until = time.process_time() + _SECONDS
        self.spec, self.knobs = spec, Knobs.of(spec)
        inputs = setup.inputs_of(spec)
        raw, axes = overridden(spec, setup.variant, setup.settings, inputs)
        ops = BUILTIN if setup.registry is None else setup.registry
        behind = {**{name: name for name in (*ops, *spec.templates)}, "batch": setup.batch}
        self.values = Names(variables(raw, behind), behind)
        shapes = input_shapes(spec, axes, self.values, setup.batch)
        self.sizes = {name: tuple(shapes[name][2:]) for name in spec.inputs}
        self.axes = {name: tuple(self._of_axes(name)) for name in spec.inputs}
        kept = {}
        for name, given in inputs.items():  # a point says it for the axes that can be turned
            names = [None, *self.axes[name]][-len(given) :]
            kept[name] = tuple(None if each else size for each, size in zip(names, given, strict=True))
        self.setup = replace(setup, inputs=kept)
        self.now: Point = {name: size for each in spec.inputs for name, size in self._stated(each).items()}
        turned = {each for name, given in inputs.items() for each in self.axes[name][-len(given) :] if each}
        self.given: Point = {name: self.now[name] for name in turned}

    def _of_axes(self, name: str) -> Iterator[str | None]:
        """The knob of each spatial axis of an input; None for one that is an expression."""
        space = self.knobs.space(name)
        variables = {knob.variable for knob in space}
        plain = [knob.name for knob in space if not knob.variable]
        for axis in self.spec.inputs[name][1:]:
            if isinstance(axis, str):
                yield axis if axis in variables else None
            else:
                yield plain.pop(0)

    def _stated(self, name: str) -> Point:
        """The knobs of an input as they are: of its axes, and of the variables of axes that are expressions."""
        if not self.sizes[name]:
            return {}
        found = {each: size for each, size in zip(self.axes[name], self.sizes[name], strict=True) if each}
        inside = {knob.variable: self.values[knob.variable] for knob in self.knobs.space(name) if knob.variable}
        return {each: size for each, size in inside.items() if type(size) is int} | found

    def hint(self) -> str:
        """What sizes fit; empty where none is found."""
        point, layers = self._fitting()
        if point is None:
            return ""
        form = self._legal(point) if layers <= _MOST else {}
        if all(form.get(name) for name in point):
            near = self._nearest(form)
            if words := near and _words({name: self.now[name] for name in point}, form):
                tried = self._tried(near)
                return f"{words}; try {tried}" if tried else words
        tried = self._tried(point)
        what = "this input size does" if len(self.spec.inputs) == 1 else "these input sizes do"
        return f"{what} not fit: try {tried}" if tried else ""

    def _legal(self, point: Point) -> "Mapping[str, Sizes]":
        """The legal sizes of what a point turns, as far as the closed form says them."""
        try:
            form = late("formula")(self.spec, metric="params", free=[*point], setup=self._at(point))
        except CnnshapeError:
            return {}
        return {name: sizes for name, sizes in form.sizes.items() if sizes is not None}

    def _fitting(self) -> tuple[Point | None, int]:
        """Sizes near those of the net with which it is built, and how many layers it then has."""
        for point in self._points():
            if time.process_time() > self.until:
                break
            layers = self._layers(point)
            if layers:
                return point, layers
        return None, 0

    def _points(self) -> Iterator[Point]:
        groups = [group for group in map(self._stated, self.spec.inputs) if group]
        for group in groups:
            yield from self._like_others(group)
            yield from _rounded(group)
        if len(groups) > 1:
            yield from self._all()

    def _like_others(self, group: Point) -> Iterator[Point]:
        """The sizes of the axes of one input as another has them: what they read may have to meet."""
        names = next(each for each in self.axes.values() if group.keys() >= set(each) - {None})
        for sizes in dict.fromkeys(self.sizes.values()):
            if len(sizes) == len(names):
                point = group | {name: size for name, size in zip(names, sizes, strict=True) if name}
                if point != group:
                    yield point

    def _all(self) -> Iterator[Point]:
        """All inputs, each of their axes as large as in the largest."""
        largest: dict[int, int] = {}
        for sizes in self.sizes.values():
            for place, size in enumerate(reversed(sizes)):
                largest[place] = max(size, largest.get(place, 0))
        same = dict(self.now)
        for names in self.axes.values():
            same |= {name: largest[place] for place, name in enumerate(reversed(names)) if name}
        yield same
        yield from _rounded(same)

    def _layers(self, point: Point) -> int:
        """How many layers the net has with these sizes; none where they do not fit either."""
        try:
            return len(self._at(point).build(self.spec).nodes)
        except CnnshapeError:
            return 0

    def _at(self, point: Mapping[str, int]) -> Setup:
        return self.setup.turned(self.spec, self.given | dict(point))

    def _nearest(self, legal: "Mapping[str, Sizes]") -> Point | None:
        """The present sizes, each made as much larger as it must be; None where that does not fit together."""
        near = {}
        for name, sizes in legal.items():
            now = self.now[name]
            larger = (each for each in range(now, 2 * now + 512) if each in sizes)
            near[name] = next(larger, None) or sizes.nearest(now)
        return near if self._layers(near) else None

    def _tried(self, point: Point) -> str:
        """The options that give these sizes; empty where no option can."""
        found, left = [], {name for name in point if point[name] != self.now[name]}
        for name, names in self.axes.items():
            last = max((place for place, each in enumerate(names, 1) if each is None), default=0)
            if left.isdisjoint(names[last:]):
                continue
            sizes = zip(names[last:], self.sizes[name][last:], strict=True)
            given = "x".join(str(point.get(each, size) if each else size) for each, size in sizes)
            found.append(f"--input {given}" if len(self.spec.inputs) == 1 else f"--input {name}={given}")
            left -= set(names[last:])
        if not left <= self.spec.vars.keys():
            return ""
        return f"`{' '.join([f'--set {name}={point[name]}' for name in sorted(left)] + found)}`"


def _rounded(point: Point) -> Iterator[Point]:
    """Sizes just above, and one more than these, that powers of two divide."""
    for step in _STEPS:
        for rest in (0, 1):
            yield {name: -(-(size - rest) // step) * step + rest for name, size in point.items()}


def _words(now: Point, legal: "Mapping[str, Sizes]") -> str:
    """Which sizes do not fit and what does; those for which the same does together."""
    groups: dict[str, list[str]] = {}
    for name, size in now.items():
        if size not in legal[name]:
            groups.setdefault(_legal_words(legal[name]), []).append(name)
    said = []
    for words, names in groups.items():
        if len(names) == 1:
            said.append(f"{names[0]}={now[names[0]]} does not fit: use {words}")
        else:
            many = words.replace("a multiple", "multiples")
            said.append(f"{', '.join(names[:-1])} and {names[-1]} must be {many}")
    return "; ".join(said)


def _legal_words(sizes: "Sizes") -> str:
    """Sizes as they follow "use".

    >>> from cnnshape.commands.formula.integer_sets import Sizes
    >>> _legal_words(Sizes((1,), 2, 2, (0,))), _legal_words(Sizes((), 33, 16, (1,)))
    ('1 or a multiple of 2', 'a multiple of 16 plus 1, from 33')
    >>> _legal_words(Sizes((64,), 65, 1, ())), _legal_words(Sizes((), 9, 1, (0,)))
    ('64', '9 or more')
    """
    if not sizes.residues:
        *before, last = sizes.words().split(", ")
        return f"{', '.join(before)} or {last}" if before and last != "..." else sizes.words()
    if len(sizes.residues) != 1:
        return sizes.words()
    if sizes.period == 1:
        every = f"{sizes.tail:,} or more"
    else:
        (rest,) = sizes.residues
        every = f"a multiple of {sizes.period:,}" + (f" plus {rest:,}" if rest else "")
        first = next(size for size in range(sizes.tail, sizes.tail + sizes.period) if size in sizes)
        every += f", from {first:,}" if first > sizes.period + rest else ""
    early = replace(sizes, residues=()).words()
    return f"{early} or {every}" if early else every
