"""What to write where an expression names what is not there, or says what the language does not have."""

import re
from collections.abc import Iterable, Sequence
from typing import Final

from cnnshape.core.errors import CnnshapeError
from cnnshape.graph.hints.flow import flow
from cnnshape.graph.hints.names import instead, is_known

TRUTHS: Final = dict.fromkeys(("no", "No", "NO", "off", "Off", "OFF"), "false") | dict.fromkeys(
    ("yes", "Yes", "YES", "on", "On", "ON"), "true"
)
"""Words that older YAML takes for a truth value."""

NONES: Final = frozenset({"None", "none", "NONE", "nil", "nan", "NaN"})
"""Words for a value that is missing; in YAML, `null` is."""

_MOST: Final = 4  # the largest power that is written out
_LISTED: Final = 10  # values of a list of powers


def truth(name: str) -> str:
    """The hint for a word that means a truth value elsewhere; empty for any other.

    >>> truth("no"), truth("nose")
    ('write `false`', '')
    """
    return f"write `{TRUTHS[name]}`" if name in TRUTHS else ""


def of_input(axes: Sequence[object]) -> str:
    """The hint for an input with an axis that is left open, as other frameworks have it; empty for any other.

    >>> of_input(["None", 3, 224, 224])
    'state the sizes of one sample, without the batch: `[3, 224, 224]`'
    >>> of_input(["None", 224, 224])
    'state every size, without the batch; `cnnshape formula` keeps sizes open'
    """
    stated = [axis for axis in axes if not (isinstance(axis, str) and axis in NONES)]
    if len(stated) == len(axes):
        return ""
    if stated == [*axes[1:]] and len(stated) > 1 and stated[0] in (1, 3):
        return f"state the sizes of one sample, without the batch: `{flow(stated)}`"
    return "state every size, without the batch; `cnnshape formula` keeps sizes open"


def function(name: str, inside: Sequence[str], near: str) -> str:
    """The hint for a function that does not exist, called with these values; ``near`` is that for a similar name.

    >>> function("int", ["k * 1.5"], "did you mean `min`?"), function("pow", ["2", "i + 1"], "")[:44]
    ('write `floor(k * 1.5)`', 'there are no powers: list them, `vars: {powe')
    """
    if not all(inside):
        return near
    if name in ("int", "trunc") and len(inside) == 1:
        return f"write `{flow(f'floor({inside[0]})')}`"
    if name == "abs" and len(inside) == 1:
        return f"write `{flow(f'max({inside[0]}, -({inside[0]}))')}`"
    if name == "pow" and len(inside) == 2:
        base, exponent = (text if re.fullmatch(r"\w+", text) else f"({text})" for text in inside)
        return power(base, exponent)
    return near


def unknown(name: str, near: str, known: Iterable[str], *, in_block: bool) -> str:
    """The hint for a variable that a spec does not have; ``near`` is that for a name that is spelled alike.

    >>> unknown("width", "", [], in_block=False)
    'add it to `vars`: `vars: {width: 64}`'
    """
    if name in NONES:
        return "write `null`"
    if name[:1].isupper() and is_known(name) and (op := instead(name, known, None, {})):
        return op
    if near:
        return near
    if in_block:
        return f"a block sees its own variables only: add `{name}: required` to its `vars`, and state it in each call"
    return f"add it to `vars`: `vars: {{{name}: 64}}`"


def power(before: str, after: str) -> str:
    """The hint for ``x ** y``, whose two operands are given.

    >>> power("2", "3"), power("w", "2")
    ('there are no powers: write `8`', 'there are no powers: write `w * w`')
    >>> power("2", "i")
    "there are no powers: list them, `vars: {powers: [1, 2, 4, 8, 16, 32, 64, 128, 256, 512]}`, and write `'powers[i]'`"
    """
    base = int(before) if before.isdecimal() and len(before) < 4 else None
    after = _counted(after)
    if after.isdecimal() and len(after) < 3 and base is not None and base ** int(after) < 10**12:
        return f"there are no powers: write `{base ** int(after)}`"
    if after.isdecimal() and 1 < int(after[:3]) <= _MOST and (before.isidentifier() or before.endswith((")", "]"))):
        return f"there are no powers: write `{flow(' * '.join([before] * int(after)))}`"
    if base is not None and base > 1 and after and re.search("[A-Za-z_]", after):
        powers = [base**step for step in range(_LISTED) if base**step < 10**12]
        listed = f"`vars: {{powers: {powers}}}`"
        return f"there are no powers: list them, {listed}, and write `'powers[{_bare(after)}]'`"
    return "there are no powers: multiply instead"


def _counted(text: str) -> str:
    """The value of an operand that is made of numbers alone, any other operand as it is."""
    if not re.fullmatch(r"\([0-9+*/() -]+\)", text):
        return text
    from cnnshape.spec.variables import evaluate

    try:
        return str(evaluate(text, {}))
    except CnnshapeError:
        return text


def _bare(text: str) -> str:
    """An operand without the brackets around all of it.

    >>> _bare("(i + 1)"), _bare("(i)"), _bare("f(i)"), _bare("i")
    ('i + 1', 'i', 'f(i)', 'i')
    """
    return text[1:-1].strip() if text.startswith("(") and text.endswith(")") else text


def operands(words: Sequence[tuple[str, int]], sign: int, text: str) -> tuple[str, str]:
    """The operands of the sign at this place among the words of an expression, each with its column.

    >>> words = [(word, place) for place, word in enumerate("2^(i+1)*c", 1)]
    >>> operands(words, 1, "2^(i+1)*c")
    ('2', '(i+1)')
    """
    first, depth = sign - 1, 0
    while first >= 0:
        depth += (words[first][0] in _CLOSING) - (words[first][0] in _OPENING)
        if depth <= 0 and not (words[first][0] in _OPENING and first and _is_value(words[first - 1][0])):
            break
        first -= 1
    last, depth = sign + 1, 0
    while last < len(words):
        depth += (words[last][0] in _OPENING) - (words[last][0] in _CLOSING)
        follows = words[last + 1][0] if last + 1 < len(words) else ""
        if depth <= 0 and not (follows in _OPENING and _is_value(words[last][0])):
            break
        last += 1
    if first < 0 or last >= len(words) or depth < 0:
        return "", ""
    before = text[words[first][1] - 1 : words[sign][1] - 1].strip()
    end = words[last + 1][1] - 1 if last + 1 < len(words) else len(text)
    return before, text[words[sign][1] - 1 + len(words[sign][0]) : end].strip()


_OPENING: Final = ("(", "[")
_CLOSING: Final = (")", "]")


def _is_value(word: str) -> bool:
    return word.isidentifier() or word in _CLOSING


def as_list(text: str) -> str:
    """The hint for values in round brackets; empty for a text that is something else.

    >>> as_list("(3, 3)"), as_list("(a, b) + c")
    ('write a list: `[3, 3]`', '')
    """
    match = re.fullmatch(r"\s*\(([^()]*),?\s*\)\s*", text)
    return f"write a list: `[{match[1].strip().rstrip(',')}]`" if match and "," in text else ""
