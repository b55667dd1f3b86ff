"""Closed forms: as text, LaTeX, Markdown and Python."""

import re
from collections.abc import Callable, Iterator
from textwrap import wrap
from typing import TYPE_CHECKING, Final

from cnnshape.commands.formula import render_parts as parts
from cnnshape.commands.formula.render_parts import Named
from cnnshape.core.errors import Problem, UsageError, did_you_mean
from cnnshape.render.latex import plain
from cnnshape.render.markdown import escaped, marked
from cnnshape.render.names import printable, quotable

if TYPE_CHECKING:
    from cnnshape.commands.formula.formula import ClosedForm

_WIDTH: Final = 80


def _folded(text: str, indent: str = "") -> list[str]:
    return wrap(text, _WIDTH, initial_indent=indent, subsequent_indent=f"{indent}  ", break_long_words=False)


def _facts(form: "ClosedForm", with_refusals: bool = True) -> Iterator[tuple[str, str]]:
    """What holds of the sizes, each with what to say behind it."""
    for names, words, refused in parts.legal(form):
        yield f"{names}: {words}", refused if with_refusals else ""
    for text in parts.alone(form):
        yield text, ""


def _text(form: "ClosedForm") -> str:
    """For people who read it in a terminal."""
    lines = _folded(f"{printable(form.name)}: {parts.title(form)}, {parts.reads(form)}")

    def put(named: Named) -> None:
        for name, expression in named:
            lines.extend(["", *parts.laid_out(f"{name} = {expression}", _WIDTH)])

    put(parts.general(form, "text"))
    if form.divided:
        lines += ["", *_folded(f"with {parts.listed(parts.steps(form, 'text'))}, {parts.counted(form, 'text')}:")]
        put(parts.divided(form, "text"))
    lines += ["", "holds for"]
    for fact, refused in _facts(form):
        lines += [*_folded(fact, "  "), *(_folded(refused, "    ") if refused else [])]
    if refused := parts.refused(form):
        lines += ["", *_folded(refused)]
    if assumed := parts.assumptions(form, "text"):
        lines += ["", "assumed", *(line for text in assumed for line in _folded(text, "  "))]
    if smallest := parts.smallest(form):
        lines += ["", f"smallest input: {smallest}"]
    return "\n".join(map(printable, lines)) + "\n"


def _aligned(named: Named) -> str:
    """Expressions of LaTeX in lines, a long one with a line for each part."""
    lines = []
    for name, expression in named:
        first, *rest = [expression] if len(expression) <= _WIDTH else _cut(expression)
        more = "".join(f" \\\\\n  &\\quad {part}" for part in rest)
        lines.append(rf"\text{{{plain(name)}}} &= {first}{more}")
    return "\\begin{aligned}\n" + " \\\\\n".join(lines) + "\n\\end{aligned}"


def _cut(expression: str) -> list[str]:
    """The lines of a long expression: parts of a sum, or arguments of a maximum, whose brackets no longer grow then."""
    call = re.fullmatch(r"(?P<name>\\(max|min))\\left\( (?P<inside>.*) \\right\)", expression)
    sums = parts.parts_of(expression, (" + ", " - "))
    if call is None or len(sums) > 1:
        return sums
    arguments = parts.parts_of(call["inside"], (", ",))
    last = len(arguments) - 1
    lines = [one.removeprefix(", ") + (r" \bigr)" if place == last else ",") for place, one in enumerate(arguments)]
    return [rf"{call['name']}\bigl( {lines[0]}", *lines[1:]]


def _latex(form: "ClosedForm") -> str:
    """For a paper: what is said about the sizes stands in comments."""
    lines = [f"% {printable(form.name)}: {parts.title(form)}, {parts.reads(form)}"]
    if named := parts.general(form, "latex"):
        lines.append(_aligned(named))
    if form.divided:
        steps = parts.listed(parts.steps(form, "text"))
        lines += [f"% with {steps}, {parts.counted(form, 'text')}:", _aligned(parts.divided(form, "latex"))]
    lines += [f"% {fact}" for fact, _ in _facts(form)]
    lines += [f"% {printable(refused)}"] if (refused := parts.refused(form)) else []
    lines += [f"% assumed: {text}" for text in parts.assumptions(form, "latex")]
    return "\n".join(lines) + "\n"


def _markdown(form: "ClosedForm") -> str:
    """For a pull request or a paper's draft, with formulas as GitHub shows them."""
    blocks = [f"**{escaped(printable(form.name))}**: {parts.title(form)}, {parts.reads(form)}"]
    if named := parts.general(form, "latex"):
        blocks.append(f"$$\n{_aligned(named)}\n$$")
    if form.divided:
        steps = parts.listed([f"${step}$" for step in parts.steps(form, "latex")])
        blocks += [f"With {steps}, {parts.counted(form, 'text')}:", f"$$\n{_aligned(parts.divided(form, 'latex'))}\n$$"]
    facts = [f"* {fact}" + (f"; {marked(printable(refused))}" if refused else "") for fact, refused in _facts(form)]
    facts += [f"* {marked(printable(refused))}"] if (refused := parts.refused(form)) else []
    facts += [f"* assumed: ${text}$" for text in parts.assumptions(form, "latex")]
    if smallest := parts.smallest(form):
        facts.append(f"* smallest input: {smallest}")
    return "\n\n".join([*blocks, "\n".join(facts)]) + "\n"


def _python(form: "ClosedForm") -> str:
    """For a program: a function of the open sizes, exact on whole numbers; texts of the net stay in its docstring."""
    name = re.sub(r"\W", "_", form.metric.key)
    names = parts.identifiers(form)
    free = ", ".join(names[each] for each in form.sizes)
    expressions = [expression for _, expression in parts.expressions(form, form.value, "python")]
    body = expressions[0] if len(expressions) == 1 and not form.outputs else f"({', '.join(expressions)},)"
    said = [f"{known} is {each}" for each, known in names.items() if known != each]
    said += [fact for fact, _ in _facts(form)]
    said += [refused] if (refused := parts.refused(form)) else []
    said += [f"assumed: {text}" for text in parts.assumptions(form, "python")]
    lines = [f"def {name}({free}):"]
    lines += [f'    """{quotable(parts.figure(form))} {"in" if form.layer else "of"} {quotable(form.name)}.', ""]
    lines += [line for fact in said for line in _folded(quotable(fact), "    ")]
    lines += ['    """', "    return (", *parts.laid_out(body, _WIDTH, "        "), "    )"]
    head = ["from math import gcd", "", ""] if "gcd(" in body else []
    return "\n".join([*head, *lines]) + "\n"


FORMATS: Final[dict[str, Callable[["ClosedForm"], str]]] = {
    "text": _text,
    "latex": _latex,
    "markdown": _markdown,
    "python": _python,
}
"""The formats."""


def render(form: "ClosedForm", format: str = "text") -> str:
    """A closed form in one of `FORMATS`, ending in a newline; raises `UsageError` for a format that there is not."""
    if format not in FORMATS:
        raise UsageError(Problem(f"there is no format `{format}`", hint=did_you_mean(format, FORMATS)))
    return FORMATS[format](form)
