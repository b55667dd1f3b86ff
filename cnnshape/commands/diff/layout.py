"""The layout of ``cnnshape diff --format json``."""

from typing import Annotated, Any, Final

from pydantic import Field
from typing_extensions import TypedDict

from cnnshape.analysis.metrics import METRICS, OURS
from cnnshape.commands.diff.changes import Target
from cnnshape.commands.diff.data import SUMMED
from cnnshape.commands.diff.pairs import Kind
from cnnshape.core.bounds import Bound
from cnnshape.render import layouts
from cnnshape.render.layouts import Count, Local, Shape, keyed


class Net(TypedDict):
    """A net."""

    name: Annotated[str, Field(description="name of the net")]
    file: Annotated[str | None, Field(description="the file, or REV:path")]


class Counts(TypedDict):
    """A figure before and after."""

    old: Count | None
    new: Count | None


class Bounded(TypedDict):
    """A figure that may be a bound: upper if the truth may be smaller."""

    old: Count | bool | None
    new: Count | bool | None
    old_bound: Bound | None
    new_bound: Bound | None


class Outputs(TypedDict):
    """Shapes of all outputs."""

    old: list[Shape] | None
    new: list[Shape] | None


class Shapes(TypedDict):
    """The shape of one output, batch first."""

    old: Shape | None
    new: Shape | None


class Names(TypedDict):
    """A name before and after."""

    old: str | None
    new: str | None


class Values(TypedDict):
    """Any value that a spec can state."""

    old: Any
    new: Any


class Sight(TypedDict):
    """What an output sees."""

    path: str
    receptive_field: Annotated[Local, Field(description="what is seen at its last maps")]


class Sights(TypedDict):
    """An output before and after."""

    old: Sight | None
    new: Sight | None


def _total(key: str) -> Any:
    metric = METRICS[key]
    return Outputs if metric.unit == "shape" else Counts if metric.bound is None else Bounded


_TOTALS: Final = keyed("Totals", {key: (_total(key), METRICS[key].says) for key in OURS})
_METRICS: Final = keyed("Metrics", {key: (Counts, METRICS[key].says) for key in SUMMED})
_ADDED: Final = keyed("Added", {key: (int, METRICS[key].says) for key in SUMMED})


class Change(TypedDict):
    """What was done."""

    kind: Kind
    of: Annotated[Target, Field(description="what it was done to")]
    old: Annotated[
        str | None,
        Field(description="a path, a block, or a pattern of paths with * for one part and ** for several"),
    ]
    new: str | None
    fields: Annotated[dict[str, Values], Field(description="what is stated differently")]
    layers: Annotated[list[Names], Field(description="paths of the layers that it was done to")]
    adds: Annotated[
        dict[str, int],
        _ADDED,
        Field(description="what it adds to each metric; a layer counts in one change, a new name adds nothing"),
    ]


class Layer(TypedDict):
    """A layer that is not as it was."""

    path: Names
    op: Names
    kinds: Annotated[list[Kind], Field(description="what was done to it", json_schema_extra={"uniqueItems": True})]
    affected: Annotated[bool, Field(description="whether its figures changed although its entry did not")]
    fields: Annotated[dict[str, Values], Field(description="what is stated differently")]
    output: Shapes
    metrics: Annotated[dict[str, Counts], _METRICS]


class Diff(TypedDict):
    """What is different between two nets."""

    old: Annotated[Net | None, Field(description="null of a spec that is new")]
    new: Annotated[Net | None, Field(description="null of a spec that is gone")]
    totals: Annotated[dict[str, Counts | Bounded | Outputs], _TOTALS, Field(description="every metric of the net")]
    outputs: Annotated[
        list[Sights],
        Field(description="every output of both nets with what it sees; none if the spec is new or gone"),
    ]
    changes: Annotated[
        list[Change], Field(description="what was done, in the order of the file; none if the spec is new or gone")
    ]
    layers: Annotated[list[Layer], Field(description="every layer that is not as it was")]


class Printed(layouts.Printed):
    """What `cnnshape diff --format json` prints. Numbers are exact; `old` and `new` are null of what was not there."""

    diffs: Annotated[list[Diff], Field(description="one for each net, in the order of their files")]
