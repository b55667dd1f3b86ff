"""Nets side by side: as text, Markdown, JSON and CSV."""

import csv
import io
from collections.abc import Callable, Sequence
from typing import Any, Final

from cnnshape.comparison import ComparedNet, Comparison
from cnnshape.errors import Problem, UsageError, did_you_mean
from cnnshape.metrics import Metric
from cnnshape.render.columns import shape
from cnnshape.render.comparison_cells import (
    HEAVIEST,
    KEEP,
    Changes,
    Column,
    columns,
    heaviest,
    inputs,
    ordered,
    setting,
)
from cnnshape.render.comparison_cells import Options as Options
from cnnshape.render.names import printable, shortened, wide
from cnnshape.render.text import aligned, folded
from cnnshape.render.units import Units

SCHEMA: Final = 1
"""The version of the JSON; it goes up when a key changes its meaning or goes away."""

PLAIN: Final = Options()
_LEAST_NAME: Final = 16  # a name is cut to this before a column is left out


def _said(name: str) -> str:
    r"""A name at the start of a line, where `::` would be a command to the log of a workflow.

    >>> _said("::error::no\n")
    '\\x3a:error::no\\n'
    """
    text = printable(name)
    return f"\\x3a{text[1:]}" if text.lstrip().startswith("::") else text


class _Fit:
    """Which columns are shown, and how wide names may be, so that no line is longer than ``width``."""

    def __init__(self, comparison: Comparison, options: Options) -> None:
        self.columns = _columns(comparison, options)
        self.shown = list(self.columns)
        self.width = options.width
        if self._over() > 0 and comparison.baseline is not None and options.changes is None:
            self.columns = _columns(comparison, options._replace(changes="ratio"))
            self.shown = list(self.columns)
        if self._over() > 0 and not self._cut(_LEAST_NAME):
            self._leave_out()
            if self._over() > 0:
                self._cut(1)

    def _over(self) -> int:
        """By how much the table is too wide."""
        if self.width is None:
            return 0
        return len(self.lines()[1]) - self.width

    def lines(self) -> list[str]:
        rows = zip(*([each.header, *each.cells] for each in self.shown), strict=True)
        return aligned(list(rows), [each.right for each in self.shown])

    def _leave_out(self) -> None:
        """Take columns out, figures with their changes, and bring back what there is room for."""
        keys = list(dict.fromkeys(each.key for each in self.columns[1:]))
        spare = sorted(keys, key=lambda key: (KEEP.get(key, 0), -keys.index(key)))
        dropped: list[str] = []
        while self._over() > 0 and len(spare) > 1 and not self._cut(_LEAST_NAME):
            dropped.append(spare.pop(0))
            self._show(dropped)
        for key in reversed(dropped):
            self._show([each for each in dropped if each != key])
            if self._over() > 0:
                self._show(dropped)
            else:
                dropped.remove(key)

    def _show(self, without: Sequence[str]) -> None:
        self.shown = [self.shown[0], *(each for each in self.columns[1:] if each.key not in without)]

    def _cut(self, least: int) -> bool:
        """Shorten names so that the table fits, if they stay longer than ``least`` and different from each other."""
        names = self.columns[0]
        room = max(map(wide, names.cells)) - self._over()
        if room < least:
            return False
        short = [shortened(name, room) for name in names.cells]
        if len(set(short)) < len(set(names.cells)) and least > 1:
            return False
        self.shown[0] = names._replace(cells=short)
        return True

    def left_out(self) -> list[str]:
        shown = {each.key for each in self.shown}
        return [each.header for each in self.columns if each.key not in shown and not each.changes]

    def changes(self) -> Changes | None:
        """How changes are said."""
        found = next((each.header for each in self.shown if each.changes), None)
        return "ratio" if found == "ratio" else "difference" if found else None


