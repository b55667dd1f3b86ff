"""Cases worked by hand, and inputs that a layer refuses with the sentence it says."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from tests.strategies.case import Case


class Worked(NamedTuple):
    """A layer whose figures somebody worked out on paper; ``why`` says how or where they stand."""

    op: str
    fields: dict[str, Any]
    inputs: tuple[tuple[int, ...], ...]
    output: tuple[int, ...]
    why: str
    weights: Mapping[str, tuple[int, ...]] = MappingProxyType({})
    buffers: Mapping[str, tuple[int, ...]] = MappingProxyType({})
    ops: Mapping[str, int] = MappingProxyType({})  # kinds that are not zero

    def check(self) -> None:
        layer, xs = Case(self.op, self.fields, self.inputs).layer(), self.inputs
        assert [need.sentence for need in layer.needs(*xs) if not need.ok] == []
        assert layer.output(*xs) == self.output
        assert list(layer.weights(*xs).items()) == list(self.weights.items())
        assert list(layer.buffers(*xs).items()) == list(self.buffers.items())
        assert {kind: count for kind, count in layer.ops(*xs).kinds().items() if count} == self.ops


class Refused(NamedTuple):
    """Inputs that a layer refuses, the first sentence it says, and the hint beside it, if there is one."""

    op: str
    fields: dict[str, Any]
    inputs: tuple[tuple[int, ...], ...]
    sentence: str
    hint: str = ""

    def check(self) -> None:
        needs = Case(self.op, self.fields, self.inputs).layer().needs(*self.inputs)
        first = next(need for need in needs if not need.ok)
        assert first.sentence == self.sentence
        assert first.advice == self.hint
