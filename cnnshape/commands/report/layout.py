"""The layout of ``cnnshape report --format json``."""

from typing import Annotated, Final

from pydantic import Field
from typing_extensions import TypedDict

from cnnshape.analysis.memory import Rule
from cnnshape.core.ids import WARNINGS
from cnnshape.render import layouts
from cnnshape.render.layouts import LINE, Count, Fields, Local, Shape, Shapes, Size, keyed

_OPS: Final = {
    "mac": (Count, "multiply-accumulates"),
    "add": (Count, "additions and subtractions"),
    "mul": (Count, "multiplications"),
    "div": (Count, "divisions"),
    "compare": (Count, "minima, maxima and tests against a bound"),
    "exp": (Count, "transcendental functions"),
    "sqrt": (Count, "square roots"),
}


class Tensor(TypedDict):
    """A tensor in memory."""

    path: str
    bytes: Count


class PeakMemory(TypedDict):
    """Where activations need the most memory."""

    rule: Rule
    step: Annotated[str, Field(description="layer at whose execution it is needed")]
    tensors: Annotated[
        list[Tensor],
        Field(description="what is in memory at that step, largest first; it adds up to peak_memory_bytes"),
    ]


class Totals(TypedDict):
    """Figures of the net."""

    layers: Count
    params: Annotated[Count, Field(description="parameters, a shared one once")]
    trainable_params: Annotated[Count, Field(description="parameters that training changes")]
    buffers: Annotated[Count, Field(description="elements of buffers, a counter being one")]
    macs: Annotated[Count, Field(description="multiply-accumulates of one forward pass")]
    flops: Annotated[Count, Field(description="FLOPs under flops_convention")]
    flops_convention: Annotated[str, Field(description="name of the convention of all flops")]
    weight_bytes: Count
    buffer_bytes: Count
    activation_elements: Annotated[
        Count, Field(description="elements of the outputs that own storage; a view owns none")
    ]
    activation_bytes: Count
    conv_activations: Annotated[Count, Field(description="elements of the outputs of convolutions and linear layers")]
    peak_memory_bytes: Annotated[
        Count, Field(description="the most memory that activations need at one time, under peak_memory.rule")
    ]
    peak_memory: PeakMemory
    depth: Annotated[Count, Field(description="most convolutions and linear layers on one path to an output")]
    receptive_field: Annotated[Local, Field(description="what is seen at the last maps of outputs")]
    ops: Annotated[dict[str, Count], keyed("Ops", _OPS), Field(description="scalar operations by kind")]


class Layer(TypedDict):
    """One layer."""

    path: Annotated[str, Field(description="name, with the blocks that it is in")]
    op: Annotated[str, Field(description="name of its class")]
    inputs: Annotated[list[str], Field(description="paths of what it reads, in the order of `from`")]
    output: Annotated[Shape, Field(description="output shape, batch first")]
    params: Annotated[Count, Field(description="0 if it shares those of another layer")]
    trainable_params: Count
    buffers: Count
    macs: Count
    flops: Count
    ops: Annotated[
        dict[str, Count],
        keyed("LayerOps", _OPS, total=False),
        Field(description="scalar operations, only the kinds that it has"),
    ]
    activation_elements: Annotated[Count, Field(description="0 for a view")]
    activation_bytes: Annotated[Count, Field(description="0 for a view")]
    weights: Annotated[Shapes, Field(description="shapes of its parameters, by the names that torch gives them")]
    shares: Annotated[str | None, Field(description="layer whose parameters it uses")]
    receptive_field: Annotated[
        Fields, Field(description="for each input that it sees, a field for each axis from axis 2 on")
    ]
    line: Annotated[Size | None, Field(description=LINE)]


class Finding(TypedDict):
    """Something that a reader should look at."""

    id: Annotated[str, Field(description="what was noticed", json_schema_extra={"enum": [*WARNINGS]})]
    path: Annotated[str, Field(description="the layer; empty for the net")]
    text: Annotated[str, Field(description="the finding, on one line")]
    line: Annotated[Size | None, Field(description=LINE)]


class Printed(layouts.Printed):
    """What `cnnshape report --format json` prints. Numbers are exact; keys of byte counts end in bytes."""

    name: Annotated[str, Field(description="name of the net")]
    batch: Annotated[Size, Field(description="samples in the batch")]
    dtype: Annotated[str, Field(description="type of every element but indices and counters, which are int64")]
    totals: Totals
    inputs: Annotated[Shapes, Field(description="shape of each input, batch first")]
    outputs: Annotated[Shapes, Field(description="shape of each output, batch first")]
    layers: Annotated[list[Layer], Field(description="in the order of the file")]
    findings: list[Finding]