def _columns(comparison: Comparison, options: Options) -> list[Column]:
    name, *others = columns(comparison, options)
    return [name._replace(cells=[_said(cell) for cell in name.cells]), *others]


def _title(comparison: Comparison, changes: Changes | None, name: Callable[[str], str]) -> str:
    said = ", ".join(setting(comparison))
    if comparison.baseline is None or changes is None:
        return said
    return f"{said}; {'ratios' if changes == 'ratio' else 'differences'} to {name(comparison.baseline.name)}"


def _heaviest_text(comparison: Comparison, options: Options, units: Units) -> list[str]:
    heavy = heaviest(comparison, options)
    if not heavy:
        return []
    room = max(wide(_said(name)) for name in heavy)
    lines = ["", "heaviest layers by MACs"]
    for name, layers in heavy.items():
        label = _said(name)
        said = ", ".join(f"{printable(layer.path)} {layer.said(units)}" for layer in layers) or "none has MACs"
        lines += folded(f"{label}{' ' * (room - wide(label))}  {said}", " " * (room + 2), options.width)
    return lines


def _text(comparison: Comparison, options: Options) -> str:
    """For people who read it in a terminal."""
    fit = _Fit(comparison, options)
    lines = [*folded(_title(comparison, fit.changes(), printable), "  ", options.width), "", *fit.lines()]
    lines += _heaviest_text(comparison, options, options.units or "auto")
    if out := fit.left_out():
        lines += ["", *folded(f"left out to fit {options.width} columns: {', '.join(out)}", "  ", options.width)]
    return "\n".join(lines) + "\n"


def _pipes(rows: Sequence[Sequence[str]], right: Sequence[bool]) -> list[str]:
    """A Markdown table.  Not by `tabulate`, whose spaces depend on which other packages are installed."""
    widths = [max(3, *map(wide, cells)) for cells in zip(*rows, strict=True)]
    lines = []
    for row in rows:
        parts = zip(row, widths, right, strict=True)
        cells = [" " * (width - wide(cell)) + cell if to_right else cell + " " * (width - wide(cell))
                 for cell, width, to_right in parts]  # fmt: skip
        lines.append(f"| {' | '.join(cells)} |")
    rule = ["-" * (width + 1) + ":" if to_right else ":" + "-" * (width + 1)
            for width, to_right in zip(widths, right, strict=True)]  # fmt: skip
    return [lines[0], f"|{'|'.join(rule)}|", *lines[1:]]


def _markdown(comparison: Comparison, options: Options) -> str:
    """For a pull request or a page that is committed."""
    from cnnshape.render.markdown import code, escaped

    def name(text: str) -> str:
        return code(printable(text))

    found = columns(comparison, options)
    base = comparison.baseline
    names = [f"**{name(cell)}**" if base is not None and cell == base.name else name(cell) for cell in found[0].cells]
    cells = [names, *([escaped(cell) for cell in each.cells] for each in found[1:])]
    rows = zip(*([each.header, *of] for each, of in zip(found, cells, strict=True)), strict=True)
    changes: Changes | None = (options.changes or "difference") if any(each.changes for each in found) else None
    said = ", ".join(escaped(each) for each in setting(comparison))
    title = said if base is None or changes is None else f"{said}; {changes}s to {name(base.name)}"
    lines = [title, "", *_pipes(list(rows), [each.right for each in found])]
    heavy = heaviest(comparison, options)
    lines += ["", "Heaviest layers by MACs:", ""] if heavy else []
    for net, layers in heavy.items():
        parts = [f"{name(layer.path)} {escaped(layer.said(options.units or 'auto'))}" for layer in layers]
        lines.append(f"- {name(net)}: {', '.join(parts) or 'none has MACs'}")
    return "\n".join(lines) + "\n"


def _ratio(net: ComparedNet, key: str) -> float | None:
    """Six significant digits."""
    found = net.ratio(key)
    return None if found is None else float(f"{found.numerator / found.denominator:.6g}")


