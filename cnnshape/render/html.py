"""Documents as HTML: one element for notebooks, and the same as a page of its own.  No scripts, nothing to load."""

from collections.abc import Iterator
from html import escape
from typing import Final

from cnnshape.render.document import (
    Block,
    Code,
    Column,
    Document,
    Equation,
    Facts,
    Findings,
    Formula,
    Heading,
    Items,
    Message,
    Paragraph,
    Quote,
    Section,
    Span,
    Strong,
    Table,
    Text,
    blocks_for,
    spans,
)
from cnnshape.render.names import capital, printable
from cnnshape.render.text import cell, equation

_STRONGEST: Final = 0.55  # how much colour the heaviest cell of a column takes
_FAINTEST: Final = 0.05
_EQUATION: Final = 100  # letters of a line of an equation

_STYLE: Final = """
.cnnshape { --ground: var(--jp-layout-color0, var(--vscode-editor-background, Canvas)); --line: rgba(128,128,128,.28);
  --heat: 235,120,30; --wrong: 200,40,40; font: 14px/1.45 system-ui, sans-serif; font-variant-numeric: tabular-nums; }
.cnnshape h3 { font-size: 1.05em; margin: 1.2em 0 .3em; }
.cnnshape p { margin: .7em 0; }
.cnnshape h2 { font-size: 1.25em; margin: 0 0 .1em; }
.cnnshape p.setting { margin: 0 0 .9em; opacity: .75; }
.cnnshape p.quote { opacity: .75; padding-left: 1em; border-left: 3px solid var(--line); }
.cnnshape .eq { font-family: ui-monospace, Menlo, Consolas, monospace; white-space: pre-wrap; margin: .5em 0 .5em 1em; }
.cnnshape h2 code, .cnnshape strong code { font-weight: 700; }
.cnnshape .scroll { margin: .9em 0; overflow: auto; max-height: 80vh; border: 1px solid var(--line); border-radius: 6px;
  width: fit-content; max-width: 100%; }
.cnnshape table { border-collapse: separate; border-spacing: 0; margin: 0; font-size: 13px; }
.cnnshape th, .cnnshape td { padding: .22em .8em; text-align: left; white-space: nowrap; border: 0;
  border-bottom: 1px solid var(--line); background: none; }
.cnnshape tbody tr:last-child > * { border-bottom: 0; }
.cnnshape tbody th { font-weight: 400; }
.cnnshape td.w { white-space: normal; min-width: 20em; }
.cnnshape code { font-family: ui-monospace, Menlo, Consolas, monospace; font-weight: 400;
  font-size: .95em; background: none; padding-inline-start: .8em; }
.cnnshape code { padding: 0; }
.cnnshape thead th { position: sticky; top: 0; z-index: 1; background: var(--ground); font-weight: 600;
  box-shadow: 0 1px var(--line); }
.cnnshape tfoot > tr > * { position: sticky; bottom: 0; background: var(--ground); font-weight: 600;
  border-bottom: 0; border-top: 1px solid var(--line); font-family: inherit; }
.cnnshape .n { text-align: right; }
.cnnshape td.z { color: color-mix(in srgb, currentColor 40%, transparent); }
.cnnshape td.h { background-color: rgba(var(--heat), var(--s)); }
.cnnshape tbody tr:hover > * { box-shadow: inset 0 0 0 99em rgba(128,128,128,.1); }
.cnnshape dl { display: grid; grid-template-columns: max-content 1fr; gap: .15em 1.2em; margin: 1em 0 0; }
.cnnshape dt { opacity: .75; }
.cnnshape dd { margin: 0; }
.cnnshape ul.findings { margin: 1em 0 0; padding: .5em 1em .5em 2em; border-left: 3px solid rgb(var(--heat));
  background: rgba(var(--heat), .1); border-radius: 0 6px 6px 0; }
.cnnshape .message { margin: .7em 0; padding: .1em 1em; border-left: 3px solid rgb(var(--heat)); }
.cnnshape .message.error { border-color: rgb(var(--wrong)); }
.cnnshape .message p { margin: .4em 0; }
.cnnshape summary { cursor: pointer; margin: 1em 0 .3em; }
@media print { .cnnshape .scroll { max-height: none; overflow: visible; } }
"""

_PAGE: Final = """
:root { color-scheme: light dark; }
body.cnnshape-page { margin: 2em auto; padding: 0 1.5em; max-width: 80em; background: Canvas; color: CanvasText; }
"""


def _escaped(text: str) -> str:
    return escape(printable(text))


def _inline(text: Text) -> str:
    """A text within an element."""
    return "".join(map(_span, spans(text)))


def _span(span: Span) -> str:
    if isinstance(span, str):
        return _escaped(span)
    if isinstance(span, Code):
        return f"<code>{_escaped(span.text)}</code>"
    if isinstance(span, Strong):
        return f"<strong>{_span(span.text)}</strong>"
    return f"<code>{_escaped(span.write('text'))}</code>" if isinstance(span, Formula) else _escaped(span.text)


def _cell(column: Column, text: Text) -> str:
    kind = "n" if column.right else "w" if column.wraps else ""
    return f'<td class="{kind}">{_inline(text)}</td>' if kind else f"<td>{_inline(text)}</td>"


