"""The layout of ``cnnshape sweep --format json``."""

from typing import Annotated

from pydantic import Field
from typing_extensions import TypedDict

from cnnshape.analysis.metrics import Unit
from cnnshape.core.bounds import Bound
from cnnshape.render import layouts
from cnnshape.render.layouts import BOUNDS, Count, Knob, Size


class Figure(TypedDict):
    """What a key of figures is."""

    says: str
    unit: Unit
    layer: Annotated[str | None, Field(description="path of the layer; null for a figure of the net")]


class Row(TypedDict):
    """A point."""

    knobs: Annotated[
        dict[str, Knob], Field(description="value of each knob: an axis, a variable, `N` for the batch, `variant`")
    ]
    figures: Annotated[
        dict[str, layouts.Figure] | None,
        Field(description="figure of each key, null if the net has none; null as a whole if the point is not a net"),
    ]
    bounds: Annotated[
        dict[str, Bound | None] | None, Field(description=f"{BOUNDS}; null as a whole if the point is not a net")
    ]
    reason: Annotated[str | None, Field(description="why the point is not a net; null if it is one")]


class Printed(layouts.Printed):
    """What `cnnshape sweep --format json` prints. All figures are exact."""

    net: Annotated[str, Field(description="name of the net")]
    points: Annotated[Size, Field(description="how many points there were before some rows were kept")]
    figures: dict[str, Figure]
    rows: Annotated[list[Row], Field(description="points that are kept, in order")]
    undecided: Annotated[
        Count,
        Field(
            description="points that are left out: only some of the values that their bounds allow meet the condition"
        ),
    ]
    stopped: Annotated[
        str | None,
        Field(description="why rows are missing: the sweep was interrupted, or a worker died; null if it is complete"),
    ]
