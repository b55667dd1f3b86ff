"""Sweeps: the figures of a net at many values of its variables and sizes at once.

The net is built once for each structure that the points have, with its sizes open, and what comes of that is worked out
for all points together: a hundred thousand variants take less time than a hundred reports.
"""

import os
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from typing import Any

from cnnshape.analysis.memory import Rule
from cnnshape.core.errors import MissingPackage
from cnnshape.layers.registry import Registry
from cnnshape.spec.document import Spec
from cnnshape.spec.variables import AS_STATED, Inputs, Settings

try:
    import numpy as numpy
except ModuleNotFoundError as error:
    raise MissingPackage.of(error) from None

from cnnshape.commands.sweep.figures import DEFAULT
from cnnshape.commands.sweep.parts import VARIANT
from cnnshape.commands.sweep.plans import Grid, Listed
from cnnshape.commands.sweep.record import Sweep as Sweep
from cnnshape.commands.sweep.run import CHUNK
from cnnshape.commands.sweep.search import Search


def sweep(
    source: "str | os.PathLike[str] | Mapping[str, Any] | Spec",
    knobs: Mapping[str, Any] = AS_STATED,
    /,
    *,
    figures: Sequence[str] = DEFAULT,
    grid: bool = False,
    where: str = "",
    pareto: Sequence[str] = (),
    sort: str = "",
    top: int | None = None,
    batch: int = 1,
    dtype: str = "float32",
    flops: str = "torch",
    memory: Rule = "separate",
    variant: str | Sequence[str] | None = None,
    settings: Settings = AS_STATED,
    inputs: Inputs = AS_STATED,
    registry: Registry | None = None,
    executor: Executor | None = None,
    chunk: int = CHUNK,
    progress: Callable[[int], None] | None = None,
    **more: Any,
) -> Sweep:
    """The figures of a net at every point: a column for each knob and figure, and which points are nets.

    A knob is a variable of the spec, an axis of its input (``H``, ``W``, ...; ``left.H`` of several inputs), the batch
    ``N``, or ``variant``; it takes an array, a range or a list.  Values stand side by side, or with ``grid`` every
    combination is a point.  Figures are metrics, of the net (``macs``) or of a layer (``macs@layer1.0.conv1``).
    ``where`` keeps the points for which a condition holds, ``pareto`` those that no other beats in some figures,
    ``sort`` and ``top`` the best by one: ``macs:min`` wants it small, ``params:max`` large.
    ``settings`` and ``inputs`` hold for all points.  An ``executor`` takes ``chunk`` points at a time; ``progress`` is
    told how many are done.

    Raises `UsageError` for what is wrong with the question, `SpecError` for a spec that cannot be read.  A point that
    is no net is not `valid`, and `Sweep.reason` says why.

    >>> layers = {"conv": {"op": "Conv2d", "out_channels": "width", "kernel_size": 3, "groups": 2}}
    >>> net = {"cnnshape": 1, "input": [4, 8, 8], "vars": {"width": 4}, "layers": layers}
    >>> found = sweep(net, width=[2, 3, 4], H=[8, 8, 16], figures=["macs"])
    >>> found["macs"].tolist(), found.valid.tolist()
    ([1296, 0, 6048], [True, False, True])
    >>> found.reason(1)
    '`conv`: out_channels=3 does not split into groups=2'
    """
    turned = {**knobs, **more}
    if variant is not None and not isinstance(variant, str):
        turned, variant = {VARIANT: variant, **turned}, None
    plan = Grid([((name,), values) for name, values in turned.items()]) if grid else Listed(turned)
    search = Search.of(
        source, plan, figures=figures, where=where, pareto=pareto, sort=sort, top=top, batch=batch, dtype=dtype,
        flops=flops, memory=memory, variant=variant, settings=settings, inputs=inputs, registry=registry,
    )  # fmt: skip
    return search.collected(chunk, executor, progress)
