"""A baseline that only goes down: what an update makes of the figures of before and of now."""

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from cnnshape.commands.check.baseline import Figures


class Change(NamedTuple):
    """What an update did to the figures of a baseline, and to those of its layers where rules hold each of them."""

    file: str = ""
    new: int = 0
    lowered: int = 0
    raised: int = 0
    dropped: int = 0
    """Those that no rule asks for any more."""
    same: int = 0
    kept: tuple[str, ...] = ()
    """Those that would rise and were left as they are, with the net that each is of; layers of a metric as one."""
    stays: int = 0
    """How many these are, each layer counted."""
    layers: tuple[int, int, int, int] = (0, 0, 0, 0)
    """Of the figures of layers those that are new, lowered, raised and dropped."""

    def plus(self, other: "Change", net: str) -> "Change":
        """What this one did, and another to the figures of a net."""
        return Change(
            self.file, self.new + other.new, self.lowered + other.lowered, self.raised + other.raised,
            self.dropped + other.dropped, self.same + other.same,
            (*self.kept, *(f"{name} of {net}" for name in other.kept)), self.stays + other.stays,
            _sum(self.layers, other.layers),
        )  # fmt: skip


def _sum(one: tuple[int, int, int, int], other: tuple[int, int, int, int]) -> tuple[int, int, int, int]:
    return one[0] + other[0], one[1] + other[1], one[2] + other[2], one[3] + other[3]


def updated(
    old: Figures, new: Figures, *, each: Collection[str] = (), allow_increase: bool = False
) -> tuple[Figures, Change]:
    """What a baseline holds of a net from now on, given what it held and what the figures are now.

    A figure goes down and, unless ``allow_increase``, never up.  The figures of layers are there to say what grew
    since, so they are those of one state of the net: they stay while a figure of their metric would rise.  Of the
    metrics ``each``, rules hold every layer to its figure: then each goes down by itself.

    >>> old, new = Figures({"macs, total": 5, "params, total": 5}), Figures({"macs, total": 4, "params, total": 6})
    >>> updated(old, new)[0].totals, updated(old, new)[1].kept
    ({'macs, total': 4, 'params, total': 5}, ('params, total',))
    """
    if allow_increase:
        return new, _change(old, new, new, each)
    totals = {name: min(n, old.totals.get(name, n)) for name, n in new.totals.items()}
    rising = {name.partition(",")[0] for name, n in totals.items() if n < new.totals[name]}
    by_layer = {}
    for metric, layers in new.by_layer.items():
        before = old.by_layer.get(metric)
        if before is None or (metric not in rising and metric not in each):
            by_layer[metric] = layers
        else:
            by_layer[metric] = _lowered(before, layers) if metric in each else before
    kept = Figures(totals, by_layer, new.file)
    return kept, _change(old, new, kept, each)


def _lowered(before: Mapping[str, int], now: Mapping[str, int]) -> dict[str, int]:
    """The figure of each layer that is there still, the lower one; a layer that is new has none to be held to."""
    return {path: min(n, before[path]) for path, n in now.items() if path in before}


def _change(old: Figures, new: Figures, now: Figures, each: Collection[str]) -> Change:
    both = old.totals.keys() & now.totals.keys()
    totals = [name for name in sorted(both) if now.totals[name] < new.totals[name]]
    layers = _rising(new, now, each)
    return Change(
        new=len(now.totals.keys() - both),
        lowered=sum(now.totals[name] < old.totals[name] for name in both),
        raised=sum(now.totals[name] > old.totals[name] for name in both),
        dropped=len(old.totals.keys() - both),
        same=sum(now.totals[name] == old.totals[name] == new.totals[name] for name in both),
        kept=(*totals, *[f"{metric} of {_named(paths)}" for metric, paths in layers.items()]),
        stays=len(totals) + sum(map(len, layers.values())),
        layers=_of_layers(old, now, each),
    )


def _rising(new: Figures, now: Figures, each: Collection[str]) -> dict[str, list[str]]:
    """By metric, the layers that rules hold and whose figures stay below what they are."""
    found: dict[str, list[str]] = {}
    for metric in sorted({*each} & now.by_layer.keys()):
        after = new.by_layer.get(metric, {})
        paths = [path for path, n in now.by_layer[metric].items() if n < after.get(path, n)]
        if paths:
            found[metric] = paths
    return found


def _named(paths: Sequence[str]) -> str:
    """One layer by its name, several by the first of them.

    >>> _named(["a"]), _named(["a", "b"]), _named(["a", "b", "c"])
    ('`a`', '`a` and 1 other layer', '`a` and 2 other layers')
    """
    more = len(paths) - 1
    return f"`{paths[0]}`" + (f" and {more:,} other {'layer' if more == 1 else 'layers'}" if more else "")


def _of_layers(old: Figures, now: Figures, each: Collection[str]) -> tuple[int, int, int, int]:
    """How many figures of layers are new, lowered, raised and dropped.

    Counted are those that rules hold, and those of metrics whose totals stay: nothing else would say that they changed.
    """
    names = old.totals.keys() | now.totals.keys()
    told = {name.partition(",")[0] for name in names if old.totals.get(name) != now.totals.get(name)}
    found = (0, 0, 0, 0)
    for metric in (old.by_layer.keys() | now.by_layer.keys()) - (told - {*each}):
        before, after = old.by_layer.get(metric, {}), now.by_layer.get(metric, {})
        both = before.keys() & after.keys()
        lowered = sum(after[path] < before[path] for path in both)
        raised = sum(after[path] > before[path] for path in both)
        found = _sum(found, (len(after.keys() - both), lowered, raised, len(before.keys() - both)))
    return found
