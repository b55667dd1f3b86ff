"""How the receptive field of a layer comes about, as blocks."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

from cnnshape.analysis.receptive.fields import Field
from cnnshape.core.bounds import spoken
from cnnshape.render import receptive_fields as words
from cnnshape.render.document import Block, Code, Column, Paragraph, Section, Span, Table, Text, listed, spans, table_of

if TYPE_CHECKING:
    from cnnshape.commands.explain.paths import Seen, Step

FIELD_RULE: Final = "size' = size + (k - 1) d jump, jump' = s jump, start' = start - p jump"
"""The recurrence of sliding windows (Araujo et al. 2019)."""


def field_section(seen: "Seen") -> Section:
    """How the field of one input comes about."""
    axes = " and ".join(str(axis) for axis in seen.axes)
    word = "axis" if len(seen.axes) == 1 else "axes"
    return Section([f"receptive field, {word} {axes} of ", Code(seen.input)], [*_blocks(seen)])


def _blocks(seen: "Seen") -> Iterator[Block]:
    steps = [step for step in seen.steps if step.changes]
    if any(step.sliding for step in steps):
        yield Paragraph(FIELD_RULE, "rule")
    yield _table(seen, steps)
    last = next((step for step in reversed(steps) if step.sliding and step.after == step.alone), None)
    if last:
        yield Paragraph(["at ", Code(last.path), ":"])
        yield table_of(["", ""], [*_worked(last)], [False, False], headless=True)
    for step in steps:
        yield from _remarks(step)
    if len(steps) < len(seen.steps):
        yield Paragraph("the layers between see what those before them see")
    whole = seen.field.whole
    if whole and seen.field.jumps:
        pixels = spoken(f"pixels {whole[0]} to {whole[1]}", seen.field.bound)
        yield Paragraph([f"every output sees {pixels} besides, through ", Code(seen.field.via)])
    yield Paragraph(_result(seen.field), "result")


def _table(seen: "Seen", steps: "Sequence[Step]") -> Table:
    """The windows from the input on, and what is seen behind each."""
    rows: list[list[str]] = [["", "", "", "", *_figures(seen.start)]]
    for step in steps:
        window = [f"{n:,}" for n in step.sliding] if step.sliding else ["-"] * 4
        rows.append([*window, *_figures(step.after)])
    numbers = table_of(["k", "s", "p", "d", "size", "jump", "start"], rows, [True] * 7)
    paths = [Code(path) for path in (seen.input, *(step.path for step in steps))]
    return Table([Column("", paths, cut=True), *numbers.columns])


def _remarks(step: "Step") -> Iterator[Block]:
    """What is to be said of a step beside its numbers."""
    path = Code(step.path)
    if step.words:
        yield Paragraph([path, f": {step.words}, and these see ", *spans(_sees(step.alone))])
        if step.alone.is_uneven and step.alone.jump is not None:
            average = f"{words.jump(step.alone)} is an average"
            yield Paragraph([f"{average}: the steps from one output of ", path, " to the next differ"])
    if step.joined:
        sides: list[Text] = [[Code(side.path), " ", *_words(side.field)] for side in step.joined]
        yield Paragraph([path, " also sees by ", *spans(listed(sides, "; "))])


def _figures(field: Field) -> list[str]:
    return [words.extent(field), words.jump(field), "?" if field.start is None else f"{field.start:,}"]


def _worked(step: "Step") -> Iterator[tuple[str, Code]]:
    """The recurrence with the numbers of one step."""
    assert step.sliding is not None
    k, s, p, d = step.sliding
    before, after = step.before, step.after
    most = ", at most" if after.bound else ""
    jump, then = words.ratio(before.jump or 0), words.ratio(after.jump or 0)
    pads = f"{p}" if p >= 0 else f"({p})"
    yield f"size{most}", Code(f"{before.size} + ({k} - 1) * {d} * {jump} = {after.size}")
    yield "jump", Code(f"{s} * {jump} = {then}")
    yield "start", Code(f"{before.start} - {pads} * {jump} = {after.start}")


def _sees(field: Field) -> Text:
    """What is seen, in a sentence."""
    if not field.jumps:
        return spoken(f"{field.size:,} pixels", field.bound) if field.size else "nothing"
    return _words(field)


def _words(field: Field) -> list[Span]:
    """The same as a cell of a report says it, but for the bound."""
    text = words.axis(field._replace(bound=None))
    code = Code(words.everywhere(text) if field.via and field.jumps else text)
    return [spoken("", field.bound), code] if field.bound else [code]


def _result(field: Field) -> Text:
    if field.jumps:
        return _sees(field)
    if not field.size:
        return "it sees nothing"
    whole = f", pixels {field.whole[0]} to {field.whole[1]}" if field.whole else ""
    same = spoken(f"the same {field.size:,}{whole}", field.bound)
    return [Code(words.axis(field._replace(bound=None))), f": every output sees {same}"]
