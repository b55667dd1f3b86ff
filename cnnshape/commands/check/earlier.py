"""The figures that a net had, worked out from an earlier state of its spec."""

from collections.abc import Mapping, Sequence

from cnnshape.analysis.metrics import Metric
from cnnshape.commands.check.measure import Measured, by_part
from cnnshape.commands.check.records import Select
from cnnshape.core.errors import SpecError


class Earlier:
    """What a net was, worked out from an earlier state of its spec; each figure once."""

    file = ""

    def __init__(self, net: Measured) -> None:
        self.net = net
        self._layers: dict[str, dict[str, int]] = {}
        self._each: dict[tuple[str, Select], dict[str, int]] = {}
        self._inside: dict[tuple[str, Select], dict[str, int]] = {}

    def figure(self, metric: Metric, select: Select, path: str = "", layers: Sequence[str] | None = None) -> int | None:
        """A figure; None where the earlier net had nothing that is selected.

        A layer keeps its figure whatever its op was, and so does a block whatever it was a copy of.
        """
        if path:
            found = self._parts(metric, select).get(path)
            if found is None:
                found = self.layers(metric).get(path)
            return self._within(metric, select).get(path) if found is None else found
        try:
            value = self.net.figures(metric, select)[0].value
        except SpecError:
            return None
        return value if isinstance(value, int) else None

    def layers(self, metric: Metric) -> Mapping[str, int]:
        """A figure of each layer."""
        if metric.key not in self._layers:
            self._layers[metric.key] = dict(zip(self.net.paths, self.net.layers(metric), strict=False))
        return self._layers[metric.key]

    def _parts(self, metric: Metric, select: Select) -> dict[str, int]:
        """The figure of each part that the selection takes by itself."""
        if (metric.key, select) not in self._each:
            try:
                found = self.net.figures(metric, select)
            except SpecError:
                found = []
            self._each[metric.key, select] = {each.path: each.value for each in found if isinstance(each.value, int)}
        return self._each[metric.key, select]

    def _within(self, metric: Metric, select: Select) -> dict[str, int]:
        """The figures of the layers that the selection takes, whatever block they are in, by the blocks around them."""
        if (metric.key, select) not in self._inside:
            of, chosen = self.net.layers(metric), self.net.parts(select._replace(block="", take="sum"))
            self._inside[metric.key, select] = by_part({path: of[place] for path, (place,) in chosen})
        return self._inside[metric.key, select]
