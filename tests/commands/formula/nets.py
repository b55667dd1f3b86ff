"""Nets for closed forms: the zoo with its variants, and a padded U-Net, whose merges match for multiples of 16."""

from collections.abc import Iterator
from typing import Any

import cnnshape
from cnnshape.analysis.metrics import METRICS
from cnnshape.commands.formula.formula import ClosedForm
from cnnshape.core.errors import CnnshapeError
from cnnshape.graph.graph import Graph

FIGURES = ("macs", "params", "activation_bytes", "peak_memory", "output")


def padded_unet(levels: int = 4) -> dict[str, Any]:
    """A U-Net that pads, so that skips and what comes up have one size where the pools leave no rest."""
    layers: dict[str, Any] = {}
    conv = {"op": "Conv2d", "kernel_size": 3, "padding": 1}
    for level in range(levels):
        layers[f"down{level}.conv"] = {**conv, "out_channels": 8 * 2**level}
        layers[f"down{level}.pool"] = {"op": "MaxPool2d", "kernel_size": 2}
    layers["bottom"] = {**conv, "out_channels": 8 * 2**levels}
    for level in reversed(range(levels)):
        up = {"op": "ConvTranspose2d", "out_channels": 8 * 2**level, "kernel_size": 2, "stride": 2}
        layers[f"up{level}.up"] = up
        layers[f"up{level}.cat"] = {"op": "Concat", "from": [f"down{level}.conv", f"up{level}.up"]}
        layers[f"up{level}.conv"] = {**conv, "out_channels": 8 * 2**level}
    return {"cnnshape": 1, "name": "unet", "input": [3, 64, 64], "layers": layers}


def built(form: ClosedForm, point: dict[str, int]) -> Graph | None:
    """The net of a form at some sizes; None where it is refused."""
    try:
        return form._source.build(point)
    except CnnshapeError:
        return None


def differences(form: ClosedForm, point: dict[str, int]) -> Iterator[str]:
    """Where a form says something else of some sizes than a single report does."""
    graph = built(form, point)
    if form.holds(**point) != (graph is not None):
        yield f"{form} at {point}: {'holds, and the net is refused' if graph is None else 'does not hold'}"
        return
    within = all(sizes is None or point[name] in sizes for name, sizes in form.sizes.items())
    if not form.assumptions and not form.same and within != (graph is not None):
        yield f"{form} at {point}: legal sizes say {within}"
    if graph is None:
        return
    value = METRICS[form.metric.key].net(cnnshape.analyze(graph))
    if form(**point) != value:
        yield f"{form} at {point}: {form(**point)}, not {value}"
    divided = form.divided
    if divided is None:
        return
    over = [(point[name] - rest, step) for name, (step, _, rest) in divided.steps.items()]
    if all(more >= 0 and more % step == 0 for more, step in over) and divided(**point) != value:
        yield f"{form} divided at {point}: {divided(**point)}, not {value}"
