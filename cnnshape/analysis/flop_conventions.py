"""FLOPs: what a scalar operation counts depends on whom you ask, so the convention is data and has a name."""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from importlib import import_module
from typing import TYPE_CHECKING, Final, NamedTuple

from typing_extensions import override

from cnnshape.core.errors import UsageError, unknown
from cnnshape.layers.base import KINDS, Ops
from cnnshape.layers.facts import Facts

if TYPE_CHECKING:
    from cnnshape.analysis.tools.difference import Kind, Table


class Term(NamedTuple):
    """What a convention counts for a layer more than its MACs, or less, for one reason."""

    name: str
    amount: int
    kind: "Kind" = "rule"


@dataclass(frozen=True, eq=False)
class Convention(ABC):
    """A way to count the work of a layer."""

    name: str
    word: str
    """What it calls what it counts."""
    says: str

    @abstractmethod
    def terms(self, facts: Facts) -> Iterator[Term]:
        """Where it differs from the MACs of a layer, reason by reason; a reason may count nothing where it raises."""

    def count(self, facts: Facts) -> int:
        """What it counts for a layer."""
        macs: int = facts.ops.mac
        return macs + sum(term.amount for term in self.terms(facts))


_WORDS: Final = {
    "mac": "a MAC is two",
    "add": "additions",
    "mul": "multiplications",
    "div": "divisions",
    "compare": "comparisons",
    "exp": "transcendental functions",
    "sqrt": "square roots",
}


@dataclass(frozen=True, eq=False)
class ByKind(Convention):
    """So many for one operation of each kind; kinds that are not named count nothing."""

    factors: dict[str, int]

    def flops(self, ops: Ops) -> int:
        """The FLOPs of some operations.

        >>> ByKind("mine", "FLOPs", "a MAC is 2 FLOPs, an addition 1", {"mac": 2, "add": 1}).flops(Ops(mac=10, add=5))
        25
        """
        flops = 0
        for kind, factor in self.factors.items():
            flops += factor * getattr(ops, kind)
        return flops

    @override
    def count(self, facts: Facts) -> int:
        return self.flops(facts.ops)

    @override
    def terms(self, facts: Facts) -> Iterator[Term]:
        for kind, factor in self.factors.items():
            yield Term(_WORDS[kind], (factor - (kind == "mac")) * getattr(facts.ops, kind))


@dataclass(frozen=True, eq=False)
class Tool(Convention):
    """As another tool counts, by the table of its differences in `cnnshape.analysis.tools`."""

    version: str
    """The version that the table is compared with."""

    @cached_property
    def table(self) -> "Table":
        """Its differences by op."""
        found: Table = import_module(f"cnnshape.analysis.tools.{self.name}").TABLE
        return found

    @override
    def terms(self, facts: Facts) -> Iterator[Term]:
        for name, amount, kind in self.table.get(type(facts.layer).__name__, ()):
            more = amount(facts)
            if more is not None:
                yield Term(name, more, kind)


_TORCH: Final = ByKind(
    "torch", "FLOPs", "2 per MAC of convolutions, linear layers and matrix products, nothing else", {"mac": 2}
)

CONVENTIONS: Final[dict[str, Convention]] = {
    each.name: each
    for each in (
        _TORCH,
        ByKind(
            "full",
            "FLOPs",
            "2 per MAC and 1 per other scalar operation: add, mul, div, compare, exp, sqrt",
            {kind: 2 if kind == "mac" else 1 for kind in KINDS},
        ),
        Tool(
            "fvcore",
            "flops",
            "as fvcore counts flops: 1 per MAC, 1 to 5 per normalised element, some pooling and resizing",
            "0.1.5.post20221221",
        ),
        Tool(
            "ptflops",
            "MACs",
            "as ptflops counts MACs: 1 per MAC, bias, activation, pooled pixel, 2 per normalised element; some twice",
            "0.7.5",
        ),
        Tool(
            "thop",
            "MACs",
            "as thop counts MACs: 1 per MAC, 4 per normalised element, average pooling, resizing",
            "0.1.1.post2209072238",
        ),
        Tool(
            "torchinfo",
            "mult-adds",
            "as torchinfo counts mult-adds: parameters at every output position of convolutions, else once per sample",
            "1.8.0",
        ),
    )
}


def convention(name: str) -> Convention:
    """The convention of this name; raises `UsageError` where there is none."""
    if name not in CONVENTIONS:
        raise UsageError(unknown(f"there is no FLOP convention `{name}`", name, CONVENTIONS))
    return CONVENTIONS[name]
