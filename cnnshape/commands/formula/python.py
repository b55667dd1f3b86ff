"""A closed form as a function of Python."""

import keyword
import re
from collections.abc import Iterable, Iterator
from textwrap import wrap
from typing import TYPE_CHECKING, Final

from cnnshape.commands.formula import wording
from cnnshape.render.breaking import broken
from cnnshape.render.formulas import shown
from cnnshape.render.names import quotable
from cnnshape.render.text import sentence

if TYPE_CHECKING:
    from cnnshape.commands.formula.formula import ClosedForm

_WIDTH: Final = 80


def identifiers(names: Iterable[str]) -> dict[str, str]:
    """What open numbers are called in Python: no keyword, nothing that the function calls, and no name twice."""
    taken = {*keyword.kwlist, *keyword.softkwlist, "max", "min", "gcd"}
    found: dict[str, str] = {}
    for name in names:
        known = re.sub(r"\W", "_", name, flags=re.ASCII)
        known = known if known.isidentifier() else f"_{known}"
        while known in taken:
            known += "_"
        taken.add(known)
        found[name] = known
    return found


def _said(form: "ClosedForm", names: dict[str, str]) -> Iterator[str]:
    """What the function says of its arguments."""
    yield from (f"{known} is {each}" for each, known in names.items() if known != each)
    yield from map(sentence, wording.legal(form, refusals=False))
    if refused := wording.refused(form):
        yield f"as set, {sentence(refused)}"
    yield from (f"assumed: {each.write('python')}" for each in wording.assumptions(form, names))


def function(form: "ClosedForm", _: object = None) -> str:
    """For a program: a function of the open sizes, exact on whole numbers; texts of the net stay in its docstring."""
    name = re.sub(r"\W", "_", form.metric.key)
    names = identifiers([*form.sizes, *form.same])
    values = form.value if form.outputs else [form.value]
    expressions = [shown(value, "python", names=names) for value in values]
    body = f"({', '.join(expressions)},)" if form.outputs else expressions[0]
    figure = quotable(sentence(wording.figure(form)))
    said = [line for fact in _said(form, names)
            for line in wrap(quotable(fact), _WIDTH, initial_indent="    ", subsequent_indent="      ",
                             break_long_words=False)]  # fmt: skip
    lines = [f"def {name}({', '.join(names[each] for each in form.sizes)}):"]
    lines += [f'    """{figure} {"in" if form.layer else "of"} {quotable(form.name)}.', "", *said, '    """']
    lines += ["    return (", *(f"        {line}" for line in broken(body, _WIDTH - 8)), "    )"]
    head = ["from math import gcd", "", ""] if "gcd(" in body else []
    return "\n".join([*head, *lines]) + "\n"
