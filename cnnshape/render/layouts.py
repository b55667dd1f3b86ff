"""What the layouts of JSON have in common.

The ``layout`` of a command describes what it prints as JSON, in typed dictionaries: a type checker holds the code that
prints to them, pydantic makes the published schema of them, and nobody imports them to print.
"""

from collections.abc import Mapping
from typing import Annotated, Any, Final, Literal, TypeAlias

from pydantic import Field, GetPydanticSchema
from typing_extensions import TypedDict

from cnnshape.core.bounds import Bound

Count: TypeAlias = Annotated[int, Field(ge=0)]
Size: TypeAlias = Annotated[int, Field(ge=1)]
Shape: TypeAlias = list[Count]
Shapes: TypeAlias = dict[str, Shape]
Ratio: TypeAlias = int | Annotated[str, Field(pattern="^-?[0-9]+/[0-9]+$")]
Figure: TypeAlias = Count | bool | list[Shape] | None

Knob: TypeAlias = int | float | str | bool | list[Any]

BOUNDS: Final = "of figures that may be a bound: upper if the truth may be smaller, lower if larger; null if exact"
LINE: Final = "the line in the file; null if unknown"


class Printed(TypedDict):
    """What a command prints as JSON."""

    schema: Annotated[
        Literal[2],
        Field(
            description="version of this layout; raised when a key changes its meaning or goes away, not for new keys"
        ),
    ]


def keyed(name: str, keys: Mapping[str, tuple[Any, str]], *, total: bool = True) -> GetPydanticSchema:
    """The schema of a mapping whose keys stand in a table: of each the type and the description."""
    make: Any = TypedDict  # a type checker knows only keys that are written down
    found = make(
        name, {key: Annotated[kind, Field(description=says)] for key, (kind, says) in keys.items()}, total=total
    )
    return GetPydanticSchema(lambda _, handler: handler(found))


Local = TypedDict(
    "Local",
    {
        "size": Annotated[Count | None, Field(description="largest window of a position; null if there is none")],
        "bound": Annotated[Bound | None, Field(description="upper if size may be larger than the truth")],
        "global": Annotated[bool, Field(description="whether every position also sees an axis whole")],
        "global_bound": Annotated[Bound | None, Field(description="upper if global may be true and the truth false")],
    },
)
"""What is seen at the last maps of outputs, over inputs and axes."""

AxisField = TypedDict(
    "AxisField",
    {
        "size": Annotated[Count | None, Field(description="from the first pixel to the last, at most")],
        "jump": Annotated[
            Ratio | None,
            Field(description="from one output to the next, the average if steps differ; 0 if all read the same"),
        ],
        "start": Annotated[int | None, Field(description="first pixel that output 0 reads, negative in the padding")],
        "centre": Annotated[Ratio | None, Field(description="output y is centred on centre + jump y")],
        "reads": Annotated[Count | None, Field(description="pixels really read; fewer than size if there are holes")],
        "smallest": Annotated[Count | None, Field(description="size of the output that sees least")],
        "global": Annotated[
            Annotated[list[int], Field(min_length=2, max_length=2)] | None,
            Field(description="first and last pixel of what every output reads, beside its window or alone"),
        ],
        "jumps": Annotated[list[Ratio], Field(description="one for each window; several drift apart")],
        "via": Annotated[str | None, Field(description="layer that first read the axis whole")],
        "meet": Annotated[str | None, Field(description="layer at which paths that drift apart first met")],
        "bound": Annotated[
            Bound | None,
            Field(description="upper if size, reads and global may be larger than the truth; null if exact"),
        ],
        "coarser": Annotated[
            list[Ratio],
            Field(description="further jumps, as from window to window, where an axis of the input became several"),
        ],
        "repeats": Annotated[int | None, Field(description="after so many outputs the same is read again, row by row")],
        "pieces": Annotated[
            "list[Piece]", Field(description="one for each of several kinds of outputs that are joined along an axis")
        ],
    },
)
"""What one output sees of one axis."""


class Piece(TypedDict):
    """Outputs of one kind."""

    first: Annotated[Count, Field(description="first output of this kind")]
    last: Annotated[Count, Field(description="last output of this kind")]
    field: AxisField


AxisFields: TypeAlias = Annotated[
    list[AxisField],
    Field(description="what one output sees on an endless image, in pixels of the input; null where nothing is fixed"),
]
Fields: TypeAlias = dict[str, AxisFields]
