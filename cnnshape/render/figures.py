"""Figures in the units of their metric, as people read them."""

from cnnshape.analysis.metrics import Metric
from cnnshape.core.dims import Shape
from cnnshape.render.shapes import shape
from cnnshape.render.units import Units, count, size


def bare(metric: Metric, n: int, units: Units = "auto") -> str:
    """A figure without the word behind it: bytes keep their unit."""
    if metric.unit == "bytes":
        return size(n, units)
    if metric.unit == "flag":
        return "true" if n else "false"
    return count(n, units) if metric.unit == "count" else f"{n:,}"


def word(metric: Metric, n: int) -> str:
    """What so many of a metric are called, with the space before it; bytes have their unit already, flags none."""
    if metric.unit in ("bytes", "flag"):
        return ""
    return f" {metric.word.removesuffix('s') if abs(n) == 1 else metric.word}"


def amount(metric: Metric, value: int | tuple[Shape, ...], units: Units = "auto") -> str:
    """A figure as people read it.

    >>> from cnnshape.analysis.metrics import metric
    >>> amount(metric("macs"), 1_327_104), amount(metric("peak_memory"), 3_211_264), amount(metric("depth"), 1)
    ('1.33 M MACs', '3.06 MiB', '1 layer')
    >>> amount(metric("output"), ((1, 10),))
    '(1, 10)'
    """
    if not isinstance(value, int):
        return ", ".join(map(shape, value))
    return bare(metric, value, units) + word(metric, value)


def apart(metric: Metric, *values: int) -> Units:
    """The units in which different figures look different: exact where rounding would make two of them equal."""
    different = set(values)
    return "auto" if len({bare(metric, n) for n in different}) == len(different) else "exact"
