"""A drawn case: one layer and the shapes that go into it."""

from typing import Any, NamedTuple

from cnnshape.layers import BUILTIN
from cnnshape.layers.base import Layer
from cnnshape.layers.registry import layer_type


class Case(NamedTuple):
    """An op, its fields as a spec would write them, and full input shapes, batch first."""

    op: str
    fields: dict[str, Any]
    inputs: tuple[tuple[int, ...], ...]

    def layer(self) -> Layer:
        return layer_type(self.op, BUILTIN)(**self.fields)
