"""The layout of ``cnnshape formula --format json``."""

from typing import Annotated, TypeAlias

from pydantic import Field
from typing_extensions import TypeAliasType, TypedDict

from cnnshape.analysis.metrics import Unit
from cnnshape.render import layouts
from cnnshape.render.layouts import Count, Size

Value = TypeAliasType("Value", "int | str | list[Value]")
Sizes: TypeAlias = dict[str, Size]


class Legal(TypedDict):
    """A set of sizes: some first ones, then a pattern without end."""

    words: Annotated[str, Field(description="the set in words")]
    first: Annotated[list[Size], Field(description="those below `tail`")]
    tail: Annotated[Size, Field(description="from here on a size is in the set if its remainder is")]
    period: Annotated[Size, Field(description="what the remainders are taken of")]
    remainders: Annotated[list[Count], Field(description="none if the set ends before `tail`")]


class Refused(TypedDict):
    """Sizes that are not legal, and what the net says of them."""

    sizes: Sizes
    path: Annotated[str, Field(description="the layer; empty if it is not one")]
    text: str


class Step(TypedDict):
    """A size taken apart: `step` times `letter`, and `rest`."""

    step: Size
    letter: str
    rest: Count
    least: Annotated[int, Field(description="the least value of the letter")]


class Divided(TypedDict):
    """The form without floors, for the sizes that leave the same rests."""

    value: Annotated[Value, Field(description="as that of the form, over the letters")]
    steps: dict[str, Step]


class Printed(layouts.Printed):
    """What `cnnshape formula --format json` prints. Expressions are Python; `gcd` is that of `math`."""

    net: str
    metric: str
    unit: Unit
    layer: Annotated[str | None, Field(description="path of the layer; null for the net as a whole")]
    inputs: Annotated[dict[str, list[Value]], Field(description="shape of each input, as numbers and expressions")]
    outputs: Annotated[list[str], Field(description="outputs that the shapes belong to, if the figure is their shapes")]
    names: Annotated[dict[str, str], Field(description="what each open number is called in expressions")]
    value: Annotated[
        Value, Field(description="a number or an expression; a list for a shape, one of lists for several")
    ]
    divided: Annotated[Divided | None, Field(description="null if there is no such form")]
    sizes: Annotated[dict[str, Legal | None], Field(description="legal sizes; null if the assumptions tell them")]
    refused: Annotated[list[Refused], Field(description="of each open number the nearest size that is not legal")]
    alone: Annotated[
        dict[str, Legal | None], Field(description="what is left to each number while the others are as in `point`")
    ]
    assumptions: Annotated[list[str], Field(description="what must hold besides")]
    point: Annotated[Sizes, Field(description="the sizes at which everything was decided that bounds do not decide")]
    smallest: Annotated[Sizes | None, Field(description="smallest legal sizes; null if unknown")]
    set_to: Annotated[Refused | None, Field(description="the sizes that the net is set to, if they are not legal")]
