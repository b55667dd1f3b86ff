"""From a comparison to cells: what each net is called, its figures, and how far they are from the baseline's."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple

from cnnshape.analysis.metrics import Metric, metric
from cnnshape.commands.compare.comparison import ComparedNet, Comparison
from cnnshape.core.bounds import worded
from cnnshape.render.document import Code, Column, Strong, Table, Text
from cnnshape.render.receptive_fields import everywhere
from cnnshape.render.shapes import shape
from cnnshape.render.units import Units, count, fitting, percent, size, times

if TYPE_CHECKING:
    from cnnshape.analysis.result import Analysis

Changes = Literal["difference", "ratio"]

KEEP: Final = {"params": 9, "macs": 8, "peak_memory": 7, "input": 6, "activation_bytes": 5, "receptive_field": 4}
"""What is left out last where there is little room; other columns go first, from the right."""


HEAVIEST: Final = 3
"""So many of the heaviest layers are named where nobody says how many."""

FEW: Final = 5
"""For people they are named where there are no more nets; of a hundred nets they would bury the table."""


class Options(NamedTuple):
    """What a reader chose; None leaves it to the format."""

    sort: str | None = None
    """The metric by which nets are sorted, from the largest down; the order of the comparison otherwise."""
    heaviest: int | None = None
    """How many of its heaviest layers are named for each net; by default 3, for people of a few nets only."""
    ratio: bool | None = None
    """Whether changes are said as ``x1.03``, and not as ``+1.2 M (+3.1 %)``."""
    units: Units | None = None
    """How counts and bytes are scaled."""
    width: int | None = None
    """The most columns of text that a line may take."""


def ordered(comparison: Comparison, sort: str | None) -> tuple[ComparedNet, ...]:
    """The nets by a metric from the largest down, those without a figure last; raises `UsageError` for no metric."""
    if sort is None:
        return comparison.nets
    key = metric(sort).key
    there = [net for net in comparison if net[key] is not None]
    there.sort(key=lambda net: net[key], reverse=True)
    return (*there, *(net for net in comparison if net[key] is None))


def _shown(of: Metric, value: Any, units: Units, more: int = 0) -> str:
    if value is None:
        return ""
    if of.unit == "shape":
        return ", ".join(map(shape, value))
    if of.unit == "pixels":
        return f"{value:,}"
    if of.unit == "flag":
        return "true" if value else "false"
    return size(value, units, more) if of.unit == "bytes" else count(value, units, more)


def _figures(of: Metric, values: Sequence[Any], units: Units) -> list[str]:
    """The figures of one metric; two that differ never read the same, if need be by more digits, or by all of them."""
    shown = [_shown(of, value, units) for value in values]
    steps: tuple[tuple[Units, int], ...] = ((units, 1), (units, 2), ("exact", 0))
    for finer in steps:
        alike = _alike(shown, values)
        pairs = zip(shown, values, strict=True)
        shown = [_shown(of, value, *finer) if text in alike else text for text, value in pairs]
    return shown


def _alike(shown: list[str], values: Sequence[Any]) -> set[str]:
    """The texts behind which stand different values."""
    meant: dict[str, set[Any]] = {}
    for text, value in zip(shown, values, strict=True):
        meant.setdefault(text, set()).add(value)
    return {text for text, of in meant.items() if len(of) > 1}


def _difference(of: Metric, net: ComparedNet, units: Units) -> str:
    """``+1.2 M (+3.1 %)``, from ten times on ``+45.1 M (x12.3)``; of a baseline of 0 there is no share."""
    change = net.difference(of.key)
    if not change:
        return "" if change is None else "0"
    sign = "+" if change > 0 else "-"
    amount, whole = _shown(of, abs(change), units), net[of.key] - change
    if not whole:
        return f"{sign}{amount}"
    share = percent(abs(change), whole)
    many = times(net[of.key], whole) if net[of.key] >= 10 * whole else ""
    return f"{sign}{amount} ({many or (share if share[0] == '<' else sign + share)})"


def _ratio(of: Metric, net: ComparedNet) -> str:
    change = net.difference(of.key)
    whole = 0 if change is None else net[of.key] - change
    return times(net[of.key], whole) if whole else _difference(of, net, "auto")


def _changes(comparison: Comparison, nets: Sequence[ComparedNet], of: Metric, how: Changes, units: Units) -> list[str]:
    base = comparison.baseline
    units = _units(of, [net.difference(of.key) for net in nets], units)
    cells = [_ratio(of, net) if how == "ratio" else _difference(of, net, units) for net in nets]
    return ["" if net is base else cell for net, cell in zip(nets, cells, strict=True)]


def inputs(net: "Analysis") -> str:
    """The shapes of what goes in, named where there are several."""
    shapes = net.graph.inputs
    if len(shapes) == 1:
        return shape(next(iter(shapes.values())))
    return ", ".join(f"{name} {shape(axes)}" for name, axes in shapes.items())


def _same(values: Sequence[str]) -> bool:
    return len(set(values)) == 1


def _units(of: Metric, values: Sequence[Any], units: Units) -> Units:
    """The units of a column, or of its changes."""
    base = {"bytes": 1024, "count": 1000}.get(of.unit)
    return fitting(units, [value for value in values if value is not None], base) if base else units


def _cells(of: Metric, nets: Sequence[ComparedNet], units: Units) -> list[str]:
    """The figures of one metric, with their bounds; beside the window that a net sees, whether it sees all besides."""
    values = [net[of.key] for net in nets]
    cells = _figures(of, values, _units(of, values, units))
    if of.bound is None:
        return cells
    cells = [worded(cell, net.bound(of.key)) if cell else "" for cell, net in zip(cells, nets, strict=True)]
    if of.key != "receptive_field":
        return cells
    whole = [net["receptive_field_global"] for net in nets]
    return [everywhere(cell) if also else cell for cell, also in zip(cells, whole, strict=True)]


def table(comparison: Comparison, options: Options) -> Table:
    """The nets with their figures; where it is too wide, changes are said as ratios, which are shorter."""
    shorter = None if options.ratio is not None or comparison.baseline is None else options._replace(ratio=True)
    return Table(list(_columns(comparison, options)), narrower=[table(comparison, shorter)] if shorter else ())


def _columns(comparison: Comparison, options: Options) -> Iterator[Column]:
    nets = ordered(comparison, options.sort)
    units: Units = options.units or "auto"
    base = comparison.baseline
    names: list[Text] = [Code(net.name) if net is not base else Strong(Code(net.name)) for net in nets]
    yield Column("net", names, cut=True)
    if not _same(read := [inputs(net.analysis) for net in nets]):
        yield Column("input", read, key="input", keep=KEEP["input"])
    keys = {of.key for of in comparison.metrics}
    for of in comparison.metrics:
        if of.key == "receptive_field_global" and "receptive_field" in keys:
            continue  # in the cells of that column
        keep = KEEP.get(of.key, 0)
        yield Column(of.header, _cells(of, nets, units), of.additive, of.key, keep, says=of.says)
        if base is not None and of.additive:
            how: Changes = "ratio" if options.ratio else "difference"
            yield Column(how, _changes(comparison, nets, of, how, units), True, of.key, keep)


def setting(comparison: Comparison) -> list[str]:
    """How many nets there are, and what they share: ``3 nets``, ``input (1, 3, 224, 224)``, ..."""
    nets = [net.analysis for net in comparison]
    said = [f"{len(nets):,} net{'s' if len(nets) != 1 else ''}"]
    if _same(read := [inputs(net) for net in nets]):
        several = ", " in read[0] and len(nets[0].graph.inputs) > 1
        said.append(f"input{'s' if several else ''} {read[0]}")
    said.append(f"batch {_listed([f'{net.graph.batch:,}' for net in nets])}")
    said.append(_listed([net.dtype for net in nets]))
    keys = {of.key for of in comparison.metrics}
    if "flops" in keys:
        said.append(f"FLOPs by the convention {_listed([net.convention.name for net in nets])}")
    if "peak_memory" in keys and any(net.memory != "separate" for net in nets):
        said.append(f"peak memory by the rule {_listed([net.memory for net in nets])}")
    return said


def _listed(words: Sequence[str]) -> str:
    return " and ".join(dict.fromkeys(words))


class Heavy(NamedTuple):
    """One of the heaviest layers of a net."""

    path: str
    macs: int
    share: str

    def said(self, units: Units) -> str:
        """Its MACs, and which share of the net's they are."""
        return f"{count(self.macs, units)} ({self.share})"


def heaviest(comparison: Comparison, options: Options) -> dict[str, list[Heavy]]:
    """The heaviest layers of each net by its name; nothing where none are wanted or there."""
    nets = ordered(comparison, options.sort)
    most = (HEAVIEST if len(nets) <= FEW else 0) if options.heaviest is None else options.heaviest
    found = {
        net.name: [Heavy(each.path, each.macs, percent(each.macs, net["macs"])) for each in net.heaviest(most)]
        for net in nets
    }
    return found if any(found.values()) else {}
