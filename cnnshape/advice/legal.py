"""The sizes of an input for which a net can be built, where paths of another size meet.

Looked for within a time: sizes that powers of two divide are tried, and from one that fits, the closed form says which
others do.  Whatever goes wrong on the way, the hint stays as it was.
"""

import time
from collections.abc import Iterator, Mapping
from typing import Any, Final

from cnnshape.errors import CnnshapeError, Problem
from cnnshape.graph import Graph
from cnnshape.knobs import Knobs
from cnnshape.layers import BUILTIN
from cnnshape.settings import AS_STATED, Inputs, Names, Settings, input_shapes, overridden, variables
from cnnshape.spec import Spec, load

SIZES: Final = ", or try another input size"
"""How the hint for a merge of sizes that differ by a little ends, until it is known which input sizes fit."""

_STEPS: Final = (2, 4, 8, 16, 32, 64, 128)
_SECONDS: Final = 0.5  # of work; after that nothing more is tried
_QUICK: Final = 0.03  # seconds that one build may take if a closed form is to be asked

Point = dict[str, int]


def with_sizes(error: CnnshapeError, source: Any, **options: Any) -> CnnshapeError:
    """The error, with the legal input sizes in the hints for merges that differ by a little."""
    if not any(problem.hint.endswith(SIZES) for problem in error.problems):
        return error
    try:
        found = _Search(load(source), **options).hint()
    except Exception:  # a hint must not hide what it is about
        return error
    return type(error)(*[_hinted(problem, found) for problem in error.problems])


def _hinted(problem: Problem, found: str) -> Problem:
    if not problem.hint.endswith(SIZES):
        return problem
    return problem._replace(hint=found or problem.hint.removesuffix(SIZES))


class _Search:
    """The sizes of the first input that are tried."""

    def __init__(
        self, spec: Spec, batch: int = 1, variant: str | None = None, settings: Settings = AS_STATED,
        inputs: Inputs = AS_STATED, registry: Any = None,
    ) -> None:  # fmt: skip
        self.until = time.process_time() + _SECONDS
        self.options: dict[str, Any] = {"batch": batch, "settings": settings, "inputs": inputs}
        self.fixed = {"variant": variant, "registry": registry}
        self.spec, self.knobs = spec, Knobs.of(spec)
        raw, axes = overridden(spec, variant, settings, inputs)
        behind = dict.fromkeys([*(BUILTIN if registry is None else registry), *spec.blocks]) | {"batch": batch}
        behind = {name: name if value is None else value for name, value in behind.items()}
        shapes = input_shapes(spec, axes, Names(variables(raw, behind), behind), batch)
        first = next(iter(shapes))
        self.first, self.sizes = first, shapes[first][2:]
        stated = spec.inputs[first][1:]
        self.now: Point = {}
        names = list(self._of_axes(stated))
        for name, size in zip(names, self.sizes, strict=True):
            if name is not None:
                self.now[name] = size
        if first in inputs:  # a point says it for the axes that can be turned
            given = inputs[first]
            kept = [None if name else size for name, size in zip([None, *names][-len(given) :], given, strict=True)]
            self.options["inputs"] = {**inputs, first: kept}

    def _of_axes(self, stated: list[Any]) -> Iterator[str | None]:
        """The knob of each spatial axis; None for an axis that has none."""
        space = self.knobs.space()
        by_variable = {knob.variable: knob.variable for knob in space if knob.variable}
        plain = [knob.name for knob in space if not knob.variable]
        for axis in stated:
            if isinstance(axis, str):
                yield by_variable.get(axis)
            else:
                yield plain.pop(0)

    def hint(self) -> str:
        """What sizes fit; empty where none is found."""
        from cnnshape.forms import formula

        point, took = self._fitting()
        if point is None:
            return ""
        if took < _QUICK:
            form = formula(self.spec, metric="params", **self._options(point), **self.fixed)
            found = [self._words(name, form.sizes.get(name)) for name in self.now]
            near = self._nearest(form.sizes)
            if all(words is not None for words in found) and near:
                return f"{'; '.join(filter(None, found))}; try `--input {self._input(near)}`"
        return f"this input size does not fit: try `--input {self._input(point)}`"

    def _fitting(self) -> tuple[Point | None, float]:
        """Sizes near those of the net with which it is built, and how many seconds that takes."""
        for step in _STEPS:
            for rest in (0, 1):
                point = {name: -(-(size - rest) // step) * step + rest for name, size in self.now.items()}
                started = time.process_time()
                if started > self.until:
                    return None, 0.0
                if self._builds(point):
                    return point, time.process_time() - started
        return None, 0.0

    def _builds(self, point: Point) -> bool:
        from cnnshape.builder import build

        try:
            return isinstance(build(self.spec, **self._options(point), **self.fixed), Graph)
        except CnnshapeError:
            return False

    def _options(self, point: Mapping[str, int]) -> dict[str, Any]:
        return self.knobs.options(point, **self.options)

    def _words(self, name: str, sizes: Any) -> str | None:
        """Which sizes of one axis are legal; empty where the present one is, None where that is not known."""
        if sizes is None:
            return None
        return "" if self.now[name] in sizes else f"{name}={self.now[name]} does not fit, {sizes.words()} do"

    def _nearest(self, legal: Mapping[str, Any]) -> Point | None:
        """The present sizes, each made as much larger as it must be; None where that does not fit together."""
        near = {}
        for name, size in self.now.items():
            near[name] = next(each for each in range(size, 2 * size + 512) if each in legal[name])
        return near if time.process_time() < self.until and self._builds(near) else None

    def _input(self, point: Point) -> str:
        """The sizes as `--input` takes them."""
        stated = self.spec.inputs[self.first][1:]
        names = list(self._of_axes(stated))
        sizes = "x".join(str(point[name] if name else size) for name, size in zip(names, self.sizes, strict=True))
        return sizes if len(self.spec.inputs) == 1 else f"{self.first}={sizes}"
