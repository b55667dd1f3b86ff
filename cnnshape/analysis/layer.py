"""What the analysis says of one layer."""

from dataclasses import dataclass
from math import sqrt
from typing import TYPE_CHECKING, NamedTuple

from typing_extensions import override

from cnnshape.analysis.memory import INDEX_BYTES, activation_bytes, activation_elements
from cnnshape.core.dims import Shape, prod
from cnnshape.graph.graph import Node
from cnnshape.layers.base import Ops

if TYPE_CHECKING:
    from cnnshape.analysis.flop_conventions import Convention
    from cnnshape.analysis.receptive.fields import Field
    from cnnshape.analysis.result import Analysis


class Fans(NamedTuple):
    """What initialisation asks of a weight, as ``torch.nn.init`` counts it.

    ``fan_in`` and ``fan_out`` are the second and first axis of the weight, times its other axes.  Xavier (Glorot &
    Bengio 2010): normal std ``sqrt(2 / (fan_in + fan_out))``, uniform bound ``sqrt(6 / (fan_in + fan_out))``.  He
    (He et al. 2015): ``sqrt(2 / fan_in)`` and ``sqrt(6 / fan_in)``.
    """

    fan_in: int
    fan_out: int

    @property
    def xavier_std(self) -> float:
        """Standard deviation of Xavier's normal initialisation."""
        return sqrt(2 / (self.fan_in + self.fan_out))

    @property
    def xavier_bound(self) -> float:
        """Bound of Xavier's uniform initialisation."""
        return sqrt(6 / (self.fan_in + self.fan_out))

    @property
    def he_std(self) -> float:
        """Standard deviation of He's normal initialisation."""
        return sqrt(2 / self.fan_in)

    @property
    def he_bound(self) -> float:
        """Bound of He's uniform initialisation."""
        return sqrt(6 / self.fan_in)


@dataclass(frozen=True, slots=True, repr=False)
class LayerRecord:
    """One layer: what it puts out, holds, computes, keeps in memory and sees; elements, unless the name says bytes."""

    analysis: "Analysis"
    value: int
    node: Node

    @override
    def __repr__(self) -> str:
        return f"LayerRecord({self.path}: {self.op}, output={self.output}, params={self.params:,}, macs={self.macs:,})"

    @property
    def path(self) -> str:
        """The name of the layer, with the blocks it stands in."""
        return self.node.path

    @property
    def op(self) -> str:
        """The name of its class, which is torch's."""
        return self.node.op

    @property
    def inputs(self) -> tuple[str, ...]:
        """The paths of what it reads."""
        paths = self.analysis.graph.paths
        return tuple(paths[source] for source in self.node.sources)

    @property
    def output(self) -> Shape:
        """The output shape, batch first."""
        return self.node.facts.output

    @property
    def line(self) -> int | None:
        """The line of the spec; None where there is no file."""
        mark = self.analysis.graph.mark(self.node)
        return mark.line if mark else None

    @property
    def weights(self) -> dict[str, Shape]:
        """``{name: shape}`` of the parameters it adds to the net; none where it shares those of another layer."""
        return {} if self.node.owner is not None else self.node.facts.weights

    @property
    def buffers(self) -> int:
        """Elements of its buffers, a counter being one."""
        return 0 if self.node.owner is not None else self.node.facts.buffer_elements

    @property
    def buffer_bytes(self) -> int:
        """Bytes of its buffers; counters are int64."""
        if self.node.owner is not None:
            return 0
        counters = sum(1 for shape in self.node.facts.buffers.values() if not shape)
        return (self.buffers - counters) * self.analysis.item + counters * INDEX_BYTES

    @property
    def params(self) -> int:
        """Parameters it adds to the net."""
        return 0 if self.node.owner is not None else self.node.facts.params

    @property
    def trainable_params(self) -> int:
        """Parameters that training changes."""
        return self.params if self.node.trainable else 0

    @property
    def weight_bytes(self) -> int:
        """Bytes of its parameters."""
        return self.params * self.analysis.item

    @property
    def fans(self) -> Fans | None:
        """Fan-in and fan-out of its first weight of two axes or more."""
        for shape in self.node.facts.weights.values():
            if len(shape) > 1:
                return Fans(shape[1] * prod(shape[2:]), shape[0] * prod(shape[2:]))
        return None

    @property
    def ops(self) -> Ops:
        """Scalar operations by kind."""
        return self.node.facts.ops if self.node.live else Ops()

    @property
    def macs(self) -> int:
        """Multiply-accumulates."""
        return self.node.facts.ops.mac if self.node.live else 0

    @property
    def flops(self) -> int:
        """FLOPs under the analysis' convention."""
        return self.analysis.convention.count(self.node.facts) if self.node.live else 0

    def count(self, convention: "Convention") -> int:
        """What a convention counts."""
        return convention.count(self.node.facts) if self.node.live else 0

    @property
    def activation_elements(self) -> int:
        """Elements of the outputs that own storage, indices included."""
        return activation_elements(self.node) if self.node.live else 0

    @property
    def conv_activations(self) -> int:
        """Those of a convolution or linear layer; 0 of any other."""
        return self.activation_elements if self.node.facts.layer.weighted else 0

    @property
    def activation_bytes(self) -> int:
        """Bytes of the outputs that own storage, indices included."""
        return activation_bytes(self.node, self.analysis.item) if self.node.live else 0

    @property
    def receptive_field(self) -> "dict[str, tuple[Field, ...]]":
        """For each input of the net that it sees, a field per spatial axis."""
        return self.analysis.fields[self.value]
