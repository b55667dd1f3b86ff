"""From figures and limits to outcomes: what holds, what is broken, and which layers made it so."""

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Final

from cnnshape.analysis.metrics import Metric
from cnnshape.commands.check.baseline import Before, Nothing, key
from cnnshape.commands.check.measure import Figure, Measured
from cnnshape.commands.check.records import Contributor, Limit, Outcome, Rule, Value
from cnnshape.core.bounds import holds, spoken
from cnnshape.core.errors import Problem, SpecError
from cnnshape.core.text import shown

MOST: Final = 5
"""So many layers are named that made a figure."""


def outcomes(rule: Rule, net: Measured, before: Before | None, *, allow_new: bool = False) -> Iterator[Outcome]:
    """What comes of each limit of a rule for a net.

    What is new since a revision has nothing to measure ``max_increase`` from; ``allow_new`` lets it pass.

    Raises `SpecError` where the rule selects nothing, a figure has no value, or a baseline has none to measure an
    increase from.
    """
    figures = net.figures(rule.metric, rule.select)
    for limit in rule.limits:
        for figure in figures:
            base = _base(rule, net, figure, before)
            if limit.kind == "max_increase" and base is None:
                if before is None or before.file:
                    raise SpecError(_no_base(rule, net, before))
                yield _new(rule, limit, net, figure, before, allowed=allow_new)
            else:
                yield _outcome(rule, limit, net, figure, base, before)


def _base(rule: Rule, net: Measured, figure: Figure, before: Before | None) -> int | None:
    if before is None:
        return None
    return before.figure(rule.metric, rule.select, figure.path, net.partly(figure, rule.select))


def _new(rule: Rule, limit: Limit, net: Measured, figure: Figure, before: Before, *, allowed: bool) -> Outcome:
    """A figure of something that was not there: it holds where it is 0, which makes nothing heavier."""
    new = before.new if isinstance(before, Nothing) else "layer" if figure.path else "selection"
    ok = allowed or figure.value == 0
    made = [] if ok else contributors(rule, net, figure, None)
    return Outcome(
        rule, limit, net.net, figure.value, 0, ok, figure.path, contributors=tuple(made[:MOST]),
        others=len(made[MOST:]), new=new,
    )  # fmt: skip


def _no_base(rule: Rule, net: Measured, before: Before | None) -> Problem:
    text = f"there is no baseline for `{key(rule.metric, rule.select)}` of `{net.net.name}`"
    text += f" in {before.file}" if before and before.file else ""
    return Problem(text, at=("max_increase",), hint="`cnnshape check --update` writes one")


def _bound(limit: Limit, base: int | None) -> Value:
    """What a figure is held to."""
    if limit.kind != "max_increase":
        bound: Value = limit.value
        return bound
    assert base is not None
    growth = limit.value * base if isinstance(limit.value, Fraction) else limit.value
    return base + int(growth)  # figures are whole, so a part of one allows nothing


def _holds(rule: Rule, limit: Limit, net: Measured, figure: Figure, bound: Value) -> bool:
    """Whether a limit holds; raises `SpecError` where that cannot be said."""
    actual = figure.value
    if not isinstance(actual, int) or not isinstance(bound, int):
        return actual == bound
    found = holds("max" if limit.kind == "max_increase" else limit.kind, bound, actual, figure.bound)
    if found is None:
        raise SpecError(_undecided(rule, limit, net, figure))
    return found


def _undecided(rule: Rule, limit: Limit, net: Measured, figure: Figure) -> Problem:
    """What is said where the figure is a bound, and the truth may be on either side of the limit."""
    side = "smaller" if figure.bound == "upper" else "larger"
    value = shown(figure.value)
    text = f"`{rule.title}` of `{net.net.name}` cannot be checked against `{limit.kind}: {limit.text}`"
    text += f": it is {spoken(value, figure.bound)} and may be {side}"
    hint = "change the limit so that every value the bound allows meets it, or measure the net and drop the rule"
    return Problem(text, at=(limit.kind,), hint=hint)


def _outcome(
    rule: Rule, limit: Limit, net: Measured, figure: Figure, base: int | None, before: Before | None
) -> Outcome:
    bound = _bound(limit, base)
    ok = _holds(rule, limit, net, figure, bound)
    made: list[Contributor] = []
    if not ok and rule.metric.additive and isinstance(figure.value, int) and isinstance(bound, int):
        made = contributors(rule, net, figure, before, too_low=figure.value < bound)
    file = before.file if before else ""
    return Outcome(
        rule, limit, net.net, figure.value, bound, ok, figure.path, base, file, tuple(made[:MOST]), len(made[MOST:]),
        actual_bound=figure.bound,
    )  # fmt: skip


def contributors(
    rule: Rule, net: Measured, figure: Figure, before: Before | None, *, too_low: bool = False
) -> list[Contributor]:
    """The layers that grew most since the baseline (shrank, where a figure is too low), else the heaviest."""
    metric = rule.metric
    if metric.layer is None:
        return [*_of_the_net(metric, net, rule.select.output)]
    earlier = before.layers(metric) if before else None
    if earlier is not None:
        sign = -1 if too_low else 1
        changed = [each for each in _layers(rule, net, figure, earlier) if sign * each.growth > 0]
        if changed:
            return sorted(changed, key=lambda each: -abs(each.growth))
    return sorted((each for each in _layers(rule, net, figure, None) if each.value), key=lambda each: -each.value)


def _layers(rule: Rule, net: Measured, figure: Figure, earlier: Mapping[str, int] | None) -> Iterator[Contributor]:
    """Every layer of a figure; with the figures of before also those that are gone, where the net is looked at."""
    graph, values = net.analysis.graph, net.layers(rule.metric)
    for place in range(len(values)) if figure.layers is None else figure.layers:
        node = graph.nodes[place]
        was = None if earlier is None else earlier.get(node.path, 0)
        yield Contributor(node.path, values[place], was, node.source.file, graph.mark(node))
    if earlier is not None and rule.select.total:
        yield from (Contributor(path, 0, n) for path, n in earlier.items() if path not in graph.numbers)


def _of_the_net(metric: Metric, net: Measured, output: str) -> Iterator[Contributor]:
    """What made a figure that layers have no part of, of the net or of one output."""
    graph, analysis = net.analysis.graph, net.analysis
    if metric.key == "peak_memory":
        for tensor in analysis.peak_memory.tensors:
            value = graph.numbers.get(tensor.path.removesuffix(" (indices)"), 0)
            node = graph.node(value)
            mark = graph.mark(node) if node else None
            yield Contributor(tensor.path, tensor.bytes, None, node.source.file if node else "", mark)
    elif metric.key == "receptive_field" and metric.at:
        maps = analysis.last_maps
        records = {record.path: record for path in ([output] if output else maps) for record in maps[path]}
        sizes = {path: metric.at(record) or 0 for path, record in records.items()}
        for path in sorted(sizes, key=lambda path: (-sizes[path], records[path].value)):
            node = records[path].node
            yield Contributor(path, sizes[path], None, node.source.file, graph.mark(node))
