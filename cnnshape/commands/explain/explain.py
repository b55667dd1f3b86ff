"""Explanations: where a figure comes from, as the formula that computes it, with the values filled in.

The formulas of a layer run once on its numbers and once on letters; what the letters give is what is shown.  There is
no second text of a formula that could say something else.
"""

from collections.abc import Sequence
from typing import Any, Final

from typing_extensions import Unpack

from cnnshape.analysis import analyze
from cnnshape.analysis.metrics import METRICS
from cnnshape.analysis.metrics import metric as known
from cnnshape.analysis.result import Analysis
from cnnshape.analysis.setup import SetupOptions, Source
from cnnshape.commands.explain.derivations import LAYERS_OWN, OpenLayer, derivation, open_layer
from cnnshape.commands.explain.origins import calls, given, place
from cnnshape.commands.explain.origins import source as source_of
from cnnshape.commands.explain.records import Derivation as Derivation
from cnnshape.commands.explain.records import Explanation as Explanation
from cnnshape.commands.explain.records import Given, Origin
from cnnshape.commands.explain.totals import NetExplanation as NetExplanation
from cnnshape.commands.explain.totals import net_explanation as net_explanation
from cnnshape.core.errors import Problem, UsageError
from cnnshape.graph.graph import Graph

FIELD: Final = "receptive_field"
OF_A_LAYER: Final = ("output", *LAYERS_OWN, FIELD)
"""The metrics that a layer has."""

USUAL: Final = ("output", "params", "macs", "flops", "activation_bytes", FIELD)
"""Those that are explained where none is asked for, as far as the layer has something of them."""

_SHOWN: Final = 12  # layers of a block that a hint names


def explain(
    source: Source | Graph | Analysis,
    layer: str,
    *,
    metric: str | Sequence[str] | None = None,
    **options: Unpack[SetupOptions],
) -> Explanation:
    """Why a layer of a net has the figures that it has: the formulas, the values that go in, and what comes out.

    ``metric`` is a key of `cnnshape.analysis.metrics.METRICS`, or several; the usual ones where it is not given.  The
    net and how it is counted are given as to `cnnshape.analyze`, and what that raises is raised here, too.  Besides,
    raises `UsageError` for a layer or metric that there is not, and for a metric that belongs to the net as a whole.

    >>> net = {"cnnshape": 1, "input": [3, 32, 32], "layers": {"fc": {"op": "Linear", "out_features": 10}}}
    >>> found = explain(net, "fc", metric="params")
    >>> found["params"].value, found.point
    (330, {'N': 1, 'K': 10, 'H': 3, 'W': 32, 'C': 32, 'b': 4})
    """
    return explanation(analyze(source, **options), layer, (metric,) if isinstance(metric, str) else metric)


def explain_net(
    source: Source | Graph | Analysis,
    *,
    metric: str | Sequence[str] | None = None,
    **options: Unpack[SetupOptions],
) -> NetExplanation:
    """What the figures of a net are made of: the layers that make up a sum, the tensors of the peak, the longest path.

    Options are those of `explain`.  Raises `UsageError` for a metric that there is not.

    >>> net = {"cnnshape": 1, "input": [3, 32, 32], "layers": {"fc": {"op": "Linear", "out_features": 10}}}
    >>> explain_net(net, metric="macs").totals[0].parts
    (Amount(path='fc', value=30720, bound=None),)
    """
    return net_explanation(analyze(source, **options), (metric,) if isinstance(metric, str) else metric)


def explanation(net: Analysis, layer: str, metrics: Sequence[str] | None = None) -> Explanation:
    """Why a layer of an analysed net has the figures that it has; raises as `explain`."""
    keys = tuple(dict.fromkeys(USUAL if metrics is None else map(_of_a_layer, metrics)))
    record = net[_path(net, layer)]
    of = open_layer(net, record)
    found = [derivation(of, METRICS[key]) for key in keys if key != FIELD]
    shown = tuple(each for each in found if metrics is not None or each.value != 0 or _surprises(each))
    nothing = tuple(each.header for each in found if each not in shown)
    seen: tuple[Any, ...] = ()
    if FIELD in keys:
        from cnnshape.commands.explain.paths import seen as path_of

        seen = path_of(net, record.value)
    node, graph = record.node, net.graph
    return Explanation(
        net=net.name,
        path=record.path,
        op=record.op,
        place=place(net, node),
        calls=calls(node),
        reads=tuple([(graph.paths[value], graph.shapes[value]) for value in node.sources]),
        letters=tuple(_letters(net, of)),
        conditions=of.conditions,
        derivations=shown,
        nothing=nothing,
        seen=seen,
        asked_field=FIELD in keys and metrics is not None,
        source=source_of(record.node.facts.layer),
        whole=of.whole,
    )


def _surprises(of: Derivation) -> bool:
    """Whether it says something that a layer has nothing of a figure."""
    return any(word in of.reason for word in ("shares", "uses the weights", "reaches no output"))


def _letters(net: Analysis, of: OpenLayer) -> list[Given]:
    letters = [given(net, of.record.node, letter) for letter in of.opened.letters]
    return [*letters, Given(of.item.name, of.item.value, (Origin(f"bytes of an element, {net.dtype}"),))]


def _of_a_layer(word: str) -> str:
    key = known(word).key
    if key not in OF_A_LAYER:
        hint = f"leave the layer out: `cnnshape explain SPEC --metric {key}`"
        raise UsageError(Problem(f"`{key}` belongs to the net as a whole, not to a layer", hint=hint))
    return key


def _path(net: Analysis, layer: str) -> str:
    """The path of a layer; raises `UsageError` for a block, with the names of its layers."""
    inside = [path for path in net.graph.paths if path.startswith(f"{layer}.")]
    if layer not in net.graph.numbers and inside:
        more = f" and {len(inside) - _SHOWN} more" if len(inside) > _SHOWN else ""
        hint = f"its layers: {', '.join(f'`{path}`' for path in inside[:_SHOWN])}{more}"
        raise UsageError(Problem(f"`{layer}` is a block, and explained is one layer", hint=hint))
    return layer
