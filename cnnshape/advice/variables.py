"""What to write where an expression names what is not there, or says what the language does not have."""

import re
from collections.abc import Iterable
from typing import Final

from cnnshape.advice.names import instead, is_known

TRUTHS: Final = dict.fromkeys(("no", "No", "NO", "off", "Off", "OFF"), "false") | dict.fromkeys(
    ("yes", "Yes", "YES", "on", "On", "ON"), "true"
)
"""Words that older YAML takes for a truth value."""

_MOST: Final = 4  # the largest power that is written out
_LISTED: Final = 10  # values of a list of powers


def truth(name: str) -> str:
    """The hint for a word that means a truth value elsewhere; empty for any other.

    >>> truth("no"), truth("nose")
    ('write `false`', '')
    """
    return f"write `{TRUTHS[name]}`" if name in TRUTHS else ""


def unknown(name: str, near: str, known: Iterable[str], *, in_block: bool) -> str:
    """The hint for a variable that a spec does not have; ``near`` is that for a name that is spelled alike.

    >>> unknown("width", "", [], in_block=False)
    'add it to `vars`: `vars: {width: 64}`'
    """
    if name[:1].isupper() and is_known(name) and (op := instead(name, known, None, {})):
        return op
    if near:
        return near
    if in_block:
        return f"a block sees its own variables only: add `{name}: required` to its `vars`, and state it in each call"
    return f"add it to `vars`: `vars: {{{name}: 64}}`"


def power(before: str, after: str) -> str:
    """The hint for ``x ** y``, of which the words around the sign are given.

    >>> power("2", "3"), power("w", "2")
    ('there are no powers: write `8`', 'there are no powers: write `w * w`')
    >>> power("2", "i")
    "there are no powers: list them, `vars: {powers: [1, 2, 4, 8, 16, 32, 64, 128, 256, 512]}`, and write `'powers[i]'`"
    """
    base = int(before) if before.isdecimal() and len(before) < 4 else None
    if after.isdecimal() and len(after) < 3 and base is not None and base ** int(after) < 10**12:
        return f"there are no powers: write `{base ** int(after)}`"
    if after.isdecimal() and 1 < int(after[:3]) <= _MOST and before.isidentifier():
        return f"there are no powers: write `{' * '.join([before] * int(after))}`"
    if after.isidentifier() and base is not None and base > 1:
        powers = [base**step for step in range(_LISTED) if base**step < 10**12]
        listed = f"`vars: {{powers: {powers}}}`"
        return f"there are no powers: list them, {listed}, and write `'powers[{after}]'`"
    return "there are no powers: write `x * x`"


def as_list(text: str) -> str:
    """The hint for values in round brackets; empty for a text that is something else.

    >>> as_list("(3, 3)"), as_list("(a, b) + c")
    ('write a list: `[3, 3]`', '')
    """
    match = re.fullmatch(r"\s*\(([^()]*),?\s*\)\s*", text)
    return f"write a list: `[{match[1].strip().rstrip(',')}]`" if match and "," in text else ""
