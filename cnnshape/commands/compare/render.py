"""Nets side by side: as text, Markdown, JSON and CSV."""

import csv
import io
import re
from collections.abc import Callable
from typing import Any, Final

from cnnshape.analysis.metrics import Metric
from cnnshape.commands.compare import text as comparison_text
from cnnshape.commands.compare.cells import HEAVIEST, Changes, columns, heaviest, inputs, ordered, said, title
from cnnshape.commands.compare.cells import Options as Options
from cnnshape.commands.compare.comparison import ComparedNet, Comparison
from cnnshape.core.errors import Problem, UsageError, did_you_mean
from cnnshape.render.names import cell, printable
from cnnshape.render.shapes import shape

SCHEMA: Final = 1
"""The version of the JSON; it goes up when a key changes its meaning or goes away."""

PLAIN: Final = Options()


def _unbroken(text: str) -> str:
    """A cell that breaks in front of a bracket only, so that no unit stands on a line of its own."""
    return re.sub(r" (?!\()", "\u00a0", text)


def _markdown(comparison: Comparison, options: Options) -> str:
    """For a pull request or a page that is committed."""
    from cnnshape.render.markdown import code, escaped, pipes

    def name(text: str) -> str:
        return code(printable(text))

    found = columns(comparison, options)
    base = comparison.baseline
    names = [f"**{name(cell)}**" if base is not None and cell == base.name else name(cell) for cell in found[0].cells]
    cells = [names, *([_unbroken(escaped(cell)) for cell in each.cells] for each in found[1:])]
    rows = zip(*([each.header, *of] for each, of in zip(found, cells, strict=True)), strict=True)
    how: Changes = "ratio" if options.ratio else "difference"
    changes = how if any(each.changes for each in found) else None
    lines = [title(comparison, changes, escaped, name), "", *pipes(list(rows), [each.right for each in found])]
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
    return [of for of in comparison.metrics if of.additive]


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
        "bounds": {of.key: net.bound(of.key) for of in comparison.metrics if of.bound is not None},
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
    from cnnshape.render.json import write as document

    base = comparison.baseline
    metrics = {of.key: {"says": of.says, "unit": of.unit} for of in comparison.metrics}
    nets = [_entry(comparison, net, options) for net in ordered(comparison, options.sort)]
    return document({"schema": SCHEMA, "baseline": base and base.name, "metrics": metrics, "nets": nets})


def _exact(of: Metric, value: Any) -> Any:
    """A figure as a cell of a spreadsheet."""
    if of.unit == "shape":
        return ", ".join(map(shape, value))
    return ("true" if value else "false") if of.unit == "flag" else value


def _csv(comparison: Comparison, options: Options) -> str:
    """For a spreadsheet: exact numbers, a line for each net."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    base = comparison.baseline is not None
    header = ["net", "file", "variant", "batch", "dtype", "input"]
    for of in comparison.metrics:
        header += [of.key, *([f"{of.key}_bound"] if of.bound is not None else [])]
        header += [f"{of.key}_difference", f"{of.key}_ratio"] if base and of.additive else []
    writer.writerow(header)
    for net in ordered(comparison, options.sort):
        cells: list[Any] = [cell(said(net.name)), cell(printable(net.file)), cell(printable(net.variant or ""))]
        cells += [net.analysis.graph.batch, net.analysis.dtype, inputs(net.analysis)]
        for of in comparison.metrics:
            cells.append(_exact(of, net[of.key]))
            cells += [net.bound(of.key)] if of.bound is not None else []
            if base and of.additive:
                cells += [net.difference(of.key), _ratio(net, of.key)]
        writer.writerow(["" if cell is None else cell for cell in cells])
    return out.getvalue()


FORMATS: Final[dict[str, tuple[Callable[[Comparison, Options], str], frozenset[str]]]] = {
    "text": (comparison_text.render, frozenset(Options._fields)),
    "markdown": (_markdown, frozenset({"sort", "heaviest", "ratio", "units"})),
    "json": (_json, frozenset({"sort", "heaviest"})),
    "csv": (_csv, frozenset({"sort"})),
}
"""The formats, and which options each heeds: JSON and CSV are exact, and hold differences and ratios."""


def render(comparison: Comparison, format: str = "text", options: Options = PLAIN) -> str:
    """A comparison in one of `FORMATS`, ending in a newline.

    Raises `UsageError` for an unknown format or sort key, and for an option that the format does not use.
    """
    if format not in FORMATS:
        raise UsageError(Problem(f"there is no format `{format}`", hint=did_you_mean(format, FORMATS)))
    how, heeds = FORMATS[format]
    for name in Options._fields:
        if name not in heeds and getattr(options, name) is not None:
            heeding = ", ".join(known for known, (_, names) in FORMATS.items() if name in names)
            raise UsageError(Problem(f"{name} does not go with the format {format}", hint=f"it goes with {heeding}"))
    return how(comparison, options)
