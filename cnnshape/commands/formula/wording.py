"""What is said of a closed form: of which figure it is one, for which sizes it holds, and what is assumed of them."""

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

from cnnshape.core.dims import Open
from cnnshape.core.errors import Problem
from cnnshape.render.document import Code, Formula, Span, Text, listed, marked, spans
from cnnshape.render.formulas import formula, symbol
from cnnshape.render.notation import Notation
from cnnshape.render.notation_styles import STYLES

if TYPE_CHECKING:
    from cnnshape.commands.formula.formula import ClosedForm, Sizes


def enumerated(texts: Sequence[Text]) -> list[Span]:
    """Texts in a sentence.

    >>> enumerated(["D", "H", "W"])
    ['D', ', ', 'H', ' and ', 'W']
    """
    if len(texts) < 2:
        return [*spans(listed(texts))]
    return [*spans(listed(texts[:-1])), " and ", *spans(texts[-1])]


def figure(form: "ClosedForm") -> list[Span]:
    """What is put into a form: ``MACs of `conv1` ``."""
    return [form.metric.header, " of ", Code(form.layer)] if form.layer else [form.metric.header]


def title(form: "ClosedForm") -> list[Span]:
    """What the form is a form of, over what, and what the net reads."""
    unit = " in bytes" if form.metric.unit == "bytes" else ""
    names = enumerated([symbol(name) for name in form.sizes])
    return [*figure(form), f"{unit} over ", *names, ", ", *spans(_shapes(form.inputs, "input "))]


def _shapes(inputs: "Mapping[str, tuple[object, ...]]", one: str) -> Text:
    """The shapes of the inputs, by name where there are several."""
    return listed([[one if len(inputs) == 1 else f"{name} ", formula(shape)] for name, shape in inputs.items()])


def _equal(name: str, size: int, style: Notation) -> str:
    how = STYLES[style]
    return how.finished(f"{how.symbol(name).text} = {how.number(size)}")


def _sizes(sizes: Mapping[str, int]) -> list[Span]:
    """Names with their sizes: ``H = 32 and W = 32``."""
    return enumerated([Formula(partial(_equal, name, size)) for name, size in sizes.items()])


def _taken_apart(name: str, step: int, letter: str, rest: int, style: Notation) -> str:
    how = STYLES[style]
    counted = how.product([how.number(step), how.symbol(letter).text], True)
    more = f" + {how.number(rest)}" if rest else ""
    return how.finished(f"{how.symbol(name).text} = {counted}{more}")


def steps(form: "ClosedForm") -> Text:
    """How the sizes are taken apart, and from where the letters count: ``with H = 32 h, h from 1:``."""
    assert form.divided
    taken: list[Text] = []
    lows: dict[int, list[Text]] = {}
    for name, (step, letter, rest) in form.divided.steps.items():
        if letter != name:
            taken.append(Formula(partial(_taken_apart, name, step, letter, rest)))
            lows.setdefault(form.divided.lows[letter], []).append(symbol(letter))
    counted = listed([[*enumerated(letters), f" from {low}"] for low, letters in lows.items()])
    return ["with ", *enumerated(taken), ", ", *spans(counted), ":"]


def legal(form: "ClosedForm", *, refusals: bool) -> Iterator[Text]:
    """The legal sizes in words, with what is wrong with one that is not legal."""
    groups: dict[Sizes, list[str]] = {}
    for name, sizes in form.sizes.items():
        if sizes is not None:
            groups.setdefault(sizes, []).append(name)
    for sizes, names in groups.items():
        text = [*enumerated(list(map(symbol, names))), f": {sizes.words()}"]
        found = form.reason(names[0]) if refusals else None
        yield [*text, "; ", *_refused({names[0]: found[0]}, found[1])] if found else text
    for name, left in form.alone.items():
        others = {other: size for other, size in form.point.items() if other not in (name, *form.same)}
        if left is not None and others:
            yield [symbol(name), f": {left.words()} where ", *_sizes(others)]


def _refused(sizes: Mapping[str, int], problem: Problem) -> list[Span]:
    place: list[Span] = [" at ", Code(problem.path)] if problem.path else []
    verb = "is" if len(sizes) == 1 else "are"
    return [*_sizes(sizes), f" {verb} refused", *place, ": ", *spans(marked(problem.text))]


def refused(form: "ClosedForm") -> Text:
    """What is wrong with the sizes that the net is set to; empty where they are legal."""
    return _refused(*form.refused) if form.refused else ""


def _same(name: str, other: str, style: Notation) -> str:
    how = STYLES[style]
    return how.finished(f"{how.symbol(name).text} {how.relations.get('=', '=')} {how.symbol(other).text}")


def assumptions(form: "ClosedForm", names: Mapping[str, str] | None = None) -> list[Formula]:
    """What must hold beside that; ``names`` says what the open numbers are called."""
    called = names or {}
    found = [Formula(partial(_same, called.get(name, name), called.get(one, one))) for name, one in form.same.items()]
    claims = (claim if holds else claim.negated() for claim, holds in form.assumptions)
    return [*found, *(formula(claim, names=called) for claim in claims)]


def smallest(form: "ClosedForm") -> Text:
    """The shapes of the smallest legal inputs; empty where nobody knows them."""
    point = form.smallest
    if point is None or not any(isinstance(axis, Open) for shape in form.inputs.values() for axis in shape):
        return ""
    from cnnshape.commands.formula.closed_form import evaluated

    return _shapes({name: evaluated(shape, point) for name, shape in form.inputs.items()}, "")
