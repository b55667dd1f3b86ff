"""The layout of ``cnnshape solve --format json``."""

from typing import Annotated, Literal, TypeAlias

from pydantic import Field
from typing_extensions import TypedDict

from cnnshape.commands.solve.record import Method
from cnnshape.core.bounds import Bound
from cnnshape.render import layouts
from cnnshape.render.layouts import Count, Knob, Shape, Size

Names: TypeAlias = Annotated[list[str], Field(min_length=1)]
Point: TypeAlias = Annotated[dict[str, Knob], Field(min_length=1, description="value of each knob")]
Figures: TypeAlias = Annotated[
    dict[str, Count | bool | None],
    Field(description="the objective and what the conditions name, by key; null if a net has no such figure"),
]
Bounds: TypeAlias = Annotated[
    dict[str, Bound], Field(description="of the figures that are not exact: upper if the truth may be smaller")
]


class Neighbour(TypedDict):
    """The next value of one knob."""

    knobs: Names
    value: int | float
    allowed: Annotated[bool, Field(description="whether it meets the conditions and is no better")]
    stops: Annotated[list[str], Field(description="conditions that do not hold there")]
    reason: Annotated[str | None, Field(description="why it is not a net; null if it is one")]
    figures: Figures
    bounds: Bounds


class Closest(TypedDict):
    """Of a condition that holds nowhere, the point that comes closest."""

    condition: str
    point: Point
    figures: Figures


class Solution(layouts.Printed):
    """What `cnnshape solve --format json` prints of a net. All figures are exact."""

    net: str
    knobs: Annotated[list[Names], Field(min_length=1, description="names; those of one group are turned together")]
    objective: Annotated[str, Field(description="figure or knob that is largest or smallest")]
    aim: Literal["largest", "smallest"]
    conditions: list[str]
    point: Annotated[Point | None, Field(description="null if no point meets the conditions")]
    figures: Figures
    bounds: Bounds
    undecided: Annotated[
        Count,
        Field(
            description="points that are left out: a figure there is a bound, and not all that it allows is an answer"
        ),
    ]
    neighbours: list[Neighbour]
    closest: list[Closest]
    reason: Annotated[str | None, Field(description="why the first point is not a net, if none is")]
    points: Annotated[Size, Field(description="how many points there are")]
    looked_at: Annotated[Count, Field(description="how many of them were looked at, at most")]
    method: Method


class Choice(TypedDict):
    """Fields of a layer, and what comes of them."""

    fields: Annotated[dict[str, int], Field(description="the same along all axes")]
    output: Shape
    receptive_field: Annotated[int | None, Field(description="null if nobody asked for it")]
    bound: Annotated[Bound | None, Field(description="upper if the truth may be smaller than receptive_field")]


class Choices(layouts.Printed):
    """What `cnnshape solve --layer PATH --format json` prints of one layer."""

    net: str
    layer: Annotated[str, Field(description="its path")]
    op: str
    output: Shape | None
    receptive_field: int | None
    tried: Annotated[dict[str, list[int]], Field(description="values of each field, tried in every combination")]
    found: Annotated[list[Choice], Field(description="settings that give it, the plainest first")]
    nearest: Annotated[list[Choice], Field(description="if none does, those that come nearest")]


Printed: TypeAlias = Solution | Choices
