"""What a reviewer should see of a budget and no limit says: what is weaker than it was, unchecked, renamed or new."""

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final, NamedTuple

from cnnshape.analysis.setup import Setup
from cnnshape.commands.check.baseline import STATED, label
from cnnshape.commands.check.earlier import Earlier
from cnnshape.commands.check.measure import Measured, named, variants
from cnnshape.commands.check.pairs import Job
from cnnshape.commands.check.past import Past
from cnnshape.commands.check.records import NOTE_KINDS, Limit, Note, Outcome, Rule, Select
from cnnshape.commands.check.references import Revision
from cnnshape.commands.check.sources import Checked, Held, OnDisk, collected, meant
from cnnshape.commands.check.strictness import as_strict
from cnnshape.core.errors import CnnshapeError, Mark
from cnnshape.core.text import printable

_NAMED: Final = 5  # names that a note lists


class Aim(NamedTuple):
    """What a limit is for: a figure of a net under a setting."""

    spec: str
    variant: str | None
    under: str
    """The variant and setting in words, as a baseline has them."""
    metric: str
    select: str

    @property
    def figure(self) -> str:
        """Which figure it is, in words."""
        shown = self.metric if self.select == "total" else f"{self.metric}, {self.select}"
        return f"`{printable(shown, 200)}`" + ("" if self.under == STATED else f" ({printable(self.under, 200)})")


class Stated(NamedTuple):
    """A limit, and the rule that states it."""

    limit: Limit
    rule: Rule

    @property
    def shown(self) -> str:
        """The limit as the budget has it."""
        return f"`{self.limit.kind}: {printable(self.limit.text, 200)}`"


Limits = dict[Aim, list[Stated]]
"""All limits of a check, by what they are for."""


def of_revision(
    sources: Sequence[Checked], made: Sequence[Job], outcomes: Sequence[Outcome], befores: Revision, past: Past | None
) -> tuple[Note, ...]:
    """What is different since an earlier state; ``past`` knows its budgets, too."""
    found = [*_new(outcomes), *_measured(made, befores)]
    if past is not None:
        found += _renamed(sources, made, past)
        found += _budgets(sources, made, past)
    return sorted_notes(found)


def sorted_notes(found: Iterable[Note]) -> tuple[Note, ...]:
    """Notes, each once, what matters most first."""
    return tuple(sorted(dict.fromkeys(found), key=lambda note: NOTE_KINDS.index(note.kind)))


# What is new, and what git knows under another name.


def _new(outcomes: Sequence[Outcome]) -> Iterator[Note]:
    """A note for each net that is new, or has layers that are."""
    layers: dict[str, dict[str, None]] = {}
    for each in outcomes:
        if not each.new:
            continue
        net = name(each.net.spec or each.net.name)
        if each.new == "layer":
            if each.actual:
                layers.setdefault(net, {})[each.path] = None
        elif each.new == "spec":
            yield Note("new", net)
        elif each.new == "variant":
            yield Note("new", f"variant {name(each.net.variant or '')} of {net}")
        elif each.new == "setting":
            yield Note("new", f"{net}: a variable or input that {name(each.rule.title)} sets")
        else:
            yield Note("new", f"{net}: all that {name(each.rule.title)} selects")
    for net, paths in layers.items():
        yield Note("new", f"{net}: {_listed([*map(name, paths)])}")


def _renamed(sources: Sequence[Checked], made: Sequence[Job], past: Past) -> Iterator[Note]:
    """The files that had another name."""
    for file in _files(sources, made):
        if old := past.renamed(file):
            yield Note("renamed", f"{name(file)} was {name(old)}")


def _files(sources: Sequence[Checked], made: Sequence[Job]) -> dict[str, None]:
    """The files that are checked: of budgets and of specs."""
    homes = {each.home: None for each in made if each.home}
    return homes | {each.spec.source.file: None for each in made if each.spec.source.file}


# What is measured otherwise than before.


