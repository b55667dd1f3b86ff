"""The facts of one layer at given input shapes, computed once and shared by every node that has them."""

from collections.abc import Callable
from functools import cache
from inspect import CO_VARARGS
from types import FunctionType
from typing import Final, NamedTuple, cast

from cnnshape.core.dims import Shape, prod
from cnnshape.core.errors import Problem, ShapeError
from cnnshape.layers import is_own
from cnnshape.layers.base import Layer, Ops
from cnnshape.layers.fields import LARGEST, MOST_AXES
from cnnshape.layers.steps import Chain, Row, Step, Taps

MOST_ELEMENTS: Final = 10**18
"""Elements of a tensor: far beyond any memory, and small enough that every figure derived from it can be printed."""


class Facts(NamedTuple):
    """What a layer says of itself for these inputs; see `cnnshape.layers.base` for what each fact means."""

    layer: Layer
    inputs: tuple[Shape, ...]
    output: Shape
    weights: dict[str, Shape]
    buffers: dict[str, Shape]
    ops: Ops
    indices: Shape | None
    elements: int
    """Elements of the output."""
    params: int
    """Elements of all weights."""
    buffer_elements: int
    """Elements of all buffers, a counter being one."""

    def reads(self) -> tuple[tuple[Step, ...] | None, ...]:
        """The steps by which each input is read, with reaches that are known; computed when asked for.

        None for an input of which no more than the shape is taken.
        """
        return tuple([self._steps(taps) for taps in _heard(self.layer).taps(*self.inputs)])

    def _steps(self, taps: Taps | Chain) -> tuple[Step, ...] | None:
        if isinstance(taps, Chain):
            return taps.known().steps
        if not taps and self.output:
            return None  # a single number has no axes and reads all
        return (Row(taps, self.output).known(),)


_is_own = cache(is_own)


def _heard(layer: Layer) -> Layer:
    """What is asked for the facts of a layer."""
    if _is_own(type(layer)):
        return layer
    from cnnshape.layers.plugins import heard  # a report of our own layers does without it

    return heard(layer)


@cache
def arity(kind: type[Layer]) -> tuple[int, int | None]:
    """Least and most number of inputs of an op, read from the signature of its `output`; None where any will do."""
    code = cast(FunctionType, kind.output).__code__
    most = code.co_argcount - 1
    least = most - len(cast(FunctionType, kind.output).__defaults__ or ())
    return least, None if code.co_flags & CO_VARARGS else most


def _check_inputs(layer: Layer, xs: tuple[Shape, ...]) -> None:
    kind = type(layer)
    least, most = arity(kind)
    if len(xs) < least or (most is not None and len(xs) > most):
        wanted = (
            _counted(least) if least == most else f"{least} to {most} inputs" if most else f"{_counted(least)} or more"
        )
        hint = "name them in `from`" if len(xs) < least else "merge them first, with `Add` or `Concat`"
        raise ShapeError(Problem(f"{kind.__name__} takes {wanted}, `from` gives {len(xs)}", hint=hint))
    if kind.ranks and xs and len(xs[0]) not in kind.ranks:
        wanted = " or ".join(f"{rank}-D" for rank in kind.ranks)
        axes = f" ({kind.axes})" if kind.axes else ""
        raise ShapeError(Problem(f"{kind.__name__} takes a {wanted} input{axes}, this one is {len(xs[0])}-D"))


def _counted(n: int) -> str:
    return {0: "no input", 1: "one input", 2: "two inputs", 3: "three inputs"}.get(n, f"{n} inputs")


def beyond(shape: Shape) -> str:
    """What makes a tensor of this shape larger than any is, to go after ``has``; empty where nothing does.

    >>> beyond((1, 3, 224, 224)), beyond((1, 10**13))
    ('', 'an axis of 10,000,000,000,000, and the largest is 1,000,000,000,000')
    """
    if len(shape) > MOST_AXES:
        return f"{len(shape):,} axes, and the most is {MOST_AXES}"
    for size in shape:
        if size > LARGEST:
            return f"an axis of {size:,}, and the largest is {LARGEST:,}"
    return f"more than {MOST_ELEMENTS:,} elements" if prod(shape) > MOST_ELEMENTS else ""


def derive(layer: Layer, xs: tuple[Shape, ...]) -> Facts:
    """Check what the layer needs of these input shapes (batch first) and derive its facts.

    Raises `ShapeError` with the first need that does not hold, and for an output beyond any size.

    >>> from cnnshape.layers.linear import Linear
    >>> derive(Linear(out_features=10), ((1, 320),)).params
    3210
    """
    _check_inputs(layer, xs)
    said = _heard(layer)
    for need in said.needs(*xs):
        if not need.ok:
            raise ShapeError(Problem(need.sentence, hint=need.advice))
    facts = _facts(layer, said, xs)
    if said is not layer:
        said.taps(*xs)  # what is wrong with a plug-in is said at once, not when a field is asked for
    if what := beyond(facts.output):
        raise ShapeError(Problem(f"its output has {what}"))
    return facts


def unchecked(layer: Layer, xs: tuple[Shape, ...]) -> Facts:
    """The facts of a layer for inputs of which it is known that they are what it needs; all may be open."""
    return _facts(layer, _heard(layer), xs)


def _facts(layer: Layer, said: Layer, xs: tuple[Shape, ...]) -> Facts:
    output, weights, buffers = said.output(*xs), said.weights(*xs), said.buffers(*xs)
    return Facts(
        layer, xs, output, weights, buffers, said.ops(*xs), said.indices(*xs), prod(output),
        _elements(weights), _elements(buffers),
    )  # fmt: skip


def _elements(tensors: dict[str, Shape]) -> int:
    return sum(map(prod, tensors.values())) if tensors else 0


Deriver = Callable[[Layer, tuple[Shape, ...]], Facts]


def memoised() -> Deriver:
    """A `derive` that remembers; layers are told apart by identity, so intern them first."""
    memo: dict[tuple[int, tuple[Shape, ...]], Facts] = {}

    def remembered(layer: Layer, xs: tuple[Shape, ...]) -> Facts:
        key = (id(layer), xs)
        facts = memo.get(key)
        if facts is None:
            facts = memo[key] = derive(layer, xs)  # Facts keep the layer alive, so its id stays its own
        return facts

    return remembered
