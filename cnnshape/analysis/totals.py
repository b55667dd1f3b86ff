"""Sums over layers, derived from their records and never stored beside them."""

from collections.abc import Sequence
from dataclasses import dataclass

from typing_extensions import override

from cnnshape.analysis.flop_conventions import Convention
from cnnshape.analysis.layer import LayerRecord
from cnnshape.layers.base import Ops


@dataclass(frozen=True, slots=True, repr=False)
class Totals:
    """Sums over some layers."""

    records: Sequence[LayerRecord]

    @override
    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.layers} layers, params={self.params:,}, macs={self.macs:,})"

    @property
    def layers(self) -> int:
        """How many layers."""
        return len(self.records)

    @property
    def params(self) -> int:
        """Parameters, a shared one once."""
        return sum(record.params for record in self.records)

    @property
    def trainable_params(self) -> int:
        """Parameters that training changes."""
        return sum(record.trainable_params for record in self.records)

    @property
    def buffers(self) -> int:
        """Elements of buffers."""
        return sum(record.buffers for record in self.records)

    @property
    def buffer_bytes(self) -> int:
        """Bytes of buffers."""
        return sum(record.buffer_bytes for record in self.records)

    @property
    def weight_bytes(self) -> int:
        """Bytes of parameters."""
        return sum(record.weight_bytes for record in self.records)

    @property
    def ops(self) -> Ops:
        """Scalar operations by kind."""
        return sum((record.ops for record in self.records), Ops())

    @property
    def macs(self) -> int:
        """Multiply-accumulates."""
        return sum(record.macs for record in self.records)

    @property
    def flops(self) -> int:
        """FLOPs under the analysis' convention."""
        return sum(record.flops for record in self.records)

    def count(self, convention: Convention) -> int:
        """What a convention counts."""
        return sum(record.count(convention) for record in self.records)

    @property
    def activation_elements(self) -> int:
        """Elements of outputs that own storage."""
        return sum(record.activation_elements for record in self.records)

    @property
    def activation_bytes(self) -> int:
        """Bytes of outputs that own storage."""
        return sum(record.activation_bytes for record in self.records)

    @property
    def conv_activations(self) -> int:
        """Elements of the outputs of convolutions and linear layers, the literature's figure (Radosavovic 2020)."""
        return sum(record.conv_activations for record in self.records)
