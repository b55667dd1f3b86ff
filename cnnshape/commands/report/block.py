"""The layers that stand together under one path, as one row of a report."""

from dataclasses import dataclass

from cnnshape.analysis.layer import Fans, LayerRecord
from cnnshape.analysis.result import Analysis
from cnnshape.analysis.totals import Totals
from cnnshape.core.dims import Shape
from cnnshape.render.units import layers


@dataclass(frozen=True, slots=True, repr=False)
class Block(Totals):
    """The layers that stand together under one path, as one row: sums, and what comes out of them."""

    path: str
    exits: tuple[LayerRecord, ...]
    """The layers whose outputs leave the block."""

    @property
    def analysis(self) -> Analysis:
        """Whose layers they are."""
        return self.records[0].analysis

    @property
    def op(self) -> str:
        """How many layers it holds."""
        return layers(self.layers)

    @property
    def inputs(self) -> tuple[str, ...]:
        """What its layers read from outside."""
        inside = {record.path for record in self.records}
        read = (name for record in self.records for name in record.inputs)
        return tuple(dict.fromkeys(name for name in read if name not in inside))

    @property
    def line(self) -> int | None:
        """The line of its first layer."""
        return self.records[0].line

    @property
    def weights(self) -> dict[str, Shape]:
        """Those of its layers are not listed."""
        return {}

    @property
    def fans(self) -> Fans | None:
        """It has no weight of its own."""
        return None
