"""Hints for a size that is stated and is not what the input has: where else in the input that number is."""

from collections.abc import Iterator
from itertools import combinations
from math import isqrt, prod
from typing import Any, Final, NamedTuple

from cnnshape.graph.hints.flow import flow
from cnnshape.layers.base import Layer, Need

Sizes = tuple[int, ...]

_SECOND: Final = {"in2_features": (1, -1), "kdim": (1, 2), "vdim": (2, 2), "num_parameters": (0, 1)}
"""The input and the axis that a stated size belongs to, beside those that torch's constructor takes."""

_LETTERS: Final = {1: "C", 2: "CL", 3: "CHW", 4: "CDHW"}


class Read(NamedTuple):
    """One input of a layer."""

    name: str
    shape: Sizes
    is_input: bool
    """Whether it is an input of the net."""
    flat: "Sizes | None" = None
    """The shape that it was flattened from, where the layer before is a `Flatten`."""

    @property
    def sample(self) -> Sizes:
        """The shape without the batch."""
        return self.shape[1:]


def hint(layer: Layer, need: Need, reads: tuple[Read, ...], at: str, inputs: tuple[Read, ...] = ()) -> str:
    """The hint for a need that failed because of a size that is stated; empty where it is about something else.

    ``at`` is the name of the layer, and ``inputs`` are those of the net.
    """
    values = need.values
    if "normalized_shape" in layer.__dict__:
        return _normalized(layer.__dict__["normalized_shape"], reads[0])
    name = str(values.get("name", "num_parameters" if "num_parameters" in layer.__dict__ else ""))
    if name in type(layer).model_fields and name in ("shape", "unflattened_size"):
        return _reshaped(name, values, reads[0])
    place, axis = _SECOND.get(name, (0, type(layer).torch_from_input.get(name)))
    if axis is None or place >= len(reads):
        return _grouped(values, reads[0]) if "g" in values and reads else ""
    value = values.get("value", values.get("taken", values.get("count")))
    if type(value) is not int or len(reads[place].shape) < 2:
        return ""
    axis %= len(reads[place].shape)
    said = _stated(layer, name, value, axis, reads, place, at)
    return said or (_of_input(value, reads[place], inputs) if axis == 1 else "")


def _of_input(value: int, read: Read, inputs: tuple[Read, ...]) -> str:
    """The hint for channels that an input of the net has last, where layers in between kept its first axis."""
    for each in inputs:
        own = each.sample
        if len(own) > 2 and len(read.shape) > 2 and own[-1] == value < min(own[:-1]) and own[0] == read.shape[1]:
            return f"channels first: `{each.name}` is {[value, *own[:-1]]}"
    return ""


def _stated(layer: Layer, name: str, value: int, axis: int, reads: tuple[Read, ...], place: int, at: str) -> str:
    """The hint for a stated size of one axis."""
    read, op = reads[place], type(layer).__name__
    x, last = read.shape, axis == len(read.shape) - 1
    if name in ("in1_features", "in2_features") and reads[1 - place].shape[-1] == value:
        return f"that is the size of the other input: `from: [{reads[1].name}, {reads[0].name}]`"
    if len(x) == 2:
        return _flattened(name, value, read)
    if last and axis != 1:
        return _of_last(op, name, value, read, at)
    found = [other for other in range(2, len(x)) if x[other] == value]
    if len(x) - 1 in found:
        return _channels_first(value, read)
    if found:
        move = {"op": "Transpose", "dim0": 1, "dim1": found[0]}
        return f"axis {found[0]} has {value}: `{flow(move)}` before it makes that the channels"
    if prod(read.sample) == value:
        use = "" if 2 in type(layer).ranks or not type(layer).ranks else "; after that only layers for (N, C) go on"
        said = f"{value} is {_times(read.sample)}, the whole of `{read.name}`"
        return f"{said}: {op} reads axis {axis}, which has {x[axis]}; add a `Flatten` before `{at}` for all{use}"
    return ""


def _of_last(op: str, name: str, value: int, read: Read, at: str) -> str:
    """The hint for a size of the last axis, which all others keep apart."""
    x = read.shape
    single = [axis for axis in range(1, len(x) - 1) if x[axis] == value]
    if op == "MultiheadAttention" and not single:
        return f"state `{name}: {x[-1]}`, the last axis of `{read.name}`"
    for axes in _subsets(len(x)):
        if prod(x[axis] for axis in axes) == value and not (single and len(axes) < len(x) - 1):
            said = f"{value} is {_times([x[axis] for axis in axes])}"
            rest = [axis for axis in range(1, len(x)) if axis not in axes]
            lines = (
                [f"`{flow({'op': 'Permute', 'dims': [0, *rest, *axes]})}`"]
                if [*rest, *axes] != [*range(1, len(x))]
                else []
            )
            lines.append(f"`{flow({'op': 'Flatten', 'start_dim': 1 + len(rest)})}`" if rest else "a `Flatten`")
            return f"{said}: add {' and '.join(lines)} before `{at}`"
    if single and read.is_input and name == "embed_dim":
        return f"features last: {flow([*_without(read.sample, single[0] - 1), value])}"
    if single and len(x) == 4 and single[0] == 1:
        pool, permute = "`{op: AdaptiveAvgPool2d, output_size: 1}`", "`{op: Permute, dims: [0, 2, 3, 1]}`"
        return f"axis 1 has {value}: add {pool} and a `Flatten` before `{at}`, or {permute} to map each position"
    if single:
        move = flow({"op": "Transpose", "dim0": single[0], "dim1": len(x) - 1})
        return f"axis {single[0]} has {value}: add `{move}` before `{at}`"
    whole = f"add a `Flatten` before `{at}` to read all {prod(read.sample):,}"
    return f"{op} reads the last axis, which has {x[-1]}: state `{name}: {x[-1]}` for that, or {whole}"


