"""What a sweep is asked: its points, its figures, and which rows are kept of each chunk and in the end."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace

import numpy
from typing_extensions import Unpack

from cnnshape.analysis.metrics import METRICS
from cnnshape.analysis.setup import Setup, SetupOptions, Source
from cnnshape.commands.sweep.figures import DEFAULT
from cnnshape.commands.sweep.figures import figures as figures_of
from cnnshape.commands.sweep.fronts import Aim, ordered, pareto
from cnnshape.commands.sweep.parts import VARIANT, Job
from cnnshape.commands.sweep.plans import Plan
from cnnshape.commands.sweep.queries import Query, metric_key
from cnnshape.commands.sweep.record import Sweep
from cnnshape.commands.sweep.run import CHUNK, chunks
from cnnshape.core.errors import Problem, UsageError, unknown
from cnnshape.spec.document import Spec, load
from cnnshape.spec.knobs import Knobs
from cnnshape.spec.variables import Settings


@dataclass(frozen=True)
class Search:
    """A sweep that can be run."""

    job: Job
    plan: Plan
    where: Query | None = None
    pareto: tuple[Aim, ...] = ()
    sort: Aim | None = None
    top: int | None = None

    @classmethod
    def of(
        cls,
        source: Source,
        plan: Plan,
        *,
        figures: Sequence[str] = DEFAULT,
        where: str = "",
        pareto: Sequence[str] = (),
        sort: str = "",
        top: int | None = None,
        **options: Unpack[SetupOptions],
    ) -> "Search":
        """The search that these words ask for; raises `UsageError` for what is wrong with them.

        What the condition and the orders name is among the figures.  The other options are those of a `Setup`.
        """
        setup, spec = Setup.of(**options), load(source)
        check(spec, plan, setup.settings)
        query = Query(where) if where else None
        aims, by = tuple(map(Aim.read, pareto)), Aim.read(sort, most=True) if sort else None
        if top is not None and top < 1:
            raise UsageError(Problem(f"top={top} is not a whole number from 1 up"))
        check_names(query, plan, spec)
        named = [*figures, *(aim.key for aim in aims), *([by.key] if by else [])]
        named += [key for key in query.keys if is_figure(key)] if query else []
        wanted = figures_of(key for key in named if key not in plan.names)
        return cls(Job(spec, wanted, setup.on(spec)), plan, query, aims, by, top)

    def chunks(
        self, size: int = CHUNK, executor: Executor | None = None, progress: Callable[[int], None] | None = None
    ) -> Iterator[Sweep]:
        """The points that the condition keeps, chunk by chunk in order."""
        if size < 1:
            raise UsageError(Problem(f"chunk={size} is not a whole number from 1 up"))
        done, nets = 0, False
        absent = {each.key for each in self.job.figures if each.path or each.axis is not None}
        for found in chunks(self.job, self.plan, size, executor):
            done, nets = done + len(found), nets or bool(found.valid.any())
            absent = {key for key in absent if not found.has(key).any()}
            if progress:
                progress(done)
            yield found if self.where is None else _kept(found, self.where)
        for key in sorted(absent) if nets else ():
            raise self._absent(key)

    def collected(
        self, size: int = CHUNK, executor: Executor | None = None, progress: Callable[[int], None] | None = None
    ) -> Sweep:
        """All rows that are kept, in one."""
        kept: list[Sweep] = []
        for found in self.chunks(size, executor, progress):
            kept.append(found)
            if self.pareto:
                kept = [pareto(Sweep.joined(kept), self.pareto)]
            elif self.sort and self.top:
                kept = [ordered(Sweep.joined(kept), self.sort, self.top)]
            elif self.top and not self.sort:
                there = sum(map(len, kept[:-1]))
                kept[-1] = found.take(numpy.flatnonzero(found.valid)[: self.top - there])
        found = Sweep.joined(kept)
        if self.sort:
            found = ordered(found, self.sort)
        found = replace(found, points=len(self.plan))
        return found if self.top is None else found.take(numpy.flatnonzero(found.valid)[: self.top])

    def _absent(self, key: str) -> UsageError:
        """What is said where no point has the layer of a figure."""
        figure = next(each for each in self.job.figures if each.key == key)
        path = figure.path
        first = {name: values.distinct[0] for name, values in self.plan.slice(0, 1).items()}
        paths = self.job.build(first).graph.paths
        if not path or path in paths:
            return UsageError(Problem(f"`{key}`: no point of the sweep has an axis {figure.axis} there"))
        inside = [known for known in paths if known.startswith(f"{path}.")]
        hint = f"it is a block, its last layer is `{inside[-1]}`" if inside else ""
        return UsageError(unknown(f"no point of the sweep has a layer `{path}`", path, paths, hint=hint))


def _kept(found: Sweep, where: Query) -> Sweep:
    """The points for which a condition holds, with how many there are for which that cannot be said."""
    mask, undecided = where.judged(found)
    return replace(found.take(numpy.flatnonzero(mask)), undecided=int(undecided.sum()))


def is_figure(key: str) -> bool:
    """Whether a column is one of figures, not of a knob."""
    return metric_key(key) in METRICS


def check_names(query: Query | None, plan: Plan, spec: Spec) -> None:
    """Raise `UsageError` for what a condition names and no row has."""
    words = {str(value) for values in plan.whole.values() if not values.numeric for value in values.distinct}
    for key in query.keys if query else ():
        if key in plan.names or is_figure(key) or key in words:
            continue
        assert query
        if key in Knobs.of(spec).known:
            text, hint = f"`{key}` is the same at every point", "conditions are about figures and what has values"
            raise UsageError(Problem(f"`{query.text}`: {text}", hint=hint))
        text = f"`{query.text}`: `{key}` is neither a figure nor a knob, and no value of one"
        raise UsageError(unknown(text, key, [*plan.names, *METRICS, *sorted(words)]))


def check(spec: Spec, plan: Plan, settings: Settings) -> None:
    """Raise `UsageError` for a knob that the net does not have, or that is set beside."""
    if not plan.names:
        raise UsageError(Problem("no knob has values", hint="give a variable or a size some, as in width=[8, 16]"))
    known = Knobs.of(spec)
    for name in plan.names:
        if name == VARIANT and VARIANT not in spec.vars:
            continue
        knob = known.knob(name)
        if knob.variable in settings:
            raise UsageError(Problem(f"`{knob.variable}` is a knob and a setting at once"))
