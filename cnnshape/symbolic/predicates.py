"""Claims: conditions over terms.  Whether one holds is asked of its space, which decides, parts points, or assumes."""

from typing import Any, Literal

from typing_extensions import override

from cnnshape.core.dims import Open, Truth
from cnnshape.symbolic.nodes import Node

Kind = Literal["least", "zero", "both", "either", "not"]


class Claim(Node):
    """A condition that is true for some values of the variables and false for others.

    ======= ============= =====================
    kind    args          holds where
    ======= ============= =====================
    least   term          ``term >= 0``
    zero    term          ``term = 0``
    both    claim, claim  both hold
    either  claim, claim  one holds, or both
    not     claim         it does not
    ======= ============= =====================
    """

    __slots__ = ()

    kind: Kind

    def __bool__(self) -> bool:
        return self.space.decide(self)

    @override
    def known(self) -> bool:
        return bool(self)

    @override
    def equal(self, other: Any) -> Truth:
        return self if bool(other) else self.negated()

    def negated(self) -> "Claim":
        """The claim that it does not hold."""
        if self.kind == "not":
            inner: Claim = self.args[0]
            return inner
        return self.space.claim("not", (self,))

    @override
    def both(self, other: Truth) -> Truth:
        if not isinstance(other, Claim):
            return self if other else False
        return self if self is other else self.space.claim("both", (self, other))

    @override
    def either(self, other: Truth) -> Truth:
        if not isinstance(other, Claim):
            return True if other else self
        return self if self is other else self.space.claim("either", (self, other))

    @override
    def where(self, yes: Any, no: Any) -> Any:
        if yes is no:
            return yes
        if all(isinstance(side, int | Open) for side in (yes, no)):
            return self.space.where(self, yes, no)
        return yes if self else no
