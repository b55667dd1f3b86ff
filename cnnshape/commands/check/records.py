"""What a budget says and what came of it: rules, nets, outcomes, and the report of all of them."""

from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any, Final, Literal, NamedTuple, TypeAlias

from typing_extensions import override

from cnnshape.analysis.metrics import Metric
from cnnshape.analysis.setup import PLAIN, Setup
from cnnshape.commands.check.remarks import NOTE_KINDS as NOTE_KINDS
from cnnshape.commands.check.remarks import Note as Note
from cnnshape.commands.check.remarks import Skipped as Skipped
from cnnshape.core.bounds import Bound as Side
from cnnshape.core.display import Displayed
from cnnshape.core.errors import Mark
from cnnshape.spec.yaml.source import At, Source

Kind = Literal["max", "min", "equals", "max_increase"]
KINDS: Final[tuple[Kind, ...]] = ("max", "min", "equals", "max_increase")

Level = Literal["error", "warn"]
Take = Literal["sum", "max", "each"]

New = Literal["", "spec", "variant", "setting", "selection", "layer"]
"""What was not there in an earlier state, so that an increase cannot be measured; empty for nothing."""

Shapes: TypeAlias = tuple[tuple[int, ...], ...]
"""The shapes of the outputs of a net, batch first."""

Value: TypeAlias = int | Shapes
"""A figure: a count, bytes or pixels, true or false; shapes for the metric ``output``."""


class Limit(NamedTuple):
    """One limit of a rule."""

    kind: Kind
    value: Any
    """An int, a bool or `Shapes`; for ``max_increase`` in percent a `Fraction`, 3/100 for 3 %."""
    text: str
    """As the budget says it."""

    @property
    def percent(self) -> bool:
        """Whether it is a part of the baseline."""
        return isinstance(self.value, Fraction)


class Select(NamedTuple):
    """Which layers of a net a rule looks at, and what it takes of their figures; all that are stated hold together."""

    path: str = ""
    """A glob of paths, which also selects what is inside the blocks that it names."""
    op: str = ""
    block: str = ""
    """The name of a block, whose copies are taken as a whole."""
    take: Take = "sum"
    output: str = ""
    """One output of the net, in place of all of them; it goes with no layers."""

    @property
    def total(self) -> bool:
        """Whether it is the net as a whole, or one of its outputs, and not some layers."""
        return not (self.path or self.op or self.block)

    @override
    def __str__(self) -> str:
        parts = [
            part
            for part in (
                self.path,
                self.op and f"op {self.op}",
                self.block and f"block {self.block}",
                self.output and f"output {self.output}",
            )
            if part
        ]
        said = ", ".join(parts) or "total"
        return said if self.take == "sum" else f"{self.take} of {said}"


Setting: TypeAlias = Any  # what `Net.setting` is, while renderers read that


@dataclass(frozen=True)
class Rule:
    """One rule of a budget, with one limit or more."""

    metric: Metric
    select: Select
    limits: tuple[Limit, ...]
    setup: Setup = PLAIN
    variants: tuple[str, ...] = ()
    """Globs of variants; none is the net as its spec states it."""
    specs: tuple[str, ...] = ()
    """Globs of files; none is those that the budget names."""
    level: Level = "error"
    message: str = ""
    """What the budget's author says to whoever breaks it."""
    name: str = ""
    source: Source = field(default=Source(), repr=False, compare=False)
    at: At = field(default=(), repr=False, compare=False)
    """The keys that lead to the rule in its file."""

    @property
    def title(self) -> str:
        """Its name, else what it looks at: ``macs``, ``macs, op Conv2d``."""
        plain = self.select.total and not self.select.output
        return self.name or (self.metric.key if plain else f"{self.metric.key}, {self.select}")

    def mark(self, kind: Kind | None = None) -> Mark | None:
        """Where it stands in its file, or where one of its limits does; None for a rule that comes from no file."""
        return self.source.mark(self.at if kind is None else (*self.at, kind))


class Net(NamedTuple):
    """What was analysed."""

    name: str
    """What the report calls it: that of the spec, and of the variant."""
    spec: str
    """The file as the call names it; empty for a spec that is no file."""
    setup: Setup

    @property
    def variant(self) -> str | None:
        """The variant of the spec; None for the net as the spec states it."""
        return self.setup.variant

    @property
    def setting(self) -> Setting:
        """The setup with pairs in place of mappings, as renderers read it."""
        held: Any = self.setup
        return replace(held, inputs=(*held.inputs.items(),), settings=(*held.settings.items(),))


