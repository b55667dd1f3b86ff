"""The same formulas on ints, on the columns of a sweep and on the letters of a closed form: all three must agree.

A column holds two cases of the same modes, so that an element that takes its neighbour's value is found.  Taps are left
out: receptive fields are computed on ints only.
"""

from collections.abc import Callable, Iterator
from functools import reduce
from typing import Any

import numpy as np
import pytest
from hypothesis import event, given, settings

from cnnshape.core.dims import prod
from cnnshape.core.errors import CnnshapeError
from cnnshape.layers import BUILTIN
from cnnshape.layers.base import Layer
from cnnshape.layers.fields import is_size
from cnnshape.symbolic import Space
from cnnshape.symbolic import evaluation as values
from cnnshape.symbolic.vectorised import Program
from tests.oracle.compare import refusal
from tests.strategies.all import VALID, WILD
from tests.strategies.case import Case

Sizes = dict[tuple[Any, ...], int]
"""Every amount of a case, by where it stands: ``("stride", 0)`` or ``(0, 2)`` for axis 2 of the first input."""

Put = Callable[[tuple[Any, ...], int], Any]


def amounts(layer: Layer) -> dict[str, Any]:
    """The fields that a sweep or a closed form may vary, as far as they are numbers."""
    fields = ((name, getattr(layer, name)) for name, field in type(layer).model_fields.items() if is_size(field))
    return {name: value for name, value in fields if isinstance(value, int | tuple) and not isinstance(value, bool)}


def sizes(layer: Layer, inputs: tuple[tuple[int, ...], ...]) -> Sizes:
    found: Sizes = {}
    for name, value in amounts(layer).items():
        for at, size in enumerate(value) if isinstance(value, tuple) else [(None, value)]:
            if type(size) is int:
                found[name, at] = size
    return found | {(place, axis): size for place, x in enumerate(inputs) for axis, size in enumerate(x)}


def modes(case: Case) -> list[Any]:
    """What must be equal in two cases for one column to hold both: all but the amounts."""
    layer = case.layer()
    rest = [(name, getattr(layer, name)) for name in type(layer).model_fields if name not in amounts(layer)]
    lengths = [(name, len(value)) for name, value in amounts(layer).items() if isinstance(value, tuple)]
    return [rest, lengths, list(sizes(layer, case.inputs))]


def replaced(case: Case, put: Put) -> tuple[Layer, list[tuple[Any, ...]]]:
    """The layer and the inputs with every amount replaced."""
    layer = case.layer()
    fields: dict[str, Any] = {}
    for name, value in amounts(layer).items():
        if isinstance(value, tuple):
            fields[name] = tuple(put((name, i), n) if type(n) is int else n for i, n in enumerate(value))
        else:
            fields[name] = put((name, None), value)
    inputs = [tuple(put((place, axis), n) for axis, n in enumerate(x)) for place, x in enumerate(case.inputs)]
    return layer.model_copy(update=fields), inputs


REPACKED = {"MultiheadAttention": "torch packs three weights into one where sizes are equal, which letters do not know"}
"""Ops whose weights are compared by their number of elements only, with the reason."""


def figures(layer: Layer, inputs: Any) -> Iterator[tuple[str, Any]]:
    """Every number that a layer says, by name."""
    for place, need in enumerate(layer.needs(*inputs)):
        yield f"need {place}: {need.text}", need.ok
    weights = layer.weights(*inputs)
    shapes = {"output": layer.output(*inputs), "indices": layer.indices(*inputs) or ()} | layer.buffers(*inputs)
    if type(layer).__name__ in REPACKED:
        yield "elements of the weights", reduce(lambda total, shape: total + prod(shape), weights.values(), 0)
    else:
        shapes |= weights
    for name, shape in shapes.items():
        yield f"rank of {name}", len(shape)
        yield from ((f"{name}[{axis}]", size) for axis, size in enumerate(shape))
    yield from layer.ops(*inputs).kinds().items()


def undecided(what: Any) -> Any:
    raise AssertionError(f"a figure of a layer hangs on {what}, so that it has no column and no closed form")


def traced(case: Case, others: Sizes) -> dict[str, Any]:
    """The figures of a case whose amounts are open between its own and those of another."""
    space = Space(undecided, undecided)
    own = sizes(case.layer(), case.inputs)

    def put(at: tuple[Any, ...], size: int) -> Any:
        return space.variable(letter(at), min(size, others[at]) - 1, max(size, others[at]) + 1)

    assert own.keys() == others.keys()
    return dict(figures(*replaced(case, put)))


def letter(at: tuple[Any, ...]) -> str:
    return "_".join(str(part) for part in at if part is not None)


def assert_columns_agree(one: Case, other: Case) -> None:
    """Fail where a column of two cases holds other figures than the two; one case twice where their modes differ."""
    alike = modes(one) == modes(other)
    event("two cases in a column" if alike else "one case twice")
    other = other if alike else one
    apart = [dict(figures(case.layer(), case.inputs)) for case in (one, other)]
    first, second = (sizes(case.layer(), case.inputs) for case in (one, other))
    together = traced(one, second)
    assert together.keys() == apart[0].keys() == apart[1].keys(), one
    columns = {letter(at): np.array([first[at], second[at]]) for at in first}
    for (name, _), column in zip(together.items(), Program(list(together.values())).run(columns), strict=True):
        found = np.broadcast_to(np.asarray(column), 2).tolist()
        assert found == [apart[0][name], apart[1][name]], f"{name} of {one} and {other}: {found}"


def assert_letters_agree(case: Case) -> None:
    """Fail where a formula, with the numbers put in, gives another figure than the numbers."""
    plain = dict(figures(case.layer(), case.inputs))
    own = sizes(case.layer(), case.inputs)
    numbers = {letter(at): size for at, size in own.items()}
    for name, form in traced(case, {at: max(1, 3 * size) for at, size in own.items()}).items():
        found = values.value(form, numbers)
        assert found == plain[name], f"{name} of {case}: {found}, not {plain[name]}"


@pytest.mark.parametrize("op", BUILTIN)
def test_columns(op: str) -> None:
    @given(VALID[op], VALID[op])
    def check(one: Case, other: Case) -> None:
        assert_columns_agree(one, other)

    check()


def assert_masks_agree(one: Case, other: Case) -> None:
    """Fail where a column's mask of legal variants is not what the variants say one by one."""
    first, second = (sizes(case.layer(), case.inputs) for case in (one, other))
    columns = {letter(at): np.array([first[at], second[at]]) for at in first}
    mask = np.array([True, True])
    for name, claim in traced(one, second).items():
        if name.startswith("need "):
            with np.errstate(divide="ignore"):
                mask = mask & np.asarray(Program([claim]).run(columns)[0])
    assert mask.tolist() == [not refusal(one), not refusal(other)], f"{one} and {other}: {mask}"


@pytest.mark.parametrize("op", BUILTIN)
def test_masks(op: str) -> None:
    @given(VALID[op], WILD[op])
    def check(one: Case, other: Case) -> None:
        try:
            alike = modes(one) == modes(other)
        except CnnshapeError:
            alike = False  # no sweep holds a value that the field does not take
        event("a column with a case that may be illegal" if alike else "of other modes")
        if alike:
            assert_masks_agree(one, other)

    check()


@pytest.mark.parametrize("op", BUILTIN)
def test_letters(op: str) -> None:
    @settings(max_examples=max(settings().max_examples // 5, 5))
    @given(VALID[op])
    def check(case: Case) -> None:
        assert_letters_agree(case)

    check()
