"""The figures that rules ask for: each net is analysed once, and each figure worked out once."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from fnmatch import fnmatchcase, translate
from functools import cached_property
from typing import Any, NamedTuple

from cnnshape.analysis.metrics import Metric
from cnnshape.analysis.result import Analysis
from cnnshape.analysis.setup import PLAIN, Setup
from cnnshape.commands.check.records import Net, Rule, Select, Value
from cnnshape.core.bounds import Bound
from cnnshape.core.errors import CnnshapeError, Problem, SpecError, UsageError, did_you_mean, unknown
from cnnshape.graph.graph import Graph
from cnnshape.layers.registry import Registry
from cnnshape.spec.document import Spec


class Part(NamedTuple):
    """A layer that a rule looks at, or a copy of a block: its path and the numbers of its layers."""

    path: str
    layers: tuple[int, ...]


class Figure(NamedTuple):
    """One figure: of a net, or of one of its parts."""

    path: str
    """The part; empty for the net as a whole, and for several parts together."""
    value: Value
    layers: tuple[int, ...] | None
    """The numbers of the layers that it is made of; None for the net as a whole."""
    bound: Bound | None = None
    """Whether it is exact."""


class Measured:
    """A net with its figures, each worked out when it is first asked for."""

    def __init__(self, analysis: Analysis, net: Net) -> None:
        self.analysis, self.net = analysis, net
        self._layers: dict[str, list[int]] = {}
        self._totals: dict[str, Any] = {}
        self._figures: dict[tuple[str, Select], list[Figure]] = {}
        self._parts: dict[Select, list[Part]] = {}
        self._together: dict[Select, tuple[int, ...]] = {}

    @cached_property
    def paths(self) -> tuple[str, ...]:
        """The paths of its layers."""
        return tuple(node.path for node in self.analysis.graph.nodes)

    @cached_property
    def counts(self) -> dict[str, int]:
        """How many layers there are in each block, and at each path of a layer."""
        return by_part(dict.fromkeys(self.paths, 1))

    def partly(self, figure: Figure, select: Select) -> tuple[str, ...] | None:
        """A layer, or those in a copy of a block that a rule selects; None for a copy and for a net as a whole."""
        if not figure.path or not figure.layers:
            return None
        if not select.block:
            return (figure.path,)
        if not select.op and self.counts[figure.path] == len(figure.layers):
            return None
        return tuple([self.paths[place] for place in figure.layers])

    def layers(self, metric: Metric) -> list[int]:
        """A figure of every layer; nothing where layers have none."""
        of = metric.layer
        if metric.key not in self._layers:
            self._layers[metric.key] = [of(record) for record in self.analysis.layers] if of else []
        return self._layers[metric.key]

    def total(self, metric: Metric) -> Any:
        """A figure of the net; None where it has none."""
        if metric.key not in self._totals:
            adds_up = metric.layer is not None
            self._totals[metric.key] = sum(self.layers(metric)) if adds_up else metric.net(self.analysis)
        return self._totals[metric.key]

    def figures(self, metric: Metric, select: Select) -> list[Figure]:
        """The figures that a rule asks for: one, or with ``take: each`` one for each part that it selects.

        Raises `SpecError`, with the key that is at fault, for a selection of nothing and for a figure that there is
        not.
        """
        key = (metric.key, select)
        if key not in self._figures:
            self._figures[key] = self._worked_out(metric, select)
        return self._figures[key]

    def _worked_out(self, metric: Metric, select: Select) -> list[Figure]:
        name = self.net.name
        if select.total:
            value, bound = self._of_output(metric, select.output) if select.output else self._of_net(metric)
            if value is None:
                text = f"`{metric.key}` of `{name}` has no value: {metric.says}, and there is none"
                raise SpecError(Problem(text, at=("metric",)))
            return [Figure("", value, None, bound)]
        parts = self.parts(select._replace(take="sum"))
        if not parts:
            raise SpecError(self._nothing(select))
        of = self.layers(metric)
        values = [sum([of[place] for place in layers]) if len(layers) > 1 else of[layers[0]] for _, layers in parts]
        if select.take == "each":
            return [Figure(path, value, layers) for (path, layers), value in zip(parts, values, strict=True)]
        together = self.together(select._replace(take="sum"))
        if select.take == "max":
            return [Figure("", max(values), together)]
        return [Figure("", sum([of[place] for place in together]), together)]

    def _of_net(self, metric: Metric) -> tuple[Any, Bound | None]:
        return self.total(metric), metric.bound and metric.bound.net(self.analysis)

    def _of_output(self, metric: Metric, path: str) -> tuple[Any, Bound | None]:
        """A figure of one output; raises `SpecError` where the net has no such output."""
        outputs = self.analysis.outputs
        if path not in outputs:
            far = f"outputs: {', '.join(f'`{name}`' for name in outputs)}"
            text = f"`{path}` is not an output of `{self.net.name}`"
            raise SpecError(unknown(text, path, outputs, far=far, at=("select",)))
        assert metric.output
        return metric.output(self.analysis, path), metric.bound and metric.bound.output(self.analysis, path)

    def parts(self, select: Select) -> list[Part]:
        """The layers that are selected, or the copies of a block, in the order of the file."""
        if select not in self._parts:
            nodes = self.analysis.graph.nodes
            places: Sequence[int] = range(len(nodes))
            if select.path:
                match = re.compile(within(select.path)).match
                places = [place for place in places if match(self.paths[place])]
            if select.op:
                places = [place for place in places if fnmatchcase(nodes[place].op, select.op)]
            self._parts[select] = self._copies(select.block, places) if select.block else [
                Part(self.paths[place], (place,)) for place in places
            ]  # fmt: skip
        return self._parts[select]

    def together(self, select: Select) -> tuple[int, ...]:
        """The numbers of all layers that are selected."""
        if select not in self._together:
            self._together[select] = tuple(dict.fromkeys(place for part in self.parts(select) for place in part.layers))
        return self._together[select]

    def _copies(self, block: str, places: Sequence[int]) -> list[Part]:
        """The copies of a block, with those of some layers that stand in them."""
        found: dict[str, list[int]] = {}
        for place in places:
            for path, name in self.analysis.graph.nodes[place].blocks:
                if block in (name, name.removeprefix("std/")):
                    found.setdefault(path, []).append(place)
        return [Part(path, tuple(layers)) for path, layers in found.items()]

    def _nothing(self, select: Select) -> Problem:
        """What is said of a selection of nothing."""
        text = f"`{select._replace(take='sum')}` selects nothing in `{self.net.name}`"
        return Problem(text, at=("select",), hint=self._hint(select), id="unknown-name")

    def _hint(self, select: Select) -> str:
        """The name that was meant."""
        nodes = self.analysis.graph.nodes
        blocks = {name for node in nodes for _, name in node.blocks}
        ops = {node.op for node in nodes}
        if select.block and select.block not in blocks:
            return did_you_mean(select.block, blocks) if blocks else "the net has no blocks"
        if select.op and not any(fnmatchcase(op, select.op) for op in ops):
            return did_you_mean(select.op, ops)
        if (select.path and self.parts(Select(path=select.path))) or not select.path:
            return "no layer is all of it"
        return did_you_mean(select.path, {*self.paths, *(path.partition(".")[0] for path in self.paths)})


def within(pattern: str) -> str:
    """The regular expression of a glob of paths: of what it names, and of what is inside the blocks that it names.

    >>> [bool(re.match(within(glob), "layer1.0.conv1")) for glob in ("layer1", "layer?.*.conv1", "conv1", "*.1")]
    [True, True, False, False]
    """
    closed = translate(pattern)  # ends in \Z, in newer Pythons in \z
    return rf"{closed[:-2]}(?:\..*)?\Z"


def by_part(layers: Mapping[str, int]) -> dict[str, int]:
    """The figures of layers, summed for each layer and for each block around it.

    >>> by_part({"stem": 1, "body.0.conv": 2, "body.1.conv": 3})["body"]
    5
    """
    found: dict[str, int] = {}
    for path, n in layers.items():
        end = len(path)
        while end > 0:
            part = path[:end]
            found[part] = found.get(part, 0) + n
            end = path.rfind(".", 0, end)
    return found


class Nets:
    """The nets of a check, each analysed once for each setup."""

    def __init__(self, registry: Registry | None = None) -> None:
        self.registry = registry
        self._graphs: dict[Any, Graph | CnnshapeError] = {}
        self._nets: dict[Any, Measured] = {}
        self._specs: dict[int, Spec] = {}  # so that an id stays its own

    def __len__(self) -> int:
        """How many nets were analysed."""
        return len(self._nets)

    def of(self, spec: Spec, setup: Setup) -> Measured:
        """The net of a spec under a setup; raises `CnnshapeError` as `analyze` does."""
        setup = replace(named(spec, setup), registry=self.registry)
        key = (id(spec), repr(setup))  # which tells true from 1
        if key not in self._nets:
            analysis = Analysis(self._graph(spec, setup), setup)
            self._nets[key] = Measured(analysis, Net(analysis.name, spec.source.file, setup))
        return self._nets[key]

    def _graph(self, spec: Spec, setup: Setup) -> Graph:
        key = (id(spec), repr(replace(setup, **PLAIN.counting)))
        if key not in self._graphs:
            self._specs[id(spec)] = spec
            try:
                self._graphs[key] = setup.build(spec)
            except CnnshapeError as error:
                self._graphs[key] = error
        found = self._graphs[key]
        if isinstance(found, CnnshapeError):
            raise found
        return found


def named(spec: Spec, setup: Setup) -> Setup:
    """A setup with its inputs by name; one without a name is the only one."""
    inputs = setup.inputs_of(spec)
    if "" not in inputs:
        return setup
    if len(spec.inputs) > 1:
        known = ", ".join(f"`{name}`" for name in spec.inputs)
        text = f"the net has {len(spec.inputs)} inputs, and `input` does not say which one"
        raise UsageError(Problem(text, hint=f"give a mapping of names to sizes; inputs: {known}"))
    return replace(setup, inputs={name or next(iter(spec.inputs)): sizes for name, sizes in inputs.items()})


def variants(spec: Spec, rule: Rule) -> list[str | None]:
    """The variants of a spec that a rule is for; raises `SpecError` where one of its globs names none."""
    if not rule.variants:
        return [None]
    found: dict[str | None, None] = {}
    for place, pattern in enumerate(rule.variants):
        matching = [name for name in spec.variants if fnmatchcase(name, pattern)]
        if not matching:
            hint = "" if spec.variants else f"`{spec.name}` has no `variants`"
            text = f"there is no variant `{pattern}` in `{spec.name}`"
            raise SpecError(unknown(text, pattern, spec.variants, hint=hint, at=("variant", place)))
        found.update(dict.fromkeys(matching))
    return [*found]


def placed(error: CnnshapeError, rule: Rule) -> list[Problem]:
    """What is wrong, at its own place, or where the rule stands that asks for it."""
    mark, plain = rule.mark(), rule.setup == PLAIN and not rule.variants
    asked = (f"as the rule at {rule.source.file}:{mark.line}:{mark.column} asks for it",) if mark and not plain else ()
    return [
        problem._replace(evidence=problem.evidence + asked) if problem.file else rule.source.placed(problem, rule.at)
        for problem in error.problems
    ]
