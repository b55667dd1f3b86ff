"""The layout of ``cnnshape explain --format json``."""

from typing import Annotated, TypeAlias

from pydantic import Field
from typing_extensions import TypedDict

from cnnshape.analysis.metrics import Unit
from cnnshape.core.bounds import Bound
from cnnshape.render import layouts
from cnnshape.render.layouts import LINE, AxisField, Count, Shape, Size

Expression: TypeAlias = Annotated[str, Field(description="a formula over the letters, as text shows it")]


class Origin(TypedDict):
    """Where something comes from."""

    text: Annotated[str, Field(description="what it is; empty if only the place is known")]
    file: Annotated[str, Field(description="empty if there is none")]
    line: Annotated[Size | None, Field(description=LINE)]
    column: Size | None


class Read(TypedDict):
    """What a layer reads."""

    path: str
    shape: Shape


class Letter(TypedDict):
    """A letter of the formulas."""

    name: str
    value: int
    origins: list[Origin]


class Condition(TypedDict):
    """What holds at these values, and the formulas depend on."""

    claim: Expression
    need: Annotated[bool, Field(description="whether the layer is refused without it; else another formula would hold")]


class Line(TypedDict):
    """A part of a formula that has a name of its own, such as the height that comes out."""

    name: str
    formula: Expression
    value: int


class Part(TypedDict):
    """An amount that a figure is the sum of."""

    name: str
    formula: Annotated[str, Field(description="of a weight: its shape")]
    value: int
    note: Annotated[str, Field(description="such as that another tool errs there; empty for nothing")]


class Figure(TypedDict):
    """How one figure comes about."""

    metric: str
    formula: Expression
    value: Count | Shape
    lines: Annotated[list[Line], Field(description="named parts of the formula, each before what uses it")]
    parts: Annotated[list[Part], Field(description="what it is the sum of, if that has names")]
    reason: Annotated[str, Field(description="why there is nothing to count; empty if there is something")]
    says: Annotated[str, Field(description="what is counted")]


class Window(TypedDict):
    """A window that slides."""

    kernel: int
    stride: int
    padding: int
    dilation: int


class Side(TypedDict):
    """What a layer sees by another of its inputs."""

    path: str
    field: AxisField


class Step(TypedDict):
    """One layer on the path on which the most is seen."""

    path: str
    op: str
    source: Annotated[str, Field(description="the input that the path comes from")]
    window: Annotated[Window | None, Field(description="null if no window gives the numbers; then `reads` tells")]
    reads: Annotated[str, Field(description="what an output reads, in words; empty for a window")]
    before: Annotated[AxisField, Field(description="what its input sees")]
    alone: Annotated[AxisField, Field(description="what it sees by this input")]
    joined: Annotated[list[Side], Field(description="its other inputs, if it sees more than by this one")]
    after: Annotated[AxisField, Field(description="what it sees")]


class Seen(TypedDict):
    """How the receptive field on one input comes about, along axes on which every step is alike."""

    input: str
    axes: Annotated[list[Size], Field(description="axes of the input; the batch is axis 0")]
    start: AxisField
    steps: list[Step]
    field: AxisField


class Layer(layouts.Printed):
    """What `cnnshape explain SPEC LAYER --format json` prints. Numbers are exact."""

    net: str
    layer: Annotated[str, Field(description="its path")]
    op: str
    place: Annotated[Origin, Field(description="its place in the spec")]
    calls: Annotated[list[Origin], Field(description="calls of blocks that lead to it, the innermost first")]
    reads: list[Read]
    letters: Annotated[list[Letter], Field(description="values of the letters, and where they come from")]
    conditions: list[Condition]
    figures: list[Figure]
    nothing: Annotated[
        list[str], Field(description="figures of which the layer has none, and nobody asked for by name")
    ]
    receptive_field: Annotated[list[Seen], Field(description="empty if nobody asked for it, or nothing is seen")]
    source: Annotated[str, Field(description="the papers and pages that the layer follows")]


class Amount(TypedDict):
    """What one layer, tensor or output adds."""

    path: str
    value: layouts.Figure | Shape
    bound: Bound | None


class Total(TypedDict):
    """A figure of a net, and what it is made of."""

    metric: str
    unit: Unit
    value: layouts.Figure
    bound: Annotated[Bound | None, Field(description="upper if the truth may be smaller; null if exact")]
    says: Annotated[str, Field(description="what is counted")]
    how: Annotated[str, Field(description="how the value follows from the parts")]
    parts: Annotated[list[Amount], Field(description="the largest first; of a path, the layers on it in order")]


class Net(layouts.Printed):
    """What `cnnshape explain SPEC --format json` prints. Numbers are exact."""

    net: str
    batch: Annotated[Size, Field(description="samples in the batch")]
    dtype: str
    totals: list[Total]


Printed: TypeAlias = Layer | Net
