"""Checks of budgets, and updates of their baselines."""

import os
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, TypeAlias

from cnnshape.budget import baseline as baseline_
from cnnshape.budget.baseline import Figures
from cnnshape.budget.befores import Base, Files, Revision, where
from cnnshape.budget.jobs import Job, jobs
from cnnshape.budget.judge import outcomes
from cnnshape.budget.measure import Nets, placed
from cnnshape.budget.ratchet import Change, updated
from cnnshape.budget.records import Outcome, Report
from cnnshape.budget.sources import Checked, held
from cnnshape.errors import CnnshapeError, Problem, SpecError, UsageError
from cnnshape.registry import Registry

Rules: TypeAlias = Sequence[Mapping[str, Any]]


class Update(NamedTuple):
    """What `update` did."""

    report: Report
    """What came of the check against the new baseline."""
    files: dict[str, str]
    """The baselines by file, as they are to be written."""
    changes: tuple[Change, ...]
    """What is different in each."""


def check(
    *sources: Checked, rules: Rules | None = None, baseline: str | os.PathLike[str] | None = None,
    base: Base | None = None, registry: Registry | None = None,
) -> Report:  # fmt: skip
    """What came of the budgets of some sources: files of budgets, spec files, specs, or mappings that say the same.

    ``rules`` take the place of those that specs state.  Increases are measured from ``baseline``, else from the file
    ``cnnshape.baseline.yaml`` beside the file that states the rules, else from the specs that ``base`` gives for files.

    Raises `SpecError` with everything that is wrong with the files, among it a rule that selects nothing, `ShapeError`
    where only shapes of a net do not fit, and `UsageError` for a net or setting that there is not.

    >>> layers = {"flat": "Flatten", "fc": {"op": "Linear", "out_features": 10}}
    >>> net = {"cnnshape": 1, "input": [1, 28, 28], "layers": layers}
    >>> report = check(net, rules=[{"metric": "params", "max": "7 k"}])
    >>> report.ok, report.broken[0].actual, report.broken[0].overshoot
    (False, 7850, 850)
    """
    if baseline is not None and base is not None:
        raise UsageError(Problem("a baseline is a file or the state of a revision, not both"))
    nets = Nets(registry)
    made = jobs(held(sources, rules), nets)
    before = Files(baseline, must_exist=True) if base is None else Revision(base, registry)
    return _report(made, before, nets)


def update(
    *sources: Checked, rules: Rules | None = None, baseline: str | os.PathLike[str] | None = None,
    allow_increase: bool = False, registry: Registry | None = None,
) -> Update:  # fmt: skip
    """The baselines of some sources as they are from now on, and what comes of a check against them; writes nothing.

    Takes what `check` takes.  A figure of a baseline goes up only where ``allow_increase`` says so.
    """
    nets = Nets(registry)
    made = jobs(held(sources, rules), nets)
    files = Files(baseline, must_exist=False)
    changes = []
    for file, specs in _now(made, files).items():
        known, change = files.of(file), Change(file)
        for spec, found in specs.items():
            old = known.pop(spec, {})
            for name, (figures, each) in found.items():
                before = old.get(name, Figures())
                known.setdefault(spec, {})[name], more = updated(
                    before, figures, each=each, allow_increase=allow_increase
                )
                change = change.plus(more, spec if name == baseline_.STATED else f"{spec}, {name}")
        changes.append(change)
    texts = {change.file: baseline_.text(files.of(change.file)) for change in changes}
    return Update(_report(made, files, nets), texts, tuple(changes))


def _report(made: Sequence[Job], befores: Files | Revision, nets: Nets) -> Report:
    """What comes of all rules; raises `SpecError` where an increase has nothing to be measured from."""
    found: list[Outcome] = []
    problems: dict[Problem, None] = {}
    for job in made:
        try:
            found += outcomes(job.rule, job.net, befores.before(job), skips=befores.skips)
        except CnnshapeError as error:
            problems.update(dict.fromkeys(placed(error, job.rule)))
    if problems:
        raise SpecError(*problems)
    return Report(tuple(found), len(nets), tuple(befores.there))


class _Now(NamedTuple):
    """What a baseline should hold of a net."""

    figures: Figures
    each: set[str]
    """The metrics of which rules hold every layer to its figure."""


def _now(made: Sequence[Job], files: Files) -> dict[str, dict[str, dict[str, _Now]]]:
    """What baselines should hold, by file, spec, and variant and setting; all that rules hold to an upper limit."""
    found: dict[str, dict[str, dict[str, _Now]]] = {}
    for job in made:
        rule, file = job.rule, files.file(job)
        spec, name = where(file, job)
        nets = found.setdefault(file, {}).setdefault(spec, {})
        if not rule.metric.additive or all(limit.kind == "min" for limit in rule.limits):
            continue
        now = nets.setdefault(name, _Now(Figures(file=file), set()))
        value = job.figures[0].value
        if rule.select.take == "each":
            now.each.add(rule.metric.key)
        elif isinstance(value, int):
            now.figures.totals[baseline_.key(rule.metric, rule.select)] = value
        if rule.metric.layer is not None:
            pairs = zip(job.net.paths, job.net.layers(rule.metric), strict=True)
            now.figures.by_layer[rule.metric.key] = {path: n for path, n in pairs if n}
    return found


def assert_within(
    source: Checked, *rules: Mapping[str, Any], baseline: str | os.PathLike[str] | None = None,
    base: Base | None = None, registry: Registry | None = None,
) -> None:  # fmt: skip
    """For tests: raise `AssertionError` with a message for each limit of level ``error`` that is broken.

    Without ``rules`` those of the spec or of the budget's file hold.  Raises what `check` raises.

    >>> layers = {"flat": "Flatten", "fc": {"op": "Linear", "out_features": 10}}
    >>> net = {"cnnshape": 1, "input": [1, 28, 28], "layers": layers}
    >>> assert_within(net, {"metric": "macs", "max": "8 kMACs"}, {"metric": "output", "equals": [1, 10]})
    """
    __tracebackhide__ = True  # of pytest: the test is shown, not this
    report = check(source, rules=rules or None, baseline=baseline, base=base, registry=registry)
    if not report.ok:
        from cnnshape.render.check_words import problem

        raise AssertionError("\n\n".join(problem(each).render() for each in report.errors))
