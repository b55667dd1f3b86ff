"""The layout of ``cnnshape check --format json``."""

from typing import Annotated, Literal

from pydantic import Field
from typing_extensions import TypeAliasType, TypedDict

from cnnshape.analysis.memory import Rule
from cnnshape.analysis.metrics import Unit
from cnnshape.commands.check.records import Kind, Level
from cnnshape.commands.check.remarks import NoteKind
from cnnshape.core.bounds import Bound
from cnnshape.render import layouts
from cnnshape.render.layouts import LINE, Count, Shape, Size

Value = TypeAliasType("Value", "bool | int | str | list[Value]")
Figure = bool | Count | list[Shape]
_FIGURE = "a count, bytes or pixels; shapes, batch first, if the unit is shape; true or false if it is flag"


class Contributor(TypedDict):
    """What made a figure."""

    path: Annotated[str, Field(description="the layer; for peak memory the tensor")]
    value: Annotated[Count, Field(description="its part of the figure")]
    before: Annotated[
        Count | None, Field(description="the same in the baseline, 0 if the layer was not there; null if unknown")
    ]
    file: Annotated[str, Field(description="file that states the layer; empty if there is none")]
    line: Annotated[Size | None, Field(description=LINE)]


class Outcome(TypedDict):
    """What came of one limit for one net."""

    rule: Annotated[str, Field(description="name of the rule, else what it looks at")]
    metric: Annotated[str, Field(description="key of the metric")]
    select: Annotated[str, Field(description="which layers are looked at, and what is taken of their figures")]
    path: Annotated[str, Field(description="with `take: each` the layer or the copy of a block, else empty")]
    net: Annotated[str, Field(description="name of the net, with its variant")]
    spec: Annotated[str, Field(description="file of the net; empty if there is none")]
    variant: str | None
    batch: Annotated[Size, Field(description="samples in the batch")]
    dtype: Annotated[str, Field(description="type of every element")]
    inputs: Annotated[
        dict[str, Annotated[list[Size], Field(min_length=1)]],
        Field(description="inputs that the rule gives another size"),
    ]
    settings: Annotated[
        dict[str, Value],
        Field(description="variables that the rule gives another value; a number that is not whole is a text"),
    ]
    flops: Annotated[str, Field(description="name of the FLOP convention")]
    memory: Annotated[Rule, Field(description="memory rule")]
    kind: Annotated[Kind, Field(description="which limit of the rule it is")]
    limit: Annotated[str, Field(description="the limit as the budget states it")]
    bound: Annotated[Figure, Field(description=f"what the figure is held to: {_FIGURE}")]
    actual: Annotated[Figure, Field(description=f"the figure: {_FIGURE}")]
    actual_bound: Annotated[
        Bound | None, Field(description="upper if the truth may be smaller, lower if it may be larger; null if exact")
    ]
    unit: Unit
    baseline: Annotated[Count | None, Field(description="the figure before; null if unknown")]
    overshoot: Annotated[
        Count,
        Field(
            description="how far the figure is beyond the limit, or at least if it is a bound; 0 for shapes and flags"
        ),
    ]
    level: Annotated[Level, Field(description="a broken limit of level warn leaves the check ok")]
    ok: Annotated[bool, Field(description="whether the limit holds")]
    file: Annotated[str, Field(description="file that states the limit; empty if there is none")]
    line: Annotated[Size | None, Field(description=LINE)]
    column: Size | None
    contributors: Annotated[
        list[Contributor],
        Field(description="of a broken limit, the layers that changed most since the baseline, else the heaviest"),
    ]
    others: Annotated[Count, Field(description="how many more of them there are")]
    new: Annotated[
        Literal["spec", "variant", "setting", "selection", "layer"] | None,
        Field(description="what was not there before, so that the increase cannot be measured; null for nothing"),
    ]
    text: Annotated[str, Field(description="the outcome as a sentence")]
    hint: Annotated[str, Field(description="what can be done; empty if the limit holds")]


class Note(TypedDict):
    """What a reviewer should see and no limit reports."""

    kind: Annotated[
        NoteKind,
        Field(
            description="weaker: a limit was stricter; unchecked: a net or file was checked; "
            "unread: an earlier budget cannot be read"
        ),
    ]
    text: Annotated[str, Field(description="the note on one line")]
    file: Annotated[str | None, Field(description="file that it is about; null if there is none")]
    line: Annotated[Size | None, Field(description=LINE)]


class Skipped(TypedDict):
    """A file that a glob matches and that is not a spec."""

    file: str
    kind: Annotated[Literal["blocks", "budget", "baseline"], Field(description="what it is")]


class Printed(layouts.Printed):
    """What `cnnshape check --format json` prints. Figures are exact, in the unit of their metric."""

    ok: Annotated[bool, Field(description="whether there are limits, and none of level error is broken")]
    limits: Annotated[Count, Field(description="how many outcomes there are")]
    broken: Annotated[Count, Field(description="broken limits of level error")]
    warnings: Annotated[Count, Field(description="broken limits of level warn")]
    nets: Annotated[Count, Field(description="nets that were analyzed; a variant or another batch is one of its own")]
    baselines: Annotated[list[str], Field(description="baseline files that were read")]
    since: Annotated[
        str | None, Field(description="revision that increases are measured from; null for the file of a baseline")
    ]
    notes: Annotated[list[Note], Field(description="what a reviewer should see and no limit reports")]
    skipped: Annotated[list[Skipped], Field(description="files that globs match and that are not specs")]
    outcomes: Annotated[list[Outcome], Field(description="one for each limit and net, in the order of the rules")]
