"""FLOPs: what a scalar operation counts depends on whom you ask, so the convention is data and has a name."""

from typing import Final, NamedTuple

from cnnshape.errors import Problem, UsageError, did_you_mean
from cnnshape.layers.base import KINDS, Ops


class Convention(NamedTuple):
    """How many FLOPs one operation of each kind is; kinds that are not named count nothing."""

    name: str
    factors: dict[str, int]
    says: str

    def flops(self, ops: Ops) -> int:
        """The FLOPs of some operations.

        >>> CONVENTIONS["torch"].flops(Ops(mac=10, add=5)), CONVENTIONS["full"].flops(Ops(mac=10, add=5))
        (20, 25)
        """
        return sum(factor * getattr(ops, kind) for kind, factor in self.factors.items())


CONVENTIONS: Final[dict[str, Convention]] = {
    "torch": Convention(
        "torch", {"mac": 2}, "2 per MAC of convolutions, linear layers and matrix products, nothing else"
    ),
    "full": Convention(
        "full",
        {kind: 2 if kind == "mac" else 1 for kind in KINDS},
        "2 per MAC and 1 per other scalar operation: add, mul, div, compare, exp, sqrt",
    ),
}


def convention(name: str) -> Convention:
    """The convention of this name; raises `UsageError` where there is none."""
    if name not in CONVENTIONS:
        raise UsageError(Problem(f"there is no FLOP convention `{name}`", hint=did_you_mean(name, CONVENTIONS)))
    return CONVENTIONS[name]
