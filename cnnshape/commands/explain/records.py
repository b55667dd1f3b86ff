"""What an explanation is made of: letters with their origin, formulas as terms, values, and sentences."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from typing_extensions import override

from cnnshape.core.display import Displayed
from cnnshape.core.errors import Mark
from cnnshape.symbolic import Claim, Term

if TYPE_CHECKING:
    from cnnshape.commands.explain.paths import Seen
    from cnnshape.core.dims import Shape


class Origin(NamedTuple):
    """Where something stands or comes from."""

    text: str
    file: str = ""
    mark: Mark | None = None

    @property
    def where(self) -> str:
        """The file, with line and column where they are known."""
        return f"{self.file}:{self.mark.line}:{self.mark.column}" if self.mark and self.file else self.file

    @override
    def __str__(self) -> str:
        return ", ".join(filter(None, (self.text, self.where)))


class Given(NamedTuple):
    """A letter, its value, and where that comes from."""

    name: str
    value: int
    origins: tuple[Origin, ...]


class Line(NamedTuple):
    """A part of a formula that has a name of its own, such as the height that comes out."""

    name: str
    term: Any
    value: int


class Part(NamedTuple):
    """One of the amounts that a figure is the sum of."""

    name: str
    term: Any
    value: int
    note: str = ""
    """What is to be known of it, such as that another tool errs there."""
    shape: "Shape | None" = None
    """Of a weight: its shape, in terms."""


class Condition(NamedTuple):
    """Something that holds at these values and that the formulas rest on."""

    claim: Claim
    need: bool
    """Whether the layer is refused without it; otherwise another formula would stand here."""


@dataclass(frozen=True, slots=True)
class Derivation:
    """How one figure of a layer comes about: a formula, the values that go in, and what comes out.

    ``term`` worked out at the `point` of its explanation is ``value``, as the analysis has it.
    """

    metric: str
    header: str
    """What the figure is called in a report."""
    word: str
    """What one of it is called."""
    term: Any
    """A term, or an int where it hangs on no number of the layer; a tuple of these for a shape."""
    value: Any
    lines: tuple[Line, ...] = ()
    """The parts of the formula that have names, each before what rests on it."""
    parts: tuple[Part, ...] = ()
    """What it is the sum of, where that has names."""
    reason: str = ""
    """Why there is nothing to count, where that is so."""
    says: str = ""
    """The convention: what is counted."""

    @property
    def shared(self) -> dict[Term, str]:
        """The names of the parts."""
        return {line.term: line.name for line in self.lines}


@dataclass(frozen=True, slots=True, repr=False)
class Explanation(Displayed):
    """Why a layer has the figures that it has; ``explanation["macs"]`` is the `Derivation` of one."""

    net: str
    path: str
    op: str
    place: Origin
    calls: tuple[Origin, ...]
    """The calls of blocks that lead to it, the innermost first."""
    reads: "tuple[tuple[str, Shape], ...]"
    """The paths of what it reads, and their shapes."""
    letters: tuple[Given, ...]
    conditions: tuple[Condition, ...]
    derivations: tuple[Derivation, ...]
    nothing: tuple[str, ...]
    """Headers of the figures that were not asked for by name and of which the layer has none."""
    seen: "tuple[Seen, ...]"
    """How the receptive field comes about, for each input and each group of axes that are alike; empty if not asked."""
    asked_field: bool
    """Whether the receptive field was asked for by name."""
    source: str
    """The papers and pages that the layer follows."""
    whole: Collection[Term] = field(default=(), compare=False)
    """The quotients that leave no rest, as the layer needs it."""

    @override
    def __repr__(self) -> str:
        said = ", ".join(f"{each.metric}={each.value}" for each in self.derivations)
        return f"Explanation({self.path}: {self.op}, {said})"

    def __getitem__(self, metric: str) -> Derivation:
        """The derivation of a metric that was asked for; raises `KeyError` for another one."""
        return {each.metric: each for each in self.derivations}[metric]

    @property
    def point(self) -> Mapping[str, int]:
        """The values of the letters."""
        return {letter.name: letter.value for letter in self.letters}
