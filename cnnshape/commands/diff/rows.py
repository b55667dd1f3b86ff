"""The rows of a diff for people: what was done, and what followed, the largest change first."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

from cnnshape.analysis.metrics import METRICS, Metric
from cnnshape.commands.diff.difference import Change, Pair, summed
from cnnshape.commands.diff.entry import Entry
from cnnshape.core.text import shown
from cnnshape.render import receptive_fields as seen
from cnnshape.render.document import Code, Text
from cnnshape.render.names import shortened
from cnnshape.render.shapes import shape
from cnnshape.render.units import Units, apart, count, counted, layers, percent, size, sizes_apart

_SUMMED: Final = ("macs", "params")


class Options(NamedTuple):
    """What a reader chose; None leaves it to the format."""

    metrics: tuple[str, ...] | None = None
    """The figures whose change is said of each layer; the first one sorts."""
    units: Units | None = None
    """How counts and bytes are scaled."""
    all: bool | None = None
    """List every change and every layer that is affected, not those with the largest change."""
    width: int | None = None
    """The most columns of text that a line may take."""

    @property
    def figures(self) -> tuple[str, ...]:
        """The keys of the figures; raises `UsageError` for one that does not add up over layers."""
        keys = _SUMMED if self.metrics is None else self.metrics
        for key in keys:
            summed(key)
        return keys


TOTALS: Final = ("layers", "params", "macs", "flops", "activation_bytes", "peak_memory", "depth", "receptive_field")
"""The metrics that a diff for people always says."""

_MOST_SEEN: Final = 28  # columns of what an output sees

_CHANGES, _AFFECTED = 40, 10  # rows that are shown of each


class Row(NamedTuple):
    """A change, or a layer that is affected."""

    kind: str
    """What was done; empty for a layer that is affected."""
    old: str
    new: str
    layers: int
    what: str
    """What is stated otherwise, or what came or went."""
    figures: tuple[int | None, ...]
    """How much is added to each metric; None where that is no question."""


class Rows(NamedTuple):
    """Rows of one kind, and what is left out of them."""

    rows: list[Row]
    more: str = ""


def value(held: Any) -> str:
    """A value of a field as a spec states it.

    >>> value((3, 5)), value(None), value("same"), value(("a", "b")), value(())
    ('[3, 5]', 'null', 'same', 'a, b', '[]')
    """
    if isinstance(held, tuple) and held and all(isinstance(item, str) for item in held):
        return ", ".join(held)
    return held if isinstance(held, str) else shown(held)


def fields(stated: Mapping[str, tuple[Any, Any]]) -> str:
    """What is stated otherwise: ``stride 1 -> 2; padding 1 -> 0``."""
    return "; ".join([f"{name} {value(old)} -> {value(new)}" for name, (old, new) in stated.items()])


def _what(change: Change) -> str:
    if change.kind in ("added", "removed") and len(change.pairs) == 1:
        record = change.pairs[0].new or change.pairs[0].old
        assert record
        return record.op
    if change.kind == "moved" and not change.fields:
        return "in the file; it reads the same"
    return fields(change.fields)


def _figures(each: Change | Pair, metrics: Sequence[str]) -> tuple[int | None, ...]:
    silent = isinstance(each, Change) and (each.kind == "renamed" or not each.pairs)
    return tuple(None if silent else each.change(key) for key in metrics)


def _sorted(rows: list[Row]) -> list[Row]:
    return sorted(rows, key=lambda row: tuple(-abs(n or 0) for n in row.figures))


def _some(rows: list[Row], most: int, what: str, options: Options) -> Rows:
    """The first of these rows, and in a sentence what the others come to."""
    if options.all or len(rows) <= most:
        return Rows(rows)
    rest = rows[most:]
    sums = [sum(row.figures[place] or 0 for row in rest) for place in range(len(options.figures))]
    metrics = [METRICS[key] for key in options.figures]
    pairs = zip(metrics, sums, strict=True)
    added = ", ".join(f"{metric.header} {signed(metric, n, options)}" for metric, n in pairs)
    return Rows(rows[:most], f"and {len(rest):,} more {what}: {added}; `--all` lists them")


def changes(entry: Entry, options: Options) -> Rows:
    """What was done."""
    rows = [
        Row(each.kind, each.old, each.new, len(each.pairs), _what(each), _figures(each, options.figures))
        for each in entry.changes
    ]
    return _some(_sorted(rows), _CHANGES, "changes", options)


def affected(entry: Entry, options: Options) -> Rows:
    """The layers that follow."""
    rows = []
    for pair in entry.affected:
        assert pair.old
        assert pair.new
        before, after = shape(pair.old.output), shape(pair.new.output)
        what = f"output {before} -> {after}" if before != after else ""
        rows.append(Row("", pair.old.path, pair.new.path, 1, what, _figures(pair, options.figures)))
    return _some(_sorted(rows), _AFFECTED, "layers", options)


def signed(metric: Metric, n: int, options: Options) -> str:
    """A difference, with its sign."""
    show = size if metric.unit == "bytes" else count
    text = show(n, options.units or "auto")
    return f"+{text}" if n > 0 else text


def _share(old: int, new: int) -> str:
    """A difference in percent, which the name of its column says."""
    return f"{'+' if new > old else '-'}{percent(abs(new - old), old).removesuffix(' %')}"


def totals(entry: Entry, options: Options) -> list[list[Text]]:
    """A row for each metric: its name, old, new, the difference, and that as a part of the old.

    An output that sees something else than before has a row of its own.
    """
    rows: list[list[Text]] = []
    for key in TOTALS:
        metric, (old, new) = METRICS[key], entry.total(key)
        if key == "receptive_field":
            rows += _sizes(entry, metric, options)
            continue
        if old is None or new is None:
            rows.append([metric.header, *(_one(metric, n, options) for n in (old, new)), "", ""])
            continue
        both = [_one(metric, n, options) for n in (old, new)]
        if options.units is None and metric.unit in ("count", "bytes"):
            both = list((sizes_apart if metric.unit == "bytes" else apart)(old, new))
        share = _share(old, new) if old and old != new else ""
        rows.append([metric.header, *both, signed(metric, new - old, options) if old != new else "same", share])
    return rows


def _sizes(entry: Entry, metric: Metric, options: Options) -> Iterator[list[Text]]:
    """What the nets see, and where that does not say what became of an output, what this output sees."""
    old, new = (None if net is None else net.local_field for net in (entry.old, entry.new))
    both = ["" if net is None else seen.local(net) or "" for net in (old, new)]
    change = share = ""
    if old and new and old.size is not None and new.size is not None and not (old.bound or new.bound):
        if old.size != new.size:
            change = signed(metric, new.size - old.size, options)
            share = _share(old.size, new.size)
        elif old.whole == new.whole:
            change = "same"
    yield [metric.header, *both, change, share]
    if len(entry.outputs) == 1 and both[0] != both[1]:
        return
    for pair in entry.outputs:
        if not pair.changed:
            continue
        assert pair.old
        assert pair.new
        said = [seen.local(sight.local) or "" for sight in (pair.old, pair.new)]
        if said[0] == said[1]:  # it lies elsewhere, or moves by other steps
            said = [shortened("; ".join(map(seen.seen, sight.maps)), _MOST_SEEN) for sight in (pair.old, pair.new)]
        yield [[f"{metric.header} of ", Code(pair.new.path)], *said, "", ""]


def _one(metric: Metric, n: int | None, options: Options) -> str:
    if n is None:
        return ""
    return (size if metric.unit == "bytes" else count)(n, options.units or "auto")


def shapes(found: Any) -> str:
    """The outputs of a net."""
    return ", ".join(map(shape, found)) or "-"


def outline(entry: Entry) -> str:
    """In a few words what the diff says."""
    if entry.old is None:
        return f"the spec is new: {layers(len(entry.new or ()))}"
    if entry.new is None:
        return f"the spec is gone: {layers(len(entry.old))}"
    if not entry.changes:
        return "no layer, input or output is different"
    done = len(entry.changes)
    said = counted(done, "change")
    if not entry.affected:
        return said
    more, one = len(entry.affected), len(entry.affected) == 1
    follow = f"{more:,} more {'layer has' if one else 'layers have'}"
    return f"{said}; {follow} other figures because of {'it' if done == 1 else 'them'}"
