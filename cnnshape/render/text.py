"""Documents as aligned text: as wide as they like in a pipe, fitted to a terminal."""

from collections.abc import Iterator, Sequence

from cnnshape.core.errors import clipped
from cnnshape.render.breaking import broken
from cnnshape.render.document import (
    Block,
    Document,
    Equation,
    Facts,
    Findings,
    Heading,
    Items,
    Message,
    Paragraph,
    Quote,
    Section,
    Table,
    blocks_for,
)
from cnnshape.render.fitting import GAP, INDENT, LEAST_WRAPPED, USUAL, fits, folded, table_lines
from cnnshape.render.fitting import aligned as aligned
from cnnshape.render.fitting import cell as cell
from cnnshape.render.fitting import sentence as sentence
from cnnshape.render.names import printable, wide

# ------------------------------------------------------------------ equations


def equation(block: Equation, width: int) -> list[str]:
    """The lines of an equation, its sides below each other; what does not fit goes on further in."""
    name = cell(block.name)
    sides = [side.write("text") for side in block.sides]
    sides[-1] += block.unit
    if len(sides) == 1:
        return broken(f"{name} = {sides[0]}", width)
    found: list[str] = []
    for side in sides:
        head = f"{name if not found else ' ' * wide(name)} = "
        first, *rest = broken(side, max(width - wide(head), LEAST_WRAPPED))
        found += [head + first, *(f"{' ' * wide(head)}{line}" for line in rest)]
    return found


# ------------------------------------------------------------------ documents


def _labelled(pairs: Sequence[tuple[str, str]], width: int | None) -> Iterator[str]:
    """Words with what is said of them, in two columns."""
    room = max(wide(label) for label, _ in pairs) + len(GAP)
    for label, text in pairs:
        yield from folded(f"{label}{' ' * (room - wide(label))}{text}", " " * room, width)


def _block(block: Block, width: int | None) -> Iterator[str]:
    if isinstance(block, Table):
        narrow = block.narrower and not fits(block, width)
        yield from lines(block.narrower, width) if narrow else table_lines(block, width)
    elif isinstance(block, Heading):
        rest = sentence(block.rest)
        yield from folded(f"{cell(block.subject)}: {rest}" if rest else cell(block.subject), INDENT, width)
    elif isinstance(block, Paragraph):
        label = f"{block.label}: " if block.label else ""
        yield from folded(label + sentence(block.text), INDENT, width)
    elif isinstance(block, Quote):
        yield from folded(sentence(block.text), INDENT, width)
    elif isinstance(block, Facts):
        yield from _labelled([(label, sentence(text)) for label, text in block.items], width)
    elif isinstance(block, Items):
        yield sentence(block.title)
        yield from _labelled([(cell(label), sentence(text)) for label, text in block.items], width)
    elif isinstance(block, Findings):
        for name, text in block.items:
            yield from folded(f"warning: {sentence(text)} [{name}]", INDENT, width)
    elif isinstance(block, Message):
        yield from message(block)
    elif isinstance(block, Equation):
        yield from equation(block, width or USUAL)
    else:
        yield from _section(block, width)


def message(block: Message) -> Iterator[str]:
    """The lines of a message; none is folded, so that it can be searched for."""
    yield clipped(f"{block.level}: {sentence(block.text)}" if block.level else sentence(block.text))
    if block.place:
        yield f"{INDENT}--> {cell(block.place)}"
    yield from (clipped(f"{INDENT}{sentence(each)}") for each in block.evidence)
    if block.table is not None:
        yield from (f"{INDENT}{INDENT}{line}" for line in table_lines(block.table, None))
    if block.hint:
        yield from ("", clipped(f"hint: {sentence(block.hint)}"))


def _section(section: Section, width: int | None) -> Iterator[str]:
    """A title, and what stands under it further in."""
    yield sentence(section.title)
    inner = None if width is None else width - len(INDENT)
    for block in section.blocks:
        yield from (f"{INDENT}{line}" if line else "" for line in _block(block, inner))


def lines(document: Document, width: int | None = None) -> list[str]:
    """The lines of a document."""
    found: list[str] = []
    for block in blocks_for("terminal", document):
        found += [""] if found else []
        found += map(printable, _block(block, width))  # a line may begin where a log would see a command
    return found


def write(document: Document, width: int | None = None) -> str:
    """A document for people who read it in a terminal."""
    return "\n".join(lines(document, width)) + "\n"
