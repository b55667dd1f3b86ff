"""The expressions of a spec: exact arithmetic, comparison and choice over the variables that the caller hands in.

From loose to tight, as in Python: ``x if c else y``, ``or``, ``and``, ``not``, comparison (chained: ``1 < k <= 7``),
``+ -``, ``* / // %``, ``-x``, ``x[i]``.  Atoms are numbers, names, ``true``, ``false``, brackets, flat lists and calls
of ``len min max ceil floor round_to``.  A value is an int, a Fraction that is not whole, a truth, a text (the name of
an op or block) or a list.  A truth is not a number, but a number may stand as a condition: zero is false.

>>> compile("round_to(c / 3, 8) if c > 16 else c")({"c": 100})
32
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeAlias

from cnnshape.core.errors import CnnshapeError, Problem
from cnnshape.core.text import printable
from cnnshape.spec.expressions.grammar import WORDS as WORDS
from cnnshape.spec.expressions.grammar import parse
from cnnshape.spec.expressions.operations import Wrong

if TYPE_CHECKING:
    from fractions import Fraction

Value: TypeAlias = "int | Fraction | bool | str | list[Any]"


class ExpressionError(CnnshapeError):
    """An expression that cannot be read, or that has no value where it is asked for one."""

    id = "invalid-expression"


class Expression:
    """An expression, read once; calling it with variables gives its value, `names` are the variables it reads.

    >>> expression = compile("k // 2 * d")
    >>> expression({"k": 3, "d": 2}), sorted(expression.names)
    (2, ['d', 'k'])
    """

    __slots__ = ("_run", "names", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        try:
            self._run, self.names = parse(text)
        except Wrong as wrong:
            raise _error(wrong, text) from None

    def __call__(self, env: Mapping[str, Value]) -> Value:
        """The value; raises `ExpressionError` where there is none."""
        try:
            value: Value = self._run(env)
            return value
        except Wrong as wrong:
            raise _error(wrong, self.text) from None
        except RecursionError:  # a mapping that evaluates its variables when asked leads on and on
            raise _error(Wrong("the variables of this expression lead on to too many others"), self.text) from None


@lru_cache(maxsize=4096)
def compile(text: str) -> Expression:
    """The expression that a text holds; raises `ExpressionError`."""
    return Expression(text)


def is_plain_name(text: str) -> bool:
    """Whether an expression is nothing but the name of a variable.

    >>> is_plain_name("width"), is_plain_name("2 * width"), is_plain_name("max")
    (True, False, False)
    """
    return text.isascii() and text.isidentifier() and text not in WORDS


def _error(wrong: Wrong, text: str) -> ExpressionError:
    place = ""
    if wrong.at and not is_plain_name(text):
        first, last = max(0, wrong.at - 41), wrong.at + 39
        around = ("..." if first else "") + text[first:last] + ("..." if last < len(text) else "")
        place = f" (column {wrong.at} of `{printable(around, 100)}`)"
    return ExpressionError(Problem(wrong.sentence + place, hint=wrong.hint, id=wrong.id))
