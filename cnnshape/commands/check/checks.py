"""Checks of budgets, and updates of their baselines."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple, TypeAlias

from cnnshape.commands.check import baseline as baseline_
from cnnshape.commands.check.baseline import Figures
from cnnshape.commands.check.measure import Nets, placed
from cnnshape.commands.check.notes import name, of_revision
from cnnshape.commands.check.pairs import Job, jobs
from cnnshape.commands.check.past import Past
from cnnshape.commands.check.ratchet import Change, updated
from cnnshape.commands.check.records import Note, Outcome, Report
from cnnshape.commands.check.references import Base, Files, Revision
from cnnshape.commands.check.sources import Checked, collected
from cnnshape.commands.check.verdicts import outcomes
from cnnshape.commands.check.words import said
from cnnshape.core.errors import CnnshapeError, Problem, SpecError, UsageError
from cnnshape.layers.registry import Registry

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
    base: Base | None = None, allow_new: bool = False, registry: Registry | None = None,
) -> Report:  # fmt: skip
    """What came of the budgets of some sources: files of budgets, spec files, specs, or mappings that say the same.

    ``rules`` take the place of those that specs state.  Increases are measured from ``baseline``, else from the file
    ``cnnshape.baseline.yaml`` beside the file that states the rules, else from the specs that ``base`` gives for files.
    What ``base`` does not have breaks a ``max_increase``, unless ``allow_new`` lets it pass; `Report.notes` tells what
    is new, and if ``base`` is a `cnnshape.commands.check.past.Past`, which rules were stricter.

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
    if allow_new and base is None:
        raise UsageError(Problem("what is new since a revision can be allowed, not since a baseline"))
    nets, found = Nets(registry), collected(sources, rules)
    made = jobs(found.held, nets)
    if base is None:
        files = Files(baseline, must_exist=True)
        report = _report(made, files, nets)
        return replace(report, notes=_gone(files), skipped=found.skipped)
    before, past = Revision(base, registry), base if isinstance(base, Past) else None
    report = _report(made, before, nets, allow_new=allow_new)
    of_past = past if rules is None else None
    notes = of_revision(sources, made, report.outcomes, before, of_past)
    return replace(report, notes=notes, skipped=found.skipped, since=past.name if past else "")


def update(
    *sources: Checked, rules: Rules | None = None, baseline: str | os.PathLike[str] | None = None,
    allow_increase: bool = False, registry: Registry | None = None,
) -> Update:  # fmt: skip
    """The baselines of some sources as they are from now on, and what comes of a check against them; writes nothing.

    Takes what `check` takes.  A figure of a baseline goes up only where ``allow_increase`` says so.
    """
    nets = Nets(registry)
    found = collected(sources, rules)
    made = jobs(found.held, nets)
    files = Files(baseline, must_exist=False)
    changes = []
    for file, specs in _now(made, files).items():
        known, change = files.of(file), Change(file)
        for spec, under in specs.items():
            old = known.pop(spec, {})
            for at, (figures, each) in under.items():
                before = old.get(at, Figures())
                known.setdefault(spec, {})[at], more = updated(
                    before, figures, each=each, allow_increase=allow_increase
                )
                change = change.plus(more, spec if at == baseline_.STATED else f"{spec}, {at}")
        for spec in _missing(files, file):
            dropped = sum(len(figures.totals) for figures in known.pop(spec).values())
            change = change.plus(Change(dropped=dropped), spec)
        changes.append(change)
    texts = {change.file: baseline_.text(files.of(change.file)) for change in changes}
    return Update(replace(_report(made, files, nets), skipped=found.skipped), texts, tuple(changes))


def _missing(files: Files, file: str) -> list[str]:
    """The files of specs that a baseline has figures of and that are no more; other names are specs without a file."""
    folder = os.path.dirname(file)
    known = [
        spec for spec in files.of(file) if (file, spec) not in files.asked and spec.lower().endswith((".yaml", ".yml"))
    ]
    return [spec for spec in known if not os.path.exists(os.path.join(folder, spec))]


def _gone(files: Files) -> tuple[Note, ...]:
    """A note for each spec that a baseline has figures of and that is no more."""
    return tuple(
        Note("unchecked", f"{name(spec)}, which {name(file)} has figures of, is gone", file)
        for file in files.there
        for spec in _missing(files, file)
    )


def _report(made: Sequence[Job], befores: Files | Revision, nets: Nets, *, allow_new: bool = False) -> Report:
    """What comes of all rules; raises `SpecError` where an increase has nothing to be measured from."""
    found: list[Outcome] = []
    problems: dict[Problem, None] = {}
    for job in made:
        try:
            found += outcomes(job.rule, job.net, befores.before(job), allow_new=allow_new)
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
        spec, under = files.where(file, job)
        nets = found.setdefault(file, {}).setdefault(spec, {})
        if not rule.metric.additive or all(limit.kind == "min" for limit in rule.limits):
            continue
        now = nets.setdefault(under, _Now(Figures(file=file), set()))
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
    base: Base | None = None, allow_new: bool = False, registry: Registry | None = None,
) -> None:  # fmt: skip
    """For tests: raise `AssertionError` with a message for each limit of level ``error`` that is broken.

    Without ``rules`` those of the spec or of the budget's file hold.  Raises what `check` raises.

    >>> layers = {"flat": "Flatten", "fc": {"op": "Linear", "out_features": 10}}
    >>> net = {"cnnshape": 1, "input": [1, 28, 28], "layers": layers}
    >>> assert_within(net, {"metric": "macs", "max": "8 kMACs"}, {"metric": "output", "equals": [1, 10]})
    """
    __tracebackhide__ = True  # of pytest: the test is shown, not this
    report = check(source, rules=rules or None, baseline=baseline, base=base, allow_new=allow_new, registry=registry)
    if not report.ok:
        raise AssertionError("\n\n".join(map(said, report.errors)))
