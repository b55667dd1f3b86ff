"""What a column of a sweep holds: a figure of the net, of a layer, or one axis of a shape.

``macs`` is that of the net, ``macs@layer1.0.conv1`` that of a layer, ``output[1]@conv1`` how many channels it puts out.
"""

import re
from collections.abc import Iterable
from typing import Any, Final, NamedTuple

from typing_extensions import override

from cnnshape.analysis.records import Analysis
from cnnshape.errors import Problem, UsageError, did_you_mean
from cnnshape.metrics import METRICS, Metric, Unit, field_size, metric

DEFAULT: Final = ("params", "macs", "peak_memory")

_KEY: Final = re.compile(r"(?P<metric>[a-z_.]+)(?:\[(?P<axis>[0-9]{1,2})\])?(?:@(?P<path>.+))?")


class Figure(NamedTuple):
    """One column of figures."""

    key: str
    metric: Metric
    axis: int | None = None
    path: str = ""
    """The layer; empty for the net."""

    def of(self, net: Analysis) -> Any:
        """Its value: a number, a shape, or None where there is none, as for a layer that a net does not have."""
        if not self.path:
            return self._part(self.metric.net(net))
        if self.path not in net:
            return None
        record = net[self.path]
        if self.metric.key == "output":
            return self._part((record.output,))
        if self.metric.key == "receptive_field":
            return field_size(record)
        assert self.metric.layer is not None
        return self.metric.layer(record)

    def _part(self, value: Any) -> Any:
        """Of shapes the axis that is asked for."""
        if self.axis is None:
            return value
        return value[0][self.axis] if self.axis < len(value[0]) else None

    @override
    def __reduce__(self) -> tuple[Any, ...]:
        return figure, (self.key,)  # the functions of a metric are known everywhere by its key

    @property
    def unit(self) -> Unit:
        """What it is counted in."""
        return self.metric.unit if self.axis is None else "count"

    @property
    def is_shape(self) -> bool:
        """Whether it is a list of shapes and not a number."""
        return self.metric.unit == "shape" and self.axis is None


def figure(key: str) -> Figure:
    """The figure of this key; raises `UsageError` for what is none.

    >>> figure("macs@conv1").path, figure("output[1]").axis
    ('conv1', 1)
    """
    found = _KEY.fullmatch(key)
    if not found:
        text = f"`{key}` is no figure"
        raise UsageError(Problem(text, hint="`macs` is one of the net, `macs@conv1` one of a layer"))
    of, axis, path = metric(found["metric"]), found["axis"], found["path"] or ""
    if axis is not None and of.unit != "shape":
        raise UsageError(Problem(f"`{key}` asks for an axis of `{of.key}`, which is a number"))
    if path and of.layer is None and of.key not in ("output", "receptive_field"):
        layers = [name for name, each in METRICS.items() if each.layer]
        hint = did_you_mean(of.key, layers) or "of a layer there are params, macs, output and others"
        raise UsageError(Problem(f"`{of.key}` is a figure of a net, not of a layer", hint=hint))
    return Figure(key, of, None if axis is None else int(axis), path)


def figures(keys: Iterable[str]) -> tuple[Figure, ...]:
    """The figures of these keys, each once."""
    return tuple(figure(key) for key in dict.fromkeys(keys))