def _numbers(comparison: Comparison) -> list[Metric]:
    return [of for of in comparison.metrics if of.unit != "shape"]


def _entry(comparison: Comparison, net: ComparedNet, options: Options) -> dict[str, Any]:
    analysis, whole = net.analysis, net["macs"]
    entry: dict[str, Any] = {
        "name": net.name,
        "file": net.file or None,
        "variant": net.variant,
        "batch": analysis.graph.batch,
        "dtype": analysis.dtype,
        "flops_convention": analysis.convention.name,
        "memory_rule": analysis.memory,
        "inputs": {name: list(axes) for name, axes in analysis.graph.inputs.items()},
        "figures": {of.key: net[of.key] for of in comparison.metrics},
    }
    if comparison.baseline is not None:
        entry["differences"] = {of.key: net.difference(of.key) for of in _numbers(comparison)}
        entry["ratios"] = {of.key: _ratio(net, of.key) for of in _numbers(comparison)}
    most = HEAVIEST if options.heaviest is None else options.heaviest
    entry["heaviest"] = [
        {"path": record.path, "op": record.op, "macs": record.macs, "share": round(record.macs / whole, 6)}
        for record in net.heaviest(most)
    ]
    return entry


def _json(comparison: Comparison, options: Options) -> str:
    """For a program: everything, exactly, a line for each net."""
    from cnnshape.render.json import document

    base = comparison.baseline
    metrics = {of.key: {"says": of.says, "unit": of.unit} for of in comparison.metrics}
    nets = [_entry(comparison, net, options) for net in ordered(comparison, options.sort)]
    return document({"schema": SCHEMA, "baseline": base and base.name, "metrics": metrics, "nets": nets})


def _csv(comparison: Comparison, options: Options) -> str:
    """For a spreadsheet: exact numbers, a line for each net."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    base = comparison.baseline is not None
    header = ["net", "file", "variant", "batch", "dtype", "input"]
    for of in comparison.metrics:
        header += [of.key, *([f"{of.key}_difference", f"{of.key}_ratio"] if base and of.unit != "shape" else [])]
    writer.writerow(header)
    for net in ordered(comparison, options.sort):
        cells: list[Any] = [_said(net.name), printable(net.file), printable(net.variant or "")]
        cells += [net.analysis.graph.batch, net.analysis.dtype, inputs(net.analysis)]
        for of in comparison.metrics:
            cells.append(", ".join(map(shape, net[of.key])) if of.unit == "shape" else net[of.key])
            if base and of.unit != "shape":
                cells += [net.difference(of.key), _ratio(net, of.key)]
        writer.writerow(["" if cell is None else cell for cell in cells])
    return out.getvalue()


FORMATS: Final[dict[str, tuple[Callable[[Comparison, Options], str], frozenset[str]]]] = {
    "text": (_text, frozenset(Options._fields)),
    "markdown": (_markdown, frozenset({"sort", "heaviest", "changes", "units"})),
    "json": (_json, frozenset({"sort", "heaviest"})),
    "csv": (_csv, frozenset({"sort"})),
}
"""The formats, and which options each heeds: JSON and CSV are exact, and hold differences and ratios."""


def render(comparison: Comparison, format: str = "text", options: Options = PLAIN) -> str:
    """A comparison in one of `FORMATS`, ending in a newline.

    Raises `UsageError` for a format or sort key that there is not, and for an option that the format does not heed.
    """
    if format not in FORMATS:
        raise UsageError(Problem(f"there is no format `{format}`", hint=did_you_mean(format, FORMATS)))
    how, heeds = FORMATS[format]
    for name in Options._fields:
        if name not in heeds and getattr(options, name) is not None:
            heeding = ", ".join(known for known, (_, names) in FORMATS.items() if name in names)
            raise UsageError(Problem(f"{name} does not go with the format {format}", hint=f"it goes with {heeding}"))
    return how(comparison, options)
