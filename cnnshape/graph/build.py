"""From a spec to a graph with shapes, in one pass: expressions, names, layers and shapes in the order of the file.

In one pass because an expression may ask for ``in_channels``, which is known only when the layer before has its shape.
Everything that is wrong is collected; of shape errors one per branch, for what stands behind a failed layer is silent.
"""

import os
from collections.abc import Mapping
from contextlib import suppress
from operator import index
from typing import Any

from cnnshape.core.dims import Open, whole
from cnnshape.core.errors import Problem, SpecError, UsageError
from cnnshape.core.text import shown
from cnnshape.graph.assembly import Assembly
from cnnshape.graph.graph import Graph
from cnnshape.graph.liveness import alive, outputs
from cnnshape.graph.op_table import Catalogue
from cnnshape.graph.scope import Scope
from cnnshape.graph.unused import notes
from cnnshape.layers import BUILTIN
from cnnshape.layers.fields import LARGEST
from cnnshape.layers.registry import Registry, layer_types
from cnnshape.spec.document import Spec, load
from cnnshape.spec.variables import AS_STATED, Inputs, Names, Settings, input_shapes, overridden, variables


def build(
    source: "str | os.PathLike[str] | Mapping[str, Any] | Spec",
    *,
    registry: Registry | None = None,
    batch: int = 1,
    variant: str | None = None,
    settings: Settings = AS_STATED,
    inputs: Inputs = AS_STATED,
) -> Graph:
    """The graph of a spec file, a spec, or a mapping that says the same, with the shape of every value.

    ``variant`` names one of the spec's, ``settings`` gives variables other values, ``inputs`` gives inputs other sizes
    (of their last axes; None leaves one as it is), both by name.
    Any of these numbers may be open, see `cnnshape.symbolic`; then so are the shapes that depend on it.
    Raises `SpecError` for what the text says and `ShapeError` where only shapes do not fit.

    >>> layers = {"conv": {"op": "Conv2d", "out_channels": 4, "kernel_size": 3}, "relu": "ReLU"}
    >>> build({"cnnshape": 1, "input": [3, 8, 8], "layers": layers}).shapes
    ((1, 3, 8, 8), (1, 4, 6, 6), (1, 4, 6, 6))
    """
    batch = whole(batch)
    if not isinstance(batch, bool | Open):
        with suppress(TypeError):
            batch = index(batch)
    if type(batch) is not int and not isinstance(batch, Open):
        raise UsageError(Problem(f"batch={shown(batch)} is not a whole number from 1 up"))
    if batch < 1:
        raise UsageError(Problem(f"batch={shown(batch)} is not a whole number from 1 up"))
    if batch > LARGEST:
        raise UsageError(Problem(f"batch={shown(batch)} is above {LARGEST:,}"))
    spec = load(source)
    if registry is not None:
        return _built(spec, registry, batch, variant, settings, inputs)
    try:
        return _built(spec, BUILTIN, batch, variant, settings, inputs)
    except SpecError:
        installed = layer_types()  # asking for plug-ins takes as long as a small report: only who needs them waits
        if len(installed) == len(BUILTIN):
            raise
    return _built(spec, installed, batch, variant, settings, inputs)


def _built(
    spec: Spec, registry: Registry, batch: int, variant: str | None, settings: Settings, inputs: Inputs
) -> Graph:
    constants: dict[str, Any] = {op: op for op in registry} | {"batch": batch}
    behind = constants | {name: name for name in spec.templates}
    raw, axes = overridden(spec, variant, settings, inputs)
    try:
        env = Names(variables(raw, behind), behind)
    except SpecError as error:
        raise SpecError(*(spec.placed(problem) for problem in error.problems)) from None
    given = input_shapes(spec, axes, env, batch)
    numbers = {name: number for number, name in enumerate(given)}
    scope = Scope(numbers, spec.layers, env, spec.source, family=spec.templates, ignore=frozenset(spec.ignore))
    assembly = Assembly(Catalogue(registry), constants, given, batch)
    assembly.run(scope)
    found = outputs(spec, scope, assembly)
    assembly.problems.done()
    nodes = alive(spec, assembly, found)
    assembly.problems.done()
    name = _named(spec.name, variant)
    return Graph(name, given, nodes, found, batch, spec.source.file, notes(spec, nodes), frozenset(spec.ignore))


def _named(name: str, variant: str | None) -> str:
    """The name of a net: that of its variant, which often holds the family's.

    >>> _named("resnet", "resnet18"), _named("resnet", "half"), _named("resnet", None)
    ('resnet18', 'resnet half', 'resnet')
    """
    return name if variant is None else variant if name in variant else f"{name} {variant}"
