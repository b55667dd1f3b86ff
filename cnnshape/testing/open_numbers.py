"""The formulas of a layer over open numbers, against the same on ints."""

from collections.abc import Callable, Iterator
from functools import partial, reduce
from typing import Any, Final

from cnnshape.core.dims import Shape, prod
from cnnshape.core.errors import ShapeError, SpecError
from cnnshape.layers.base import Layer
from cnnshape.layers.facts import derive
from cnnshape.layers.fields import is_size
from cnnshape.layers.plugins import blamed
from cnnshape.symbolic import Space
from cnnshape.symbolic import evaluation as values

Sizes = dict[tuple[Any, ...], int]
"""Every amount of a case, by where it stands: ``("stride", 0)`` or ``(0, 2)`` for axis 2 of the first input."""

Put = Callable[[tuple[Any, ...], int], Any]


def amounts(layer: Layer) -> dict[str, Any]:
    """The fields that a sweep or a closed form may vary, as far as they are numbers."""
    fields = ((name, getattr(layer, name)) for name, field in type(layer).model_fields.items() if is_size(field))
    return {name: value for name, value in fields if isinstance(value, int | tuple) and not isinstance(value, bool)}


def sizes(layer: Layer, inputs: tuple[Shape, ...]) -> Sizes:
    """Every amount of a layer and every size of its inputs."""
    found: Sizes = {}
    for name, value in amounts(layer).items():
        for at, size in enumerate(value) if isinstance(value, tuple) else [(None, value)]:
            if type(size) is int:
                found[name, at] = size
    return found | {(place, axis): size for place, x in enumerate(inputs) for axis, size in enumerate(x)}


def replaced(layer: Layer, xs: tuple[Shape, ...], put: Put) -> tuple[dict[str, Any], tuple[Shape, ...]]:
    """The fields that are amounts, and the inputs, with every number replaced."""
    fields: dict[str, Any] = {}
    for name, value in amounts(layer).items():
        if isinstance(value, tuple):
            fields[name] = tuple(put((name, i), n) if type(n) is int else n for i, n in enumerate(value))
        else:
            fields[name] = put((name, None), value)
    inputs = [tuple(put((place, axis), n) for axis, n in enumerate(x)) for place, x in enumerate(xs)]
    return fields, tuple(inputs)


REPACKED: Final = {
    "MultiheadAttention": "torch packs three weights into one where sizes are equal, which letters do not know"
}
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
    """Raise `TypeError` for a branch on an open number, and where its value is asked for."""
    raise TypeError("a branch on a size, or its value, has no formula")


def traced(layer: Layer, xs: tuple[Shape, ...], others: Sizes) -> dict[str, Any]:
    """The figures of a layer whose amounts are open between its own and others; raises `PluginError` if one is not."""
    space = Space(undecided, undecided)
    own = sizes(layer, xs)

    def put(at: tuple[Any, ...], size: int) -> Any:
        return space.variable(letter(at), min(size, others[at]) - 1, max(size, others[at]) + 1)

    assert own.keys() == others.keys()
    fields, inputs = replaced(layer, xs, put)
    with blamed(type(layer), "a figure over open sizes"):
        return dict(figures(layer.model_copy(update=fields), inputs))


def letter(at: tuple[Any, ...]) -> str:
    """The name of an amount in a formula."""
    return "_".join(str(part) for part in at if part is not None)


def _at(point: Sizes, at: tuple[Any, ...], _: int) -> int:
    return point[at]


def larger(layer: Layer, xs: tuple[Shape, ...]) -> Iterator[tuple[Sizes, Layer, tuple[Shape, ...]]]:
    """The legal ones of: the layer as it is, with one amount 1 larger or doubled, and with all axes doubled."""
    own = sizes(layer, xs)
    doubled = {at: 2 * size if isinstance(at[0], int) else size for at, size in own.items()}
    for changed in ({}, *({at: own[at] + 1} for at in own), *({at: 2 * own[at]} for at in own), doubled):
        point: Sizes = {**own, **changed}
        fields, inputs = replaced(layer, xs, partial(_at, point))
        try:
            other = type(layer)(**{**layer.__dict__, **fields})
            derive(other, inputs)
        except (SpecError, ShapeError):
            continue
        yield point, other, inputs


def assert_letters_agree(layer: Layer, xs: tuple[Shape, ...]) -> None:
    """Fail where a formula, with the numbers put in, gives another figure than the numbers."""
    forms = traced(layer, xs, {at: max(1, 3 * size) for at, size in sizes(layer, xs).items()})
    for point, other, inputs in larger(layer, xs):
        plain = dict(figures(other, inputs))
        numbers = {letter(at): size for at, size in point.items()}
        for name, form in forms.items():
            found = values.value(form, numbers)
            assert found == plain[name], (
                f"open numbers: {name} of {other} on {inputs}: the formula gives {found}, numbers {plain[name]}"
            )
