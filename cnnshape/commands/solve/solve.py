"""The inverse question: which values of its knobs make a net the largest, or smallest, that meets some conditions."""

from collections.abc import Mapping, Sequence
from typing import Any

from cnnshape.analysis.setup import Source
from cnnshape.commands.solve.asked import Asked
from cnnshape.commands.solve.record import Solution as Solution
from cnnshape.commands.sweep.parts import Job, asked
from cnnshape.spec.variables import AS_STATED


def solve(
    source: Source,
    knobs: Mapping[str, Any] = AS_STATED,
    /,
    *,
    where: str = "",
    maximize: str = "",
    minimize: str = "",
    together: Sequence[Sequence[str]] = (),
    **more: Any,
) -> Solution:
    """The point at which a figure is largest, or smallest, of all combinations that meet some conditions.

    Knobs take their values as for `cnnshape.sweep`; those of a group in ``together`` have the values of its first, and
    change at once.  ``maximize`` or ``minimize`` names a metric of the net (``params``), of a layer (``macs@conv1``),
    or a knob.  ``where`` holds conditions over them, joined by ``and``.  Of equal points the first in order is the
    answer.

    It is exact: by bisection where every figure is proved to go one way with a knob, else by looking at every point.
    Raises `UsageError` for what is wrong with the question, `SpecError` for a spec that cannot be read.

    >>> layers = {"conv": {"op": "Conv2d", "out_channels": "width", "kernel_size": 3}}
    >>> net = {"cnnshape": 1, "input": [3, 34, 34], "vars": {"width": 8}, "layers": layers}
    >>> found = solve(net, width=range(1, 100_001), where="macs <= 1 M", maximize="params")
    >>> found.point, found.figures, found.looked < 100
    ({'width': 36}, {'params': 1008, 'macs': 995328}, True)
    >>> found.neighbours[0].value, found.neighbours[0].stops
    (37, ('macs <= 1 M',))
    """
    turned, setup = asked(knobs, more)
    groups = [(tuple(group), turned[group[0]]) for group in together]
    groups += [((name,), values) for name, values in turned.items() if not any(name in group for group in together)]
    question = Asked.of(source, groups, where, maximize, minimize)
    return question.answered(Job(question.spec, question.figures, setup.on(question.spec)))
