"""The sentence, evidence and hint of a broken limit, the same in every format."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from cnnshape.analysis.metrics import Metric
from cnnshape.core.bounds import spoken, worded
from cnnshape.render import text
from cnnshape.render.document import Code, Message, Span, Table, Text, listed, marked, table_of
from cnnshape.render.figures import amount, apart, bare
from cnnshape.render.names import printable, quoted, shortened
from cnnshape.render.units import Units, percent

if TYPE_CHECKING:
    from cnnshape.commands.check.ratchet import Change
    from cnnshape.commands.check.records import Contributor, Outcome, Setting, Value
    from cnnshape.core.errors import Mark

_NEW: Final = {
    "spec": "the spec is new",
    "variant": "the variant is new",
    "setting": "what the rule sets is new",
    "selection": "the rule selected nothing before",
    "layer": "the layer is new",
}
_KEPT: Final = 5  # figures that are named of those that an update leaves as they are
_TITLE: Final = 200  # columns of a heading


def measured(outcome: "Outcome", units: Units = "auto") -> str:
    """The figure in a table, with the sign of its bound."""
    return worded(amount(outcome.rule.metric, outcome.actual, units), outcome.actual_bound)


def place(file: str, mark: "Mark | None", *, column: bool = False) -> str:
    """Where something is: the file and the line; empty for what comes from no file."""
    if not file or not mark:
        return file if column else ""
    return f"{file}:{mark.line}:{mark.column}" if column else f"{file}:{mark.line}"


# Which figure of which net.


def net(outcome: "Outcome") -> str:
    """What the net is called."""
    return outcome.net.name or outcome.net.spec


def _circumstances(setting: "Setting") -> Iterator[Text]:
    """What is not as the spec states it and as by default."""
    if setting.batch != 1:
        yield f"batch {setting.batch:,}"
    if setting.dtype != "float32":
        yield setting.dtype
    for name, sizes in setting.inputs:
        yield [Code(name), f" {' x '.join(map(str, sizes))}"]
    for name, held in setting.settings:
        yield f"set {name}={held}"
    if setting.flops != "torch":
        yield f"FLOPs as {setting.flops}"
    if setting.memory != "separate":
        yield f"memory {setting.memory}"


def _subject(outcome: "Outcome") -> list[Span]:
    of: list[Span] = [" ", Code(outcome.path)] if outcome.path else []
    under = [*listed(_circumstances(outcome.net.setting))]
    return [outcome.rule.title, *of, *([" (", *under, ")"] if under else [])]


def subject(outcome: "Outcome") -> str:
    """What was measured: ``macs (batch 8)``."""
    return text.sentence(_subject(outcome))


def heading(outcome: "Outcome") -> str:
    """Which figure of which net, on one short line: ``small: macs (batch 8)``."""
    return shortened(printable(f"{net(outcome)}: {subject(outcome)}"), _TITLE)


def limit(outcome: "Outcome") -> str:
    """The limit as the budget says it: ``max: 1 MMACs``."""
    return f"{outcome.kind}: {outcome.limit.text}"


# The sentence.


def sentence(outcome: "Outcome") -> str:
    """What a limit is, what the figure is, and how far it is beyond; of a limit that holds, that it holds."""
    return text.sentence(_sentence(outcome))


def _sentence(outcome: "Outcome") -> list[Span]:
    metric, actual, bound = outcome.rule.metric, outcome.actual, outcome.bound
    said = Code(limit(outcome))
    subject: list[Span] = [*_subject(outcome), ": "]
    if not outcome.counts or not isinstance(actual, int) or not isinstance(bound, int):
        return [*subject, f"{amount(metric, actual)}, {'as' if outcome.ok else 'not'} ", said]
    if outcome.new:
        shown = f"{amount(metric, actual)}, {_NEW[outcome.new]}"
        if outcome.ok:
            return [*subject, f"{shown}, which ", said, " lets pass"]
        return [*subject, f"{shown}, so there is nothing to measure ", said, " from"]
    base = outcome.baseline if outcome.kind == "max_increase" else None
    units = "exact" if outcome.kind == "equals" else apart(metric, actual, bound, *([] if base is None else [base]))
    shown = spoken(amount(metric, actual, units), outcome.actual_bound)
    if base is not None:
        shown += f", {_increase(outcome, actual - base, base)} than the baseline's {bare(metric, base, units)}"
    in_bytes = metric.unit == "bytes" and "iB" not in outcome.limit.text and base is None
    as_bytes = f" ({amount(metric, bound, units)})" if in_bytes else ""
    if outcome.ok:
        return [*subject, f"{shown}, within ", said, as_bytes]
    beyond = spoken(bare(metric, outcome.overshoot), None if outcome.actual_bound is None else "lower")
    part = f" ({percent(outcome.overshoot, bound)})" if bound and base is None else ""
    side = "below" if outcome.too_low else "above"
    return [*subject, f"{shown}, {side} ", said, f"{as_bytes} by {beyond}{part}"]


def _increase(outcome: "Outcome", more: int, base: int) -> str:
    """How much more than before it is, or less."""
    side = outcome.actual_bound
    change = bare(outcome.rule.metric, abs(more)) + (f" ({percent(abs(more), base)})" if base else "")
    return f"{spoken(change, side if more >= 0 else side and 'lower')} {'more' if more >= 0 else 'less'}"


# What made the figure, and what to do.


def _row(outcome: "Outcome", each: "Contributor", units: Units) -> list[Text]:
    metric, where = outcome.rule.metric, Code(place(each.file, each.mark))
    if not outcome.grown:
        whole = outcome.actual if isinstance(outcome.actual, int) else 0
        return [Code(each.path), bare(metric, each.value, units), percent(each.value, whole), where]
    change = f"{'+' if each.growth >= 0 else ''}{bare(metric, each.growth, units)}"
    new = "new" if each.before == 0 else "gone" if each.value == 0 else ""
    before = bare(metric, each.before or 0, units)
    return [Code(each.path), change, new or f"{before} -> {bare(metric, each.value, units)}", where]


def _evidence(outcome: "Outcome") -> Table:
    """The layers that made the figure."""
    numbers = [n for each in outcome.contributors for n in (each.value, each.before or 0)]
    metric = outcome.rule.metric
    units = apart(metric, *numbers)
    rows = [_row(outcome, each, units) for each in outcome.contributors]
    what = "tensor" if metric.key == "peak_memory" else "layer"
    header = [what, "change", "figure", "where"] if outcome.grown else [what, "figure", "of it", "where"]
    return table_of(header, rows, [False, True, True, False], headless=True)


def _introduced(outcome: "Outcome") -> str:
    """What the layers are that are named."""
    what = "the tensors" if outcome.rule.metric.key == "peak_memory" else "the layers"
    if outcome.grown:
        said = f"{what} that {'shrank' if outcome.too_low else 'grew'} most since the baseline"
    else:
        said = f"{what} that make most of it"
    return f"{said}, {outcome.others:,} more not shown:" if outcome.others else f"{said}:"


def hint(outcome: "Outcome") -> Text:
    """What the budget's author says, else what can be done."""
    if outcome.ok or outcome.rule.message:
        return "" if outcome.ok else marked(outcome.rule.message)
    kind, mark = outcome.kind, outcome.mark
    where = f" in line {mark.line}" if mark else ""
    if outcome.new:
        return marked("if it is meant to be added, `--allow-new` lets it pass")
    if kind == "equals":
        return ["if it is meant, write ", Code(f"equals: {_stated(outcome.rule.metric, outcome.actual)}"), where]
    if kind == "max_increase" and outcome.baseline_file:
        return marked("if the increase is meant, `cnnshape check --update --allow-increase` takes it into the baseline")
    first = ["look at ", Code(outcome.contributors[0].path), " first"] if outcome.contributors else ["change the net"]
    return [*first, f", or {'lower' if kind == 'min' else 'raise'} ", Code(kind), where]


def _stated(metric: Metric, value: "Value") -> str:
    """A figure as a budget states it, exactly."""
    if isinstance(value, int):
        return amount(metric, value, "exact")
    shapes = [str(list(each)) for each in value]
    return shapes[0] if len(shapes) == 1 else f"[{', '.join(shapes)}]"


def message(outcome: "Outcome", *, bare: bool = False) -> Message:
    """What came of a limit as a message; ``bare`` for who shows its level, its net and its place otherwise."""
    found = Message("", _sentence(outcome), hint=hint(outcome))
    if outcome.contributors:
        found = found._replace(evidence=[_introduced(outcome)], table=_evidence(outcome))
    if bare:
        return found
    subject: list[Span] = [Code(net(outcome)), ": "] if net(outcome) else []
    level = "error" if outcome.failed else "warning"
    where = place(outcome.file, outcome.mark, column=True)
    return found._replace(level=level, text=[*subject, *_sentence(outcome)], place=where)


def said(outcome: "Outcome", *, bare: bool = False) -> str:
    """The same as lines of text."""
    return "\n".join(text.message(message(outcome, bare=bare)))


# What an update did.


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