def _measured(made: Sequence[Job], befores: Revision) -> Iterator[Note]:
    """Nets that take another input than before, variants that no rule is for, and selections that cover less."""
    asked: dict[str, set[str | None]] = {}
    for job in made:
        asked.setdefault(job.spec.source.file, set()).add(job.net.net.variant)
    for job in {each.spec.source.file: each for each in made}.values():
        was = befores.spec(job.spec.source.file)
        if was is not None:
            for variant in job.spec.variants:
                if variant not in was.variants and variant not in asked[job.spec.source.file]:
                    yield Note("new", f"variant {name(variant)} of {name(job.spec.source.file)}, which no rule checks")
    for job in made:
        before = befores.before(job)
        if isinstance(before, Earlier):
            yield from _inputs(job, before)
            yield from _selection(job, before)


def _inputs(job: Job, before: Earlier) -> Iterator[Note]:
    """What a net takes in is a figure's first condition; a smaller image hides a heavier net."""
    was, now = before.net.analysis.graph.inputs, job.net.analysis.graph.inputs
    if was != now:
        text = f"{_net(job)} is measured with the input {_shapes(now)}, before with {_shapes(was)}"
        yield Note("weaker", text, job.spec.source.file)


def _shapes(inputs: Mapping[str, tuple[int, ...]]) -> str:
    shapes = [f"({', '.join(map(str, shape))})" for shape in inputs.values()]
    return (
        shapes[0]
        if len(shapes) == 1
        else _listed([f"{key} {shape}" for key, shape in zip(inputs, shapes, strict=True)])
    )


def _selection(job: Job, before: Earlier) -> Iterator[Note]:
    """A selection that lost layers, while the rest of the net got heavier: the weight may have moved out of it."""
    metric, select = job.rule.metric, job.rule.select
    if select.total or metric.layer is None:
        return
    chosen = select._replace(take="sum")
    was = {before.net.paths[place]: None for place in before.net.together(chosen)}
    now = {job.net.paths[place] for place in job.net.together(chosen)}
    lost = [path for path in was if path not in now]
    if not lost:
        return
    inside = _sum(job.net, job.rule, chosen) - _sum(before.net, job.rule, chosen)
    outside = job.net.total(metric) - before.net.total(metric) - inside
    if inside < 0 < outside:
        text = f"{name(job.rule.title)} of {_net(job)} covers less, {-inside:,} {metric.word} less in it and "
        text += f"{outside:,} more outside; it lost {_listed([*map(name, lost)])}"
        yield Note("weaker", text, job.rule.source.file, job.rule.mark())


def _sum(net: Measured, rule: Rule, chosen: Select) -> int:
    of = net.layers(rule.metric)
    return sum([of[place] for place in net.together(chosen)])


# What budgets asked for before, and do not any more.


def _budgets(sources: Sequence[Checked], made: Sequence[Job], past: Past) -> Iterator[Note]:
    """The limits that were stricter, and the nets and files that are not checked any more."""
    gone = past.gone()
    for file in gone:
        yield Note("unchecked", f"{name(past.path(file))}, which had a budget, is gone")
    held: list[Held] = []
    for source in sources:
        file = os.fspath(source) if isinstance(source, str | os.PathLike) else ""
        was = past.was(file) if file else ""
        try:
            if was and _has_budget(was, past):
                held += collected([was], place=past).held
                yield from _left_out(file, was, made, past)
        except CnnshapeError as error:
            text = f"{name(past.path(was))} cannot be read as it was: {error.problems[0].text}"
            yield Note("unread", text)
    now = _now(made, past)
    try:
        old = _before(held)
    except CnnshapeError as error:
        yield Note("unread", f"its earlier rules cannot be read: {error.problems[0].text}")
        return
    yield from _unchecked(old, now, past, gone)
    yield from _weaker(old, now, past)


def _left_out(file: str, was: str, made: Sequence[Job], past: Past) -> Iterator[Note]:
    """The specs that are there and that an earlier budget's globs mean: of new ones it is easily missed."""
    document = past.files.document(was)
    if "layers" not in document.data:
        checked = {job.spec.source.file for job in made}
        for spec in meant(document, file, OnDisk()):
            if spec not in checked and not past.was(spec):
                yield Note("unchecked", f"{name(spec)} is new, and only the earlier globs of {name(file)} take it in")


