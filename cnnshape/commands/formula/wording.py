"""What is said of a closed form in whatever format: its expressions in one notation, and its sizes in words."""

import keyword
import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from cnnshape.core.dims import Open
from cnnshape.core.errors import Problem
from cnnshape.render.notation import Notation, written
from cnnshape.render.notation_styles import STYLES

if TYPE_CHECKING:
    from cnnshape.commands.formula.formula import ClosedForm, Sizes

_NO_NAMES: Final[dict[str, str]] = {}

Named = list[tuple[str, str]]
"""Expressions, each with the name of what it is."""


class Legal(NamedTuple):
    """Some names, the sizes that are legal for each of them, and what one that is not leads to."""

    names: str
    words: str
    refused: str


def identifiers(form: "ClosedForm") -> dict[str, str]:
    """What each open number is called in Python: no keyword, nothing that the function calls, and no name twice."""
    taken = {*keyword.kwlist, *keyword.softkwlist, "max", "min", "gcd"}
    found: dict[str, str] = {}
    for name in (*form.sizes, *form.same):
        known = re.sub(r"\W", "_", name, flags=re.ASCII)
        known = known if known.isidentifier() else f"_{known}"
        while known in taken:
            known += "_"
        taken.add(known)
        found[name] = known
    return found


def shown(x: Any, style: Notation, names: Mapping[str, str] = _NO_NAMES) -> str:
    """A number, a term, or a shape of them.

    >>> shown((1, 512, 7, 7), "text"), shown(2048000, "latex")
    ('(1, 512, 7, 7)', '2{,}048{,}000')
    """
    if not isinstance(x, tuple):
        return written(x, "latex" if style == "markdown" else style, names)
    inside = ", ".join(shown(one, style, names) for one in x)
    return f"({inside}{',' if len(x) == 1 and style == 'python' else ''})"


def listed(names: list[str]) -> str:
    """Names in a sentence.

    >>> listed(["D", "H", "W"])
    'D, H and W'
    """
    return f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else "".join(names)


def figure(form: "ClosedForm") -> str:
    """What is put into a form: ``MACs of `conv1` ``."""
    return form.metric.header + (f" of `{form.layer}`" if form.layer else "")


def title(form: "ClosedForm") -> str:
    """What the form is a form of, and over what."""
    unit = " in bytes" if form.metric.unit == "bytes" else ""
    return f"{figure(form)}{unit} over {listed([*form.sizes])}"


def reads(form: "ClosedForm") -> str:
    """The inputs of the net with what is open in them."""
    inputs = [(name, shown(shape, "text")) for name, shape in form.inputs.items()]
    return ", ".join(f"input {shape}" if len(inputs) == 1 else f"{name} {shape}" for name, shape in inputs)


def expressions(form: "ClosedForm", x: Any, style: Notation) -> Named:
    """The expressions of a figure: one, or one for each output of the net."""
    names = identifiers(form) if style == "python" else _NO_NAMES
    if not form.outputs:
        return [(form.metric.header, shown(x, style, names))]
    many = len(form.outputs) > 1
    return [
        (name if many else form.metric.header, shown(shape, style, names))
        for name, shape in zip(form.outputs, x, strict=True)
    ]


def general(form: "ClosedForm", style: Notation) -> Named:
    """The form for all legal sizes; none where the one without floors holds for all of them, too."""
    if form.divided:
        steps = form.divided.steps
        if all(held and held.step == steps[name][0] and not held.early for name, held in form.sizes.items()):
            return []
    return expressions(form, form.value, style)


def divided(form: "ClosedForm", style: Notation) -> Named:
    """The form without floors; none where there is no such."""
    return expressions(form, form.divided.value, style) if form.divided else []


def steps(form: "ClosedForm", style: Notation) -> list[str]:
    """How the sizes are taken apart: ``H = 32 h``."""
    if form.divided is None:
        return []
    how, found = STYLES[style], []
    for name, (step, letter, rest) in form.divided.steps.items():
        if letter != name:
            counted = how.product([how.number(step), how.symbol(letter).text], True)
            more = f" + {how.number(rest)}" if rest else ""
            found.append(f"{how.symbol(name).text} = {counted}{more}")
    return found


def counted(form: "ClosedForm", style: Notation) -> str:
    """From where the letters count: ``h and w from 1``."""
    if form.divided is None:
        return ""
    groups: dict[int, list[str]] = {}
    for name, (_, letter, _) in form.divided.steps.items():
        if letter != name:
            groups.setdefault(form.divided.lows[letter], []).append(STYLES[style].symbol(letter).text)
    return ", ".join(f"{listed(letters)} from {low}" for low, letters in groups.items())


