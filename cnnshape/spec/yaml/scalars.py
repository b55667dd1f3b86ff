"""What one word of a spec means: null, true, false, an exact number, or text, after the core schema of YAML 1.2.

Numbers are exact: an int where the value is whole, else a `fractions.Fraction`; never a float.
"""

import re
from typing import TYPE_CHECKING, Any

from cnnshape.core.text import printable

if TYPE_CHECKING:
    from fractions import Fraction

DIGITS = 30
"""The digits a written number may have; Python itself refuses to read 4,301 of them."""

EXPONENT = 30
"""The largest exponent of ten a written number may have, either way."""

_KEYWORDS = dict.fromkeys(("", "~", "null", "Null", "NULL")) | {
    word: truth for truth in (True, False) for word in (str(truth), str(truth).lower(), str(truth).upper())
}  # ``yes``, ``no``, ``on`` and ``off`` are text in YAML 1.2

NUMBER = r"(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?"
"""A number without its sign, as a regular expression."""

# Patterns are compiled where they are first needed: most specs need one of them, and a cold start is short.
_SIGNED = rf"[-+]?{NUMBER}"
_BASED = r"0x([0-9a-fA-F]+)|0o([0-7]+)"
_NOT_FINITE = r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)"
_OPENING = "+-.0123456789"


class Words(dict[str, Any]):
    """Plain words to their values, each read when it is first asked for; `halves` are those with an open bracket.

    Asking raises `ValueError` with a sentence for a number that is refused.

    >>> words = Words()
    >>> words["1e3"], words["0x10"], words[".5"], words["no"], words["2024-01-01"], words["~"]
    (1000, 16, Fraction(1, 2), 'no', '2024-01-01', None)
    """

    def __init__(self) -> None:
        super().__init__(_KEYWORDS)
        self.halves: set[str] = set()

    def __missing__(self, word: str) -> Any:
        value = self[word] = _number(word) if word[0] in _OPENING else word
        if "(" in word and word.count("(") > word.count(")"):
            self.halves.add(word)
        return value


def _number(word: str) -> "int | Fraction | str":
    """The value of a word that begins like a number: it may still be text."""
    if word.isdecimal() and word.isascii() and len(word) <= DIGITS:
        return int(word)
    if re.fullmatch(_SIGNED, word):
        return exact(word)
    if based := re.fullmatch(_BASED, word):
        digits = based[1] or based[2]
        _check_digits(digits)
        return int(digits, 16 if based[1] else 8)
    if re.fullmatch(_NOT_FINITE, word):
        raise ValueError(f"`{word}` is refused: a number is finite and exact")
    return word


def exact(text: str) -> "int | Fraction":
    """The value of a decimal number, an int where it is whole; raises `ValueError` with a sentence.

    >>> exact("-1.50"), exact("15e-1"), exact("2.5e1")
    (Fraction(-3, 2), Fraction(3, 2), 25)
    """
    mantissa, _, exponent = text.lower().partition("e")
    whole, _, part = mantissa.partition(".")
    _check_digits(whole.lstrip("+-") + part)
    magnitude = exponent.lstrip("+-").lstrip("0")
    if len(magnitude) > 2 or int(magnitude or 0) > EXPONENT:
        raise ValueError(f"`{printable(text)}` is refused: the exponent of a number is at most {EXPONENT}")
    digits = int(whole + part)
    shift = (-int(magnitude or 0) if exponent.startswith("-") else int(magnitude or 0)) - len(part)
    if shift >= 0:
        return int(digits * 10**shift)
    scale = int(10**-shift)
    if digits % scale == 0:
        return digits // scale
    from fractions import Fraction  # only a number that is not whole pays for it

    return Fraction(digits, scale)


def _check_digits(digits: str) -> None:
    if len(digits) > DIGITS:
        raise ValueError(
            f"`{printable(digits, 16)}` is refused: it has {len(digits):,} digits, and a number has at most {DIGITS}"
        )
