"""The comparison that every differential test uses: what a layer says of itself against what torch does."""

import warnings
from collections.abc import Callable
from typing import Any, NamedTuple

import torch
from hypothesis import Phase, given, settings
from hypothesis.strategies import SearchStrategy

from cnnshape.analysis.receptive.window import read
from cnnshape.core.dims import Shape
from cnnshape.core.errors import CnnshapeError
from cnnshape.graph.graph import Graph, Node
from cnnshape.interop.torch_build import call, module_of
from cnnshape.interop.torch_reads import Linear
from cnnshape.interop.torch_run import run, tensors
from cnnshape.layers import BUILTIN
from cnnshape.layers.base import Layer
from cnnshape.layers.facts import derive
from cnnshape.layers.registry import layer_type
from tests.strategies.case import Case


class Seen(NamedTuple):
    """The figures of one layer that torch has too; names in torch's order."""

    output: Shape
    indices: Shape | None
    weights: list[tuple[str, Shape]]
    buffers: list[tuple[str, Shape]]
    macs: int


def ours(case: Case) -> Seen:
    """What the layer says."""
    facts = derive(case.layer(), case.inputs)
    return Seen(facts.output, facts.indices, list(facts.weights.items()), list(facts.buffers.items()), facts.ops.mac)


def torchs(case: Case, device: str = "cpu") -> Seen:
    """What torch does."""
    layer = case.layer()
    part = module_of(layer, case.inputs, device)
    values, indices, macs = run(layer, part, tensors(layer, case.inputs, device))
    return Seen(
        tuple(values.shape),
        None if indices is None else tuple(indices.shape),
        [(name, tuple(tensor.shape)) for name, tensor in part.named_parameters()],
        [(name, tuple(tensor.shape)) for name, tensor in part.named_buffers()],
        macs,
    )


def assert_same(case: Case, device: str = "cpu") -> None:
    """Fail where the layer and torch differ in any figure of a legal case."""
    said, done = ours(case), torchs(case, device)
    for figure, mine, theirs in zip(Seen._fields, said, done, strict=True):
        assert mine == theirs, f"{figure} of {case}: we say {mine}, torch {theirs}"


def refusal(case: Case) -> str:
    """Why we refuse a case; empty where we take it."""
    try:
        derive(case.layer(), case.inputs)
    except CnnshapeError as error:
        return error.problems[0].text
    return ""


def _as_written(case: Case) -> Layer:
    """The layer with the fields as the spec has them, whether we take them or not."""
    kind = layer_type(case.op, BUILTIN)
    return kind.model_construct(**case.fields)


def torch_refusal(case: Case, device: str = "cpu") -> str:
    """Why torch refuses a case, at construction or in the forward pass; empty where it takes it.

    Nothing is counted meanwhile: under a counter, torch takes some ops apart and forgets to check them.
    """
    try:
        layer = case.layer()
    except CnnshapeError:
        layer = _as_written(case)
    try:
        part, xs = module_of(layer, case.inputs, device), tensors(layer, case.inputs, device)
        with torch.no_grad(), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            call(layer, part, xs)
    except Exception as error:  # whatever torch raises is a refusal
        return f"{type(error).__name__}: {error}"
    return ""


def assert_same_refusal(case: Case, device: str = "cpu") -> None:
    """Fail where one of us and torch takes a case that the other refuses."""
    said, done = refusal(case), torch_refusal(case, device)
    assert bool(said) == bool(done), f"{case}: we say {said or 'it fits'!r}, torch {done or 'takes it'!r}"


Sets = tuple[frozenset[int], ...]


def assert_same_reads(case: Case, positions: list[tuple[int, ...]], device: str = "cpu") -> None:
    """Fail where an output element reads other indices, along any axis, than its gradient says."""
    facts = derive(case.layer(), case.inputs)
    names = [f"x{place}" for place in range(len(case.inputs))]
    node = Node("layer", case.op, facts, tuple(range(len(names))))
    graph = Graph("layer", dict(zip(names, case.inputs, strict=True)), (node,), (len(names),))
    linear = Linear(graph, device)
    for position in positions:
        found = linear.read(len(names), position, first=0)
        said = read(graph, len(names), tuple(frozenset((at,)) for at in position), first=0)
        assert said.exact
        for name in names:
            mine, theirs = _elements(said.get(name, ())), _elements(found.get(name, ()))
            assert mine == theirs, f"{name} of {case} at {position}: we say {mine}, torch {theirs}"


def _elements(sets: Sets) -> Sets | None:
    """The sets of a read input; None where no element of it is read."""
    return sets if sets and all(sets) else None


def caught(drawn: SearchStrategy[Any], compare: Callable[[Any], None], examples: int = 200) -> bool:
    """Whether a comparison fails for one of some examples."""

    @settings(max_examples=examples, phases=[Phase.generate], derandomize=True, report_multiple_bugs=False)
    @given(drawn)
    def search(example: Any) -> None:
        compare(example)

    try:
        search()
    except (AssertionError, CnnshapeError):
        return True
    return False