class Contributor(NamedTuple):
    """A layer (for peak memory a tensor) that made a figure."""

    path: str
    value: int
    before: int | None = None
    """In the baseline, 0 where the layer was not there; None where nothing is known of it."""
    file: str = ""
    mark: Mark | None = None

    @property
    def growth(self) -> int:
        """How much it grew since the baseline, below 0 where it shrank."""
        return self.value - (self.before or 0)


@dataclass(frozen=True)
class Outcome:
    """What came of one limit of a rule for one net, and with ``take: each`` for one of the layers."""

    rule: Rule
    limit: Limit
    net: Net
    actual: Value
    bound: Value
    """What `actual` is held to; for ``max_increase`` the baseline and what it may grow by."""
    ok: bool
    path: str = ""
    """The layer, or the copy of a block, with ``take: each``; else empty."""
    baseline: int | None = None
    """The figure in the baseline; None where there is no baseline for it."""
    baseline_file: str = ""
    """The file that holds the baseline; empty where it was worked out from another state of the spec."""
    contributors: tuple[Contributor, ...] = ()
    """Of a broken limit: the layers that grew most since the baseline (shrank, where a figure is too low), else the
    heaviest; the first ones."""
    others: int = 0
    """How many more of them there are."""
    new: New = ""
    """What was not there before, so that the increase cannot be measured; then `bound` is 0."""
    actual_bound: Side | None = None
    """Whether `actual` is exact: ``upper`` where the truth may be smaller; the limit is met, or not, all the same."""

    @property
    def kind(self) -> Kind:
        """Which limit it is."""
        return self.limit.kind

    @property
    def level(self) -> Level:
        """What a broken limit is: ``error`` fails the check, ``warn`` does not."""
        return self.rule.level

    @property
    def failed(self) -> bool:
        """Whether it makes the check fail."""
        return not self.ok and self.level == "error"

    @property
    def allowed(self) -> bool:
        """Whether it holds only because what is new was allowed."""
        return bool(self.new and self.ok and self.actual)

    @property
    def counts(self) -> bool:
        """Whether the figure is an amount, and not shapes, true or false."""
        return self.rule.metric.additive

    @property
    def overshoot(self) -> int:
        """How far the figure is beyond the limit, 0 where it is not; shapes have no distance."""
        if self.ok or not self.counts or not isinstance(self.actual, int) or not isinstance(self.bound, int):
            return 0
        return abs(self.actual - self.bound)

    @property
    def too_low(self) -> bool:
        """Whether a broken limit asks for more, not for less."""
        if not self.counts or not isinstance(self.actual, int) or not isinstance(self.bound, int):
            return False
        return self.actual < self.bound

    @property
    def grown(self) -> bool:
        """Whether the contributors are those that changed since the baseline, not the heaviest."""
        return any(each.before is not None for each in self.contributors)

    @property
    def file(self) -> str:
        """The file that states the limit; empty where it comes from no file."""
        return self.rule.source.file

    @property
    def mark(self) -> Mark | None:
        """Where in that file the limit stands."""
        return self.rule.mark(self.limit.kind)


@dataclass(frozen=True)
class Report(Displayed):
    """What came of a check: an outcome for each limit and net, in the order of the rules."""

    outcomes: tuple[Outcome, ...]
    nets: int = 0
    """How many nets were analysed, a variant or another batch being one of its own."""
    baselines: tuple[str, ...] = ()
    """The baseline files that were read."""
    since: str = ""
    """The revision that increases are measured from; empty for a baseline's file, and for a function of a call."""
    notes: tuple[Note, ...] = ()
    """What a reviewer should see and no limit says: limits that are weaker than before, nets no longer checked."""
    skipped: tuple[Skipped, ...] = ()
    """The files that globs match and that are not specs."""

    @property
    def ok(self) -> bool:
        """Whether there are limits, and none of level ``error`` is broken."""
        return bool(self.outcomes) and not self.errors

    @property
    def new(self) -> tuple[Outcome, ...]:
        """The limits that hold only because what is new was allowed."""
        return tuple(each for each in self.outcomes if each.allowed)

    @property
    def errors(self) -> tuple[Outcome, ...]:
        """Broken limits of level ``error``."""
        return tuple(each for each in self.outcomes if each.failed)

    @property
    def warnings(self) -> tuple[Outcome, ...]:
        """Broken limits of level ``warn``."""
        return tuple(each for each in self.outcomes if not each.ok and each.level == "warn")

    @property
    def broken(self) -> tuple[Outcome, ...]:
        """All broken limits, in the order of the rules."""
        return tuple(each for each in self.outcomes if not each.ok)

    @property
    def passed(self) -> tuple[Outcome, ...]:
        """The limits that hold."""
        return tuple(each for each in self.outcomes if each.ok)
