"""Every rule with every net that it is for, measured: from here on nothing is wrong with a rule or a net."""

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from cnnshape.commands.check.measure import Figure, Measured, Nets, placed, variants
from cnnshape.commands.check.records import Rule
from cnnshape.commands.check.sources import Held
from cnnshape.core.errors import MOST_PROBLEMS, CnnshapeError, Problem, ShapeError, SpecError
from cnnshape.spec.document import Spec


class Job(NamedTuple):
    """A rule and one net that it is for."""

    rule: Rule
    spec: Spec
    net: Measured
    home: str
    """The file that the call named; empty where it named none."""
    figures: list[Figure]
    """The figures that the rule asks for."""


def jobs(found: Sequence[Held], nets: Nets) -> list[Job]:
    """Every rule with every net that it is for; raises all that is wrong with them."""
    made: list[Job] = []
    problems: dict[Problem, None] = {}
    kind: type[CnnshapeError] = ShapeError
    for spec, rule, home in found:
        if len(problems) >= MOST_PROBLEMS:
            break
        try:
            for name in variants(spec, rule):
                net = nets.of(spec, replace(rule.setup, variant=name))
                made.append(Job(rule, spec, net, home, net.figures(rule.metric, rule.select)))
        except CnnshapeError as error:
            kind = kind if isinstance(error, ShapeError) else SpecError
            problems.update(dict.fromkeys(placed(error, rule)))
    if problems:
        raise kind(*problems)
    return made
