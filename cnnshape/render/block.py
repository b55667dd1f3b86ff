"""The layers that stand together under one path, as one row of a report."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cnnshape.analysis.layer_record import Fans
from cnnshape.analysis.records import Analysis
from cnnshape.analysis.totals import Totals
from cnnshape.dims import Shape
from cnnshape.render.units import layers

if TYPE_CHECKING:
    from cnnshape.analysis.receptive import Field


@dataclass(frozen=True, slots=True, repr=False)
class Block(Totals):
    """The layers that stand together under one path, as one row: sums, and what comes out of the last of them."""

    path: str

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
    def output(self) -> Shape:
        """The output shape of its last layer."""
        return self.records[-1].output

    @property
    def receptive_field(self) -> "dict[str, tuple[Field, ...]]":
        """What its last layer sees."""
        return self.records[-1].receptive_field

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
