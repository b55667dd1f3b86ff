"""Which of two limits lets less pass."""

from fractions import Fraction

from cnnshape.commands.check.records import Limit


def as_strict(new: Limit, old: Limit) -> bool:
    """Whether all that a limit lets pass, another one did.

    >>> as_strict(Limit("max", 5, "5"), Limit("max", 6, "6")), as_strict(Limit("max", 7, "7"), Limit("max", 6, "6"))
    (True, False)
    >>> as_strict(Limit("max_increase", 0, "0"), Limit("max_increase", Fraction(1, 100), "1 %"))
    True
    """
    if old.kind == "equals" or not isinstance(old.value, int | Fraction):
        return new.kind == "equals" and new.value == old.value
    if old.kind == "max_increase":
        alike = new.kind == old.kind and isinstance(new.value, Fraction) == isinstance(old.value, Fraction)
        return (alike and new.value <= old.value) or (new.kind == old.kind and new.value == 0)
    if new.kind not in (old.kind, "equals") or not isinstance(new.value, int):
        return False
    within: bool = new.value <= old.value if old.kind == "max" else new.value >= old.value
    return within
