"""Closed forms: a figure of a net as an expression over open sizes, and the sizes for which it holds.

A net is built over open numbers at one point, where what bounds do not decide is decided and noted.  The figure is then
multiplied out; what was noted becomes sets of legal sizes; and with the steps of all strides taken out of the sizes, as
``H = 32 h``, the floors are gone.
"""

from collections.abc import Iterable
from typing import Any

from typing_extensions import Unpack

from cnnshape.analysis.memory import most
from cnnshape.analysis.metrics import Metric
from cnnshape.analysis.metrics import metric as known_metric
from cnnshape.analysis.result import Analysis
from cnnshape.analysis.setup import Setup, SetupOptions, Source
from cnnshape.commands.formula.assumptions import Given
from cnnshape.commands.formula.closed_form import ClosedForm as ClosedForm
from cnnshape.commands.formula.closed_form import Divided as Divided
from cnnshape.commands.formula.closed_form import Refused
from cnnshape.commands.formula.derivation import normal
from cnnshape.commands.formula.integer_sets import Sizes as Sizes
from cnnshape.commands.formula.nearest import Point, legal_point
from cnnshape.commands.formula.tracing import OpenNet, opened, refused, settled, traced
from cnnshape.core.errors import CnnshapeError, Problem, ShapeError, SpecError, UsageError
from cnnshape.spec.document import load


def formula(
    source: Source,
    *,
    free: Iterable[str] | None = None,
    metric: str = "macs",
    layer: str | None = None,
    assume: Iterable[str] = (),
    **options: Unpack[SetupOptions],
) -> ClosedForm:
    """A figure of a net, or of one of its layers, as an expression over what is ``free``, and where it holds.

    Free are axes of inputs by their letters, the batch as ``N``, and variables of the spec; the spatial axes of the
    first input where nothing is said.  ``assume`` holds conditions over them such as ``H % 32 == 0``.  Counts are plain
    numbers, memory is in bytes; the other options are those of `analyze`.

    Raises what `analyze` raises, and `UsageError` for a metric, layer or name that there is not, for a figure that has
    no closed form, and for assumptions that no net meets.

    >>> layers = {"conv": {"op": "Conv2d", "out_channels": 4, "kernel_size": 3, "stride": 2}}
    >>> form = formula({"cnnshape": 1, "input": [3, 32, 32], "layers": layers})
    >>> form(H=32, W=33), form.sizes["H"].words()
    (25920, 'every size from 3')
    """
    setup, key, spec = Setup.of(**options), known_metric(metric), load(source)
    if key.unit in ("pixels", "flag"):
        text = f"`{metric}` has no closed form: receptive fields are worked out over known sizes"
        raise UsageError(Problem(text))
    if layer is not None and key.layer is None and key.unit != "shape":
        raise UsageError(Problem(f"`{metric}` belongs to the net as a whole, `{layer}` has none of its own"))
    net = OpenNet(spec, opened(spec, free), setup.on(spec))
    given = Given(assume, net.names())
    point, unlike = _start(net, given, net.point())
    trace = traced(net, point)
    try:
        given.holds({name: trace.variables[name] for name in point})
        value = _figure(Analysis(trace.graph, setup), key, layer)
    except CnnshapeError as error:
        raise settled(trace.space, error, point) from None
    return normal(net, trace, point, key, layer, value, unlike)


def _start(net: OpenNet, given: Given, point: Point) -> tuple[Point, Refused | None]:
    """Legal sizes near those that the net is set to, and what it says of these where they are not legal."""
    try:
        if given.conditions:
            return given.near(point, net.build), None
        net.build(point)
    except (ShapeError, SpecError, UsageError) as error:
        found = legal_point(point, lambda point: refused(net, given, point))
        if found is None:
            raise
        return found, None if given.conditions else Refused(point, error.problems[0])
    return point, None


def _figure(analysis: Analysis, key: Metric, layer: str | None) -> Any:
    """The figure over open numbers."""
    if layer is None:
        open_peak = key.key == "peak_memory"
        return most(analysis.graph, analysis.item, analysis.memory) if open_peak else key.net(analysis)
    record = analysis[layer]
    return key.layer(record) if key.layer else record.output
