"""What a broken limit of a budget is said in: the same sentence, evidence and hint in every format."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from cnnshape.analysis.metrics import Metric
from cnnshape.core.bounds import spoken, worded
from cnnshape.core.errors import Problem
from cnnshape.render.figures import amount, apart, bare
from cnnshape.render.names import printable, quoted, wide
from cnnshape.render.units import Units, percent

if TYPE_CHECKING:
    from cnnshape.commands.check.ratchet import Change
    from cnnshape.commands.check.records import Contributor, Outcome, Setting, Value


_NEW = {
    "spec": "the spec is new",
    "variant": "the variant is new",
    "setting": "what the rule sets is new",
    "selection": "the rule selected nothing before",
    "layer": "the layer is new",
}
_KEPT = 5  # figures that are named of those that an update leaves as they are


def measured(outcome: "Outcome", units: Units = "auto") -> str:
    """The figure in a table, with the sign of its bound."""
    return worded(amount(outcome.rule.metric, outcome.actual, units), outcome.actual_bound)


def circumstances(setting: "Setting") -> list[str]:
    """What is not as the spec states it and as by default."""
    said = [f"batch {setting.batch:,}"] if setting.batch != 1 else []
    said += [setting.dtype] if setting.dtype != "float32" else []
    said += [f"{quoted(name)} {' x '.join(map(str, sizes))}" for name, sizes in setting.inputs]
    said += [f"set {printable(name)}={printable(str(held))}" for name, held in setting.settings]
    said += [f"FLOPs as {setting.flops}"] if setting.flops != "torch" else []
    return [*said, *([f"memory {setting.memory}"] if setting.memory != "separate" else [])]


def subject(outcome: "Outcome") -> str:
    """What was measured: ``macs (batch 8)``."""
    under = circumstances(outcome.net.setting)
    of = f" {quoted(outcome.path)}" if outcome.path else ""
    return printable(outcome.rule.title) + of + (f" ({', '.join(under)})" if under else "")


def limit(outcome: "Outcome") -> str:
    """The limit as the budget says it: ``max: 1 MMACs``."""
    return f"{outcome.kind}: {printable(outcome.limit.text)}"


def sentence(outcome: "Outcome") -> str:
    """What a limit is, what the figure is, and how far it is beyond; of a limit that holds, that it holds."""
    metric, actual, bound = outcome.rule.metric, outcome.actual, outcome.bound
    if not outcome.counts or not isinstance(actual, int) or not isinstance(bound, int):
        verb = "as" if outcome.ok else "not"
        return f"{subject(outcome)}: {amount(metric, actual)}, {verb} `{limit(outcome)}`"
    if outcome.new:
        return _of_new(outcome, actual)
    base = outcome.baseline if outcome.kind == "max_increase" else None
    units = "exact" if outcome.kind == "equals" else apart(metric, actual, bound, *([] if base is None else [base]))
    side = outcome.actual_bound
    shown = f"{subject(outcome)}: {spoken(amount(metric, actual, units), side)}"
    said = f"`{limit(outcome)}`"
    if metric.unit == "bytes" and "iB" not in outcome.limit.text and base is None:
        said += f" ({amount(metric, bound, units)})"
    if base is not None:
        more = actual - base
        change = f"{bare(metric, abs(more))} ({percent(abs(more), base)})" if base else bare(metric, abs(more))
        change = spoken(change, side if more >= 0 else side and "lower")
        shown += f", {change} {'more' if more >= 0 else 'less'} than the baseline's {bare(metric, base, units)}"
    if outcome.ok:
        return f"{shown}, within {said}"
    beyond = spoken(bare(metric, outcome.overshoot), None if side is None else "lower")
    part = f" ({percent(outcome.overshoot, bound)})" if bound and base is None else ""
    return f"{shown}, {'below' if outcome.too_low else 'above'} {said} by {beyond}{part}"


def _of_new(outcome: "Outcome", actual: int) -> str:
    """Why there is nothing to measure an increase from, and that it holds where that is allowed."""
    shown = f"{subject(outcome)}: {amount(outcome.rule.metric, actual)}, {_NEW[outcome.new]}"
    if outcome.ok:
        return f"{shown}, which `{limit(outcome)}` lets pass"
    return f"{shown}, so there is nothing to measure `{limit(outcome)}` from"


def _row(outcome: "Outcome", each: "Contributor", units: Units) -> list[str]:
    metric, place = outcome.rule.metric, f"{each.file}:{each.mark.line}" if each.mark else ""
    if outcome.grown:
        change = f"{'+' if each.growth >= 0 else ''}{bare(metric, each.growth, units)}"
        new = "new" if each.before == 0 else "gone" if each.value == 0 else ""
        figures = [change, new or f"{bare(metric, each.before or 0, units)} -> {bare(metric, each.value, units)}"]
    else:
        figures = [bare(metric, each.value, units), percent(each.value, whole(outcome))]
    return [printable(each.path), *figures, printable(place)]


def whole(outcome: "Outcome") -> int:
    """The figure that contributors have a share of."""
    return outcome.actual if isinstance(outcome.actual, int) else 0


def evidence(outcome: "Outcome") -> Iterator[str]:
    """The layers that made the figure, a line for each."""
    if not outcome.contributors:
        return
    metric = outcome.rule.metric
    what = "the tensors" if metric.key == "peak_memory" else "the layers"
    if outcome.grown:
        verb = f"{what} that {'shrank' if outcome.too_low else 'grew'} most since the baseline"
    else:
        verb = f"{what} that make most of it"
    yield f"{verb}:" if not outcome.others else f"{verb}, {outcome.others:,} more not shown:"
    numbers = [n for each in outcome.contributors for n in (each.value, each.before or 0)]
    units = apart(metric, *numbers)
    rows = [_row(outcome, each, units) for each in outcome.contributors]
    widths = [max(map(wide, cells)) for cells in zip(*rows, strict=True)]
    for path, *cells, place in rows:
        right = [" " * (width - wide(cell)) + cell for cell, width in zip(cells, widths[1:], strict=False)]
        yield "  ".join(["  " + path + " " * (widths[0] - wide(path)), *right, place]).rstrip()


def hint(outcome: "Outcome") -> str:
    """What the budget's author says, else what can be done."""
    if outcome.ok or outcome.rule.message:
        return "" if outcome.ok else printable(outcome.rule.message)
    kind, mark = outcome.kind, outcome.mark
    where = f" in line {mark.line}" if mark else ""
    if outcome.new:
        return "if it is meant to be added, `--allow-new` lets it pass"
    if kind == "equals":
        metric = outcome.rule.metric
        return f"if it is meant, write `equals: {_stated(metric, outcome.actual)}`{where}"
    if kind == "max_increase" and outcome.baseline_file:
        return "if the increase is meant, `cnnshape check --update --allow-increase` takes it into the baseline"
    first = f"look at {quoted(outcome.contributors[0].path)} first" if outcome.contributors else "change the net"
    return f"{first}, or {'lower' if kind == 'min' else 'raise'} `{kind}`{where}"


