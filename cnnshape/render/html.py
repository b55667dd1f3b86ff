"""The report as HTML: a table for notebooks, and the same table as a page of its own.  No scripts, nothing to load."""

import re
from html import escape
from typing import TYPE_CHECKING, Final

from cnnshape.analysis.result import Analysis
from cnnshape.render import PLAIN, Options
from cnnshape.render.columns import Column
from cnnshape.render.summary import brief, facts, setting, title
from cnnshape.render.table import Table, table
from cnnshape.render.units import percent

if TYPE_CHECKING:
    from cnnshape.render.rows import Row

_STRONGEST: Final = 0.55  # how much colour the heaviest cell of a column takes
_FAINTEST: Final = 0.05

_STYLE: Final = """
.cnnshape { --ground: var(--jp-layout-color0, var(--vscode-editor-background, Canvas)); --line: rgba(128,128,128,.28);
  --heat: 235,120,30; font: 14px/1.45 system-ui, sans-serif; font-variant-numeric: tabular-nums; }
.cnnshape h2 { font-size: 1.25em; margin: 0 0 .1em; }
.cnnshape p.setting { margin: 0 0 .9em; opacity: .75; }
.cnnshape .scroll { overflow: auto; max-height: 80vh; border: 1px solid var(--line); border-radius: 6px;
  width: fit-content; max-width: 100%; }
.cnnshape table { border-collapse: separate; border-spacing: 0; margin: 0; font-size: 13px; }
.cnnshape th, .cnnshape td { padding: .22em .8em; text-align: left; white-space: nowrap; border: 0;
  border-bottom: 1px solid var(--line); background: none; }
.cnnshape tbody tr:last-child > * { border-bottom: 0; }
.cnnshape tbody th, .cnnshape code { font-family: ui-monospace, Menlo, Consolas, monospace; font-weight: 400;
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
@media print { .cnnshape .scroll { max-height: none; overflow: visible; } }
"""

_PAGE: Final = """
:root { color-scheme: light dark; }
body.cnnshape-page { margin: 2em auto; padding: 0 1.5em; max-width: 80em; background: Canvas; color: CanvasText; }
"""


def _marked(text: str) -> str:
    """A line with its names in backticks set as code."""
    return re.sub(r"`([^`]*)`", r"<code>\1</code>", escape(text))


def _heaviest(found: Table) -> list[int]:
    """The largest value of each column that adds up."""
    return [max((each.get(row) for row in found.rows), default=0) if each.sums else 0 for each in found.columns]


def _number(column: Column, row: "Row", cell: str, most: int, whole: int) -> str:
    """A cell of a column that adds up: exact in its title, shaded by how it stands to the largest."""
    held = column.get(row)
    name = escape(f"{column.kind.show(held, 'exact')}, {percent(held, whole)}")
    if not held:
        return f'<td class="n z" title="{name}">{cell}</td>'
    heat = _STRONGEST * held / most
    if heat < _FAINTEST:
        return f'<td class="n" title="{name}">{cell}</td>'
    return f'<td class="n h" style="--s:{heat:.2f}" title="{name}">{cell}</td>'


def _row(found: Table, place: int, most: list[int]) -> str:
    cells = []
    for column, cell, top in zip(found.columns, found.cells[place], most, strict=True):
        text = escape(cell)
        if column.key == "path":
            cells.append(f'<th scope="row">{text}</th>')
        elif column.sums:
            cells.append(_number(column, found.rows[place], text, top, found.sums[column.key]))
        else:
            cells.append(f'<td class="n">{text}</td>' if column.kind.right else f"<td>{text}</td>")
    return f"<tr>{''.join(cells)}</tr>"


def _table(analysis: Analysis, options: Options) -> list[str]:
    found = table(analysis, options)
    most = _heaviest(found)
    right = [' class="n"' if each.kind.right else "" for each in found.columns]
    head = "".join(
        f'<th scope="col"{kind} title="{escape(each.says)}">{escape(each.header)}</th>'
        for each, kind in zip(found.columns, right, strict=True)
    )
    foot = "".join(f"<td{kind}>{escape(cell)}</td>" for cell, kind in zip(found.total, right, strict=True))
    body = [_row(found, place, most) for place in range(len(found.rows))]
    return [
        f'<div class="scroll"><table><thead><tr>{head}</tr></thead>',
        "<tbody>",
        *body,
        "</tbody>",
        f"<tfoot><tr>{foot}</tr></tfoot></table></div>",
    ]


def fragment(analysis: Analysis, options: Options = PLAIN) -> str:
    """The report as one element that brings its own style, for a notebook."""
    lines = ['<div class="cnnshape">', f"<style>{_STYLE}</style>"]
    lines += [f"<h2>{escape(title(analysis))}</h2>", f'<p class="setting">{escape(setting(analysis))}</p>']
    lines += _table(analysis, options)
    lines += [
        "<dl>",
        *(f"<dt>{escape(fact.label)}</dt><dd>{_marked(fact.text)}</dd>" for fact in facts(analysis)),
        "</dl>",
    ]
    warnings = [f"<li>{_marked(finding.text)}</li>" for finding in brief(analysis)]
    if warnings:
        lines += ['<ul class="findings">', *warnings, "</ul>"]
    return "\n".join([*lines, "</div>"]) + "\n"


def render(analysis: Analysis, options: Options = PLAIN) -> str:
    """The report as a page."""
    head = f'<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{escape(title(analysis))}'
    return (
        f'<!doctype html>\n<html lang="en">\n<head>{head}</title><style>{_PAGE}</style></head>\n'
        f'<body class="cnnshape-page">\n{fragment(analysis, options)}</body>\n</html>\n'
    )
