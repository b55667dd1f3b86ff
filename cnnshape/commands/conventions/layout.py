"""The layout of ``cnnshape conventions --format json``."""

from typing import Annotated

from pydantic import Field
from typing_extensions import TypedDict

from cnnshape.analysis.tools.difference import Kind
from cnnshape.render import layouts
from cnnshape.render.layouts import Count, Shapes, Size


class Reason(TypedDict):
    """Why a convention counts more than the MACs, or less."""

    name: Annotated[str, Field(description="what is counted differently")]
    amount: Annotated[int, Field(description="how much more it counts; below 0 how much less")]
    kind: Annotated[
        Kind, Field(description="rule if it is meant so, error if the tool is wrong, raises if the tool gives up")
    ]
    layers: Annotated[Size, Field(description="how many layers it concerns")]


class Convention(TypedDict):
    """What one convention counts."""

    name: Annotated[str, Field(description="name of the convention")]
    version: Annotated[str | None, Field(description="version of the tool; null if it is not that of a tool")]
    word: Annotated[str, Field(description="what the convention calls what it counts, such as FLOPs")]
    total: Annotated[Count | None, Field(description="its figure; null if the tool raises")]
    difference: Annotated[int, Field(description="sum of the amounts: what it counts beyond macs")]
    reasons: Annotated[list[Reason], Field(description="why it differs, the largest first")]


class Printed(layouts.Printed):
    """What `cnnshape conventions --format json` prints. Numbers are exact."""

    name: Annotated[str, Field(description="name of the net")]
    inputs: Annotated[Shapes, Field(description="shape of each input, batch first")]
    batch: Annotated[Size, Field(description="samples in the batch")]
    macs: Annotated[Count, Field(description="multiply-accumulates of the batch")]
    conventions: Annotated[list[Convention], Field(description="one for each convention that was asked for")]
    own_ops: Annotated[
        list[str],
        Field(
            description="ops that no tool's table knows; their MACs are taken as ours",
            json_schema_extra={"uniqueItems": True},
        ),
    ]