def _has_budget(file: str, past: Past) -> bool:
    data = past.files.document(file).data
    return isinstance(data, dict) and data.get("budget") is not None


def _now(made: Sequence[Job], past: Past) -> Limits:
    found: Limits = {}
    for job in made:
        file = job.spec.source.file
        aim = _aim((file and past.was(file)) or file, job.rule, job.net.net.setup)
        found.setdefault(aim, []).extend([Stated(each, job.rule) for each in job.rule.limits])
    return found


def _before(held: Sequence[Held]) -> Limits:
    found: Limits = {}
    for spec, rule, _ in held:
        for variant in variants(spec, rule):
            aim = _aim(spec.source.file, rule, replace(named(spec, rule.setup), variant=variant))
            found.setdefault(aim, []).extend([Stated(each, rule) for each in rule.limits])
    return found


def _aim(file: str, rule: Rule, setup: Setup) -> Aim:
    return Aim(file, setup.variant, label(setup), rule.metric.key, str(rule.select))


def _unchecked(old: Limits, now: Limits, past: Past, gone: Sequence[str]) -> Iterator[Note]:
    """The specs, and the variants of others, that no rule is for any more."""
    specs, nets = {aim.spec for aim in now}, {(aim.spec, aim.variant) for aim in now}
    for file, variant in dict.fromkeys((aim.spec, aim.variant) for aim in old):
        if file not in specs and file not in gone:
            why = (
                "is gone: its limits are not checked any more" if past.left(file) else "is checked by no rule any more"
            )
            yield Note("unchecked", f"{name(past.path(file))} {why}")
        elif file in specs and (file, variant) not in nets:
            what = "as stated" if variant is None else f"variant {name(variant)}"
            yield Note("unchecked", f"{name(past.path(file))}, {what}, is checked by no rule any more")


def _weaker(old: Limits, now: Limits, past: Past) -> Iterator[Note]:
    """The limits that are looser, are only warnings now, or are gone; a line for all specs that they are for."""
    nets = {(aim.spec, aim.variant) for aim in now}
    found: dict[tuple[str, str, Mark | None], dict[str, None]] = {}
    for aim, stated in old.items():
        if (aim.spec, aim.variant) not in nets:
            continue
        for each in stated:
            text, by = _loosened(each, now.get(aim, []))
            if text:
                file, mark = (by.rule.source.file, by.rule.mark(by.limit.kind)) if by else ("", None)
                found.setdefault((f"{aim.figure}: {text}", file, mark), {})[name(past.path(aim.spec))] = None
    for (text, file, mark), specs in found.items():
        yield Note("weaker", f"{text} for {_listed([*specs])}", file, mark)


def _loosened(old: Stated, now: Sequence[Stated]) -> tuple[str, Stated | None]:
    """How a limit is weaker than it was, and the one that took its place; nothing where one is as strict."""
    failing = [each for each in now if each.rule.level == "error" or old.rule.level == "warn"]
    if any(as_strict(each.limit, old.limit) for each in failing):
        return "", None
    if same := next((each for each in failing if each.limit.kind == old.limit.kind), None):
        return f"{old.shown} is now {same.shown}", same
    if same := next((each for each in now if each.limit.kind == old.limit.kind), None):
        changed = f"is now {same.shown} and" if same.limit.value != old.limit.value else "is"
        return f"{old.shown} {changed} only a warning", same
    return f"{old.shown} is gone", None


# Words.


def name(text: str) -> str:
    """A name in backticks, with nothing in it that would end them."""
    return f"`{printable(text, 200).replace('`', chr(39))}`"


def _net(job: Job) -> str:
    file = name(job.spec.source.file or job.net.net.name)
    return file if job.net.net.variant is None else f"{file}, variant {name(job.net.net.variant)},"


def _listed(names: Sequence[str]) -> str:
    """Some names, and how many more there are."""
    more = len(names) - _NAMED
    if more > 0:
        return f"{', '.join(names[:_NAMED])} and {more:,} more"
    return " and ".join([part for part in (", ".join(names[:-1]), names[-1]) if part])
