"""Formulas that are longer than a line: where they are cut."""

import re
from collections.abc import Iterable, Iterator
from typing import Final

_SUM: Final = (" + ", " - ")
_COMMA: Final = (", ",)
_INDENT: Final = "  "
_CALL: Final = re.compile(r"(?P<name>[^(]*\b(?:max|min|gcd)\()(?P<inside>.*)(?P<end>\),?)")
_LATEX_CALL: Final = re.compile(r"(?P<name>\\(?:max|min|gcd))\\left\( (?P<inside>.*) \\right\)")


def parts_of(text: str, signs: tuple[str, ...]) -> list[str]:
    r"""An expression cut before each of these signs that stands in no brackets; the signs stay, without first space.

    >>> parts_of("a + (b - c) - d", (" + ", " - ")), parts_of("f(a, b), c", (", ",))
    (['a', '+ (b - c)', '- d'], ['f(a, b)', ', c'])
    """
    depth, last, found = 0, 0, list[str]()
    for place, letter in enumerate(text):
        depth += (letter in "({[") - (letter in ")}]")
        if letter == "\\":  # the rows of `cases` belong together
            depth += text.startswith(r"\begin{", place) - text.startswith(r"\end{", place)
        if not depth and text.startswith(signs, place) and not text.endswith("\\", 0, place):  # a `\,` is a space
            found.append(text[last:place].lstrip(" "))
            last = place
    return [*found, text[last:].lstrip(" ")]


def _arguments(call: "re.Match[str] | None") -> list[str]:
    """The arguments of a function; none where its last bracket is not the one that closes it."""
    if call is None:
        return []
    depth = 0
    for letter in call["inside"]:
        depth += (letter == "(") - (letter == ")")
        if depth < 0:
            return []
    return [each.removeprefix(", ") for each in parts_of(call["inside"], _COMMA)]


def broken(text: str, room: int) -> list[str]:
    """A formula on as many lines as it needs: one for each part of a sum, or for each argument of a function.

    Where that is not enough, it is broken between words.

    >>> broken("max(100 h w + 20, 30 h)", 20)
    ['max(', '  100 h w + 20,', '  30 h', ')']
    >>> broken("a = 100 h w + 20 h", 14)
    ['a = 100 h w', '  + 20 h']
    """
    if len(text) <= room:
        return [text]
    parts = parts_of(text, _SUM)
    if len(parts) > 1:
        first, *rest = parts
        return [*broken(first, room), *_further_in(rest, room)]
    call = _CALL.fullmatch(text)
    arguments = _arguments(call)
    if call is None or not arguments:
        first, *rest = _filled(re.split(r" (?=[-+*/<>=] |[A-Za-z(])", text), room - len(_INDENT))
        return [first, *(f"{_INDENT}{line}" for line in rest)]
    *others, last = arguments
    return [call["name"], *_further_in([*(f"{each}," for each in others), last], room), call["end"]]


def _further_in(texts: Iterable[str], room: int) -> Iterator[str]:
    return (f"{_INDENT}{line}" for text in texts for line in broken(text, room - len(_INDENT)))


def _filled(pieces: Iterable[str], room: int) -> list[str]:
    """Pieces on lines, as many to a line as it holds."""
    lines: list[str] = []
    for piece in pieces:
        if lines and len(lines[-1]) + 1 + len(piece) <= room:
            lines[-1] += f" {piece}"
        else:
            lines.append(piece)
    return lines


def cut(expression: str) -> list[str]:
    r"""The lines of a long expression of LaTeX: parts of a sum, or arguments of a function.

    The brackets of such a function no longer grow, since they would have to close in the line that they open in.

    >>> cut(r"a \, b + \left( c + d \right)")
    ['a \\, b', '+ \\left( c + d \\right)']
    >>> cut(r"\max\left( a, b \right)")
    ['\\max\\bigl( a,', 'b \\bigr)']
    """
    sums = parts_of(expression, _SUM)
    call = _LATEX_CALL.fullmatch(expression)
    arguments = _arguments(call)
    if call is None or not arguments or len(sums) > 1:
        return sums
    *others, last = arguments
    lines = [*(f"{each}," for each in others), rf"{last} \bigr)"]
    return [rf"{call['name']}\bigl( {lines[0]}", *lines[1:]]