def _stated(metric: Metric, value: "Value") -> str:
    """A figure as a budget states it, exactly."""
    if isinstance(value, int):
        return amount(metric, value, "exact")
    shapes = [str(list(each)) for each in value]
    return shapes[0] if len(shapes) == 1 else f"[{', '.join(shapes)}]"


def problem(outcome: "Outcome") -> Problem:
    """A broken limit as a message: ``problem(outcome).render("warning")`` for one of level ``warn``."""
    return Problem(
        sentence(outcome),
        path=quoted(outcome.net.name or outcome.net.spec)[1:-1],
        file=printable(outcome.file),
        mark=outcome.mark,
        evidence=tuple(evidence(outcome)),
        hint=hint(outcome),
    )


def changed(change: "Change") -> str:
    """What an update did to a baseline, as a line or two.

    >>> from cnnshape.commands.check.ratchet import Change
    >>> print(changed(Change("cnnshape.baseline.yaml", new=2, kept=("macs, total of net.yaml",), stays=1)))
    `cnnshape.baseline.yaml`: 2 new
    1 figure would rise and stays as it was: macs, total of net.yaml
    <BLANKLINE>
    hint: `--allow-increase` lets it rise
    """
    counts = {name: getattr(change, name) for name in ("new", "lowered", "raised", "dropped")}
    parts = [f"{n:,} {name}" for name, n in counts.items() if n]
    for n, name in zip(change.layers, counts, strict=True):
        parts += [f"{n:,} layer {'figure' if n == 1 else 'figures'} {name}"] if n else []
    said = ", ".join(parts)
    lines = [f"{quoted(change.file)}: {said or 'unchanged'}"]
    if change.kept:
        some = "; ".join(printable(each) for each in change.kept[:_KEPT]) + (
            "; ..." if len(change.kept) > _KEPT else ""
        )
        one = change.stays == 1
        verb = "figure would rise and stays as it was" if one else "figures would rise and stay as they were"
        lines.append(f"{change.stays:,} {verb}: {some}")
        lines += ["", f"hint: `--allow-increase` lets {'it' if one else 'them'} rise"]
    return "\n".join(lines)