def _flattened(name: str, value: int, read: Read) -> str:
    """The hint for features of a vector, which may have been an image before."""
    if not read.flat or len(read.flat) < 3:
        return ""
    channels, *space = read.flat[1:]
    pool = "AdaptiveAvgPool" + f"{len(space)}d"
    said = f"`{read.name}` is {_times((channels, *space))}"
    if value == channels:
        return (
            f"{said}, and {value} are its channels: put `{flow({'op': pool, 'output_size': 1})}` before `{read.name}`"
        )
    side = isqrt(value // channels)
    if len(space) == 2 and value == channels * side * side and side > 1:
        line = flow({"op": pool, "output_size": side})
        old = f"{value} is {_times((channels, side, side))}, of another input size"
        return f"{old}: leave {name} out, or put `{line}` before `{read.name}`"
    return ""


def _channels_first(value: int, read: Read) -> str:
    sizes = [value, *read.sample[:-1]]
    if read.is_input:
        return f"channels first: {sizes}"
    rank = len(read.shape)
    move = {"op": "Transpose", "dim0": 1, "dim1": 2} if rank == 3 else {"op": "Permute", "dims": _to_first(rank)}
    return f"the last axis has {value}: put `{flow(move)}` before it, for channels come first"


def _grouped(values: Any, read: Read) -> str:
    """The hint for groups that divide the last axis of an input, and not its channels."""
    groups, x = values.get("g"), read.shape
    last = read.is_input and len(x) >= 3 and values.get("c") == x[1] and x[-1] < x[1]
    return _channels_first(x[-1], read) if last and type(groups) is int and groups > 1 and x[-1] % groups == 0 else ""


def _normalized(sizes: Sizes, read: Read) -> str:
    """The hint for the stated shape of a layer that normalizes the last axes."""
    own, rank = read.sample, len(read.shape)
    if len(sizes) > 1 and len(sizes) == len(own) and (own[-1] == sizes[0] or own[0] == sizes[-1]):
        if tuple(sizes) == (*own[1:], own[0]):
            return f"channels first: `normalized_shape: {flow(own)}`"
        if read.is_input and tuple(sizes) == (own[-1], *own[:-1]):
            return f"channels first: {list(sizes)}"
    for count in range(2, len(own) + 1):
        if sizes == (prod(own[-count:]),):
            return f"{sizes[0]} is {_times(own[-count:])}: state `normalized_shape: {flow(own[-count:])}`"
    if len(sizes) == 1 and rank > 2 and own[0] == sizes[0]:
        if rank == 3:
            return f"axis 1 has {sizes[0]}: put `{{op: Transpose, dim0: 1, dim1: 2}}` before it, and again after it"
        there = flow({"op": "Permute", "dims": [0, *range(2, rank), 1]})
        back = flow({"op": "Permute", "dims": _to_first(rank)})
        return f"axis 1 has {sizes[0]}: put `{there}` before it and `{back}` after it"
    ends = [flow(own[-count:]) for count in range(1, min(len(own), 3) + 1)]
    return f"the last axes of the input are {' or '.join(ends)}"


def _reshaped(name: str, values: Any, read: Read) -> str:
    """The hint for a shape that the elements do not fill."""
    shown = values.get("shown")
    if name != "shape" or not isinstance(shown, list) or len(read.shape) < 2 or "held" not in values:
        return ""
    each = prod(read.sample)
    if shown[0] == -1 and len(shown) == 2:
        merged = "a `Flatten` keeps the batch and makes" if len(read.shape) > 2 else "it is"
        return f"a sample has {_times(read.sample) if len(read.sample) > 1 else each}: {merged} (batch, {each})"
    return ""


def _to_first(rank: int) -> list[int]:
    return [0, rank - 1, *range(1, rank - 1)]


def _without(sizes: Sizes, place: int) -> list[int]:
    return [*sizes[:place], *sizes[place + 1 :]]


def _times(sizes: Any) -> str:
    return " x ".join(map(str, sizes))


_MOST: Final = 8  # axes; of more, there are too many sets


def _subsets(rank: int) -> Iterator[tuple[int, ...]]:
    """Sets of two axes or more, without the batch: all of them first, then the last ones, then any others."""
    axes = range(1, rank)
    for count in range(rank - 1, 1, -1):
        yield tuple(axes[-count:])
    if rank > _MOST:
        return
    for count in range(rank - 2, 1, -1):
        yield from (found for found in combinations(axes, count) if found != tuple(axes[-count:]))