def legal(form: "ClosedForm") -> Iterator[Legal]:
    """The legal sizes in words."""
    groups: dict[Sizes, list[str]] = {}
    for name, sizes in form.sizes.items():
        if sizes is not None:
            groups.setdefault(sizes, []).append(name)
    for sizes, names in groups.items():
        found = form.reason(names[0])
        yield Legal(listed(names), sizes.words(), _is_refused({names[0]: found[0]}, found[1]) if found else "")


def refused(form: "ClosedForm") -> str:
    """What is wrong with the sizes that the net is set to; empty where they are legal."""
    return "" if form.refused is None else f"as set, {_is_refused(*form.refused)}"


def _is_refused(sizes: Mapping[str, int], problem: Problem) -> str:
    place = f" at `{problem.path}`" if problem.path else ""
    said = listed([f"{name} = {size:,}" for name, size in sizes.items()])
    return f"{said} {'is' if len(sizes) == 1 else 'are'} refused{place}: {problem.text}"


def assumptions(form: "ClosedForm", style: Notation) -> list[str]:
    """What must hold beside that."""
    names = identifiers(form) if style == "python" else _NO_NAMES
    how, equal = STYLES[style], "==" if style == "python" else "="
    same = [
        f"{how.symbol(names.get(name, name)).text} {equal} {how.symbol(names.get(one, one)).text}"
        for name, one in form.same.items()
    ]
    claims = (claim if holds else claim.negated() for claim, holds in form.assumptions)
    return same + [shown(claim, style, names) for claim in claims]


def alone(form: "ClosedForm") -> Iterator[str]:
    """What is left to each size where the others stay as they are."""
    for name, sizes in form.alone.items():
        others = [f"{other} = {size:,}" for other, size in form.point.items() if other not in (name, *form.same)]
        if sizes is not None and others:
            yield f"{name}: {sizes.words()} where {listed(others)}"


def smallest(form: "ClosedForm") -> str:
    """The shapes of the smallest legal inputs; empty where nobody knows them."""
    point = form.smallest
    if point is None or not any(isinstance(axis, Open) for shape in form.inputs.values() for axis in shape):
        return ""
    from cnnshape.commands.formula.closed_form import evaluated

    shapes = [(name, shown(evaluated(shape, point), "text")) for name, shape in form.inputs.items()]
    return ", ".join(shape if len(shapes) == 1 else f"{name} {shape}" for name, shape in shapes)


def laid_out(text: str, width: int, indent: str = "") -> list[str]:
    """An expression in lines: one where it fits, else one for each part of a sum, or for each argument of a function.

    >>> laid_out("max(100 h w + 20, 30 h)", 20)
    ['max(', '  100 h w + 20,', '  30 h', ')']
    >>> laid_out("a = 100 h w + 20 h", 14)
    ['a = 100 h w', '  + 20 h']
    """
    if len(indent) + len(text) <= width:
        return [indent + text]
    parts = parts_of(text, (" + ", " - "))
    if len(parts) > 1:
        return [indent + parts[0], *(f"{indent}  {part}" for part in parts[1:])]
    call = re.fullmatch(r"(?P<name>[^(]*\b(max|min|gcd)\()(?P<inside>.*)(?P<end>\),?)", text)
    if call is None:
        return [indent + text]
    arguments = parts_of(call["inside"], (", ",))
    ends = [*("," for _ in arguments[1:]), ""]
    lines = [indent + call["name"]]
    for argument, end in zip(arguments, ends, strict=True):
        lines += laid_out(argument.removeprefix(", ") + end, width, indent + "  ")
    return [*lines, indent + call["end"]]


def parts_of(text: str, signs: tuple[str, ...]) -> list[str]:
    r"""An expression cut before each of these signs that stands in no brackets; the signs stay, without first space.

    >>> parts_of("a + (b - c) - d", (" + ", " - ")), parts_of("f(a, b), c", (", ",))
    (['a', '+ (b - c)', '- d'], ['f(a, b)', ', c'])
    """
    depth, last, found = 0, 0, list[str]()
    for place, letter in enumerate(text):
        depth += (letter in "({[") - (letter in ")}]")
        if not depth and text.startswith(signs, place) and not text.endswith("\\", 0, place):  # a `\,` is a space
            found.append(text[last:place].lstrip(" "))
            last = place
    return [*found, text[last:].lstrip(" ")]
