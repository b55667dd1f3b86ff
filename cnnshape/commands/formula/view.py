"""How closed forms show themselves."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

from cnnshape.commands.formula import wording
from cnnshape.commands.formula.data import data
from cnnshape.commands.formula.python import function
from cnnshape.render.document import Block, Code, Document, Equation, Facts, Heading, Paragraph, Text
from cnnshape.render.formats import View
from cnnshape.render.formulas import formula

if TYPE_CHECKING:
    from cnnshape.commands.formula.formula import ClosedForm


def _document(form: "ClosedForm", _: object) -> Document:
    found: list[Block] = [Heading(Code(form.name), wording.title(form))]
    if _is_needed(form):
        found += _equations(form, form.value)
    if form.divided:
        found += [Paragraph(wording.steps(form)), *_equations(form, form.divided.value)]
    facts: list[tuple[str, Text]] = [("holds for", text) for text in wording.legal(form, refusals=True)]
    facts += [("as set", text)] if (text := wording.refused(form)) else []
    facts += [("assumed", text) for text in wording.assumptions(form)]
    facts += [("smallest input", text)] if (text := wording.smallest(form)) else []
    return [*found, Facts(facts)] if facts else found


def _is_needed(form: "ClosedForm") -> bool:
    """Whether the form for all legal sizes says more than the one without floors."""
    if form.divided is None:
        return True
    steps = form.divided.steps
    return not all(held and held.step == steps[name][0] and not held.early for name, held in form.sizes.items())


def _equations(form: "ClosedForm", x: Any) -> Iterator[Equation]:
    """The expressions of a figure: one, or one for each output of the net."""
    if len(form.outputs) > 1:
        yield from (Equation(Code(name), [formula(shape)]) for name, shape in zip(form.outputs, x, strict=True))
    else:
        yield Equation(form.metric.header, [formula(x[0] if form.outputs else x)])


VIEW: Final = View(_document, data, own={"python": function}, width=80)
