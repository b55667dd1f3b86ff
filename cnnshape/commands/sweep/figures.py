"""What a column of a sweep holds: a figure of the net, of a layer, or one axis of a shape.

``macs`` is that of the net, ``macs@layer1.0.conv1`` that of a layer, ``output[1]@conv1`` how many channels it puts out.
"""

import re
from collections.abc import Iterable
from typing import Any, Final, NamedTuple

from typing_extensions import override

from cnnshape.analysis.metrics import METRICS, Metric, Unit, metric
from cnnshape.analysis.result import Analysis
from cnnshape.core.bounds import Bound
from cnnshape.core.errors import Problem, UsageError, did_you_mean

DEFAULT: Final = ("params", "macs", "peak_memory")

BOUNDS: Final[tuple[Bound | None, ...]] = (None, "upper", "lower")
"""What a figure may be, by its mark."""

WHOLE: Final = 4
"""What a mark holds besides where every position also sees a whole axis."""

_KEY: Final = re.compile(r"(?P<metric>[a-z_.]+)(?:\[(?P<axis>[0-9]{1,2})\])?(?:@(?P<path>.+))?")


class Figure(NamedTuple):
    """One column of figures."""

    key: str
    metric: Metric
    axis: int | None = None
    path: str = ""
    """The layer; empty for the net."""

    def of(self, net: Analysis) -> Any:
        """Its value: a number, a shape, or None where there is none, as for a layer that a net does not have.

        Raises `UsageError` for an axis of the output of a net that has several.
        """
        if not self.path:
            return self._part(self.metric.net(net), net)
        if self.path not in net:
            return None
        of = self.metric.layer or self.metric.at
        assert of is not None
        return self._part(of(net[self.path]), net)

    def _part(self, value: Any, net: Analysis) -> Any:
        """Of shapes the axis that is asked for."""
        if self.axis is None:
            return value
        if len(value) > 1:
            named = " or ".join(f"`{self.key}@{path}`" for path in net.outputs)
            text = f"`{self.key}`: the net has {len(value)} outputs"
            raise UsageError(Problem(text, hint=f"name the one that is meant: {named}"))
        return value[0][self.axis] if self.axis < len(value[0]) else None

    @property
    def dtype(self) -> Any:
        """What its column holds: whole numbers of 64 bits, true and false, or shapes."""
        return object if self.is_shape else bool if self.metric.unit == "flag" else "int64"

    @property
    def bounded(self) -> bool:
        """Whether its value may be a bound."""
        return self.metric.bound is not None

    def bound(self, net: Analysis) -> Bound | None:
        """Whether its value is exact."""
        if self.metric.bound is None or (self.path and self.path not in net):
            return None
        return self.metric.bound.at(net[self.path]) if self.path else self.metric.bound.net(net)

    def mark(self, net: Analysis) -> int:
        """What there is to say of its value, as a number: the place of its bound in `BOUNDS`, and `WHOLE`."""
        mark = BOUNDS.index(self.bound(net))
        if self.metric.key == "receptive_field" and (not self.path or self.path in net):
            seen = METRICS["receptive_field_global"]
            whole = seen.at(net[self.path]) if self.path and seen.at else seen.net(net)
            mark |= WHOLE if whole else 0
        return mark

    @property
    def bound_key(self) -> str:
        """What the column of its bound is called: ``receptive_field_bound@conv1``."""
        name, at, path = self.key.partition("@")
        return f"{name}_bound{at}{path}"

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
        text = f"`{key}` is not a figure"
        raise UsageError(Problem(text, hint="`macs` is one of the net, `macs@conv1` one of a layer"))
    of, axis, path = metric(found["metric"]), found["axis"], found["path"] or ""
    if axis is not None and of.unit != "shape":
        raise UsageError(Problem(f"`{key}` asks for an axis of `{of.key}`, which is a number"))
    if path and of.layer is None and of.at is None:
        layers = [name for name, each in METRICS.items() if each.layer]
        hint = did_you_mean(of.key, layers) or "of a layer there are params, macs, output and others"
        raise UsageError(Problem(f"`{of.key}` is a figure of a net, not of a layer", hint=hint))
    return Figure(key, of, None if axis is None else int(axis), path)


def figures(keys: Iterable[str]) -> tuple[Figure, ...]:
    """The figures of these keys, each once."""
    return tuple(figure(key) for key in dict.fromkeys(keys))
