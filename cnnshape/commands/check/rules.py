"""From the rules that a file states to `Rule` records, with everything that is wrong with them said at its place."""

import re
from collections.abc import Callable, Mapping
from dataclasses import fields
from functools import partial
from typing import Any, Final, TypeVar

from cnnshape.analysis.metrics import METRICS, Metric, metric
from cnnshape.analysis.setup import JUDGES, Setup
from cnnshape.commands.check.fields import RuleKeys, SelectionKeys
from cnnshape.commands.check.quantity import limit
from cnnshape.commands.check.records import KINDS, Limit, Rule, Select
from cnnshape.core.errors import MOST_PROBLEMS, CnnshapeError, Problem, SpecError
from cnnshape.core.text import shown
from cnnshape.spec.variables import Inputs, Settings
from cnnshape.spec.yaml.source import At, Source

MOST_RULES: Final = 10_000
"""So many rules a budget may have."""

_LONGEST: Final = 1000  # characters of a name or message
_GLOB: Final = re.compile(r"[^\s,]{1,1000}\Z")

T = TypeVar("T")


def rules(raw: Any, source: Source, at: At = ("budget",), *, names_specs: bool = False) -> tuple[Rule, ...]:
    """The rules that stand at a place of a file; ``names_specs`` says whether they may name the specs they are for.

    Raises `SpecError` with all that is wrong with them.

    >>> [rule.title for rule in rules([{"metric": "macs", "max": "4.1 G"}], Source())]
    ['macs']
    """
    if not isinstance(raw, list) or not raw:
        text = f"a budget is a list of rules, at least one, not {shown(raw)}"
        raise SpecError(source.placed(Problem(text, hint="a rule is `- {metric: macs, max: 4.1 GMACs}`"), at, key=True))
    if len(raw) > MOST_RULES:
        text = f"a budget has at most {MOST_RULES:,} rules, this one has {len(raw):,}"
        raise SpecError(source.placed(Problem(text), at, key=True))
    found: list[Rule] = []
    problems: list[Problem] = []
    for place, entry in enumerate(raw):
        if len(problems) >= MOST_PROBLEMS:
            break
        try:
            found.append(_rule(entry, source, (*at, place), names_specs=names_specs))
        except CnnshapeError as error:
            problems += [source.placed(problem, (*at, place)) for problem in error.problems]
    if problems:
        raise SpecError(*problems)
    return tuple(found)


def _rule(entry: Any, source: Source, at: At, *, names_specs: bool) -> Rule:
    if not isinstance(entry, dict):
        raise SpecError(Problem(f"a rule is a mapping, not {shown(entry)}", hint="it starts with `metric:`"))
    known = RuleKeys.read("a rule", entry)
    problems: list[Problem] = []
    if "specs" in entry and not names_specs:
        problems.append(Problem("a rule that stands in a spec is for that spec", at=("specs",), of_key=True))
    for key in ("name", "message"):
        if len(getattr(known, key)) > _LONGEST:
            problems.append(Problem(f"{key} has at most {_LONGEST:,} characters", at=(key,)))
    for key, judge in JUDGES.items():
        _tried(problems, (key,), judge, getattr(known, key))
    chosen = _tried(problems, ("metric",), metric, known.metric)
    select = _tried(problems, ("select",), _select, known.select)
    if chosen and select and not select.total and chosen.layer is None:
        text = f"`{chosen.key}` belongs to the net as a whole, layers have none"
        hint = "leave out `select`" + (", or name an output: `select: {output: NAME}`" if chosen.output else "")
        problems.append(Problem(text, at=("select",), hint=hint))
    if chosen and select and select.output and chosen.output is None:
        ones = ", ".join(f"`{key}`" for key, each in METRICS.items() if each.output)
        text = f"`{chosen.key}` belongs to the net as a whole, not to one output"
        problems.append(Problem(text, at=("select",), hint=f"an output has {ones}"))
    limits = _limits(entry, chosen, problems) if chosen else []
    settings = _tried(problems, ("set",), _settings, known.set)
    if problems:
        raise SpecError(*problems)
    assert chosen
    assert select
    assert settings is not None
    stated = {name: getattr(known, name) for name in _SAME}
    setup = Setup(inputs=_inputs(known.input), settings=settings, **stated)
    return Rule(
        chosen, select, tuple(limits), setup, known.variant, known.specs, known.level, known.message, known.name,
        source, at,
    )  # fmt: skip


_SAME: Final = [each.name for each in fields(Setup) if each.name in RuleKeys.model_fields and each.name != "variant"]
"""The fields of a setup that are keys of a rule."""


def _tried(problems: list[Problem], at: At, judge: Callable[[Any], T], raw: Any) -> T | None:
    """What becomes of a raw value; None where it cannot be, with what is wrong noted."""
    try:
        return judge(raw)
    except CnnshapeError as error:
        problems += [problem._replace(at=(*at, *problem.at)) for problem in error.problems]
        return None


def _limits(entry: Mapping[str, Any], chosen: Metric, problems: list[Problem]) -> list[Limit]:
    stated = [kind for kind in KINDS if kind in entry]
    if not stated:
        problems.append(Problem("a rule needs a limit", hint=f"one of {', '.join(f'`{kind}`' for kind in KINDS)}"))
    found = [_tried(problems, (kind,), partial(limit, kind, metric=chosen), entry[kind]) for kind in stated]
    limits = {each.kind: each for each in found if each}
    if "equals" in limits and len(stated) > 1:
        problems.append(Problem("`equals` leaves no room for another limit", at=("equals",), of_key=True))
    low, high = limits.get("min"), limits.get("max")
    if low and high and low.value > high.value:
        text = f"no figure is from {low.text} to {high.text}"
        problems.append(Problem(text, at=("min",), hint="`min` is the smaller one"))
    return list(limits.values())


def _select(raw: Any) -> Select:
    """Which layers a rule looks at."""
    stated = {} if raw == "total" else {"path": raw} if isinstance(raw, str) else raw
    chosen = Select(**SelectionKeys.read("a selection", stated).__dict__)
    if chosen.output and len(stated) > 1:
        text = "an output is selected alone, not with layers"
        raise SpecError(Problem(text, at=("output",), of_key=True))
    if chosen.take != "sum" and not (chosen.path or chosen.op or chosen.block):
        chosen = chosen._replace(path="*")
    for key in ("path", "op", "block", "output"):
        word = getattr(chosen, key)
        at = (key,) if isinstance(raw, dict) else ()
        if word and not _GLOB.match(word):
            text = f"{shown(word)} selects nothing: no name has a space or comma in it"
            raise SpecError(Problem(text, at=at))
        if not word and key in stated:
            text = "an empty text selects nothing"
            raise SpecError(Problem(text, at=at, hint="leave out `select` for the net as a whole"))
    return chosen


def _inputs(sizes: Any) -> Inputs:
    """Sizes by input, in order; an input without a name is the only one."""
    named = {"": sizes} if isinstance(sizes, list) else sizes or {}
    return {name: tuple(named[name]) for name in sorted(named)}


def _settings(known: Mapping[str, Any]) -> Settings:
    """Values by variable, in order."""
    return {name: _frozen(known[name], name) for name in sorted(known)}


def _frozen(raw: Any, name: str) -> Any:
    """The value of a variable, a list as a tuple."""
    if isinstance(raw, list):
        return tuple(_frozen(each, name) for each in raw)
    if raw is None or isinstance(raw, dict):
        text = f"a variable holds a number, true or false, a name or a list, not {shown(raw)}"
        raise SpecError(Problem(text, at=(name,)))
    return raw
