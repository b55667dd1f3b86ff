"""The keys of budgets, rules, selections and baselines: what each takes, for the check of a file and for editors."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field, WithJsonSchema

from cnnshape.analysis.flop_conventions import CONVENTIONS
from cnnshape.analysis.memory import ITEMSIZES, RULES
from cnnshape.analysis.metrics import METRICS
from cnnshape.layers.fields import LARGEST, Takes
from cnnshape.spec.keys import Anything, Keys, one_or_more
from cnnshape.spec.yaml.version import VERSION


def _words(words: str, known: Iterable[str]) -> Any:
    """A text that must be one of several words; whoever looks it up names the nearest one."""
    return Annotated[str, Takes(words), WithJsonSchema({"enum": [*known]})]


def _any(*types: str) -> Any:
    """An amount, which is judged where its metric is known; ``types`` are those that an editor accepts."""
    return Annotated[Any, Takes("an amount with its unit"), WithJsonSchema({"type": [*types], "minimum": 0})]


if TYPE_CHECKING:
    MetricName = str
    Dtype = str
    Convention = str
    MemoryRule = Any
    Amount = Any
    Equal = Any
    Globs = tuple[str, ...]
else:
    MetricName = _words("the name of a metric", METRICS)
    Dtype = _words("the name of a dtype", ITEMSIZES)
    Convention = _words("the name of a FLOP convention", CONVENTIONS)
    MemoryRule = _words("the name of a memory rule", RULES)
    Amount = _any("integer", "string")
    Equal = _any("integer", "string", "boolean", "array")
    Globs = one_or_more("a glob or a list of globs")

_Size = Annotated[int, Field(ge=1, le=LARGEST)]
_Sizes = Annotated[list[_Size], Field(min_length=1)]
_SELECTION = Takes("`total`, a glob of paths, or a mapping of path, op, block and take, or of output")
_INPUT = Takes("a list of sizes, or a mapping of inputs to such lists")


class SelectionKeys(Keys):
    """The keys of a selection that is a mapping."""

    path: str = Field(default="", description="a glob of paths of layers or blocks")
    op: str = Field(default="", description="the op of the layers")
    block: str = Field(default="", description="the block that the layers stand in")
    take: Literal["sum", "max", "each"] = Field(default="sum", description="their sum, the largest, or each by itself")
    output: str = Field(default="", description="an output of the net, in place of layers")


class RuleKeys(Keys):
    """The keys of a rule."""

    metric: MetricName = Field(description="which figure is limited")
    select: Annotated[str | dict[str, Any], _SELECTION] = Field(
        default="total", description="of what: `total`, a glob of paths, or a mapping of path, op, block and take"
    )
    max: Amount = Field(default=None, description="the most it may be, with its unit: 4.1 GMACs, 512 KiB")
    min: Amount = Field(default=None, description="the least it may be, with its unit")
    equals: Equal = Field(default=None, description="what it has to be exactly")
    max_increase: Amount = Field(
        default=None, description="how much more than in the baseline it may be: an amount, or a share such as 3 %"
    )
    batch: Annotated[_Size, Takes("a whole number from 1 up")] = Field(
        default=1, description="samples in a batch; 1 where it is not stated"
    )
    dtype: Dtype = Field(default="float32", description="the type of every element; float32 where it is not stated")
    input: Annotated[_Sizes | Annotated[dict[str, _Sizes], Field(min_length=1)], _INPUT] = Field(
        default={}, description="other sizes of the input, or a mapping of inputs to sizes"
    )
    variant: Globs = Field(default=(), description="the variants that it holds for, as a glob or a list of globs")
    set: Annotated[dict[str, Any], Takes("a mapping of variables to values")] = Field(
        default={}, description="other values of variables"
    )
    flops: Convention = Field(default="torch", description="the FLOP convention; torch where it is not stated")
    memory: MemoryRule = Field(default="separate", description="the rule of the peak; separate where it is not stated")
    level: Literal["error", "warn"] = Field(default="error", description="error fails the check, warn only says so")
    message: str = Field(default="", description="what to tell whoever breaks it")
    name: str = Field(default="", description="what the rule is called in messages")
    specs: Globs = Field(default=(), description="the specs that it holds for, of those that the budget names")


class BudgetKeys(Keys):
    """The keys of a file that is a budget."""

    cnnshape: VERSION = Field(description="the version of the language")
    description: str = Field(default="", description="a text; it changes no figure")
    specs: Globs = Field(default=(), description="the specs that its rules hold for, relative to the file")
    budget: Annotated[Any, Takes("a list of rules")] = Field(description="the rules")
    meta: Anything = Field(default=None, description="anything; cnnshape does not read it")


_Figure = Annotated[int, Field(ge=0)]


class MetricKeys(Keys):
    """The keys of a metric of a net in a baseline."""

    total: Annotated[_Figure | None, Takes("a whole number from 0 up")] = Field(
        default=None, description="of the net as a whole"
    )
    selected: Annotated[dict[str, _Figure], Takes("a mapping of selections to whole numbers from 0 up")] = Field(
        default={}, description="of what rules select"
    )
    layers: Annotated[dict[str, _Figure] | None, Takes("a mapping of layers to whole numbers from 0 up")] = Field(
        default=None, description="of each layer that has some"
    )
