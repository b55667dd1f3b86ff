"""The comparison that every differential test uses: what a layer says of itself against what torch does."""

import warnings
from collections.abc import Callable
from typing import Any

import torch
from hypothesis import Phase, given, settings
from hypothesis.strategies import SearchStrategy

from cnnshape.core.errors import CnnshapeError
from cnnshape.interop.torch_build import call, module_of
from cnnshape.interop.torch_reads import Linear
from cnnshape.interop.torch_run import tensors
from cnnshape.layers import BUILTIN
from cnnshape.layers.base import Layer
from cnnshape.layers.facts import derive
from cnnshape.layers.registry import layer_type
from cnnshape.testing import figures
from cnnshape.testing.reads import assert_reads, graph_of
from tests.strategies.case import Case


def assert_same(case: Case, device: str = "cpu") -> None:
    """Fail where the layer and torch differ in any figure of a legal case."""
    figures.assert_same(case.layer(), case.inputs, device)


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


def assert_same_reads(case: Case, positions: list[tuple[int, ...]], device: str = "cpu") -> None:
    """Fail where an output element reads other indices, along any axis, than its gradient says."""
    layer = case.layer()
    linear = Linear(graph_of(layer, case.inputs), device)

    def found(which: int, position: tuple[int, ...]) -> Any:
        return linear.read(len(case.inputs), position, first=0).get(str(which), ())

    assert_reads(layer, case.inputs, positions, found)


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