def _number(column: Column, place: int, most: int) -> str:
    """A cell that is compared with others: exact in its title, shaded by how it stands to the largest."""
    value = (column.values or ())[place]
    text, title = _inline(column.cells[place]), f' title="{_escaped(column.exact(value))}"'
    heat = _STRONGEST * value / most if most > 0 else 0
    if heat < _FAINTEST:
        return f'<td class="n{"" if value else " z"}"{title}>{text}</td>'
    return f'<td class="n h" style="--s:{heat:.2f}"{title}>{text}</td>'


def _cells(column: Column) -> list[str]:
    """The cells of a column."""
    if column.cut:
        return [f'<th scope="row">{_inline(text)}</th>' for text in column.cells]
    if column.values is None:
        return [_cell(column, text) for text in column.cells]
    most = max(column.values, default=0)
    return [_number(column, place, most) for place in range(len(column.cells))]


def _table(table: Table) -> Iterator[str]:
    right = [' class="n"' if each.right else "" for each in table.columns]
    titles = [f' title="{_escaped(each.says)}"' if each.says else "" for each in table.columns]
    heads = zip(table.columns, right, titles, strict=True)
    head = "".join(f'<th scope="col"{kind}{title}>{_escaped(each.header)}</th>' for each, kind, title in heads)
    yield f'<div class="scroll"><table>{"" if table.headless else f"<thead><tr>{head}</tr></thead>"}'
    yield "<tbody>"
    for row in zip(*map(_cells, table.columns), strict=True):
        yield f"<tr>{''.join(row)}</tr>"
    yield "</tbody>"
    if table.totals:
        foot = "".join(f"<td{kind}>{_inline(each.total)}</td>" for each, kind in zip(table.columns, right, strict=True))
        yield f"<tfoot><tr>{foot}</tr></tfoot>"
    yield "</table></div>"


def _equation(block: Equation) -> str:
    return f'<p class="eq">{chr(10).join([escape(line) for line in equation(block, _EQUATION)])}</p>'


def _block(block: Block) -> Iterator[str]:
    if isinstance(block, Table):
        yield from _table(block)
    elif isinstance(block, Heading):
        yield f"<h2>{_inline(block.subject)}</h2>"
        if block.rest:
            yield f'<p class="setting">{_inline(block.rest)}</p>'
    elif isinstance(block, Paragraph):
        label = f"<strong>{_escaped(block.label)}</strong>: " if block.label else ""
        yield f"<p>{label}{_inline(block.text)}</p>"
    elif isinstance(block, Quote):
        yield f'<p class="quote">{_inline(block.text)}</p>'
    elif isinstance(block, Facts):
        pairs = [f"<dt>{_escaped(label)}</dt><dd>{_inline(text)}</dd>" for label, text in block.items]
        yield from ["<dl>", *pairs, "</dl>"]
    elif isinstance(block, Items):
        items = [f"<li>{_inline(label)}{': ' if label else ''}{_inline(text)}</li>" for label, text in block.items]
        yield from [f"<p>{capital(_inline(block.title))}:</p>", "<ul>", *items, "</ul>"]
    elif isinstance(block, Findings):
        items = [f'<li title="{_escaped(name)}">{_inline(text)}</li>' for name, text in block.items]
        yield from ['<ul class="findings">', *items, "</ul>"]
    elif isinstance(block, Message):
        yield from _message(block)
    elif isinstance(block, Equation):
        yield _equation(block)
    else:
        yield from _section(block)


def _message(block: Message) -> Iterator[str]:
    place = f", at <code>{_escaped(block.place)}</code>" if block.place else ""
    yield f'<div class="message {_escaped(block.level)}">'
    yield f"<p><strong>{_escaped(block.level)}</strong>: {_inline(block.text)}{place}</p>"
    yield from (f"<p>{capital(_inline(each))}</p>" for each in block.evidence)
    if block.table is not None:
        yield from _table(block.table)
    if block.hint:
        yield f"<p><strong>hint</strong>: {_inline(block.hint)}</p>"
    yield "</div>"


def _section(section: Section) -> Iterator[str]:
    around, title = ("details", "summary") if section.folded else ("section", "h3")
    yield f"<{around}><{title}>{_inline(section.title)}</{title}>"
    for block in section.blocks:
        yield from _block(block)
    yield f"</{around}>"


def fragment(document: Document) -> str:
    """A document as one element that brings its own style, for a notebook."""
    lines = ['<div class="cnnshape">', f"<style>{_STYLE}</style>"]
    for block in blocks_for("page", document):
        lines += _block(block)
    return "\n".join([*lines, "</div>"]) + "\n"


def _title(document: Document) -> str:
    """What the window of a page is called."""
    return next(
        (cell(block.subject) for block in blocks_for("page", document) if isinstance(block, Heading)), "cnnshape"
    )


def write(document: Document) -> str:
    """A document as a page."""
    head = '<meta charset="utf-8"><meta name="viewport" content="width=device-width">'
    return (
        f'<!doctype html>\n<html lang="en">\n<head>{head}<title>{_escaped(_title(document))}</title>'
        f'<style>{_PAGE}</style></head>\n<body class="cnnshape-page">\n{fragment(document)}</body>\n</html>\n'
    )
