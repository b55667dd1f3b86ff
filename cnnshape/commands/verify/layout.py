"""The layout of ``cnnshape verify --format json``."""

from typing import Annotated

from pydantic import Field
from typing_extensions import TypedDict

from cnnshape.render import layouts
from cnnshape.render.layouts import Count


class Mismatch(TypedDict):
    """A figure on which torch and cnnshape differ."""

    path: Annotated[str, Field(description="the layer; empty for the net")]
    figure: str
    ours: str
    torch: str


class Unchecked(TypedDict):
    """A figure that was not compared."""

    path: Annotated[str, Field(description="the layer; empty for the net")]
    figure: str
    why: str


class Printed(layouts.Printed):
    """What `cnnshape verify --format json` prints."""

    net: Annotated[str, Field(description="name of the net")]
    ok: Annotated[bool, Field(description="whether everything that was compared is equal")]
    torch: Annotated[str, Field(description="version of torch")]
    device: str
    layers: Annotated[Count, Field(description="layers that torch built and ran")]
    figures: Annotated[Count, Field(description="figures that were compared")]
    ops: Annotated[dict[str, str], Field(description="op of each layer, by its path")]
    mismatches: list[Mismatch]
    unchecked: list[Unchecked]
    recounted: Annotated[list[str], Field(description="work that torch does not count, counted in another form")]
