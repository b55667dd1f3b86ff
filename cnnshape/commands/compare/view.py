"""How nets side by side show themselves."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

from cnnshape.analysis.metrics import Metric
from cnnshape.commands.compare.cells import HEAVIEST, Heavy, heaviest, inputs, ordered, setting, table
from cnnshape.commands.compare.cells import Options as Options
from cnnshape.commands.compare.comparison import ComparedNet, Comparison
from cnnshape.render.document import Block, Code, Column, Document, Heading, Items, Table, Text, listed
from cnnshape.render.formats import SCHEMA, View
from cnnshape.render.shapes import shape

if TYPE_CHECKING:
    from cnnshape.commands.compare import layout


def _document(comparison: Comparison, options: Options) -> Document:
    count, *others = setting(comparison)
    base = comparison.baseline
    rest = ", ".join(others)
    against: Text = rest if base is None else [f"{rest}; compared with ", Code(base.name)]
    found: list[Block] = [Heading(count, against), table(comparison, options)]
    heavy = heaviest(comparison, options)
    if heavy:
        items = [(Code(name), _heaviest(layers, options)) for name, layers in heavy.items()]
        found.append(Items("heaviest layers by MACs", items))
    return found


def _heaviest(layers: list[Heavy], options: Options) -> Text:
    units = options.units or "auto"
    return listed([[Code(layer.path), f" {layer.said(units)}"] for layer in layers]) or "none has MACs"


def _ratio(net: ComparedNet, key: str) -> float | None:
    """Six significant digits."""
    found = net.ratio(key)
    return None if found is None else float(f"{found.numerator / found.denominator:.6g}")


def _numbers(comparison: Comparison) -> list[Metric]:
    return [of for of in comparison.metrics if of.additive]


def _setting(comparison: Comparison, net: ComparedNet) -> "layout.Setting":
    analysis = net.analysis
    return {
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


def _heavy(net: ComparedNet, options: Options) -> "list[layout.Heavy]":
    most = HEAVIEST if options.heaviest is None else options.heaviest
    return [
        {"path": record.path, "op": record.op, "macs": record.macs, "share": round(record.macs / net["macs"], 6)}
        for record in net.heaviest(most)
    ]


def _compared(comparison: Comparison, net: ComparedNet, options: Options) -> "layout.ComparedNet":
    return {
        **_setting(comparison, net),
        "differences": {of.key: net.difference(of.key) for of in _numbers(comparison)},
        "ratios": {of.key: _ratio(net, of.key) for of in _numbers(comparison)},
        "heaviest": _heavy(net, options),
    }


def _data(comparison: Comparison, options: Options) -> "layout.Printed":
    """Everything, exactly, a line for each net."""
    base, nets = comparison.baseline, ordered(comparison, options.sort)
    metrics: dict[str, layout.Metric] = {of.key: {"says": of.says, "unit": of.unit} for of in comparison.metrics}
    if base is None:
        alone: list[layout.Net] = [{**_setting(comparison, net), "heaviest": _heavy(net, options)} for net in nets]
        return {"schema": SCHEMA, "baseline": None, "metrics": metrics, "nets": alone}
    compared = [_compared(comparison, net, options) for net in nets]
    return {"schema": SCHEMA, "baseline": base.name, "metrics": metrics, "nets": compared}


def _exact(of: Metric, value: Any) -> Any:
    """A figure as a cell of a spreadsheet."""
    if of.unit == "shape":
        return ", ".join(map(shape, value))
    return ("true" if value else "false") if of.unit == "flag" else value


def _exact_columns(comparison: Comparison, nets: tuple[ComparedNet, ...]) -> Iterator[tuple[str, list[Any]]]:
    yield "net", [net.name for net in nets]
    yield "file", [net.file for net in nets]
    yield "variant", [net.variant for net in nets]
    yield "batch", [net.analysis.graph.batch for net in nets]
    yield "dtype", [net.analysis.dtype for net in nets]
    yield "input", [inputs(net.analysis) for net in nets]
    for of in comparison.metrics:
        yield of.key, [_exact(of, net[of.key]) for net in nets]
        if of.bound is not None:
            yield f"{of.key}_bound", [net.bound(of.key) for net in nets]
        if comparison.baseline is not None and of.additive:
            yield f"{of.key}_difference", [net.difference(of.key) for net in nets]
            yield f"{of.key}_ratio", [_ratio(net, of.key) for net in nets]


def _table(comparison: Comparison, options: Options) -> Table:
    """Exact numbers, a line for each net."""
    columns = _exact_columns(comparison, ordered(comparison, options.sort))
    return Table([Column(key, cells, key=key) for key, cells in columns])


_DEAF: Final = {"json": frozenset({"ratio"}), "csv": frozenset({"ratio", "heaviest"})}

VIEW: Final = View(_document, _data, _table, deaf=_DEAF, options=Options)
