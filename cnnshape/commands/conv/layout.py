"""The layout of ``cnnshape conv --format json``."""

from typing import Annotated, Literal, TypeAlias

from pydantic import Field
from typing_extensions import TypedDict

from cnnshape.render import layouts
from cnnshape.render.layouts import AxisField, Count, Size

_SPACE = Field(min_length=1, max_length=3)
Sizes: TypeAlias = Annotated[list[Size], _SPACE]
Axes: TypeAlias = Annotated[list[Size], Field(min_length=2, max_length=4)]
Groups: TypeAlias = Annotated[Size | None, Field(description="null if the name tells how many")]
Share: TypeAlias = Annotated[float, Field(gt=0, description="as a part of those of the standard convolution")]


class Conv(TypedDict):
    """The convolution that was asked for; a number for each axis of space."""

    in_channels: Size
    out_channels: Size
    kernel_size: Sizes
    size: Annotated[Sizes, Field(description="size of the input")]
    stride: Sizes
    padding: Annotated[list[Count], _SPACE]
    dilation: Sizes
    bias: bool


class Seen(TypedDict):
    """What an output sees."""

    input: Annotated[list[AxisField], _SPACE, Field(description="a field for each axis of space")]


class Call(TypedDict):
    """A call of a block, with the arguments that the block takes."""

    block: Annotated[str, Field(pattern="^std/")]


class Spec(TypedDict):
    """The net that is nothing but the row, as every command takes it."""

    cnnshape: Literal[1]
    name: Annotated[str, Field(description="key of the row")]
    input: Axes
    layers: Annotated[dict[str, Call], Field(min_length=1)]


class Costs(TypedDict):
    """What a way costs."""

    params: Annotated[Count, Field(description="parameters")]
    params_ratio: Share
    macs: Annotated[Count, Field(description="multiply-accumulates of one sample")]
    macs_ratio: Share


class _Named(TypedDict):
    key: Annotated[str, Field(description="the name as one word, with the groups: what --spec takes")]
    name: str
    groups: Groups


class Row(Costs, _Named):
    """A way to build the convolution."""

    output: Annotated[Axes, Field(description="output shape of one sample, channels first")]
    receptive_field: Seen
    params_formula: str
    macs_formula: str
    spec: Spec


class LeftOut(TypedDict):
    """A way that cannot be built of this convolution."""

    name: str
    groups: Groups
    text: Annotated[str, Field(description="why it cannot be built")]


class Printed(layouts.Printed):
    """What `cnnshape conv --format json` prints. Counts are exact, ratios have six significant digits."""

    conv: Conv
    letters: Annotated[
        dict[str, Size],
        Field(
            description="values of the letters of the formulas; g is the groups of the row",
            json_schema_extra={
                "required": ["C", "K", "M"],
                "propertyNames": {"pattern": "^([CKM]|k[ldhw]?|[LDHW]'?)$"},
            },
        ),
    ]
    rows: Annotated[list[Row], Field(min_length=1, description="one for each way, the standard convolution first")]
    left_out: Annotated[list[LeftOut], Field(description="ways that cannot be built of this convolution")]
