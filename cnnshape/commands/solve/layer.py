"""The inverse question of one layer: which padding, stride, dilation and kernel give the output that is asked for."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import prod
from typing import Any, Final

from typing_extensions import Unpack

from cnnshape.analysis import analyze
from cnnshape.analysis.receptive.locality import local
from cnnshape.analysis.setup import Setup, SetupOptions, Source
from cnnshape.commands.expand.expand import expanded
from cnnshape.commands.sweep.sweep import sweep
from cnnshape.commands.sweep.values import Values
from cnnshape.core.bounds import Bound, holds, spoken
from cnnshape.core.display import Displayed
from cnnshape.core.errors import Problem, UsageError, unknown
from cnnshape.graph.graph import Graph
from cnnshape.layers.fields import is_size
from cnnshape.layers.registry import Registry
from cnnshape.spec.document import Spec, of_document
from cnnshape.spec.yaml import read

_USUAL: Final[dict[str, range]] = {"stride": range(1, 5), "dilation": range(1, 5), "padding": range(25)}
_WIDER: Final[dict[str, range]] = {"kernel_size": range(1, 16), "dilation": range(1, 9)}

MOST: Final = 100_000
"""Settings that are tried."""

_NEAREST: Final = 3


@dataclass(frozen=True)
class Choice:
    """Fields of a layer, the same along all axes, and what comes of them."""

    fields: Mapping[str, int]
    output: tuple[int, ...]
    """Sizes of the spatial axes of its output."""
    receptive_field: int | None
    bound: Bound | None = None
    """Whether the receptive field is exact."""


@dataclass(frozen=True)
class Choices(Displayed):
    """The settings of a layer that give what is asked for, the plainest first."""

    net: str
    path: str
    op: str
    output: tuple[int, ...] | None
    receptive_field: int | None
    tried: Mapping[str, tuple[int, ...]]
    """The values of each field that were tried, in every combination."""
    found: tuple[Choice, ...]
    nearest: tuple[Choice, ...]
    """Where none gives it, those that come nearest."""

    def __bool__(self) -> bool:
        """Whether there is one."""
        return bool(self.found)


def solve_layer(
    source: Source | Graph,
    path: str,
    *,
    output: Sequence[int] | None = None,
    receptive_field: int | None = None,
    vary: Mapping[str, Any] | None = None,
    **options: Unpack[SetupOptions],
) -> Choices:
    """The fields of the layer at a path for which it puts out these sizes, or sees so many pixels, or both.

    ``vary`` gives fields the values that are tried, in every combination; by default stride, dilation and padding, and
    for a receptive field alone kernel and dilation.  ``output`` gives the sizes of all spatial axes, or one for all.
    Raises `UsageError` for what is wrong with the question, and what `cnnshape.build` raises for the net as it stands.

    >>> conv = {"op": "Conv2d", "out_channels": 8, "kernel_size": 3, "stride": 2}
    >>> net = {"cnnshape": 1, "input": [3, 32, 32], "layers": {"conv": conv}}
    >>> solve_layer(net, "conv", output=[16], vary={"stride": [1, 2], "padding": [0, 1, 2]}).found[0].fields
    {'stride': 2, 'padding': 1}
    """
    setup = Setup.of(**options)
    graph, registry = source if isinstance(source, Graph) else setup.build(source), setup.registry
    space, sizes = _sizes(graph, path, output)
    if sizes is None and receptive_field is None:
        text = "nothing is asked of the layer"
        raise UsageError(Problem(text, hint="state the sizes of its output, or its receptive field"))
    tried = _tried(graph, path, vary, alone=sizes is None)
    spec = _alone(graph, path, tried)
    figures = [f"output[{axis}]" for axis in range(2, 2 + space)]
    found = sweep(spec, dict(tried), grid=True, figures=figures, registry=registry)
    rows = [row for row in found.rows() if row["reason"] is None]
    outputs = [tuple(row[f"output[{axis}]"] for axis in range(2, 2 + space)) for row in rows]
    choices = [Choice({name: row[name] for name in tried}, made, None) for row, made in zip(rows, outputs, strict=True)]
    right = [each for each in choices if sizes is None or each.output == sizes]
    if receptive_field is not None:
        seen = [_seen(spec, path, each, registry) for each in right]
        holding = [_sees(each, receptive_field) for each in seen]
        right = [each for each, sure in zip(seen, holding, strict=True) if sure]
        if not right and None in holding:
            raise UsageError(_undecided(path, receptive_field, seen[holding.index(None)]))
        choices = seen or choices
    near = [] if right else sorted(choices, key=lambda each: _far(each, sizes, receptive_field))[:_NEAREST]
    node = graph.nodes[graph.number(path) - len(graph.inputs)]
    return Choices(graph.name, path, node.op, sizes, receptive_field, tried, tuple(right), tuple(near))


def _seen(spec: Spec, path: str, choice: Choice, registry: Registry | None) -> Choice:
    """A choice with what the layer then sees."""
    found = local([analyze(spec, settings=choice.fields, registry=registry)[path].receptive_field])
    return replace(choice, receptive_field=found.size, bound=found.bound)


def _sees(choice: Choice, wanted: int) -> bool | None:
    """Whether a layer sees so many pixels; None where that cannot be said."""
    size = choice.receptive_field
    return False if size is None else holds("equals", wanted, size, choice.bound)


def _undecided(path: str, wanted: int, choice: Choice) -> Problem:
    fields = ", ".join(f"{name} {value}" for name, value in choice.fields.items())
    text = f"whether `{path}` can see {wanted:,} pixels cannot be said"
    return Problem(text, hint=f"with {fields} it sees {spoken(f'{choice.receptive_field:,}', choice.bound)}")


def _far(choice: Choice, sizes: tuple[int, ...] | None, field: int | None) -> int:
    """How far what comes of a choice is from what is asked for."""
    off = sum(abs(a - b) for a, b in zip(choice.output, sizes, strict=True)) if sizes else 0
    return off + (abs(choice.receptive_field - field) if field is not None and choice.receptive_field else 0)


def _sizes(graph: Graph, path: str, output: Sequence[int] | None) -> tuple[int, tuple[int, ...] | None]:
    """How many spatial axes a layer puts out, and the sizes asked for."""
    value = graph.number(path)
    if graph.node(value) is None:
        raise UsageError(Problem(f"`{path}` is an input, and no layer"))
    space = len(graph.shapes[value]) - 2
    if space < 1:
        raise UsageError(Problem(f"`{path}` puts out {graph.shapes[value]}, which has no spatial axes"))
    if output is None:
        return space, None
    if least := [size for size in output if size < 1]:
        raise UsageError(Problem(f"an output has a size of 1 or more, not {least[0]}"))
    if len(output) not in (1, space):
        text = f"`{path}` has {space} spatial axes, {len(output)} sizes are given"
        raise UsageError(Problem(text, hint="one size is for all of them"))
    return space, tuple(output) * (space if len(output) == 1 else 1)


def _tried(graph: Graph, path: str, vary: Mapping[str, Any] | None, *, alone: bool) -> dict[str, tuple[int, ...]]:
    """The values of each field that are tried."""
    node = graph.nodes[graph.number(path) - len(graph.inputs)]
    fields = type(node.facts.layer).model_fields
    known = [name for name, field in fields.items() if is_size(field)]
    wanted: Mapping[str, Any] = vary or (_WIDER if alone else _USUAL)
    found: dict[str, tuple[int, ...]] = {}
    for name, values in wanted.items():
        if name in known:
            found[name] = _whole(name, Values.of(name, values))
        elif vary:
            text = f"{node.op} has no amount `{name}`"
            raise UsageError(unknown(text, name, known))
    if not found:
        raise UsageError(Problem(f"{node.op} has none of {', '.join(wanted)}", hint="name the fields that may change"))
    if (count := prod(map(len, found.values()))) > MOST:
        raise UsageError(Problem(f"there are {count:,} settings to try, and the most is {MOST:,}"))
    return found


def _whole(name: str, values: Values) -> tuple[int, ...]:
    """The values of a field in order; raises `UsageError` for what is no whole number."""
    for value in values.distinct:
        if not isinstance(value, int) or isinstance(value, bool):
            raise UsageError(Problem(f"`{name}` takes whole numbers, not `{value}`"))
    return tuple(sorted(values.distinct))


def _alone(graph: Graph, path: str, tried: Mapping[str, Any]) -> Spec:
    """The layer and what stands before it, with a variable for each field that is tried."""
    flat = of_document(read(expanded(graph)), graph.file or graph.name)
    needed = set(_before(graph, graph.number(path)))
    layers = {name: _linked(graph, name, entry) for name, entry in flat.layers.items() if name in needed}
    entry = layers[path]
    layers[path] = {**entry, **{name: name for name in tried}}
    first = {name: values[0] for name, values in tried.items()}
    return flat.model_copy(update={"layers": layers, "vars": first, "outputs": (path,), "unused": []})


def _linked(graph: Graph, name: str, raw: Any) -> dict[str, Any]:
    """An entry that says what it reads, whoever stands before it now."""
    node = graph.nodes[graph.number(name) - len(graph.inputs)]
    entry: dict[str, Any] = {"op": raw} if isinstance(raw, str) else dict(raw)
    if node.sources:
        entry["from"] = [graph.paths[source] for source in node.sources]
    return entry


def _before(graph: Graph, value: int) -> Iterator[str]:
    """The paths of a layer and of all that it hangs on."""
    seen: set[int] = set()
    todo = [value]
    while todo:
        at = todo.pop()
        node = graph.node(at)
        if at in seen or node is None:
            continue
        seen.add(at)
        todo += node.sources
        if node.owner is not None:
            todo.append(node.owner)
    yield from (graph.paths[at] for at in sorted(seen))
