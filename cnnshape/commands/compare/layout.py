"""The layout of ``cnnshape compare --format json``."""

from typing import Annotated, TypeAlias

from pydantic import Field
from typing_extensions import TypedDict

from cnnshape.analysis.memory import Rule
from cnnshape.analysis.metrics import Unit
from cnnshape.core.bounds import Bound
from cnnshape.render import layouts
from cnnshape.render.layouts import BOUNDS, Figure, Shapes, Size


class Metric(TypedDict):
    """What a key of figures, differences and ratios is."""

    says: str
    unit: Unit


class Heavy(TypedDict):
    """A layer with many MACs."""

    path: str
    op: str
    macs: Size
    share: Annotated[float, Field(ge=0, le=1, description="of the MACs of the net")]


class Setting(TypedDict):
    """A net, how it is counted and what its figures are."""

    name: Annotated[str, Field(description="what the net is called here; no other has this name")]
    file: Annotated[str | None, Field(description="its file as it was given")]
    variant: str | None
    batch: Annotated[Size, Field(description="samples in the batch")]
    dtype: Annotated[str, Field(description="type of every element but indices and counters, which are int64")]
    flops_convention: Annotated[str, Field(description="name of the convention of `flops`")]
    memory_rule: Annotated[Rule, Field(description="rule of `peak_memory`")]
    inputs: Annotated[Shapes, Field(description="shape of each input, batch first")]
    figures: Annotated[dict[str, Figure], Field(description="figure of each metric; null if the net has none")]
    bounds: Annotated[dict[str, Bound | None], Field(description=BOUNDS)]


class Net(Setting):
    """A net in a comparison without a baseline."""

    heaviest: Annotated[list[Heavy], Field(description="layers with the most MACs, heaviest first")]


class ComparedNet(Setting):
    """A net beside a baseline."""

    differences: Annotated[
        dict[str, int | None],
        Field(description="each figure less that of the baseline; null if one of them is null or a bound"),
    ]
    ratios: Annotated[
        dict[str, float | None],
        Field(description="each figure divided by that of the baseline; null if that is 0, or one is null or a bound"),
    ]
    heaviest: Annotated[list[Heavy], Field(description="layers with the most MACs, heaviest first")]


class Alone(layouts.Printed):
    """What `cnnshape compare --format json` prints without a baseline. Figures are exact."""

    baseline: None
    metrics: dict[str, Metric]
    nets: Annotated[list[Net], Field(min_length=1)]


class Compared(layouts.Printed):
    """What it prints with a baseline. Figures and differences are exact, ratios have six significant digits."""

    baseline: Annotated[str, Field(description="name of the net that the others are compared with")]
    metrics: dict[str, Metric]
    nets: Annotated[list[ComparedNet], Field(min_length=1)]


Printed: TypeAlias = Alone | Compared
