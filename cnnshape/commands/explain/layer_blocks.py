"""The explanation of a layer, as blocks."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

from cnnshape.analysis.receptive.fields import Field
from cnnshape.commands.explain.render.blocks import Block, Equation, Formula, Note, Table, Title
from cnnshape.core.bounds import spoken
from cnnshape.render import receptive_fields as words
from cnnshape.render.names import printable, quoted
from cnnshape.render.notation import Notation, written
from cnnshape.render.shapes import shape
from cnnshape.render.units import size

if TYPE_CHECKING:
    from cnnshape.commands.explain.paths import Seen, Step
    from cnnshape.commands.explain.records import Derivation, Explanation, Given

FIELD_RULE: Final = "size' = size + (k - 1) d jump, jump' = s jump, start' = start - p jump"
"""The recurrence of sliding windows (Araujo et al. 2019)."""


class _Formulas:
    """Writes the terms of one explanation."""

    def __init__(self, of: "Explanation") -> None:
        self.of = of
        self.values: dict[str, str] = {letter.name: f"{letter.value:,}" for letter in of.letters}

    def symbolic(self, term: Any, shared: Mapping[Any, str]) -> Formula:
        """A term in letters."""
        return lambda style: written(term, style, shared=shared, whole=self.of.whole)

    def filled(self, term: Any, shared: Mapping[Any, str], values: Mapping[str, int]) -> Formula:
        """A term with the values of its letters."""
        names = self.values | {name: f"{n:,}" for name, n in values.items()}
        return lambda style: written(term, style, names=names, shared=shared, whole=self.of.whole)

    def steps(self, term: Any, value: int, shared: Mapping[Any, str], values: Mapping[str, int]) -> tuple[Formula, ...]:
        """A term, with its values, and what it comes to; steps that say the same once."""
        sides = [self.symbolic(term, shared), self.filled(term, shared, values), _number(value)]
        kept = [sides[0]]
        for side in sides[1:]:
            if side("text") != kept[-1]("text"):
                kept.append(side)
        return tuple(kept)


def _number(value: int) -> Formula:
    return lambda style: written(value, style)


def _symbol(name: str) -> Formula:
    from cnnshape.render.notation_styles import STYLES

    return lambda style: STYLES[style].finished(STYLES[style].symbol(name).text)


def _tuple(cells: list[Formula]) -> Formula:
    def write(style: Notation) -> str:
        inner: Notation = "latex" if style == "markdown" else style
        text = f"({', '.join(cell(inner) for cell in cells)})"
        return f"${text}$" if style == "markdown" else text

    return write


def layer_blocks(of: "Explanation") -> Iterator[Block]:
    """The explanation of a layer."""
    place = f", {printable(str(of.place))}" if str(of.place) else ""
    yield Title(f"{printable(of.path)}: {of.op}{place}", 1)
    for path, read in of.reads:
        yield Note("reads", f"{quoted(path)} {shape(read)}")
    for call in of.calls:
        if str(call):
            yield Note("called by", printable(str(call)))
    formulas, explained = _Formulas(of), set[str]()
    used: dict[str, None] = {}
    for each in of.derivations:
        yield Title(each.header)
        yield from _derivation(each, formulas, explained)
        used |= dict.fromkeys(_names(each))
    if of.nothing:
        yield Note("nothing of", ", ".join(of.nothing), apart=True)
    for seen in of.seen:
        yield from _seen(seen)
    if of.asked_field and not of.seen:
        yield Title("receptive field")
        yield Note("", "it sees no axis of space of any input")
    yield from _where(of, formulas, used)
    if of.source:
        yield Note("source", printable(of.source), apart=True)


def _derivation(each: "Derivation", formulas: _Formulas, explained: set[str]) -> Iterator[Block]:
    values = {line.name: line.value for line in each.lines}
    earlier: dict[Any, str] = {}
    for line in each.lines:
        if line.name not in explained:
            yield Equation(_symbol(line.name), formulas.steps(line.term, line.value, earlier, values))
            explained.add(line.name)
    shared = each.shared
    if isinstance(each.term, tuple):
        sides = (_tuple([formulas.symbolic(term, shared) for term in each.term]), _tuple([*map(_number, each.value)]))
        yield Equation(_symbol(each.header), sides if each.value else sides[1:])
    else:
        unit = f" ({size(each.value)})" if each.word == "B" and each.value >= 1024 else ""
        unit = f" B{unit}" if each.word == "B" else unit
        yield Equation(_symbol(_short(each)), formulas.steps(each.term, each.value, shared, values), unit)
    if each.parts:
        yield Table([*_parts(each, formulas)], (False, False, True, False)[: 3 + any(part.note for part in each.parts)])
    if each.reason:
        yield Note("", each.reason)
    elif each.says and each.metric != "output":
        yield Note("counts", each.says)


def _short(each: "Derivation") -> str:
    """The name of a figure in an equation: without the convention, which the title says."""
    return each.header.partition(" (")[0]


def _parts(each: "Derivation", formulas: _Formulas) -> Iterator[list[str | Formula]]:
    noted = any(part.note for part in each.parts)
    yield ["of which", "formula", "amount", *([""] if noted else [])]
    for part in each.parts:
        if part.shape is not None:
            formula = _tuple([formulas.symbolic(term, each.shared) for term in part.shape])
        else:
            formula = formulas.symbolic(part.term, each.shared)
        yield [printable(part.name), formula, f"{part.value:,}", *([part.note] if noted else [])]


def _names(each: "Derivation") -> Iterator[str]:
    """The letters that a derivation rests on."""
    terms = [*(each.term if isinstance(each.term, tuple) else (each.term,)), *(line.term for line in each.lines)]
    for term in [*terms, *(part.term for part in each.parts)]:
        yield from getattr(term, "names", ())


def _where(of: "Explanation", formulas: _Formulas, used: Mapping[str, None]) -> Iterator[Block]:
    """The values of the letters, where they come from, and what holds for them."""
    letters = [letter for letter in of.letters if letter.name in used]
    if letters:
        yield Title("where")
        rows: list[list[str | Formula]] = [["", "value", "from"]]
        rows += [[_symbol(each.name), f"{each.value:,}", _origins(each)] for each in letters]
        yield Table(rows, (False, True, False))
    for need, title in ((True, "needs"), (False, "decides which formula it is")):
        held = [each for each in of.conditions if each.need is need and each.claim.names <= used.keys()]
        if held:
            yield Title(title)
            rows = [["", "here"]]
            rows += [[formulas.symbolic(each.claim, {}), formulas.filled(each.claim, {}, {})] for each in held]
            yield Table(rows, (False, False))


def _origins(letter: "Given") -> str:
    return printable("; ".join(map(str, letter.origins)))


def _axes(seen: "Seen") -> str:
    axes = " and ".join(str(axis) for axis in seen.axes)
    word = "axis" if len(seen.axes) == 1 else "axes"
    return f"receptive field, {word} {axes} of `{printable(seen.input)}`"


def _seen(seen: "Seen") -> Iterator[Block]:
    """How the field of one input comes about."""
    yield Title(_axes(seen))
    steps = [step for step in seen.steps if step.changes]
    if any(step.sliding for step in steps):
        yield Note("rule", FIELD_RULE)
    rows: list[list[str | Formula]] = [["", "k", "s", "p", "d", "size", "jump", "start"]]
    rows.append([printable(seen.input), "", "", "", "", *_figures(seen.start)])
    for step in steps:
        window = [f"{n:,}" for n in step.sliding] if step.sliding else ["-"] * 4
        rows.append([printable(step.path), *window, *_figures(step.after)])
    yield Table(rows, (False, *(True,) * 7))
    last = next((step for step in reversed(steps) if step.sliding and step.after == step.alone), None)
    if last:
        yield Note("", f"at {quoted(last.path)}:")
        yield Table([["", ""], *_worked(last)], (False, False))
    for step in steps:
        if step.words:
            yield Note("", f"{quoted(step.path)}: {step.words}, and these see {_sees(step.alone)}")
            if step.alone.is_uneven and step.alone.jump is not None:
                average = f"{words.jump(step.alone)} is an average"
                yield Note("", f"{average}: the steps from one output of {quoted(step.path)} to the next differ")
        if step.joined:
            sides = "; ".join(f"{quoted(side.path)} {_words(side.field)}" for side in step.joined)
            yield Note("", f"{quoted(step.path)} also sees by {sides}")
    if len(steps) < len(seen.steps):
        yield Note("", "the layers between see what those before them see")
    whole = seen.field.whole
    if whole and seen.field.jumps:
        pixels = spoken(f"pixels {whole[0]} to {whole[1]}", seen.field.bound)
        yield Note("", f"every output sees {pixels} besides, through {quoted(seen.field.via)}")
    yield Note("result", _result(seen.field))


def _figures(field: Field) -> list[str | Formula]:
    return [words.extent(field), words.jump(field), "?" if field.start is None else f"{field.start:,}"]


def _worked(step: "Step") -> Iterator[list[str | Formula]]:
    """The recurrence with the numbers of one step."""
    assert step.sliding is not None
    k, s, p, d = step.sliding
    before, after = step.before, step.after
    most = ", at most" if after.bound else ""
    jump, then = words.ratio(before.jump or 0), words.ratio(after.jump or 0)
    pads = f"{p}" if p >= 0 else f"({p})"
    yield [f"size{most}", f"{before.size} + ({k} - 1) * {d} * {jump} = {after.size}"]
    yield ["jump", f"{s} * {jump} = {then}"]
    yield ["start", f"{before.start} - {pads} * {jump} = {after.start}"]


def _sees(field: Field) -> str:
    """What is seen, in a sentence."""
    if not field.jumps:
        return spoken(f"{field.size:,} pixels", field.bound) if field.size else "nothing"
    return _words(field)


def _words(field: Field) -> str:
    """The same as a cell of a report says it, but for the bound."""
    text = words.axis(field._replace(bound=None))
    return spoken(words.everywhere(text) if field.via and field.jumps else text, field.bound)


def _result(field: Field) -> str:
    if field.jumps:
        return _sees(field)
    if not field.size:
        return "it sees nothing"
    whole = f", pixels {field.whole[0]} to {field.whole[1]}" if field.whole else ""
    same = spoken(f"the same {field.size:,}{whole}", field.bound)
    return f"{words.axis(field._replace(bound=None))}: every output sees {same}"
