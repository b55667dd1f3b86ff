"""Sweeps: the figures of a net at many values of its variables and sizes at once.

The net is built once for each structure that the points have, with its sizes open, and what comes of that is worked out
for all points together: a hundred thousand variants take less time than a hundred reports.
"""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from typing import Any

from cnnshape.analysis.setup import Source
from cnnshape.core.errors import MissingPackage
from cnnshape.spec.variables import AS_STATED

try:
    import numpy as numpy
except ModuleNotFoundError as error:
    raise MissingPackage.of(error) from None

from cnnshape.commands.sweep.figures import DEFAULT
from cnnshape.commands.sweep.parts import asked
from cnnshape.commands.sweep.plans import Grid, Listed
from cnnshape.commands.sweep.record import Sweep as Sweep
from cnnshape.commands.sweep.run import CHUNK
from cnnshape.commands.sweep.search import Search


def sweep(
    source: Source,
    knobs: Mapping[str, Any] = AS_STATED,
    /,
    *,
    figures: Sequence[str] = DEFAULT,
    grid: bool = False,
    where: str = "",
    pareto: Sequence[str] = (),
    sort: str = "",
    top: int | None = None,
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
    The options of `analyze` hold for all points.  An ``executor`` takes ``chunk`` points at a time; ``progress`` is
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
    turned, setup = asked(knobs, more)
    plan = Grid([((name,), values) for name, values in turned.items()]) if grid else Listed(turned)
    search = Search.of(source, plan, figures=figures, where=where, pareto=pareto, sort=sort, top=top, setup=setup)
    return search.collected(chunk, executor, progress)
