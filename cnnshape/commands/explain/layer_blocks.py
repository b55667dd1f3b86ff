"""The explanation of a layer, as blocks."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from cnnshape.commands.explain.field_blocks import field_section
from cnnshape.render.document import (
    Block,
    Code,
    Column,
    Equation,
    Facts,
    Formula,
    Heading,
    Paragraph,
    Section,
    Table,
    Text,
    listed,
    marked,
)
from cnnshape.render.formulas import formula, symbol
from cnnshape.render.shapes import shape
from cnnshape.render.units import size

if TYPE_CHECKING:
    from cnnshape.commands.explain.records import Derivation, Explanation, Origin


class _Formulas:
    """Writes the terms of one explanation."""

    def __init__(self, of: "Explanation") -> None:
        self.whole = of.whole
        self.values: dict[str, str] = {letter.name: f"{letter.value:,}" for letter in of.letters}

    def symbolic(self, term: Any, shared: Mapping[Any, str]) -> Formula:
        """A term in letters."""
        return formula(term, shared=shared, whole=self.whole)

    def filled(self, term: Any, shared: Mapping[Any, str], values: Mapping[str, int]) -> Formula:
        """A term with the values of its letters."""
        names = self.values | {name: f"{n:,}" for name, n in values.items()}
        return formula(term, names=names, shared=shared, whole=self.whole)

    def steps(self, term: Any, value: int, shared: Mapping[Any, str], values: Mapping[str, int]) -> list[Formula]:
        """A term, with its values, and what it comes to; steps that say the same once."""
        sides = [self.symbolic(term, shared), self.filled(term, shared, values), formula(value)]
        kept = sides[:1]
        kept += [side for side, before in zip(sides[1:], sides, strict=False) if _text(side) != _text(before)]
        return kept


def _text(side: Formula) -> str:
    return side.write("text")


def layer_document(of: "Explanation") -> Iterator[Block]:
    """The explanation of a layer."""
    yield Heading(Code(of.path), ", ".join(filter(None, (of.op, str(of.place)))))
    about: list[tuple[str, Text]] = [("reads", [Code(path), f" {shape(read)}"]) for path, read in of.reads]
    about += [("called by", _said(call)) for call in of.calls if str(call)]
    if about:
        yield Facts(about)
    formulas, explained = _Formulas(of), set[str]()
    for each in of.derivations:
        yield Section(each.header, [*_derivation(each, formulas, explained)])
    if of.nothing:
        yield Paragraph(", ".join(of.nothing), "nothing of")
    yield from map(field_section, of.seen)
    if of.asked_field and not of.seen:
        yield Section("receptive field", [Paragraph("it sees no axis of space of any input")])
    yield from _where(of, formulas, {name for each in of.derivations for name in _names(each)})
    if of.source:
        yield Paragraph(of.source, "source")


def _said(origin: "Origin") -> Text:
    """Where something comes from; the names in its text are code."""
    return listed([text for text in (marked(origin.text), origin.where) if text])


def _derivation(each: "Derivation", formulas: _Formulas, explained: set[str]) -> Iterator[Block]:
    values = {line.name: line.value for line in each.lines}
    for line in each.lines:
        if line.name not in explained:
            yield Equation(symbol(line.name), formulas.steps(line.term, line.value, {}, values))
            explained.add(line.name)
    shared = each.shared
    if isinstance(each.term, tuple):
        sides = [formulas.symbolic(each.term, shared), formula(each.value)]
        yield Equation(each.header, sides if each.value else sides[1:])
    else:
        unit = f" ({size(each.value)})" if each.word == "B" and each.value >= 1024 else ""
        unit = f" B{unit}" if each.word == "B" else unit
        yield Equation(_short(each), formulas.steps(each.term, each.value, shared, values), unit)
    if each.parts:
        yield _parts(each, formulas)
    if each.reason:
        yield Paragraph(marked(each.reason))
    elif each.says and each.metric != "output":
        yield Paragraph(marked(each.says), "counts")


def _short(each: "Derivation") -> str:
    """The name of a figure in an equation: without the convention, which the title says."""
    return each.header.partition(" (")[0]


def _parts(each: "Derivation", formulas: _Formulas) -> Table:
    terms = [part.term if part.shape is None else part.shape for part in each.parts]
    columns = [
        Column("of which", [part.name for part in each.parts]),
        Column("formula", [formulas.symbolic(term, each.shared) for term in terms], wraps=True),
        Column("amount", [f"{part.value:,}" for part in each.parts], right=True),
    ]
    if any(part.note for part in each.parts):
        columns.append(Column("", [part.note for part in each.parts], wraps=True))
    return Table(columns)


def _names(each: "Derivation") -> Iterator[str]:
    """The letters that a derivation rests on."""
    terms = [*(each.term if isinstance(each.term, tuple) else (each.term,)), *(line.term for line in each.lines)]
    for term in [*terms, *(part.term for part in each.parts)]:
        yield from getattr(term, "names", ())


def _where(of: "Explanation", formulas: _Formulas, used: set[str]) -> Iterator[Block]:
    """The values of the letters, where they come from, and what holds for them."""
    letters = [letter for letter in of.letters if letter.name in used]
    if letters:
        origins = [listed(map(_said, each.origins), "; ") for each in letters]
        columns = [
            Column("", [symbol(each.name) for each in letters]),
            Column("value", [f"{each.value:,}" for each in letters], right=True),
            Column("from", origins, wraps=True),
        ]
        yield Section("where", [Table(columns)])
    for need, title in ((True, "needs"), (False, "decides which formula it is")):
        held = [each.claim for each in of.conditions if each.need is need and each.claim.names <= used]
        if held:
            columns = [
                Column("", [formulas.symbolic(claim, {}) for claim in held], wraps=True),
                Column("here", [formulas.filled(claim, {}, {}) for claim in held], wraps=True),
            ]
            yield Section(title, [Table(columns)])
