"""What the operators and functions of expressions do to values; every mistake is a `Wrong` with its sentence.

Numbers are ints, and fractions where they are not whole; a result has at most 60 digits above and below the line.
"""

import operator
from collections.abc import Callable
from functools import reduce
from numbers import Rational
from typing import Any, Final

from cnnshape.core.dims import Open, equal, maximum, minimum, settled, where
from cnnshape.core.text import printable

LARGEST: Final = 10**60
"""A number of more digits is refused: no size needs them, and 60 squarings would fill the memory."""


class Wrong(Exception):
    """A mistake in an expression or its values: the sentence, the column where it stands (0 for none), hint and id."""

    def __init__(self, sentence: str, at: int = 0, hint: str = "", id: str = "") -> None:
        super().__init__(sentence)
        self.sentence, self.at, self.hint, self.id = sentence, at, hint, id


FAST: Final[dict[str, Callable[[Any, Any], Any]]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "//": operator.floordiv,
    "%": operator.mod,
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
"""What may be done to two ints straight away; the second is not zero where the sign divides."""


def is_number(value: Any) -> bool:
    """Whether a value is a number; a truth is not."""
    return isinstance(value, int | Rational | Open) and not isinstance(value, bool)


def said(value: Any) -> str:
    """A value as a sentence names it.

    >>> said(35), said(True), said("ReLU"), said([1, 2])
    ('35', '`true`', 'the text `ReLU`', 'the list `[1, 2]`')
    """
    if isinstance(value, bool) or value is None:
        return f"`{'null' if value is None else str(value).lower()}`"
    if isinstance(value, Open):
        return str(value)
    if is_number(value):
        size = max(abs(value.numerator), value.denominator)
        return str(value) if size < LARGEST else "a number of more than 60 digits"
    if isinstance(value, str):
        return f"the text `{printable(value)}`"
    if isinstance(value, list | tuple):
        text = ", ".join(said(part).rpartition(" `")[2].strip("`") for part in value[:5])
        return f"the list `[{text}{', ...' if len(value) > 5 else ''}]`"
    return f"a {type(value).__name__}"


def bounded(value: Any, sign: str, at: int) -> Any:
    """A number as an int where it is whole; refused where it is too long."""
    if isinstance(value, Open):
        parts = value.written()
        if not any(part >= LARGEST or part <= -LARGEST for part in parts):
            return value
        value = LARGEST if len(parts) == 1 else settled(value)  # what is above and below the line may be shortened
    if value.denominator == 1:
        value = value.numerator
    if max(abs(value.numerator), value.denominator) >= LARGEST:
        raise Wrong(f"`{sign}` gives a number of more than 60 digits", at)
    return value


def arithmetic(sign: str, a: Any, b: Any, at: int) -> Any:
    """``a sign b`` for two numbers of any kind."""
    _numbers(sign, (a, b), at)
    if not b and sign in ("/", "//", "%"):
        raise Wrong(f"`{said(a)} {sign} {said(b)}` divides by zero", at)
    return bounded(_quotient(a, b) if sign == "/" else FAST[sign](a, b), sign, at)


def negative(a: Any, at: int) -> Any:
    """``-a``."""
    _numbers("-", (a,), at)
    return -a


def compared(sign: str, a: Any, b: Any, at: int) -> bool:
    """``a sign b``: numbers in any way, two truths or two texts for being equal."""
    if sign not in ("==", "!="):
        _numbers(sign, (a, b), at)
    elif not (is_number(a) and is_number(b)):
        alike = any(isinstance(a, kind) and isinstance(b, kind) for kind in (bool, str))
        if not alike:
            raise Wrong(f"`{sign}` compares numbers, truths or texts with their like, not {said(a)} with {said(b)}", at)
    if isinstance(a, Open) or isinstance(b, Open):
        return bool(equal(a, b)) is (sign == "==") if sign in ("==", "!=") else bool(FAST[sign](a, b))
    return bool(FAST[sign](a, b))


def truth(value: Any, at: int) -> bool:
    """A value as a condition: zero is false."""
    if isinstance(value, bool) or is_number(value):
        return bool(value)
    raise Wrong(f"a condition is true, false or a number, not {said(value)}", at)


def item(values: Any, index: Any, at: int) -> Any:
    """``values[index]``; there is no counting from the end, which would hide a mistake in the index."""
    if not isinstance(values, list | tuple):
        raise Wrong(f"`[...]` takes a value out of a list, not out of {said(values)}", at)
    index = settled(index)
    if type(index) is not int:
        raise Wrong(f"an index is a whole number, not {said(index)}", at)
    if not 0 <= index < len(values):
        have = f"is out of range 0 to {len(values) - 1}" if values else "is out of range: the list is empty"
        raise Wrong(f"index {said(index)} {have}", at)
    return values[index]


def flat(values: list[Any], at: int) -> list[Any]:
    """A list as it is; refused where it holds a list."""
    if any(isinstance(value, list | tuple) for value in values):
        raise Wrong("a list in an expression holds no lists", at)
    return values


def _numbers(sign: str, values: tuple[Any, ...] | list[Any], at: int) -> None:
    for value in values:
        if not is_number(value):
            raise Wrong(f"`{sign}` takes numbers, not {said(value)}", at)


def _quotient(a: Any, b: Any) -> Any:
    if type(a) is int and type(b) is int and a % b == 0:
        return a // b
    if not isinstance(a, Open):
        from fractions import Fraction  # only a number that is not whole pays for it

        a = Fraction(a)
    return a / b


def _len(values: list[Any], at: int) -> int:
    if not isinstance(values[0], list | tuple):
        raise Wrong(f"`len` takes a list, not {said(values[0])}", at)
    return len(values[0])


def _extreme(name: str) -> Callable[[list[Any], int], Any]:
    choose = {"min": minimum, "max": maximum}[name]

    def function(values: list[Any], at: int) -> Any:
        if len(values) == 1 and isinstance(values[0], list | tuple):
            values = list(values[0])
        if not values:
            raise Wrong(f"`{name}` of an empty list is nothing", at)
        _numbers(name, values, at)
        return reduce(choose, values)

    return function


def _floor(values: list[Any], at: int) -> Any:
    _numbers("floor", values, at)
    return values[0] // 1


def _ceil(values: list[Any], at: int) -> Any:
    _numbers("ceil", values, at)
    return -(-values[0] // 1)


def _round_to(values: list[Any], at: int) -> Any:
    """The multiple of the step nearest to x, at least one step, and one more where more than a tenth would be lost."""
    _numbers("round_to", values, at)
    x, step = values[0], settled(values[1])
    if type(step) is not int or step < 1:
        raise Wrong(f"`round_to` takes a whole step above zero, not {said(step)}", at)
    near = maximum((2 * x + step) // 2 // step * step, step)
    return bounded(where(10 * near < 9 * x, near + step, near), "round_to", at)


FUNCTIONS: Final[dict[str, tuple[int, int, Callable[[list[Any], int], Any]]]] = {
    "len": (1, 1, _len),
    "min": (1, 500, _extreme("min")),
    "max": (1, 500, _extreme("max")),
    "ceil": (1, 1, _ceil),
    "floor": (1, 1, _floor),
    "round_to": (2, 2, _round_to),
}
"""The functions: the fewest and the most values they take, and what they do with them."""
