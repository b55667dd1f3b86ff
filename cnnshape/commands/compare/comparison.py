"""Nets side by side: the figures of each, and how far they are from those of one of them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final

from typing_extensions import Unpack, override

from cnnshape.analysis import analyze
from cnnshape.analysis.metrics import METRICS, Metric, metric
from cnnshape.analysis.result import Analysis
from cnnshape.analysis.setup import Setup, SetupOptions
from cnnshape.commands.compare.operands import Gathered, Source, Wanted, names, wanted
from cnnshape.core.bounds import Bound
from cnnshape.core.display import Displayed
from cnnshape.core.errors import Problem, UsageError, unknown
from cnnshape.core.selection import chosen

if TYPE_CHECKING:
    import pandas

    from cnnshape.analysis.layer import LayerRecord

DEFAULT: Final = (
    "params", "macs", "activation_bytes", "peak_memory", "receptive_field", "receptive_field_global", "depth",
)  # fmt: skip
"""The metrics of a comparison for which none are chosen."""


class Figures(dict[str, Any]):
    """The figures of a net by the key of their metric, each computed when it is first asked for."""

    __slots__ = ("analysis",)

    def __init__(self, analysis: Analysis) -> None:
        super().__init__()
        self.analysis = analysis

    def __missing__(self, key: str) -> Any:
        found = self[key] = metric(key).net(self.analysis)
        return found


def _bound(figures: Figures, key: str) -> Bound | None:
    bounds = metric(key).bound
    return bounds and bounds.net(figures.analysis)


@dataclass(frozen=True, slots=True, repr=False)
class ComparedNet:
    """One net of a comparison; ``net["macs"]`` is its figure of that metric."""

    name: str
    """What it is called in the comparison."""
    file: str
    """Its file as it was given; empty where there is none."""
    variant: str | None
    analysis: Analysis
    figures: Figures
    baseline: Figures | None
    """Those of the net that it is compared with."""

    @override
    def __repr__(self) -> str:
        return f"ComparedNet({self.name}: params={self['params']:,}, macs={self['macs']:,})"

    def __getitem__(self, key: str) -> Any:
        """The figure of a metric, None where the net has none; raises `UsageError` where there is no such metric."""
        return self.figures[key]

    def bound(self, key: str) -> Bound | None:
        """Whether the figure of a metric is exact."""
        return _bound(self.figures, key)

    def _pair(self, key: str) -> tuple[int, int] | None:
        """A figure and that of the baseline, where both are exact numbers."""
        if self.baseline is None or not metric(key).additive or self.bound(key) or _bound(self.baseline, key):
            return None
        ours, theirs = self[key], self.baseline[key]
        return (ours, theirs) if isinstance(ours, int) and isinstance(theirs, int) else None

    def difference(self, key: str) -> int | None:
        """The figure less that of the baseline; None without a baseline, for what is no number, and for bounds."""
        pair = self._pair(key)
        return pair and pair[0] - pair[1]

    def ratio(self, key: str) -> Fraction | None:
        """The figure as so many times that of the baseline; None without a baseline, or where that is 0."""
        pair = self._pair(key)
        return Fraction(*pair) if pair and pair[1] else None

    def heaviest(self, most: int = 3) -> "tuple[LayerRecord, ...]":
        """The layers with the most MACs, from the heaviest down; none that has no MACs."""
        heavy = sorted((record for record in self.analysis if record.macs), key=lambda record: -record.macs)
        return tuple(heavy[:most])


@dataclass(frozen=True, slots=True, repr=False)
class Comparison(Displayed):
    """Nets side by side, in the order in which they were given; ``comparison["resnet18"]`` is a `ComparedNet`."""

    nets: tuple[ComparedNet, ...]
    metrics: tuple[Metric, ...]
    baseline: ComparedNet | None
    """The net that the others are compared with; its own differences are 0."""

    @override
    def __repr__(self) -> str:
        return f"Comparison({', '.join(net.name for net in self.nets)})"

    def __getitem__(self, name: str) -> ComparedNet:
        """The net of this name; raises `UsageError` where there is none."""
        for net in self.nets:
            if net.name == name:
                return net
        names = [net.name for net in self.nets]
        raise UsageError(unknown(f"there is no net `{name}` in the comparison", name, names))

    def __iter__(self) -> Iterator[ComparedNet]:
        """The nets, in order."""
        return iter(self.nets)

    def __len__(self) -> int:
        """How many nets there are."""
        return len(self.nets)

    def frame(self) -> "pandas.DataFrame":
        """A row for each net, indexed by name: its figures, each followed by ``_difference`` and ``_ratio``.

        The two are there with a baseline, and for what is a number.  A figure that may be a bound is followed by
        ``_bound``, which is ``upper`` where it is one.  Raises `MissingPackage` without pandas.
        """
        from cnnshape.analysis.dataframe import framed

        columns: dict[str, list[Any]] = {}
        for key, of in ((each.key, each) for each in self.metrics):
            columns[key] = [net[key] for net in self.nets]
            if of.bound is not None:
                columns[f"{key}_bound"] = [net.bound(key) for net in self.nets]
            if self.baseline is not None and of.additive:
                columns[f"{key}_difference"] = [net.difference(key) for net in self.nets]
                ratios = [net.ratio(key) for net in self.nets]
                columns[f"{key}_ratio"] = [None if each is None else float(each) for each in ratios]
        return framed("net", [net.name for net in self.nets], columns)


def compare(
    *sources: Source, variants: bool = False, baseline: str | None = None, metrics: Iterable[str] = (),
    **options: Unpack[SetupOptions],
) -> Comparison:  # fmt: skip
    """Nets side by side: of files, specs, mappings that say the same, graphs, analyses, or pairs of a name and one.

    A text is a file as on the command line: ``FILE``, ``FILE@VARIANT`` or ``NAME=FILE``.  With ``variants``, a spec
    stands for all of its variants.  ``baseline`` names the net that the others are compared with; without it, that is
    the first of two, and of more nets none.  ``metrics`` lists keys of `cnnshape.analysis.metrics.METRICS`, or changes
    to `DEFAULT` as ``+flops.full`` and ``-depth``.  The other options are those of `analyze`, and hold for every net.

    Raises everything that is wrong with the nets at once: `SpecError`, `ShapeError`, `UsageError`, or where these meet
    a `CnnshapeError`; `UsageError` also for a name that two nets share, and for a metric or baseline that there is not.

    >>> def net(width: int) -> dict[str, Any]:
    ...     conv = {"op": "Conv2d", "out_channels": width, "kernel_size": 3}
    ...     return {"cnnshape": 1, "input": [3, 8, 8], "layers": {"conv": conv}}
    >>> found = compare(("narrow", net(4)), ("wide", net(8)))
    >>> found["wide"], found["wide"].difference("params"), found["wide"].ratio("macs")
    (ComparedNet(wide: params=224, macs=7,776), 112, Fraction(2, 1))
    """
    gathered = Gathered()
    keys: tuple[str, ...] = ()
    with gathered.of():
        keys = chosen(metrics, DEFAULT, lambda word: metric(word).key, "metrics")
    setup = Setup.of(**options)
    found: list[tuple[Wanted, Analysis]] = []
    for place, one in enumerate(wanted(sources, variants, setup.variant, gathered), 1):
        with gathered.of(one.file or f"net {place}"):
            mine = setup if one.variant is None else replace(setup, variant=one.variant)
            found.append((one, analyze(one.net, setup=mine)))
    gathered.raised()
    if not found:
        raise UsageError(Problem("there is no net to compare", hint="`cnnshape compare a.yaml b.yaml` compares two"))
    labels = names([(one, one.name or net.name or one.file or "net") for one, net in found])
    return _comparison(found, labels, tuple(METRICS[key] for key in keys), baseline)


def _comparison(
    found: list[tuple[Wanted, Analysis]], labels: list[str], metrics: tuple[Metric, ...], baseline: str | None
) -> Comparison:
    place = _baseline(baseline, [one for one, _ in found], labels)
    figures = [Figures(net) for _, net in found]
    theirs = None if place is None else figures[place]
    nets = tuple(
        ComparedNet(label, one.file, one.variant, net, ours, theirs)
        for label, (one, net), ours in zip(labels, found, figures, strict=True)
    )
    return Comparison(nets, metrics, None if place is None else nets[place])


def _baseline(name: str | None, found: list[Wanted], labels: list[str]) -> int | None:
    """The place of the baseline: of the net with this name, or of the one that is written so or this variant."""
    if name is None:
        return 0 if len(found) == 2 else None
    if name in labels:
        return labels.index(name)
    written = [place for place, one in enumerate(found) if name in (one.written, one.variant)]
    if len(written) != 1:
        text = f"the baseline `{name}` is not among the nets that are compared"
        raise UsageError(unknown(text, name, labels))
    return written[0]
